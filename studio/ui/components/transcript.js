// The script of the play. Lines are kept by id: an update touches only the lines that changed.
const LONG = 1500;
const SWIPE = 60;
const SPOKEN_AT_ONCE = 6;
const SPOKEN = ["speech", "action"];
const TURN_KINDS = [...SPOKEN, "narration", "ruling"];
const known = new Map();
const log = h("div", { class: "script-lines", role: "log", "aria-live": "polite", "aria-label": "Transcript", tabindex: "0" });
const head = h("header", { class: "script-head" });
const earlier = h("div", { class: "script-earlier" });
const tail = h("div", { class: "script-tail" });
const backdrop = h("div", { class: "script-backdrop" });
root.append(backdrop, head, earlier, log, tail);
window.addEventListener("scroll", noteFollowing, { passive: true });

const change = (name, line, more) => { if (!playing() && props.value.directs) act(name, { id: line.id, ...more }); };
const lineOf = (node) => props.value.lines.find((line) => line.id === node?.dataset.id);
const director = () => props.value.viewer === "director";
const last = (line) => !props.value.later && props.value.lines.at(-1)?.id === line.id;

// Where nothing hovers, a tap on a line brings out its buttons.
log.addEventListener("click", (event) => {
  if (event.target.closest("button, summary, textarea, input, a")) return;
  const line = event.target.closest(".line");
  for (const open of log.querySelectorAll(".line-open")) if (open !== line) open.classList.remove("line-open");
  line?.classList.toggle("line-open");
});

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

// A field in the place of a line or under it: what is written goes to `save`, Escape leaves everything as it was.
const ask = (line, node, { label, text, note, rows, save, instead }) => {
  const field = rows ? h("textarea", { class: "line-editor", rows }) : h("input", { class: "field", maxlength: 80 });
  field.setAttribute("aria-label", label);
  field.dir = "auto";
  field.value = text || "";
  const close = () => { const fresh = build(line); node.replaceWith(fresh); known.get(line.id).node = fresh; fresh.focus({ preventScroll: true }); };
  const done = () => { const written = field.value.trim(); close(); if (written && written !== text) save(written); };
  field.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape") { event.preventDefault(); close(); }
    if (event.key === "Enter" && (!rows || event.ctrlKey || event.metaKey)) { event.preventDefault(); done(); }
  });
  const form = [field, h("div", { class: "line-editing" }, button("Save", "check", done, { class: "btn btn-primary" }), button("Cancel", null, close)), note && h("p", { class: "fine" }, note)];
  const main = node.querySelector(".line-main");
  if (instead) refill(main, form); else main.append(...form.filter(Boolean));
  node.querySelector(".line-verbs")?.remove();
  field.focus();
};
const edit = (line, node) => ask(line, node, {
  label: "Edit the line", text: line.text, rows: Math.min(14, 2 + Math.ceil(line.text.length / 60)), instead: true,
  note: "The first wording stays in the log. Ctrl + Enter saves, Escape leaves it as it was.", save: (text) => change("edit", line, { text }),
});
const note = (line, node) => ask(line, node, {
  label: "Note on the line", rows: 2, note: "Nobody in the play reads it. Ctrl + Enter saves.", save: (text) => change("note", line, { text }),
});
const checkpoint = (line, node) => ask(line, node, { label: "Name of the checkpoint", note: "Branches lists it, and leads back here.", save: (name) => change("name", line, { name }) });
const copy = (line) => navigator.clipboard?.writeText(line.text).then(() => tell("copied", { id: line.id }), () => {});
const takeStep = (line, step) => {
  const to = line.take + step;
  if (to >= 1 && to <= line.takes) change("take", line, { step });
  else if (step > 0 && line.made && last(line) && SPOKEN.includes(line.kind)) change("again", line);
};

const swipe = (line) => line.takes > 1 && props.value.directs && h("div", { class: "takes", role: "group", "aria-label": "Takes of this line" },
  iconButton("Previous take", "left", () => takeStep(line, -1), { disabled: line.take === 1, "data-key": line.id + "<" }),
  h("span", { class: "takes-count" }, line.take + "/" + line.takes),
  iconButton("Next take", "right", () => takeStep(line, 1), { disabled: line.take === line.takes, "data-key": line.id + ">" }));

const menuItems = (line, node) => [
  { act: "branch", icon: "branch", label: "Branch from here", note: "what follows stays on a branch of its own", go: () => change("branch", line) },
  { act: "name", icon: "flag", label: "Name a checkpoint here", go: () => checkpoint(line, node) },
  { act: "copy", icon: "copy", label: "Copy the line", go: () => copy(line) },
  line.made && (director() || line.actor === props.value.viewer) && { act: "prompt", icon: "inspect", label: "Look at its prompt", go: () => act("look", { kind: "prompt", id: line.id }) },
  director() && { act: "note", icon: "notes", label: "Write a note on it", go: () => note(line, node) },
  { act: "hide", icon: "hide", label: "Take this line out", go: () => change("hide", line) },
];
const verbs = (line, node) => props.value.directs && (TURN_KINDS.includes(line.kind) || ["whisper", "enter", "leave", "thought"].includes(line.kind)) && h("div", { class: "line-verbs" },
  SPOKEN.includes(line.kind) && line.made && iconButton("Another take of this line", "again", () => change("again", line), { "data-act": "again" }),
  SPOKEN.includes(line.kind) && iconButton("Let this line go on", "onward", () => change("go-on", line), { "data-act": "go-on" }),
  iconButton("Edit this line", "edit", () => { if (!playing()) edit(line, node); }, { "data-act": "edit" }),
  director() && TURN_KINDS.includes(line.kind) && [["up", 1, "A good line"], ["low", -1, "A poor line"]].map(([symbol, step, label]) =>
    iconButton(label, symbol, () => change("rate", line, { step: line.rating === step ? 0 : step }), { "data-act": symbol, "aria-pressed": String(line.rating === step) })),
  menuOf("More about this line", "more", () => menuItems(line, node), { "data-act": "more" }));

const remarks = (line) => [
  line.edited && h("span", { class: "fine line-edited" }, "edited"),
  line.heard && h("span", { class: "fine line-heard" }, "heard by " + line.heard),
  line.rating !== 0 && h("span", { class: "fine line-rated", "aria-label": line.rating > 0 ? "rated good" : "rated poor" }, icon(line.rating > 0 ? "up" : "low")),
];

const build = (line) => {
  const people = props.value.people;
  const person = people[line.actor] || { name: line.actor, initials: "?" };
  const node = h("article", { class: "line line-" + line.kind + (line.lead ? " line-lead" : ""), "data-id": line.id, "data-kind": line.kind, "data-actor": line.actor, tabindex: "-1" });
  if (line.kind === "order") {
    node.append(h("p", { class: "fine line-order", dir: "auto" }, line.text));
    return node;
  }
  const spoken = SPOKEN.includes(line.kind);
  const lead = line.lead && h("h3", { class: "line-name", dir: "auto", title: line.why || null }, person.name);
  if (line.kind === "thought") {
    node.append(h("div", { class: "line-margin" }, line.lead && face(person)), h("div", { class: "line-main" }, lead,
      h("details", { class: "thought" }, h("summary", {}, "a thought kept back"), h("div", { class: "line-text" }, paragraphs(line.text)))), verbs(line, node));
    return node;
  }
  const label = spoken ? lead
    : line.kind === "whisper" ? h("h3", { class: "line-name line-aside", dir: "auto" }, person.name + ", whispering to " + line.to)
    : line.kind === "ruling" ? h("h3", { class: "line-name line-aside" }, "Ruling")
    : line.kind === "note" ? h("h3", { class: "line-name line-aside" }, line.actor === "narrator" ? "The narrator, aside" : "Out of character") : null;
  const about = remarks(line).filter(Boolean);
  node.append(
    h("div", { class: "line-margin" }, spoken && line.lead && face(person)),
    h("div", { class: "line-main" }, label, body(line),
      line.changed.length > 0 && h("ul", { class: "line-changes", "aria-label": "What it changed" }, line.changed.map((text) => h("li", { dir: "auto" }, text))),
      about.length > 0 && h("div", { class: "line-about" }, about), swipe(line),
      line.notes.length > 0 && h("ul", { class: "line-notes", "aria-label": "Notes" }, line.notes.map((text) => h("li", { dir: "auto" }, text)))),
  );
  node.append(...[verbs(line, node)].filter(Boolean));
  return node;
};

// Keys on a line: up and down go from line to line, left and right through its takes, letters are its buttons.
const KEYS = { a: "again", c: "go-on", e: "edit", "+": "up", "-": "low", m: "more" };
log.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest("textarea, input, select, .menu[open]")) return;
  const nodes = [...log.children];
  const node = event.target.closest(".line");
  const at = nodes.indexOf(node);
  const to = { ArrowUp: at < 0 ? nodes.length - 1 : Math.max(0, at - 1), ArrowDown: at < 0 ? 0 : Math.min(nodes.length - 1, at + 1), Home: 0, End: nodes.length - 1 }[event.key];
  if (to !== undefined && nodes[to]) { event.preventDefault(); nodes[to].focus(); return; }
  const line = lineOf(node);
  if (!line || event.target !== node) return;
  if (event.key === "ArrowLeft" || event.key === "ArrowRight") { event.preventDefault(); takeStep(line, event.key === "ArrowRight" ? 1 : -1); return; }
  if (event.key === "b") { event.preventDefault(); change("branch", line); return; }
  if (event.key === "n" && director()) { event.preventDefault(); note(line, node); return; }
  if (event.key === "Delete") { event.preventDefault(); change("hide", line); return; }
  const target = KEYS[event.key] && node.querySelector('.line-verbs [data-act="' + KEYS[event.key] + '"]');
  if (target) { event.preventDefault(); (target.matches("details") ? target.querySelector("summary") : target).click(); }
});

// Somebody wants to read a line: the nearest one shown.
let sought = "";
heed("line", ({ id }) => {
  const node = known.get(id)?.node;
  if (!node && props.value.earlier + props.value.later > 0) { sought = id; act("earlier", { id }); }
  if (!node) return;
  sought = "";
  for (const marked of log.querySelectorAll(".line-found")) marked.classList.remove("line-found");
  node.classList.add("line-found");
  node.scrollIntoView({ block: "center" });
  node.focus({ preventScroll: true });
});

let from = null;
log.addEventListener("touchstart", (event) => { const touch = event.touches[0]; from = event.touches.length === 1 ? { x: touch.clientX, y: touch.clientY } : null; }, { passive: true });
log.addEventListener("touchend", (event) => {
  const touch = event.changedTouches[0];
  const line = from && lineOf(event.target.closest?.(".line"));
  if (!line) return;
  const across = touch.clientX - from.x;
  if (Math.abs(across) > SWIPE && Math.abs(touch.clientY - from.y) < SWIPE / 2) takeStep(line, across < 0 ? 1 : -1);
}, { passive: true });

const draft = (line, people) => {
  const person = people[line.actor] || { name: line.actor, initials: "?" };
  return h("section", { class: "draft", "aria-label": "Unfinished line" },
    h("p", { class: "draft-why" }, "This line was still being written when the play was interrupted."),
    h("div", { class: "line line-speech line-lead" },
      h("div", { class: "line-margin" }, face(person)),
      h("div", { class: "line-main" }, h("h3", { class: "line-name", dir: "auto" }, person.name), h("div", { class: "line-text" }, paragraphs(line.text)))),
    props.value.directs && h("div", { class: "draft-verbs" },
      button("Keep it as it is", "check", () => act("keep"), { class: "btn btn-primary" }),
      button("Discard it", "trash", () => act("discard"))));
};

const curtain = (script) => h("div", { class: "curtain" },
  h("p", { role: "status" }, h("strong", {}, "Curtain."), " ", script.curtain),
  script.directs && h("div", { class: "curtain-verbs" },
    !script.closed && button("Epilogue", "notes", () => { if (!playing()) act("epilogue"); }, { "data-act": "epilogue", "data-key": "epilogue" }),
    button("Next scene", "next", () => act("sequel"), { class: "btn btn-primary", "data-act": "sequel", "data-key": "sequel", title: "A new scene: whoever was in this one remembers it" }),
    button("Play on", "onward", () => act("onward", { turns: 12 }), { "data-act": "onward", "data-key": "onward", title: "Twelve turns more" })));

// Over a supportive talk: that it is no therapy, and how whoever is listened to is doing.
const care = (value) => h("div", { class: "care", id: "care" },
  h("p", { class: "fine" }, "Not therapy: these are invented people. In need, talk to a real one: findahelpline.com, or your emergency number."),
  h("div", { class: "care-gauge", id: "care-gauge", "data-moods": value.moods.join(",") }, h("span", { dir: "auto" }, value.seeker + ": " + value.gauge),
    value.moods.length > 0 && h("span", { class: "care-bars", role: "img", "aria-label": "Moods so far, 0 to 5: " + value.moods.join(", ") }, value.moods.map((mood) => h("span", { class: "care-bar", style: "block-size:" + (3 + mood * 4) + "px" })))));
show((script) => {
  const fresh = log.dataset.session !== script.session;
  log.dataset.session = script.session;
  log.setAttribute("aria-live", fresh ? "off" : "polite");
  const held = document.activeElement?.closest?.(".line");
  const place = held ? [...log.children].indexOf(held) : -1;
  const look = JSON.stringify(script.scenery);
  if (backdrop.dataset.look !== look) { backdrop.dataset.look = look; backdrop.replaceChildren(...(script.scenery && script.session ? [scenery(script.scenery)] : [])); }
  refill(head, script.title && h("h2", { class: "script-title", dir: "auto" }, script.title), script.subtitle && h("p", { class: "script-sub", dir: "auto" }, script.subtitle), script.care && care(script.care));
  refill(earlier, script.earlier > 0 && button("Show " + Math.min(script.earlier, 200) + " earlier lines", null, () => act("earlier"), { "data-key": "earlier" }));
  const spokenFrom = fresh || !known.size ? script.lines.length : script.lines.findLastIndex((line) => known.has(line.id)) + 1;
  for (const line of script.later || script.lines.length - spokenFrom > SPOKEN_AT_ONCE ? [] : script.lines.slice(spokenFrom)) readAloud(line, script.people[line.actor]);
  const wanted = new Set(script.lines.map((line) => line.id));
  for (const [id, entry] of known) if (!wanted.has(id)) { entry.node.remove(); known.delete(id); }
  const seen = script.viewer + script.directs;
  let previous = null;
  for (const line of script.lines) {
    const json = JSON.stringify(line) + seen;
    let entry = known.get(line.id);
    if (!entry || entry.json !== json || fresh) {
      const node = build(line);
      if (entry) entry.node.replaceWith(node);
      entry = { node, json };
      known.set(line.id, entry);
    }
    const next = previous ? previous.nextSibling : log.firstChild;
    if (entry.node !== next) log.insertBefore(entry.node, next);
    previous = entry.node;
  }
  if (held && !held.isConnected && place >= 0) log.children[Math.min(place, log.children.length - 1)]?.focus({ preventScroll: true });
  refill(tail, script.later > 0 && h("div", { class: "script-later" }, button("Show " + Math.min(script.later, 200) + " later lines", null, () => act("later"), { "data-key": "later" }), button("To the newest line", "down", () => { document.documentElement.dataset.follow = "yes"; act("newest"); }, { "data-key": "newest", class: "btn btn-primary" })),
    script.session && !script.lines.length && !script.draft && h("p", { class: "empty script-empty" }, "The stage is set and nobody has spoken yet. Press Next, click a face to give somebody the word, or write a line yourself."), script.draft && draft(script.draft, script.people), script.curtain && curtain(script));
  if (fresh && script.lines.length <= 3) scroller.scrollTo({ top: 0 });
  else if (fresh) document.documentElement.dataset.follow = "yes";
  if (sought && known.has(sought)) tell("line", { id: sought });
  else if (!script.later && (!fresh || script.lines.length > 3)) follow();
});
