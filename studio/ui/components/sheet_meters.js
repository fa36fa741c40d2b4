// How well a play keeps to its form: what was cut, said again, acted for others, or ran long.
pages.meters = (page) => {
  const share = (value) => (value === null ? "–" : Math.round(value * 100) + " %");
  const heads = ["Lines", "Cut", "For people", "Said before", "Words", "Drift"];
  const moved = (one) => (page.drift[one.name] ? (page.drift[one.name].drift > 0 ? "+" : "") + page.drift[one.name].drift.toFixed(2) : "–");
  const rows = (title, list, drift) => list.length > 0 && h("table", { class: "meter-table" }, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, title), heads.slice(0, drift ? 6 : 5).map((head) => h("th", { scope: "col" }, head)))),
    h("tbody", {}, list.map((one) => h("tr", { "data-meter": one.name }, h("th", { scope: "row", dir: "auto" }, one.name), h("td", {}, String(one.lines) + (one.again ? " (" + one.again + " again)" : "")), h("td", {}, share(one.cut)), h("td", {}, share(one.agency)), h("td", {}, share(one.repetition)), h("td", {}, one.words === null ? "–" : one.words.toFixed(0)), drift && h("td", {}, moved(one))))));
  return {
    title: "Meters",
    note: page.hidden || "From what is stored with the lines; no model is asked. Cut: lines from which something was taken because it was spoken for somebody else. For people: lines that spoke or acted for a character a person plays. Said before: word triples its speaker used already. People write about " + page.usual_words + " words a turn. Drift: how much less the last five lines are like the character’s sheet than the first five, from ten lines on.",
    body: page.hidden ? [] : [
      !page.play.lines && h("p", { class: "empty" }, "No model has spoken yet."),
      page.play.lines > 0 && h("div", { class: "table-scroll", tabindex: "0", role: "region", "aria-label": "Meters by character and model" }, rows("Play", [page.play]), rows("Character", page.characters, true), rows("Model", page.models), rows("Model, all your plays", page.everywhere)),
      page.drift_note && h("p", { class: "fine", dir: "auto" }, "Drift could not be measured: " + page.drift_note),
      page.play.lines > 0 && h("p", { class: "fine", id: "meter-stalls" }, page.stalls === 0 ? "The talk never went in circles." : "The talk went in circles " + (page.stalls === 1 ? "once." : page.stalls + " times.")),
      page.faulty.length > 0 && h("section", {}, h("h3", { class: "panel-sub" }, "Lines to look at, newest first"), h("ol", { class: "reasons", id: "meter-faulty" }, page.faulty.map((one) => h("li", {}, h("button", { type: "button", class: "link-line", dir: "auto", "data-key": "m" + one.id, onclick: () => tell("line", { id: one.id }) }, h("strong", {}, (one.person?.name || "").split(" ")[0]), " ", one.text, " ", h("span", { class: "fine" }, one.faults.join(", "))),
        one.cut.map((text) => h("p", { class: "fine meter-cut", dir: "auto" }, "Cut: “" + text + "”")))))),
    ],
  };
};
