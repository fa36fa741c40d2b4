// The script of the play. Lines are kept by id: an update touches only the lines that changed.
const LONG = 1500;
const SPOKEN = ["speech", "action"];
const TURN_KINDS = [...SPOKEN, "narration", "ruling"];
const known = new Map();
const log = h("div", { class: "script-lines", role: "log", "aria-live": "polite", "aria-label": "Transcript", tabindex: "0" });
const head = h("header", { class: "script-head" });
const earlier = h("div", { class: "script-earlier" });
const tail = h("div", { class: "script-tail" });
root.append(head, earlier, log, tail);
window.addEventListener("scroll", noteFollowing, { passive: true });

// Where nothing hovers, a tap on a line brings out its buttons.
log.addEventListener("click", (event) => {
  if (event.target.closest("button, summary, textarea")) return;
  const line = event.target.closest(".line");
  for (const open of log.querySelectorAll(".line-open")) if (open !== line) open.classList.remove("line-open");
  line?.classList.toggle("line-open");
});

const act = (verb, line, more) => trigger("act", { act: verb, id: line.id, ...more });

const body = (line) => {
  const box = h("div", { class: "line-text" });
  const whole = line.text.length <= LONG;
  const fill = (text) => box.replaceChildren(...paragraphs(text));
  fill(whole ? line.text : line.text.slice(0, LONG) + "…");
  if (whole) return box;
  const more = h("button", { type: "button", class: "link-btn" }, "Show the whole line (" + line.text.length.toLocaleString("en") + " characters)");
  more.addEventListener("click", () => { fill(line.text); more.remove(); });
  return [box, more];
};

const editor = (line, node) => {
  const field = h("textarea", { class: "line-editor", "aria-label": "Edit the line", dir: "auto", rows: Math.min(14, 2 + Math.ceil(line.text.length / 60)) });
  field.value = line.text;
  const close = () => { node.replaceWith(known.get(line.id).node = build(line)); };
  const save = () => { if (field.value.trim() && field.value !== line.text) act("edit", line, { text: field.value }); close(); };
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { event.preventDefault(); close(); }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); save(); }
  });
  node.querySelector(".line-main").replaceChildren(
    field,
    h("div", { class: "line-editing" }, button("Save", "check", save, { class: "btn btn-primary" }), button("Cancel", null, close)),
    h("p", { class: "fine" }, "The first wording stays in the log. Ctrl + Enter saves, Escape leaves it as it was."),
  );
  field.focus();
};

const swipe = (line) => line.takes > 1 && h("div", { class: "takes", role: "group", "aria-label": "Takes of this line" },
  iconButton("Previous take", "left", () => act("take", line, { step: -1 }), { disabled: line.take === 1, "data-key": line.id + "<" }),
  h("span", { class: "takes-count" }, line.take + "/" + line.takes),
  iconButton("Next take", "right", () => act("take", line, { step: 1 }), { disabled: line.take === line.takes, "data-key": line.id + ">" }));

const verbs = (line, node) => TURN_KINDS.includes(line.kind) && h("div", { class: "line-verbs" },
  SPOKEN.includes(line.kind) && iconButton("Another take of this line", "again", () => act("again", line), { "data-act": "again" }),
  iconButton("Edit this line", "edit", () => editor(line, node), { "data-act": "edit" }),
  iconButton("Take this line out", "hide", () => act("hide", line), { "data-act": "hide" }));

const build = (line) => {
  const people = props.value.people;
  const person = people[line.actor] || { name: line.actor, initials: "?" };
  const node = h("article", { class: "line line-" + line.kind + (line.lead ? " line-lead" : ""), "data-id": line.id, "data-kind": line.kind, "data-actor": line.actor });
  const spoken = SPOKEN.includes(line.kind);
  const lead = line.lead && h("h3", { class: "line-name", dir: "auto", title: line.why || null }, person.name);
  if (line.kind === "thought") {
    node.append(h("div", { class: "line-margin" }, line.lead && face(person)), h("div", { class: "line-main" }, lead,
      h("details", { class: "thought" }, h("summary", {}, "a thought kept back"), h("div", { class: "line-text" }, paragraphs(line.text)))));
    return node;
  }
  const label = spoken ? lead
    : line.kind === "whisper" ? h("h3", { class: "line-name line-aside", dir: "auto" }, person.name + ", whispering to " + line.to)
    : line.kind === "ruling" ? h("h3", { class: "line-name line-aside" }, "Ruling")
    : line.kind === "note" ? h("h3", { class: "line-name line-aside" }, "Director’s note") : null;
  node.append(
    h("div", { class: "line-margin" }, spoken && line.lead && face(person)),
    h("div", { class: "line-main" }, label, body(line), line.edited && h("span", { class: "fine line-edited" }, "edited"), swipe(line)),
  );
  node.append(...[verbs(line, node)].filter(Boolean));
  return node;
};

const draft = (line, people) => {
  const person = people[line.actor] || { name: line.actor, initials: "?" };
  return h("section", { class: "draft", "aria-label": "Unfinished line" },
    h("p", { class: "draft-why" }, "This line was still being written when the play was interrupted."),
    h("div", { class: "line line-speech line-lead" },
      h("div", { class: "line-margin" }, face(person)),
      h("div", { class: "line-main" }, h("h3", { class: "line-name", dir: "auto" }, person.name), h("div", { class: "line-text" }, paragraphs(line.text)))),
    h("div", { class: "draft-verbs" },
      button("Keep it as it is", "check", () => trigger("act", { act: "keep" }), { class: "btn btn-primary" }),
      button("Discard it", "trash", () => trigger("act", { act: "discard" }))));
};

show((script) => {
  const fresh = log.dataset.session !== script.session;
  log.dataset.session = script.session;
  log.setAttribute("aria-live", fresh ? "off" : "polite");
  refill(head, script.title && h("h2", { class: "script-title", dir: "auto" }, script.title), script.subtitle && h("p", { class: "script-sub", dir: "auto" }, script.subtitle));
  refill(earlier, script.earlier > 0 && button("Show " + Math.min(script.earlier, 200) + " earlier lines", null, () => trigger("act", { act: "earlier" }), { "data-key": "earlier" }));
  const wanted = new Set(script.lines.map((line) => line.id));
  for (const [id, entry] of known) if (!wanted.has(id)) { entry.node.remove(); known.delete(id); }
  const cast = JSON.stringify(script.people);
  let previous = null;
  for (const line of script.lines) {
    const json = JSON.stringify(line) + (fresh ? cast : "");
    let entry = known.get(line.id);
    if (!entry || entry.json !== JSON.stringify(line) || fresh) {
      const node = build(line);
      if (entry) entry.node.replaceWith(node);
      entry = { node, json: JSON.stringify(line) };
      known.set(line.id, entry);
    }
    const place = previous ? previous.nextSibling : log.firstChild;
    if (entry.node !== place) log.insertBefore(entry.node, place);
    previous = entry.node;
  }
  refill(tail, script.session && !script.lines.length && !script.draft && h("p", { class: "empty script-empty" }, "The stage is set and nobody has spoken yet. Press Next, click a face to give somebody the word, or write a line yourself."), script.draft && draft(script.draft, script.people), script.curtain && h("p", { class: "curtain", role: "status" }, h("strong", {}, "Curtain."), " ", script.curtain));
  if (fresh && script.lines.length <= 3) scroller.scrollTo({ top: 0 });
  else if (fresh) document.documentElement.dataset.follow = "yes";
  if (!fresh || script.lines.length > 3) follow();
});
