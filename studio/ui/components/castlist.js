// Whom there is: one's own, what is not saved yet, and the house's to begin from.
const search = h("input", { class: "field", type: "search", id: "cast-search", placeholder: "Search", "aria-label": "Search the cast", autocomplete: "off" });
const list = h("div", { class: "company-list" });
const open = (key) => document.dispatchEvent(new CustomEvent("cast-open", { detail: { key } }));
root.append(h("h2", { class: "panel-title" }, "Your cast"), button("New character", "plus", () => open(""), { id: "cast-new", class: "btn btn-wide" }), search, list);
const entry = (member) => h("li", {}, h("button", { type: "button", class: "company-member", "aria-current": member.key === props.value.current ? "true" : null, "data-key": member.key, "data-draft": member.draft || null, onclick: () => open(member.key) },
  face(member.person), h("span", { class: "company-told" }, h("span", { class: "person-name", dir: "auto" }, member.person.name), h("span", { class: "fine", dir: "auto" }, member.draft ? "Not saved" + (member.person.about ? " · " + member.person.about : "") : member.person.about))));
const listed = () => {
  const value = props.value;
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const found = (members) => members.filter((member) => words.every((word) => (member.person.name + " " + member.person.about).toLowerCase().includes(word)));
  const mine = found(value.mine);
  const house = found(value.house);
  refill(list,
    mine.length > 0 && h("ul", { class: "company", "aria-label": "Your own" }, mine.map(entry)),
    !value.mine.length && h("p", { class: "fine company-none" }, "Nobody of your own yet. Whoever you make or change is kept here, for you alone."),
    house.length > 0 && [h("h3", { class: "panel-sub" }, "Of the house"), h("ul", { class: "company", "aria-label": "Of the house" }, house.map(entry))],
    words.length > 0 && !mine.length && !house.length && h("p", { class: "empty" }, "Nobody matches “" + search.value + "”."));
};
let pause = 0;
search.addEventListener("input", () => { clearTimeout(pause); pause = setTimeout(listed, 120); });
show((value) => {
  listed();
  document.dispatchEvent(new CustomEvent("cast-company", { detail: [...value.mine, ...value.house].filter((member) => !member.key.startsWith("+")).map((member) => member.person) }));
});
