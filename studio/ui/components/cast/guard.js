// Nothing leaves the bench unnoticed: not by another character, another tab of the page, or the end of the page.
const guardBox = h("dialog", { class: "cast-dialog", "aria-labelledby": "guard-title" });
const here = () => Boolean(root.offsetParent);
const guard = (go) => {
  if (!dirty()) { go(); return; }
  flush();
  const done = (work) => async () => { closeDialog(guardBox); await work(); };
  guardBox.replaceChildren(dialogHead("Leave with unsaved changes?", guardBox, "guard-title"),
    h("p", {}, h("bdi", {}, nameOf()), bench.saved ? " has changes that are not saved. They stay here as a draft; on the stage plays what was saved last." : " has never been saved. The draft stays here; on the stage nobody can meet them yet."),
    h("footer", { class: "dialog-foot" },
      button("Stay", null, () => closeDialog(guardBox), { class: "btn btn-quiet", id: "guard-stay" }),
      button("Leave the draft", null, done(async () => { await settled(); go(); }), { id: "guard-leave" }),
      button("Save and go", "check", done(async () => { if (await save()) go(); }), { class: "btn btn-primary", id: "guard-save" })));
  guardBox.showModal();
  guardBox.querySelector("#guard-save").focus();
};
guardBox.addEventListener("click", (event) => { if (event.target === guardBox) closeDialog(guardBox); });

let passing = false;
const ontab = (event) => {
  if (!root.isConnected) { document.removeEventListener("click", ontab, true); return; }
  const tab = event.target.closest?.('#tabs button[role="tab"]');
  if (!tab || root.contains(tab) || passing || !here() || tab.getAttribute("aria-selected") === "true" || !dirty()) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  guard(() => { passing = true; tab.click(); passing = false; });
};
document.addEventListener("click", ontab, true);
const onleave = (event) => {
  if (!root.isConnected) { removeEventListener("beforeunload", onleave); return; }
  if (unsent()) flush();
  if (dirty()) event.preventDefault();
};
addEventListener("beforeunload", onleave);
document.addEventListener("visibilitychange", () => { if (document.hidden && root.isConnected) flush(); });
