// Controls that show a part of the form and change it. Each finds its own value again whenever the form was replaced.
const bound = [];
const bind = (node, sync) => { bound.push(sync); if (bench.form) sync(); return node; };
const syncAll = () => { if (bench.form) for (const sync of bound) sync(); };
const idOf = (path) => "cast-" + path.replaceAll(".", "-");

const textBox = (path, attributes = {}) => {
  const box = h("input", { class: "field", dir: "auto", id: idOf(path), autocomplete: "off", maxlength: 2000, ...attributes });
  box.addEventListener("input", () => edit(path, box.value));
  return bind(box, () => { const value = String(get(path) ?? ""); if (box.value !== value) box.value = value; });
};
const grow = (box) => { box.style.height = "auto"; if (box.scrollHeight) box.style.height = box.scrollHeight + 2 + "px"; };
const growing = (box) => {
  box.addEventListener("input", () => grow(box));
  new ResizeObserver(() => grow(box)).observe(box.parentElement || box);
  return box;
};
const longBox = (path, attributes = {}) => {
  const box = h("textarea", { class: "field cast-long", dir: "auto", id: idOf(path), rows: 2, maxlength: 100000, ...attributes });
  box.addEventListener("input", () => { edit(path, box.value); grow(box); });
  return bind(box, () => { const value = String(get(path) ?? ""); if (box.value !== value) box.value = value; requestAnimationFrame(() => grow(box)); });
};
const numberBox = (path, attributes = {}) => {
  const box = h("input", { class: "field cast-number", type: "number", id: idOf(path), inputmode: "numeric", ...attributes });
  box.addEventListener("input", () => edit(path, box.value === "" ? null : Number(box.value)));
  return bind(box, () => { const value = get(path) ?? ""; if (document.activeElement !== box || Number(box.value) !== value) box.value = value; });
};
const selectBox = (path, options, attributes = {}) => {
  const box = h("select", { class: "select", id: idOf(path), ...attributes }, options.map(([value, label]) => h("option", { value }, label)));
  const empty = options.some(([value]) => value === "");
  box.addEventListener("change", () => edit(path, box.value === "" && attributes["data-null"] ? null : box.value));
  return bind(box, () => {
    const value = get(path) ?? "";
    if (value && !options.some(([known]) => known === value) && !box.querySelector("option[data-own]")) box.append(h("option", { value, "data-own": true }, value));
    box.value = value;
    if (box.value !== value && empty) box.value = "";
  });
};
const slider = (path, { min, max, step, low, high, label }) => {
  const box = h("input", { type: "range", class: "cast-range", id: idOf(path), min, max, step, "aria-label": label });
  const figure = h("output", { class: "cast-figure", for: idOf(path) });
  box.addEventListener("input", () => { figure.textContent = box.value; edit(path, Number(box.value)); });
  const node = h("div", { class: "cast-slider" }, box, figure, h("span", { class: "fine" }, low), h("span", { class: "fine" }, high));
  return bind(node, () => { const value = get(path); if (value === null || value === undefined) return; box.value = value; figure.textContent = String(value); });
};

// A list of short texts as chips. Enter or a comma makes one of what was typed.
const chips = (path, { pool, placeholder, most }) => {
  const held = h("ul", { class: "cast-chips" });
  const box = h("input", { class: "field", id: idOf(path), dir: "auto", placeholder, autocomplete: "off", maxlength: 200 });
  const add = () => {
    const fresh = box.value.split(",").map((part) => part.trim()).filter(Boolean);
    if (!fresh.length) return;
    box.value = "";
    edit(path, [...new Set([...(get(path) || []), ...fresh])]);
    draw();
  };
  const draw = () => held.replaceChildren(...(get(path) || []).map((text, place) => h("li", { class: "cast-chip", "data-marks": path + "." + place }, h("span", { dir: "auto" }, text),
    h("button", { type: "button", class: "chip-off", "aria-label": "Take out " + text, onclick: () => { edit(path, get(path).filter((_, other) => other !== place)); draw(); box.focus(); } }, icon("close")))));
  box.addEventListener("keydown", (event) => {
    if ((event.key === "Enter" || event.key === ",") && !event.isComposing) { event.preventDefault(); add(); }
    if (event.key === "Backspace" && !box.value && (get(path) || []).length) { edit(path, get(path).slice(0, -1)); draw(); }
  });
  box.addEventListener("blur", add);
  const browse = pool && button("Browse", "list", () => pick({ title: bench.pools.titles[path] || "Pick", pool, chosen: () => get(path) || [], most, toggle: (name) => {
    const now = get(path) || [];
    edit(path, now.includes(name) ? now.filter((other) => other !== name) : [...now, name]);
    draw();
  } }), { class: "btn btn-small", "aria-label": "Browse " + (bench.pools.titles[path] || path).toLowerCase() });
  return bind(h("div", { class: "cast-chipbox" }, held, h("div", { class: "cast-pickline" }, box, browse)), draw);
};

// One text, typed or picked.
const pickable = (path, pool, placeholder) => {
  const box = textBox(path, { placeholder });
  const browse = button("Browse", "list", () => pick({ title: bench.pools.titles[path] || "Pick", pool, chosen: () => [get(path)], single: true, toggle: (name) => { edit(path, name); syncAll(); } }), { class: "btn btn-small", "aria-label": "Browse " + (bench.pools.titles[path] || path).toLowerCase() });
  return h("div", { class: "cast-pickline" }, box, browse);
};

// A list of longer texts, one box each. Boxes left empty are no part of the form.
const texts = (path, { noun, placeholder, rows = 1 }) => {
  const held = h("ol", { class: "cast-texts" });
  const boxes = () => [...held.querySelectorAll("textarea")];
  const read = () => boxes().map((box) => box.value).filter((text) => text.trim());
  const take = () => edit(path, read());
  const one = (text) => {
    const box = h("textarea", { class: "field cast-long", rows, dir: "auto", placeholder, "aria-label": noun, maxlength: 20000 });
    box.value = text;
    box.addEventListener("input", () => { grow(box); take(); });
    const item = h("li", { class: "cast-text" }, box, iconButton("Take out this " + noun.toLowerCase(), "close", () => { item.remove(); take(); number(); adder.focus(); }));
    requestAnimationFrame(() => grow(box));
    return item;
  };
  const number = () => boxes().forEach((box, place) => { box.closest("li").dataset.marks = path + "." + place; });
  const adder = button("Add " + noun.toLowerCase(), "plus", () => { held.append(one("")); number(); boxes().at(-1).focus(); }, { class: "btn btn-small btn-quiet", "data-add": path });
  const draw = () => {
    const now = get(path) || [];
    if (same(read(), now) && (now.length || boxes().length)) return;
    held.replaceChildren(...now.map(one));
    number();
  };
  return bind(h("div", { class: "cast-list", id: idOf(path) }, held, adder), draw);
};
