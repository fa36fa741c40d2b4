// The map of kin: near ones share tropes. Communities have a number, a colour and a shape.
const point = (star) => [30 + (star.x + 1) * 320, 30 + (1 - star.y) * 190];
const kinView = () => {
  const kin = seen.kin;
  if (!kin) return h("p", { class: "fine", role: "status" }, "Laying out the map…");
  if (!kin.stars.length) return h("p", { class: "empty" }, kin.note);
  const marks = kin.stars.map((star) => {
    const [x, y] = point(star);
    const on = kin.chosen && kin.chosen.id === star.person.id;
    const go = () => { set({ kin: star.person.id }); send("show"); };
    const node = draw("g", { class: "star-mark group-" + star.group % 6 + (on ? " star-chosen" : ""), tabindex: "0", role: "button", "data-star": star.person.id, "aria-pressed": String(Boolean(on)), "aria-label": star.person.name + (star.group ? ", community " + star.group : "") },
      draw("circle", { cx: x, cy: y, r: on ? 11 : 8 }), draw("text", { x, y: y + 3.500, class: "star-number", "text-anchor": "middle" }, star.group ? String(star.group) : ""));
    node.addEventListener("click", go);
    node.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); go(); } });
    return node;
  });
  const names = kin.stars.map((star) => {
    const [x, y] = point(star);
    return draw("text", { x, y: y - 12, class: "star-name", "aria-hidden": "true", "text-anchor": x > 600 ? "end" : x < 80 ? "start" : "middle" }, star.person.name.split(" ")[0]);
  });
  return h("div", { class: "kin-grid" }, h("figure", { class: "mindmap" }, draw("svg", { viewBox: "0 0 700 440", role: "group", "aria-label": "Map of " + kin.stars.length + " characters by their tropes" }, marks, names),
    h("figcaption", { class: "fine" }, "Near ones share tropes, or go with the same." + (kin.stars.some((star) => star.group) ? " A number is a community: characters who turn up among each other’s likes." : ""))),
  h("section", { class: "recall kin-sheet", id: "kin-sheet", "aria-live": "polite" }, kin.chosen
    ? [h("div", { class: "found-head" }, face(kin.chosen), h("div", {}, h("h2", { class: "found-name", dir: "auto" }, kin.chosen.name), h("p", { class: "fine", dir: "auto" }, kin.chosen.about))),
      kin.tropes.length > 0 && h("div", { class: "row-labels" }, kin.tropes.map((one) => h("span", { class: "label", dir: "auto" }, one))),
      h("h3", { class: "panel-sub" }, "Kin"), kin.kindred.length ? h("ul", { class: "kin-list" }, kin.kindred.map((one) => h("li", {}, h("button", { type: "button", class: "sheet-person", onclick: () => { set({ kin: one.person.id }); send("show"); } }, face(one.person), h("span", {}, h("span", { class: "person-name", dir: "auto" }, one.person.name), h("span", { class: "fine", dir: "auto" }, (one.standing === "positive" ? "Community. " : "") + one.why)))))) : h("p", { class: "fine" }, "Nobody is near."),
      kin.suggested.length > 0 && h("p", { class: "fine" }, "Characters like this also have: " + kin.suggested.join(", ") + "."),
      button("Put on the bill", "plus", () => trigger("bill", { guest: kin.chosen.id }), { class: "btn btn-small", id: "kin-bill" })]
    : h("p", { class: "fine" }, kin.note || "Choose somebody on the map.")));
};
