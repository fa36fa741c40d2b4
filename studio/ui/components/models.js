// Who writes the lines now, and who else could.
const now = h("section", { class: "writer-now", "aria-labelledby": "writer-title" });
const progress = h("div", { class: "fetching", role: "status" });
const lists = h("div", { class: "writer-lists" });
root.append(h("header", { class: "library-head" }, h("h1", { class: "bill-title" }, "Who writes the lines")), now, progress, lists);

const VERB = { use: "Use", fetch: "Fetch", key: "Enter a key" };
const EVENT = { use: "choose", fetch: "fetch", key: "unlock" };
const row = (writer) => h("li", { class: "writer-row" + (writer.current ? " writer-current" : ""), "data-writer": writer.id },
  h("div", { class: "writer-told" }, h("p", { class: "writer-name", dir: "auto" }, writer.title, writer.size && h("span", { class: "fine" }, " " + writer.size)), h("p", { class: "fine", dir: "auto" }, writer.note)),
  writer.current ? h("span", { class: "fine writer-in-use" }, icon("check"), "in use")
    : button(VERB[writer.action], null, () => trigger(EVENT[writer.action], { id: writer.id, title: writer.title, api_base: writer.api_base }), { "data-key": writer.id, "aria-label": VERB[writer.action] + ": " + writer.title }));
const group = (title, about, writers) => writers.length > 0 && h("section", { class: "writer-group" }, h("h2", { class: "bill-h" }, title), about && h("p", { class: "fine" }, about), h("ul", { class: "writer-list" }, writers.map(row)));

show((value) => {
  refill(now, h("p", { class: "fine" }, value.mine ? "Your choice for this visit" : "The house’s own model"), h("h2", { class: "writer-title", id: "writer-title", dir: "auto" }, value.title || "…"),
    value.note && h("p", { dir: "auto" }, value.note), value.limits && h("p", { class: "writer-limits", dir: "auto" }, value.limits));
  const fetching = value.fetching;
  refill(progress, fetching && [h("p", {}, "Fetching ", h("bdi", {}, fetching.title), ": " + fetching.told),
    h("progress", { max: 1, value: fetching.share < 0 ? null : fetching.share, "aria-label": "Fetching " + fetching.title }), button("Stop", "stop", () => trigger("halt"), { class: "btn btn-small btn-stop", "data-key": "halt" })]);
  const of = (action) => value.writers.filter((writer) => writer.action === action);
  refill(lists, value.loading ? h("p", { class: "empty" }, "Looking for models on this machine…")
    : [group("Ready to play", "", of("use")), group("Better ones to fetch", "Weights from the Hub that run on this machine. Once fetched, nothing you play leaves it.", value.house ? of("fetch") : []), group("With a key of yours", "", of("key"))]);
});
