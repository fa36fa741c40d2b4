// Shared by every component of ours. Text reaches the page through textContent only: never innerHTML.
const h = (tag, attributes, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "value") node.value = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
  return node;
};

const ICONS = {
  next: "M5 4l10 8-10 8zM17 4h2.5v16H17z",
  auto: "M3 5l8 7-8 7zM12 5l8 7-8 7z",
  stop: "M6 6h12v12H6z",
  undo: "M9 6L4 11l5 5M4.5 11H14a6 6 0 0 1 0 12",
  redo: "M15 6l5 5-5 5M19.500 11H10a6 6 0 0 0 0 12",
  again: "M20 5v5h-5M19.500 10A8 8 0 1 0 20 14",
  edit: "M4 20l1-5L16 4l4 4L9 19zM14 6l4 4",
  hide: "M3 3l18 18M10 6.500C16 5 20 9 22 12c-.8 1.200-2 2.700-3.600 3.900M6 8C4 9.300 2.800 11 2 12c2 3 6 7 12 5.500",
  left: "M14.500 6l-6 6 6 6",
  right: "M9.500 6l6 6-6 6",
  menu: "M4 7h16M4 12h16M4 17h16",
  notes: "M5 4h14v16H5zM9 9h6M9 13h6M9 17h3",
  close: "M6 6l12 12M18 6L6 18",
  plus: "M12 5v14M5 12h14",
  archive: "M3 5h18v4H3zM5 9v11h14V9M10 13h4",
  restore: "M4 12a8 8 0 1 1 2.500 5.800M4 12V6M4 12h6",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
  send: "M4 12l16-8-5 16-4-6z",
  down: "M12 5v14M6 13l6 6 6-6",
  save: "M12 4v11M7 11l5 5 5-5M5 20h14",
  theme: "M12 3a9 9 0 1 0 9 9 7 7 0 0 1-9-9z",
  check: "M5 13l5 5L19 7",
  pause: "M6 5h4v14H6zM14 5h4v14h-4z",
  more: "M3.500 12a1.700 1.700 0 1 0 3.400 0a1.700 1.700 0 1 0-3.400 0M10.300 12a1.700 1.700 0 1 0 3.400 0a1.700 1.700 0 1 0-3.400 0M17.100 12a1.700 1.700 0 1 0 3.400 0a1.700 1.700 0 1 0-3.400 0",
  ear: "M7 10a5 5 0 0 1 10 0c0 4-3.500 4.500-3.500 7.500a2.600 2.600 0 0 1-5 .8M9.700 10.500a2.300 2.300 0 0 1 4.600 0c0 1.500-1.600 1.800-1.600 3.300",
  onward: "M4 7h10M4 12h6M4 17h6M14 12l4 4 4-4M18 16V8",
  branch: "M7 4v16M7 14c0-4 10-2 10-7M17 7V4M17 4l-3 3M17 4l3 3",
  flag: "M6 21V4M6 5h11l-2.500 4L17 13H6",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  sound: "M4 9h4l5-4v14l-5-4H4zM16.500 8.500a5 5 0 0 1 0 7M19 6a8.500 8.500 0 0 1 0 12",
  silent: "M4 9h4l5-4v14l-5-4H4zM17 9.500l5 5M22 9.500l-5 5",
  up: "M7 11v9H4v-9zM7 11l4-7c1.500 0 2.500 1 2.200 2.500L12.500 10H19a1.500 1.500 0 0 1 1.500 1.900l-1.600 6.500A2 2 0 0 1 17 20H7",
  low: "M7 13V4H4v9zM7 13l4 7c1.500 0 2.500-1 2.200-2.500L12.500 14H19a1.500 1.500 0 0 0 1.500-1.900l-1.600-6.500A2 2 0 0 0 17 4H7",
  inspect: "M2 12c2-4 6-7 10-7s8 3 10 7c-2 4-6 7-10 7s-8-3-10-7zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z",
  lend: "M4 20l9-9M13 5l1 2.500L16.500 8.500 14 9.500 13 12l-1-2.500L9.500 8.500 12 7.500zM19 12l.7 1.800 1.800.7-1.800.7L19 17l-.7-1.800-1.800-.7 1.800-.7z",
  walk: "M5 21h14M12 17V5M7 9l5-5 5 5",
  word: "M4 5h16v11h-9l-5 4v-4H4z",
  mask: "M4 5c5 2 11 2 16 0v7c0 5-4 8-8 8s-8-3-8-8zM8.500 10.500h2M13.500 10.500h2M9 15c2 1.500 4 1.500 6 0",
  time: "M3 7h10M3 12h18M3 17h7M16 5v4M13 15v4",
  gauge: "M4 17a8 8 0 1 1 16 0M12 17l4-6",
  company: "M8 4a3.500 3.500 0 1 0 0 7 3.500 3.500 0 0 0 0-7zM2 20c0-4 2.500-6 6-6s6 2 6 6M17 6a3 3 0 1 1 0 6M16.500 14.500c3 0 5.500 1.500 5.500 5.500",
  scenery: "M3 19l6-9 4 5 3-4 5 8zM16.500 4.500a2 2 0 1 0 0 4 2 2 0 0 0 0-4z",
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16 16l5 5",
  bolt: "M13 3L5 14h6l-1 7 8-11h-6z",
  help: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM9.500 9.500a2.500 2.500 0 1 1 3.500 2.300c-.7.4-1 .9-1 1.700M12 17h.01",
};
const FILLED = new Set(["next", "auto", "stop", "pause", "more"]);

// A node of a drawing. Text in it is textContent, too.
const draw = (tag, attributes, ...children) => {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
  return node;
};

const icon = (name) => draw("svg", { viewBox: "0 0 24 24", class: FILLED.has(name) ? "icon icon-filled" : "icon", "aria-hidden": "true" }, draw("path", { d: ICONS[name] }));

const button = (label, iconName, onclick, attributes) =>
  h("button", { type: "button", class: "btn", onclick, ...attributes }, iconName && icon(iconName), h("span", {}, label));

const iconButton = (label, iconName, onclick, attributes) =>
  h("button", { type: "button", class: "icon-btn", "aria-label": label, title: label, onclick, ...attributes }, icon(iconName));

const monogram = (person) =>
  h("span", { class: "face face-letters", style: "--hue:" + Number(person.hue || 0), "aria-hidden": "true" }, person.initials || "?");

const face = (person) => {
  if (!person) return h("span", { class: "face face-none", "aria-hidden": "true" });
  if (!person.portrait) return monogram(person);
  const image = h("img", { class: "face", src: new URL(person.portrait, document.baseURI).href, alt: "", width: 96, height: 96, loading: "lazy", decoding: "async" });
  image.addEventListener("error", () => image.replaceWith(monogram(person)), { once: true });
  return image;
};

// *Actions* in italics. While a line is still being written, an action may stand open at its end.
const styled = (text, open) => {
  const nodes = [];
  const pattern = open ? /\*{1,3}(?=\S)([^*\n]+?)(?:\*{1,3}|$)/g : /\*{1,3}(?=\S)([^*\n]*?\S)\*{1,3}/g;
  let end = 0;
  for (const found of text.matchAll(pattern)) {
    if (found.index > end) nodes.push(text.slice(end, found.index));
    nodes.push(h("em", {}, found[1]));
    end = found.index + found[0].length;
  }
  if (end < text.length) nodes.push(text.slice(end));
  return nodes;
};

const paragraphs = (text, open) =>
  text.split(/\n+/).filter((part) => part.trim()).map((part) => h("p", { dir: "auto" }, styled(part, open)));

const root = element.firstElementChild;

// What every button of the page sends: an act by name, and what it needs.
const act = (name, more) => trigger("act", { ...more, act: name });
const playing = () => document.documentElement.dataset.playing === "yes";

// A button that opens a list; what is in it is made when it is opened. The bar closes open ones (stagebar.js).
const menuOf = (label, symbol, items, attributes) => {
  const list = h("ul", { class: "menu-list" });
  const menu = h("details", { class: "menu", ...attributes },
    h("summary", { class: "icon-btn", "aria-label": label, title: label }, icon(symbol)), list);
  menu.addEventListener("toggle", () => {
    if (!menu.open) return;
    list.replaceChildren(...items().filter(Boolean).map((item) => h("li", {}, h("button", {
      type: "button", class: "menu-item", "data-act": item.act, onclick: () => { menu.open = false; item.go(); },
    }, icon(item.icon), h("span", {}, item.label, item.note && h("span", { class: "fine" }, item.note))))));
    const room = window.innerHeight - menu.getBoundingClientRect().bottom;
    menu.classList.toggle("menu-upward", room < list.offsetHeight + 160 && menu.getBoundingClientRect().top > list.offsetHeight + 60);
  });
  return menu;
};

// What one component asks of another: `tell("address", {...})` reaches every `heed("address", ...)`.
const tell = (what, detail) => window.dispatchEvent(new CustomEvent("greenroom-" + what, { detail }));
const heed = (what, answer) => {
  const listener = (event) => { if (root.isConnected) answer(event.detail || {}); else window.removeEventListener("greenroom-" + what, listener); };
  window.addEventListener("greenroom-" + what, listener);
};

// Rebuild `host` while the keyboard focus stays on the control with the same data-key, and an open menu stays open.
const refill = (host, ...children) => {
  const focused = host.contains(document.activeElement) ? document.activeElement : null;
  const held = focused?.dataset.key;
  const name = (menu) => menu.id || menu.dataset.member || "";
  const open = [...host.querySelectorAll(".menu[open]")].map(name).filter(Boolean);
  const entry = focused?.closest(".menu[open]") && focused.dataset.act;
  host.replaceChildren(...children.flat(3).filter(Boolean));
  for (const menu of host.querySelectorAll(".menu")) {
    if (!open.includes(name(menu))) continue;
    menu.open = true;
    if (entry) menu.addEventListener("toggle", () => menu.querySelector('[data-act="' + entry + '"]')?.focus(), { once: true });
  }
  if (held) host.querySelector('[data-key="' + CSS.escape(held) + '"]')?.focus({ preventScroll: true });
};

// The page stays at its end while the reader is there; somebody who scrolled back to read is left in peace.
const scroller = document.scrollingElement;
const noteFollowing = () => {
  document.documentElement.dataset.follow = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 160 ? "yes" : "no";
};
const follow = () => {
  if (document.getElementById("stage")?.dataset.mode !== "play" || document.documentElement.dataset.follow === "no") return;
  requestAnimationFrame(() => scroller.scrollTo({ top: scroller.scrollHeight }));
};

// A value comes in Gradio's answer to something asked, or, on the stage, over the channel; `props` holds the newest.
const given = props;
props = { value: given.value };
// Numbers what a page asks, so that only the answer to what was asked last is shown; what comes unasked, as when a tab is
// opened, gives way to an answer that is still to come.
const ANSWER_MS = 15000;
const asking = () => {
  let asked = 0, answered = 0, at = 0;
  return {
    next: () => { at = Date.now(); return ++asked; },
    outdated: (seq) => {
      if (!seq) return asked > answered && Date.now() - at < ANSWER_MS;
      answered = Math.max(answered, seq);
      return seq < asked;
    },
  };
};
const show = (render) => {
  const take = (value) => { props.value = value; render(value); };
  watch("value", () => take(given.value));
  heed("part", ({ name, value }) => { if (name === root.dataset.part) take(value); });
  if (given.value) take(given.value);
};
