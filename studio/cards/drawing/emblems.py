"""One sign for what somebody does, cut from two colours like a stamp."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from studio.cards.drawing.canvas import Canvas, Frame
from studio.cards.drawing.palette import Colour

Layer = tuple[bool, float, str]
"""Drawn in the sign's colour (else in that of the disc); stroke width, 0 to fill; path in a box of ±50."""

TRADES: tuple[tuple[str, str], ...] = (
    (r"\bchess\b", "rook"),
    (r"violin|cello|luthier", "violin"),
    (r"stage manager|timekeep|watchmak|clock", "stopwatch"),
    (r"prop maker|painter|artist|illustrat|designer|decorat", "brush"),
    (r"actor|actress|pantomime|theatre|drama|comedian|clown", "mask"),
    (r"union|delegate|activist|politic|campaign|speaker", "megaphone"),
    (r"mediator|lawyer|judge|attorney|solicitor|notary|diplomat", "scales"),
    (r"apprentice|carpenter|joiner|builder's|smith", "mallet"),
    (r"boat", "sailboat"),
    (r"harbour|harbor|naval|admiral|dock", "anchor"),
    (r"navigat|explor|cartograph|geograph|travel|guide\b", "compass"),
    (r"galley|chef|cook|baker|caterer|restaurant", "pot"),
    (r"\btug\b|astronaut|cosmonaut|starship|\bspace|astronom", "planet"),
    (r"ferry|sailor|purser|seaman|lifeguard|coastguard", "lifebuoy"),
    (r"crane|docker|stevedore", "hook"),
    (r"porter|barista|caf[eé]|waiter|waitress|steward", "cup"),
    (r"hotel|concierge|receptionist|butler|housekeep", "bell"),
    (r"landlady|landlord|innkeep|brewer|bartend|tavern|publican", "tankard"),
    (r"hearth|chimney|estate agent|architect|caretaker|landlord", "house"),
    (r"killer|knight|slayer|soldier|warrior|mercenary|ranger|paladin|sword", "sword"),
    (r"doctor|nurse|surgeon|medic|dentist|pharmac|\bvet\b|midwife", "cross"),
    (r"biolog|chemist|scien|alchem|physic|laborator", "flask"),
    (r"poet|writer|author|novel|journalis|scribe|clerk|report", "quill"),
    (r"rugby|football|prop forward|goalkeep|athlete|player|coach|gymnas", "ball"),
    (r"teacher|professor|librar|student|pupil|scholar|histor|editor|translat", "book"),
    (r"detective|inspector|investigat|spy\b|analyst|research|archaeolog", "lens"),
    (r"police|sheriff|guard|constable|marshal", "star"),
    (r"program|developer|software|hacker|engineer.*software|data\b|web", "brackets"),
    (r"engineer|mechanic|plumber|electrician|technician|robot|inventor", "gear"),
    (r"garden|farm|botan|forest|herbal|florist|vintner|ecolog", "leaf"),
    (r"music|sing|tenor|composer|piano|guitar|band|dj\b|fiddl|opera", "note"),
    (r"photograph|film|cinema|camera|direct", "camera"),
    (r"pilot|flight|aviat|courier|post|mail", "plane"),
    (r"king|queen|prince|duke|noble|emperor|lord\b|lady\b", "crown"),
    (r"wizard|witch|mage|sorcer|fortune|astrolog|dream", "moon"),
    (r"thief|burglar|locksmith|smuggl|pirate|rogue|jail", "key"),
    (r"bank|merchant|trader|account|tax|broker|sales|shop|money|financ", "coin"),
    (r"priest|monk|nun\b|vicar|rabbi|imam|healer|undertak", "flame"),
    (r"fish|swim|diver|marine|aquari", "fish"),
    (r"driver|bus\b|taxi|truck|captain|helms", "wheel"),
    (r"psycholog|therap|counsel|social work|carer|parent|nanny", "heart"),
    (r"hunter|archer|scout", "arrow"),
    (r"dog|cat\b|animal|zoo|groom|stable", "paw"),
)
PLAIN = ("sun", "moon", "star", "wave", "leaf", "heart", "flame")


def emblem(career: str, seed: int) -> str:
    """The sign that suits a career; one of seven plain ones where none does."""
    words = career.lower()
    found = next((sign for pattern, sign in TRADES if re.search(pattern, words)), None)
    return found or PLAIN[seed % len(PLAIN)]


def draw_emblem(canvas: Canvas, sign: str, frame: Frame, colour: Colour, disc: Colour) -> None:
    """Draw the sign; the disc under it is somebody else's."""
    for in_colour, width, path in SIGNS[sign]:
        if width:
            canvas.stroke(path, width, colour if in_colour else disc, frame)
        else:
            canvas.fill(path, colour if in_colour else disc, frame)


_STAR = "M 0 -46 L 11 -16 L 44 -15 L 18 5 L 28 37 L 0 18 L -28 37 L -18 5 L -44 -15 L -11 -16 Z"
_TOOTH = (
    "M -9 -47 L 9 -47 L 11 47 L -11 47 Z M -47 -9 L -47 9 L 47 11 L 47 -11 Z "
    "M -40 -27 L -27 -40 L 40 27 L 27 40 Z M 27 -40 L 40 -27 L -27 40 L -40 27 Z"
)

SIGNS: Mapping[str, tuple[Layer, ...]] = MappingProxyType(
    {
        "rook": (
            (
                True,
                0,
                "M -28 -42 L -14 -42 L -14 -32 L -7 -32 L -7 -42 L 7 -42 L 7 -32 L 14 -32 L 14 -42 L 28 -42 "
                "L 26 -16 L 17 -10 L 22 26 L 32 32 L 34 46 L -34 46 L -32 32 L -22 26 L -17 -10 L -26 -16 Z",
            ),
            (False, 4, "M -22 26 L 22 26"),
            (False, 4, "M -17 -9 L 17 -9"),
        ),
        "violin": (
            (
                True,
                0,
                "M 0 46 C -24 46 -32 26 -22 14 C -14 6 -18 0 -20 -6 C -22 -18 -10 -22 0 -22 C 10 -22 22 -18 20 -6 "
                "C 18 0 14 6 22 14 C 32 26 24 46 0 46 Z",
            ),
            (True, 7, "M 0 -20 L 0 -46"),
            (True, 6, "M -9 -40 L 9 -42"),
            (False, 3.6, "M -11 2 C -16 8 -6 16 -11 24"),
            (False, 3.6, "M 11 2 C 16 8 6 16 11 24"),
            (False, 3, "M 0 -20 L 0 34"),
        ),
        "stopwatch": (
            (True, 0, "O 0 8 37 37 M -7 -46 L 7 -46 L 7 -28 L -7 -28 Z"),
            (True, 7, "M 26 -26 L 34 -34"),
            (True, 7, "M -12 -45 L 12 -45"),
            (False, 0, "O 0 8 27 27"),
            (True, 6, "M 0 8 L 0 -10"),
            (True, 6, "M 0 8 L 13 15"),
        ),
        "brush": (
            (True, 9, "M 40 -42 L 2 4"),
            (True, 0, "M 8 -2 L 16 8 C 12 30 -10 46 -42 40 C -26 34 -30 20 -22 10 C -14 0 0 -6 8 -2 Z"),
            (False, 4, "M 0 -4 L 14 10"),
        ),
        "mask": (
            (True, 0, "M -40 -36 C -16 -24 16 -24 40 -36 C 46 6 30 46 0 46 C -30 46 -46 6 -40 -36 Z"),
            (
                False,
                0,
                "M -27 -8 C -22 -18 -12 -18 -7 -8 C -13 -2 -21 -2 -27 -8 Z M 27 -8 C 22 -18 12 -18 7 -8 "
                "C 13 -2 21 -2 27 -8 Z M -20 12 C -8 18 8 18 20 12 C 16 34 -16 34 -20 12 Z",
            ),
        ),
        "megaphone": (
            (True, 0, "M -40 -12 L -16 -12 L 26 -38 L 26 34 L -16 10 L -40 10 Z M -30 12 L -14 12 L -8 40 L -22 40 Z"),
            (True, 7, "M 38 -16 C 46 -6 46 4 38 14"),
            (False, 4, "M -16 -14 L -16 12"),
        ),
        "scales": (
            (True, 6, "M 0 -40 L 0 40"),
            (True, 6, "M -34 -28 L 34 -28"),
            (True, 7, "M -18 42 L 18 42"),
            (True, 3, "M -34 -28 L -48 8 L -20 8 L -34 -28"),
            (True, 3, "M 34 -28 L 48 8 L 20 8 L 34 -28"),
            (True, 0, "M -50 8 L -18 8 C -20 26 -48 26 -50 8 Z M 50 8 L 18 8 C 20 26 48 26 50 8 Z O 0 -42 6 6"),
        ),
        "mallet": (
            (True, 9, "M -34 42 L 12 -8"),
            (True, 0, "M -12 -28 L 14 -50 L 48 -14 L 22 10 Z"),
            (False, 4, "M -2 -36 L 32 0"),
        ),
        "sailboat": (
            (
                True,
                0,
                "M -46 20 L 46 20 C 40 40 26 44 0 44 C -26 44 -40 40 -46 20 Z M 4 -46 C 30 -30 38 -6 38 12 L 4 12 Z "
                "M -4 -32 L -4 12 L -34 12 C -30 -8 -18 -22 -4 -32 Z",
            ),
        ),
        "anchor": (
            (True, 8, "M 0 -26 L 0 42"),
            (True, 8, "M -38 12 C -34 36 -14 42 0 42 C 14 42 34 36 38 12"),
            (True, 7, "M -18 -14 L 18 -14"),
            (True, 6, "O 0 -36 9 9"),
            (True, 0, "M -48 20 L -38 0 L -26 18 Z M 48 20 L 38 0 L 26 18 Z"),
        ),
        "compass": (
            (True, 6, "O 0 0 43 43"),
            (True, 0, "M 0 -36 L 12 0 L 0 36 L -12 0 Z M -36 0 L 0 -9 L 36 0 L 0 9 Z"),
            (False, 0, "O 0 0 6 6"),
        ),
        "pot": (
            (
                True,
                0,
                "M -36 -6 L 36 -6 L 32 36 C 30 42 -30 42 -32 36 Z M -42 -18 L 42 -18 L 42 -9 L -42 -9 Z O 0 -24 8 8",
            ),
            (True, 7, "M -38 4 L -48 4"),
            (True, 7, "M 38 4 L 48 4"),
            (True, 4, "M -16 -34 C -22 -40 -10 -44 -16 -50"),
            (True, 4, "M 16 -34 C 10 -40 22 -44 16 -50"),
        ),
        "planet": (
            (True, 0, "O 0 0 28 28"),
            (False, 11, "M -40 15 C -20 16 30 -6 42 -20"),
            (True, 6, "M -22 2 C -42 10 -52 20 -46 24 C -34 30 36 0 46 -18 C 50 -26 36 -26 22 -20"),
        ),
        "lifebuoy": (
            (True, 0, "O 0 0 45 45"),
            (
                False,
                0,
                "M -9 -46 L 9 -46 L 7 -18 L -7 -18 Z M -9 46 L 9 46 L 7 18 L -7 18 Z "
                "M -46 -9 L -46 9 L -18 7 L -18 -7 Z M 46 -9 L 46 9 L 18 7 L 18 -7 Z",
            ),
            (True, 3.4, "O 0 0 44 44"),
            (False, 0, "O 0 0 20 20"),
            (True, 3.4, "O 0 0 20 20"),
        ),
        "hook": (
            (True, 7, "M 0 -50 L 0 -22"),
            (True, 0, "M -16 -34 L 16 -34 L 16 -14 L -16 -14 Z"),
            (True, 10, "M 0 -10 L 0 2 C 24 4 30 38 2 40 C -16 40 -24 28 -22 16"),
        ),
        "cup": (
            (
                True,
                0,
                "M -36 -8 L 26 -8 C 26 22 16 34 -5 34 C -26 34 -36 22 -36 -8 Z M -46 38 L 36 38 L 30 46 L -40 46 Z",
            ),
            (True, 7, "M 26 0 C 46 -4 46 22 20 20"),
            (True, 5, "M -16 -18 C -24 -28 -8 -34 -16 -46"),
            (True, 5, "M 6 -18 C -2 -28 14 -34 6 -46"),
        ),
        "bell": (
            (
                True,
                0,
                "M -42 22 C -40 -14 -24 -26 0 -26 C 24 -26 40 -14 42 22 Z M -48 28 L 48 28 L 48 40 L -48 40 Z "
                "O 0 -34 9 9",
            ),
            (False, 4.5, "M -26 10 C -24 -4 -18 -12 -8 -15"),
        ),
        "tankard": (
            (True, 0, "M -34 -20 L 20 -20 L 20 42 L -34 42 Z O -26 -24 13 13 O -6 -30 14 14 O 12 -24 13 13"),
            (True, 9, "M 22 -6 C 48 -8 48 30 22 28"),
            (False, 4, "M -18 -4 L -18 32"),
            (False, 4, "M 2 -4 L 2 32"),
        ),
        "house": (
            (True, 0, "M -44 0 L 0 -38 L 44 0 L 34 0 L 34 42 L -34 42 L -34 0 Z M 16 -46 L 32 -46 L 32 -8 L 16 -22 Z"),
            (False, 0, "M -10 42 L -10 14 L 10 14 L 10 42 Z"),
            (True, 4.5, "M -4 -48 C -12 -44 -2 -54 -12 -52"),
        ),
        "sword": (
            (True, 0, "M 42 -46 L 44 -30 L -8 22 L -20 10 Z"),
            (True, 8, "M -30 4 L 0 34"),
            (True, 8, "M -16 18 L -36 38"),
            (True, 0, "O -40 42 8 8"),
            (False, 3, "M 34 -38 L -12 10"),
        ),
        "cross": (
            (
                True,
                0,
                "M -15 -44 L 15 -44 L 15 44 L -15 44 Z M -44 -15 L 44 -15 L 44 15 L -44 15 Z",
            ),
        ),
        "flask": (
            (
                True,
                0,
                "M -12 -44 L 12 -44 L 12 -14 L 38 34 C 40 42 36 46 30 46 L -30 46 C -36 46 -40 42 -38 34 L -12 -14 Z",
            ),
            (True, 7, "M -17 -44 L 17 -44"),
            (False, 0, "M -14 6 L 14 6 L 27 32 C 28 36 26 37 24 37 L -24 37 C -26 37 -28 36 -27 32 Z"),
            (True, 0, "O -8 26 6 6 O 9 20 4.5 4.5"),
        ),
        "quill": (
            (True, 0, "M 44 -46 C 8 -44 -22 -16 -24 20 C 10 18 30 -4 32 -14 L 22 -14 C 34 -22 42 -32 44 -46 Z"),
            (True, 5.5, "M -20 16 L -40 44"),
            (False, 3.4, "M -20 16 C -4 -8 14 -24 30 -34"),
        ),
        "ball": (
            (True, 0, "M -40 32 C -52 -8 -8 -52 34 -40 C 46 2 2 46 -40 32 Z"),
            (False, 4.5, "M -24 18 L 18 -24"),
            (False, 4, "M -14 -4 L 4 14"),
            (False, 4, "M -4 -14 L 14 4"),
        ),
        "book": (
            (
                True,
                0,
                "M -4 -26 C -20 -38 -40 -36 -46 -32 L -46 32 C -38 28 -18 28 -4 38 Z "
                "M 4 -26 C 20 -38 40 -36 46 -32 L 46 32 C 38 28 18 28 4 38 Z",
            ),
            (False, 4, "M 14 -14 C 22 -19 30 -19 36 -17"),
            (False, 4, "M 14 2 C 22 -3 30 -3 36 -1"),
        ),
        "lens": ((True, 9, "O -8 -8 28 28"), (True, 12, "M 16 16 L 38 38")),
        "star": ((True, 0, _STAR),),
        "brackets": (
            (True, 9, "M -20 -26 L -44 0 L -20 26"),
            (True, 9, "M 20 -26 L 44 0 L 20 26"),
            (True, 8, "M 9 -34 L -9 34"),
        ),
        "gear": ((True, 0, f"O 0 0 36 36 {_TOOTH}"), (False, 0, "O 0 0 15 15")),
        "leaf": (
            (True, 0, "M 40 -44 C -20 -44 -48 -14 -32 24 C 4 42 40 14 40 -44 Z"),
            (True, 6, "M -44 42 L -24 16"),
            (False, 4, "M -26 18 C -10 -2 8 -18 26 -30"),
        ),
        "note": (
            (True, 0, "O -26 32 16 12 O 24 22 16 12 M -17 -30 L 40 -42 L 40 -26 L -17 -14 Z"),
            (True, 7, "M -13.5 32 L -13.5 -24"),
            (True, 7, "M 36.5 22 L 36.5 -34"),
        ),
        "camera": (
            (True, 0, "M -46 -20 L -22 -20 L -14 -34 L 14 -34 L 22 -20 L 46 -20 L 46 36 L -46 36 Z"),
            (False, 0, "O 0 8 21 21"),
            (True, 0, "O 0 8 12 12"),
        ),
        "plane": ((True, 0, "M -48 -4 L 48 -42 L 12 44 L -4 10 Z"), (False, 4, "M 44 -38 L -4 10")),
        "crown": (
            (
                True,
                0,
                "M -44 30 L -48 -26 L -22 -2 L 0 -38 L 22 -2 L 48 -26 L 44 30 Z M -44 34 L 44 34 L 44 44 L -44 44 Z",
            ),
            (False, 0, "O -20 18 5 5 O 0 18 5 5 O 20 18 5 5"),
        ),
        "moon": (
            (
                True,
                0,
                "M 12 -46 C -28 -46 -50 -14 -40 16 C -30 46 10 54 38 28 C 4 34 -20 8 -12 -20 C -8 -34 0 -42 12 -46 Z",
            ),
        ),
        "key": (
            (True, 9, "O -22 -18 18 18"),
            (True, 9, "M -8 -4 L 36 40"),
            (True, 8, "M 22 26 L 34 14"),
            (True, 8, "M 34 38 L 44 28"),
        ),
        "coin": ((True, 0, "O 0 0 44 44"), (False, 4, "O 0 0 34 34"), (False, 0, "M 0 -22 L 14 0 L 0 22 L -14 0 Z")),
        "flame": (
            (
                True,
                0,
                "M 4 -48 C 10 -22 38 -10 34 18 C 32 38 16 46 0 46 C -18 46 -34 34 -34 14 C -34 0 -24 -8 -20 -22 "
                "C -12 -16 -8 -10 -8 -2 C 2 -14 6 -30 4 -48 Z",
            ),
            (False, 0, "M 2 8 C 8 18 18 22 14 34 C 8 42 -10 42 -14 32 C -16 22 -2 20 2 8 Z"),
        ),
        "fish": (
            (True, 0, "M -44 0 C -24 -32 12 -30 26 -4 L 46 -22 L 46 22 L 26 4 C 12 30 -24 32 -44 0 Z"),
            (False, 0, "O -24 -5 5 5"),
        ),
        "wheel": (
            (True, 8, "O 0 0 32 32"),
            (True, 6, "M 0 -48 L 0 48"),
            (True, 6, "M -48 0 L 48 0"),
            (True, 6, "M -34 -34 L 34 34"),
            (True, 6, "M 34 -34 L -34 34"),
            (True, 0, "O 0 0 11 11"),
        ),
        "heart": (
            (True, 0, "M 0 42 C -60 2 -44 -40 -20 -38 C -8 -38 0 -28 0 -22 C 0 -28 8 -38 20 -38 C 44 -40 60 2 0 42 Z"),
        ),
        "arrow": (
            (True, 7, "M -36 36 L 30 -30"),
            (True, 0, "M 46 -46 L 38 -10 L 10 -38 Z M -48 30 L -30 30 L -30 48 L -22 40 L -22 22 L -40 22 Z"),
        ),
        "paw": (
            (
                True,
                0,
                "M 0 -2 C 20 -2 32 18 28 32 C 24 44 8 36 0 36 C -8 36 -24 44 -28 32 C -32 18 -20 -2 0 -2 Z "
                "O -34 -6 10 14 O -14 -28 11 15 O 14 -28 11 15 O 34 -6 10 14",
            ),
        ),
        "sun": (
            (True, 0, "O 0 0 22 22"),
            (True, 7, "M 0 -46 L 0 -34"),
            (True, 7, "M 0 46 L 0 34"),
            (True, 7, "M -46 0 L -34 0"),
            (True, 7, "M 46 0 L 34 0"),
            (True, 7, "M -33 -33 L -24 -24"),
            (True, 7, "M 33 33 L 24 24"),
            (True, 7, "M -33 33 L -24 24"),
            (True, 7, "M 33 -33 L 24 -24"),
        ),
        "wave": (
            (True, 8, "M -46 -18 C -30 -36 -16 -36 0 -18 C 16 0 30 0 46 -18"),
            (True, 8, "M -46 6 C -30 -12 -16 -12 0 6 C 16 24 30 24 46 6"),
            (True, 8, "M -46 30 C -30 12 -16 12 0 30 C 16 48 30 48 46 30"),
        ),
    }
)
