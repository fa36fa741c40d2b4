// The plays of this visitor: search, open, rename, archive, restore, erase.
const search = h("input", { class: "field", type: "search", id: "plays-search", placeholder: "Search your plays", "aria-label": "Search your plays", autocomplete: "off" });
const list = h("ul", { class: "plays", "aria-label": "Your plays" });
const fresh = button("New play", "plus", () => act("fresh"), { id: "new-play", class: "btn btn-wide" });
const shelf = button("Archived plays", "archive", () => act("shelf", { yes: !props.value.archived }), { id: "shelf", class: "btn btn-quiet" });
const more = button("Show more", null, () => act("more"), { class: "btn btn-quiet" });
const note = h("p", { class: "fine" });
root.append(h("h2", { class: "panel-title" }, "Your plays"), fresh, search, list, h("div", { class: "plays-foot" }, more, shelf, note));
let timer = 0;
search.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(() => trigger("search", { query: search.value }), 200); });

const rename = (item, play) => {
  const box = h("input", { class: "field", "aria-label": "New title", dir: "auto", maxlength: 200 });
  box.value = play.title;
  let done = false;
  const finish = (save) => { if (done) return; done = true; const title = box.value.trim(); if (save && title && title !== play.title) act("rename", { id: play.id, name: title }); item.replaceWith(entry(play)); };
  box.addEventListener("keydown", (event) => { if (event.key === "Enter") finish(true); if (event.key === "Escape") { event.stopPropagation(); finish(false); } });
  box.addEventListener("blur", () => finish(true));
  item.replaceChildren(box);
  box.focus(); box.select();
};

const erase = (item, play) => {
  item.replaceChildren(h("div", { class: "erase", role: "group", "aria-label": "Erase for good" },
    h("p", { class: "fine" }, "Erase “", h("bdi", {}, play.title), "” and its memories for good? This cannot be undone."),
    button("Erase for good", "trash", () => act("erase", { id: play.id }), { class: "btn btn-small btn-stop" }),
    button("Keep it", null, () => item.replaceWith(entry(play)), { class: "btn btn-small" })));
  item.querySelector("button:last-child").focus();
};

const entry = (play) => {
  const item = h("li", { class: "play" + (play.id === props.value.current ? " play-current" : ""), "data-id": play.id });
  const verbs = props.value.archived
    ? [iconButton("Restore " + play.title, "restore", () => act("restore", { id: play.id }), { "data-act": "restore" }), iconButton("Erase " + play.title, "trash", () => erase(item, play), { "data-act": "erase" })]
    : [iconButton("Rename " + play.title, "edit", () => rename(item, play), { "data-act": "rename" }), iconButton("Archive " + play.title, "archive", () => act("archive", { id: play.id }), { "data-act": "archive" })];
  item.append(
    h("button", { type: "button", class: "play-open", "aria-current": play.id === props.value.current ? "true" : null, "data-key": play.id, onclick: () => act("open", { id: play.id }) },
      h("span", { class: "play-title", dir: "auto" }, play.title),
      h("span", { class: "play-cast", dir: "auto" }, play.cast),
      h("span", { class: "fine" }, play.turns + (play.turns === 1 ? " turn · " : " turns · ") + play.when + (play.unfinished ? " · unfinished line" : ""))),
    h("div", { class: "play-verbs" }, verbs));
  return item;
};

show((value) => {
  if (document.activeElement !== search) search.value = value.query;
  shelf.lastChild.textContent = value.archived ? "Back to your plays" : "Archived plays";
  root.firstElementChild.textContent = value.archived ? "Archived plays" : "Your plays";
  more.hidden = !value.more;
  fresh.hidden = value.archived;
  note.textContent = value.note;
  refill(list, value.items.map(entry), value.items.length === 0 && h("li", { class: "empty" },
    value.query ? "No play matches “" + value.query + "”." : value.archived ? "Nothing is archived. A play you archive waits here until you restore it." : "Plays you begin are kept here, also when you close this tab."));
});
