// What is listed: a card for each thing, which opens it, with a box to choose it and a star.
const KINDS = [["character", "Characters"], ["scene", "Scenes"], ["lorebook", "Lorebooks"], ["session", "Plays"]];
const ONE = { character: "character", scene: "scene", lorebook: "lorebook", session: "play" };
const MANY = { character: "characters", scene: "scenes", lorebook: "lorebooks", session: "plays" };
Object.assign(ICONS, {
  star: "M12 3.500l2.600 5.600 6 .7-4.500 4.100 1.200 6-5.300-3-5.300 3 1.200-6L3.400 9.800l6-.7z",
  book: "M5 4h12a2 2 0 0 1 2 2v14H7a2 2 0 0 1-2-2zM5 18a2 2 0 0 1 2-2h12M9 8h6",
  folder: "M3 6h7l2 3h9v10H3z",
  tag: "M4 4h8l8 8-8 8-8-8zM8 8v.01",
  into: "M12 3v12M7 10l5 5 5-5M4 17v4h16v-4",
  play: "M6 4l13 8-13 8z",
});
FILLED.add("play");

let look = { kind: "character", text: "", tags: [], tropes: [], mbti: "", folder: null, favourites: false, mine: false, alike: false, archived: false, sort: "relevance", page: 0 };
let openedKind = "";
let openedId = "";
let everything = false;
const chosen = new Set();

const questions = asking();
let current = null;
const ask = () => trigger("look", { look, kind: openedKind || look.kind, open: openedId, seq: questions.next() });
const wish = (name, more) => trigger(name, { look, kind: look.kind, open: openedId, seq: questions.next(), ...more });
const change = (what) => {
  look = { ...look, ...what, page: what.page || 0 };
  if (!("page" in what)) { chosen.clear(); everything = false; }
  ask();
};
const turnTo = (kind) => {
  if (kind === look.kind) return;
  look = { ...look, kind, tags: [], tropes: [], mbti: "", folder: null, alike: false, page: 0, sort: "relevance" };
  openedKind = openedId = "";
  chosen.clear();
  everything = false;
  ask();
};
const open = (kind, id) => { openedKind = kind; openedId = id; ask(); };
const openPlay = (id) => trigger("play", { session: id });

const star = (row, kind) => kind !== "session" && h("button", {
  type: "button", class: row.favourite ? "icon-btn star star-on" : "icon-btn star", "data-key": "star-" + row.id, "aria-pressed": String(row.favourite), "aria-label": "Favourite: " + row.title, title: row.favourite ? "A favourite" : "Make it a favourite",
  onclick: () => wish("mark", { kind, ids: [row.id], favourite: !row.favourite }),
}, icon("star"));
const box = (row, kind, onchoose) => kind !== "session" && h("input", {
  type: "checkbox", class: "choose", "data-key": "box-" + row.id, "aria-label": "Choose " + row.title, checked: everything || chosen.has(row.id),
  onchange: (event) => { everything = false; if (event.target.checked) chosen.add(row.id); else chosen.delete(row.id); onchoose(); },
});
const labels = (row) => {
  const all = [...row.marks, ...row.tags].slice(0, 3);
  return (row.folder || all.length > 0) && h("span", { class: "row-labels" }, row.folder && h("span", { class: "label label-folder", dir: "auto" }, row.folder), all.map((one) => h("span", { class: "label", dir: "auto" }, one)));
};
const card = (row, kind) => {
  const pressed = { "aria-pressed": String(openedKind === kind && openedId === row.id), "data-key": "open-" + row.id, ["data-" + kind]: row.id, onclick: () => (kind === "session" ? openPlay(row.id) : open(kind, row.id)) };
  const problem = row.problem && h("span", { class: "fine row-problem" }, "Cannot be used");
  if (kind === "character") {
    return h("button", { type: "button", class: "person-card", ...pressed }, face(row.person), h("span", { class: "person-name", dir: "auto" }, row.title), h("span", { class: "fine person-about", dir: "auto" }, row.about), problem, labels(row));
  }
  if (kind === "scene") {
    return h("button", { type: "button", class: "scene-card", ...pressed },
      h("span", { class: "scene-kind", dir: "auto" }, row.line || "Scene"), h("span", { class: "scene-title", dir: "auto" }, row.title), h("span", { class: "scene-premise", dir: "auto" }, row.about), problem, labels(row),
      h("span", { class: "scene-foot" }, h("span", { class: "faces" }, row.cast.map(face)), h("span", { class: "fine" }, row.figure)));
  }
  return h("button", { type: "button", class: "scene-card", ...pressed },
    h("span", { class: "scene-kind" }, kind === "lorebook" ? "Lorebook" : row.line), h("span", { class: "scene-title", dir: "auto" }, row.title), h("span", { class: "scene-premise", dir: "auto" }, row.about), problem, labels(row),
    h("span", { class: "scene-foot" }, h("span", { class: "fine" }, row.figure)));
};
const rowOf = (row, kind, onchoose) => h("li", { class: "holding holding-" + kind }, card(row, kind), h("span", { class: "holding-verbs" }, box(row, kind, onchoose), star(row, kind)));
