// The library: who can be cast, what can be played, what is known of the world, and what was played.
const list = h("ul", { class: "holdings", id: "library-list" });
const count = h("p", { class: "fine", id: "library-count", role: "status" });
const pager = h("nav", { class: "pager", "aria-label": "Pages of the library" });
const problems = h("div", { class: "problems" });
const trash = h("div", {});
const folders = h("datalist", { id: "library-folders" });
root.append(
  h("header", { class: "library-head" }, h("h1", { class: "bill-title" }, "The library"), button("Bring in files", "into", () => tell("incoming", {}), { class: "btn", id: "library-bring" })),
  h("div", { class: "library-tools" }, kinds, search, sort), more, active, problems, folders,
  h("div", { class: "library-grid" }, h("div", { class: "library-lists" }, count, bar, list, pager, trash), sheet));

let shownDetail = "";
let fetched = "";
const fetchFile = (address) => {
  if (!address || address === fetched) return;
  fetched = address;
  const link = h("a", { href: new URL(address, document.baseURI).href, download: "" });
  document.body.append(link);
  link.click();
  link.remove();
};
const nothing = () => {
  if (look.text || narrowed()) return h("li", { class: "empty" }, h("p", {}, "No " + ONE[look.kind] + " matches" + (look.text ? " “" + look.text + "”." : " all of this.")), button("Show everything", null, clear, { class: "btn btn-small", id: "library-everything" }));
  if (look.kind === "session") return h("li", { class: "empty" }, h("p", {}, "Nothing was played yet. Choose a scene and begin; every play is kept here."));
  return h("li", { class: "empty" }, h("p", {}, "No " + ONE[look.kind] + " yet. Bring one in: a card, a lorebook, a YAML file, or a zip of many."));
};
const draw_ = () => {
  const value = current;
  const kind = look.kind;
  list.className = "holdings holdings-" + kind;
  refill(list, value.rows.map((row) => rowOf(row, kind, () => fillBar(value, draw_))), !value.rows.length && nothing());
  fillBar(value, draw_);
};
const pageButton = (label, symbol, page, off, id) => h("button", { type: "button", class: "btn btn-small", id, disabled: off, "data-key": id, onclick: () => { change({ page }); root.scrollIntoView({ block: "start" }); } }, icon(symbol), h("span", {}, label));
const fillPager = (value) => {
  const page = value.look.page;
  refill(pager, value.pages > 1 && [
    pageButton("Before", "left", page - 1, page === 0, "page-before"),
    h("span", { class: "fine" }, "Page " + (page + 1).toLocaleString() + " of " + value.pages.toLocaleString()),
    pageButton("Next", "right", page + 1, page + 1 >= value.pages, "page-next"), ]);
};
const fillTrash = (value) => refill(trash, value.trash.length > 0 && h("details", { class: "side-fold trash" }, h("summary", { class: "fine" }, value.trash.length === 1 ? "One thing in the trash" : value.trash.length + " things in the trash"),
  h("ul", { class: "trash-list" }, value.trash.map((one) => h("li", {}, h("span", { dir: "auto" }, one.title), h("span", { class: "fine" }, one.kind + ", " + one.when), button("Bring back", "restore", () => wish("restore", { ids: [one.token] }), { class: "btn btn-small btn-quiet", "data-key": "back-" + one.token }))))));

heed("library-act", (sent) => {
  if (sent.act === "fresh") ask();
  if (sent.act === "open") { look = { ...look, kind: sent.kind, text: "", page: 0 }; open(sent.kind, sent.id); }
});

show((value) => {
  if (!value.beat) return;
  if (value.stale) { setTimeout(ask, 300); return; }
  fetchFile(value.download);
  if (questions.outdated(value.seq)) return;
  current = value;
  look = { ...value.look };
  if (document.activeElement !== search) search.value = look.text;
  fillFilters(value);
  folders.replaceChildren(...value.choices.folders.map((one) => h("option", { value: one.name })));
  const from = look.page * 48;
  count.textContent = look.kind === "session" ? "" : !value.total ? "" : value.total <= value.rows.length
    ? value.total.toLocaleString() + " " + (value.total === 1 ? ONE : MANY)[look.kind]
    : (from + 1).toLocaleString() + "–" + (from + value.rows.length).toLocaleString() + " of " + value.total.toLocaleString() + " " + MANY[look.kind];
  draw_();
  fillPager(value);
  fillTrash(value);
  refill(problems, value.problems.length > 0 && h("details", { class: "notice notice-warning problem-list" }, h("summary", {}, value.problems.length === 1 ? "One file cannot be used" : value.problems.length + " files cannot be used"), h("ul", {}, value.problems.map((text) => h("li", { dir: "auto" }, text)))));
  sheet.hidden = !value.detail;
  root.querySelector(".library-grid").classList.toggle("has-sheet", Boolean(value.detail));
  const now = JSON.stringify(value.detail);
  if (now !== shownDetail) {
    const same = value.detail && sheet.dataset.of === value.detail.kind + ":" + value.detail.id;
    shownDetail = now;
    sheet.dataset.of = value.detail ? value.detail.kind + ":" + value.detail.id : "";
    refill(sheet, value.detail && detail(value.detail));
    if (!same) {
      sheet.scrollTop = 0;
      if (value.detail && sheet.getBoundingClientRect().top < 0) sheet.scrollIntoView({ block: "start" });
      if (value.detail) sheet.focus({ preventScroll: true });
    }
  }
});
