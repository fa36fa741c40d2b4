// Tonight's bill: choose a scene, look over the cast, begin. The choice stays in the page until Begin.
const OWN = "own";
const pick = { scene: "", cast: [], seat: "director", mode: "", speakers: "", memory: "", seed: "" };
const scenes = h("div", { class: "scene-grid", role: "radiogroup", "aria-label": "Scene" });
const company = h("div", { class: "company" });
const run = h("details", { class: "house-rules" });
const begin = button("Begin", "next", () => start(), { id: "begin", class: "btn btn-primary btn-begin" });
// A scene nobody has chosen yet, and who fits it: whoever its writer cast.
const surprise = () => {
  const others = props.value.scenes.filter((scene) => scene.id !== pick.scene);
  if (!others.length) return;
  const scene = others[Math.floor(Math.random() * others.length)];
  const radio = scenes.querySelector('input[value="' + CSS.escape(scene.id) + '"]');
  radio.checked = true;
  choose(scene);
  radio.closest(".scene-card").scrollIntoView({ block: "center" });
  radio.focus({ preventScroll: true });
};
const surprised = button("Surprise me", "again", surprise, { id: "surprise", class: "btn btn-quiet" });
const hint = h("p", { class: "begin-hint", role: "status", dir: "auto" });
const writer = h("p", { class: "fine writer", dir: "auto" });
const intro = h("header", { class: "bill-head" }, h("h1", { class: "bill-title" }, "What shall we play tonight?"), h("p", { class: "bill-sub" }, "Choose a scene, look over the cast, press Begin. Everyone on stage knows only what they have seen and heard. "),
  button(localStorage.getItem("greenroom-tour") ? "Show me around" : "New here? Show me around", "help", () => tell("tour"), { class: "btn btn-small btn-quiet", id: "tour-start" }));
const goesOn = h("div", { class: "goes-on" });
const write = (tag, id, label, placeholder, more) => h("label", { class: "own-field" }, h("span", { class: "fine" }, label), h(tag, { class: "field" + (tag === "textarea" ? " field-tall" : ""), id: "own-" + id, placeholder, dir: "auto", "data-part": id, ...more }));
const own = h("section", { class: "own-scene", "aria-label": "A scene of your own", hidden: true },
  write("input", "title", "Title", "The letter", { maxlength: 120 }), write("input", "place", "Place", "a kitchen in the rain", { maxlength: 200 }),
  write("input", "time", "Time", "the morning after", { maxlength: 120 }), write("input", "mood", "Mood", "wary", { maxlength: 120 }),
  write("textarea", "premise", "What it is about", "They find the letter that was never sent.", { rows: 2, maxlength: 4000 }),
  write("textarea", "opening", "How it opens (may stay empty)", "The kettle is already on.", { rows: 2, maxlength: 4000 }));
own.addEventListener("input", () => cast());
const ownScene = () => Object.fromEntries([...own.querySelectorAll("[data-part]")].map((field) => [field.dataset.part, field.value.trim()]));
root.append(intro, goesOn, scenes, own, h("section", { class: "bill-cast", "aria-label": "Cast" }, company), run, h("div", { class: "begin-bar" }, h("div", { class: "begin-say" }, hint, writer), surprised, begin));

let opening = false;
let guest = "";
const start = () => {
  if (opening || !pick.cast.length) return;
  opening = true;
  guest = "";
  begin.disabled = true;
  hint.textContent = "The curtain is going up…";
  trigger("begin", { ...pick, own: pick.scene === OWN ? ownScene() : null });
};
const ownCard = () => ({ id: OWN, genre: "Yours", title: "A scene of your own", premise: "Say where it plays and what it is about; choose who is in it.", cast: props.value.before?.cast || [], place: "" });
const sceneOf = (id) => (id === OWN ? ownCard() : props.value.scenes.find((scene) => scene.id === id));
const castOf = (scene) => {
  const cast = props.value.before ? props.value.before.cast : scene.id === OWN ? pick.cast : scene.cast;
  return [...new Set([...cast, guest])].filter((id) => props.value.people[id]);
};
const choose = (scene) => {
  pick.scene = scene.id;
  pick.cast = castOf(scene);
  own.hidden = scene.id !== OWN;
  if (!own.hidden) own.querySelector("#own-title").focus({ preventScroll: false });
  if (!pick.cast.includes(pick.seat)) pick.seat = "director";
  cast();
};

const sceneCard = (scene) => {
  const people = scene.cast.map((id) => props.value.people[id]).filter(Boolean);
  const radio = h("input", { type: "radio", name: "scene", value: scene.id, class: "card-input", "aria-label": scene.title, checked: scene.id === pick.scene });
  radio.checked = scene.id === pick.scene;
  radio.addEventListener("change", () => choose(scene));
  return h("label", { class: "scene-card", "data-scene": scene.id }, radio,
    h("span", { class: "scene-kind" }, scene.genre),
    h("span", { class: "scene-title", dir: "auto" }, scene.title),
    h("span", { class: "scene-premise", dir: "auto" }, scene.premise),
    h("span", { class: "scene-foot" }, h("span", { class: "faces" }, people.slice(0, 5).map(face)), h("span", { class: "fine", dir: "auto" }, scene.place)));
};

const personCard = (id, inPlay) => {
  const person = props.value.people[id];
  if (!person) return null;
  const box = h("input", { type: "checkbox", class: "card-input", "aria-label": person.name, "data-key": "cast-" + id });
  box.checked = inPlay;
  box.addEventListener("change", () => {
    if (box.checked) pick.cast.push(id); else { pick.cast = pick.cast.filter((other) => other !== id); if (id === guest) guest = ""; }
    if (!pick.cast.includes(pick.seat)) pick.seat = "director";
    cast();
  });
  return h("label", { class: "person-card" + (inPlay ? "" : " person-out"), "data-character": id }, box, face(person), h("span", { class: "person-name", dir: "auto" }, person.name), h("span", { class: "fine person-about", dir: "auto" }, person.about));
};

const cast = () => {
  const scene = sceneOf(pick.scene);
  if (!scene) { company.replaceChildren(); return; }
  const shown = [...scene.cast, ...pick.cast.filter((id) => !scene.cast.includes(id))];
  const others = Object.keys(props.value.people).filter((id) => !shown.includes(id));
  const seat = h("select", { class: "select", id: "begin-seat", "aria-label": "Your seat", "data-key": "seat" },
    h("option", { value: "director" }, "Director: I watch, whisper and steer"), pick.cast.map((id) => h("option", { value: id }, "I play " + (props.value.people[id]?.name || id))));
  seat.value = pick.seat;
  seat.addEventListener("change", () => { pick.seat = seat.value; });
  const wasOpen = company.querySelector(".more-people")?.open;
  refill(company,
    h("div", { class: "company-head" }, h("h2", { class: "bill-h" }, "The cast"), h("label", { class: "seat-pick" }, h("span", { class: "fine" }, "Your seat"), seat)),
    h("div", { class: "people" }, shown.map((id) => personCard(id, pick.cast.includes(id)))),
    others.length > 0 && h("details", { class: "more-people", open: Boolean(wasOpen) }, h("summary", {}, "Bring in somebody else"), h("div", { class: "people people-small" }, others.map((id) => personCard(id, false)))));
  begin.disabled = pick.cast.length === 0 || opening || (pick.scene === OWN && !ownScene().premise);
  const firsts = pick.cast.map((id) => props.value.people[id]?.name.split(" ")[0]).filter(Boolean);
  const and = firsts.length > 4 ? [...firsts.slice(0, 3), firsts.length - 3 + " more"] : firsts;
  hint.textContent = firsts.length === 0 ? "Choose at least one character."
    : pick.scene === OWN && !ownScene().premise ? "Say what your scene is about."
    : (pick.scene === OWN ? ownScene().title || scene.title : scene.title) + ", with " + (and.length > 1 ? and.slice(0, -1).join(", ") + " and " + and[and.length - 1] : and[0]);
};

const choice = (label, key, methods, chosen) => {
  const summary = h("p", { class: "fine" });
  const select = h("select", { class: "select", "aria-label": label, id: "house-" + key }, methods.map((method) => h("option", { value: method.name }, method.title)));
  const told = () => { pick[key] = select.value; summary.textContent = methods.find((method) => method.name === select.value)?.summary || ""; };
  select.value = pick[key] || chosen;
  select.addEventListener("change", told);
  told();
  return h("label", { class: "rule" }, h("span", { class: "rule-name" }, label), select, summary);
};

show((value) => {
  opening = false;
  if (value.guest && !pick.cast.includes(value.guest)) pick.cast.push(value.guest);
  guest = value.guest || guest;
  if (value.chosen && value.chosen !== root.dataset.offered) { pick.scene = ""; root.dataset.offered = value.chosen; }
  const follows = value.before ? value.before.title : "";
  if (follows !== (root.dataset.follows || "")) { pick.scene = follows ? OWN : ""; pick.cast = follows ? castOf(ownCard()) : []; root.dataset.follows = follows; }
  if (!sceneOf(pick.scene)) {
    const first = sceneOf(value.chosen) || value.scenes[0];
    if (first) { pick.scene = first.id; pick.cast = castOf(first); pick.seat = "director"; }
  }
  own.hidden = pick.scene !== OWN;
  intro.querySelector("h1").textContent = follows ? "What happens next?" : "What shall we play tonight?";
  refill(goesOn, follows && [h("p", {}, "It goes on from “", h("bdi", {}, follows), "”: whoever was in it remembers it."), button("Start afresh instead", null, () => act("fresh"), { class: "btn btn-small btn-quiet", "data-key": "afresh" })]);
  writer.textContent = value.writer;
  const cards = value.scenes.map(sceneCard);
  const mine = sceneCard(ownCard());
  scenes.replaceChildren(...(follows ? [mine, ...cards] : [...cards, mine]));
  if (!value.scenes.length) scenes.prepend(h("p", { class: "empty" }, "There are no scenes yet. Put a YAML file in the scenes folder, or write one from the Library page."));
  cast();
  const rules = JSON.stringify([value.modes, value.speakers, value.memory]);
  if (run.dataset.rules === rules) return;
  run.dataset.rules = rules;
  const seed = h("input", { class: "field", id: "house-seed", inputmode: "numeric", placeholder: "random", "aria-label": "Seed", maxlength: 9 });
  seed.value = pick.seed;
  seed.addEventListener("input", () => { seed.value = seed.value.replace(/\D/g, ""); pick.seed = seed.value; });
  run.replaceChildren(h("summary", {}, "House rules"), h("div", { class: "rules" },
    choice("How it is played", "mode", value.modes, value.mode_default), choice("Who speaks next", "speakers", value.speakers, value.speakers_default), choice("How they remember", "memory", value.memory, value.memory_default),
    h("label", { class: "rule" }, h("span", { class: "rule-name" }, "Seed"), seed, h("p", { class: "fine" }, "The same seed, cast and model give the same order of speakers."))));
});
