// What the play has come to in its people and its world: feelings, aims, beliefs, bonds; rulings and why it was whose turn.
const TONES = { warm: "tone-warm", cool: "tone-cool", "": "" };
const toLine = (id) => tell("line", { id });
const aspect = (one) => h("div", { class: "aspect" + (one.fresh ? " aspect-fresh" : "") }, h("dt", {}, one.name),
  h("dd", { dir: "auto", class: TONES[one.tone] || null }, one.text, one.fresh && h("span", { class: "fresh" }, "new"), one.before && h("span", { class: "fine aspect-before" }, "was: " + one.before)));

// People in a ring; a line from one to another for how they stand, bent so that both directions are seen.
const bondsDrawn = (page) => {
  const people = page.cast.filter((person) => page.bonds.some((bond) => bond.of === person.id || bond.to === person.id));
  const bonds = page.bonds.filter((bond) => people.some((person) => person.id === bond.to) && bond.of !== bond.to);
  if (people.length < 2 || !bonds.length) return null;
  const size = 420, middle = size / 2, radius = people.length === 2 ? 120 : 150;
  const place = Object.fromEntries(people.map((person, number) => {
    const angle = -Math.PI / 2 + (number / people.length) * 2 * Math.PI + (people.length === 2 ? Math.PI / 2 : 0);
    return [person.id, { x: middle + radius * Math.cos(angle), y: middle + radius * 0.86 * Math.sin(angle) }];
  }));
  const arcs = bonds.map((bond) => {
    const a = place[bond.of], b = place[bond.to];
    const dx = b.x - a.x, dy = b.y - a.y, far = Math.hypot(dx, dy) || 1;
    const bend = 22, gap = 30;
    const ax = a.x + (dx / far) * gap - (dy / far) * 8, ay = a.y + (dy / far) * gap + (dx / far) * 8;
    const bx = b.x - (dx / far) * gap - (dy / far) * 8, by = b.y - (dy / far) * gap + (dx / far) * 8;
    const cx = (ax + bx) / 2 - (dy / far) * bend, cy = (ay + by) / 2 + (dx / far) * bend;
    return draw("path", { class: "bond bond-" + (bond.tone || "plain") + (bond.fresh ? " bond-fresh" : ""), d: "M" + ax.toFixed(1) + " " + ay.toFixed(1) + "Q" + cx.toFixed(1) + " " + cy.toFixed(1) + " " + bx.toFixed(1) + " " + by.toFixed(1), "marker-end": "url(#bond-" + (bond.tone || "plain") + ")" },
      draw("title", {}, nameOf(page, bond.of) + " to " + nameOf(page, bond.to) + ": " + bond.text));
  });
  const heads = ["plain", "warm", "cool"].map((tone) => draw("marker", { id: "bond-" + tone, class: "bond-head-" + tone, viewBox: "0 0 8 8", refX: 6, refY: 4, markerWidth: 6, markerHeight: 6, orient: "auto-start-reverse" }, draw("path", { d: "M0 0L8 4L0 8z" })));
  const faces = people.map((person) => {
    const { x, y } = place[person.id];
    const clip = "clip-" + person.id;
    return draw("g", { class: "bond-who" }, draw("clipPath", { id: clip }, draw("circle", { cx: x, cy: y, r: 22 })), draw("circle", { cx: x, cy: y, r: 22, class: "bond-face", style: "--hue:" + person.hue }),
      draw("text", { x, y: y + 5, class: "bond-letters" }, person.initials),
      person.portrait && draw("image", { href: new URL(person.portrait, document.baseURI).href, x: x - 22, y: y - 22, width: 44, height: 44, "clip-path": "url(#" + clip + ")", preserveAspectRatio: "xMidYMid slice", onerror: (event) => event.target.remove() }),
      draw("text", { x, y: y + 40, class: "bond-name" }, person.name.split(" ")[0]));
  });
  return h("figure", { class: "bonds" }, draw("svg", { viewBox: "0 0 " + size + " " + size, role: "img", "aria-label": "How they stand to each other; the list says it in words" }, draw("defs", {}, heads), arcs, faces));
};
const nameOf = (page, id) => (page.cast.find((person) => person.id === id)?.name || id).split(" ")[0];

pages.minds = (page) => {
  const bonds = page.bonds.map((bond) => h("li", { class: bond.fresh ? "aspect-fresh" : null, dir: "auto" }, h("strong", {}, nameOf(page, bond.of)), " to ", h("strong", {}, nameOf(page, bond.to)), ": ", h("span", { class: TONES[bond.tone] || null }, bond.text), bond.fresh && h("span", { class: "fresh" }, "new")));
  const people = page.people.filter((mind) => mind.aspects.length || mind.present).map((mind) => h("section", { class: "mind" + (mind.present ? "" : " mind-off") },
    h("h3", { class: "mind-name" }, face(mind.person), h("span", { dir: "auto" }, mind.person.name)),
    mind.aspects.length ? h("dl", { class: "aspects" }, mind.aspects.map(aspect)) : h("p", { class: "fine" }, page.alone ? "You cannot look into their mind." : "Nothing is known of their state yet.")));
  return {
    title: "Minds and bonds",
    note: page.alone ? "What you feel, want and believe; of others, what anybody can see." : "It grows with the play. What the last turn changed is marked.",
    body: [
      bondsDrawn(page), bonds.length > 0 && h("ul", { class: "bond-list" }, bonds),
      people,
      page.world.length > 0 && h("section", {}, h("h3", { class: "panel-sub" }, "The world"), h("dl", { class: "aspects" }, page.world.map(aspect))),
      page.rulings.length > 0 && h("section", {}, h("h3", { class: "panel-sub" }, "Rulings"), h("ol", { class: "rulings" }, page.rulings.map((one) => h("li", {}, h("button", { type: "button", class: "link-line", dir: "auto", onclick: () => toLine(one.id), "data-key": "r" + one.id }, one.text), h("span", { class: "fine" }, "noticed by " + one.noticed),
        one.changed.length > 0 && h("ul", { class: "line-changes" }, one.changed.map((text) => h("li", { dir: "auto" }, text))))))),
      page.reasons.length > 0 && h("section", {}, h("h3", { class: "panel-sub" }, "Why it was their turn"), h("ol", { class: "reasons" }, page.reasons.map((one) => h("li", {}, h("button", { type: "button", class: "link-line", dir: "auto", onclick: () => toLine(one.id), "data-key": "w" + one.id }, h("strong", {}, one.speaker.split(" ")[0]), " ", one.text))))),
    ],
  };
};
