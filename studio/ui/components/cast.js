// The workbench: one character as a form. What is typed is kept as a draft at once; Save puts it into the library.
const status = h("p", { class: "fine cast-status", id: "cast-state", role: "status" });
const says = h("p", { class: "fine cast-says", role: "status" });
let saysTimer = 0;
const say = (words) => { says.textContent = words; clearTimeout(saysTimer); saysTimer = setTimeout(() => { says.textContent = ""; }, 6000); };
const title = h("h1", { class: "cast-title", dir: "auto" });
const headFace = h("span", { class: "cast-head-face" });
const undoButton = iconButton("Undo (Alt + U)", "undo", undo, { id: "cast-undo", "aria-keyshortcuts": "Alt+U" });
const redoButton = iconButton("Redo (Alt + R)", "redo", redo, { id: "cast-redo", "aria-keyshortcuts": "Alt+R" });
const saveButton = button("Save", "check", () => save(), { class: "btn", id: "cast-save", "aria-keyshortcuts": "Control+S" });
const playButton = button("Play with them", "next", async () => { if ((!dirty() && bench.saved) || (await save())) trigger("play", { key: bench.id }); }, { class: "btn btn-primary", id: "cast-play" });
const listButton = iconButton("Your cast", "people", () => toggleList(true), { class: "icon-btn cast-list-toggle", id: "cast-open-list", "aria-expanded": "false" });
const verb = (label, about, act, attributes) => h("li", {}, h("button", { type: "button", class: "menu-item", onclick: () => { menu.open = false; act(); }, ...attributes }, h("span", {}, label), h("span", { class: "fine" }, about)));
const menu = h("details", { class: "menu", id: "cast-menu" });
const menuHead = h("summary", { class: "icon-btn", "aria-label": "More", title: "More" }, icon("more"));
const counted = h("button", { type: "button", class: "cast-findings", id: "cast-findings", onclick: () => nextMark() });
const bar = h("header", { class: "cast-bar" }, listButton, headFace, title, h("div", { class: "cast-history" }, undoButton, redoButton, menu), h("div", { class: "cast-line" }, status, counted, h("div", { class: "cast-acts" }, saveButton, playButton)));
const tabs = h("div", { class: "cast-tabs", role: "tablist", "aria-label": "Sections" });
const panels = h("div", { class: "cast-panels" });
const welcome = h("div", { class: "cast-welcome" });
root.append(welcome, bar, tabs, says, panels, picker, guardBox);
bar.hidden = tabs.hidden = panels.hidden = true;

const page = () => document.getElementById("castpage");
const toggleList = (open) => { page()?.toggleAttribute("data-list", open); listButton.setAttribute("aria-expanded", String(open)); if (open) document.querySelector("#cast-list button, #cast-list input")?.focus({ preventScroll: true }); };
let section = "compose";
const go = (name, focus) => {
  section = name;
  page()?.setAttribute("data-section", name);
  for (const tab of tabs.children) { const on = tab.dataset.tab === name; tab.setAttribute("aria-selected", String(on)); tab.tabIndex = on ? 0 : -1; if (on && focus) tab.focus(); if (on) tab.scrollIntoView({ block: "nearest", inline: "nearest" }); }
  for (const panel of panels.children) panel.hidden = panel.dataset.section !== name;
  const top = scroller.scrollTop + root.getBoundingClientRect().top - (innerWidth >= 1180 ? 56 : 0);
  if (here() && scroller.scrollTop > top) scroller.scrollTop = top;
  for (const box of panels.querySelectorAll('[data-section="' + name + '"] textarea')) grow(box);
  if (name === "history" && bench.id) wish("history");
  if (name === "history" && !bench.id) showVersions([]);
};
const build = () => {
  tabs.replaceChildren(...SECTIONS.map(([name, label]) => h("button", { type: "button", role: "tab", class: "cast-tab" + (name === "told" ? " cast-tab-told" : ""), id: "cast-tab-" + name, "data-tab": name, "data-title": label, "aria-controls": name === "told" ? "cast-told" : "cast-panel-" + name, onclick: () => go(name) }, h("span", {}, label), h("span", { class: "tab-count", hidden: true, "aria-hidden": "true" }))));
  panels.replaceChildren(...Object.entries(BUILT).map(([name, parts]) => h("div", { class: "cast-panel", role: "tabpanel", id: "cast-panel-" + name, "data-section": name, "aria-labelledby": "cast-tab-" + name }, parts())));
  tabs.addEventListener("keydown", (event) => {
    const shown = [...tabs.children].filter((tab) => tab.offsetParent);
    const at = shown.findIndex((tab) => tab.dataset.tab === section);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: shown.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    go(shown[(to + shown.length) % shown.length].dataset.tab, true);
  });
  go(section);
};
const greet = () => welcome.replaceChildren(
  h("h1", { class: "bill-title" }, "Who shall be in your company?"),
  h("p", { class: "bill-sub" }, "Compose somebody from a few picks, roll them whole, or begin with somebody of the house and make them your own."),
  h("div", { class: "cast-doors" },
    button("Roll the dice", "dice", async () => { await openKey(""); await wish("roll", { world: worldOf() }); }, { class: "btn btn-primary", id: "welcome-roll" }),
    button("Start from nothing", "plus", async () => { await openKey(""); document.getElementById("cast-name")?.focus(); }, { class: "btn", id: "welcome-new" }),
    h("span", { class: "cast-doors-list" }, button("Choose from the list", "people", () => toggleList(true), { class: "btn btn-quiet" }))));

const openKey = async (key) => {
  await settled();
  const value = await wish("open", { key, patch: {} });
  return Boolean(value && !value.failed);
};
const placed = (stays) => {
  welcome.hidden = true;
  bar.hidden = tabs.hidden = panels.hidden = false;
  page()?.setAttribute("data-open", "");
  if (stays) { if (section === "history" && bench.id) setTimeout(() => wish("history")); return; }
  seedNote.textContent = "";
  says.textContent = "";
  lore = { drawn: "", open: -1 };
  traceList.replaceChildren();
  go(section === "told" ? "told" : "compose");
};
const nextMark = () => {
  const marks = [...root.querySelectorAll(".mark-error, .mark-warning")];
  if (!marks.length) return;
  const at = marks.findIndex((mark) => mark.dataset.seen);
  const next = marks[(at + 1) % marks.length];
  for (const mark of marks) delete mark.dataset.seen;
  next.dataset.seen = "yes";
  const home = next.closest("[data-section]");
  if (home) go(home.dataset.section);
  next.scrollIntoView({ block: "center" });
  next.closest(".marks").parentElement.querySelector("input, textarea, select")?.focus({ preventScroll: true });
};

// Everything about the whole: its name, whether it is safe, what can be done now.
const lights = () => {
  if (!bench.form) return;
  const unsaved = dirty();
  title.textContent = nameOf();
  headFace.replaceChildren(face(person()));
  status.textContent = waiting && unsent() ? "Keeping…" : unsent() ? "Typing…" : unsaved ? (bench.saved ? "Draft, not saved" : "Draft, never saved") : bench.saved ? "Saved" : bench.said || "New";
  status.dataset.state = unsent() || waiting ? "busy" : unsaved ? "draft" : "saved";
  undoButton.disabled = !bench.undo.length;
  redoButton.disabled = !bench.redo.length;
  saveButton.disabled = !unsaved && Boolean(bench.saved);
  const errors = bench.marks.filter((mark) => mark.severity === "error").length;
  const warnings = bench.marks.filter((mark) => mark.severity === "warning").length;
  counted.hidden = !errors && !warnings;
  counted.className = "cast-findings" + (errors ? " cast-findings-error" : "");
  counted.textContent = errors ? (errors === 1 ? "1 to mend" : errors + " to mend") : warnings === 1 ? "1 to look at" : warnings + " to look at";
  const open = menu.open;
  menu.replaceChildren(menuHead, h("ul", { class: "menu-list" },
    verb("Duplicate", "Another one like this, to change", async () => { await settled(); await wish("copy"); }, { id: "cast-copy" }),
    bench.saved && unsaved && verb("Drop the changes", "Back to what was saved; Undo takes them up again", () => lay(bench.saved, "Back to what was saved"), { id: "cast-drop" }),
    !bench.saved && verb("Throw the draft away", "It was never saved", async () => { await settled(); await wish("discard", { patch: {} }); leave(); }, { id: "cast-discard" }),
    bench.own && bench.saved && verb(bench.shipped ? "Back to the house’s own" : "Take out of the cast", bench.shipped ? "Your changes go; the one that ships stays" : "Undo brings them back", async () => { await settled(); await wish("remove", { patch: {} }); leave(); }, { id: "cast-remove" }),
    verb("Close", "Back to the beginning", () => guard(leave), { id: "cast-close" })));
  menu.open = open;
};
const leave = () => {
  bench.form = bench.acked = bench.saved = null;
  bench.key = bench.id = "";
  bench.version = bench.base = 0;
  bench.marks = [];
  sessionStorage.removeItem("greenroom-cast");
  page()?.removeAttribute("data-open");
  welcome.hidden = false;
  bar.hidden = tabs.hidden = panels.hidden = true;
  document.getElementById("cast-told")?.removeAttribute("data-scene");
};

// --- a model at work ---
const pen = {
  busy: false,
  before: null,
  start(form) { pen.busy = true; pen.before = form; root.classList.add("cast-writing"); },
  end() { pen.busy = false; root.classList.remove("cast-writing"); for (const shown of root.querySelectorAll(".cast-live")) shown.remove(); },
  show(pieces) {
    for (const [path, words] of Object.entries(pieces)) {
      const home = root.querySelector('[data-row="' + CSS.escape(path) + '"]');
      if (!home) continue;
      let live = home.querySelector(".cast-live");
      if (!live) home.append(live = h("p", { class: "cast-live", dir: "auto" }));
      live.textContent = words;
    }
  },
  // What was changed by hand while the model wrote stays as the hand left it.
  finish(values) {
    const mine = Object.keys(values).filter((path) => !same(get(path), get(path, pen.before)));
    lay(Object.fromEntries(Object.entries(values).filter(([path]) => !mine.includes(path))), "");
    return mine;
  },
};
document.addEventListener("cast-pen", (event) => {
  const value = event.detail;
  if (!root.isConnected || !bench.form) return;
  if (value.state === "writing") { if (!pen.busy) pen.start(copy(bench.form)); pen.show(value.pieces); return; }
  if (!pen.busy) return;
  if (value.state === "done" && value.key === bench.key) {
    const mine = pen.finish(value.values);
    if (mine.length) say("Your own words stay in: " + mine.map((path) => bench.pools.titles[path]).join(", "));
  }
  pen.end();
});
document.addEventListener("cast-pen-stopped", (event) => {
  if (!pen.busy || !bench.form) return;
  const whole = Object.entries(event.detail.pieces || {}).filter(([path, words]) => typeof get(path) === "string" && words.trim());
  pen.finish(Object.fromEntries(whole));
  pen.end();
  say(whole.length ? "Stopped. What was written so far is in the form; Undo takes it out." : "Stopped.");
});

// --- from elsewhere on the page ---
document.addEventListener("cast-open", (event) => {
  if (!root.isConnected) return;
  toggleList(false);
  const key = event.detail.key;
  if (!bench.pools) { wanted = key; return; }
  if (bench.form && key === bench.key && key) return;
  guard(() => openKey(key));
});
document.addEventListener("cast-company", (event) => { if (bench.pools && event.detail.length) bench.pools.cast = event.detail; });
const onkey = (event) => {
  if (!root.isConnected) { document.removeEventListener("keydown", onkey); return; }
  if (!here()) return;
  if (event.key === "Escape" && page()?.hasAttribute("data-list")) { toggleList(false); listButton.focus(); }
  if (event.key === "Escape" && menu.open) { menu.open = false; menuHead.focus(); }
  if ((event.ctrlKey || event.metaKey) && event.key === "s") { event.preventDefault(); if (bench.form && !saveButton.disabled) save(); return; }
  if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const target = { KeyU: undoButton, KeyR: redoButton }[event.code];
  if (target) { event.preventDefault(); target.click(); }
};
document.addEventListener("keydown", onkey);
document.addEventListener("click", (event) => {
  if (menu.open && !menu.contains(event.target)) menu.open = false;
  if (event.target.id === "cast-shade") toggleList(false);
});

greet();
let wanted = "";
let seen = 0;
show((value) => {
  if (!value.beat || value.beat === seen) return;
  seen = value.beat;
  if (value.pools) {
    const first = !bench.pools;
    bench.pools = value.pools;
    if (first) {
      build();
      const kept = wanted || sessionStorage.getItem("greenroom-cast");
      if (kept) openKey(kept);
    }
    if (!value.seq) return;
  }
  answered(value);
});
