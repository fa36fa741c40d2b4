// The Memory page: whose mind, which story, and what of it.
const minds = h("div", { class: "minds", role: "group", "aria-label": "Whose memory" });
const head = h("div", { class: "memory-tools" });
const views = h("div", { class: "segments", role: "group", "aria-label": "How it is shown" });
const search = h("input", { class: "field", type: "search", id: "memory-search", placeholder: "Search what is remembered", "aria-label": "Search memories", dir: "auto", autocomplete: "off" });
let timer = 0;
search.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(() => change({ words: search.value, view: "time" }), 200); });
const filters = h("div", { class: "filter-row" });
const body = h("div", { class: "memory-view", id: "memory-view" });
const side = h("div", { class: "memory-side" });
const page = h("div", { class: "memory-grid" }, h("div", { class: "memory-main" }, head, body), side);
const empty = h("div", { class: "empty", id: "memory-empty", hidden: true }, h("p", {}, "Nobody remembers anything yet."), h("p", {}, "Play a few lines on the Stage page. Whoever hears something remembers it, in their own words; here you see what, and why it comes back."));
root.append(h("h1", { class: "bill-title" }, "Memory"), minds, empty, page);

const toggle = (name, label, on) => h("button", { type: "button", class: "chip", "data-filter": name, "data-key": "f-" + name, "aria-pressed": String(Boolean(on)), onclick: () => change({ [name]: !on, view: "time" }) }, label);
const fillTools = (value) => {
  refill(views, VIEWS.map(([name, label]) => h("button", { type: "button", class: "segment", "data-view": name, "data-key": "view-" + name, "aria-pressed": String(look.view === name), onclick: () => change({ view: name }) }, label)));
  refill(filters,
    h("select", { class: "select", id: "memory-kind", "data-key": "f-kind", "aria-label": "Kind", onchange: (event) => change({ kind: event.target.value || null, view: look.view === "map" ? "map" : "time" }) }, h("option", { value: "" }, "Every kind"), Object.entries(value.kinds).map(([kind, count]) => h("option", { value: kind, selected: kind === look.kind }, (KIND[kind] || kind) + " (" + count.toLocaleString() + ")"))),
    h("select", { class: "select", id: "memory-least", "data-key": "f-least", "aria-label": "Least importance", onchange: (event) => change({ least: Number(event.target.value) }) }, [1, 3, 5, 7, 9].map((one) => h("option", { value: one, selected: one === look.least }, one === 1 ? "Any importance" : "Importance " + one + " and more"))),
    toggle("pinned", "Pinned", look.pinned), toggle("forgotten", "Out of mind", look.forgotten));
  const story = value.stories.length > 1 && h("select", { class: "select", id: "memory-story", "data-key": "story", "aria-label": "Which story", onchange: (event) => { openId = ""; change({ continuity: event.target.value }); } }, value.stories.map((one) => h("option", { value: one.id, selected: one.id === look.continuity }, one.title + " (" + one.count.toLocaleString() + ")")));
  if (!head.firstChild) head.append(h("div", { class: "memory-row" }, views, h("span", { id: "memory-stories" })), h("div", { class: "memory-row" }, search, filters));
  refill(head.querySelector("#memory-stories"), story || (value.stories[0] && h("span", { class: "fine", dir: "auto" }, value.stories[0].title)));
};
const noteForm = () => {
  const text = h("input", { class: "field", id: "memory-note", maxlength: 500, dir: "auto", placeholder: "Something they are to know", "aria-label": "A memory written by hand" });
  const add = () => { const said = text.value.trim(); text.value = ""; if (said) wish("write", { text: said }); };
  text.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); add(); } });
  return h("section", { class: "recall" }, h("h2", { class: "bill-h" }, "Give them a memory"), h("div", { class: "mark-row" }, text, button("Add", "plus", add, { class: "btn btn-small", id: "memory-note-add" })));
};
const paint = () => {
  const value = current;
  const nobody = !value.minds.length;
  empty.hidden = !nobody;
  page.hidden = nobody;
  refill(minds, value.minds.map((mind) => h("button", { type: "button", class: "mind", "data-mind": mind.person.id, "data-key": "mind-" + mind.person.id, "aria-pressed": String(mind.person.id === look.character), onclick: () => { openId = ""; editing = ""; change({ character: mind.person.id, continuity: "", kind: null, about: "" }); } },
    face(mind.person), h("span", {}, h("span", { class: "person-name", dir: "auto" }, mind.person.name), h("span", { class: "fine" }, mind.count.toLocaleString())))));
  if (nobody) return;
  fillTools(value);
  const view = { time: timeView, map: mapView, known: knownView, written: writtenView }[look.view];
  refill(body, view(value));
  const typed = side.contains(document.activeElement) && document.activeElement.id;
  const at = typed && document.activeElement.selectionStart;
  const kept = [...side.querySelectorAll("textarea, input")].filter((field) => field.id && field.value !== field.defaultValue).map((field) => [field.id, field.value]);
  side.replaceChildren(recallPanel(value), noteForm());
  for (const [id, text] of kept) side.querySelector("#" + id).value = text;
  if (typed) {
    const again = side.querySelector("#" + typed);
    again?.focus({ preventScroll: true });
    if (typeof at === "number" && again?.setSelectionRange) again.setSelectionRange(at, at);
  }
};
show((value) => {
  if (!value.beat) return;
  if (value.stale) { setTimeout(ask, 300); return; }
  if (questions.outdated(value.seq)) return;
  current = value;
  look = { ...value.look };
  if (document.activeElement !== search) search.value = look.words;
  paint();
});
