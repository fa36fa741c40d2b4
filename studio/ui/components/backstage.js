// Behind the scenes: who was chosen and why, what came to their mind, and what it took.
const BY = { rule: "by the rules of the house", model: "by the narrator’s plan", user: "by you", fallback: "as nobody else could" };
const bar = (label, value) =>
  h("div", { class: "score" }, h("span", { class: "score-label" }, label),
    h("span", { class: "score-track", role: "img", "aria-label": label + " " + value.toFixed(2) }, h("span", { class: "score-fill", style: "inline-size:" + Math.round(Math.max(0, Math.min(1, value)) * 100) + "%" })),
    h("span", { class: "score-figure", "aria-hidden": "true" }, value.toFixed(2)));

show((value) => {
  const why = value.speaker
    ? [h("div", { class: "chosen" }, face(value.speaker), h("div", {}, h("p", { class: "chosen-name", dir: "auto" }, value.speaker.name), h("p", { class: "fine" }, "chosen " + (BY[value.by] || "")))),
       value.reason && h("p", { class: "reason", dir: "auto" }, value.reason)]
    : [h("p", { class: "fine" }, value.hidden || "Once somebody speaks, you read here why it was their turn.")];
  const memories = value.recalled.map((item) => h("li", { class: "memory" }, h("p", { class: "memory-text", dir: "auto" }, item.text), bar("Recency", item.recency), bar("Importance", item.importance), bar("Relevance", item.relevance)));
  refill(root,
    h("section", { class: "panel", "aria-labelledby": "why-title" }, h("h2", { class: "panel-title", id: "why-title" }, "Why this speaker"), why),
    !value.hidden && h("section", { class: "panel", "aria-labelledby": "mind-title" }, h("h2", { class: "panel-title", id: "mind-title" }, "What came to mind"),
      memories.length ? h("ol", { class: "memories" }, memories) : h("p", { class: "fine" }, "Memories that come to the speaker’s mind are listed here with their three scores. Early in a play nothing is old enough to be remembered."),
      value.lore.length > 0 && [h("h3", { class: "panel-sub" }, "Lore called up"), h("ul", { class: "lore" }, value.lore.map((entry) => h("li", {}, h("span", { dir: "auto" }, entry.text), entry.place && h("span", { class: "fine" }, " " + entry.place))))],
      value.left_out.length > 0 && h("details", { class: "lore-out" }, h("summary", { class: "fine" }, value.left_out.length === 1 ? "One more was called and left out" : value.left_out.length + " more were called and left out"), h("ul", { class: "lore" }, value.left_out.map((text) => h("li", { dir: "auto" }, text))))),
    value.company.length > 0 && h("section", { class: "panel", "aria-labelledby": "company-title" }, h("h2", { class: "panel-title", id: "company-title" }, "The company"),
      h("ul", { class: "members" }, value.company.map((member) => h("li", { class: member.present ? "member" : "member member-off" }, face(member.person), h("span", { class: "member-name", dir: "auto" }, member.person.name),
        button(member.present ? "Send off" : "Bring in", null, () => trigger("act", { act: "cue", id: member.person.id, come: !member.present }), { class: "btn btn-small btn-quiet", "data-key": "cue-" + member.person.id, "aria-label": (member.present ? "Send off " : "Bring in ") + member.person.name }))))),
    h("section", { class: "panel", "aria-labelledby": "took-title" }, h("h2", { class: "panel-title", id: "took-title" }, "What it took"),
      h("dl", { class: "figures" }, value.usage.map(([label, figure]) => h("div", {}, h("dt", {}, label), h("dd", {}, figure))))));
});
