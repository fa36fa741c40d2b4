// A field with its label, its lock and die, and what is said about it.
const row = (path, label, control, { hint = "", tools = true, big = false } = {}) => {
  const rolls = tools && bench.pools.rolled.includes(path);
  const locks = tools && path in bench.pools.titles;
  const lock = locks && iconButton("Lock " + label, "open", () => { bench.locks.has(path) ? bench.locks.delete(path) : bench.locks.add(path); syncLock(); }, { class: "icon-btn cast-tool", "aria-pressed": "false", "data-lock": path });
  const syncLock = () => {
    const on = bench.locks.has(path);
    lock.setAttribute("aria-pressed", String(on));
    lock.title = on ? label + " is locked: dice and models leave it" : "Lock " + label + " against dice and models";
    lock.replaceChildren(icon(on ? "lock" : "open"));
    const die = node.querySelector("[data-die]");
    if (die) die.disabled = on;
  };
  const die = rolls && iconButton("Roll " + label, "dice", () => wish("roll", { path, world: worldOf() }), { class: "icon-btn cast-tool", "data-die": path });
  const target = control.id || control.querySelector("[id]")?.id;
  const name = control.matches?.("input, textarea, select") || control.querySelector("input[id], textarea[id], select[id]") ? h("label", { class: "cast-name", for: target }, label) : h("span", { class: "cast-name" }, label);
  const node = h("div", { class: "cast-row" + (big ? " cast-big" : ""), "data-marks": path, "data-row": path },
    h("div", { class: "cast-label" }, name, h("span", { class: "cast-tools" }, lock, die)), hint && h("p", { class: "fine cast-hint" }, hint), control);
  if (lock) bind(node, syncLock);
  return node;
};

const MARK = { error: "To mend", warning: "Look again", hint: "Hint" };
const showMarks = () => {
  for (const old of root.querySelectorAll(".marks")) old.remove();
  for (const chip of root.querySelectorAll(".cast-chip")) chip.className = "cast-chip";
  for (const invalid of root.querySelectorAll("[aria-invalid]")) { invalid.removeAttribute("aria-invalid"); invalid.removeAttribute("aria-describedby"); }
  const counts = {};
  bench.marks.forEach((mark, number) => {
    const steps = mark.field.split(".");
    let home = null;
    for (let length = steps.length; length && !home; length -= 1) home = root.querySelector('[data-marks="' + CSS.escape(steps.slice(0, length).join(".")) + '"]');
    const section = home?.closest("[data-section]")?.dataset.section || homeOf(steps[0]);
    if (mark.severity !== "hint") counts[section] = (counts[section] || 0) + 1;
    if (!home) return;
    const inside = home.matches(".cast-chip") ? home.closest(".cast-row") : home;
    if (home.matches(".cast-chip")) home.classList.add("cast-chip-" + mark.severity);
    let list = [...inside.children].find((child) => child.matches(".marks"));
    if (!list) inside.append(list = h("ul", { class: "marks" }));
    const id = "mark-" + number;
    list.append(h("li", { class: "mark mark-" + mark.severity, id, "data-field": mark.field }, h("span", { class: "mark-kind" }, MARK[mark.severity] || mark.severity), h("span", { dir: "auto" }, mark.message)));
    const control = inside.querySelector("input, textarea, select");
    if (control && mark.severity === "error") { control.setAttribute("aria-invalid", "true"); control.setAttribute("aria-describedby", id); }
  });
  for (const tab of root.querySelectorAll("[data-tab]")) {
    const count = counts[tab.dataset.tab] || 0;
    const badge = tab.querySelector(".tab-count");
    badge.textContent = count || "";
    badge.hidden = !count;
    tab.setAttribute("aria-label", tab.dataset.title + (count ? ", " + count + " to look at" : ""));
  }
};
