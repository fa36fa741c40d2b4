// Memories as lines: what is remembered, when, how much it matters, and what can be done with it.
const KIND = { observation: "Lived through", event: "Event", reflection: "Insight", summary: "Summary", persona: "Known of somebody", note: "Note", plan: "Plan", profile: "Written memory" };
Object.assign(ICONS, { pin: "M9 4h6l-1 6 3 3H7l3-3zM12 13v7", roots: "M12 3v7M12 10c0 4-6 4-6 9M12 10c0 4 6 4 6 9M12 10v10" });
let look = { character: "", continuity: "", view: "time", words: "", kind: null, pinned: false, forgotten: false, least: 1, page: 0, focal: "", policy: "", later_days: 0, about: "" };
let openId = "";
let editing = "";
const questions = asking();
let current = null;
const ask = () => trigger("look", { look, open: openId, seq: questions.next() });
const wish = (name, more) => trigger(name, { look, open: openId, seq: questions.next(), ...more });
const change = (what) => { look = { ...look, ...what, page: what.page || 0 }; ask(); };
const openMemory = (id) => { openId = openId === id ? "" : id; ask(); };

const weight = (value) => h("span", { class: "weight", title: "Importance " + value + " of 10", role: "img", "aria-label": "importance " + value + " of 10" },
  h("span", { class: "weight-fill", style: "inline-size:" + value * 10 + "%" }));
const meta = (line) => h("span", { class: "fine memory-meta" }, [KIND[line.kind] || line.kind, line.when, line.pinned && "pinned", line.forgotten && "out of mind", line.rests_on > 0 && "rests on " + line.rests_on, line.by && "by " + line.by].filter(Boolean).join(" · "));
const editor = (line) => {
  const text = h("textarea", { class: "field field-tall", id: "memory-edit", rows: 3, dir: "auto", "aria-label": "The memory", value: line.text });
  const importance = h("input", { type: "range", min: 1, max: 10, step: 1, value: line.importance, "aria-label": "Importance, 1 to 10", id: "memory-importance" });
  const done = () => { editing = ""; };
  const keep = () => { done(); wish("edit", { ids: [line.id], text: text.value, importance: Number(importance.value) }); };
  text.addEventListener("keydown", (event) => { if (event.key === "Escape") { done(); paint(); } if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) keep(); });
  return h("div", { class: "memory-editor" }, text, h("label", { class: "range-row" }, h("span", { class: "fine" }, "Importance"), importance),
    h("div", { class: "drop-verbs" }, button("Keep", "check", keep, { class: "btn btn-small btn-primary", id: "memory-keep" }), button("Cancel", null, () => { done(); paint(); }, { class: "btn btn-small btn-quiet" })));
};
const verbs = (line) => h("span", { class: "memory-verbs" },
  iconButton(openId === line.id ? "Close" : "What it rests on", "roots", () => openMemory(line.id), { "data-act": "open", "data-key": "roots-" + line.id, "aria-expanded": String(openId === line.id) }),
  !line.forgotten && iconButton(line.pinned ? "Unpin" : "Pin", "pin", () => wish("pin", { ids: [line.id], pinned: !line.pinned }), { "data-act": "pin", "data-key": "pin-" + line.id, "aria-pressed": String(line.pinned), class: line.pinned ? "icon-btn pin-on" : "icon-btn" }),
  !line.forgotten && iconButton("Edit", "edit", () => { editing = line.id; paint(); root.querySelector("#memory-edit")?.focus(); }, { "data-act": "edit", "data-key": "edit-" + line.id }),
  line.forgotten
    ? button("Erase for good", "trash", () => { if (confirm("This memory, its vector and its history go for good, with everything concluded from it. Erase it?")) wish("erase", { ids: [line.id] }); }, { class: "btn btn-small", "data-act": "erase" })
    : iconButton("Forget", "hide", () => wish("forget", { ids: [line.id] }), { "data-act": "forget", "data-key": "forget-" + line.id }));
const branch = (tree, depth) => h("li", { class: "branch" },
  h("p", { class: "branch-text", dir: "auto" }, tree.line.text), meta(tree.line),
  tree.evidence.length > 0 && h("ul", { class: "branches" }, tree.evidence.map((one) => branch(one, depth + 1))),
  tree.missing > 0 && h("p", { class: "fine" }, tree.missing === 1 ? "One memory it rested on is gone." : tree.missing + " memories it rested on are gone."));
const rooted = (value, line) => value.opened && value.opened.tree.line.id === line.id && h("div", { class: "roots" },
  value.opened.tree.evidence.length || value.opened.tree.missing
    ? [h("h3", { class: "panel-sub" }, "It rests on"), h("ul", { class: "branches" }, value.opened.tree.evidence.map((one) => branch(one, 1))), value.opened.tree.missing > 0 && h("p", { class: "fine" }, value.opened.tree.missing + " of them gone")]
    : h("p", { class: "fine" }, "It was lived through; nothing lies beneath it."),
  value.opened.conclusions.length > 0 && [h("h3", { class: "panel-sub" }, "Concluded from it"), h("ul", { class: "branches" }, value.opened.conclusions.map((one) => h("li", { class: "branch" }, h("p", { class: "branch-text", dir: "auto" }, one.text), meta(one))))]);
// A line that is as it was stays the very node it was, so that a click is not lost to an answer that comes meanwhile.
const drawn = new Map();
const memoryLine = (value, line) => {
  const opened = value.opened && value.opened.tree.line.id === line.id ? value.opened : null;
  const json = JSON.stringify([line, opened, editing === line.id, openId === line.id]);
  const known = drawn.get(line.id);
  if (known && known.json === json && editing !== line.id) return known.node;
  const node = newLine(value, line);
  drawn.set(line.id, { json, node });
  if (drawn.size > 400) drawn.delete(drawn.keys().next().value);
  return node;
};
const newLine = (value, line) => h("li", { class: line.pinned ? "memory-line memory-pinned" : "memory-line", "data-memory": line.id },
  editing === line.id ? editor(line) : h("div", { class: "memory-body" }, h("p", { class: "memory-words", dir: "auto" }, line.text), h("span", { class: "memory-foot" }, weight(line.importance), meta(line))),
  editing !== line.id && verbs(line), rooted(value, line));
const score = (label, value) => h("div", { class: "score" }, h("span", { class: "score-label" }, label),
  h("span", { class: "score-track", role: "img", "aria-label": label + " " + value.toFixed(2) }, h("span", { class: "score-fill", style: "inline-size:" + Math.round(Math.max(0, Math.min(1, value)) * 100) + "%" })),
  h("span", { class: "score-figure", "aria-hidden": "true" }, value.toFixed(2)));
