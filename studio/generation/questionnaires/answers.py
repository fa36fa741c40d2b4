"""Answers to a questionnaire: read strictly, scored with what is missing said. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from studio.domain.value import Value
from studio.errors import Invalid

LOWEST, HIGHEST = 1, 7
STRAIGHT = 25 / 30
"""The share of equal answers above which somebody may have ticked without reading."""

_NUMBER = re.compile(r"(?:.*\D)?(\d{1,3})")


class Item(Value):
    """One statement. `scale` is the finest thing it measures, a facet or a value; a `reversed_` one counts 8 − x."""

    number: int
    text: str
    scale: str
    reversed_: bool = False

    def score(self, answer: int) -> int:
        """What an answer counts."""
        return LOWEST + HIGHEST - answer if self.reversed_ else answer


class Band(Value):
    """A stretch of the scale and its word. `edge` is the upper edge; it belongs to the band where `closed`."""

    edge: float
    word: str
    closed: bool = False


def banded(score: float, bands: Sequence[Band]) -> str:
    """The word for a score."""
    return next(
        (band.word for band in bands if score < band.edge or (band.closed and score == band.edge)), bands[-1].word
    )


def read_answers(
    given: Mapping[str, object] | Mapping[int, object], items: Sequence[Item], moved: Mapping[int, int] | None = None
) -> dict[int, int]:
    """Item → answer from 1 to 7. Keys are numbers or end in one (`D1PB-7`); `moved` tells keys that mean another item.

    Raises: Invalid for a key that is no item, one that is given twice, or an answer that is not 1, 2, … 7.
    """
    known = {item.number for item in items}
    found: dict[int, int] = {}
    for key, value in given.items():
        match = _NUMBER.fullmatch(str(key))
        number = int(match[1]) if match else 0
        number = (moved or {}).get(number, number)
        if number not in known:
            raise Invalid(f"There is no item '{str(key)[:40]}': items are numbered 1 to {len(items)}.")
        if number in found:
            raise Invalid(f"Item {number} is answered twice. Keep one answer.")
        found[number] = _answer(key, value)
    return found


def _answer(key: object, value: object) -> int:
    text = str(value).strip()
    if not isinstance(value, bool) and re.fullmatch(r"[1-7](\.0)?", text):
        return int(text[0])
    raise Invalid(
        f"The answer to {str(key)[:40]} is {str(value)[:40]!r}: give a whole number from {LOWEST} to {HIGHEST}."
    )


def mean(scores: Sequence[float]) -> float | None:
    """The mean; None of nothing."""
    return sum(scores) / len(scores) if scores else None


def doubts(answers: Mapping[int, int], items: Sequence[Item]) -> tuple[str, ...]:
    """What is odd about a set of answers: many alike, all of them the middle, some missing."""
    found = []
    missing = [item.number for item in items if item.number not in answers]
    if missing:
        found.append(f"{len(missing)} of {len(items)} are not answered: {', '.join(map(str, missing[:12]))}.")
    if answers:
        commonest, count = Counter(answers.values()).most_common(1)[0]
        if count == len(answers) and len(answers) > 1:
            found.append(f"Every answer is {commonest}: that says nothing about anybody.")
        elif count > STRAIGHT * len(items):
            found.append(f"{count} of {len(answers)} answers are {commonest}: were the statements read?")
    return tuple(found)
