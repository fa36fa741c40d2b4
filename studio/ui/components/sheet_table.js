// Chairs at this play: given by link, taken away again. A link is shown once, as nothing of it is kept that could be read.
const CHAIR_ROLES = [["player", "plays one character"], ["watcher", "watches"], ["director", "directs with you"]];
let chairWanted = { role: "player", character: "", calls: true };
const chairHere = (row, here) => {
  row.querySelector(".sitter-dot").classList.toggle("dot-on", here);
  row.querySelector(".chair-here").textContent = here ? ", here now" : ", away";
};
heed("company", ({ here }) => { for (const row of root.querySelectorAll(".chair")) chairHere(row, here.includes(row.dataset.chair)); });
pages.table = (page) => {
  if (page.hidden) return { title: "Invite people", note: page.hidden, body: [] };
  const name = h("input", { class: "field", id: "chair-name", maxlength: 60, dir: "auto", placeholder: "Ines", "aria-label": "Who is it" });
  const role = h("select", { class: "select", id: "chair-role", "data-key": "chair-role", "aria-label": "What they may do", onchange: () => { chairWanted.role = role.value; arrange(); } }, CHAIR_ROLES.map(([id, label]) => h("option", { value: id, selected: chairWanted.role === id }, label)));
  const character = h("select", { class: "select", id: "chair-character", "data-key": "chair-character", "aria-label": "Which character", onchange: () => { chairWanted.character = character.value; } });
  const calls = h("input", { type: "checkbox", id: "chair-calls", checked: chairWanted.calls, onchange: () => { chairWanted.calls = calls.checked; } });
  const free = h("label", { class: "chair-calls" }, calls, h("span", {}, "may also let others speak (Next, Auto); else one line at a time"));
  const arrange = () => {
    const watches = role.value === "watcher";
    character.replaceChildren(...(watches ? [h("option", { value: "" }, "everything, as you do")] : []), ...page.people.map(([id, label]) => h("option", { value: id }, watches ? "through " + label + "’s eyes" : label)));
    character.value = [...character.options].some((one) => one.value === chairWanted.character) ? chairWanted.character : character.options[0].value;
    character.hidden = role.value === "director";
    free.hidden = role.value !== "player";
  };
  arrange();
  const link = page.token && new URL("?invite=" + encodeURIComponent(page.token), document.baseURI).href;
  const shownLink = link && h("input", { class: "field", id: "chair-link", readonly: true, value: link, "aria-label": "The link for " + page.given, onfocus: (event) => event.target.select() });
  const copied = h("span", { class: "fine", role: "status" });
  return {
    title: "Invite people",
    note: "Whoever has the link takes the chair. Each sees only what their character may; their lines, and what they call for, are written by your model while you are here.",
    body: [
      link && h("div", { class: "chair-given", id: "chair-given" }, h("p", {}, "The link for ", h("bdi", {}, page.given), ". It is shown this once:"), h("div", { class: "side-row" }, shownLink,
        button("Copy", "copy", () => navigator.clipboard?.writeText(link).then(() => { copied.textContent = "Copied."; }, () => shownLink.select()), { class: "btn btn-small", "data-key": "chair-copy" })), copied),
      h("form", { class: "chair-form", onsubmit: (event) => { event.preventDefault(); act("invite", { kind: role.value, id: role.value === "director" ? "" : character.value, name: name.value, yes: calls.checked }); name.value = ""; } },
        h("label", {}, h("span", { class: "fine" }, "Who"), name), h("label", {}, h("span", { class: "fine" }, "Chair"), role), character, free,
        h("button", { type: "submit", class: "btn btn-primary", id: "chair-give" }, icon("plus"), h("span", {}, "Make a link"))),
      page.chairs.length > 0 && h("section", {}, h("h3", { class: "panel-sub" }, "Chairs given"), h("ul", { class: "chairs", id: "chairs" }, page.chairs.map((chair) => {
        const row = h("li", { class: "chair", "data-chair": chair.id },
          h("span", { class: "sitter-dot", "aria-hidden": "true" }), h("span", { class: "chair-who" }, h("strong", { dir: "auto" }, chair.name), h("span", { class: "fine", dir: "auto" }, chair.does, h("span", { class: "chair-here" }))),
          button("Take away", "close", () => act("revoke", { id: chair.id }), { class: "btn btn-small btn-quiet", "data-key": "revoke-" + chair.id, "aria-label": "Take away the chair of " + chair.name }));
        chairHere(row, chair.here);
        return row;
      }))),
    ],
  };
};
