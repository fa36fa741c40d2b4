// What a person says and does. Enter sends, Shift + Enter starts a new line. The bar over the stage lists the shortcuts.
const COMPOSER_LIMIT = 60000;
const VOICE = "voice:";
const status = h("p", { class: "run-status", id: "run-state", role: "status" });
const field = h("textarea", { class: "composer-text", rows: 1, dir: "auto", "aria-label": "Your line", id: "composer-text", enterkeyhint: "send" });
const seat = h("select", { class: "select", id: "seat", "aria-label": "Your seat" });
const hearer = h("select", { class: "select", id: "hearer", "aria-label": "Who hears it" });
const named = (label, key, symbol, onclick, attributes) => button(label, symbol, onclick, { "aria-keyshortcuts": "Alt+" + key, title: label + " (Alt + " + key + ")", ...attributes });
const send = iconButton("Send", "send", () => say(), { id: "send", class: "icon-btn icon-btn-primary" });
const lend = iconButton("Write this line for me (Alt + L)", "lend", () => go("lend", { speaker: speaker(), text: field.value }), { id: "lend", "aria-keyshortcuts": "Alt+L" });
const next = named("Next", "N", "next", () => go("next"), { id: "next", class: "btn btn-primary" });
const stop = named("Stop", "S", "stop", () => trigger("stop"), { id: "stop", class: "btn btn-stop", "aria-keyshortcuts": "Alt+S Escape" });
const pause = named("Pause", "P", "pause", () => halt(), { id: "pause", title: "Stop after this line (Alt + P)" });
const turns = h("select", { class: "select select-turns", id: "auto-turns", "aria-label": "Turns in a row" }, [2, 3, 4, 6, 8, 12, 24, 100].map((n) => h("option", { value: n, selected: n === 4 }, "× " + n)));
let budget = {};
const auto = named("Auto", "A", "auto", () => go("auto", { turns: Number(turns.value), ...budget }), { id: "auto" });
const undo = iconButton("Undo (Alt + U)", "undo", () => go("undo"), { id: "undo", "aria-keyshortcuts": "Alt+U" });
const redo = iconButton("Redo (Alt + R)", "redo", () => go("redo"), { id: "redo", "aria-keyshortcuts": "Alt+R" });
const faces = h("div", { class: "nominate", role: "group", "aria-label": "Choose who speaks next" });
let busy = false;
field.maxLength = COMPOSER_LIMIT;

const voice = () => (seat.value.startsWith(VOICE) ? seat.value.slice(VOICE.length) : "");
const speaker = () => voice() || (seat.value === "director" ? "" : seat.value);
const grow = () => { field.style.height = "auto"; field.style.height = Math.min(field.scrollHeight, 200) + "px"; };
const arm = () => {
  const value = props.value;
  const running = value.state === "running";
  const { speak, call, direct } = value.rights;
  document.documentElement.dataset.playing = running ? "yes" : "no";
  const from = document.activeElement;
  const starting = running && (from === next || from === auto || faces.contains(from));
  const ending = !running && (from === stop || from === pause);
  next.hidden = running || !call; stop.hidden = !running || value.elsewhere; pause.hidden = !running || !call; group.hidden = running || !call;
  written.hidden = !speak; chosen.hidden = !speak; steps.hidden = faces.hidden = !direct;
  if (starting) stop.focus({ preventScroll: true });
  if (ending && !next.hidden) next.focus({ preventScroll: true });
  for (const control of [auto, turns, undo, redo, lend, seat, ...faces.querySelectorAll("button")]) control.disabled = running;
  send.disabled = running && !value.elsewhere;
  seat.disabled ||= !direct;
  tell("rights", { speak });
  pause.disabled = false;
  undo.disabled ||= !value.can_undo;
  redo.disabled ||= !value.can_redo;
  lend.hidden = !speaker();
};
// What is asked for while the answer to something else is under way waits its turn.
let waiting = null;
const go = (name, data) => {
  if (props.value.state === "running") return;
  if (busy) { waiting = [name, data]; return; }
  busy = true;
  document.documentElement.dataset.follow = "yes";
  act(name, data);
};
const halt = () => { pause.disabled = true; status.textContent = "Pausing after this line…"; act("pause"); };
const say = () => {
  const text = field.value.trim();
  if (!text) { field.focus(); return; }
  const typed = text.startsWith("//") ? null : command(text, props.value.people);
  if (typed?.help || typed?.error) { tellSlash(typed.error); if (typed.help) { field.value = ""; grow(); } return; }
  slashHelp.hidden = true;
  if (typed?.press) { ({ pause, stop })[typed.press].click(); field.value = ""; grow(); return; }
  const spoken = { text: text.replace(/^\/\//, "/"), to: hearer.value ? [hearer.value] : [], speaker: voice() };
  if (props.value.state === "running") {
    if (!props.value.elsewhere || typed) return;
    // Another page lets the play run: it pauses after this line, and then this one is said.
    waiting = ["send", spoken];
    halt();
    status.textContent = "You speak after this line…";
    field.value = "";
    grow();
    return;
  }
  if (typed) { go(typed.act, typed.data || {}); field.value = ""; grow(); return; }
  go("send", spoken);
  field.value = "";
  grow();
};
const placeholder = () => {
  const who = seat.selectedOptions[0]?.textContent.replace(/^as (.*), once$/, "$1") || "";
  const to = (hearer.selectedOptions[0]?.textContent || "").replace(/, whispered$/, "");
  field.placeholder = hearer.value === "narrator" ? "What should happen?"
    : hearer.value ? "Whisper to " + to + "…"
    : seat.value === "director" ? "Narrate…" : "Speak as " + who + "… *acts*";
  const aloud = [...hearer.options].find((option) => option.value === "");
  if (aloud) aloud.textContent = speaker() ? "everyone, aloud" : "everyone, as narration";
};
const speakAs = (id) => { seat.value = VOICE + id; if (hearer.value === "narrator" || hearer.value === id) hearer.value = ""; placeholder(); lend.hidden = !speaker(); field.focus(); };
field.addEventListener("input", grow);
field.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); say(); }
});
seat.addEventListener("change", () => { if (voice()) speakAs(voice()); else if (seat.value === props.value.seat) { placeholder(); lend.hidden = !speaker(); } else go("seat", { id: seat.value }); });
hearer.addEventListener("change", placeholder);
heed("address", ({ to, as }) => {
  if (as) speakAs(as);
  if (to !== undefined) { hearer.value = to; placeholder(); field.focus(); }
});
heed("budget", (limits) => {
  budget = limits;
  const told = [limits.tokens && limits.tokens.toLocaleString("en") + " tokens", limits.cost && "$" + limits.cost].filter(Boolean).join(" or ");
  auto.title = "Auto (Alt + A)" + (told ? ", up to " + told : "");
  auto.classList.toggle("btn-limited", Boolean(told));
});
heed("play", ({ name, data }) => go(name, data));
heed("reply", ({ text }) => {
  const written = field.value.trimEnd();
  field.value = written ? written + " " + text : text;
  grow();
  if (written || props.value.state === "running") field.focus(); else say();
});

const shortcuts = { KeyN: next, KeyA: auto, KeyS: stop, KeyP: pause, KeyU: undo, KeyR: redo, KeyL: lend };
const onkey = (event) => {
  if (!root.isConnected) { document.removeEventListener("keydown", onkey); return; }
  if (!root.offsetParent) return;
  if (event.key === "Escape" && !stop.hidden) { stop.click(); return; }
  if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (event.code === "KeyW") { event.preventDefault(); field.focus(); return; }
  const target = shortcuts[event.code];
  if (!target) return;
  event.preventDefault();
  if (!target.hidden && !target.disabled) target.click();
};
document.addEventListener("keydown", onkey);

const group = h("span", { class: "auto-group" }, auto, turns);
const chosen = h("div", { class: "composer-top" }, h("label", { class: "composer-seat" }, h("span", { class: "fine" }, "As"), seat), h("label", { class: "composer-seat" }, h("span", { class: "fine" }, "to"), hearer));
const written = h("div", { class: "composer-line" }, field, lend, send);
const steps = h("div", { class: "composer-history" }, undo, redo);
root.append(
  status, slashHelp,
  chosen, written,
  h("div", { class: "composer-verbs" }, h("div", { class: "composer-run" }, next, stop, pause, group), steps),
  faces,
);

const option = (item) => h("option", { value: item.id }, item.label);
const options = (select, seats, chosen) => {
  const key = JSON.stringify(seats);
  if (select.dataset.key !== key) {
    select.dataset.key = key;
    select.replaceChildren(...seats.map(option));
  }
  select.value = seats.some((item) => item.id === chosen) ? chosen : seats[0]?.id ?? "";
};
const chairs = (value) => {
  const key = JSON.stringify([value.seats, value.voices]);
  if (seat.dataset.key !== key) {
    seat.dataset.key = key;
    const groups = value.voices.length
      ? [h("optgroup", { label: "Your seat" }, value.seats.map(option)), h("optgroup", { label: "Only this line" }, value.voices.map((one) => h("option", { value: VOICE + one.id }, one.label)))]
      : value.seats.map(option);
    seat.replaceChildren(...groups);
  }
};
let seated = null;

show((value) => {
  busy = false;
  root.dataset.seat = value.seat;
  const speaking = value.state === "running" || value.draft !== null ? seat.value : value.seat;
  chairs(value);
  seat.value = [...seat.options].some((one) => one.value === speaking) ? speaking : value.seat;
  options(hearer, value.hearers, hearer.options.length && seated === value.seat ? hearer.value : null);
  seated = value.seat;
  placeholder();
  status.dataset.state = value.state;
  status.textContent = value.status;
  const key = JSON.stringify(value.people);
  if (faces.dataset.key !== key) {
    faces.dataset.key = key;
    faces.replaceChildren(...value.people.map((person) => h("button", { type: "button", class: "face-btn", "aria-label": "Let " + person.name + " speak next", title: "Let " + person.name + " speak next", "data-speaker": person.id, onclick: () => go("next", { speaker: person.id }) }, face(person))));
  }
  if (value.draft) { field.value = value.draft; grow(); }
  if (value.restore && !field.value) { field.value = value.restore; grow(); }
  arm();
  if (value.draft !== null && value.state !== "running") { field.focus(); field.setSelectionRange(field.value.length, field.value.length); }
  const then = waiting;
  if (value.elsewhere && value.state === "running") { if (then) status.textContent = "You speak after this line…"; return; }
  waiting = null;
  if (then && value.state !== "running" && value["can_" + then[0]] !== false) go(...then);
});
