// How the list is narrowed down and sorted.
const SORTS = [["relevance", "Best match"], ["title", "By name"], ["updated", "Newest first"], ["size", "Largest first"]];
const search = h("input", { class: "field", type: "search", id: "library-search", placeholder: "Search by anything but secrets", "aria-label": "Search the library", autocomplete: "off", dir: "auto" });
let timer = 0;
search.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(() => change({ text: search.value }), 180); });
const kinds = h("div", { class: "segments", role: "group", "aria-label": "What is listed" });
const sort = h("select", { class: "select", id: "library-sort", "aria-label": "Sort", onchange: () => change({ sort: sort.value }) }, SORTS.map(([name, label]) => h("option", { value: name }, label)));
const more = h("details", { class: "filters", id: "library-filters" }, h("summary", {}, icon("tag"), h("span", {}, "Narrow down")));
const filterBody = h("div", { class: "filter-body" });
const active = h("div", { class: "filter-active" });
more.append(filterBody);

const toggle = (name, label, on) => h("button", { type: "button", class: "chip", "data-key": "filter-" + name, "data-filter": name, "aria-pressed": String(Boolean(on)), onclick: () => change({ [name]: !on }) }, label);
const oneOf = (name, label, none, facets, value) => h("label", { class: "filter-one" }, h("span", { class: "fine" }, label), h("select", {
  class: "select", "data-key": "filter-" + name, "data-filter": name, onchange: (event) => change({ [name]: event.target.value === "\u0000" ? null : event.target.value }),
}, h("option", { value: name === "folder" ? "\u0000" : "", selected: !value && value !== "" }, none), name === "folder" && h("option", { value: "", selected: value === "" }, "In no folder"),
  facets.map((one) => h("option", { value: one.name, selected: one.name === value }, one.name + " (" + one.count.toLocaleString() + ")"))));
const cloud = (name, label, facets, now) => {
  const shown = [...facets];
  for (const one of now) if (!shown.some((other) => other.name.toLowerCase() === one.toLowerCase())) shown.unshift({ name: one, count: 0 });
  return shown.length > 0 && h("div", { class: "filter-cloud", role: "group", "aria-label": label }, h("span", { class: "fine" }, label), shown.map((one) => {
    const on = now.some((other) => other.toLowerCase() === one.name.toLowerCase());
    return h("button", { type: "button", class: "chip", dir: "auto", "data-key": name + "-" + one.name, ["data-" + name]: one.name, "aria-pressed": String(on), onclick: () => change({ [name]: on ? now.filter((other) => other.toLowerCase() !== one.name.toLowerCase()) : [...now, one.name] }) },
      one.name, one.count > 0 && h("span", { class: "chip-count" }, one.count.toLocaleString()));
  }));
};
const clear = () => change({ text: "", tags: [], tropes: [], mbti: "", folder: null, favourites: false, mine: false, alike: false, archived: false });
const narrowed = () => Boolean(look.tags.length || look.tropes.length || look.mbti || look.folder !== null || look.favourites || look.mine || look.alike || look.archived);
const fillFilters = (value) => {
  const choices = value.choices;
  refill(kinds, KINDS.map(([name, label]) => h("button", { type: "button", class: "segment", "data-kind": name, "data-key": "kind-" + name, "aria-pressed": String(look.kind === name), onclick: () => turnTo(name) }, label)));
  sort.value = look.sort;
  sort.hidden = look.kind === "session";
  const things = look.kind !== "session";
  refill(filterBody,
    h("div", { class: "filter-row" }, things && [toggle("favourites", "Favourites", look.favourites), toggle("mine", "My own", look.mine), toggle("alike", "Held twice", look.alike)], !things && toggle("archived", "Archived", look.archived)),
    things && h("div", { class: "filter-row" }, choices.folders.length > 0 && oneOf("folder", "Folder", "Any", choices.folders, look.folder), look.kind === "character" && choices.mbti.length > 0 && oneOf("mbti", "MBTI type", "Any", choices.mbti, look.mbti || null)),
    things && cloud("tags", "Tags", choices.tags, look.tags), look.kind === "character" && cloud("tropes", "Tropes", choices.tropes, look.tropes));
  const says = [...look.tags, ...look.tropes, look.mbti, look.folder !== null && (look.folder || "in no folder"), look.favourites && "favourites", look.mine && "my own", look.alike && "held twice", look.archived && "archived"].filter(Boolean);
  refill(active, says.length > 0 && [h("span", { class: "fine", dir: "auto" }, "Only: " + says.join(", ")), button("Show everything", null, clear, { class: "btn btn-small btn-quiet", id: "library-clear" })]);
  more.classList.toggle("filters-on", narrowed());
};
