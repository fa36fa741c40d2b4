// The Town page: who lives there, what they hear, and how it spreads.
let wish = { town: "", frame: -1, residents: [], rumour: "", knower: "", hours: 4, step: 60, lines: 4 };
let fresh = false;
const set = (what) => { wish = { ...wish, ...what }; };
const rumour = h("textarea", { class: "field field-tall", id: "town-rumour", rows: 2, maxlength: 600, dir: "auto", placeholder: "Somebody bought the old mill and means to open a theatre there.", "aria-label": "A rumour, known to one of them at first", oninput: () => set({ rumour: rumour.value }) });
const knower = h("select", { class: "select", id: "town-knower", "aria-label": "Who knows it first", onchange: () => set({ knower: knower.value }) });
const select = (id, label, list, name) => { const node = h("select", { class: "select", id, "aria-label": label, onchange: () => set({ [name]: Number(node.value) }) }, list.map(([value, text]) => h("option", { value, selected: value === wish[name] }, text))); return node; };
const HOURS = [[1, "1 hour"], [2, "2 hours"], [4, "4 hours"], [8, "8 hours"], [17, "A whole day"], [41, "Two days"]];
const hours = select("town-hours", "For how long", HOURS, "hours");
const step = select("town-step", "How closely it is looked at", [[15, "Every 15 minutes"], [30, "Every 30 minutes"], [60, "Every hour"]], "step");
const residents = h("div", { class: "minds", role: "group", "aria-label": "Residents" });
const begin = button("Let them live", "next", () => { fresh = false; trigger("go", { ...wish, town: "" }); }, { class: "btn btn-primary", id: "town-begin" });
const form = h("section", { class: "match-form", id: "town-form" }, h("h2", { class: "bill-h" }, "A new town"), h("p", { class: "fine" }, "Choose who lives there. They plan their days, meet, talk and remember by themselves; nobody need be at the desk."), residents, rumour,
  h("div", { class: "match-row" }, h("label", { class: "match-field" }, h("span", { class: "fine" }, "Who knows it first"), knower), h("label", { class: "match-field" }, h("span", { class: "fine" }, "For how long"), hours), h("label", { class: "match-field" }, h("span", { class: "fine" }, "Looked at"), step)), h("div", { class: "drop-verbs" }, begin));
const tools = h("div", { class: "memory-row" });
const body = h("div", { class: "match-view" });
root.append(h("h1", { class: "bill-title" }, "Town"), tools, body);
const on = h("select", { class: "select", id: "town-on-hours", "aria-label": "How much longer" }, HOURS.map(([value, text]) => h("option", { value, selected: value === 2 }, text)));

const resident = (one, rumoured) => h("li", { class: "talk", "data-resident": one.person.id }, face(one.person), h("div", {}, h("p", { class: "person-name", dir: "auto" }, one.person.name), h("p", { class: "fine", dir: "auto" }, [one.place, one.doing].filter(Boolean).join(": "))), rumoured && h("span", { class: one.heard ? "label label-heard" : "label" }, one.heard ? "knows since " + one.heard : "has not heard"));
const said = (one) => h("li", { class: "town-said" }, one.person && face(one.person), h("div", {}, one.person && h("p", { class: "person-name", dir: "auto" }, one.person.name), h("p", { class: one.person ? "memory-words" : "fine", dir: "auto" }, one.text)));
const townView = (value) => {
  const town = value.chart;
  const running = value.state === "running";
  const slide = h("input", { type: "range", min: 0, max: Math.max(0, town.frames - 1), value: town.frame, id: "town-replay", "aria-label": "Moment of the day: " + town.frame_at, "data-key": "replay", onchange: () => { set({ frame: Number(slide.value) }); trigger("show", wish); } });
  return [h("div", { class: "memory-row", id: "town-state", "data-state": value.state }, h("p", { class: "town-now" }, town.now), running ? button("Stop", "stop", () => trigger("stop", { ...wish, town: town.id, frame: -1 }), { class: "btn", id: "town-stop" }) : [on, button("Go on", "next", () => trigger("go", { ...wish, town: town.id, hours: Number(on.value), frame: -1 }), { class: "btn btn-primary", id: "town-on" })],
    h("span", { class: "fine", id: "town-counts" }, [town.conversations + " conversations", town.lines + " lines", town.ties + " ties", town.calls + " model calls"].join(" · "))),
  town.rumour && h("p", { class: "reason", dir: "auto" }, "“" + town.rumour + "”"), chart(town),
  h("div", { class: "kin-grid" }, h("section", {}, town.frames > 0 && [h("label", { class: "range-row" }, h("span", { class: "fine" }, town.frame_at), slide), h("ol", { class: "town-saids", id: "town-said" }, town.said.length ? town.said.map(said) : h("li", { class: "fine" }, "Nothing to be heard at this hour."))]),
    h("ul", { class: "talk-list", id: "town-residents" }, town.residents.map((one) => resident(one, Boolean(town.rumour)))))];
};
const paint = () => {
  const value = props.value;
  const names = new Map(value.people.map((person) => [person.id, person.name]));
  refill(residents, value.people.map((person) => h("button", { type: "button", class: "mind", "data-resident-pick": person.id, "data-key": "live-" + person.id, "aria-pressed": String(wish.residents.includes(person.id)), onclick: () => { set({ residents: wish.residents.includes(person.id) ? wish.residents.filter((id) => id !== person.id) : [...wish.residents, person.id].slice(0, 25) }); paint(); } }, face(person), h("span", {}, h("span", { class: "person-name", dir: "auto" }, person.name)))));
  const first = knower.value;
  knower.replaceChildren(...wish.residents.map((id) => h("option", { value: id }, names.get(id) || id)));
  if (wish.residents.includes(first)) knower.value = first;
  set({ knower: knower.value });
  const town = value.chart;
  refill(tools, value.towns.length > 0 && [h("select", { class: "select", id: "town-which", "aria-label": "Which town", "data-key": "which", onchange: (event) => { fresh = false; set({ town: event.target.value, frame: -1 }); trigger("show", wish); } }, value.towns.map((one) => h("option", { value: one.id, selected: town && one.id === town.id }, one.title + ", " + one.when))),
    button("A new town", "plus", () => { fresh = true; paint(); }, { class: "btn btn-small", id: "town-new", "data-key": "new" })]);
  if (fresh || !town) { if (!form.isConnected) body.replaceChildren(form); }
  else refill(body, townView(value));
};
show((value) => {
  if (!value.beat) return;
  if (value.stale) { setTimeout(() => trigger("show", wish), 300); return; }
  if (value.chart) set({ town: value.chart.id });
  paint();
});
