"""Hair and beards: what falls behind the shoulders, what lies on the head, what falls in front."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from types import MappingProxyType

from studio.cards.drawing.easel import Easel
from studio.cards.drawing.palette import lit

_CAP = "M -103 6 C -122 -88 -76 -150 0 -150 C 76 -150 122 -88 103 6 L 96 6 C 97 -34 88 -60 66 -76 "
BEHIND: Mapping[str, str] = MappingProxyType(
    {
        "long": "M -112 -60 C -150 40 -140 150 -152 230 L 152 230 C 140 150 150 40 112 -60 Z",
        "bob": "M -106 -70 C -142 -20 -136 60 -128 108 C -90 122 90 122 128 108 C 136 60 142 -20 106 -70 Z",
        "plait": "M -104 -60 C -128 0 -120 70 -104 116 L -60 116 L -40 -60 Z",
        "braids": "M -106 -60 C -128 0 -118 70 -100 110 L 100 110 C 118 70 128 0 106 -60 Z",
        "tied": "M 20 60 C 90 90 112 140 104 214 C 92 250 60 240 62 206 C 60 150 40 120 0 110 Z",
        "ponytail": "M 40 -150 C 130 -176 176 -90 158 10 C 150 62 128 96 132 130 C 98 96 108 40 112 0 "
        "C 116 -60 90 -90 40 -100 Z",
        "bun": "O 0 -158 50 42",
        "topknot": "O 0 -156 36 38",
    }
)
ON_TOP: Mapping[str, str] = MappingProxyType(
    {
        "crop": "M -102 -6 C -112 -96 -66 -139 0 -139 C 66 -139 112 -96 102 -6 L 95 -6 C 96 -44 84 -72 54 -86 "
        "C 22 -96 -22 -96 -54 -86 C -84 -72 -96 -44 -95 -6 Z",
        "buzz": "M -101 -16 C -108 -92 -64 -133 0 -133 C 64 -133 108 -92 101 -16 L 94 -20 C 94 -52 82 -76 50 -88 "
        "C 20 -96 -20 -96 -50 -88 C -82 -76 -94 -52 -94 -20 Z",
        "undercut": "M -96 -50 C -116 -120 -70 -168 10 -164 C 84 -160 112 -110 96 -48 C 86 -78 60 -90 20 -88 "
        "C -30 -86 -70 -84 -96 -50 Z",
        "slick": _CAP + "C 30 -94 -10 -96 -44 -88 C -78 -78 -94 -40 -96 6 Z",
        "swept": "M -103 2 C -130 -90 -92 -176 6 -174 C 96 -172 128 -96 103 4 L 96 4 C 98 -36 90 -62 72 -80 "
        "C 40 -108 -30 -112 -66 -84 C -90 -62 -96 -30 -96 2 Z",
        "receding": "M -102 8 C -114 -44 -106 -84 -84 -108 C -86 -70 -92 -34 -95 8 Z "
        "M 102 8 C 114 -44 106 -84 84 -108 C 86 -70 92 -34 95 8 Z "
        "M -86 -100 C -60 -146 50 -150 88 -96 C 50 -122 -10 -116 -86 -92 Z",
        "bob": "M -104 30 C -128 -80 -84 -152 0 -152 C 84 -152 128 -80 104 30 L 92 30 C 96 -20 92 -44 84 -58 "
        "L -84 -58 C -92 -44 -96 -20 -92 30 Z",
        "long": _CAP + "C 40 -84 16 -96 0 -112 C -16 -96 -40 -84 -66 -76 C -88 -60 -97 -34 -96 6 Z",
        "bun": _CAP + "C 30 -104 -6 -106 -34 -96 C -76 -80 -94 -40 -96 6 Z",
        "topknot": _CAP + "C 36 -100 -36 -100 -66 -76 C -88 -60 -97 -34 -96 6 Z",
        "tied": _CAP + "C 36 -96 10 -108 -18 -104 C -70 -92 -94 -44 -96 6 Z",
        "ponytail": _CAP + "C 30 -92 -10 -86 -50 -62 C -82 -52 -94 -30 -96 6 Z",
        "plait": _CAP + "C 40 -84 16 -96 0 -112 C -16 -96 -40 -84 -66 -76 C -88 -60 -97 -34 -96 6 Z",
        "braids": _CAP + "C 40 -84 16 -96 0 -112 C -16 -96 -40 -84 -66 -76 C -88 -60 -97 -34 -96 6 Z",
        "locs": _CAP + "C 30 -70 -30 -70 -66 -76 C -88 -60 -97 -34 -96 6 Z",
    }
)
BEARDS: Mapping[str, str] = MappingProxyType(
    {
        "full": "M -101 -6 C -106 70 -84 150 0 154 C 84 150 106 70 101 -6 C 96 30 76 46 44 48 C 24 38 -24 38 -44 48 "
        "C -76 46 -96 30 -101 -6 Z",
        "long": "M -101 -6 C -112 90 -70 220 0 244 C 70 220 112 90 101 -6 C 96 30 76 46 44 48 C 24 38 -24 38 -44 48 "
        "C -76 46 -96 30 -101 -6 Z",
        "stubble": "M -99 4 C -98 60 -78 100 -46 112 C -28 126 -14 128 0 128 C 14 128 28 126 46 112 "
        "C 78 100 98 60 99 4 C 92 36 72 50 44 50 C 24 42 -24 42 -44 50 C -72 50 -92 36 -99 4 Z",
        "goatee": "M -40 58 C -24 42 24 42 40 58 C 44 76 42 110 28 128 C 16 142 -16 142 -28 128 "
        "C -42 110 -44 76 -40 58 Z",
        "pencil": "M -38 58 C -24 46 -10 48 0 52 C 10 48 24 46 38 58 C 24 55 10 57 0 58 C -10 57 -24 55 -38 58 Z",
        "moustache": "M 0 46 C 18 36 48 44 66 70 C 44 76 18 70 0 60 C -18 70 -44 76 -66 70 C -48 44 -18 36 0 46 Z",
    }
)
_CURLY = ("curls", "afro", "wild")
_BARE = frozenset({"", "bandana", "crown"})
_COVERED = frozenset({"hood", "headscarf", "helmet"})
_BELOW_HAT = "M -300 -84 L 300 -84 L 300 400 L -300 400 Z"


def draw_behind(easel: Easel) -> None:
    """What the shoulders cover."""
    look, colour = easel.look, lit(easel.colours.hair, -0.07)
    hat = look.hat.kind
    clip = "" if hat in _BARE else _BELOW_HAT
    if hat in _COVERED or (hat not in _BARE and look.hair in ("bun", "topknot")):
        return
    if look.hair == "afro":
        easel.on_head(_cloud(150, 150, 0, -52, 15, 30, look.lot("afro")), easel.colours.hair, clip)
    elif look.hair == "curls":
        easel.on_head(_cloud(122, 118, 0, -28, 13, 34, look.lot("curls")), colour, clip)
    elif look.hair == "locs":
        for number in range(12):
            x = -121 + 22 * number
            easel.line(
                f"M {x * 0.8:.0f} -60 C {x} 0 {x * 1.06:.0f} 90 {x * 1.1:.0f} {150 + 34 * (number % 3)}",
                21,
                lit(colour, -0.02 * (number % 2)),
            )
    elif path := BEHIND.get(look.hair):
        easel.on_head(path, colour, clip)


def draw_on_top(easel: Easel) -> None:
    """The hair that frames the face, with one lighter sweep in it."""
    look, colour = easel.look, easel.colours.hair
    if look.hair == "bald":
        easel.on_head("O -36 -96 26 12", lit(easel.colours.skin, 0.05), opacity=0.7)
    elif look.hat.kind in _COVERED:
        return
    elif look.hair in _CURLY:
        _draw_curls(easel)
    elif look.hat.kind not in _BARE:
        easel.on_head(ON_TOP[look.hair], colour, _BELOW_HAT)
    else:
        _draw_smooth(easel)


def _draw_smooth(easel: Easel) -> None:
    look, colour = easel.look, easel.colours.hair
    path = ON_TOP[look.hair]
    if look.hair == "undercut":
        easel.on_head(ON_TOP["buzz"], lit(colour, -0.1), opacity=0.85)
    easel.on_head(path, colour)
    easel.on_head("M 14 -190 L 140 -190 L 140 60 L 70 60 C 96 -40 70 -110 14 -190 Z", lit(colour, -0.07), inside=path)
    if look.hair not in ("buzz", "receding"):
        shine = "M -84 -70 C -70 -122 -30 -140 10 -140 C -30 -126 -62 -104 -72 -64 Z"
        easel.on_head(shine, lit(colour, 0.1), inside=path, opacity=0.8)
    if look.hair in ("long", "plait", "braids", "tied", "slick", "bun", "topknot"):
        easel.line("M -6 -146 C -10 -128 -6 -116 0 -108", 4, lit(colour, -0.12))
    if look.hair in ("bun", "topknot"):
        easel.line("M -30 -170 C -16 -186 12 -188 28 -172", 5, lit(colour, 0.09))
    if look.hair == "swept":
        easel.line("M -60 -92 C -40 -140 20 -156 70 -140", 6, lit(colour, 0.22))
        easel.line("M -84 -66 C -76 -118 -40 -150 0 -160", 6, lit(colour, 0.22))


def _draw_curls(easel: Easel) -> None:
    look, colour = easel.look, easel.colours.hair
    lot = look.lot("front curls")
    clip = "" if look.hat.kind in _BARE else _BELOW_HAT
    if look.hair == "wild" and clip:
        easel.on_head(ON_TOP["crop"], colour, clip)
        return
    if look.hair == "wild":
        spikes = _spikes(look.lot("spikes"))
        easel.on_head(spikes, colour)
        easel.on_head(
            "M 20 -220 L 200 -220 L 200 60 L 60 60 C 90 -60 60 -120 20 -220 Z", lit(colour, -0.07), inside=spikes
        )
        return
    reach = 128 if look.hair == "afro" else 108
    arc = [math.radians(angle) for angle in range(186, 356, 17)]
    bumps = [(reach * 0.82 * math.cos(angle), -28 + reach * 0.86 * math.sin(angle)) for angle in arc]
    easel.on_head(" ".join(f"O {x:.1f} {y:.1f} {lot.uniform(25, 34):.1f} 29" for x, y in bumps), colour, clip)
    for x, y in () if clip else bumps[1:6:2]:
        easel.line(
            f"M {x - 12:.1f} {y - 4:.1f} C {x - 8:.1f} {y - 18:.1f} {x + 8:.1f} {y - 18:.1f} {x + 12:.1f} {y - 6:.1f}",
            5,
            lit(colour, 0.1),
        )


def draw_in_front(easel: Easel) -> None:
    """Plaits that fall over the shoulders."""
    look, colour = easel.look, easel.colours.hair
    sides = {"plait": (-1,), "braids": (-1, 1)}.get(look.hair, ())
    for side in sides:
        for knot in range(8):
            x, y = (92 + 14 * math.sin(knot * 0.5)) * side, 84 + knot * 30
            lean = 6 if knot % 2 else -6
            easel.on_head(
                f"O {x + lean * 0.4:.1f} {y} {24 - knot * 0.6:.1f} 21",
                lit(colour, -0.03 * (knot % 2) - 0.02 * (side > 0)),
            )
            easel.line(
                f"M {x - 14:.1f} {y - 9} Q {x:.1f} {y + 2} {x + 13:.1f} {y - 10}",
                3.4,
                lit(colour, 0.11 if colour[0] < 0.6 else -0.14),
            )
        easel.line(f"M {x - 13:.1f} 318 L {x + 13:.1f} 318", 12, easel.colours.accent)


def draw_beard(easel: Easel) -> None:
    """Under the mouth, which is drawn once more on top by the face."""
    look = easel.look
    if not look.beard:
        return
    colour = easel.colours.beard
    path = BEARDS[look.beard]
    if look.beard == "stubble":
        easel.on_head(path, colour, opacity=0.4)
        return
    easel.on_head(path, colour)
    easel.on_head("M 4 20 L 130 -20 L 130 260 L 0 260 Z", lit(colour, -0.06), inside=path)
    if look.beard in ("full", "long"):
        easel.on_head(
            "M 0 44 C 18 38 44 44 58 62 C 36 66 14 64 0 58 C -14 64 -36 66 -58 62 C -44 44 -18 38 0 44 Z",
            lit(colour, -0.09),
        )
        for x in (-46, -16, 18, 48):
            easel.line(f"M {x} 104 C {x * 0.9} 118 {x * 0.84} 128 {x * 0.8} 138", 3.4, lit(colour, 0.09))


def _cloud(radius_x: float, radius_y: float, x: float, y: float, bumps: int, bump: float, lot: random.Random) -> str:
    """An oval edged with round bumps."""
    shapes = [f"O {x} {y} {radius_x} {radius_y}"]
    for number in range(bumps):
        angle = 2 * math.pi * number / bumps
        size = bump * lot.uniform(0.85, 1.15)
        shapes.append(
            f"O {x + radius_x * math.cos(angle):.1f} {y + radius_y * math.sin(angle):.1f} {size:.1f} {size:.1f}"
        )
    return " ".join(shapes)


def _spikes(lot: random.Random) -> str:
    """Hair that stands off the head in locks, over a fringe."""
    points = []
    for number in range(15):
        angle = math.radians(176 + number * 13.2)
        far = (150 + lot.uniform(-10, 28)) if number % 2 else 118
        points.append(f"{far * math.cos(angle):.1f} {-22 + far * math.sin(angle):.1f}")
    right, left = "L 96 -14 C 90 -50 76 -66 58 -74", "C -78 -64 -92 -44 -96 -6 Z"
    fringe = f"{right} L 44 -52 L 30 -78 L 10 -50 L -8 -80 L -30 -54 L -46 -76 {left}"
    return f"M {points[0]} L " + " L ".join(points[1:]) + " " + fringe
