// What is looked into beside the play, one page at a time.
const host = () => document.getElementById("stage");
let shown = "";
let opener = null;
const close = () => { act("look", { kind: "" }); paintSheet({ kind: "" }); opener?.isConnected && opener.focus({ preventScroll: true }); };
root.addEventListener("keydown", (event) => { if (event.key === "Escape" && !event.defaultPrevented) { event.stopPropagation(); close(); } });
const paintSheet = (sheet) => {
  if (host()) { if (sheet.kind) host().dataset.sheet = sheet.kind; else delete host().dataset.sheet; }
  if (!sheet.kind) { shown = ""; root.replaceChildren(); return; }
  const fresh = shown !== sheet.kind;
  if (fresh) opener = document.activeElement;
  const { title, note, body } = pages[sheet.kind](sheet.page);
  const fields = [...root.querySelectorAll("input, textarea")].filter((field) => field.id).map((field) => [field.id, field.value]);
  refill(root,
    h("div", { class: "sheet-head" }, h("h2", { class: "panel-title", id: "sheet-title", tabindex: "-1" }, title), iconButton("Close " + title, "close", close, { id: "sheet-close", "data-key": "sheet-close" })),
    note && h("p", { class: "fine sheet-note" }, note), h("div", { class: "sheet-body sheet-" + sheet.kind }, body));
  for (const [id, value] of fresh ? [] : fields) { const field = root.querySelector("#" + CSS.escape(id)); if (field && !field.value) field.value = value; }
  shown = sheet.kind;
  if (fresh) { root.closest("#backstage-panel")?.scrollTo({ top: 0 }); root.querySelector("#sheet-title").focus({ preventScroll: true }); }
};
show(paintSheet);
