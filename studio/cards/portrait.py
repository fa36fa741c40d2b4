"""A poster bust for every character, drawn by code: the same character, the same picture."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from studio.cards.drawing.canvas import Canvas, Frame, webp
from studio.cards.drawing.costume import draw_costume
from studio.cards.drawing.easel import Easel
from studio.cards.drawing.emblems import draw_emblem, emblem
from studio.cards.drawing.figure import FACES, draw_head, draw_mouth, draw_neck, draw_robot
from studio.cards.drawing.hair import draw_beard, draw_behind, draw_in_front, draw_on_top
from studio.cards.drawing.headwear import draw_headwear
from studio.cards.drawing.likeness import Likeness, likeness
from studio.cards.drawing.palette import INK, PAPER, Colour, Palette, lit
from studio.cards.drawing.scheme import scheme
from studio.domain.character import Character

_BUILDS = {"stout": 1.12, "broad": 1.14, "slight": 0.9, "small": 0.84}


def draw_portrait(character: Character, size: int = 512) -> bytes:
    """A square WebP picture, `size` pixels wide (16–2048): a bust before a plain shape, with a sign of the career.

    Words of the appearance decide what is drawn, the temperament of the MBTI type the hue; the rest is cast by lot from
    the id (else the name), so that the picture repeats exactly.
    """
    look = likeness(character)
    colours = scheme(look)
    canvas = Canvas(max(16, min(size, 2048)), colours.ground)
    _draw_ground(canvas, look, colours)
    _draw_sign(canvas, emblem(character.career, look.seed), colours)
    _draw_figure(_easel(canvas, look, colours))
    if look.lot("side").random() < 0.5:
        canvas.mirror()
    return webp(canvas.picture(grain=5, rng=look.lot("grain")))


def _easel(canvas: Canvas, look: Likeness, colours: Palette) -> Easel:
    face, width = look.lot("face").choice(tuple((name, 1.0) for name in FACES if name != "round"))
    if look.build in ("stout", "broad"):
        face, width = ("round", 1.06) if look.build == "stout" else ("square", 1.04)
    elif look.build == "slight":
        face, width = "long", 0.9
    origin = (446, 452) if look.build != "small" else (446, 480)
    scale = 1.5 if look.build != "small" else 1.42
    head = Frame(x=origin[0], y=origin[1], scale_x=scale * width, scale_y=scale)
    body = Frame(x=origin[0], y=origin[1], scale_x=scale * _BUILDS.get(look.build, 1.0), scale_y=scale)
    return Easel(canvas, head, body, face, look, colours)


def _draw_figure(easel: Easel) -> None:
    robot = easel.look.robot
    if not robot:
        draw_behind(easel)
    draw_neck(easel)
    draw_costume(easel)
    if robot:
        draw_robot(easel)
    else:
        draw_head(easel)
        draw_beard(easel)
        draw_mouth(easel)
        draw_on_top(easel)
        draw_in_front(easel)
    draw_headwear(easel)


def _draw_ground(canvas: Canvas, look: Likeness, colours: Palette) -> None:
    """The shape behind the head, by lot."""
    halo, soft = colours.halo, lit(colours.ground, 0.05)
    shape = look.lot("shape").choice(("disc", "arch", "rays", "hills", "split", "window"))
    if shape == "rays":
        for number in range(-5, 6):
            x = 446 + number * 190
            canvas.fill(f"M 446 640 L {x - 46} -60 L {x + 46} -60 Z", soft)
        canvas.fill("O 446 430 318 318", halo)
    elif shape == "arch":
        canvas.fill("M 116 1000 L 116 420 C 116 220 270 90 446 90 C 622 90 776 220 776 420 L 776 1000 Z", halo)
    elif shape == "hills":
        canvas.fill("O 446 420 330 330", halo)
        canvas.fill("M 0 1000 L 0 700 C 180 600 320 620 470 720 C 640 640 830 600 1000 690 L 1000 1000 Z", soft)
    elif shape == "split":
        canvas.fill("M 0 0 L 640 0 L 300 1000 L 0 1000 Z", soft)
        canvas.fill("O 446 430 320 320", halo)
    elif shape == "window":
        canvas.fill("M 130 80 L 762 80 L 762 1000 L 130 1000 Z", halo)
    else:
        canvas.fill("O 446 430 372 372", soft)
        canvas.fill("O 446 430 316 316", halo)
    canvas.fade(INK, 0.16)


def _draw_sign(canvas: Canvas, sign: str, colours: Palette) -> None:
    disc = colours.accent
    canvas.fill("O 806 228 122 122", colours.ground)
    canvas.fill("O 806 228 108 108", disc)
    colour: Colour = PAPER if disc[0] < 0.62 else lit(INK, 0.03)
    draw_emblem(canvas, sign, Frame(x=806, y=228, scale_x=1.36, scale_y=1.36), colour, disc)


def write_portraits(characters: Iterable[Character], folder: Path) -> tuple[Path, ...]:
    """Draw everybody who has no `<id>.webp` in the folder yet; returns the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    missing = [(character, folder / f"{character.id}.webp") for character in characters]
    missing = [(character, file) for character, file in missing if not file.exists()]
    for character, file in missing:
        file.write_bytes(draw_portrait(character))
    return tuple(file for _, file in missing)
