// One calm line about what happened, with the way to mend it.
show((value) => {
  if (!value.text) { root.replaceChildren(); return; }
  root.replaceChildren(
    h("div", { class: "notice notice-" + value.tone, role: value.tone === "info" ? "status" : "alert" },
      h("p", { class: "notice-text", dir: "auto" }, value.title && h("strong", {}, value.title + " "), value.text),
      h("div", { class: "notice-verbs" },
        value.action && button(value.action_label, null, () => act(value.action, value.sent), { class: "btn btn-small", "data-act": value.action }),
        iconButton("Dismiss", "close", () => root.replaceChildren()))));
  follow();
});
