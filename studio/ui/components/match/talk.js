// Somebody to talk to: a feeling or a character, people with reasons, a talk, and what it was worth.
const VIEWS = [["talk", "Someone to talk to"], ["kin", "Kindred map"], ["cast", "Casting council"], ["shelf", "For you"]];
const TYPES = ["INTJ", "INTP", "ENTJ", "ENTP", "INFJ", "INFP", "ENFJ", "ENFP", "ISTJ", "ISFJ", "ESTJ", "ESFJ", "ISTP", "ISFP", "ESTP", "ESFP"];
Object.assign(ICONS, { star: "M12 3.500l2.600 5.600 6 .7-4.500 4.100 1.200 6-5.300-3-5.300 3 1.200-6L3.400 9.800l6-.7z" });
let wish = { view: "talk", feeling: "", seeker: "", scorer: "cosine", bank: "", types: [], gender: "", region: "", least_age: null, most_age: null, diversity: 0.3, kin: "", scene: "", lead: "", role: "", method: "borda", count: 3, casting: "", weights: {}, instruction: "", slots: {}, hard: [], edited: false };
let seen = { search: null, talks: [], learnt: "", kin: null, council: null, taste: null };
let busy = false;
const compared = new Set();
const send = (name, more) => { busy = name === "search" || name === "cast"; trigger(name, { ...wish, ...more }); if (busy) paint(); };
const set = (what) => { wish = { ...wish, ...what }; };
const options = (list, value, none) => [none !== undefined && h("option", { value: "" }, none), ...list.map((one) => h("option", { value: one.name, selected: one.name === value }, one.title))].filter(Boolean);
const field = (label, control, note) => h("label", { class: "match-field" }, h("span", { class: "fine" }, label), control, note && h("span", { class: "fine" }, note));
const number = (name, label, most) => h("input", { class: "field", type: "number", min: 0, max: most, inputmode: "numeric", "aria-label": label, placeholder: "any", value: wish[name] ?? "", oninput: (event) => set({ [name]: event.target.value === "" ? null : Number(event.target.value) }) });

const feeling = h("textarea", { class: "field field-tall", id: "match-feeling", rows: 3, dir: "auto", maxlength: 12000, placeholder: "I feel …", "aria-label": "How you are, in your own words", oninput: () => set({ feeling: feeling.value }) });
const seeker = h("select", { class: "select", id: "match-seeker", "aria-label": "Who seeks", onchange: () => set({ seeker: seeker.value }) });
const scorer = h("select", { class: "select", id: "match-scorer", "aria-label": "How they are found", onchange: () => set({ scorer: scorer.value }) });
const bank = h("select", { class: "select", id: "match-bank", "aria-label": "Among whom", onchange: () => set({ bank: bank.value }) });
const find = () => { compared.clear(); send("search"); };
feeling.addEventListener("keydown", (event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) find(); });
const diversity = h("input", { type: "range", min: 0, max: 1, step: 0.1, value: 0.3, id: "match-diversity", "aria-label": "How different they may be", oninput: () => set({ diversity: Number(diversity.value) }) });
const type = h("select", { class: "select", id: "match-type", "aria-label": "MBTI type", onchange: () => set({ types: type.value ? [type.value] : [] }) }, h("option", { value: "" }, "Any type"), TYPES.map((one) => h("option", { value: one }, one)));
const gender = h("select", { class: "select", id: "match-gender", "aria-label": "Gender", onchange: () => set({ gender: gender.value }) }, [["", "Any gender"], ["female", "Female"], ["male", "Male"], ["nonbinary", "Non-binary"]].map(([value, label]) => h("option", { value }, label)));
const region = h("input", { class: "field", id: "match-region", maxlength: 80, placeholder: "anywhere", "aria-label": "Country or region", dir: "auto", oninput: () => set({ region: region.value }) });
const filters = h("details", { class: "filters" }, h("summary", {}, "Narrow down"), h("div", { class: "filter-body match-filters" },
  field("Type", type), field("Gender", gender), field("From", region), field("Age from", number("least_age", "Youngest", 120)), field("to", number("most_age", "Oldest", 120)), field("Variety", diversity)));
const form = h("section", { class: "match-form" }, h("p", { class: "fine" }, "Not therapy: these are invented people, and what they say is made up. In need, talk to a real one: findahelpline.com lists free lines by country."),
  feeling, h("div", { class: "match-row" }, field("Who seeks", seeker), field("Found by", scorer), field("Among", bank)), filters, h("div", { class: "drop-verbs" }, button("Find somebody", "search", find, { class: "btn btn-primary", id: "match-find" })));

const found = (one) => h("li", { class: "found", "data-supporter": one.person.id },
  h("div", { class: "found-head" }, face(one.person), h("div", {}, h("h3", { class: "found-name", dir: "auto" }, one.rank + ". " + one.person.name), h("p", { class: "fine", dir: "auto" }, one.about))),
  h("div", { class: "found-score" }, h("span", { class: "score-track", role: "img", "aria-label": "Score " + one.score }, h("span", { class: "score-fill", style: "inline-size:" + Math.round(one.near * 100) + "%" })), h("span", { class: "fine found-words" }, "by counting words alone: place " + one.words_rank.toLocaleString())),
  h("ul", { class: "reasons" }, one.reasons.map((text) => h("li", { dir: "auto" }, text))),
  h("div", { class: "drop-verbs" }, button("Talk now", "word", () => trigger("talk", { ...wish, supporter: one.person.id }), { class: "btn btn-primary btn-small", "data-act": "talk" }),
    h("label", { class: "compare-one" }, h("input", { type: "checkbox", class: "choose", checked: compared.has(one.person.id), "aria-label": "Compare " + one.person.name, onchange: (event) => { if (event.target.checked) { if (compared.size > 1) compared.delete([...compared][0]); compared.add(one.person.id); } else compared.delete(one.person.id); paint(); } }), h("span", {}, "Compare"))));
const comparison = (list) => {
  const two = list.filter((one) => compared.has(one.person.id));
  if (two.length < 2) return null;
  const titles = [...new Set(two.flatMap((one) => Object.keys(one.told)))];
  return h("section", { class: "compare", id: "match-compare" }, h("h2", { class: "bill-h" }, "Side by side"), h("div", { class: "table-scroll", tabindex: "0", role: "region", "aria-label": "Comparison" }, h("table", {}, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, ""), two.map((one) => h("th", { scope: "col", dir: "auto" }, one.person.name)))),
    h("tbody", {}, titles.map((title) => h("tr", {}, h("th", { scope: "row" }, title), two.map((one) => h("td", { dir: "auto" }, one.told[title] || "–"))))))));
};
const stars = (talk) => h("div", { class: "stars", role: "group", "aria-label": "How good was the talk with " + talk.person.name }, [1, 2, 3, 4, 5].map((count) => h("button", {
  type: "button", class: count <= talk.rated ? "icon-btn star star-on" : "icon-btn star", "data-stars": count, "data-key": "rate-" + talk.session + "-" + count, "aria-label": count + " of 5", "aria-pressed": String(count === talk.rated), onclick: () => send("rate", { session: talk.session, rating: count }) }, icon("star"))));
const talkRow = (talk) => h("li", { class: "talk", "data-talk": talk.session }, face(talk.person), h("div", {}, h("p", { class: "person-name", dir: "auto" }, talk.title), h("p", { class: "fine" }, [talk.gauge && "mood: " + talk.gauge, talk.closed ? "closed" : "still open"].filter(Boolean).join(" · "))), stars(talk));
const talkView = () => {
  const search = seen.search;
  return [form, search && h("section", { class: "results", id: "match-results", "aria-live": "polite" },
    search.help && h("p", { class: "notice notice-warning", role: "alert", id: "match-help", dir: "auto" }, search.help),
    search.problem && h("p", { class: "notice notice-error", role: "alert", dir: "auto" }, search.problem),
    search.found.length > 0 && [h("ol", { class: "founds" }, search.found.map(found)), comparison(search.found),
      h("div", { class: "honest", id: "match-honest" }, h("p", { class: "fine" }, search.measured), h("p", { class: "fine" }, search.baseline), search.notes.map((note) => h("p", { class: "fine" }, note)), h("p", { class: "fine" }, search.looked))]),
  busy && !search && h("p", { class: "fine", role: "status" }, "Looking through the bank…"),
  seen.talks.length > 0 && h("section", { class: "talks" }, h("h2", { class: "bill-h" }, "Talks so far"), h("ul", { class: "talk-list", id: "match-talks" }, seen.talks.map(talkRow))),
  h("p", { class: "fine", id: "match-learnt" }, seen.learnt)];
};
