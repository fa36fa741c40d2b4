// Charts of a town: how far the rumour got, and how many of all possible ties there are, hour by hour.
const WIDE = 640, TALL = 220, LEFT = 44, LOW = 28;
const line = (points, key) => points.map((point, at) => (at ? "L" : "M") + (LEFT + (points.length > 1 ? at / (points.length - 1) : 0) * (WIDE - LEFT - 10)).toFixed(1) + " " + (10 + (1 - point[key]) * (TALL - LOW - 10)).toFixed(1)).join("");
const percent = (value) => Math.round(value * 100) + " %";
const chart = (chartOf) => {
  const points = chartOf.hours;
  if (points.length < 2) return h("p", { class: "empty" }, "The charts begin with the second hour.");
  const every = Math.max(1, Math.ceil(points.length / 6));
  return h("figure", { class: "mindmap", id: "town-chart" },
    draw("svg", { viewBox: "0 0 " + WIDE + " " + TALL, role: "img", "aria-label": (chartOf.rumour ? "The rumour reached " + percent(points.at(-1).knowing) + " of the people; " : "") + "density of ties " + points.at(-1).density.toFixed(3) },
      [0, 0.25, 0.5, 0.75, 1].map((share) => [draw("line", { x1: LEFT, x2: WIDE - 10, y1: 10 + (1 - share) * (TALL - LOW - 10), y2: 10 + (1 - share) * (TALL - LOW - 10), class: "chart-grid" }), draw("text", { x: LEFT - 6, y: 14 + (1 - share) * (TALL - LOW - 10), class: "chart-label", "text-anchor": "end" }, share * 100 + " %")]),
      points.map((point, at) => at % every === 0 && draw("text", { x: LEFT + (at / (points.length - 1)) * (WIDE - LEFT - 10), y: TALL - 8, class: "chart-label", "text-anchor": at === 0 ? "start" : at === points.length - 1 ? "end" : "middle" }, point.label.replace("Day ", "D").replace(",", ""))),
      chartOf.rumour && draw("path", { d: line(points, "knowing"), class: "chart-line chart-knowing" }), draw("path", { d: line(points, "density"), class: "chart-line chart-density" })),
    h("figcaption", { class: "map-key" }, chartOf.rumour && h("span", { class: "fine key-one" }, h("span", { class: "key-line key-knowing" }), "know the rumour"), h("span", { class: "fine key-one" }, h("span", { class: "key-line key-density" }), "of all possible ties")),
    h("details", {}, h("summary", { class: "fine" }, "As a table"), h("div", { class: "table-scroll", tabindex: "0", role: "region", "aria-label": "Hour by hour" }, h("table", {}, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Hour"), chartOf.rumour && h("th", { scope: "col" }, "Know the rumour"), h("th", { scope: "col" }, "Density of ties"))),
      h("tbody", {}, points.map((point) => h("tr", {}, h("th", { scope: "row" }, point.label), chartOf.rumour && h("td", {}, percent(point.knowing)), h("td", {}, point.density.toFixed(3)))))))));
};
