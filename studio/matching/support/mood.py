"""How the one who is listened to is doing, and when a talk has done its work. Pure.

Source: Tu et al., CharacterChat, 2023, section 3.2, https://arxiv.org/abs/2308.10278.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

LOWEST, HIGHEST = 0, 5
GOOD = 4
FEWEST_SCORES = 5
LAST = 2
GOODBYES = 2
MAX_TURN = 20
_NUMBER = re.compile(r"-?\d+")

WORDS = ("at the end of their tether", "low", "uneasy", "so-so", "better", "well")


def lifted(scores: Sequence[int]) -> bool:
    """Whether a talk may close: five scores or more, the last two of them 4 or 5."""
    return len(scores) >= FEWEST_SCORES and all(score >= GOOD for score in scores[-LAST:])


def near_cap(turn: int, max_turn: int = MAX_TURN) -> bool:
    """Whether from this line on only the goodbyes fit: lines are counted from 0, and the last is `max_turn`."""
    return turn > max_turn - GOODBYES


def closing(scores: Sequence[int], turn: int, max_turn: int = MAX_TURN) -> bool:
    """Whether this line and the next are goodbyes."""
    return lifted(scores) or near_cap(turn, max_turn)


def read_mood(answer: str) -> int | None:
    """The first number of an answer as a mood 0–5; None where there is none in range, which scores nothing."""
    found = _NUMBER.search(answer)
    value = int(found[0]) if found and len(found[0]) < 4 else None
    return value if value is not None and LOWEST <= value <= HIGHEST else None


def gauge(scores: Sequence[int]) -> str:
    """The mood in words, and where it is heading."""
    if not scores:
        return "not known yet"
    heading = ""
    if len(scores) > 1 and scores[-1] != scores[-2]:
        heading = ", rising" if scores[-1] > scores[-2] else ", falling"
    return f"{WORDS[scores[-1]]}{heading}"
