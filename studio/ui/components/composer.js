// What a person says and does. Enter sends, Shift + Enter starts a new line. The bar over the stage lists the shortcuts.
const status = h("p", { class: "run-status", id: "run-state", role: "status" });
const field = h("textarea", { class: "composer-text", rows: 1, dir: "auto", "aria-label": "Your line", id: "composer-text", enterkeyhint: "send" });
const seat = h("select", { class: "select", id: "seat", "aria-label": "Your seat" });
const hearer = h("select", { class: "select", id: "hearer", "aria-label": "Who hears it" });
const named = (label, key, symbol, onclick, attributes) => button(label, symbol, onclick, { "aria-keyshortcuts": "Alt+" + key, title: label + " (Alt + " + key + ")", ...attributes });
const send = iconButton("Send", "send", () => say(), { id: "send", class: "icon-btn icon-btn-primary" });
const next = named("Next", "N", "next", () => go("next", {}), { id: "next", class: "btn btn-primary" });
const stop = named("Stop", "S", "stop", () => trigger("stop"), { id: "stop", class: "btn btn-stop", "aria-keyshortcuts": "Alt+S Escape" });
const turns = h("select", { class: "select select-turns", id: "auto-turns", "aria-label": "Turns in a row" }, [2, 3, 4, 6, 8, 12].map((n) => h("option", { value: n, selected: n === 4 }, "× " + n)));
const auto = named("Auto", "A", "auto", () => go("auto", { turns: Number(turns.value) }), { id: "auto" });
const undo = iconButton("Undo (Alt + U)", "undo", () => go("undo", {}), { id: "undo", "aria-keyshortcuts": "Alt+U" });
const redo = iconButton("Redo (Alt + R)", "redo", () => go("redo", {}), { id: "redo", "aria-keyshortcuts": "Alt+R" });
const faces = h("div", { class: "nominate", role: "group", "aria-label": "Choose who speaks next" });
const COMPOSER_LIMIT = 60000;
let busy = false;
field.maxLength = COMPOSER_LIMIT;

const grow = () => { field.style.height = "auto"; field.style.height = Math.min(field.scrollHeight, 200) + "px"; };
const arm = () => {
  const value = props.value;
  const running = value.state === "running";
  const from = document.activeElement;
  const starting = running && (from === next || from === auto || faces.contains(from));
  const ending = !running && from === stop;
  next.hidden = running; stop.hidden = !running;
  if (starting) stop.focus({ preventScroll: true });
  if (ending) next.focus({ preventScroll: true });
  for (const control of [auto, turns, undo, redo, send, seat, ...faces.querySelectorAll("button")]) control.disabled = running;
  undo.disabled ||= !value.can_undo;
  redo.disabled ||= !value.can_redo;
};
// A second click on Undo comes while the first is under way: it waits its turn.
let waiting = null;
const go = (event, data) => {
  if (props.value.state === "running") return;
  if (busy) { if (event === "undo" || event === "redo") waiting = event; return; }
  busy = true;
  document.documentElement.dataset.follow = "yes";
  trigger(event, data);
};
const say = () => {
  const text = field.value.trim();
  if (!text) { field.focus(); return; }
  if (busy || props.value.state === "running") return;
  go("send", { text, to: hearer.value });
  field.value = "";
  grow();
};
const placeholder = () => {
  const who = seat.selectedOptions[0]?.textContent || "";
  const to = (hearer.selectedOptions[0]?.textContent || "").replace(/, whispered$/, "");
  field.placeholder = hearer.value === "narrator" ? "What should happen?"
    : hearer.value ? "Whisper to " + to + "…"
    : seat.value === "director" ? "Narrate…" : "Speak as " + who + "… *acts*";
};
field.addEventListener("input", grow);
field.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); say(); }
});
seat.addEventListener("change", () => go("seat", { seat: seat.value }));
hearer.addEventListener("change", placeholder);

const shortcuts = { KeyN: next, KeyA: auto, KeyS: stop, KeyU: undo, KeyR: redo };
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

root.append(
  status,
  h("div", { class: "composer-top" }, h("label", { class: "composer-seat" }, h("span", { class: "fine" }, "As"), seat), h("label", { class: "composer-seat" }, h("span", { class: "fine" }, "to"), hearer)),
  h("div", { class: "composer-line" }, field, send),
  h("div", { class: "composer-verbs" }, h("div", { class: "composer-run" }, next, stop, h("span", { class: "auto-group" }, auto, turns)), h("div", { class: "composer-history" }, undo, redo)),
  faces,
);

const options = (select, seats, chosen) => {
  const key = JSON.stringify(seats);
  if (select.dataset.key !== key) {
    select.dataset.key = key;
    select.replaceChildren(...seats.map((item) => h("option", { value: item.id }, item.label)));
  }
  select.value = seats.some((item) => item.id === chosen) ? chosen : seats[0]?.id ?? "";
};
let seated = null;

show((value) => {
  busy = false;
  root.dataset.seat = value.seat;
  options(seat, value.seats, value.seat);
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
  if (value.restore && !field.value) { field.value = value.restore; grow(); }
  arm();
  const next = waiting;
  waiting = null;
  if (next && value.state !== "running" && value["can_" + next]) go(next, {});
});
