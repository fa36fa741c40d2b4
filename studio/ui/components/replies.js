// Quick replies over the composer. A tap says one; while something is written, it is added to that.
const EDIT_ROWS = 6;
let editing = false;
const say = (text) => tell("reply", { text });
const chip = (text, at) => h("button", { type: "button", class: "reply", dir: "auto", title: text, "data-key": "reply-" + at, onclick: () => say(text) }, text);
const editor = (items) => {
  const field = h("textarea", { class: "field field-tall", id: "replies-text", rows: EDIT_ROWS, dir: "auto", "aria-label": "Quick replies, one a line" });
  field.value = items.join("\n");
  const close = () => { editing = false; paint(props.value); root.querySelector("#replies-edit")?.focus(); };
  const save = () => { editing = false; act("replies", { items: field.value.split("\n") }); paint(props.value); };
  field.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape") close();
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) save();
  });
  queueMicrotask(() => field.focus());
  return h("div", { class: "replies-editor" }, field, h("div", { class: "side-row" }, button("Save", "check", save, { class: "btn btn-small btn-primary", id: "replies-save" }), button("Cancel", null, close, { class: "btn btn-small" }), h("span", { class: "fine" }, "One a line; a line like /next is a command.")));
};
const paint = (value) => {
  if (editing) { if (!root.querySelector("#replies-text")) root.replaceChildren(editor(value.items)); return; }
  refill(root, h("div", { class: "replies", role: "group", "aria-label": "Quick replies" }, value.items.map(chip),
    iconButton("Edit the quick replies", "edit", () => { editing = true; paint(value); }, { id: "replies-edit", "data-key": "replies-edit" })));
};
heed("rights", ({ speak }) => { root.hidden = !speak; });
show(paint);
