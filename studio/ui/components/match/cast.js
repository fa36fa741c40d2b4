// A cast for an open part, and what one may like next.
const plain = (name) => name.replaceAll("_", " ");
const castView = (value) => {
  const council = seen.council;
  const scene = h("select", { class: "select", id: "cast-scene", "aria-label": "Scene", onchange: () => set({ scene: scene.value }) }, h("option", { value: "" }, "No scene in particular"), Object.entries(value.scenes).map(([id, title]) => h("option", { value: id, selected: id === wish.scene }, title)));
  const lead = h("select", { class: "select", id: "cast-lead", "aria-label": "Played with", onchange: () => set({ lead: lead.value }) }, h("option", { value: "" }, "Choose somebody"), value.people.map((one) => h("option", { value: one.id, selected: one.id === wish.lead }, one.name)));
  const method = h("select", { class: "select", id: "cast-method", "aria-label": "Way of casting", onchange: () => set({ method: method.value }) }, options(value.methods, wish.method));
  const role = h("textarea", { class: "field field-tall", id: "cast-role", rows: 2, dir: "auto", maxlength: 600, placeholder: "Somebody who keeps a secret and loses their temper", "aria-label": "The open part", value: wish.role, oninput: () => set({ role: role.value }) });
  const count = h("select", { class: "select", id: "cast-count", "aria-label": "How many", onchange: () => set({ count: Number(count.value) }) }, [1, 2, 3, 4, 5].map((one) => h("option", { value: one, selected: one === wish.count }, one === 1 ? "One" : String(one))));
  const summary = value.methods.find((one) => one.name === wish.method)?.summary || "";
  const chosen = (one) => h("li", { class: "found", "data-pick": one.person.id }, h("div", { class: "found-head" }, face(one.person), h("div", {}, h("h3", { class: "found-name", dir: "auto" }, one.person.name), h("p", { class: "fine", dir: "auto" }, [one.why, one.supported_by.length > 0 && "for: " + one.supported_by.map(plain).join(", ")].filter(Boolean).join(" · ")))),
    h("div", { class: "drop-verbs" }, h("span", { class: "fine" }, one.points.toFixed(2) + " points"), button("Put on the bill", "plus", () => trigger("bill", { scene: wish.scene, guest: one.person.id }), { class: "btn btn-small", "data-act": "bill" })));
  const weights = council && Object.entries(council.weights);
  return [h("section", { class: "match-form" }, h("div", { class: "match-row" }, field("Scene", scene), field("Played with", lead), field("How", method, summary), field("How many", count)), role,
    h("div", { class: "drop-verbs" }, button(busy ? "Asking…" : "Cast", "mask", () => { if (!busy) send("cast"); }, { class: "btn btn-primary", id: "cast-go", disabled: busy }))),
  council && (council.problem ? h("p", { class: "notice notice-error", role: "alert", dir: "auto" }, council.problem) : h("section", { class: "kin-grid", id: "council" },
    h("div", {}, h("ol", { class: "founds" }, council.selected.map(chosen)), council.nearly.length > 0 && [h("h3", { class: "panel-sub" }, "Nearly"), h("ul", { class: "founds" }, council.nearly.map(chosen))]),
    h("div", { class: "recall" }, weights.length > 1 && [h("h2", { class: "bill-h" }, "What weighs how much"), h("p", { class: "fine" }, "Moving a slider asks nobody anew."), weights.map(([name, weight]) => {
      const slide = h("input", { type: "range", min: 0, max: 1, step: 0.05, value: weight, "aria-label": "Weight of " + name, "data-weight": name, onchange: () => send("weigh", { casting: council.key, weights: { [name]: Number(slide.value) } }) });
      return h("label", { class: "range-row" }, h("span", { class: "fine", dir: "auto" }, plain(name)), slide, h("span", { class: "fine" }, Math.round(weight * 100) + " %"));
    })], council.mix && h("p", { class: "fine" }, council.mix), council.unused.length > 0 && h("p", { class: "fine" }, "Nobody looked at: " + council.unused.map(plain).join(", ") + "."), council.notices.map((note) => h("p", { class: "fine", dir: "auto" }, note)), h("p", { class: "fine", id: "council-calls" }, council.calls === 1 ? "1 model call" : council.calls + " model calls"))))];
};
const shelfView = () => {
  const taste = seen.taste;
  if (!taste) return h("p", { class: "fine", role: "status" }, "Looking at what you did…");
  const instruction = h("input", { class: "field", id: "shelf-say", maxlength: 600, dir: "auto", placeholder: "a dark mystery with a detective", "aria-label": "What you are in the mood for" });
  const say = () => { if (instruction.value.trim()) { set({ edited: false, slots: {}, hard: [] }); send("taste", { instruction: instruction.value.trim() }); } };
  instruction.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); say(); } });
  const edit = (slots, hard) => { set({ edited: true, slots, hard: (hard || taste.hard).filter((key) => slots[key]) }); send("taste"); };
  const key = h("select", { class: "select", id: "shelf-key", "aria-label": "What it is about" }, taste.keys.map((one) => h("option", { value: one }, one)));
  const value = h("input", { class: "field", id: "shelf-value", maxlength: 80, dir: "auto", placeholder: "comedy", "aria-label": "Which" });
  const add = () => { if (value.value.trim()) edit({ ...taste.slots, [key.value]: value.value.trim() }); };
  value.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); add(); } });
  return [h("section", { class: "match-form" }, taste.questions.length > 0 ? taste.questions.map((one) => h("p", {}, one)) : h("p", { class: "shelf-sentence", id: "shelf-sentence", dir: "auto" }, taste.sentence),
    h("div", { class: "filter-cloud" }, Object.entries(taste.slots).map(([name, text]) => h("span", { class: "chip slot", "data-slot": name }, h("span", { dir: "auto" }, name + ": " + text.replaceAll("-", " ")),
      h("button", { type: "button", class: "chip-must", "aria-pressed": String(taste.hard.includes(name)), "aria-label": "Must be so: " + name, title: "Must be so", onclick: () => edit(taste.slots, taste.hard.includes(name) ? taste.hard.filter((one) => one !== name) : [...taste.hard, name]) }, "must"),
      h("button", { type: "button", class: "chip-off", "aria-label": "Take " + name + " away", onclick: () => { const left = { ...taste.slots }; delete left[name]; edit(left); } }, icon("close")))), taste.free.map((text) => h("span", { class: "label", dir: "auto" }, text + " (nothing has it)"))),
    h("div", { class: "match-row" }, h("span", { class: "mark-row" }, key, value, button("Add", "plus", add, { class: "btn btn-small", id: "shelf-add" })), h("span", { class: "mark-row shelf-say" }, instruction, button("Say", "word", say, { class: "btn btn-small", id: "shelf-go" }))),
    h("p", { class: "fine" }, "From " + taste.based_on + (taste.based_on === 1 ? " thing" : " things") + " you did here. The sentence is yours to change.")),
  taste.note && h("p", { class: "fine" }, taste.note),
  h("ol", { class: "offers", id: "shelf-offers" }, taste.offers.map((one) => h("li", { class: "offer", "data-offer": one.id, "data-kind": one.kind }, one.person && face(one.person), h("div", {}, h("p", { class: "person-name", dir: "auto" }, one.title), h("p", { class: "fine", dir: "auto" }, [one.kind, one.because].filter(Boolean).join(" · "))),
    h("span", { class: "memory-verbs" }, iconButton("I like this", "up", () => send("taste", { item: one.id, taste: "like" }), { "data-act": "like" }), iconButton("Not for me", "low", () => send("taste", { item: one.id, taste: "dislike" }), { "data-act": "dislike" }),
      button(one.kind === "scene" ? "Play" : "Cast", "next", () => trigger("bill", one.kind === "scene" ? { scene: one.id } : { guest: one.id }), { class: "btn btn-small" })))))];
};
