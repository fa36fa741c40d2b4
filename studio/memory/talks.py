"""Talks as long-term dialogue memory sees them: where one ends, what it was about, how long ago, how well it fits a
question. Pure.

Source: Li et al., LD-Agent, NAACL 2025, sections 3.1 and 3.2, https://arxiv.org/abs/2406.05925, and its published code
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise

from studio.domain.memory import LIVED, Memory, MemoryKind
from studio.domain.words import lemma, nouns, telling, words
from studio.memory.traits import spoken

GAP_SECONDS = 3600.0
DECAY_SECONDS = 1e7
LEAST_COSINE = 0.5
SUMMARY_WORDS = 20
MINUTE, HOUR, DAY, MONTH, YEAR = 60, 3600, 86_400, 2_592_000, 31_536_000
_UNITS = ((YEAR, "year"), (MONTH, "month"), (DAY, "day"), (HOUR, "hour"), (MINUTE, "minute"))
_SENTENCE = re.compile(r"(?<=[.!?…])\s+")


def closes(last: datetime, now: datetime, gap_seconds: float = GAP_SECONDS) -> bool:
    """Whether a talk whose last turn was then is over now: only when more than the gap has passed."""
    return (now - last).total_seconds() > gap_seconds


def decay(age_seconds: float, decay_seconds: float = DECAY_SECONDS) -> float:
    """How much of a memory's weight is left, 0 to 1; 1 for one from the future."""
    return math.exp(-max(0.0, age_seconds) / decay_seconds)


def score(kept: float, topical: float, semantic: float, *, paper: bool, least_cosine: float | None) -> float:
    """A closed talk against a question: decay, topic overlap and cosine. The paper adds overlap and cosine and asks for
    a least cosine; the code goes by overlap alone. 0: not to be told."""
    if paper:
        return kept * (semantic + topical) if least_cosine is None or semantic >= least_cosine else 0.0
    return kept * topical


def age(seconds: float) -> str:
    """How long ago, in years of 365 and months of 30 days: `1 month 3 days`; `moments` under a minute."""
    left, told = int(max(0.0, seconds)), []
    for length, name in _UNITS:
        count, left = divmod(left, length)
        if count:
            told.append(f"{count} {name}{'' if count == 1 else 's'}")
    return " ".join(told) or "moments"


def apart(lived: Sequence[Memory], gap_seconds: float = GAP_SECONDS) -> tuple[tuple[Memory, ...], ...]:
    """What was lived through, oldest first, cut into talks: at another session, and at a gap."""
    found: list[list[Memory]] = [[lived[0]]] if lived else []
    for before, one in pairwise(lived):
        if one.session != before.session or closes(before.created_at, one.created_at, gap_seconds):
            found.append([])
        found[-1].append(one)
    return tuple(map(tuple, found))


def untold(memories: Iterable[Memory]) -> tuple[Memory, ...]:
    """What was lived through and is in no summary yet, in the order given."""
    every = tuple(memories)
    covered = {source for one in every if one.kind is MemoryKind.SUMMARY for source in one.sources}
    return tuple(one for one in every if one.kind in LIVED and not covered.issuperset(one.sources))


def topics(talk: Iterable[Memory], names: Iterable[str] = ()) -> tuple[str, ...]:
    """The nouns of a talk, sorted, without those of the people's names."""
    own = {lemma(word) for name in names for word in words(name)}
    return tuple(sorted(frozenset().union(*(nouns(spoken(one.text)) for one in talk)) - own))


def shortened(text: str, most: int = SUMMARY_WORDS) -> str:
    """A summary as it is kept: one line, at most so many words."""
    kept = text.split()
    return " ".join(kept) if len(kept) <= most else " ".join(kept[:most]).rstrip(",;:") + "…"


def summed_up(talk: Sequence[Memory], most: int = SUMMARY_WORDS) -> str:
    """A summary without a model: the two lines that say most of what the talk was about, in their order, each cut so
    that both have room."""
    said = [one.text for one in talk]
    weight: dict[str, int] = {}
    for text in said:
        for word in telling(text, least_letters=4):
            weight[word] = weight.get(word, 0) + 1
    worth = [sum(weight[word] for word in telling(text, least_letters=4)) for text in said]
    best = sorted(sorted(range(len(said)), key=lambda position: (-worth[position], position))[:2])
    return " ".join(shortened(_SENTENCE.split(said[position])[0], most // len(best)) for position in best)
