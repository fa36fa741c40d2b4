// The bar over the stage: drawers on a small screen, the export menu, the light switch. It also tells the page its mode.
const stage = () => document.getElementById("stage");
const drawers = ["plays", "backstage"];
const toggles = {};
const set = (name, open) => {
  const host = stage();
  if (!host) return;
  for (const other of drawers) {
    const on = other === name && open;
    host.toggleAttribute("data-" + other, on);
    toggles[other].setAttribute("aria-expanded", String(on));
  }
  if (open) document.querySelector("#" + name + "-panel button, #" + name + "-panel [tabindex]")?.focus({ preventScroll: true });
};
const toggle = (name) => set(name, !stage()?.hasAttribute("data-" + name));
toggles.plays = button("Plays", "menu", () => toggle("plays"), { id: "open-plays", class: "btn btn-quiet drawer-toggle", "aria-expanded": "false", "aria-controls": "plays-panel" });
toggles.backstage = button("Backstage", "notes", () => toggle("backstage"), { id: "open-backstage", class: "btn btn-quiet drawer-toggle drawer-toggle-end", "aria-expanded": "false", "aria-controls": "backstage-panel" });
const menu = h("details", { class: "menu", id: "export-menu" });
const KEYS = [["Enter", "send"], ["Shift + Enter", "new line"], ["Alt + N", "next line"], ["Alt + A", "auto"], ["Alt + P", "pause"], ["Alt + S, Escape", "stop"], ["Alt + L", "write my line"], ["Alt + U", "undo"], ["Alt + R", "redo"], ["Alt + W", "to your line"], ["↑ ↓", "from line to line"], ["← →", "takes of a line"], ["/help", "commands to type"]];
const keys = h("details", { class: "menu keys" }, h("summary", { class: "btn btn-quiet", "data-key": "keys" }, "Keys"),
  h("dl", { class: "menu-list" }, KEYS.map(([key, what]) => h("div", {}, h("dt", {}, h("kbd", {}, key)), h("dd", {}, what)))));
const ALOUD = "greenroom-aloud";
const hearing = () => localStorage.getItem(ALOUD) === "yes";
const aloud = iconButton("Read new lines aloud", "sound", () => {
  localStorage.setItem(ALOUD, hearing() ? "no" : "yes");
  aloud.setAttribute("aria-pressed", String(hearing()));
  tell("aloud", { on: hearing() });
}, { id: "aloud", "aria-pressed": String(hearing()) });
const SCENERY = "greenroom-scenery";
const scenic = () => localStorage.getItem(SCENERY) !== "no";
const canvasFile = h("input", { type: "file", accept: "image/png,image/jpeg,image/webp", id: "backdrop-file", class: "cast-file", "aria-label": "A picture for the stage", tabindex: "-1" });
canvasFile.addEventListener("change", async () => {
  const chosen = canvasFile.files[0];
  canvasFile.value = "";
  if (!chosen || playing()) return;
  try { act("backdrop", { text: await shrunk(chosen) }); } catch { act("backdrop", { text: "-" }); }
});
let directs = true;
const painted = menuOf("Scenery", "scenery", () => [
  { act: "scenery", icon: scenic() ? "hide" : "scenery", label: scenic() ? "Take the scenery down" : "Show the scenery", go: () => { localStorage.setItem(SCENERY, scenic() ? "no" : "yes"); paintScenery(); } },
  directs && { act: "backdrop", icon: "plus", label: "Hang a picture of your own", note: "for everybody at this play", go: () => canvasFile.click() },
  directs && { act: "painted", icon: "restore", label: "The painted backdrop", go: () => { if (!playing()) act("backdrop", { text: "" }); } },
], { id: "scenery" });
const paintScenery = () => document.documentElement.classList.toggle("scenery-off", !scenic());
paintScenery();
root.append(toggles.plays, painted, canvasFile, aloud, keys, menu, toggles.backstage);

const onkey = (event) => {
  if (!root.isConnected) { document.removeEventListener("keydown", onkey); document.removeEventListener("click", onclick); return; }
  if (event.key !== "Escape") return;
  const open = drawers.find((name) => stage()?.hasAttribute("data-" + name));
  if (open) { set(open, false); toggles[open].focus(); }
  for (const one of document.querySelectorAll(".menu[open]")) { one.open = false; one.querySelector("summary").focus(); }
};
const onclick = (event) => {
  for (const one of document.querySelectorAll(".menu[open]")) if (!one.contains(event.target)) one.open = false;
  if (event.target.id === "drawer-shade" || event.target.closest(".play-open, #new-play")) set("plays", false);
};
document.addEventListener("keydown", onkey);
document.addEventListener("click", onclick);
for (const what of ["address", "play", "line"]) heed(what, () => set("backstage", false));

show((value) => {
  const host = stage();
  if (host) host.dataset.mode = value.mode === "bill" ? "bill" : "play";
  document.title = value.title ? value.title + " · Greenroom" : "Greenroom";
  directs = value.mode === "play";
  keys.hidden = painted.hidden = value.mode === "bill";
  aloud.hidden = value.mode === "bill" || !("speechSynthesis" in window);
  menu.hidden = value.mode !== "play" || value.formats.length === 0;
  refill(menu, h("summary", { class: "btn btn-quiet", "aria-label": "Export this play", "data-key": "export" }, icon("save"), h("span", {}, "Export")),
    h("ul", { class: "menu-list" }, value.formats.map((format) => h("li", {}, h("button", { type: "button", class: "menu-item", "data-format": format.name, onclick: () => { menu.open = false; trigger("export", { format: format.name }); } },
      h("span", {}, format.title), h("span", { class: "fine" }, format.summary))))));
});
