// The views of one mind: along time, as a map, what is known of people, and the memory written as one text.
const VIEWS = [["time", "Timeline"], ["map", "Map"], ["known", "Known of people"], ["written", "Written memory"]];
const pageButton = (label, symbol, page, off, id) => h("button", { type: "button", class: "btn btn-small", id, disabled: off, "data-key": id, onclick: () => change({ page }) }, icon(symbol), h("span", {}, label));
const timeView = (value) => [
  h("p", { class: "fine", role: "status", id: "memory-count" }, value.total.toLocaleString() + (value.total === 1 ? " memory" : " memories") + (look.words ? " with “" + look.words + "”" : "") + (look.forgotten ? " out of mind" : "")),
  value.lines.length ? h("ol", { class: "memory-lines", id: "memory-lines" }, value.lines.map((line) => memoryLine(value, line)))
    : h("p", { class: "empty" }, look.words || look.kind || look.pinned || look.forgotten || look.least > 1 ? "Nothing here fits. Widen the search." : "Nothing is remembered here yet."),
  value.pages > 1 && h("nav", { class: "pager", "aria-label": "Pages of memories" }, pageButton("Newer", "left", look.page - 1, look.page === 0, "memory-newer"), h("span", { class: "fine" }, "Page " + (look.page + 1) + " of " + value.pages.toLocaleString()), pageButton("Older", "right", look.page + 1, look.page + 1 >= value.pages, "memory-older"))];

const SHAPES = { observation: "circle", event: "circle", reflection: "diamond", summary: "square", persona: "triangle", note: "square", plan: "triangle", profile: "square" };
const shape = (spot, x, y, size) => {
  const kind = SHAPES[spot.kind] || "circle";
  if (kind === "circle") return draw("circle", { cx: x, cy: y, r: size });
  if (kind === "square") return draw("rect", { x: x - size, y: y - size, width: size * 2, height: size * 2 });
  const points = kind === "diamond" ? [[0, -1.3], [1.3, 0], [0, 1.3], [-1.3, 0]] : [[0, -1.3], [1.2, 1], [-1.2, 1]];
  return draw("polygon", { points: points.map(([dx, dy]) => x + dx * size + "," + (y + dy * size)).join(" ") });
};
let near = "";
const mapView = (value) => {
  if (!value.spots.length) return h("p", { class: "empty" }, "Nothing can be laid out yet: a map needs memories that were embedded.");
  const told = h("p", { class: "map-told", role: "status", dir: "auto" }, near || "Near memories tell of like things. Point at one, or move along them with Tab.");
  const spots = value.spots.map((spot) => {
    const node = draw("g", { class: "spot spot-" + spot.kind, tabindex: "0", role: "button", "data-spot": spot.id, "aria-label": (KIND[spot.kind] || spot.kind) + ": " + spot.text },
      shape(spot, 20 + spot.x * 660, 20 + spot.y * 380, 3 + spot.importance * 0.55));
    const say = () => { told.textContent = spot.text; };
    const go = () => { openId = spot.id; look = { ...look, view: "time", words: spot.text.split(" ").slice(0, 6).join(" "), page: 0 }; ask(); };
    node.addEventListener("pointerenter", say);
    node.addEventListener("focus", say);
    node.addEventListener("click", go);
    node.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); go(); } });
    return node;
  });
  const kinds = [...new Set(value.spots.map((spot) => spot.kind))];
  return [h("figure", { class: "mindmap" }, draw("svg", { viewBox: "0 0 700 420", role: "group", "aria-label": "Map of " + value.spots.length + " memories" }, spots),
    h("figcaption", { class: "map-key" }, kinds.map((kind) => h("span", { class: "fine key-one" }, draw("svg", { viewBox: "0 0 14 14", class: "key-shape spot-" + kind, "aria-hidden": "true" }, shape({ kind }, 7, 7, 4.500)), KIND[kind] || kind)))), told];
};
const knownView = (value) => [
  value.people.length > 0 && h("label", { class: "filter-one" }, h("span", { class: "fine" }, "Of whom"), h("select", { class: "select", id: "memory-about", onchange: (event) => change({ about: event.target.value }) }, value.people.map((person) => h("option", { value: person.id, selected: person.id === look.about }, person.name)))),
  value.known.length ? h("ul", { class: "memory-lines", id: "memory-known" }, value.known.map((one) => h("li", { class: "memory-line", "data-memory": one.line.id },
    editing === one.line.id ? editor(one.line) : h("div", { class: "memory-body" }, h("p", { class: "memory-words", dir: "auto" }, one.line.text), meta(one.line)), editing !== one.line.id && verbs(one.line),
    (one.learnt_from.length > 0 || one.overruled.length > 0) && h("details", { class: "roots" }, h("summary", { class: "fine" }, "Where it was learnt"), h("ul", { class: "branches" }, one.learnt_from.map((line) => h("li", { class: "branch" }, h("p", { class: "branch-text", dir: "auto" }, line.text), meta(line))), one.overruled.map((line) => h("li", { class: "branch branch-old" }, h("p", { class: "branch-text", dir: "auto" }, "Before: " + line.text), meta(line))))))))
    : h("p", { class: "empty" }, "Nothing is known of anybody yet. Plays with the memory policy “event memory” learn what people are like, from what they say.")];
const writtenView = (value) => value.versions.length
  ? value.versions.map((version, at) => h("details", { class: "written", open: at === 0, "data-memory": version.id }, h("summary", {}, at === 0 ? "As it stands" : "Before", h("span", { class: "fine" }, " " + version.when + ", " + version.tokens.toLocaleString() + " tokens")),
    h("ul", { class: "sheet-list" }, version.points.map((point) => h("li", { dir: "auto" }, point))),
    at === 0 && (editing === version.id ? editor({ id: version.id, text: version.points.map((point) => "- " + point).join("\n"), importance: 5 }) : button("Edit", "edit", () => { editing = version.id; paint(); }, { class: "btn btn-small", "data-act": "edit" }))))
  : h("p", { class: "empty" }, "There is no written memory here. Plays with the memory policy “agentic memory” keep one text that is rewritten as it grows.");

const recallPanel = (value) => {
  const focal = h("textarea", { class: "field field-tall", id: "memory-focal", rows: 2, dir: "auto", placeholder: "What do you remember of the fire?", "aria-label": "What is put to the character", value: look.focal });
  const go = () => change({ focal: focal.value, page: look.page });
  focal.addEventListener("keydown", (event) => { if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); go(); } });
  const policy = h("select", { class: "select", id: "memory-policy", "aria-label": "How it comes to mind", onchange: () => { look = { ...look, policy: policy.value, focal: focal.value }; if (look.focal.trim()) ask(); } }, h("option", { value: "" }, "As in the play"), value.policies.map((one) => h("option", { value: one.name, selected: one.name === look.policy }, one.title)));
  const later = h("select", { class: "select", id: "memory-later", "aria-label": "When", onchange: () => { look = { ...look, later_days: Number(later.value), focal: focal.value }; if (look.focal.trim()) ask(); } }, [[0, "Now"], [1, "A day later"], [7, "A week later"], [30, "A month later"], [365, "A year later"]].map(([days, label]) => h("option", { value: days, selected: days === look.later_days }, label)));
  const recall = value.recall;
  return h("section", { class: "recall", "aria-labelledby": "recall-title" }, h("h2", { class: "bill-h", id: "recall-title" }, "Ask this memory"), h("p", { class: "fine" }, "What would come to mind for a text, and why. Asking leaves no trace."), focal,
    h("div", { class: "recall-row" }, policy, later, button("Ask", "word", go, { class: "btn btn-primary", id: "memory-ask" })),
    recall && (recall.problem ? h("p", { class: "notice notice-warning", dir: "auto" }, recall.problem) : [
      recall.scored.length ? h("ol", { class: "scored", id: "memory-recalled" }, recall.scored.map((one) => h("li", { class: "scored-one", "data-memory": one.line.id }, h("p", { class: "memory-words", dir: "auto" }, one.line.text), meta(one.line), one.why && h("p", { class: "fine", dir: "auto" }, one.why), score("Recency", one.recency), score("Importance", one.importance), score("Relevance", one.relevance)))) : h("p", { class: "fine" }, "Nothing comes to mind."),
      h("p", { class: "fine" }, "Reflection: " + Math.round(recall.meter) + " of " + Math.round(recall.full) + " gathered since the last one.")]));
};
