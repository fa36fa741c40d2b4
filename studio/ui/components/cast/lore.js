// The lorebook: entries and what calls each up, the book's own rules, and a place to try it.
const POSITIONS = [["before_character", "Before the character"], ["after_character", "After the character"], ["before_examples", "Before the examples"], ["after_examples", "After the examples"], ["before_note", "Before the director’s cue"], ["after_note", "After the director’s cue"], ["at_depth", "Among the messages, at a depth"], ["outlet", "At a place a text names"]];
const LOGIC = [["and_any", "and any of these"], ["and_all", "and all of these"], ["not_any", "and none of these"], ["not_all", "and not all of these"]];
const ROLES = [["system", "as the studio"], ["user", "as somebody else’s line"], ["assistant", "as their own line"]];
const BOOK = { name: "", scan_depth: 4, token_budget: 200, entries: [], description: "", recursive: false, whole_words: true, group_scoring: false };
const ENTRY = { keys: [], content: "", enabled: true, constant: false, case_sensitive: false, order: 100, scope: [], withheld_from: [], name: "", comment: "", secondary_keys: [], selective: true, logic: "and_any", excluded_keys: [], use_regex: true, whole_words: null, scan_depth: null, position: "before_character", depth: 4, role: "system", outlet: "", probability: 100, priority: 0, ignore_budget: false, exclude_recursion: false, prevent_recursion: false, delay_until_recursion: 0, groups: [], group_weight: 100, group_override: false, group_scoring: null, sticky: 0, cooldown: 0, delay: 0 };
const lorePanel = h("div", { class: "cast-lore" });
const trialText = h("textarea", { class: "field cast-long", rows: 3, id: "cast-trial", dir: "auto", placeholder: "Type what somebody says: the lines of a scene, one a line." });
const traceList = h("ul", { class: "trace", role: "status", "aria-label": "What became of each entry" });
let lore = { drawn: "", open: -1 };
let trialPause = 0;

const tryIt = () => { clearTimeout(trialPause); if (bench.form?.lorebook && trialText.value.trim()) wish("try", { text: trialText.value }); else traceList.replaceChildren(); };
trialText.addEventListener("input", () => { grow(trialText); clearTimeout(trialPause); trialPause = setTimeout(tryIt, 700); });
const showTrace = (trace) => {
  const fired = trace.filter((line) => line.fired);
  refill(traceList, fired.map((line) => h("li", { class: "trace-fired", "data-entry": line.entry }, icon("check"), h("span", { dir: "auto" }, line.sentence))),
    trace.filter((line) => !line.fired).map((line) => h("li", { class: "fine", "data-entry": line.entry, dir: "auto" }, line.sentence)),
    !fired.length && h("li", { class: "fine trace-none" }, "Nothing is called up by this."));
};

const entriesNow = () => get("lorebook.entries") || [];
const setBook = (name, value) => { edit("lorebook." + name, value); lore.drawn = JSON.stringify(get("lorebook")); };
const setEntry = (place, change) => { setBook("entries", entriesNow().map((entry, other) => (other === place ? { ...entry, ...change } : entry))); titles(); };
const titleOf = (entry) => entry.name || entry.comment || entry.keys[0] || "Untitled";
const summaryOf = (entry) => [entry.enabled ? "" : "switched off", entry.constant ? "always there" : entry.keys.length ? "called by " + entry.keys.map((key) => "“" + key + "”").join(", ") : "nothing calls it yet", entry.probability < 100 ? entry.probability + " %" : ""].filter(Boolean).join(" · ");
const titles = () => entriesNow().forEach((entry, place) => {
  const head = lorePanel.querySelector('[data-entry-head="' + place + '"]');
  if (!head) return;
  head.querySelector(".entry-title").textContent = titleOf(entry);
  head.querySelector(".entry-about").textContent = summaryOf(entry);
});

// Small controls that read a value once and hand each change on.
const labelled = (label, control, hint) => h("label", { class: "cast-field" }, h("span", { class: "cast-name" }, label), control, hint && h("span", { class: "fine" }, hint));
const text = (value, set, attributes) => { const box = h("input", { class: "field", dir: "auto", autocomplete: "off", value, ...attributes }); box.addEventListener("input", () => set(box.value)); return box; };
const figure = (value, set, attributes) => { const box = h("input", { class: "field cast-number", type: "number", value: value ?? "", ...attributes }); box.addEventListener("input", () => { if (box.value !== "" || attributes?.placeholder) set(box.value === "" ? null : Number(box.value)); }); return box; };
const choice = (value, options, set, attributes) => { const box = h("select", { class: "select", ...attributes }, options.map(([key, label]) => h("option", { value: String(key) }, label))); box.value = String(value); box.addEventListener("change", () => set(options.find(([key]) => String(key) === box.value)[0])); return box; };
const tick = (label, value, set, attributes) => { const box = h("input", { type: "checkbox", class: "cast-check", ...attributes }); box.checked = value; box.addEventListener("change", () => set(box.checked)); return h("label", { class: "cast-tick" }, box, h("span", {}, label)); };
const words = (label, value, set, attributes) => {
  const held = h("ul", { class: "cast-chips" });
  const box = h("input", { class: "field", dir: "auto", autocomplete: "off", "aria-label": label, ...attributes });
  let now = value.slice();
  const take = (next) => { now = next; set(now); draw(); };
  // A regular expression may hold commas, so only Enter ends one.
  const add = () => { const raw = box.value.trim(); if (!raw) return; box.value = ""; take([...new Set([...now, ...(raw.startsWith("/") ? [raw] : raw.split(",").map((part) => part.trim()).filter(Boolean))])]); };
  const draw = () => held.replaceChildren(...now.map((word, place) => h("li", { class: "cast-chip" }, h("span", { dir: "auto" }, word), h("button", { type: "button", class: "chip-off", "aria-label": "Take out " + word, onclick: () => take(now.filter((_, other) => other !== place)) }, icon("close")))));
  box.addEventListener("keydown", (event) => { if ((event.key === "Enter" || (event.key === "," && !box.value.startsWith("/"))) && !event.isComposing) { event.preventDefault(); add(); } });
  box.addEventListener("blur", add);
  draw();
  return h("div", { class: "cast-chipbox" }, held, box);
};
const knowers = (title, value, set, none) => {
  const held = h("ul", { class: "cast-chips" });
  const people = () => [...(bench.id ? [] : [{ id: "newcomer", name: nameOf() }]), ...bench.pools.cast];
  let now = value.slice();
  const take = (next) => { now = next; set(now); draw(); };
  const draw = () => held.replaceChildren(...(now.length ? now.map((id) => h("li", { class: "cast-chip" }, h("span", { dir: "auto" }, people().find((person) => person.id === id)?.name || id), h("button", { type: "button", class: "chip-off", "aria-label": "Take out " + id, onclick: () => take(now.filter((other) => other !== id)) }, icon("close")))) : [h("li", { class: "fine" }, none)]));
  draw();
  return h("div", { class: "cast-chipbox" }, held, button("Choose", "people", () => pick({ title, choices: people().map((person) => ({ id: person.id, name: person.name, meaning: person.about || "", group: "", against: [] })), chosen: () => now, toggle: (id) => take(now.includes(id) ? now.filter((other) => other !== id) : [...now, id]) }), { class: "btn btn-small", "aria-label": title }));
};
const group = (title, open, ...inside) => h("details", { class: "cast-more", open }, h("summary", {}, title), h("div", { class: "cast-fields" }, inside));

const entryEditor = (entry, place) => {
  const set = (name) => (value) => setEntry(place, { [name]: value });
  const content = h("textarea", { class: "field cast-long", rows: 3, dir: "auto", placeholder: "What is known, as it is told to the model." });
  content.value = entry.content;
  content.addEventListener("input", () => { grow(content); set("content")(content.value); });
  requestAnimationFrame(() => grow(content));
  const depth = h("div", { class: "cast-fields", hidden: entry.position !== "at_depth" }, labelled("Depth", figure(entry.depth, set("depth"), { min: 0, max: 999 }), "0 is after the newest message"), labelled("Told", choice(entry.role, ROLES, set("role"))));
  const outlet = labelled("Name of the place", text(entry.outlet, set("outlet")), "A text of the character says where with {{outlet::name}}.");
  outlet.hidden = entry.position !== "outlet";
  const where = (value) => { set("position")(value); depth.hidden = value !== "at_depth"; outlet.hidden = value !== "outlet"; };
  const asBook = [[null, "as the book does"], [true, "yes"], [false, "no"]];
  return h("div", { class: "entry-editor" },
    labelled("Name", text(entry.name, set("name"), { placeholder: titleOf(entry), "data-field": "name" })),
    h("div", { class: "cast-field" }, h("span", { class: "cast-name" }, "Keys"), words("Keys", entry.keys, set("keys"), { placeholder: "lamp, lighthouse, /fog(gy)?/i", "data-field": "keys" }), h("span", { class: "fine" }, "Any of them calls the entry up when somebody says it. Between slashes: a regular expression.")),
    labelled("Content", content),
    tick("Always there, whatever is said", entry.constant, set("constant")),
    group("Only if", entry.secondary_keys.length > 0 || entry.excluded_keys.length > 0,
      h("div", { class: "cast-field" }, choice(entry.logic, LOGIC, set("logic"), { "aria-label": "Secondary logic" }), words("Secondary keys", entry.secondary_keys, set("secondary_keys"), { placeholder: "Secondary keys" })),
      h("div", { class: "cast-field" }, h("span", { class: "cast-name" }, "Kept out by"), words("Kept out by", entry.excluded_keys, set("excluded_keys"))),
      labelled("Chance in percent", figure(entry.probability, set("probability"), { min: 0, max: 100, step: 1 })),
      tick("Capitals count", entry.case_sensitive, set("case_sensitive")), labelled("Whole words only", choice(entry.whole_words, asBook, set("whole_words"))), labelled("Messages looked at", figure(entry.scan_depth, set("scan_depth"), { min: 0, max: 1000, placeholder: "as the book" }))),
    group("Who knows it", entry.scope.length > 0 || entry.withheld_from.length > 0,
      h("div", { class: "cast-field" }, h("span", { class: "cast-name" }, "Known to"), knowers("Who knows it", entry.scope, set("scope"), "Everybody on stage")),
      h("div", { class: "cast-field" }, h("span", { class: "cast-name" }, "Kept from"), knowers("Who must not know it", entry.withheld_from, set("withheld_from"), "Nobody"))),
    group("Where it stands", entry.position !== "before_character", labelled("Position", choice(entry.position, POSITIONS, where)), depth, outlet, labelled("Order", figure(entry.order, set("order")), "Lower stands earlier."), labelled("Priority", figure(entry.priority, set("priority")), "Higher gets room first."), tick("Ignore the book’s budget", entry.ignore_budget, set("ignore_budget"))),
    group("Timing", entry.sticky > 0 || entry.cooldown > 0 || entry.delay > 0, labelled("Stays for messages", figure(entry.sticky, set("sticky"), { min: 0 })), labelled("Then rests for", figure(entry.cooldown, set("cooldown"), { min: 0 })), labelled("Not before message", figure(entry.delay, set("delay"), { min: 0 }))),
    group("Groups and recursion", entry.groups.length > 0 || entry.exclude_recursion || entry.prevent_recursion || entry.delay_until_recursion > 0,
      h("div", { class: "cast-field" }, h("span", { class: "cast-name" }, "Groups"), words("Groups", entry.groups, set("groups")), h("span", { class: "fine" }, "Of those called in one group, one joins.")), labelled("Weight in the group", figure(entry.group_weight, set("group_weight"), { min: 0 })), tick("Wins its group", entry.group_override, set("group_override")),
      tick("Not called by other entries", entry.exclude_recursion, set("exclude_recursion")), tick("Calls no other entries", entry.prevent_recursion, set("prevent_recursion")), labelled("Waits for round", figure(entry.delay_until_recursion, set("delay_until_recursion"), { min: 0 }))),
    h("div", { class: "entry-verbs" }, iconButton("Move up", "up", () => move(place, -1), { disabled: place === 0 }), iconButton("Move down", "down", () => move(place, 1), { disabled: place === entriesNow().length - 1 }),
      button("Duplicate", "plus", () => { insert(place + 1, { ...copy(entry), ...entriesNow()[place], id: freshId() }); }, { class: "btn btn-small btn-quiet" }), button("Remove entry", "trash", () => takeOut(place), { class: "btn btn-small btn-quiet" })));
};
const freshId = () => { const known = new Set(entriesNow().map((entry) => entry.id)); let id; do id = Math.random().toString(36).slice(2, 10); while (known.has(id)); return id; };
const reorder = (entries, open) => { lore.open = open; edit("lorebook.entries", entries); drawLore(); };
const insert = (place, entry) => { const entries = entriesNow().slice(); entries.splice(place, 0, entry); reorder(entries, place); lorePanel.querySelector(".entry-open input")?.focus(); };
const takeOut = (place) => { reorder(entriesNow().filter((_, other) => other !== place), -1); say("The entry is out. Undo brings it back."); lorePanel.querySelector("[data-add-entry]")?.focus(); };
const move = (place, by) => { const entries = entriesNow().slice(); const [entry] = entries.splice(place, 1); entries.splice(place + by, 0, entry); reorder(entries, place + by); };

const drawLore = () => {
  const book = get("lorebook");
  lore.drawn = JSON.stringify(book);
  if (!book) {
    lorePanel.replaceChildren(h("div", { class: "cast-empty" }, h("p", {}, "Lore is what joins the prompt only when somebody mentions it: a place, a debt, an old quarrel. It costs nothing until then."),
      button("Start a lorebook", "plus", () => { edit("lorebook", { ...copy(BOOK), entries: [{ ...copy(ENTRY), id: freshId() }] }); lore.open = 0; drawLore(); lorePanel.querySelector("[data-field=keys]")?.focus(); }, { id: "cast-lore-start" })));
    return;
  }
  const head = (entry, place) => h("button", { type: "button", class: "entry-head", "aria-expanded": String(lore.open === place), "data-entry-head": place, "data-key": "entry-" + place, onclick: () => { lore.open = lore.open === place ? -1 : place; drawLore(); showMarks(); } }, h("span", { class: "entry-title", dir: "auto" }, titleOf(entry)), h("span", { class: "fine entry-about", dir: "auto" }, summaryOf(entry)));
  const item = (entry, place) => h("li", { class: "entry" + (lore.open === place ? " entry-open" : "") + (entry.enabled ? "" : " entry-off"), "data-marks": "lorebook.entries." + place },
    h("div", { class: "entry-line" }, h("input", { type: "checkbox", class: "cast-check", checked: entry.enabled, "aria-label": "Switch " + titleOf(entry) + " on", onchange: (event) => { setEntry(place, { enabled: event.target.checked }); event.target.closest(".entry").classList.toggle("entry-off", !event.target.checked); } }), head(entry, place)),
    lore.open === place && entryEditor(entry, place));
  refill(lorePanel,
    h("ol", { class: "entries" }, book.entries.map(item)),
    !book.entries.length && h("p", { class: "empty" }, "The book is empty."),
    button("Add entry", "plus", () => insert(entriesNow().length, { ...copy(ENTRY), id: freshId() }), { class: "btn btn-small", "data-add-entry": true, "data-key": "add-entry" }),
    h("section", { class: "cast-card trial" }, h("label", { class: "cast-name", for: "cast-trial" }, "Try it: which entries does this call up?"), trialText, h("div", {}, button("Try it", "next", tryIt, { class: "btn btn-small", id: "cast-try", "data-key": "try" })), traceList),
    group("The book’s own rules", false,
      labelled("Name", text(book.name, (value) => setBook("name", value))), labelled("Messages looked at", figure(book.scan_depth, (value) => setBook("scan_depth", value), { min: 0, max: 1000 })), labelled("Most tokens in a prompt", figure(book.token_budget, (value) => setBook("token_budget", value), { min: 1 })),
      tick("Entries call each other up", book.recursive, (value) => setBook("recursive", value)), tick("Whole words only", book.whole_words, (value) => setBook("whole_words", value)), tick("In a group, those with fewer keys found drop out", book.group_scoring, (value) => setBook("group_scoring", value)),
      button("Remove the lorebook", "trash", () => { edit("lorebook", null); drawLore(); say("The lorebook is out. Undo brings it back."); }, { class: "btn btn-small btn-quiet" })));
};
bind(lorePanel, () => { if (lore.drawn !== JSON.stringify(get("lorebook"))) { if (lore.open >= entriesNow().length) lore.open = -1; drawLore(); } });
