// The tree of the play: what is told now on the left, other versions indented where they part.
const ROW = 38, STEP = 18, LEFT = 11;
const rails = (rows) => {
  const lanes = Math.max(0, ...rows.map((row) => row.lane));
  const x = (lane) => LEFT + lane * STEP;
  const y = (number) => number * ROW + ROW / 2;
  const lines = rows.map((row, number) => {
    if (row.above < 0) return null;
    const from = rows[row.above];
    const told = row.told && from.told ? "rail rail-told" : "rail";
    const path = row.lane === from.lane ? "M" + x(row.lane) + " " + y(row.above) + "V" + y(number)
      : "M" + x(from.lane) + " " + y(row.above) + "V" + (y(number) - 12) + "Q" + x(from.lane) + " " + y(number) + " " + (x(from.lane) + 12) + " " + y(number) + "H" + x(row.lane);
    return draw("path", { class: told, d: path });
  });
  const dots = rows.map((row, number) => row.folded
    ? draw("path", { class: row.told ? "rail rail-told" : "rail", "stroke-dasharray": "2 4", d: "M" + x(row.lane) + " " + (y(number) - 10) + "V" + (y(number) + 10) })
    : draw("circle", { class: "dot" + (row.told ? " dot-told" : "") + (row.here ? " dot-here" : ""), cx: x(row.lane), cy: y(number), r: row.here ? 6 : 4.500 }));
  return { width: x(lanes) + LEFT, drawing: draw("svg", { class: "rails", width: x(lanes) + LEFT, height: rows.length * ROW, "aria-hidden": "true" }, lines, dots) };
};

pages.branches = (page) => {
  const go = (id) => { if (!playing()) act("go", { id }); };
  const name = h("input", { class: "field", id: "checkpoint-name", maxlength: 80, dir: "auto", placeholder: "before the quarrel", "aria-label": "Name of a checkpoint" });
  const save = () => { const text = name.value.trim(); if (text && !playing()) act("name", { name: text }); };
  name.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); save(); } });
  const { width, drawing } = rails(page.rows);
  const row = (item) => {
    const label = item.folded ? item.folded + " lines" : item.text || "an edit";
    return h("li", { class: "branch-row" + (item.told ? " branch-told" : "") },
      h("button", { type: "button", class: "branch-go", style: "padding-inline-start:" + Math.max(0, LEFT + item.lane * STEP + 14) + "px", "data-id": item.id, "data-key": "b" + item.id, "aria-current": item.here ? "step" : null, title: item.here ? "The play stands here" : "Go there", onclick: () => go(item.id) },
        item.speaker && h("span", { class: "branch-who", dir: "auto" }, item.speaker.split(" ")[0]), h("span", { class: "branch-text" + (item.folded ? " fine" : ""), dir: "auto" }, label),
        item.names.map((text) => h("span", { class: "flagged", dir: "auto" }, icon("flag"), text)),
        item.here && h("span", { class: "fine" }, "you are here")));
  };
  return {
    title: "Branches",
    note: "Every version is kept. What is told now is drawn in colour; press a line to go there, and Undo to come back.",
    body: [
      h("div", { class: "side-row" }, name, button("Name this moment", "flag", save, { class: "btn btn-small", id: "checkpoint-save" })),
      page.named.length > 0 && h("ul", { class: "checkpoints", "aria-label": "Checkpoints" }, page.named.map(([text, id]) => h("li", {},
        h("button", { type: "button", class: "link-btn", "data-key": "c" + text, onclick: () => go(id), dir: "auto" }, text),
        iconButton("Remove the checkpoint " + text, "close", () => { if (!playing()) act("unname", { name: text }); }, { "data-key": "x" + text })))),
      page.more > 0 && h("p", { class: "fine" }, page.more + " older rows are not drawn."),
      h("div", { class: "branches", style: "--rails:" + width + "px" }, drawing, h("ol", { class: "branch-list" }, page.rows.map(row))),
    ],
  };
};
