// The play along its turns: lanes are people, dots are lines, coloured by how their speaker felt.
pages.timeline = (page) => {
  const LANE = 46, TOP = 40, SIDE = 74;
  const step = Math.max(14, Math.min(46, 620 / Math.max(1, page.turns - page.first)));
  const x = (at) => SIDE + (at - page.first + 0.5) * step;
  const y = (lane) => TOP + (lane + 1) * LANE;
  const width = x(Math.max(page.turns, page.first + 1)) + 12, height = y(page.people.length - 1) + 34;
  const spans = page.spans.map((span) => draw("rect", { class: "span" + (span.place ? " span-away" : ""), x: x(span.start) - step / 2, y: y(span.lane) - 13, width: Math.max(4, (span.end - span.start) * step), height: 26, rx: 13 }, draw("title", {}, (page.people[span.lane]?.name || "") + (span.place ? ", at " + span.place : " on stage"))));
  const names = page.people.map((person, lane) => draw("text", { class: "lane-name", x: 0, y: y(lane) + 5 }, person.name.split(" ")[0].slice(0, 9)));
  const mark = (one) => {
    const told = (one.lane < 0 ? "The narrator" : page.people[one.lane]?.name) + (one.feeling ? " (" + one.feeling + ")" : "") + ": " + one.text;
    const open = () => tell("line", { id: one.id });
    const shape = one.lane < 0
      ? draw("path", { d: "M" + x(one.at) + " " + (y(-1) - 7) + "l6 7l-6 7l-6-7z", class: "mark mark-told mark-" + one.kind })
      : one.kind === "thought" ? draw("circle", { cx: x(one.at), cy: y(one.lane), r: 3.500, class: "mark mark-thought" })
      : draw("circle", { cx: x(one.at), cy: y(one.lane), r: 4 + one.weight * 0.55, class: "mark mark-" + (one.tone || "plain") + (one.kind === "whisper" ? " mark-whisper" : "") });
    return draw("g", { class: "mark-hit", tabindex: "0", role: "button", "aria-label": told, onclick: open, onkeydown: (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); open(); } } },
      draw("circle", { cx: x(one.at), cy: y(one.lane), r: 12, class: "mark-area" }), shape, draw("title", {}, told));
  };
  const ticks = [];
  for (let at = page.first; at < page.turns; at += page.turns - page.first > 40 ? 10 : 5) ticks.push(draw("text", { class: "tick", x: x(at), y: height - 6 }, String(at + 1)));
  const feelings = page.marks.filter((one) => one.feeling).slice(-12).reverse();
  return {
    title: "Timeline",
    note: "Bars: on stage. Dots: lines, larger where they matter more, coloured by warm and cool feelings. Diamonds: the narrator. Press one to read it.",
    body: [
      !page.turns && h("p", { class: "empty" }, "Nobody has spoken yet."),
      h("div", { class: "timeline-wrap", tabindex: "0", role: "region", "aria-label": "Timeline" }, draw("svg", { width, height, viewBox: "0 0 " + width + " " + height },
        draw("text", { class: "lane-name", x: 0, y: y(-1) + 5 }, "Narrator"), spans, names, ticks, page.marks.map(mark))),
      feelings.length > 0 && h("section", {}, h("h3", { class: "panel-sub" }, "How they felt, newest first"), h("ol", { class: "reasons" }, feelings.map((one) => h("li", {}, h("button", { type: "button", class: "link-line", dir: "auto", "data-key": "f" + one.id, onclick: () => tell("line", { id: one.id }) }, h("strong", {}, (page.people[one.lane]?.name || "").split(" ")[0]), " ", h("span", { class: one.tone ? "tone-" + one.tone : null }, one.feeling)))))),
    ],
  };
};
