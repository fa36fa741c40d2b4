// The prompt inspector: what the next call will say, or what the call behind a line said.
const HUES = { Rules: 210, Frame: 210, Persona: 155, Scene: 42, Lore: 285, "Example lines": 190, "Earlier, in short": 25, Witnessed: 15, Memories: 255, Direction: 335 };
const hueOf = (group) => HUES[group] ?? 210;
const ROLES = { system: "System", user: "User", assistant: "Assistant" };
const count = (n) => n.toLocaleString("en");

const promptCall = (call, number) => {
  const id = "call-" + number;
  const held = (key, label, body, open) => h("details", { class: "prompt-fold", "data-fold": id + key, open }, h("summary", {}, label), body);
  const told = call.told.map(([role, text]) => [h("h4", { class: "prompt-role" }, ROLES[role] || role), h("pre", { class: "prompt-text", dir: "auto", tabindex: "0" }, text)]);
  return h("section", { class: "prompt-call", "aria-labelledby": id },
    h("h3", { class: "prompt-title", id, dir: "auto" }, call.title), call.note && h("p", { class: "fine" }, call.note),
    h("div", { class: "shares", role: "img", "aria-label": call.shares.map((one) => one.group + " " + Math.round(one.share * 100) + " %").join(", ") },
      call.shares.map((one) => h("span", { class: "share", style: "--hue:" + hueOf(one.group) + ";inline-size:" + (one.share * 100).toFixed(2) + "%", title: one.group + ": " + count(one.tokens) + " tokens" }))),
    h("ul", { class: "legend" }, call.shares.map((one) => h("li", {}, h("span", { class: "swatch", style: "--hue:" + hueOf(one.group), "aria-hidden": "true" }), one.group, h("span", { class: "fine" }, count(one.tokens))))),
    h("dl", { class: "figures prompt-figures" }, call.figures.map(([label, figure]) => h("div", {}, h("dt", {}, label), h("dd", {}, figure)))),
    call.dropped.length > 0 && h("div", { class: "dropped" }, h("h4", { class: "panel-sub" }, "Left out"), h("ul", {}, call.dropped.map((one) => h("li", { dir: "auto" }, one.what, h("span", { class: "fine" }, one.why))))),
    held("parts", "Part by part", call.sections.map((part) => h("div", { class: "prompt-part", style: "--hue:" + hueOf(part.group) },
      h("h4", { class: "prompt-role" }, part.group, h("span", { class: "fine" }, count(part.tokens) + " tokens")),
      part.pieces.map((piece) => h("pre", { class: "prompt-text", dir: "auto", tabindex: "0", "aria-label": part.group + ": " + piece.part }, piece.text)))), true),
    call.changes.length > 0 && held("changes", "What is new since the last one", h("ol", { class: "diff" }, call.changes.map((one) => h("li", { class: "diff-" + one.kind, dir: "auto" },
      one.count ? h("span", { class: "fine" }, one.count + (one.count === 1 ? " line as before" : " lines as before")) : [h("span", { class: "diff-sign", "aria-label": { new: "new", gone: "gone", same: "as before" }[one.kind] }, { new: "+", gone: "−", same: " " }[one.kind]), h("span", {}, one.text)])))),
    held("told", "As it is sent", told));
};

pages.prompt = (page) => {
  const look = (more) => act("look", { kind: "prompt", ...more });
  const who = h("select", { class: "select", id: "prompt-speaker", "aria-label": "Whose prompt", "data-key": "prompt-speaker", onchange: () => look({ speaker: who.value }) }, page.speakers.map(([id, name]) => h("option", { value: id }, name)));
  who.value = page.speaker;
  const written = () => document.getElementById("composer-text")?.value.trim() || "";
  const open = new Map([...root.querySelectorAll("[data-fold]")].map((one) => [one.dataset.fold, one.open]));
  const calls = page.calls.map(promptCall);
  for (const call of calls) for (const one of call.querySelectorAll("[data-fold]")) if (open.has(one.dataset.fold)) one.open = open.get(one.dataset.fold);
  return {
    title: page.line ? "The prompt of a line" : "The next prompt",
    note: page.line ? "What was said to the model for this line, as it was sent." : "Exactly what would be sent if you pressed Next now. Nothing is sent by looking.",
    body: [
      h("div", { class: "side-row" },
        page.line ? button("The next prompt", "next", () => look({}), { class: "btn btn-small", "data-key": "prompt-next" }) : who,
        !page.line && written() && button("With the line I am writing", "edit", () => look({ speaker: who.value, text: written() }), { class: "btn btn-small", "data-key": "prompt-with" })),
      page.note && h("p", { class: "empty" }, page.note),
      calls,
    ],
  };
};
