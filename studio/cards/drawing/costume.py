"""Clothes from the shoulders down to the lower edge, and what is worn round the neck."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from studio.cards.drawing.easel import Easel
from studio.cards.drawing.figure import TORSO
from studio.cards.drawing.palette import INK, PAPER, WORDS, Colour, lit

_SHADOW = "M 40 160 L 260 160 L 260 420 L 60 420 C 80 340 74 250 40 160 Z"
_OPENING = "M -52 169 L 52 169 L 56 186 L 6 330 L -6 330 L -56 186 Z"
_COLLAR = "M -54 172 L -60 196 L -14 244 L 0 212 L 14 244 L 60 196 L 54 172 C 30 206 -30 206 -54 172 Z"


def draw_costume(easel: Easel) -> None:
    """The garment, then what lies over it."""
    cloth = easel.colours.cloth
    easel.on_body(TORSO, cloth)
    easel.on_body(_SHADOW, lit(cloth, -0.06), inside=TORSO)
    kind = "plate" if easel.look.robot else easel.look.garment.kind
    _GARMENTS.get(kind, _shirt)(easel, cloth, easel.colours.trim)
    neck = easel.look.neck
    if draw := _NECKS.get(neck.kind):
        draw(easel, neck.colour or _NECK_COLOURS.get(neck.kind) or easel.colours.accent)
    if "badge" in easel.look.marks:
        easel.on_body("O -104 288 17 17", PAPER)
        easel.on_body("O -104 288 11 11", WORDS["emerald"])


def _lapels(easel: Easel, cloth: Colour, shirt: Colour) -> None:
    easel.on_body(_OPENING, shirt)
    easel.on_body("M 6 169 L 52 169 L 56 186 L 6 330 L 0 330 Z", lit(shirt, -0.07))
    easel.on_body(
        "M -54 178 L -96 214 L -84 262 L -62 258 L -4 400 L -4 334 C -30 290 -46 230 -54 178 Z", lit(cloth, 0.07)
    )
    easel.on_body("M 54 178 L 96 214 L 84 262 L 62 258 L 4 400 L 4 334 C 30 290 46 230 54 178 Z", lit(cloth, 0.03))
    easel.seam("M 0 334 L 0 400", 4, lit(cloth, -0.12))


def _jacket(easel: Easel, cloth: Colour, trim: Colour) -> None:
    _lapels(easel, cloth, PAPER if easel.look.neck.kind else trim)
    if easel.look.neck.kind in ("tie", "bowtie", "") and not easel.look.feminine:
        easel.on_body(_COLLAR, PAPER if easel.look.neck.kind else lit(trim, 0.04))


def _uniform(easel: Easel, cloth: Colour, trim: Colour) -> None:
    _lapels(easel, cloth, PAPER)
    easel.on_body(_COLLAR, PAPER)
    if not easel.look.neck.kind:
        _tie(easel, INK)
    metal = trim if trim[0] > 0.6 else WORDS["gold"]
    easel.on_body("O 30 352 10 10 O -30 352 10 10 O 30 392 10 10 O -30 392 10 10", metal)
    for side in (-1, 1):
        easel.on_body(f"M {128 * side} 220 L {196 * side} 244 L {206 * side} 266 L {122 * side} 238 Z", metal)


def _labcoat(easel: Easel, cloth: Colour, trim: Colour) -> None:
    under = trim if abs(trim[0] - cloth[0]) > 0.15 else WORDS["teal"]
    _lapels(easel, lit(cloth, -0.03), under)
    easel.on_body("M -52 172 L -4 214 L 6 330 L -6 330 Z", lit(under, 0.09))
    easel.seam("M -46 190 C -20 236 -4 280 -4 326", 5, WORDS["gold"])
    easel.seam("M -132 330 L -84 330", 5, lit(cloth, -0.16))


def _sari(easel: Easel, cloth: Colour, trim: Colour) -> None:
    easel.on_body("M -60 200 L 60 200 L 236 400 L -236 400 Z", lit(trim, -0.1), inside=TORSO)
    easel.on_body("M -150 205 C -60 190 -20 260 80 400 L -240 400 L -240 260 Z", cloth, inside=TORSO)
    easel.seam("M -130 212 C -56 204 -10 280 66 400", 12, WORDS["gold"])


def _spacesuit(easel: Easel, cloth: Colour, trim: Colour) -> None:
    metal = trim if trim[1] < 0.06 else WORDS["steel"]
    easel.on_body(
        "M -104 232 L -150 400 L -120 400 L -84 236 Z M 104 232 L 150 400 L 120 400 L 84 236 Z", lit(cloth, -0.12)
    )
    easel.on_body("O 0 214 122 44", lit(metal, -0.22))
    easel.on_body("O 0 206 118 40", metal)
    easel.on_body("O 0 200 92 28", lit(metal, -0.34))
    easel.on_body("M -42 180 L 42 180 L 44 214 C 20 226 -20 226 -44 214 Z", lit(easel.colours.skin, -0.14))
    easel.on_body("M -60 300 L 60 300 L 60 372 L -60 372 Z", lit(metal, -0.05))
    easel.on_body("O -30 336 14 14", WORDS["red"])
    easel.on_body("M 4 322 L 44 322 L 44 350 L 4 350 Z", INK)
    for x, y in ((-94, 214), (94, 214), (-52, 236), (52, 236)):
        easel.on_body(f"O {x} {y} 6 6", lit(metal, -0.3))


def _dungarees(easel: Easel, cloth: Colour, trim: Colour) -> None:
    easel.on_body(TORSO, trim)
    easel.on_body(_SHADOW, lit(trim, -0.06), inside=TORSO)
    easel.on_body("M -58 178 C -40 222 40 222 58 178 L 66 188 C 44 240 -44 240 -66 188 Z", lit(trim, -0.1))
    straps = "M -130 214 L -92 203 L -64 300 L -98 300 Z M 130 214 L 92 203 L 64 300 L 98 300 Z"
    bib = f"M -102 292 L 102 292 L 112 400 L -112 400 Z {straps}"
    easel.on_body(bib, cloth)
    easel.on_body(_SHADOW, lit(cloth, -0.06), inside=bib)
    easel.on_body("O -82 304 11 11 O 82 304 11 11", WORDS["gold"])
    easel.on_body("M -44 332 L 44 332 L 40 400 L -40 400 Z", lit(cloth, -0.1))
    for x, y, size, word in (
        (-120, 330, 9, "mustard"),
        (24, 300, 7, "cream"),
        (124, 352, 10, "rose"),
        (-66, 366, 6, "turquoise"),
    ):
        easel.on_body(f"O {x} {y} {size} {size * 0.8}", WORDS[word])


def _apron(easel: Easel, cloth: Colour, trim: Colour) -> None:
    easel.on_body(TORSO, trim)
    easel.on_body(_SHADOW, lit(trim, -0.06), inside=TORSO)
    easel.on_body("M -60 176 C -50 236 50 236 60 176 L 54 170 C 40 206 -40 206 -54 170 Z", lit(trim, 0.1))
    bib = "M -76 268 C -40 280 40 280 76 268 L 104 400 L -104 400 Z"
    easel.seam("M -72 272 C -80 240 -74 214 -60 190", 11, cloth)
    easel.seam("M 72 272 C 80 240 74 214 60 190", 11, lit(cloth, -0.05))
    easel.on_body(bib, cloth)
    easel.on_body(_SHADOW, lit(cloth, -0.06), inside=bib)
    easel.seam("M -46 344 L 46 344", 5, lit(cloth, -0.16))


def _hivis(easel: Easel, cloth: Colour, _: Colour) -> None:
    band = WORDS["silver"]
    easel.on_body("M -130 210 L -92 200 L -78 400 L -122 400 Z M 130 210 L 92 200 L 78 400 L 122 400 Z", band)
    easel.on_body("M -240 340 L 240 340 L 240 380 L -240 380 Z", band, inside=TORSO)
    easel.on_body(_SHADOW, INK, inside=TORSO, opacity=0.1)
    easel.on_body("M -54 176 L 54 176 L 0 288 Z", lit(INK, 0.1))
    easel.seam("M 0 286 L 0 400", 4, lit(cloth, -0.18))
    easel.on_body("M -56 172 L -92 206 L -40 262 L -16 236 Z", lit(cloth, 0.06))
    easel.on_body("M 56 172 L 92 206 L 40 262 L 16 236 Z", lit(cloth, 0.01))


def _polo(easel: Easel, cloth: Colour, _: Colour) -> None:
    collar = "M -62 142 C -40 166 40 166 62 142 L 68 208 C 40 234 -40 234 -68 208 Z"
    easel.on_body(collar, lit(cloth, 0.07))
    easel.on_body("M 16 140 L 90 130 L 90 240 L 30 240 Z", lit(cloth, -0.01), inside=collar)
    for y in (176, 194):
        easel.seam(f"M -62 {y - 6} C -36 {y + 12} 36 {y + 12} 62 {y - 6}", 2.6, lit(cloth, -0.06))


def _jumper(easel: Easel, cloth: Colour, _: Colour) -> None:
    easel.on_body("M -64 176 C -50 240 50 240 64 176 L 50 168 C 40 212 -40 212 -50 168 Z", lit(cloth, -0.1))
    for x in range(-180, 181, 36):
        for y in (268, 318, 368):
            easel.seam(f"M {x - 10} {y} L {x} {y + 14} L {x + 10} {y}", 4.5, lit(cloth, -0.08 if x < 50 else -0.12))


def _hoops(easel: Easel, _: Colour, trim: Colour) -> None:
    for top in (206, 282, 358):
        low = top + 36
        upper = f"M -250 {top + 30} C -100 {top} 100 {top} 250 {top + 30}"
        band = f"{upper} L 250 {low + 30} C 100 {low} -100 {low} -250 {low + 30} Z"
        easel.on_body(band, trim, inside=TORSO)
    easel.on_body(_SHADOW, INK, inside=TORSO, opacity=0.12)
    easel.on_body(_COLLAR, PAPER)


def _cardigan(easel: Easel, cloth: Colour, trim: Colour) -> None:
    if cloth[0] < 0.4:
        easel.on_body("M -60 168 C -40 200 40 200 60 168 L 70 214 C 40 240 -40 240 -70 214 Z", lit(cloth, 0.1))
        easel.seam("M 0 226 L 0 400", 5, lit(cloth, 0.14))
        easel.on_body("O 16 262 8 8 O 16 310 8 8 O 16 358 8 8", trim)
        return
    easel.on_body(_OPENING, PAPER)
    easel.seam("M -56 180 L -2 330 L -2 400", 13, lit(cloth, 0.08))
    easel.seam("M 56 180 L 2 330 L 2 400", 13, lit(cloth, -0.1))
    easel.on_body("O 0 350 8 8 O 0 388 8 8", trim)


def _shawl(easel: Easel, cloth: Colour, trim: Colour) -> None:
    easel.on_body(TORSO, trim)
    wrap = (
        "M -150 206 C -96 190 -62 190 -50 186 C -30 250 0 300 20 330 C 60 290 70 230 52 186 C 70 190 100 196 150 212 "
        "C 220 240 236 300 240 400 L 110 400 L 20 330 L -60 400 L -240 400 C -236 300 -220 236 -150 206 Z"
    )
    easel.on_body(wrap, cloth)
    easel.on_body(_SHADOW, lit(cloth, -0.07), inside=wrap)
    easel.seam("M -52 190 C -30 252 -4 300 20 332 L 96 396", 9, lit(cloth, 0.13))
    easel.seam("M 54 190 C 70 236 56 296 20 332 L -50 396", 9, lit(cloth, 0.1))
    for x in (-190, -150, -110):
        easel.seam(f"M {x} 300 L {x + 16} 322 L {x + 32} 300", 5, lit(cloth, 0.14))


def _tunic(easel: Easel, cloth: Colour, _: Colour) -> None:
    easel.on_body("M -52 168 L 52 168 L 0 268 Z", lit(easel.colours.skin, -0.12))
    easel.seam("M -56 182 L 0 274 L 56 182", 12, lit(cloth, 0.12))
    easel.on_body("M -136 312 L -74 312 L -78 366 L -132 366 Z", lit(cloth, -0.09))


def _cloak(easel: Easel, _cloth: Colour, _trim: Colour) -> None:
    fur = easel.look.garment.second or (0.56, 0.025, 75)
    tufts = (
        "M -60 168 L -92 176 L -110 160 L -134 190 L -164 184 L -168 214 L -206 222 L -192 252 L -214 274 L -170 276 "
        "L -150 300 L -118 278 L -84 298 L -66 268 L -30 286 L 0 258 L 30 286 L 66 268 L 84 298 L 118 278 L 150 300 "
        "L 170 276 L 214 274 L 192 252 L 206 222 L 168 214 L 164 184 L 134 190 L 110 160 L 92 176 L 60 168 "
        "C 40 214 -40 214 -60 168 Z"
    )
    easel.on_body(tufts, fur)
    easel.on_body(_SHADOW, lit(fur, -0.1), inside=tufts)
    for x, y in ((-150, 236), (-104, 220), (-60, 240), (-120, 262), (70, 236), (120, 226), (150, 256)):
        easel.seam(f"M {x - 8} {y} L {x} {y + 16} L {x + 8} {y}", 4, lit(fur, -0.16))
    easel.on_body("O 0 300 20 20", WORDS["brass"])
    easel.on_body("O 0 300 10 10", lit(WORDS["brass"], -0.25))


def _robe(easel: Easel, _: Colour, trim: Colour) -> None:
    easel.on_body("M -52 168 L 52 168 L 4 300 Z", lit(easel.colours.skin, -0.1))
    easel.seam("M 58 178 C 40 240 10 300 -40 400", 24, trim)
    easel.seam("M -58 178 C -40 240 -6 300 44 400", 24, lit(trim, 0.06))


def _shirt(easel: Easel, cloth: Colour, _: Colour) -> None:
    easel.on_body("M -52 168 L 52 168 L 0 250 Z", lit(easel.colours.skin, -0.12))
    easel.on_body("M -58 170 L -72 200 L -24 258 L 0 226 L 24 258 L 72 200 L 58 170 L 0 240 Z", lit(cloth, 0.09))
    easel.seam("M 0 246 L 0 400", 4, lit(cloth, -0.14))
    easel.on_body("O 10 290 6 6 O 10 340 6 6 O 10 388 6 6", lit(cloth, -0.18))


def _plate(easel: Easel, cloth: Colour, _: Colour) -> None:
    easel.on_body("M -58 168 L 58 168 L 76 214 L -76 214 Z", lit(cloth, -0.16))
    for y in (176, 190, 204):
        easel.seam(f"M -66 {y} L 66 {y}", 4, lit(cloth, 0.06))
    easel.seam("M -214 300 C -120 270 120 270 214 300", 5, lit(cloth, -0.14))
    rivets = ((-176, 264), (-124, 240), (124, 240), (176, 264), (-206, 340), (206, 340), (-206, 384), (206, 384))
    easel.on_body(" ".join(f"O {x} {y} 7 7" for x, y in rivets), lit(cloth, -0.18))


def _tie(easel: Easel, colour: Colour) -> None:
    easel.on_body("M -17 206 L 17 206 L 12 232 L -12 232 Z", lit(colour, -0.06))
    easel.on_body("M -12 232 L 12 232 L 22 330 L 0 360 L -22 330 Z", colour)
    easel.on_body("M 2 232 L 12 232 L 22 330 L 0 360 Z", lit(colour, -0.07))


def _bowtie(easel: Easel, colour: Colour) -> None:
    easel.on_body("M -8 214 C -30 186 -66 184 -76 190 L -76 246 C -60 252 -30 246 -8 224 Z", colour)
    easel.on_body("M 8 214 C 30 186 66 184 76 190 L 76 246 C 60 252 30 246 8 224 Z", lit(colour, -0.08))
    easel.on_body("O 0 219 14 17", lit(colour, 0.1))


def _cravat(easel: Easel, colour: Colour) -> None:
    easel.on_body("M -56 140 C -30 172 30 172 56 140 L 64 204 C 30 226 -30 226 -64 204 Z", lit(colour, -0.05))
    easel.on_body("M -34 204 C -48 244 -44 300 -20 322 L 4 296 L 26 326 C 48 296 50 244 34 204 Z", colour)
    easel.on_body("M 4 206 L 34 204 C 50 244 48 296 26 326 L 4 296 Z", lit(colour, -0.08))
    easel.on_body("O 0 214 26 17", lit(colour, 0.04))


def _scarf(easel: Easel, colour: Colour) -> None:
    tail = "M 10 220 L 76 214 L 96 384 L 36 392 Z"
    easel.on_body(tail, lit(colour, -0.08))
    wrap = (
        "M -86 166 C -50 196 50 196 86 166 C 104 190 100 226 84 242 C 40 266 -40 266 -84 242 "
        "C -100 226 -104 190 -86 166 Z"
    )
    easel.on_body(wrap, colour)
    for x in (-64, -22, 24, 66):
        easel.seam(f"M {x} 176 C {x - 8} 204 {x - 4} 230 {x + 6} 254", 5, lit(colour, -0.13))
    easel.seam("M -92 208 C -50 234 50 234 92 208", 5, lit(colour, 0.13))
    easel.seam("M 26 300 L 86 294", 5, lit(colour, 0.1))
    easel.seam("M 32 346 L 92 340", 5, lit(colour, 0.1))


def _kerchief(easel: Easel, colour: Colour) -> None:
    cloth = "M -84 160 C -50 188 50 188 84 160 L 92 204 L 12 308 L -12 308 L -92 204 Z"
    easel.on_body(cloth, colour)
    for row in range(5):
        for column in range(-4, 5):
            if (row + column) % 2:
                x, y = column * 22, 186 + row * 24
                easel.on_body(
                    f"M {x - 9} {y - 9} L {x + 9} {y - 9} L {x + 9} {y + 9} L {x - 9} {y + 9} Z",
                    PAPER,
                    inside=cloth,
                    opacity=0.85,
                )
    easel.on_body("O 0 206 19 15", lit(colour, -0.12))


def _pendant(easel: Easel, colour: Colour) -> None:
    easel.seam("M -58 176 C -44 236 -14 262 0 270 C 14 262 44 236 58 176", 4.5, INK)
    easel.on_body(
        "M 0 262 C 26 278 24 322 0 332 C -20 322 -20 300 -4 300 C 4 304 2 312 -4 312 "
        "C -2 320 10 314 10 300 C 10 286 -10 280 0 262 Z",
        colour,
    )


def _beads(easel: Easel, colour: Colour) -> None:
    spots = ((-60, 196), (-50, 218), (-34, 236), (-12, 246), (12, 246), (34, 236), (50, 218), (60, 196))
    easel.on_body(" ".join(f"O {x} {y} 11 11" for x, y in spots), colour)
    easel.on_body(" ".join(f"O {x - 3} {y - 4} 3 3" for x, y in spots), PAPER)


def _lanyard(easel: Easel, colour: Colour) -> None:
    easel.seam("M -56 184 L 0 340 L 56 184", 9, colour)
    easel.on_body("M -30 330 L 30 330 L 30 396 L -30 396 Z", PAPER)
    easel.on_body("M -20 342 L 2 342 L 2 366 L -20 366 Z", lit(INK, 0.2))
    easel.on_body("O -22 296 12 12 O 30 268 12 12 O -36 252 10 10", WORDS["mustard"])
    easel.on_body("O -36 252 6 6 O 30 268 7 7", WORDS["crimson"])


Draw = Callable[[Easel, Colour, Colour], None]
_GARMENTS: Mapping[str, Draw] = MappingProxyType(
    {
        "jacket": _jacket,
        "uniform": _uniform,
        "labcoat": _labcoat,
        "sari": _sari,
        "spacesuit": _spacesuit,
        "dungarees": _dungarees,
        "apron": _apron,
        "hivis": _hivis,
        "polo": _polo,
        "jumper": _jumper,
        "hoops": _hoops,
        "cardigan": _cardigan,
        "shawl": _shawl,
        "tunic": _tunic,
        "cloak": _cloak,
        "robe": _robe,
        "shirt": _shirt,
        "plate": _plate,
    }
)
_NECKS: Mapping[str, Callable[[Easel, Colour], None]] = MappingProxyType(
    {
        "tie": _tie,
        "bowtie": _bowtie,
        "cravat": _cravat,
        "scarf": _scarf,
        "kerchief": _kerchief,
        "pendant": _pendant,
        "beads": _beads,
        "lanyard": _lanyard,
    }
)
_NECK_COLOURS: Mapping[str, Colour] = MappingProxyType(
    {"pendant": WORDS["emerald"], "lanyard": WORDS["blue"], "beads": PAPER}
)
