// Commands for whoever would rather type: a line that begins with a stroke. Two strokes say the line as it is.
const COMMANDS = [
  ["/next [name]", "the next line, or theirs"], ["/auto [lines]", "so many lines in a row"], ["/as name line", "speak one line as somebody"], ["/whisper name text", "only they hear it"],
  ["/tell text", "a word to the narrator"], ["/happen text", "something happens, before everybody"], ["/roll 2d6+1", "dice, before everybody"], ["/ooc text", "a note beside the play, which nobody in it knows"],
  ["/undo, /redo", "a step back, or on again"], ["/pause, /stop", "after this line, or at once"], ["/epilogue", "close the scene"], ["/new", "another play"], ["/help", "this list"],
];
const THROUGH = new Set(["panel"]); // the mode of that name understands it itself
const LARGEST_ROLL = 100;
const plainly = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const nobody = (name, people) => ({ error: (name ? "Nobody here is called “" + name.slice(0, 40) + "”. " : "Say whom you mean. ") + "Here are: " + people.map((one) => one.name).join(", ") + "." });
// Whom a text begins with, by their whole name or its first word, and what follows.
const whom = (text, people) => {
  const said = plainly(text);
  for (const one of [...people].sort((a, b) => b.name.length - a.name.length))
    for (const name of [one.name, one.name.split(" ")[0]])
      if (said === plainly(name) || said.startsWith(plainly(name) + " ")) return { one, rest: text.slice(name.length).trim() };
  return null;
};
const rolled = (text) => {
  const found = /^(\d{0,3})d(\d{1,4})\s*([+-]\s*\d{1,4})?$/i.exec(text || "1d6");
  if (!found) return { error: "“" + text.slice(0, 40) + "” is no roll. Write one like 2d6 or 1d20+3." };
  const count = Number(found[1] || 1), sides = Number(found[2]), more = Number((found[3] || "0").replace(/\s/g, ""));
  if (count < 1 || count > LARGEST_ROLL || sides < 2) return { error: "Roll 1 to " + LARGEST_ROLL + " dice with 2 sides at least." };
  const dice = Array.from({ length: count }, () => 1 + Math.floor(Math.random() * sides));
  const sum = dice.reduce((total, one) => total + one, more);
  return { act: "happen", data: { text: "The dice say " + count + "d" + sides + (more ? (more > 0 ? "+" : "") + more : "") + ": " + sum + (count > 1 || more ? " (" + dice.join(", ") + ")" : "") + ".", to: [] } };
};
// What a typed line asks for: `act` with `data`, a `press` of a button, `help`, an `error`; null for a line like any other.
const command = (text, people) => {
  const found = /^\/([\p{L}-]+)(?:\s+([\s\S]*))?$/u.exec(text);
  if (!found || THROUGH.has(found[1].toLowerCase())) return null;
  const rest = (found[2] || "").trim();
  const needed = (what, data) => (rest ? { act: what, data } : { error: "/" + found[1] + " needs some text after it." });
  switch (found[1].toLowerCase()) {
    case "help": return { help: true };
    case "next": { if (!rest) return { act: "next" }; const named = whom(rest, people); return named ? { act: "next", data: { speaker: named.one.id } } : nobody(rest, people); }
    case "auto": { const turns = Number(rest || 4); return Number.isInteger(turns) && turns > 0 && turns <= 200 ? { act: "auto", data: { turns } } : { error: "“" + rest.slice(0, 20) + "” is no number of lines from 1 to 200." }; }
    case "as": case "whisper": {
      const named = whom(rest, people);
      if (!named) return nobody(rest.split(/\s/)[0], people);
      if (!named.rest) return { error: "What " + (found[1] === "as" ? "does " + named.one.name + " say?" : "do you whisper to " + named.one.name + "?") };
      return { act: "send", data: found[1].toLowerCase() === "as" ? { text: named.rest, to: [], speaker: named.one.id } : { text: named.rest, to: [named.one.id], speaker: "" } };
    }
    case "tell": return needed("send", { text: rest, to: ["narrator"], speaker: "" });
    case "happen": return needed("happen", { text: rest, to: [] });
    case "ooc": return needed("aside", { text: rest });
    case "roll": return rolled(rest);
    case "undo": case "redo": case "epilogue": return { act: found[1].toLowerCase() };
    case "pause": case "stop": return { press: found[1].toLowerCase() };
    case "new": return { act: "fresh" };
    default: return { error: "There is no command /" + found[1].slice(0, 30) + ". /help lists them; write //" + found[1].slice(0, 30) + " to say it." };
  }
};
const slashHelp = h("div", { class: "slash-help", id: "slash-help", role: "status", hidden: true });
const tellSlash = (error) => {
  slashHelp.hidden = false;
  slashHelp.replaceChildren(h("div", { class: "slash-head" }, error ? h("p", { class: "slash-error", dir: "auto" }, error) : h("p", {}, "What can be typed here:"), iconButton("Close", "close", () => { slashHelp.hidden = true; })),
    ...(error ? [] : [h("dl", { class: "slash-list" }, COMMANDS.map(([usage, what]) => h("div", {}, h("dt", {}, h("code", {}, usage)), h("dd", {}, what))))]));
};
