// Questionnaires: answered here, scored on the server as they go, and put into the form when wanted.
const answers = () => get("answers") || {};
const answer = (survey, value) => edit("answers", { ...answers(), [survey]: value });
// Scores as a figure with as many corners as there are scales; the middle ring is the middle of the scale.
const radar = (scales) => {
  const at = (place, share) => { const turn = (place / scales.length) * 2 * Math.PI - Math.PI / 2; return [100 + Math.cos(turn) * share * 88, 100 + Math.sin(turn) * share * 88].map((one) => one.toFixed(1)).join(","); };
  const ring = (share) => draw("polygon", { points: scales.map((_, place) => at(place, share)).join(" "), class: "radar-ring" });
  const shape = scales.map((scale, place) => at(place, scale.score === null ? 0 : (scale.score - 1) / 6)).join(" ");
  return draw("svg", { viewBox: "0 0 200 200", class: "radar", "aria-hidden": "true" }, ring(1), ring(0.5), ...scales.map((_, place) => draw("line", { x1: 100, y1: 100, x2: at(place, 1).split(",")[0], y2: at(place, 1).split(",")[1], class: "radar-ring" })), draw("polygon", { points: shape, class: "radar-shape" }));
};
const scaleBar = (scale, small) => h("div", { class: "survey-scale" + (small ? " survey-facet" : "") }, h("span", { class: "survey-name" }, scale.name),
  h("span", { class: "score-track" }, h("span", { class: "score-fill", style: "inline-size:" + (scale.score === null ? 0 : Math.round(((scale.score - 1) / 6) * 100)) + "%" })),
  h("span", { class: "score-figure" }, scale.score === null ? "–" : scale.score.toFixed(1)), h("span", { class: "fine" }, scale.band));

const resultViews = {};
const showResults = (results) => {
  for (const [survey, view] of Object.entries(resultViews)) {
    const result = results[survey];
    refill(view, result.answered > 0 && [h("div", { class: "survey-drawn" }, radar(result.scales), h("div", { class: "survey-scales" }, result.scales.map((scale) => [scaleBar(scale), scale.parts.map((part) => scaleBar(part, true))]))),
      result.doubts.map((doubt) => h("p", { class: "fine survey-doubt" }, doubt)), h("p", { class: "survey-told" }, result.told),
      button(survey === "bfi" ? "Take the scores over" : "Take the values over", "check", () => wish("score", { name: survey }), { class: "btn btn-small", "data-key": "score-" + survey, "data-score": survey })]);
  }
};
const STEPS_OF_SEVEN = [1, 2, 3, 4, 5, 6, 7];
const quiz = (survey) => {
  const asked = bench.pools.surveys[survey];
  const count = h("span", { class: "fine" });
  const tell = () => { const given = Object.keys(answers()[survey] || {}).length; count.textContent = given ? given + " of " + asked.items.length + " answered" : ""; };
  const line = (item) => {
    const name = "survey-" + survey + "-" + item.number;
    const radios = STEPS_OF_SEVEN.map((step) => {
      const radio = h("input", { type: "radio", name, value: step, class: "survey-radio", "aria-label": step + " of 7" });
      radio.addEventListener("change", () => { answer(survey, { ...(answers()[survey] || {}), [item.number]: step }); tell(); });
      return h("label", { class: "survey-step" }, radio, h("span", { "aria-hidden": "true" }, step));
    });
    return h("fieldset", { class: "survey-item", "data-item": item.number }, h("legend", {}, item.text), h("div", { class: "survey-steps" }, radios));
  };
  const lines = asked.items.map(line);
  const view = resultViews[survey] = h("div", { class: "survey-result" });
  const node = h("details", { class: "cast-more survey", "data-survey": survey }, h("summary", {}, asked.title, " ", count),
    h("p", { class: "survey-stem" }, asked.stem, h("span", { class: "fine" }, "1: " + asked.low + " … 7: " + asked.high)), lines, view);
  return bind(node, () => {
    const given = answers()[survey] || {};
    tell();
    for (const [place, item] of asked.items.entries()) for (const radio of lines[place].querySelectorAll("input")) radio.checked = Number(radio.value) === given[item.number];
  });
};

const socialForm = () => {
  const fields = h("div", { class: "cast-fields" });
  const set = (field, values, uncertain) => {
    const now = { ...(answers().social || {}) };
    if (values.length) now[field] = { values, uncertain }; else delete now[field];
    answer("social", now);
  };
  const question = (asked) => {
    const given = answers().social?.[asked.field] || { values: [], uncertain: false };
    const id = "social-" + asked.field.toLowerCase().replaceAll(" ", "-");
    let values = given.values;
    const unsure = tick("presumably", given.uncertain, (on) => set(asked.field, values, on));
    unsure.hidden = !values.length;
    const take = (next) => { values = next; unsure.hidden = !values.length; set(asked.field, values, unsure.querySelector("input").checked); };
    const list = h("datalist", { id: id + "-list" }, asked.choices.map((one) => h("option", { value: one })));
    const control = asked.kind === "several" ? words(asked.field, values, take, { list: id + "-list", id })
      : asked.kind === "one" && !asked.other ? choice(values[0] || "", [["", "not disclosed"], ...asked.choices.map((one) => [one, one])], (value) => take(value ? [value] : []), { id })
      : text(values[0] || "", (value) => take(value.trim() ? [value] : []), { id, list: asked.choices.length ? id + "-list" : null, placeholder: "not disclosed" });
    return h("div", { class: "cast-field" }, h("label", { class: "cast-name", for: id }, asked.field + (asked.relevant ? ", if it applies" : "")), control, list, unsure);
  };
  let shown = "";
  const node = h("details", { class: "cast-more survey", "data-survey": "social" }, h("summary", {}, "The social form: twenty-two questions, every one optional"),
    h("p", { class: "fine" }, "What is left open stays undisclosed, and no model ever guesses what is sensitive."), fields, h("div", { class: "cast-verbs" }, button("Write it into the text", "check", () => wish("score", { name: "social" }), { class: "btn btn-small", "data-score": "social" })));
  const draw = () => { shown = bench.key; fields.replaceChildren(...bench.pools.surveys.social.map(question)); };
  node.addEventListener("toggle", () => { if (node.open) draw(); });
  let before = "";
  return bind(node, () => { const now = JSON.stringify(answers().social || {}); if (node.open && (shown !== bench.key || now !== before)) draw(); before = now; });
};
const lifeForm = () => {
  const life = () => answers().life || {};
  const set = (name) => (value) => answer("life", { ...life(), [name]: value });
  const essay = (name, label, placeholder) => {
    const box = h("textarea", { class: "field cast-long", rows: 3, dir: "auto", placeholder, maxlength: 3000 });
    box.addEventListener("input", () => { grow(box); set(name)(box.value); });
    return [name, box, labelled(label, box)];
  };
  const five = (name, label) => {
    const boxes = [0, 1, 2, 3, 4].map((place) => { const box = h("input", { class: "field", dir: "auto", "aria-label": label + " " + (place + 1), maxlength: 200, autocomplete: "off" }); box.addEventListener("input", () => set(name)(boxes.map((one) => one.value).filter((one) => one.trim()))); return box; });
    return [name, boxes, h("div", { class: "cast-field" }, h("span", { class: "cast-name" }, label), boxes)];
  };
  const parts = [essay("weekday", "A weekday", "A typical weekday for me starts off by …"), essay("weekend", "A weekend", "A typical weekend for me starts off by …"), five("loves", "Five things they love"), five("hates", "Five things they hate")];
  const node = h("details", { class: "cast-more survey", "data-survey": "life" }, h("summary", {}, "A week in their own words, five loves and five hates"), h("div", { class: "cast-fields" }, parts.map((part) => part[2])),
    h("div", { class: "cast-verbs" }, button("Write it into the text", "check", () => wish("score", { name: "life" }), { class: "btn btn-small", "data-score": "life" })));
  return bind(node, () => {
    for (const [name, control] of parts) {
      const value = life()[name] ?? (Array.isArray(control) ? [] : "");
      if (Array.isArray(control)) { if (!same(control.map((one) => one.value).filter((one) => one.trim()), value)) control.forEach((box, place) => { box.value = value[place] || ""; }); }
      else if (control.value !== value) control.value = value;
    }
  });
};
