// The form in its sections. They are built once it is known what there is to pick from.
const SECTIONS = [["compose", "Compose"], ["identity", "Identity"], ["voice", "Voice"], ["ties", "Ties"], ["lore", "Lore"], ["openings", "Openings"], ["origin", "Origin"], ["history", "History"], ["told", "Preview"]];
const HOMES = { identity: "identity", backstory: "identity", speech: "voice", talkativeness: "voice", relationships: "ties", secrets: "ties", goals: "ties", facts: "ties", lorebook: "lore", greeting: "openings", alternate_greetings: "openings", sources: "origin", consent: "origin", timeline_point: "origin", knowledge_boundary: "origin", construction: "origin", risk_notes: "origin" };
const homeOf = (field) => HOMES[field] || "compose";
const world = h("select", { class: "select", id: "cast-world", "aria-label": "Kind of story for the dice" }, [["today", "Today"], ["past", "The past"], ["fantasy", "Fantasy"], ["space", "Space"]].map(([value, label]) => h("option", { value }, label)));
const worldOf = () => world.value;
const seedBox = h("input", { class: "field cast-seed", id: "cast-seed", inputmode: "numeric", placeholder: "seed", "aria-label": "Seed: the same one rolls the same character", maxlength: 10, autocomplete: "off" });
seedBox.addEventListener("input", () => { seedBox.value = seedBox.value.replace(/\D/g, ""); });
const seedNote = h("span", { class: "fine", role: "status" });
const rolledWith = (seed) => { seedNote.textContent = "Rolled with seed " + seed; };
const wishBox = h("input", { class: "field", id: "cast-wish", dir: "auto", placeholder: "A wish for the writer, if you have one", "aria-label": "A wish for the writer", maxlength: 1000, autocomplete: "off" });
const anew = h("input", { type: "checkbox", class: "cast-check", id: "cast-anew" });

const write = async (name) => {
  if (pen.busy) return;
  flush();
  await settled();
  pen.start(copy(bench.form));
  trigger("write", { ...ask({}), seq: 0, name, locks: [...bench.locks], wish: wishBox.value, over: anew.checked });
};
const settled = async () => { while (waiting || queue.length) await new Promise((resolve) => setTimeout(resolve, 30)); };
const writerButton = (name, label, attributes) => {
  const writer = bench.pools.writers.find((one) => one.name === name);
  return writer && button(label || writer.title, "pen", () => write(name), { class: "btn btn-small", title: writer.summary, "data-writer": name, ...attributes });
};
const card = (title, about, ...inside) => h("section", { class: "cast-card" }, title && h("h2", { class: "cast-h" }, title), about && h("p", { class: "fine" }, about), inside);

const compose = () => {
  const titles = bench.pools.titles;
  const types = [["", "open"], ...bench.pools.picks.types.map((type) => [type.name, type.name + ": " + type.meaning])];
  const kinds = bench.pools.picks.persona_types.map((kind) => [kind.name, kind.name[0].toUpperCase() + kind.name.slice(1)]);
  return [
    h("div", { class: "cast-desk" },
      h("div", { class: "cast-dice" }, button("Roll the dice", "dice", () => wish("roll", { world: worldOf(), seed: seedBox.value, locks: [...bench.locks] }), { class: "btn btn-primary", id: "cast-roll" }), world, seedBox, seedNote),
      h("div", { class: "cast-writers" }, writerButton("expand", "Expand the picks", { class: "btn", id: "cast-expand" }), writerButton("narrate", "Narrate", { class: "btn", id: "cast-narrate" }), wishBox, h("label", { class: "cast-tick" }, anew, h("span", {}, "Write anew what is there too"))),
      h("p", { class: "fine" }, "Dice and models leave alone what you lock. A model writes only what is still open, unless you say otherwise.")),
    h("div", { class: "cast-sitter" }, portraitCard(),
      h("div", { class: "cast-rows" },
        row("name", titles.name, textBox("name", { maxlength: 200, placeholder: "Who is it?" })),
        h("div", { class: "cast-pair" }, row("age", titles.age, numberBox("age", { min: 0, max: 10000 })), row("pronouns", titles.pronouns, withList(textBox("pronouns", { placeholder: "they/them" }), bench.pools.picks.pronouns))),
        row("persona_type", "Kind of person", kindBox(kinds), { tools: false }))),
    card("Picks", "A few of these make a person; the rest can be rolled, written by a model, or left open.",
      row("career", titles.career, pickable("career", "careers", "a lighthouse keeper")),
      row("aspiration", titles.aspiration, pickable("aspiration", "aspirations", "be thanked once")),
      row("traits", titles.traits, chips("traits", { pool: "traits", placeholder: "Type one, or browse", most: 3 }), { hint: "Three make a clear picture." }),
      row("skills", titles.skills, chips("skills", { pool: "skills", placeholder: "Type one, or browse", most: 3 })),
      row("tropes", titles.tropes, chips("tropes", { pool: "tropes", placeholder: "Type one, or browse", most: 2 }), { hint: "A figure of fiction they resemble." })),
    card("Temperament", "",
      row("mbti", titles.mbti, selectBox("mbti", types, { "data-null": true })),
      row("big_five", titles.big_five, bigFive())),
    card("", "", row("appearance", titles.appearance, longBox("appearance", { placeholder: "Tall, grey braid, a scar over the left eyebrow, oilskin coat" }), { big: true, hint: "The portrait is drawn from this." }), h("div", { class: "cast-verbs" }, writerButton("looks", "Let a model write it"))),
    card("", "", row("tags", "Tags", chips("tags", { placeholder: "For finding them again" }), { tools: false, big: true })),
  ];
};
const withList = (box, choices) => {
  const id = box.id + "-list";
  box.setAttribute("list", id);
  return h("div", {}, box, h("datalist", { id }, choices.map((one) => h("option", { value: one.name }))));
};
const bigFive = () => {
  const middle = () => edit("big_five", Object.fromEntries(bench.pools.scales.map((scale) => [scale.name, 4])));
  const none = h("div", {}, button("Set the five scores", "plus", () => { middle(); syncAll(); }, { class: "btn btn-small", id: "cast-big-five" }));
  const sliders = h("div", { class: "cast-scales" }, bench.pools.scales.map((scale) => h("div", { class: "cast-scale", "data-marks": "big_five." + scale.name }, h("span", { class: "cast-scale-name" }, scale.title), slider("big_five." + scale.name, { min: 1, max: 7, step: 0.1, low: scale.low, high: scale.high, label: scale.title }))),
    button("Leave them open", "close", () => { edit("big_five", null); syncAll(); }, { class: "btn btn-small btn-quiet" }));
  return bind(h("div", {}, none, sliders), () => { const there = Boolean(get("big_five")); none.hidden = there; sliders.hidden = !there; });
};

const portraitCard = () => {
  const file = h("input", { type: "file", accept: "image/png,image/jpeg,image/webp", class: "cast-file", id: "cast-file", "aria-label": "Choose a picture", tabindex: "-1" });
  const shown = h("div", { class: "cast-portrait", id: "cast-portrait" });
  let take = 0;
  file.addEventListener("change", async () => {
    const chosen = file.files[0];
    file.value = "";
    if (!chosen) return;
    say("Reading the picture…");
    try { await wish("picture", { text: await shrunk(chosen) }); } catch { say("This file is no picture the browser can read. Choose a PNG, JPEG or WebP."); }
  });
  return bind(h("div", { class: "cast-picture", "data-marks": "portrait" }, shown, h("div", { class: "cast-picture-verbs" },
    button("Draw", "again", () => { take += 1; wish("draw", { number: take }); }, { class: "btn btn-small", id: "cast-draw", title: "Draw another portrait" }),
    button("Choose", "picture", () => file.click(), { class: "btn btn-small", id: "cast-choose", title: "Choose a picture of your own" }), file)), () => shown.replaceChildren(face(person())));
};
const person = () => {
  const found = /^portraits\/([0-9a-f]{40})\.[a-z]+$/.exec(bench.form?.portrait || "");
  const words = nameOf().split(/\s+/);
  const initials = (words.length > 1 ? words[0][0] + words.at(-1)[0] : words[0][0]).toUpperCase();
  const shipped = !bench.form?.portrait && bench.shipped && !bench.own && "house/portraits/" + bench.id;
  return { name: nameOf(), portrait: found ? "house/pictures/" + found[1] : shipped || "", initials, hue: bench.hue || 0 };
};

const identity = () => {
  const titles = bench.pools.titles;
  const part = (path, about, placeholder, ...more) => card("", "", row(path, titles[path], longBox(path, { placeholder, rows: 3 }), { big: true, hint: about }), h("div", { class: "cast-folds" }, more.slice(0, -1)), h("div", { class: "cast-verbs" }, more.at(-1)));
  return [
    card("", "", row("backstory", titles.backstory, longBox("backstory", { rows: 5, placeholder: "What made them who they are." }), { big: true }), h("div", { class: "cast-verbs" }, writerButton("narrate", "Narrate from the rest"))),
    part("identity.social", "Family, friends, standing; what anybody in the street could tell you.", "The one who is sent for when it has already gone wrong.", socialForm(), writerButton("social", "Let a model fill in the form")),
    part("identity.personal", "Who they think they are, what they hold to be right.", "Surer of the hands than of the head.", quiz("bfi"), quiz("pvq"), writerButton("temperament", "Let a model answer in their place")),
    part("identity.life_context", "Home, habits, the course of a day, what they love and what they cannot stand.", "Up at four for the bread; a room over the bakery; hates bells.", lifeForm(), writerButton("life", "Let a model tell the week")),
  ];
};
const voice = () => {
  const titles = bench.pools.titles;
  return [
    card("How they talk", "", row("speech.style", titles["speech.style"], pickable("speech.style", "voices", "dry, unhurried, every third sentence a joke")),
      row("speech.habits", titles["speech.habits"], texts("speech.habits", { noun: "Habit", placeholder: "Answers a question with a better one." })),
      row("speech.examples", titles["speech.examples"], texts("speech.examples", { noun: "Line", placeholder: "A line that could be nobody else’s.", rows: 2 }), { hint: "Nothing teaches a model a voice like three lines of it." }),
      h("div", { class: "cast-verbs" }, writerButton("voice", "Let a model find the voice"))),
    card("", "", row("talkativeness", titles.talkativeness, slider("talkativeness", { min: 0, max: 1, step: 0.05, low: "speaks when spoken to", high: "speaks first and last", label: titles.talkativeness }), { big: true })),
  ];
};
const ties = () => {
  const titles = bench.pools.titles;
  return [
    card("", "", row("goals", titles.goals, texts("goals", { noun: "Goal", placeholder: "to get the letter back" }), { big: true }), h("div", { class: "cast-verbs" }, writerButton("aims", "Let a model find a goal and a secret"))),
    card("", "", row("secrets", titles.secrets, texts("secrets", { noun: "Secret", placeholder: "Has a second passport in the name of Marek Olden.", rows: 2 }), { big: true, hint: "Told to nobody but whoever plays them. A detail that can be checked makes a secret playable." })),
    card("", "", row("facts", titles.facts, texts("facts", { noun: "Fact", placeholder: "Keeps bees on the roof." }), { big: true, hint: "What is true of them, one sentence each." })),
    card("", "", row("relationships", "Relations", relations(), { tools: false, big: true, hint: "What somebody is to them. It is told to nobody but whoever plays them." })),
  ];
};
const relations = () => {
  const held = h("div", { class: "cast-relations" });
  const rows = () => [...held.children];
  const read = () => Object.fromEntries(rows().map((line) => [line.dataset.other, line.querySelector("textarea").value]));
  const line = ([id, told]) => {
    const other = bench.pools.cast.find((one) => one.id === id);
    const box = h("textarea", { class: "field cast-long", rows: 1, dir: "auto", "aria-label": "What " + (other?.name || id) + " is to them", placeholder: "her oldest friend, whom she owes money", maxlength: 5000 });
    box.value = told;
    box.addEventListener("input", () => { grow(box); edit("relationships", read()); });
    requestAnimationFrame(() => grow(box));
    const item = h("div", { class: "cast-relation", "data-other": id, "data-marks": "relationships." + id }, face(other), h("div", { class: "cast-relation-told" }, h("span", { class: "person-name", dir: "auto" }, other?.name || id), box), iconButton("Take out " + (other?.name || id), "close", () => { item.remove(); edit("relationships", read()); }));
    return item;
  };
  const add = button("Add somebody", "people", () => pick({ title: "Whom do they know?", choices: bench.pools.cast.filter((one) => one.id !== bench.id).map((one) => ({ id: one.id, name: one.name, meaning: one.about, group: "", against: [] })), chosen: () => Object.keys(read()), toggle: (id) => {
    const now = read();
    if (id in now) delete now[id]; else now[id] = "";
    edit("relationships", now);
    held.replaceChildren(...Object.entries(now).map(line));
  } }), { class: "btn btn-small", id: "cast-relate" });
  return bind(h("div", { class: "cast-list" }, held, add), () => { const now = get("relationships") || {}; if (!same(read(), now)) held.replaceChildren(...Object.entries(now).map(line)); });
};
const openings = () => [
  card("", "", row("greeting", bench.pools.titles.greeting, longBox("greeting", { rows: 4, placeholder: "*looks up from the ledger* You’re late. Or I’m early. Sit." }), { big: true, hint: "Their first line where a scene has no opening of its own. Name nobody: {{user}} is whoever they meet." }), h("div", { class: "cast-verbs" }, writerButton("greeting", "Let a model write it"))),
  card("", "", row("alternate_greetings", "Other greetings", texts("alternate_greetings", { noun: "Greeting", rows: 3 }), { tools: false, big: true, hint: "For other days. Any of them can take the first place." }), h("div", { class: "cast-verbs" }, button("Swap with the first", "undo", () => {
    const others = get("alternate_greetings") || [];
    if (!others.length) { say("There is no other greeting yet."); return; }
    lay({ greeting: others[0], alternate_greetings: [...others.slice(1), get("greeting")].filter((one) => one.trim()) }, "Swapped");
  }, { class: "btn btn-small btn-quiet" }))),
];
const kindBox = (kinds) => {
  const meaning = h("p", { class: "fine" });
  const tell = () => { meaning.textContent = bench.pools.picks.persona_types.find((kind) => kind.name === get("persona_type"))?.meaning || ""; };
  const box = selectBox("persona_type", kinds);
  box.addEventListener("change", tell);
  return bind(h("div", {}, box, meaning), tell);
};
const SOURCE_KINDS = [["description", "a description of them"], ["demonstration", "what they are shown doing"], ["model", "a model"], ["user_history", "a person’s own history"]];
const BUILDS = [["prompt", "told in a prompt"], ["retrieval", "found in texts as it goes"], ["trained", "trained into a model"], ["mixed", "several of these"]];
const origin = () => {
  const titles = bench.pools.titles;
  return [
    card("", "", row("timeline_point", titles.timeline_point, textBox("timeline_point", { placeholder: "the evening before the trial" }), { big: true, hint: "Up to where in their story they know it." })),
    card("", "", row("knowledge_boundary", titles.knowledge_boundary, texts("knowledge_boundary", { noun: "Unknown thing", placeholder: "anything invented after 1890" }), { big: true, hint: "What they cannot know, so that they say so instead of guessing." })),
    card("", "", row("sources", "Sources", sources(), { tools: false, big: true, hint: "Where this is told of them, and what its licence allows." })),
    card("", "", row("consent", "Consent", consent(), { tools: false, big: true, hint: "For a living person: who agreed to be played, when, and to what. Without it they are not given away." })),
    card("", "", row("risk_notes", "To mind", texts("risk_notes", { noun: "Note", placeholder: "Speaks of self-harm; not for beginners." }), { tools: false, big: true, hint: "What to mind when playing or publishing them." }), row("construction", "How a model is made to be them", selectBox("construction", BUILDS), { tools: false })),
  ];
};
const sources = () => {
  const held = h("ol", { class: "cast-texts" });
  const read = () => [...held.children].map((item) => Object.fromEntries([...item.querySelectorAll("[data-part]")].map((control) => [control.dataset.part, control.value.trim()]))).filter((one) => one.ref);
  const take = () => { edit("sources", read()); number(); };
  const number = () => [...held.children].forEach((item, place) => { item.dataset.marks = "sources." + place; });
  const one = (source) => {
    const item = h("li", { class: "cast-source" },
      choice(source.kind, SOURCE_KINDS, take, { "data-part": "kind", "aria-label": "Kind of source" }), text(source.ref, take, { "data-part": "ref", "aria-label": "Which", placeholder: "Title, page, address", maxlength: 1000 }),
      text(source.licence, take, { "data-part": "licence", "aria-label": "Licence", placeholder: "Licence, if known", maxlength: 200 }), iconButton("Take out this source", "close", () => { item.remove(); take(); add.focus(); }));
    return item;
  };
  const add = button("Add source", "plus", () => { held.append(one({ kind: "description", ref: "", licence: "" })); number(); held.lastChild.querySelector("[data-part=ref]").focus(); }, { class: "btn btn-small btn-quiet" });
  return bind(h("div", { class: "cast-list" }, held, add), () => { if (!same(read(), get("sources") || [])) { held.replaceChildren(...get("sources").map(one)); number(); } });
};
const consent = () => {
  const blank = { who: "", when: "", scope: "" };
  const boxes = { who: text("", () => take(), { "aria-label": "Who agreed", placeholder: "Who agreed" }), when: text("", () => take(), { "aria-label": "When", placeholder: "When" }), scope: text("", () => take(), { "aria-label": "To what", placeholder: "To what" }) };
  const read = () => Object.fromEntries(Object.entries(boxes).map(([name, box]) => [name, box.value.trim()]));
  const take = () => edit("consent", Object.values(read()).some(Boolean) ? read() : null);
  return bind(h("div", { class: "cast-fields" }, Object.values(boxes)), () => { const now = get("consent") || blank; if (!same(read(), now)) for (const [name, box] of Object.entries(boxes)) box.value = now[name]; });
};
const versions = h("div", { class: "cast-versions" });
const showVersions = (lines) => refill(versions, lines.length
  ? h("ol", { class: "versions" }, lines.map((line) => h("li", { class: "version", "data-number": line.number }, h("div", { class: "version-told" }, h("span", { class: "version-name" }, "Version " + line.number + (line.current ? ", the newest" : "")), h("span", { class: "fine" }, line.when + " · " + line.why), line.changed.length > 0 && h("span", { class: "fine", dir: "auto" }, "Changed: " + line.changed.join(", "))), button("Bring back", "restore", () => wish("restore", { number: line.number }), { class: "btn btn-small", "data-key": "version-" + line.number, "aria-label": "Bring back version " + line.number }))))
  : h("p", { class: "empty" }, "Every time you save, the state before is kept here. Nothing has been saved yet."));
const history = () => [card("Versions", "Each saved state stays. Bringing one back puts it into the form; nothing is overwritten until you save.", versions)];
const BUILT = { compose, identity, voice, ties, lore: () => [lorePanel], openings, origin, history };
