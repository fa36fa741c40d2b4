"""How traits, the Big Five and MBTI types go together. Pure.

The four letters lean on four of the five domains: I/E on extraversion, S/N on open-mindedness, T/F on agreeableness,
J/P on conscientiousness. The first two are strong, the last two loose, so that only far ends contradict them.
Source: McCrae & Costa, Reinterpreting the Myers-Briggs Type Indicator, 1989 (correlations −.74, .72, .44, −.49).
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import NamedTuple

from studio.domain.character import BigFive
from studio.domain.options import DOMAINS, Domain, Trait

MIDDLE = 4.0
"""The middle of the scale from 1 to 7."""
REACH = 2.4
"""How far a full lean moves a score from the middle."""
NOISE = 0.8


class Axis(NamedTuple):
    """A letter pair: its place in the type, its low and high letter, the domain it leans on, and how far from the
    middle on the other side a score contradicts it."""

    place: int
    low: str
    high: str
    domain: Domain
    tolerance: float


AXES = (
    Axis(0, "I", "E", "extraversion", 1.5),
    Axis(1, "S", "N", "openness", 2.0),
    Axis(2, "T", "F", "agreeableness", 2.5),
    Axis(3, "P", "J", "conscientiousness", 2.5),
)


def letters(scores: BigFive) -> str:
    """The MBTI type these scores suggest; a score at the middle counts as high."""
    return "".join(axis.high if getattr(scores, axis.domain) >= MIDDLE else axis.low for axis in AXES)


def contradictions(mbti: str, scores: BigFive) -> tuple[Axis, ...]:
    """The axes on which a type and the scores cannot both be right."""
    return tuple(axis for axis in AXES if _against(axis, mbti, getattr(scores, axis.domain)) > axis.tolerance)


def _against(axis: Axis, mbti: str, score: float) -> float:
    """How far a score is on the side its letter is not on; negative on its own side."""
    return MIDDLE - score if mbti[axis.place] == axis.high else score - MIDDLE


def leans(traits: Iterable[Trait]) -> dict[Domain, float]:
    """What the traits come to in each domain, from -1 to 1."""
    total = dict.fromkeys(DOMAINS, 0.0)
    for trait in traits:
        for domain, lean in trait.leans.items():
            total[domain] += lean
    return {domain: max(-1.0, min(1.0, lean)) for domain, lean in total.items()}


def scores_for(traits: Iterable[Trait], mbti: str | None, rng: random.Random) -> BigFive:
    """Scores that suit the traits, on the sides a type asks for where one is given. One decimal."""
    total = leans(traits)
    found: dict[str, float] = {}
    for domain in DOMAINS:
        score = MIDDLE + REACH * total[domain] + rng.uniform(-NOISE, NOISE)
        axis = next((axis for axis in AXES if axis.domain == domain), None)
        if axis is not None and mbti:
            off = _against(axis, mbti, score)
            if off > -0.1:
                side = 1 if mbti[axis.place] == axis.high else -1
                score = MIDDLE + side * rng.uniform(0.3, 1.2)
        found[domain] = round(max(1.0, min(7.0, score)), 1)
    return BigFive(**found)


def strained(trait: Trait, scores: BigFive | None, mbti: str | None) -> bool:
    """Whether a trait says the opposite of scores or type: a strong lean against a score well on the other side, or
    against the extraversion letter, the only one a single trait can contradict."""
    for domain, lean in trait.leans.items():
        if abs(lean) < 0.6:
            continue
        if scores is not None and (getattr(scores, domain) - MIDDLE) * (1 if lean > 0 else -1) < -1.5:
            return True
        if scores is None and mbti and domain == "extraversion" and (mbti[0] == "E") != (lean > 0):
            return True
    return False
