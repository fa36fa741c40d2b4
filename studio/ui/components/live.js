// The line being made. It stands outside the log region, so that a screen reader hears a line once, when it is whole.
let who = null;
const margin = h("div", { class: "line-margin" });
const name = h("h3", { class: "line-name", dir: "auto" });
const thinking = h("p", { class: "fine live-thought" });
const text = h("div", { class: "line-text" });
const dots = h("span", { class: "live-dots", "aria-hidden": "true" }, h("i"), h("i"), h("i"));
const line = h("div", { class: "line line-speech line-lead line-live" }, margin, h("div", { class: "line-main" }, name, thinking, text, dots));

show((live) => {
  if (!live.actor) { root.replaceChildren(); who = null; return; }
  const person = live.person || { name: live.actor, initials: "✦" };
  const told = live.actor === "narrator" || live.actor === "director";
  if (who !== live.actor) {
    who = live.actor;
    line.className = "line line-lead line-live " + (told ? "line-narration" : "line-speech");
    margin.replaceChildren(...(told ? [] : [face(person)]));
    name.textContent = told ? "" : person.name;
    root.replaceChildren(line);
  }
  thinking.textContent = live.thought && !live.text ? person.name + " is thinking…" : "";
  text.replaceChildren(...paragraphs(live.text, true));
  dots.hidden = Boolean(live.text);
  follow();
});
