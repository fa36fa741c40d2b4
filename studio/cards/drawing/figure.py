"""Neck, head and face: a lit side, a shaded side that draws the nose, and as few strokes as a face needs."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from studio.cards.drawing.easel import Easel
from studio.cards.drawing.palette import INK, PAPER, WORDS, Colour, lit, mixed

_CROWN = "M -100 -18 C -104 -92 -62 -127 0 -127 C 62 -127 104 -92 100 -18"
FACES: Mapping[str, str] = MappingProxyType(
    {
        "oval": f"{_CROWN} C 98 42 84 82 48 110 C 30 124 16 127 0 127 C -16 127 -30 124 -48 110 "
        "C -84 82 -98 42 -100 -18 Z",
        "round": f"{_CROWN} C 104 62 84 104 44 120 C 26 127 12 128 0 128 C -12 128 -26 127 -44 120 "
        "C -84 104 -104 62 -100 -18 Z",
        "square": f"{_CROWN} C 102 36 100 74 72 104 C 54 122 26 127 0 127 C -26 127 -54 122 -72 104 "
        "C -100 74 -102 36 -100 -18 Z",
        "long": f"{_CROWN} C 97 32 82 74 42 112 C 28 125 14 130 0 130 C -14 130 -28 125 -42 112 "
        "C -82 74 -97 32 -100 -18 Z",
        "pointed": f"{_CROWN} C 100 26 86 66 44 106 C 26 122 12 130 0 131 C -12 130 -26 122 -44 106 "
        "C -86 66 -100 26 -100 -18 Z",
    }
)
TORSO = (
    "M -236 400 C -236 300 -216 244 -136 216 C -92 202 -58 196 -50 170 L 50 170 C 58 196 92 202 136 216 "
    "C 216 244 236 300 236 400 Z"
)
_NECK = "M -50 70 L 50 70 L 54 190 C 60 216 -60 216 -54 190 Z"
_SHADE = "M 6 -140 L 130 -140 L 130 150 L 0 150 C 4 120 10 100 4 84 C 0 76 2 66 6 60 C 6 54 2 50 4 44 "
NOSES: Mapping[str, str] = MappingProxyType(
    {
        "straight": f"{_SHADE} C 16 44 26 38 25 29 C 22 10 12 -10 12 -26 C 12 -44 4 -60 6 -140 Z",
        "button": f"{_SHADE} C 14 40 24 34 23 25 C 20 14 8 6 7 -18 C 8 -40 4 -60 6 -140 Z",
        "aquiline": f"{_SHADE} C 14 48 24 44 27 36 C 30 16 24 -6 15 -18 C 12 -40 4 -60 6 -140 Z",
        "broad": f"{_SHADE} C 22 46 36 42 34 28 C 28 12 14 0 11 -22 C 10 -44 4 -60 6 -140 Z",
    }
)
_EARS = "O -101 4 17 27 O 101 4 17 27"


def draw_neck(easel: Easel) -> None:
    """The neck, with the shadow of the chin on it."""
    thick = easel.body.wider(1.28) if easel.look.build in ("stout", "broad") else easel.body
    skin = easel.colours.skin
    easel.canvas.fill(_NECK, lit(skin, -0.05), thick)
    easel.canvas.fill("M -60 70 L 60 70 L 60 128 C 30 170 -20 160 -60 112 Z", lit(skin, -0.16), thick, inside=_NECK)


def draw_head(easel: Easel) -> None:
    """Ears, face, shade, eyes and marks; the mouth comes after the beard."""
    skin, face = easel.colours.skin, FACES[easel.face]
    marks = easel.look.marks
    ears = "M -96 -22 L -150 -64 L -104 30 Z M 96 -22 L 150 -64 L 104 30 Z" if "pointed ears" in marks else _EARS
    easel.on_head(ears, lit(skin, -0.06))
    easel.on_head("O -101 6 8 15", lit(skin, -0.15))
    easel.on_head("M 90 -80 L 160 -80 L 160 60 L 90 60 Z", lit(skin, -0.15), inside=ears)
    easel.on_head(face, skin)
    nose = NOSES[easel.look.lot("nose").choice(tuple(NOSES))]
    easel.on_head(nose, lit(skin, -0.1 if skin[0] > 0.5 else -0.08), inside=face)
    _blush(easel, face)
    if "gaunt" in marks:
        easel.on_head("M -92 34 C -70 50 -56 70 -52 104 L -110 104 L -110 30 Z", lit(skin, -0.07), inside=face)
    _age(easel)
    _eyes(easel)
    _marks(easel, face)


def _blush(easel: Easel, face: str) -> None:
    skin = easel.colours.skin
    red = (max(0.4, skin[0] - 0.15), 0.16, 26)
    if "ruddy" in easel.look.marks:
        easel.on_head("O -60 42 28 20 O 62 42 28 20", red, inside=face, opacity=0.5)
        easel.on_head("M -12 40 C -16 22 -4 14 8 14 C 26 16 28 40 10 42 Z", red, inside=face, opacity=0.38)
    elif easel.look.warm:
        easel.on_head("O -60 42 25 17 O 62 42 25 17", red, inside=face, opacity=0.24)


def _age(easel: Easel) -> None:
    skin, age = easel.colours.skin, easel.look.age
    line = lit(skin, -0.2)
    if "tired" in easel.look.marks:
        easel.on_head("O -44 14 20 9 O 44 14 20 9", mixed(skin, (0.45, 0.06, 310), 0.42))
    if age >= 52:
        easel.line("M -36 42 C -46 52 -48 60 -46 70", 3, line)
        easel.line("M 40 42 C 50 52 52 60 50 70", 3, line)
    if age >= 66 or "lined" in easel.look.marks:
        easel.line("M -62 16 C -50 24 -38 24 -28 18", 2.6, line)
        easel.line("M 62 16 C 50 24 38 24 28 18", 2.6, line)
        easel.line("M -34 -76 C -14 -82 14 -82 34 -76", 2.6, line)
    if age >= 74:
        easel.line("M -44 -62 C -18 -68 18 -68 44 -62", 2.6, line)
        easel.line("M -76 -8 L -88 -14", 2.4, line)
        easel.line("M -76 0 L -90 2", 2.4, line)


def _eyes(easel: Easel) -> None:
    look = easel.look
    ink = lit(INK, -0.05)
    brow = lit(easel.colours.hair, -0.12) if look.hair_colour[0] > 0.5 else look.hair_colour
    if brow[0] - easel.colours.skin[0] > -0.12 and easel.colours.skin[0] < 0.55:
        brow = INK if look.age < 60 else lit(easel.colours.hair, 0)
    tall = look.lot("eyes").choice((15, 18, 20, 22)) - (3 if look.age > 60 else 0)
    apart = look.lot("apart").uniform(41, 47)
    white = mixed(PAPER, easel.colours.skin, 0.12)
    for side in (-1, 1):
        x = apart * side
        lid = f"M {x - 21:.1f} -3 C {x - 12:.1f} -{tall} {x + 12:.1f} -{tall} {x + 21:.1f} -3"
        easel.on_head(f"{lid} C {x + 12:.1f} {tall / 2 + 2} {x - 12:.1f} {tall / 2 + 2} {x - 21:.1f} -3 Z", white)
        easel.on_head(f"O {x:.1f} -5 10 {tall / 2 + 0.5}", ink)
        easel.on_head(f"O {x - 3.4:.1f} -9 3.2 3.2", PAPER)
        easel.line(lid, 5.6 if look.feminine else 4.6, ink)
        if look.feminine:
            easel.line(f"M {x + 20 * side:.1f} -4 L {x + 28 * side:.1f} -12", 4.4, ink)
    _brows(easel, brow)


def _brows(easel: Easel, colour: Colour) -> None:
    look = easel.look
    width = 10 if not look.feminine and look.age < 70 else 6.5 if look.feminine else 12
    inner, outer, arch = look.lot("brows").choice(((-34, -32, -44), (-28, -36, -44), (-38, -26, -44), (-33, -30, -50)))
    for side in (-1, 1):
        path = f"M {22 * side} {inner} Q {46 * side} {arch} {70 * side} {outer}"
        easel.line(path, width, colour)
    if "cut brow" in look.marks:
        easel.line("M -58 -58 L -50 -18", 5, lit(easel.colours.skin, 0.05))


def draw_mouth(easel: Easel) -> None:
    """Laughing, smiling, level or wry, by temperament."""
    look, skin = easel.look, easel.colours.skin
    lips = mixed((skin[0] - 0.17, 0.12, 22), skin, 0.18)
    if "gap" in look.marks or (look.extravert and look.warm):
        easel.on_head("M -36 64 C -16 72 16 72 36 64 C 30 92 -30 92 -36 64 Z", lit(lips, -0.12))
        easel.on_head("M -31 67 C -14 73 14 73 31 67 C 28 77 -28 77 -31 67 Z", PAPER)
        if "gap" in look.marks:
            easel.on_head("M -3.5 70 L 3.5 70 L 3 77 L -3 77 Z", lit(lips, -0.16))
        return
    mouth = {
        (True, False): "M -30 72 C -10 78 14 76 34 62",
        (False, True): "M -28 70 C -12 80 12 80 28 70",
        (False, False): "M -28 74 C -10 71 10 71 28 75",
    }[(look.extravert, look.warm)]
    if look.feminine:
        easel.on_head("M -26 72 C -12 62 -5 63 0 66 C 5 63 12 62 26 72 C 14 90 -14 90 -26 72 Z", lips)
        easel.line(mouth.replace("-30", "-27").replace("-28", "-26"), 3.6, lit(lips, -0.16))
    else:
        easel.line(mouth, 6, lit(lips, -0.08))
        easel.line("M -11 90 C -4 93 4 93 11 90", 3.4, lit(skin, -0.15))


def _marks(easel: Easel, face: str) -> None:
    marks, skin = easel.look.marks, easel.colours.skin
    if "freckles" in marks:
        spots = (
            (-70, 26),
            (-58, 34),
            (-46, 27),
            (-62, 44),
            (-36, 36),
            (-18, 26),
            (40, 30),
            (54, 26),
            (66, 36),
            (52, 42),
        )
        easel.on_head(" ".join(f"O {x} {y} 3.6 3.2" for x, y in spots), lit(skin, -0.17))
    if "scar" in marks:
        easel.line("M -46 34 C -20 14 14 12 42 30", 6, mixed(lit(skin, 0.08), (0.7, 0.12, 15), 0.35))
    if "burn" in marks:
        patch = "M -110 40 C -84 44 -80 62 -64 66 C -48 74 -56 92 -40 98 L -40 130 L -110 130 Z"
        easel.on_head(patch, mixed(skin, (0.55, 0.13, 22), 0.45), inside=face)
    if "taped ear" in marks:
        easel.line("M -116 -8 L -88 6", 12, PAPER)
        easel.line("M -116 14 L -90 20", 10, PAPER)


def draw_robot(easel: Easel) -> None:
    """A head of sheet metal instead."""
    metal = easel.colours.skin
    plate = (
        "M -104 -70 C -104 -112 -78 -128 0 -128 C 78 -128 104 -112 104 -70 L 98 86 C 94 116 60 126 0 126 "
        "C -60 126 -94 116 -98 86 Z"
    )
    easel.on_head("M -6 -128 L -6 -182 L 6 -182 L 6 -128 Z O 0 -188 15 15", lit(metal, -0.12))
    easel.on_head("M -128 -28 L -96 -32 L -96 44 L -128 40 Z M 128 -28 L 96 -32 L 96 44 L 128 40 Z", lit(metal, -0.2))
    easel.on_head(plate, metal)
    easel.on_head("M 10 -150 L 130 -150 L 130 150 L 10 150 Z", lit(metal, -0.11), inside=plate)
    easel.on_head("M -96 -66 C -60 -74 60 -74 96 -66 L 94 40 C 60 46 -60 46 -94 40 Z", lit(metal, -0.3))
    glow = WORDS["emerald"]
    easel.on_head("O -42 -14 34 34 O 46 -14 28 28", lit(INK, 0.02))
    easel.on_head("O -42 -14 25 25", (0.86, 0.19, 145))
    easel.on_head("O -42 -14 11 11", (0.97, 0.06, 140))
    easel.on_head("O 46 -14 18 18", lit(glow, -0.14))
    easel.on_head("M -52 66 L 52 66 L 48 100 L -48 100 Z", lit(metal, -0.26))
    for x in (-32, -10, 12, 34):
        easel.line(f"M {x} 68 L {x} 98", 6, metal)
    easel.on_head("O -84 -96 5 5 O 84 -96 5 5 O -78 102 5 5 O 78 102 5 5", lit(metal, -0.28))
    easel.line("M -84 -112 C -60 -98 -52 -92 -46 -98", 5, lit(metal, -0.2))
    easel.line("M -70 -100 L -62 -112", 4, lit(metal, 0.1))
