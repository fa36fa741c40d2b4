// Who knows what: events down, people across.
const HOW = { said: ["●", "said it"], heard: ["○", "perceived it"], thought: ["◐", "thought it"], secret: ["◆", "keeps it secret"] };
pages.knowledge = (page) => {
  const find = h("input", { class: "field", type: "search", id: "knowledge-find", placeholder: "Find in what is known", "aria-label": "Find in what is known" });
  const cell = (how) => h("td", { class: how ? "known known-" + how : "known" }, how ? h("span", { title: HOW[how][1], role: "img", "aria-label": HOW[how][1] }, HOW[how][0]) : h("span", { class: "unseen" }, "does not know"));
  const row = (fact) => h("tr", { "data-text": (fact.who + " " + fact.text).toLowerCase(), class: "fact fact-" + fact.kind },
    h("th", { scope: "row", dir: "auto" }, fact.who && h("span", { class: "branch-who" }, fact.who.split(" ")[0]), " ",
      fact.id ? h("button", { type: "button", class: "link-line", "data-key": "k" + fact.id, onclick: () => tell("line", { id: fact.id }) }, fact.text) : fact.text),
    fact.known.map(cell));
  const group = (title, facts) => facts.length > 0 && [h("tr", { class: "fact-group" }, h("th", { scope: "colgroup", colspan: page.people.length + 1 }, title)), facts.map(row)];
  const body = h("tbody", {}, ...[group("Secrets", page.secrets), group("What happened", page.facts)].flat(3).filter(Boolean));
  find.addEventListener("input", () => { const words = find.value.toLowerCase().split(/\s+/); for (const one of body.querySelectorAll("[data-text]")) one.hidden = !words.every((word) => one.dataset.text.includes(word)); });
  return {
    title: page.alone ? "What you know" : "Who knows what",
    note: page.alone ? "Everything your character has perceived, and what they keep to themselves." : "A character’s prompt holds what stands in their column, and nothing else.",
    body: [
      find,
      !page.facts.length && h("p", { class: "empty" }, "Nothing has happened yet."),
      page.more > 0 && h("p", { class: "fine" }, page.more + " older rows are not shown."),
      h("div", { class: "knowledge-wrap", tabindex: "0", role: "region", "aria-label": "Who knows what" }, h("table", { class: "knowledge" },
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, h("span", { class: "unseen" }, "What")), page.people.map((person) => h("th", { scope: "col", title: person.name }, face(person), h("span", { class: "knowledge-name", dir: "auto" }, person.name.split(" ")[0]))))),
        body)),
      h("p", { class: "fine" }, Object.values(HOW).map(([sign, what]) => sign + " " + what).join("   ")),
    ],
  };
};
