// What is on the bench, and how it gets to the server: one wish at a time, and a draft of what is being written.
Object.assign(ICONS, {
  dice: "M4 4h16v16H4zM7.9 8.5a.600.600 0 1 0 1.200 0a.600.600 0 1 0-1.200 0M14.9 15.5a.600.600 0 1 0 1.200 0a.600.600 0 1 0-1.200 0M11.4 12a.600.600 0 1 0 1.200 0a.600.600 0 1 0-1.200 0M14.9 8.5a.600.600 0 1 0 1.200 0a.600.600 0 1 0-1.200 0M7.9 15.5a.600.600 0 1 0 1.200 0a.600.600 0 1 0-1.200 0",
  lock: "M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3",
  open: "M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 0 1 6.700-1.400",
  list: "M4 6h16M4 12h16M4 18h10",
  pen: "M4 20c3-9 8-14 16-16-1 8-6 13-14 14.500M4 20l4-4.500",
  picture: "M4 5h16v14H4zM4 16l5-5 4 4 3-2.500 4 3.500M15.500 9v.01",
  more: "M4.4 12a.600.600 0 1 0 1.200 0a.600.600 0 1 0-1.200 0M11.4 12a.600.600 0 1 0 1.200 0a.600.600 0 1 0-1.200 0M18.4 12a.600.600 0 1 0 1.200 0a.600.600 0 1 0-1.200 0",
  up: "M12 19V5M6 11l6-6 6 6",
  people: "M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM2.500 20c0-4 3-6 6.500-6s6.500 2 6.500 6M16 4.500a3.500 3.500 0 0 1 0 6.500M18 14.500c2.200.8 3.500 2.600 3.500 5.500",
});
const bench = { form: null, saved: null, acked: null, key: "", id: "", base: 0, version: 0, own: false, shipped: false, person: null, said: "", undo: [], redo: [], locks: new Set(), pools: null, marks: [] };
const copy = (value) => (value === undefined || value === null ? value : JSON.parse(JSON.stringify(value)));
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
const get = (path, form = bench.form) => path.split(".").reduce((node, step) => (node === null || node === undefined ? undefined : node[step]), form);
const put = (path, value, form = bench.form) => {
  const steps = path.split(".");
  const last = steps.pop();
  for (const step of steps) { form[step] ??= {}; form = form[step]; }
  form[last] = value;
};
const dirty = () => Boolean(bench.form) && (bench.saved ? !same(bench.form, bench.saved) : bench.version > 0 || bench.undo.length > 0);
const nameOf = () => (bench.form?.name || "").trim() || "Nobody yet";

// --- undo and redo: whole forms as text; strokes of one field in a row are one step ---
const STEPS = 100;
const ROOM = 8e6;
let last = { path: "", at: 0 };
const remember = (path) => {
  const now = Date.now();
  const goesOn = path && path === last.path && now - last.at < 1500;
  last = { path, at: now };
  if (goesOn) return;
  bench.undo.push(JSON.stringify(bench.form));
  bench.redo.length = 0;
  while (bench.undo.length > STEPS || (bench.undo.length > 1 && bench.undo.reduce((sum, text) => sum + text.length, 0) > ROOM)) bench.undo.shift();
};
const edit = (path, value) => {
  if (!bench.form || same(get(path), value)) return;
  remember(path);
  put(path, value);
  changed();
};
const lay = (values, why) => {
  if (!Object.entries(values).some(([path, value]) => !same(get(path), value))) return;
  remember("");
  for (const [path, value] of Object.entries(values)) put(path, copy(value));
  syncAll();
  changed();
  if (why) say(why);
};
const turnBack = (from, to) => {
  if (!from.length) return;
  to.push(JSON.stringify(bench.form));
  bench.form = JSON.parse(from.pop());
  last = { path: "", at: 0 };
  syncAll();
  changed();
};
const undo = () => turnBack(bench.undo, bench.redo);
const redo = () => turnBack(bench.redo, bench.undo);

// --- wishes ---
const PAUSE = 450;
const PATIENCE = 30000;
const queue = [];
let waiting = null;
let seq = 0;
let timer = 0;
const unsent = () => Boolean(bench.form) && !same(bench.form, bench.acked);
const changed = () => {
  lights();
  clearTimeout(timer);
  timer = setTimeout(flush, PAUSE);
};
const flush = () => {
  clearTimeout(timer);
  if (unsent() && !queue.some((one) => one.event === "edit")) wish("edit");
};
const wish = (event, extra = {}) => new Promise((resolve) => { queue.push({ event, extra, resolve }); pump(); });
const ask = (extra) => {
  const patch = {};
  for (const [name, value] of Object.entries(bench.form || {})) if (!same(value, bench.acked?.[name])) patch[name] = value;
  return { key: bench.key, base: bench.base, version: bench.version, patch, scene: document.getElementById("cast-told")?.dataset.scene || "", ...extra };
};
const pump = () => {
  if (waiting || !queue.length) return;
  const { event, extra, resolve } = queue.shift();
  if (event === "edit" && !unsent()) { resolve(null); pump(); return; }
  seq += 1;
  waiting = { seq, event, extra, resolve, sent: copy(bench.form), timer: setTimeout(giveUp, PATIENCE) };
  lights();
  trigger(event, { ...ask(extra), seq });
};
const RETRY = 8000;
const late = new Map();
const giveUp = () => {
  const gone = waiting;
  waiting = null;
  late.set(gone.seq, gone);
  bench.said = "The studio does not answer. What you wrote is still here.";
  lights();
  gone.resolve(null);
  pump();
  timer = setTimeout(flush, RETRY);
};

const answered = (value) => {
  const done = waiting?.seq === value.seq ? waiting : late.get(value.seq);
  if (value.seq && !done) return;
  if (done) { clearTimeout(done.timer); late.delete(done.seq); }
  if (done && done === waiting) waiting = null;
  if (value.kept && !value.failed) {
    if (!value.opened) bench.acked = done?.sent ?? bench.acked;
    bench.key = value.kept.key;
    bench.version = value.kept.version;
    bench.said = value.kept.said;
    bench.hue = value.kept.hue;
    sessionStorage.setItem("greenroom-cast", bench.key);
  }
  if (value.opened) receive(value.opened, done);
  if (value.marks) bench.marks = value.marks;
  if (value.laid) lay(value.laid.values, value.laid.why);
  if (value.laid?.seed) rolledWith(value.laid.seed);
  if (value.versions) showVersions(value.versions);
  if (value.trace) showTrace(value.trace);
  if (value.results) showResults(value.results);
  showMarks();
  lights();
  done?.resolve(value);
  if (value.redo === "save") save({ over: true });
  pump();
  if (!unsent()) return;
  if (!value.failed) changed();
  else if (!value.stale) timer = setTimeout(flush, RETRY);  // the disk was full, the studio away: it may be better soon
};

// What the server put on the bench. The same character as before keeps what was typed meanwhile, and the way back.
const receive = (opened, done) => {
  const stays = bench.form && (opened.keep || (!done && opened.key === bench.key));
  if (stays && done?.event !== "save") remember("");
  const sent = done?.sent ?? bench.form;
  const form = stays ? bench.form : {};
  for (const [name, value] of Object.entries(opened.form)) if (!stays || same(form[name], sent[name])) form[name] = copy(value);
  bench.form = form;
  bench.acked = copy(opened.form);
  bench.saved = copy(opened.saved);
  for (const name of ["key", "id", "base", "version", "own", "shipped", "person"]) bench[name] = opened[name];
  if (!stays) {
    bench.undo.length = 0;
    bench.redo.length = 0;
    bench.locks.clear();
    last = { path: "", at: 0 };
  }
  sessionStorage.setItem("greenroom-cast", bench.key);
  placed(stays);
  syncAll();
};
const save = async (extra = {}) => {
  clearTimeout(timer);
  const value = await wish("save", extra);
  if (value && !value.failed) say("Saved");
  return Boolean(value && !value.failed);
};
