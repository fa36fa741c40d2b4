// The drawing at the head of the script: the hour, the weather and the kind of place. Colours are the theme's (scenery.css).
const SCENE_W = 720, SCENE_H = 150;
const dice = (seed) => { let state = seed + 1; return () => { state = (state * 16807) % 2147483647; return state / 2147483647; }; };
const ridge = (rng, base, rough, step, sharp) => {
  let path = "M0 " + SCENE_H, y = base;
  for (let x = 0; x <= SCENE_W; x += step) { y = Math.max(30, Math.min(SCENE_H - 8, base + (rng() - 0.5) * rough)); path += sharp ? "L" + x + " " + y : (x ? "Q" + (x - step / 2) + " " + (y - rough / 4) + " " : "L") + x + " " + y; }
  return path + "L" + SCENE_W + " " + SCENE_H + "Z";
};
const windows = (rng, x, y, w, hgt) => { const lit = []; for (let at = x + 5; at < x + w - 7; at += 11) for (let down = y + 8; down < y + hgt - 10; down += 14) if (rng() < 0.35) lit.push(draw("rect", { x: at, y: down, width: 4, height: 6, class: "sc-lit" })); return lit; };
const GROUNDS = {
  sea: (rng) => [draw("path", { d: ridge(rng, 92, 26, 90), class: "sc-far" }), draw("rect", { x: 0, y: 104, width: SCENE_W, height: 50, class: "sc-near" }),
    ...Array.from({ length: 26 }, () => { const x = rng() * SCENE_W, y = 110 + rng() * 36; return draw("path", { d: "M" + x + " " + y + "h" + (12 + rng() * 34), class: "sc-wave" }); })],
  stars: (rng) => [draw("circle", { cx: 540, cy: 150, r: 92, class: "sc-near" }), draw("ellipse", { cx: 540, cy: 130, rx: 168, ry: 22, class: "sc-ring" })],
  wood: (rng) => [draw("path", { d: ridge(rng, 96, 30, 60), class: "sc-far" }), ...Array.from({ length: 34 }, () => { const x = rng() * SCENE_W, tall = 34 + rng() * 52; return draw("path", { d: "M" + x + " " + SCENE_H + "l-" + tall / 4 + " 0l" + tall / 4 + " -" + tall + "l" + tall / 4 + " " + tall + "z", class: rng() < 0.5 ? "sc-far" : "sc-near" }); })],
  hills: (rng) => [draw("path", { d: ridge(rng, 84, 44, 120), class: "sc-far" }), draw("path", { d: ridge(rng, 118, 28, 90), class: "sc-near" })],
  town: (rng) => { const parts = []; for (let x = -10; x < SCENE_W; ) { const w = 34 + rng() * 46, tall = 36 + rng() * 62, y = SCENE_H - tall; parts.push(draw("path", { d: "M" + x + " " + SCENE_H + "V" + y + (rng() < 0.5 ? "l" + w / 2 + " -16l" + w / 2 + " 16" : "h" + w) + "V" + SCENE_H + "z", class: rng() < 0.45 ? "sc-far" : "sc-near" }), ...windows(rng, x, y, w, tall)); x += w + rng() * 8; } return parts; },
  room: (rng) => { const at = 250 + rng() * 120; return [draw("rect", { x: 0, y: 0, width: SCENE_W, height: SCENE_H, class: "sc-wall" }), draw("rect", { x: at, y: 18, width: 150, height: 96, rx: 2, class: "sc-sky" }), draw("path", { d: "M" + (at + 75) + " 18v96M" + at + " 62h150", class: "sc-frame" }), draw("rect", { x: at, y: 18, width: 150, height: 96, rx: 2, class: "sc-frame" }),
    draw("path", { d: "M" + (at - 26) + " 10q34 60 -6 118h30q-14 -64 14 -118zM" + (at + 176) + " 10q-34 60 6 118h-30q14 -64 -14 -118z", class: "sc-near" }), draw("rect", { x: 0, y: 128, width: SCENE_W, height: 24, class: "sc-near" }), draw("circle", { cx: at + 240, cy: 92, r: 40, class: "sc-glow" }), draw("path", { d: "M" + (at + 228) + " 100h24l-6 -22h-12zM" + (at + 240) + " 100v28", class: "sc-lamp" })]; },
};
const AIRS = {
  rain: (rng) => Array.from({ length: 70 }, () => { const x = rng() * SCENE_W, y = rng() * SCENE_H; return draw("path", { d: "M" + x + " " + y + "l-4 13", class: "sc-rain" }); }),
  snow: (rng) => Array.from({ length: 80 }, () => draw("circle", { cx: rng() * SCENE_W, cy: rng() * SCENE_H, r: 0.8 + rng() * 1.6, class: "sc-snow" })),
  fog: (rng) => Array.from({ length: 7 }, (_, at) => draw("rect", { x: rng() * 200 - 120, y: 40 + at * 15, width: 520 + rng() * 300, height: 9, rx: 5, class: "sc-fog" })),
  storm: (rng) => [...AIRS.rain(rng), draw("path", { d: "M560 0l-16 40h14l-20 46 46 -58h-16l14 -28z", class: "sc-bolt" })],
  clear: () => [],
};
const scenery = (value) => {
  if (value.picture) return h("img", { class: "scenery scenery-picture", src: new URL(value.picture, document.baseURI).href, alt: "", decoding: "async" });
  const rng = dice(value.seed);
  const heaven = value.light === "night" || value.ground === "stars"
    ? [draw("circle", { cx: 120, cy: 38, r: 15, class: "sc-moon" }), ...Array.from({ length: 46 }, () => draw("circle", { cx: rng() * SCENE_W, cy: rng() * 96, r: 0.5 + rng() * 1.1, class: "sc-star" }))]
    : [draw("circle", { cx: value.light === "day" ? 160 : 560, cy: value.light === "day" ? 36 : 92, r: 19, class: "sc-sun" })];
  const inside = value.ground === "room";
  return draw("svg", { viewBox: "0 0 " + SCENE_W + " " + SCENE_H, preserveAspectRatio: "xMidYMax slice", class: "scenery sc-" + value.light, "data-ground": value.ground, "data-air": value.air, "aria-hidden": "true" },
    draw("rect", { x: 0, y: 0, width: SCENE_W, height: SCENE_H, class: "sc-sky" }), !inside && heaven, GROUNDS[value.ground](rng), !inside && AIRS[value.air](rng));
};
