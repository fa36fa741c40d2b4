// The Match page: four ways to bring people together.
const views = h("div", { class: "segments", role: "group", "aria-label": "What is looked for" });
const body = h("div", { class: "match-view" });
root.append(h("h1", { class: "bill-title" }, "Match"), views, body);
const paint = () => {
  const value = props.value;
  refill(views, VIEWS.map(([name, label]) => h("button", { type: "button", class: "segment", "data-view": name, "data-key": "view-" + name, "aria-pressed": String(wish.view === name), onclick: () => { set({ view: name }); send("show"); paint(); } }, label)));
  if (seeker.options.length !== value.people.length + 1) seeker.replaceChildren(h("option", { value: "" }, "I myself"), ...value.people.map((one) => h("option", { value: one.id }, one.name)));
  if (scorer.options.length !== value.scorers.length) scorer.replaceChildren(...options(value.scorers, wish.scorer));
  if (bank.options.length !== value.banks.length) bank.replaceChildren(...value.banks.map((name) => h("option", { value: name }, name)));
  seeker.value = wish.seeker;
  scorer.value = wish.scorer;
  if (wish.bank) bank.value = wish.bank;
  if (wish.view !== "talk" || !form.isConnected) refill(body, wish.view === "talk" ? talkView() : wish.view === "kin" ? kinView() : wish.view === "cast" ? castView(value) : shelfView());
  else { const [, ...rest] = talkView(); while (form.nextSibling) form.nextSibling.remove(); form.after(...rest.flat(3).filter(Boolean)); }
};
show((value) => {
  if (!value.beat) return;
  if (value.stale) { setTimeout(() => send("show"), 300); return; }
  busy = false;
  for (const part of ["search", "kin", "council", "taste"]) if (value[part]) seen[part] = value[part];
  if (value.learnt) { seen.talks = value.talks; seen.learnt = value.learnt; }
  paint();
});
