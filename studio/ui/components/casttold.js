// Exactly what a model is told of whoever is on the bench, and what each part costs.
const host = document.getElementById("cast-told");
const scene = h("select", { class: "select", id: "told-scene", "aria-label": "In which scene" });
const mode = h("select", { class: "select", id: "told-mode", "aria-label": "Told to which kind of model" }, h("option", { value: "full" }, "to a capable model"), h("option", { value: "simple" }, "to a very small model"));
const ask = () => trigger("rehearse", { key: props.value.key, scene: scene.value, name: mode.value });
scene.addEventListener("change", () => { host.dataset.scene = scene.value; ask(); });
mode.addEventListener("change", ask);
const total = h("p", { class: "told-total", id: "told-total" });
const strip = h("div", { class: "told-strip", "aria-hidden": "true" });
const body = h("div", { class: "told-body", tabindex: "0", role: "region", "aria-label": "The prompt, part by part" });
root.append(h("div", { class: "told-head" }, h("h2", { class: "panel-title" }, "What a model is told"), total, strip, h("div", { class: "told-picks" }, scene, mode)), body);
const HUES = { name: 160, traits: 190, skills: 210, tropes: 230, aspiration: 250, appearance: 140, backstory: 30, facts: 45, goals: 60, secrets: 5, rules: 0, scene: 280, relationships: 300, lore: 330 };
const hue = (part) => HUES[part] ?? HUES[part.split(".")[0]] ?? (part.startsWith("identity") ? 95 : part.startsWith("speech") ? 175 : 0);
const tone = (part) => "--hue:" + hue(part) + (["rules", "opening", "heading", ""].includes(part) ? ";--fill:0%" : "");
const ROLE = { user: "Then, as somebody else’s line", assistant: "Then, as their own line", system: "Then, as the studio" };
const part = (label, text, tokens, name) => h("section", { class: "told-part", "data-part": name, style: tone(name) }, h("h3", { class: "told-label" }, h("span", {}, label), h("span", { class: "told-tokens" }, tokens)), h("p", { class: "told-text", dir: "auto" }, text.trim()));
show((value) => {
  document.getElementById("castpage")?.toggleAttribute("data-told", Boolean(value.key || value.pieces.length || value.trouble));
  const options = JSON.stringify(value.scenes);
  if (scene.dataset.options !== options) {
    scene.dataset.options = options;
    scene.replaceChildren(...value.scenes.map((one) => h("option", { value: one.name }, one.title)));
  }
  if (value.scenes.length) { scene.value = value.scene; mode.value = value.simple ? "simple" : "full"; host.dataset.scene = value.scene; }
  scene.hidden = mode.hidden = !value.scenes.length;
  if (value.trouble) { total.textContent = ""; strip.replaceChildren(); refill(body, h("p", { class: "fine" }, value.trouble)); return; }
  const own = value.pieces.filter((piece) => !["rules", "scene", "relationships", "opening", "heading", ""].includes(piece.part)).reduce((sum, piece) => sum + piece.tokens, 0);
  total.replaceChildren(h("strong", {}, "≈ " + own.toLocaleString("en")), " tokens are theirs, of ", h("strong", {}, value.tokens.toLocaleString("en")), " at their first line");
  strip.replaceChildren(...value.pieces.map((piece) => h("span", { class: "told-share", style: tone(piece.part) + ";flex-grow:" + Math.max(1, piece.tokens), title: piece.label + ": " + piece.tokens })));
  const at = body.scrollTop;
  refill(body,
    value.left_out.length > 0 && h("p", { class: "told-left-out", id: "told-left-out" }, h("strong", {}, value.simple ? "Not told to so small a model: " : "Not told, for want of room: "), value.left_out.join(", ") + "."),
    value.shortened.length > 0 && h("p", { class: "told-left-out" }, h("strong", {}, "Told in part, for want of room: "), value.shortened.join(", ") + "."),
    value.pieces.map((piece) => part(piece.label, piece.text, piece.tokens, piece.part)),
    value.said.map((one) => part(ROLE[one.role] || one.role, one.text, one.tokens, "")));
  body.scrollTop = at;
});
