// The library: who can be cast, what can be played, and everything known about either.
const search = h("input", { class: "field", type: "search", id: "library-search", placeholder: "Search characters and scenes", "aria-label": "Search characters and scenes", autocomplete: "off" });
const sheet = h("section", { class: "sheet", id: "library-detail", "aria-live": "polite", tabindex: "-1" });
const scenes = h("div", { class: "scene-grid" });
const people = h("div", { class: "people" });
const problems = h("div", { class: "problems" });
const sceneHead = h("h2", { class: "bill-h" });
const peopleHead = h("h2", { class: "bill-h" });
root.append(
  h("header", { class: "library-head" }, h("h1", { class: "bill-title" }, "The library"), search),
  problems,
  h("div", { class: "library-grid" }, h("div", { class: "library-lists" }, sceneHead, scenes, peopleHead, people), sheet));
let timer = 0;
search.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(() => trigger("search", { query: search.value }), 200); });
const open = (kind, id) => trigger("open", { kind, id });
let opened = "";

const sceneCard = (scene) => h("button", { type: "button", class: "scene-card", "data-scene": scene.id, "data-key": "s-" + scene.id, "aria-pressed": String(opened === "scene:" + scene.id), onclick: () => open("scene", scene.id) },
  h("span", { class: "scene-kind" }, scene.genre), h("span", { class: "scene-title", dir: "auto" }, scene.title), h("span", { class: "scene-premise", dir: "auto" }, scene.premise),
  h("span", { class: "scene-foot" }, h("span", { class: "faces" }, scene.cast.slice(0, 5).map((id) => props.value.people[id]).filter(Boolean).map(face)), h("span", { class: "fine", dir: "auto" }, scene.place)));
const personCard = (person) => h("button", { type: "button", class: "person-card", "data-character": person.id, "data-key": "c-" + person.id, "aria-pressed": String(opened === "character:" + person.id), onclick: () => open("character", person.id) },
  face(person), h("span", { class: "person-name", dir: "auto" }, person.name), h("span", { class: "fine person-about", dir: "auto" }, person.about));

const section = (part) => {
  const inside = part.items.length ? h("ul", { class: "sheet-list" }, part.items.map((item) => h("li", { dir: "auto" }, item))) : h("div", {}, paragraphs(part.text));
  return part.secret
    ? h("details", { class: "secret" }, h("summary", {}, part.title), inside)
    : h("section", {}, h("h3", { class: "panel-sub" }, part.title), inside);
};

const toCast = (key) => {
  document.dispatchEvent(new CustomEvent("cast-open", { detail: { key } }));
  [...document.querySelectorAll('#tabs > .tab-wrapper button[role="tab"]')].find((tab) => tab.textContent.trim() === "Cast")?.click();
};
const detail = (item) => [
  h("div", { class: "sheet-head" }, item.person && face(item.person), h("div", { class: "sheet-names" }, h("h2", { class: "sheet-title", dir: "auto" }, item.title), item.subtitle && h("p", { class: "fine", dir: "auto" }, item.subtitle)), iconButton("Close", "close", () => trigger("open", { kind: "", id: "" }))),
  item.kind === "scene" && button("Play this scene", "next", () => trigger("play", { scene: item.id }), { class: "btn btn-primary btn-wide", id: "play-scene" }),
  item.kind === "character" && button("Open on the Cast page", "edit", () => toCast(item.id), { class: "btn btn-wide", id: "edit-character" }),
  item.cast.length > 0 && h("div", { class: "sheet-cast" }, item.cast.map((person) => h("button", { type: "button", class: "sheet-person", onclick: () => open("character", person.id) }, face(person), h("span", {}, h("span", { class: "person-name", dir: "auto" }, person.name), h("span", { class: "fine person-about", dir: "auto" }, person.about))))),
  item.parts.map(section)];

show((value) => {
  if (document.activeElement !== search) search.value = value.query;
  const now = value.detail ? value.detail.kind + ":" + value.detail.id : "";
  const changed = now !== opened;
  opened = now;
  sceneHead.textContent = "Scenes";
  peopleHead.textContent = "Characters";
  const nothing = (what) => h("p", { class: "empty" }, value.query ? "No " + what + " matches “" + value.query + "”." : "No " + what + " yet. Put a YAML file in your own folder and it appears here.");
  refill(scenes, value.scenes.map(sceneCard), !value.scenes.length && nothing("scene"));
  refill(people, value.characters.map((id) => personCard(value.people[id])), !value.characters.length && nothing("character"));
  refill(problems, value.problems.length > 0 && h("details", { class: "notice notice-warning problem-list" }, h("summary", {}, value.problems.length === 1 ? "One file cannot be used" : value.problems.length + " files cannot be used"), h("ul", {}, value.problems.map((text) => h("li", { dir: "auto" }, text)))));
  sheet.hidden = !value.detail;
  root.querySelector(".library-grid").classList.toggle("has-sheet", Boolean(value.detail));
  if (changed) {
    refill(sheet, value.detail && detail(value.detail));
    sheet.scrollTop = 0;
    if (value.detail && sheet.getBoundingClientRect().top < 0) sheet.scrollIntoView({ block: "start" });
    if (value.detail) sheet.focus({ preventScroll: true });
  }
});
