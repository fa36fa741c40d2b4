// Bringing files in: dropped or chosen, sent one after another, and told of one by one.
const WORDS = { added: ["came in", "check"], known: ["was here already", "copy"], edited: ["was here already, and changed since", "copy"], opened: ["was opened", "archive"], skipped: ["was passed over", "hide"], failed: ["could not be read", "close"], waiting: ["waits", "time"] };
const SUMS = { added: "came in", known: "here already", edited: "here already, changed since", opened: "archives opened", skipped: "passed over", failed: "could not be read", waiting: "wait" };
Object.assign(ICONS, { into: "M12 3v12M7 10l5 5 5-5M4 17v4h16v-4" });
const MOST_BYTES = 512 * 1024 * 1024;
let shown = false;
let sending = null;
let failures = [];
const files = h("input", { type: "file", multiple: true, class: "away", id: "incoming-files", "aria-label": "Files to bring in", tabindex: "-1", accept: ".png,.apng,.webp,.jpg,.jpeg,.json,.yaml,.yml,.charx,.byaf,.zip" });
const whole = h("input", { type: "file", webkitdirectory: true, class: "away", id: "incoming-folder", "aria-label": "A folder to bring in", tabindex: "-1" });
const body = h("div", { class: "incoming-body" });
const panel = h("section", { class: "incoming", id: "incoming-panel", "aria-labelledby": "incoming-title", hidden: true },
  h("div", { class: "incoming-head" }, h("h2", { class: "bill-h", id: "incoming-title" }, "Bring in"), iconButton("Close", "close", () => { shown = false; paint(); })),
  h("div", { class: "drop", id: "incoming-drop" }, h("p", {}, "Drop cards, lorebooks, scenes or a zip of many here."), h("p", { class: "fine" }, "PNG, APNG, WebP, JPEG, JSON, YAML, CHARX and BYAF. What is here already is not brought in twice."),
    h("div", { class: "drop-verbs" }, button("Choose files", "into", () => files.click(), { class: "btn btn-primary", id: "incoming-choose" }), button("A whole folder", "archive", () => whole.click(), { class: "btn", id: "incoming-choose-folder" }), files, whole)),
  body);
root.append(panel);

const relative = (file) => file.webkitRelativePath || file.name;
const start = (list) => {
  const wanted = [...list].filter((file) => file.size <= MOST_BYTES);
  failures = [...list].filter((file) => file.size > MOST_BYTES).map((file) => relative(file) + " is larger than 512 MB.");
  shown = true;
  if (!wanted.length || sending) { paint(); return; }
  sending = { files: wanted, sent: 0, ticket: "" };
  trigger("go", { act: "begin", title: wanted.length === 1 ? relative(wanted[0]) : wanted.length + " files" });
  paint();
};
const send = async (ticket) => {
  for (const file of sending.files) {
    try {
      const answer = await fetch(new URL("house/incoming/" + ticket + "?name=" + encodeURIComponent(relative(file)), document.baseURI), { method: "PUT", body: file });
      if (!answer.ok) failures.push(((await answer.json().catch(() => ({}))).error) || relative(file) + " did not arrive.");
    } catch { failures.push(relative(file) + " did not arrive. Is the studio still running?"); }
    sending.sent += 1;
    paint();
  }
  trigger("seal", { ticket });
  sending = null;
  paint();
};
const entries = async (items) => {
  const found = [];
  const walk = async (entry) => {
    if (entry.isFile) { found.push(await new Promise((done, fail) => entry.file(done, fail))); return; }
    const reader = entry.createReader();
    for (;;) {
      const some = await new Promise((done, fail) => reader.readEntries(done, fail));
      if (!some.length) return;
      for (const one of some) await walk(one);
    }
  };
  for (const entry of items) await walk(entry);
  return found;
};
files.addEventListener("change", () => { start(files.files); files.value = ""; });
whole.addEventListener("change", () => { start(whole.files); whole.value = ""; });
const page = document.getElementById("librarypage") || root;
page.addEventListener("dragover", (event) => { if (event.dataTransfer?.types.includes("Files")) { event.preventDefault(); page.classList.add("dropping"); } });
page.addEventListener("dragleave", (event) => { if (!page.contains(event.relatedTarget)) page.classList.remove("dropping"); });
page.addEventListener("drop", async (event) => {
  if (!event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  page.classList.remove("dropping");
  const dropped = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const plain = [...event.dataTransfer.files];
  start(dropped.some((entry) => entry.isDirectory) ? await entries(dropped) : plain);
});

const lines = (label, list) => list.length > 0 && [h("h4", { class: "report-part" }, label), h("ul", { class: "sheet-list" }, list.map((text) => h("li", { dir: "auto" }, text)))];
const report = (one) => {
  const [words, symbol] = WORDS[one.outcome] || [one.outcome, "check"];
  const facts = [lines("Not taken", one.refused), lines("Kept, but does nothing here", one.inert), lines("Changed", one.changed), lines("Kept", one.kept)].filter(Boolean);
  const head = [icon(symbol), h("span", { class: "report-name", dir: "auto" }, one.name), h("span", { class: "fine", dir: "auto" }, [one.title && one.title !== one.name && one.title, words, one.spec].filter(Boolean).join(" · "))];
  const link = one.id && one.outcome !== "failed" && button("Open", null, () => tell("library-act", { act: "open", kind: one.kind, id: one.id }), { class: "btn btn-small btn-quiet", "data-key": "open-" + one.name });
  return h("li", { class: "report report-" + one.outcome, "data-file": one.name },
    facts.length || one.error ? h("details", { open: one.outcome === "failed" || undefined }, h("summary", {}, head), one.error && h("p", { class: "report-error", dir: "auto" }, one.error), facts) : h("div", { class: "report-plain" }, head), link);
};
const paint = () => {
  const value = props.value;
  panel.hidden = !shown;
  const done = value.done + value.failed;
  const under = sending ? "Sending " + (sending.sent + 1 > sending.files.length ? sending.files.length : sending.sent + 1) + " of " + sending.files.length + "…" : "";
  refill(body,
    failures.length > 0 && h("ul", { class: "notice notice-error" }, failures.map((text) => h("li", { dir: "auto" }, text))),
    value.state && h("div", { class: "incoming-now", "data-state": value.state, id: "incoming-state" },
      h("p", { class: "incoming-title", dir: "auto" }, value.title),
      h("progress", { max: Math.max(1, value.total), value: done, "aria-label": "Files done" }),
      h("p", { class: "fine", role: "status" }, [under, value.state === "running" ? done.toLocaleString() + " of " + value.total.toLocaleString() + " done" : Object.entries(SUMS).filter(([name]) => value.counts[name]).map(([name, words]) => value.counts[name].toLocaleString() + " " + words).join(", "), value.state === "stopped" && "stopped", value.note].filter(Boolean).join(" · ")),
      h("div", { class: "drop-verbs" },
        value.state === "running" && button("Stop", "stop", () => trigger("go", { act: "stop", job: value.job }), { class: "btn btn-small", id: "incoming-stop" }),
        value.state === "stopped" && button("Go on", "next", () => trigger("go", { act: "resume", job: value.job }), { class: "btn btn-small btn-primary", id: "incoming-resume" }),
        value.state === "done" && value.failed > 0 && button("Try the failed again", "again", () => trigger("go", { act: "resume", job: value.job, failed: true }), { class: "btn btn-small", id: "incoming-again" }))),
    value.files.length > 0 && h("ul", { class: "reports", id: "incoming-report" }, value.files.map(report)),
    value.left_out > 0 && h("p", { class: "fine" }, value.left_out.toLocaleString() + " more went without anything to tell."));
};
heed("incoming", () => { shown = true; paint(); panel.scrollIntoView({ block: "nearest" }); panel.querySelector("#incoming-choose").focus(); });
let before = "";
show((value) => {
  if (!value.beat) return;
  if (sending && value.ticket && !sending.ticket) { sending.ticket = value.ticket; send(value.ticket); }
  if (value.state === "running" && !before && !sending) trigger("go", { act: "watch", job: value.job });
  if (value.state === "running") shown = true;
  if (before === "running" && value.state !== "running") tell("library-act", { act: "fresh" });
  before = value.state;
  paint();
});
