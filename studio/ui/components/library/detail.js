// The sheet beside the list: everything about one thing, and what can be done with it; and the bar for those chosen.
const FORMATS = { png: "PNG card", json: "JSON", charx: "CHARX archive", yaml: "YAML" };
const BOOK_FORMATS = { json: "World Info (JSON)", yaml: "YAML" };
const sheet = h("section", { class: "sheet", id: "library-detail", "aria-live": "polite", tabindex: "-1" });
const shut = () => open("", "");

const section = (part) => {
  const inside = part.items.length ? h("ul", { class: "sheet-list" }, part.items.map((item) => h("li", { dir: "auto" }, item))) : h("div", {}, paragraphs(part.text));
  return part.secret
    ? h("details", { class: "secret" }, h("summary", {}, part.title), inside)
    : h("section", {}, h("h3", { class: "panel-sub", dir: "auto" }, part.title), inside);
};
const toCast = (key) => {
  document.dispatchEvent(new CustomEvent("cast-open", { detail: { key } }));
  [...document.querySelectorAll('#tabs > .tab-wrapper button[role="tab"]')].find((tab) => tab.textContent.trim() === "Cast")?.click();
};
const entered = (field, done) => field.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); done(); } });
const marksOf = (item) => {
  const tag = h("input", { class: "field", id: "detail-tag", maxlength: 60, placeholder: "a tag of your own", "aria-label": "Add a tag", dir: "auto" });
  const folder = h("input", { class: "field", id: "detail-folder", maxlength: 60, value: item.folder, placeholder: "no folder", "aria-label": "Folder", list: "library-folders", dir: "auto" });
  const set = (more) => wish("mark", { kind: item.kind, ids: [item.id], ...more });
  entered(tag, () => { const text = tag.value.trim(); if (text) set({ add: [text] }); });
  entered(folder, () => set({ folder: folder.value.trim() }));
  return h("section", { class: "sheet-marks" }, h("h3", { class: "panel-sub" }, "My marks"),
    item.marks.length > 0 && h("div", { class: "filter-cloud" }, item.marks.map((one) => h("button", { type: "button", class: "chip", "aria-label": "Take the tag " + one + " away", title: "Take it away", onclick: () => set({ remove: [one] }) }, one, icon("close")))),
    h("div", { class: "mark-row" }, tag, button("Add", null, () => { const text = tag.value.trim(); if (text) set({ add: [text] }); }, { class: "btn btn-small", id: "detail-tag-add" })),
    h("div", { class: "mark-row" }, folder, button("Put", null, () => set({ folder: folder.value.trim() }), { class: "btn btn-small", id: "detail-folder-put" })));
};
const saveMenu = (item) => item.formats.length > 0 && menuOf("Save " + item.title + " as a file", "save", () => item.formats.map((format) => ({
  act: "take-" + format, icon: "save", label: (item.kind === "lorebook" ? BOOK_FORMATS : FORMATS)[format], go: () => wish("take", { kind: item.kind, ids: [item.id], format }),
})), { id: "detail-save", class: "menu" });
const detail = (item) => [
  h("div", { class: "sheet-head" }, item.person && face(item.person), h("div", { class: "sheet-names" }, h("h2", { class: "sheet-title", dir: "auto" }, item.title), item.subtitle && h("p", { class: "fine", dir: "auto" }, item.subtitle)), iconButton("Close", "close", shut)),
  h("div", { class: "sheet-verbs" },
    item.kind === "scene" && !item.broken && button("Play this scene", "play", () => trigger("play", { scene: item.id }), { class: "btn btn-primary", id: "play-scene" }),
    item.kind === "character" && !item.broken && button("Open on the Cast page", "edit", () => toCast(item.id), { class: "btn btn-primary", id: "edit-character" }),
    saveMenu(item),
    item.own && iconButton("Move to the trash", "trash", () => { openedKind = openedId = ""; wish("remove", { kind: item.kind, ids: [item.id] }); }, { id: "detail-remove" })),
  item.cast.length > 0 && h("div", { class: "sheet-cast" }, item.cast.map((person) => h("button", { type: "button", class: "sheet-person", onclick: () => open("character", person.id) }, face(person), h("span", {}, h("span", { class: "person-name", dir: "auto" }, person.name), h("span", { class: "fine person-about", dir: "auto" }, person.about))))),
  item.parts.map(section), !item.broken && marksOf(item)];

// --- those chosen -----------------------------------------------------------------------------------------------
const bar = h("div", { class: "choice-bar", id: "library-chosen", role: "region", "aria-label": "Chosen things" });
const those = () => (everything ? { everything: true, ids: [] } : { ids: [...chosen] });
const fillBar = (value, redraw) => {
  const count = everything ? value.total : chosen.size;
  bar.hidden = !count;
  if (!count) { bar.replaceChildren(); return; }
  const tag = h("input", { class: "field", id: "chosen-tag", maxlength: 60, placeholder: "tag", "aria-label": "Tag for all chosen", dir: "auto" });
  const folder = h("input", { class: "field", id: "chosen-folder", maxlength: 60, placeholder: "folder", "aria-label": "Folder for all chosen", list: "library-folders", dir: "auto" });
  const tagAll = () => { const text = tag.value.trim(); if (text) wish("mark", { ...those(), add: [text] }); };
  const fold = () => wish("mark", { ...those(), folder: folder.value.trim() });
  entered(tag, tagAll);
  entered(folder, fold);
  const formats = look.kind === "character" ? FORMATS : look.kind === "lorebook" ? BOOK_FORMATS : { yaml: "YAML" };
  refill(bar,
    h("span", { class: "choice-count" }, count.toLocaleString() + " chosen"),
    !everything && value.total > value.rows.length && button("Choose all " + value.total.toLocaleString(), null, () => { everything = true; redraw(); }, { class: "btn btn-small btn-quiet", id: "choose-all" }),
    h("span", { class: "mark-row" }, tag, button("Tag", "tag", tagAll, { class: "btn btn-small", id: "chosen-tag-go" })),
    h("span", { class: "mark-row" }, folder, button("Put", "folder", fold, { class: "btn btn-small", id: "chosen-folder-go" })),
    menuOf("Save the chosen as a zip", "save", () => Object.entries(formats).map(([format, label]) => ({ act: "zip-" + format, icon: "save", label: label + "s in a zip", go: () => wish("take", { ...those(), format }) })), { id: "chosen-save", class: "menu" }),
    iconButton("Move the chosen to the trash", "trash", () => { const what = those(); chosen.clear(); everything = false; wish("remove", what); }, { id: "chosen-remove" }),
    iconButton("Choose none", "close", () => { chosen.clear(); everything = false; redraw(); }, { id: "chosen-none" }));
};
