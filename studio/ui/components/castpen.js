// A model at work on the form: what it writes, and how to stop it. The form is told by events of the document.
const line = h("p", { class: "pen-text", dir: "auto" });
const what = h("strong", {});
const stop = button("Stop", "stop", () => {
  document.dispatchEvent(new CustomEvent("cast-pen-stopped", { detail: { pieces: props.value.pieces } }));
  trigger("stop");
}, { class: "btn btn-small btn-stop", id: "cast-stop" });
const notes = h("ul", { class: "pen-notes" });
const bar = h("div", { class: "notice pen", role: "status" }, h("div", { class: "notice-text" }, what, line, notes), h("div", { class: "notice-verbs" }, stop));
show((value) => {
  document.dispatchEvent(new CustomEvent("cast-pen", { detail: value }));
  const writing = value.state === "writing";
  const told = value.state === "done" && value.notes.length > 0;
  if (!writing && !told) { root.replaceChildren(); return; }
  stop.hidden = !writing;
  what.textContent = value.title + (writing ? "…" : "");
  line.textContent = writing ? value.pieces[value.field] || "Waiting for the first word…" : "";
  notes.replaceChildren(...(writing ? [] : value.notes.map((note) => h("li", { dir: "auto" }, note))));
  if (!root.contains(bar)) root.replaceChildren(bar);
  const off = bar.querySelector(".pen-off");
  if (told && !off) bar.querySelector(".notice-verbs").append(iconButton("Dismiss", "close", () => root.replaceChildren(), { class: "icon-btn pen-off" }));
  if (writing && off) off.remove();
});
