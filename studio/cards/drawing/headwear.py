"""Hats, glasses, and the small things people carry about the head."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from studio.cards.drawing.easel import Easel
from studio.cards.drawing.palette import INK, PAPER, WORDS, Colour, lit

_RIGHT = "M 14 -260 L 260 -260 L 260 100 L 14 100 Z"


def _two(easel: Easel, path: str, colour: Colour) -> None:
    """A shape with its right half in shade."""
    easel.on_head(path, colour)
    easel.on_head(_RIGHT, lit(colour, -0.07), inside=path)


def _bowler(easel: Easel, colour: Colour) -> None:
    _two(easel, "M -92 -96 C -104 -190 -60 -222 0 -222 C 60 -222 104 -190 92 -96 Z", colour)
    easel.on_head("M -95 -122 L 95 -122 L 94 -94 L -94 -94 Z", lit(colour, -0.14))
    _two(
        easel,
        "M -146 -112 C -140 -88 -70 -72 0 -72 C 70 -72 140 -88 146 -112 C 152 -84 90 -52 0 -52 "
        "C -90 -52 -152 -84 -146 -112 Z",
        lit(colour, 0.05),
    )


def _hardhat(easel: Easel, colour: Colour) -> None:
    _two(easel, "M -114 -62 C -120 -160 -66 -196 0 -196 C 66 -196 120 -160 114 -62 Z", colour)
    easel.on_head("M -20 -202 L 20 -202 L 22 -66 L -22 -66 Z", lit(colour, 0.07))
    _two(easel, "M -132 -66 C -80 -84 80 -84 132 -66 L 136 -46 C 80 -62 -80 -62 -136 -46 Z", lit(colour, -0.06))


def _tricorn(easel: Easel, colour: Colour) -> None:
    easel.on_head("M -84 -90 C -84 -180 84 -180 84 -90 Z", lit(colour, 0.03))
    _two(
        easel,
        "M -168 -132 C -96 -112 -60 -134 0 -176 C 60 -134 96 -112 168 -132 C 150 -84 80 -62 0 -62 "
        "C -80 -62 -150 -84 -168 -132 Z",
        colour,
    )
    easel.line("M -164 -131 C -96 -110 -60 -132 0 -174 C 60 -132 96 -110 164 -131", 7, WORDS["silver"])


def _tophat(easel: Easel, colour: Colour) -> None:
    _two(easel, "M -84 -92 L -92 -262 C -40 -276 40 -276 92 -262 L 84 -92 Z", colour)
    easel.on_head("M -86 -130 L 86 -130 L 85 -98 L -85 -98 Z", easel.colours.accent)
    _two(easel, "M -138 -106 C -80 -88 80 -88 138 -106 C 130 -70 60 -66 0 -66 C -60 -66 -130 -70 -138 -106 Z", colour)


def _coif(easel: Easel, colour: Colour) -> None:
    _two(easel, "M -104 -60 C -136 -130 -90 -190 0 -190 C 90 -190 136 -130 104 -60 C 60 -96 -60 -96 -104 -60 Z", colour)
    frill = " ".join(
        f"O {x} {y} 19 16" for x, y in ((-98, -64), (-72, -82), (-40, -92), (-4, -96), (34, -92), (68, -82), (98, -64))
    )
    easel.on_head(frill, lit(colour, -0.05))
    easel.line("M -92 -92 C -50 -118 50 -118 92 -92", 6, easel.colours.accent)


def _beret(easel: Easel, colour: Colour) -> None:
    _two(
        easel,
        "M -98 -78 C -150 -120 -110 -180 -10 -180 C 90 -182 158 -140 130 -86 C 60 -108 -40 -104 -98 -78 Z",
        colour,
    )
    easel.line("M -94 -80 C -40 -106 60 -108 104 -84", 12, lit(colour, -0.12))
    easel.line("M 6 -180 L 12 -194", 8, colour)


def _beanie(easel: Easel, colour: Colour) -> None:
    _two(easel, "M -104 -62 C -112 -160 -60 -186 0 -186 C 60 -186 112 -160 104 -62 Z", colour)
    _two(easel, "M -110 -92 C -50 -104 50 -104 110 -92 L 108 -50 C 50 -62 -50 -62 -108 -50 Z", lit(colour, 0.08))
    for x in range(-84, 100, 24):
        easel.line(f"M {x} -94 L {x} -62", 3.4, lit(colour, -0.06))
    easel.on_head("O 0 -192 26 24", lit(colour, 0.14))


def _headscarf(easel: Easel, colour: Colour) -> None:
    wrap = (
        "M -122 30 C -140 -80 -104 -166 0 -166 C 104 -166 140 -80 122 30 C 116 90 120 140 150 196 "
        "C 110 262 40 280 -10 276 C -70 270 -130 240 -150 196 C -120 140 -116 90 -122 30 Z"
    )
    face = "M -92 10 C -98 -60 -66 -98 0 -98 C 66 -98 98 -60 92 10 C 88 74 48 122 0 126 C -48 122 -88 74 -92 10 Z"
    easel.canvas.fill(wrap, colour, easel.head, outside=face)
    easel.canvas.fill(
        "M 14 -260 L 260 -260 L 260 400 L 14 400 Z", lit(colour, -0.07), easel.head, inside=wrap, outside=face
    )
    easel.line("M -84 96 C -50 160 30 190 110 196", 6, lit(colour, 0.12))
    easel.line("M -110 150 C -60 210 0 236 60 240", 6, lit(colour, -0.12))
    easel.line("M -78 -74 C -46 -112 46 -112 78 -74", 5, lit(colour, 0.14))


def _turban(easel: Easel, colour: Colour) -> None:
    _two(
        easel,
        "M -112 -56 C -134 -130 -92 -196 0 -196 C 92 -196 134 -130 112 -56 C 70 -92 30 -100 0 -84 "
        "C -30 -100 -70 -92 -112 -56 Z",
        colour,
    )
    for fold in (
        "M -104 -74 C -40 -96 20 -104 80 -150",
        "M -90 -108 C -40 -124 20 -138 66 -164",
        "M -76 -142 L 50 -178",
    ):
        easel.line(fold, 5, lit(colour, -0.1))
    easel.on_head("O 0 -112 13 16", easel.colours.accent)


def _bandana(easel: Easel, colour: Colour) -> None:
    easel.on_head("M 84 -116 L 140 -150 L 128 -112 L 148 -88 L 96 -96 Z", lit(colour, -0.1))
    _two(easel, "M -110 -84 C -60 -134 60 -134 110 -84 L 106 -112 C 64 -160 -64 -160 -106 -112 Z", colour)
    easel.on_head("O -60 -118 5 5 O -22 -132 5 5 O 22 -132 5 5 O 62 -118 5 5", PAPER)


def _peaked(easel: Easel, colour: Colour) -> None:
    _two(
        easel,
        "M -128 -130 C -120 -190 120 -190 128 -130 C 116 -108 100 -96 96 -84 L -96 -84 "
        "C -100 -96 -116 -108 -128 -130 Z",
        colour,
    )
    easel.on_head("M -98 -104 L 98 -104 L 97 -78 L -97 -78 Z", lit(colour, -0.16))
    easel.on_head("M -98 -82 C -60 -96 60 -96 98 -82 C 76 -50 -76 -50 -98 -82 Z", INK)
    easel.on_head("O 0 -122 17 17", WORDS["gold"])


def _flatcap(easel: Easel, colour: Colour) -> None:
    _two(easel, "M -108 -72 C -132 -140 -80 -174 0 -174 C 84 -174 128 -140 110 -72 Z", colour)
    easel.on_head("M -112 -76 C -60 -100 60 -100 112 -76 C 84 -44 -84 -44 -112 -76 Z", lit(colour, -0.1))
    easel.line("M 0 -172 L 0 -92", 3.6, lit(colour, -0.1))
    easel.line("M -62 -160 C -76 -130 -76 -108 -72 -90", 3.6, lit(colour, -0.08))


def _pointed(easel: Easel, colour: Colour) -> None:
    _two(easel, "M -96 -88 C -70 -150 -40 -230 30 -286 C 20 -240 40 -180 96 -88 Z", colour)
    easel.on_head("M -94 -110 L 92 -110 L 98 -82 L -98 -82 Z", easel.colours.accent)
    _two(easel, "M -160 -84 C -90 -104 90 -104 160 -84 C 110 -56 -110 -56 -160 -84 Z", lit(colour, 0.05))


def _crown(easel: Easel, colour: Colour) -> None:
    _two(
        easel,
        "M -96 -86 L -112 -176 L -62 -136 L -32 -196 L 0 -144 L 32 -196 L 62 -136 L 112 -176 L 96 -86 "
        "C 50 -100 -50 -100 -96 -86 Z",
        colour,
    )
    easel.on_head("O -60 -112 9 9 O 60 -112 9 9", WORDS["crimson"])
    easel.on_head("O 0 -118 11 11", WORDS["teal"])


def _hood(easel: Easel, colour: Colour) -> None:
    _two(
        easel,
        "M -150 200 C -160 60 -150 -176 0 -190 C 150 -176 160 60 150 200 L 96 150 C 108 60 110 -60 66 -104 "
        "C 34 -126 -34 -126 -66 -104 C -110 -60 -108 60 -96 150 Z",
        colour,
    )


def _helmet(easel: Easel, colour: Colour) -> None:
    _two(
        easel,
        "M -112 30 C -124 -130 -70 -184 0 -184 C 70 -184 124 -130 112 30 L 88 30 C 90 -20 84 -50 72 -66 L -72 -66 "
        "C -84 -50 -90 -20 -88 30 Z",
        colour,
    )
    easel.on_head("M -10 -186 L 10 -186 L 10 20 L -10 20 Z", lit(colour, -0.14))


def _brimmed(easel: Easel, colour: Colour) -> None:
    _two(
        easel,
        "M -90 -94 C -100 -170 -70 -204 -34 -204 C -16 -204 -10 -190 0 -190 C 10 -190 16 -204 34 -204 "
        "C 70 -204 100 -170 90 -94 Z",
        colour,
    )
    easel.on_head("M -93 -124 L 93 -124 L 91 -96 L -91 -96 Z", lit(colour, -0.2))
    _two(easel, "M -178 -96 C -110 -112 110 -112 178 -96 C 130 -58 -130 -58 -178 -96 Z", lit(colour, 0.03))


_HATS: Mapping[str, tuple[Callable[[Easel, Colour], None], str]] = MappingProxyType(
    {
        "bowler": (_bowler, "black"),
        "hardhat": (_hardhat, "yellow"),
        "tricorn": (_tricorn, "black"),
        "tophat": (_tophat, "black"),
        "coif": (_coif, "white"),
        "beret": (_beret, "crimson"),
        "beanie": (_beanie, "mustard"),
        "headscarf": (_headscarf, "purple"),
        "turban": (_turban, "mustard"),
        "bandana": (_bandana, "red"),
        "peaked": (_peaked, "navy"),
        "flatcap": (_flatcap, "olive"),
        "pointed": (_pointed, "indigo"),
        "crown": (_crown, "gold"),
        "hood": (_hood, "charcoal"),
        "helmet": (_helmet, "steel"),
        "brimmed": (_brimmed, "tan"),
    }
)


def draw_headwear(easel: Easel) -> None:
    """Small things, glasses, then the hat over all."""
    look = easel.look
    for mark, draw_trinket in _TRINKETS.items():
        if mark in look.marks:
            draw_trinket(easel)
    if glasses := _GLASSES.get(look.glasses):
        glasses(easel)
    if look.hat.kind:
        draw_hat, word = _HATS[look.hat.kind]
        draw_hat(easel, look.hat.colour or WORDS[word])


def _hoops(easel: Easel) -> None:
    metal = WORDS["silver" if "silver hoops" in easel.look.marks else "gold"]
    for x in (-104, 104):
        easel.line(f"M {x} 28 C {x - 22} 34 {x - 22} 66 {x} 66 C {x + 22} 66 {x + 22} 34 {x} 28", 6.5, metal)


def _pearl(easel: Easel) -> None:
    easel.on_head("O -103 40 11 12", PAPER)
    easel.on_head("O -106 36 4 4", lit(PAPER, 0.1))


def _headset(easel: Easel) -> None:
    easel.line("M -112 0 C -128 -120 -70 -166 0 -166 C 70 -166 128 -120 112 0", 14, lit(INK, 0.06))
    easel.on_head(
        "M -128 -30 C -104 -38 -92 -30 -92 4 C -92 36 -104 44 -128 36 Z M 128 -30 C 104 -38 92 -30 92 4 "
        "C 92 36 104 44 128 36 Z",
        lit(INK, 0.16),
    )
    easel.line("M -112 36 C -110 84 -80 92 -44 84", 6.5, lit(INK, 0.16))
    easel.on_head("O -40 83 13 9", easel.colours.accent)


def _pencil(easel: Easel) -> None:
    if easel.look.hair == "bun":
        easel.line("M -62 -196 L 60 -130", 11, WORDS["mustard"])
        easel.line("M -50 -122 L 64 -190", 11, WORDS["rose"])
        return
    easel.line("M -124 -52 L -66 -20", 12, WORDS["yellow"])
    easel.line("M -130 -55 L -124 -52", 12, WORDS["rose"])


def _horns(easel: Easel) -> None:
    horn = (
        "M -70 -108 C -100 -150 -96 -190 -62 -206 C -74 -176 -62 -150 -36 -126 Z M 70 -108 C 100 -150 96 -190 62 -206 "
        "C 74 -176 62 -150 36 -126 Z"
    )
    easel.on_head(horn, WORDS["cream"])
    easel.on_head(_RIGHT, lit(WORDS["cream"], -0.12), inside=horn)


def _flower(easel: Easel) -> None:
    easel.on_head("O -92 -92 16 16 O -72 -76 16 16 O -80 -54 16 16 O -104 -54 16 16 O -112 -76 16 16", WORDS["rose"])
    easel.on_head("O -92 -72 11 11", WORDS["yellow"])


def _frames(easel: Easel, left: str, right: str, width: float, colour: Colour) -> None:
    easel.on_head(f"{left} {right}", PAPER, opacity=0.16)
    easel.line(f"{left} {right}", width, colour)
    easel.line("M -16 -8 C -8 -16 8 -16 16 -8", width, colour)
    easel.line("M -78 -10 L -98 -14", width, colour)
    easel.line("M 78 -10 L 98 -14", width, colour)


def _round(easel: Easel) -> None:
    _frames(easel, "O -46 -4 33 32", "O 46 -4 33 32", 6, INK)


def _rimless(easel: Easel) -> None:
    _frames(easel, "O -46 -2 29 25", "O 46 -2 29 25", 3.4, lit(WORDS["steel"], -0.2))


def _square(easel: Easel) -> None:
    box = "M {0} -34 C {1} -38 {2} -38 {3} -34 L {4} 20 C {2} 28 {1} 28 {5} 20 Z"
    left, right = (box.format(x - 36, x - 20, x + 20, x + 36, x + 33, x - 33) for x in (-46, 46))
    _frames(easel, left, right, 9, INK)


def _sun(easel: Easel) -> None:
    left = "M -82 -24 L -14 -24 C -12 18 -28 28 -46 28 C -66 28 -80 14 -82 -24 Z"
    lenses = f"{left} M 82 -24 L 14 -24 C 12 18 28 28 46 28 C 66 28 80 14 82 -24 Z"
    easel.on_head(lenses, lit(INK, -0.04))
    easel.line("M -98 -20 L 98 -20", 7, lit(INK, -0.04))
    easel.line("M -66 -12 L -52 8", 4, lit(INK, 0.3))
    easel.line("M 34 -12 L 48 8", 4, lit(INK, 0.3))


def _half(easel: Easel) -> None:
    _frames(easel, "M -76 0 L -18 0 C -20 34 -74 34 -76 0 Z", "M 76 0 L 18 0 C 20 34 74 34 76 0 Z", 5, WORDS["gold"])


def _monocle(easel: Easel) -> None:
    easel.on_head("O 46 -4 33 32", PAPER, opacity=0.16)
    easel.line("O 46 -4 33 32", 6, WORDS["gold"])
    easel.line("M 78 8 C 92 50 88 100 74 150", 3, WORDS["gold"])


def _patch(easel: Easel) -> None:
    easel.line("M -106 -60 L 104 -24", 6, INK)
    easel.on_head("M -78 -34 C -50 -46 -20 -36 -12 -24 C -14 14 -34 24 -48 22 C -68 18 -80 0 -78 -34 Z", INK)


def _goggles(easel: Easel) -> None:
    easel.line("M -104 -92 C -60 -104 60 -104 104 -92", 18, lit(INK, 0.12))
    easel.on_head("O -44 -98 38 32 O 44 -98 38 32", WORDS["brass"])
    easel.on_head("O -44 -98 26 21 O 44 -98 26 21", WORDS["turquoise"])


_TRINKETS: Mapping[str, Callable[[Easel], None]] = MappingProxyType(
    {
        "hoops": _hoops,
        "silver hoops": _hoops,
        "pearl": _pearl,
        "headset": _headset,
        "pencil": _pencil,
        "horns": _horns,
        "flower": _flower,
    }
)
_GLASSES: Mapping[str, Callable[[Easel], None]] = MappingProxyType(
    {
        "round": _round,
        "rimless": _rimless,
        "square": _square,
        "sun": _sun,
        "half": _half,
        "monocle": _monocle,
        "patch": _patch,
        "goggles": _goggles,
    }
)
