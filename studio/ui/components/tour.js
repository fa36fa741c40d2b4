// A walk round the page: one card at a time beside what it speaks of. It can be left at any step, and taken again.
const DONE = "greenroom-tour";
const GAP = 12;
const BILL = [
  [".scene-grid", "Pick a scene", "Each says where people meet and why. “A scene of your own” takes a sentence or two."],
  [".company", "Look over the cast", "Everybody on stage knows only what they see and hear. Click somebody to leave them out, to add others, or to play them yourself."],
  ["#begin", "Press Begin", "The curtain goes up and the walk goes on there."],
];
const PLAY = [
  ["#transcript .line, #transcript", "The script", "Lines appear here as they are spoken. Beside each: another take, edit, rate, and a menu to branch or name a checkpoint."],
  ["#next", "Whose turn is it?", "Next lets whoever it is speak; Auto plays several lines; a face gives somebody the word."],
  ["#composer-text", "Have your say", "Tell the narrator what should happen, whisper to one person, or take a seat and speak as them. /help lists commands."],
  ["#backstage", "Behind the scenes", "Why it was their turn and what came to their mind. Inside shows prompts, minds, who knows what, every branch, the meters."],
  ["#plays .play, #plays", "Nothing is lost", "Every play, every version of every line stays here. Undo takes back whatever you do."],
];
let at = -1, steps = [], opener = null;
const stage = () => document.getElementById("stage");
const seen = (selector) => [...document.querySelectorAll(selector)].find((node) => { const box = node.getBoundingClientRect(); return box.width > 0 && box.height > 0 && box.right > 0 && box.left < innerWidth && getComputedStyle(node).visibility !== "hidden"; });
const card = h("div", { class: "tour-card", role: "dialog", "aria-labelledby": "tour-title", tabindex: "-1", hidden: true });
const ring = h("div", { class: "tour-ring", "aria-hidden": "true", hidden: true });
root.append(ring, card);
const leave = () => { at = -1; card.hidden = ring.hidden = true; localStorage.setItem(DONE, "yes"); if (opener?.isConnected) opener.focus({ preventScroll: true }); };
const place = () => {
  if (at < 0) return;
  const target = seen(steps[at][0]);
  if (!target) { leave(); return; }
  const box = target.getBoundingClientRect();
  const top = Math.max(4, box.top - 4), bottom = Math.min(innerHeight - 4, box.bottom + 4);
  Object.assign(ring.style, { top: top + "px", left: Math.max(2, box.left - 4) + "px", width: Math.min(innerWidth - 4, box.width + 8) + "px", height: Math.max(24, bottom - top) + "px" });
  const below = bottom + GAP + card.offsetHeight < innerHeight, above = top - GAP - card.offsetHeight > 0;
  const y = below ? bottom + GAP : above ? top - GAP - card.offsetHeight : Math.max(GAP, innerHeight - card.offsetHeight - GAP);
  const x = Math.max(GAP, Math.min(innerWidth - card.offsetWidth - GAP, box.left + box.width / 2 - card.offsetWidth / 2));
  Object.assign(card.style, { top: y + "px", left: x + "px" });
};
const go = (to) => {
  steps = (stage()?.dataset.mode === "play" ? PLAY : BILL).filter(([selector]) => seen(selector));
  if (to < 0 || to >= steps.length) { leave(); return; }
  at = to;
  const [selector, title, text] = steps[at];
  const lastStep = at === steps.length - 1;
  seen(selector).scrollIntoView({ block: "nearest" });
  card.hidden = ring.hidden = false;
  card.replaceChildren(h("p", { class: "fine" }, at + 1 + " of " + steps.length), h("h2", { class: "panel-title", id: "tour-title" }, title), h("p", { class: "tour-text" }, text),
    h("div", { class: "tour-verbs" }, at > 0 && button("Back", null, () => go(at - 1), { class: "btn btn-small btn-quiet" }), button(lastStep ? "Done" : "Leave", null, leave, { class: lastStep ? "btn btn-small btn-primary" : "btn btn-small btn-quiet", id: "tour-leave" }), !lastStep && button("Go on", "next", () => go(at + 1), { class: "btn btn-small btn-primary", id: "tour-on" })));
  place();
  card.focus({ preventScroll: true });
};
const moved = () => requestAnimationFrame(place);
for (const what of ["scroll", "resize"]) window.addEventListener(what, moved, { passive: true, capture: true });
card.addEventListener("keydown", (event) => {
  if (event.key === "Escape") { event.stopPropagation(); leave(); }
  if (event.key === "ArrowRight") go(at + 1);
  if (event.key === "ArrowLeft" && at > 0) go(at - 1);
});
heed("tour", () => { opener = document.activeElement; go(0); });
// The walk goes on where the play opens.
heed("part", ({ name, value }) => { if (name === "stagebar" && at >= 0) requestAnimationFrame(() => { if (value.mode !== "bill" && steps[0]?.[0] === BILL[0][0]) go(0); }); });
