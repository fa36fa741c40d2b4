// A dialog to browse a pool in: headings, a search, a line about each, and what excludes what.
const picker = h("dialog", { class: "cast-dialog cast-picker", "aria-labelledby": "picker-title" });
const closeDialog = (dialog) => { if (dialog.open) dialog.close(); };
const dialogHead = (title, dialog, id) => h("header", { class: "dialog-head" }, h("h2", { class: "bill-h", id }, title), iconButton("Close", "close", () => closeDialog(dialog)));
const bare = (name) => name.toLowerCase().trim().replace(/\s+/g, " ").replace(/^(?:a|an|the) (?=.)/, "");
const pick = ({ title, pool, choices = bench.pools.picks[pool] || [], chosen, toggle, single, most }) => {
  const search = h("input", { class: "field", type: "search", placeholder: "Search " + choices.length, "aria-label": "Search", autocomplete: "off" });
  const list = h("div", { class: "picker-list" });
  const note = h("p", { class: "fine picker-note", role: "status" });
  const draw = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const now = chosen().filter(Boolean);
    const taken = new Set(now.map(bare));
    const found = choices.filter((choice) => words.every((word) => (choice.name + " " + choice.meaning + " " + choice.group).toLowerCase().includes(word)));
    const groups = new Map();
    for (const choice of found) groups.set(choice.group, [...(groups.get(choice.group) || []), choice]);
    const item = (choice) => {
      const on = taken.has(bare(choice.id || choice.name));
      const rival = !on && choice.against.find((other) => taken.has(other));
      return h("button", { type: "button", class: "picker-item", "aria-pressed": String(on), "data-key": "pick-" + choice.name, "data-name": choice.name, onclick: () => { toggle(choice.id || choice.name); if (single) closeDialog(picker); else draw(); } },
        h("span", { dir: "auto" }, choice.name), choice.meaning && h("span", { class: "fine", dir: "auto" }, choice.meaning), rival && h("span", { class: "fine picker-against" }, "excludes “" + rival + "”"));
    };
    refill(list, [...groups].map(([group, members]) => h("section", {}, group && h("h3", { class: "panel-sub" }, group), h("div", { class: "picker-items" }, members.map(item)))),
      !found.length && h("p", { class: "empty" }, "Nothing here matches. Close this and type your own: anything goes."));
    note.textContent = single ? "" : now.length + " chosen" + (most ? "; " + most + " are enough for a clear picture" : "");
  };
  let pause = 0;
  search.addEventListener("input", () => { clearTimeout(pause); pause = setTimeout(draw, 120); });
  picker.replaceChildren(dialogHead(title, picker, "picker-title"), search, list, h("footer", { class: "dialog-foot" }, note, !single && button("Done", "check", () => closeDialog(picker), { class: "btn btn-primary" })));
  draw();
  picker.showModal();
  search.focus();
};
for (const dialog of [picker]) dialog.addEventListener("click", (event) => { if (event.target === dialog) closeDialog(dialog); });
