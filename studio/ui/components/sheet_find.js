// Lines that say something, however long ago; press one to go there.
let finding = 0;
pages.find = (page) => {
  const field = h("input", { class: "field", type: "search", id: "find-text", dir: "auto", maxlength: 200, placeholder: "the suitcase", "aria-label": "Find in this play", autocomplete: "off", value: page.text });
  field.addEventListener("input", () => { clearTimeout(finding); finding = setTimeout(() => act("look", { kind: "find", text: field.value }), 250); });
  return {
    title: "Find in the play",
    note: "",
    body: [field,
      h("p", { class: "fine", role: "status", id: "find-count" }, !page.text.trim() ? "Every line you may see is looked through." : page.total === 0 ? "Nobody said that." : page.total === 1 ? "One line" : page.total.toLocaleString() + " lines" + (page.total > page.hits.length ? ", the newest " + page.hits.length : "")),
      h("ol", { class: "reasons", id: "find-hits" }, page.hits.map((hit) => h("li", {}, h("button", { type: "button", class: "link-line", dir: "auto", "data-hit": hit.id, "data-key": "hit-" + hit.id, onclick: () => tell("line", { id: hit.id }) },
        h("strong", {}, (hit.person?.name || "").split(" ")[0]), " ", hit.before, h("mark", {}, hit.found), hit.after))))],
  };
};
