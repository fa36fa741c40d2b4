// Behind the scenes: who was chosen and why, what came to their mind, what it took; the company and what can be ordered.
const BY = { rule: "by the rules of the house", model: "by the narrator’s plan", user: "by you", fallback: "as nobody else could" };
const LOOKS = [
  ["find", "search", "Find in the play", "a line, however long ago"],
  ["branches", "branch", "Branches", "every version of the play, and your checkpoints"],
  ["minds", "mask", "Minds and bonds", "feelings, aims, beliefs, the world"],
  ["knowledge", "ear", "Who knows what", "what each one has perceived"],
  ["timeline", "time", "Timeline", "the play along its turns"],
  ["meters", "gauge", "Meters", "what was cut, said again, ran long"],
  ["table", "company", "Invite people", "a chair at this play, by link"],
  ["prompt", "inspect", "Prompts", "what the model will be told, and was told"],
];
let tab = "now";
let moving = "";
const tabs = h("div", { class: "side-tabs", role: "tablist", "aria-label": "Backstage" });
const panel = h("div", { class: "side-panel", role: "tabpanel" });
const inside = menuOf("Look inside", "inspect", () => LOOKS.map(([kind, symbol, label, note]) => ({ act: "look-" + kind, icon: symbol, label, note, go: () => act("look", { kind }) })), { id: "inside", class: "menu side-menu" });
inside.querySelector("summary").replaceChildren(h("span", {}, "Inside"), icon("down"));
inside.querySelector("summary").className = "side-tab";
root.append(h("div", { class: "side-bar" }, tabs, inside), panel);
const choose = (name) => { tab = name; paint(props.value); tabs.querySelector('[data-tab="' + name + '"]').focus(); };
const tabButton = (name, label) => h("button", {
  type: "button", class: "side-tab", role: "tab", id: "tab-" + name, "aria-selected": String(tab === name), tabindex: tab === name ? "0" : "-1", "data-tab": name, "data-key": "tab-" + name, onclick: () => choose(name),
  onkeydown: (event) => { if (event.key === "ArrowRight" || event.key === "ArrowLeft") { event.preventDefault(); choose(name === "now" ? "company" : "now"); } },
}, label);

const bar = (label, value) =>
  h("div", { class: "score" }, h("span", { class: "score-label" }, label),
    h("span", { class: "score-track", role: "img", "aria-label": label + " " + value.toFixed(2) }, h("span", { class: "score-fill", style: "inline-size:" + Math.round(Math.max(0, Math.min(1, value)) * 100) + "%" })),
    h("span", { class: "score-figure", "aria-hidden": "true" }, value.toFixed(2)));
const section = (id, title, ...children) => h("section", { class: "panel", "aria-labelledby": id }, h("h2", { class: "panel-title", id }, title), children);

const now = (value) => {
  const why = value.speaker
    ? [h("div", { class: "chosen" }, face(value.speaker), h("div", {}, h("p", { class: "chosen-name", dir: "auto" }, value.speaker.name), h("p", { class: "fine" }, "chosen " + (BY[value.by] || "")))),
       value.reason && h("p", { class: "reason", dir: "auto" }, value.reason)]
    : [h("p", { class: "fine" }, value.hidden || "Once somebody speaks, you read here why it was their turn.")];
  const memories = value.recalled.map((item) => h("li", { class: "memory" }, h("p", { class: "memory-text", dir: "auto" }, item.text), bar("Recency", item.recency), bar("Importance", item.importance), bar("Relevance", item.relevance)));
  return [
    section("why-title", "Why this speaker", why),
    !value.hidden && section("mind-title", "What came to mind",
      memories.length ? h("ol", { class: "memories" }, memories) : h("p", { class: "fine" }, "Memories that come to the speaker’s mind are listed here with their three scores. Early in a play nothing is old enough to be remembered."),
      value.lore.length > 0 && [h("h3", { class: "panel-sub" }, "Lore called up"), h("ul", { class: "lore" }, value.lore.map((entry) => h("li", {}, h("span", { dir: "auto" }, entry.text), entry.place && h("span", { class: "fine" }, " " + entry.place))))],
      value.left_out.length > 0 && h("details", { class: "lore-out" }, h("summary", { class: "fine" }, value.left_out.length === 1 ? "One more was called and left out" : value.left_out.length + " more were called and left out"), h("ul", { class: "lore" }, value.left_out.map((text) => h("li", { dir: "auto" }, text))))),
    value.usage.length > 0 && section("took-title", "What it took", h("dl", { class: "figures" }, value.usage.map(([label, figure]) => h("div", {}, h("dt", {}, label), h("dd", {}, figure))))),
  ];
};

// --- the company ------------------------------------------------------------------------------------------------
const order = (name, more) => { if (!playing()) act(name, more); };
const memberMenu = (member) => {
  const { id, name } = member.person;
  return menuOf("What " + name + " may do", "more", () => [
    { act: "word", icon: "word", label: "Give them the word", go: () => tell("play", { name: "next", data: { speaker: id } }) },
    { act: "whisper", icon: "ear", label: "Whisper to them", go: () => tell("address", { to: id }) },
    { act: "voice", icon: "lend", label: "Speak one line as them", go: () => tell("address", { as: id }) },
    { act: "mute", icon: member.muted ? "sound" : "silent", label: member.muted ? "Let them speak again" : "Keep them silent", note: member.muted ? "" : "unless you give them the word", go: () => order("mute", { id, yes: !member.muted }) },
    { act: "move", icon: "walk", label: "Send them elsewhere", note: "out of the others’ earshot", go: () => { moving = id; paint(props.value); panel.querySelector("#place-" + CSS.escape(id))?.focus(); } },
    member.place && { act: "return", icon: "undo", label: "Call them back", go: () => order("move", { id, name: "" }) },
    { act: "off", icon: "close", label: "Send off", go: () => order("cue", { id, yes: false }) },
  ], { "data-member": id });
};
const moveForm = (member, places) => {
  const { id, name } = member.person;
  const field = h("input", { class: "field", id: "place-" + id, list: "known-places", maxlength: 80, placeholder: "the balcony", "aria-label": "Where " + name + " goes", dir: "auto" });
  const close = () => { moving = ""; paint(props.value); };
  const go = () => { const place = field.value.trim(); close(); if (place) order("move", { id, name: place }); };
  field.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); go(); } if (event.key === "Escape") { event.stopPropagation(); close(); } });
  return h("div", { class: "move-form" }, field, button("Go", null, go, { class: "btn btn-small" }), h("datalist", { id: "known-places" }, places.map((place) => h("option", { value: place }))));
};
const memberRow = (member, direction) => {
  const { id, name } = member.person;
  const about = [member.muted && "silent", member.place && "at " + member.place, !member.present && "off stage"].filter(Boolean).join(", ");
  return h("li", { class: member.present ? "member" : "member member-off", "data-member": id }, face(member.person),
    h("span", { class: "member-name" }, h("span", { dir: "auto" }, name), about && h("span", { class: "fine", dir: "auto" }, about)),
    member.present ? memberMenu(member) : button("Bring in", null, () => order("cue", { id, yes: true }), { class: "btn btn-small btn-quiet", "data-key": "cue-" + id, "aria-label": "Bring in " + name }),
    moving === id && moveForm(member, direction.places));
};
const members = h("ul", { class: "members" });
const what = h("textarea", { class: "field field-tall", id: "happen-text", rows: 2, dir: "auto", placeholder: "The lights go out.", "aria-label": "What happens" });
const thing = h("input", { class: "field", id: "prop-name", maxlength: 80, dir: "auto", placeholder: "a lantern", "aria-label": "The thing" });
const state = h("input", { class: "field", id: "prop-state", maxlength: 200, dir: "auto", placeholder: "lit, on the stairs", "aria-label": "How and where it is" });
const witnesses = h("select", { class: "select", id: "happen-before", "aria-label": "Who perceives it" });
const before = () => (witnesses.value ? [witnesses.value] : []);
const happen = () => { const text = what.value.trim(); if (!text) { what.focus(); return; } what.value = ""; order("happen", { text, to: before() }); };
const prop = () => { const name = thing.value.trim(); if (!name) { thing.focus(); return; } order("prop", { name, text: state.value.trim(), to: before() }); thing.value = ""; state.value = ""; };
what.addEventListener("keydown", (event) => { if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); happen(); } });
for (const box of [thing, state]) box.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); prop(); } });
const policy = h("select", { class: "select", id: "policy", "aria-label": "Who speaks next", onchange: () => order("follow", { name: policy.value }) });
const policyNote = h("p", { class: "fine" });
const beats = h("div", {});
const limit = (id, label, step) => h("input", { class: "field", id, type: "number", min: step, step, inputmode: "decimal", placeholder: "no limit", "aria-label": label, oninput: () => tell("budget", { tokens: Math.floor(Number(tokens.value)) || null, cost: Number(cost.value) || null }) });
const tokens = limit("budget-tokens", "Tokens a run may take", 1);
const cost = limit("budget-cost", "Dollars a run may cost", 0.01);
// What makes a line be told again: each bound can be left out.
const bound = (id, label, field) => { const box = h("input", { type: "checkbox", id, onchange: () => retry() }); return { box, row: h("label", { class: "budget-row retry-row" }, h("span", { class: "retry-what" }, box, " ", label), field) }; };
const share = h("input", { class: "field", id: "retry-share", type: "number", min: 10, max: 100, step: 5, value: "50", "aria-label": "Percent said before", onchange: () => retry() });
const longest = h("input", { class: "field", id: "retry-words", type: "number", min: 5, max: 2000, step: 5, value: "60", "aria-label": "Words", onchange: () => retry() });
const bounds = { cut: bound("retry-cut", "speaks for others"), agency: bound("retry-agency", "acts for a person"), repetition: bound("retry-repetition", "said before, %", share), words: bound("retry-long", "longer than, words", longest) };
const retry = () => {
  const some = Object.values(bounds).some((one) => one.box.checked);
  order("second-try", { bounds: some ? { cut: bounds.cut.box.checked, agency: bounds.agency.box.checked, repetition: bounds.repetition.box.checked ? Math.min(1, Math.max(0, Number(share.value) / 100)) : null, words: bounds.words.box.checked ? Math.max(1, Math.floor(Number(longest.value)) || 60) : null } : null });
};
const company = h("div", {},
  section("company-title", "The company", members),
  section("happen-title", "Let something happen", h("div", { class: "side-form" }, what,
    h("details", { class: "side-fold" }, h("summary", { class: "fine" }, "A thing appears or changes"), h("div", { class: "side-form" }, thing, state, button("Put it there", "plus", prop, { class: "btn btn-small", id: "prop-go" }))),
    h("div", { class: "side-row" }, witnesses, button("Happen", "bolt", happen, { class: "btn btn-small", id: "happen-go" }))), beats),
  section("policy-title", "Who speaks next", policy, policyNote),
  section("retry-title", "Tell a line again, once, if it", h("div", { class: "side-form" }, Object.values(bounds).map((one) => one.row)), h("p", { class: "fine" }, "The first telling stays as another take. It costs one more call.")),
  section("budget-title", "How far Auto may go", h("div", { class: "side-form" },
    h("label", { class: "budget-row" }, h("span", {}, "Tokens"), tokens), h("label", { class: "budget-row" }, h("span", {}, "Dollars"), cost)), h("p", { class: "fine" }, "Auto stops after the line with which a run has used this up.")));

const fillCompany = (value) => {
  const direction = value.direction;
  if (!document.activeElement?.closest?.(".move-form") || !moving) refill(members, value.company.map((member) => memberRow(member, direction)));
  const present = value.company.filter((member) => member.present);
  const key = JSON.stringify(present.map((member) => member.person.id));
  if (witnesses.dataset.key !== key) {
    const chosen = witnesses.value;
    witnesses.dataset.key = key;
    witnesses.replaceChildren(h("option", { value: "" }, "before everybody"), ...present.map((member) => h("option", { value: member.person.id }, "only " + member.person.name.split(" ")[0] + " notices")));
    witnesses.value = [...witnesses.options].some((one) => one.value === chosen) ? chosen : "";
  }
  if (policy.options.length !== direction.policies.length) policy.replaceChildren(...direction.policies.map((one) => h("option", { value: one.name }, one.title)));
  policy.value = direction.policy;
  policyNote.textContent = direction.policies.find((one) => one.name === direction.policy)?.summary || "";
  const limits = direction.second_try;
  bounds.cut.box.checked = Boolean(limits?.cut);
  bounds.agency.box.checked = Boolean(limits?.agency);
  bounds.repetition.box.checked = limits?.repetition != null;
  bounds.words.box.checked = limits?.words != null;
  if (limits?.repetition != null && document.activeElement !== share) share.value = String(Math.round(limits.repetition * 100));
  if (limits?.words != null && document.activeElement !== longest) longest.value = String(limits.words);
  const open = beats.querySelector("details")?.open;
  refill(beats, direction.beats.length > 0 && h("details", { class: "side-fold", open: Boolean(open) }, h("summary", { class: "fine" }, direction.beats.length === 1 ? "One event of the scene is still to come" : direction.beats.length + " events of the scene are still to come"),
    h("ul", { class: "beats" }, direction.beats.map(([number, text]) => h("li", {}, h("span", { dir: "auto" }, text), button("Now", null, () => order("beat", { step: number }), { class: "btn btn-small btn-quiet", "data-key": "beat-" + number, "aria-label": "Let it happen now: " + text }))))));
};

const paint = (value) => {
  if (!value.direction) tab = "now";
  refill(tabs, tabButton("now", "Now"), value.direction && tabButton("company", "Company"));
  panel.setAttribute("aria-labelledby", "tab-" + tab);
  if (value.direction) fillCompany(value);
  if (tab === "company") { if (panel.firstChild !== company) panel.replaceChildren(company); }
  else refill(panel, now(value));
};
show(paint);
