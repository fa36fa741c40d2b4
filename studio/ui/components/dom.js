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
};
const FILLED = new Set(["next", "auto", "stop"]);

const icon = (name) => {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", FILLED.has(name) ? "icon icon-filled" : "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
};

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

// Rebuild `host` while the keyboard focus stays on the control with the same data-key.
const refill = (host, ...children) => {
  const held = host.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  host.replaceChildren(...children.flat(3).filter(Boolean));
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

const show = (render) => {
  watch("value", () => render(props.value));
  if (props.value) render(props.value);
};
