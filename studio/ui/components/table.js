// Who sits at a play that was opened to others, and who of them is here.
const what = (one) => one.does + (one.person ? " " + one.person.name.split(" ")[0] : "");
show((value) => {
  tell("company", { here: value.sitters.filter((one) => one.here && one.chair).map((one) => one.chair) });
  const here = value.sitters.filter((one) => one.here).length;
  refill(root, value.sitters.length > 0 && h("div", { class: "table-strip", id: "table-strip" },
    h("ul", { class: "table-sitters", "aria-label": "At this table, " + here + " here now" }, value.sitters.map((one) => h("li", { class: one.here ? "sitter sitter-here" : "sitter", title: one.here ? "here now" : "away" },
      h("span", { class: "sitter-dot", "aria-hidden": "true" }), h("span", { dir: "auto" }, one.you ? "You" : one.name), h("span", { class: "fine", dir: "auto" }, one.you ? what(one).replace(/^(direct|play|watch)(e?)s\b/, "$1") : what(one)), h("span", { class: "sr-only" }, one.here ? ", here" : ", away")))),
    value.guest ? button("Leave", "close", () => act("fresh"), { class: "btn btn-small btn-quiet", id: "table-leave", "data-key": "leave" }) : button("Invite", "plus", () => act("look", { kind: "table" }), { class: "btn btn-small btn-quiet", id: "table-invite", "data-key": "invite" })));
});
