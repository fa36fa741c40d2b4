"""Which of one's memories to bring up next, and which have been brought up too often. Pure.

Source: Tu et al., CharacterChat, 2023, section 3.2, https://arxiv.org/abs/2308.10278.
Differs: upstream breaks off where no memory is left; here none is used then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from studio.matching.lexical import content_words
from studio.matching.profile import ASPECTS, WORRY
from studio.matching.topics import about

WINDOW = 5
OFTEN = 3
MORE = "additional_information"
NEVER_CHOSEN = frozenset({"name", "gender", "age", "region", "tone", "job", "personality", MORE})
ELSE_CHANCE = 0.5
"""How likely additional information is used where no memory fits."""
NONE = ""


def barred(window: Sequence[str]) -> frozenset[str]:
    """The aspects that occur three or more times among the last five chosen by both speakers; choices of nothing do not
    count as an aspect."""
    counted = Counter(aspect for aspect in window[-WINDOW:] if aspect)
    return frozenset(aspect for aspect, times in counted.items() if times >= OFTEN)


def choosable(memories: Mapping[str, str], role: str, window: Sequence[str]) -> tuple[str, ...]:
    """The aspects a speaker may bring up: a supporter not their own worry, nobody one that is barred. Empty where none
    is left."""
    shut = barred(window) | NEVER_CHOSEN | (frozenset({WORRY}) if role == "supporter" else frozenset())
    return tuple(aspect for aspect in memories if aspect not in shut and memories[aspect].strip())


def by_overlap(heard: str, memories: Mapping[str, str], choices: Sequence[str]) -> str:
    """The aspect whose memory is nearest to what was heard: shared words and shared topics. Empty where none shares
    anything, so that a memory is not forced into every line."""
    own, felt = set(content_words(heard)), set(about(heard))
    best, best_worth = NONE, 0.0
    for aspect in choices:
        words = set(content_words(memories[aspect]))
        shared = len(own & words) / max(1.0, len(words) ** 0.5)
        worth = shared + 0.5 * len(felt & set(about(memories[aspect], most=6)))
        if worth > best_worth:
            best, best_worth = aspect, worth
    return best


def understood(answer: str, choices: Sequence[str]) -> str:
    """The aspect a model named, however it wrote it; empty for NONE, for a barred one, and for anything else."""
    plain = answer.casefold().replace(" ", "_").replace("-", "_")
    named = [aspect for aspect in choices if aspect in plain]
    return max(named, key=len) if named else NONE


def broken(windows: Iterable[Sequence[str]]) -> int:
    """How many choices of recorded talks (each the aspects in order, empty for none) name an aspect barred at the
    time."""
    found = 0
    for chosen in windows:
        for at, aspect in enumerate(chosen):
            found += bool(aspect) and aspect in barred(chosen[:at])
    return found


def in_order(memories: Mapping[str, str]) -> dict[str, str]:
    """Memories in the paper's order of aspects, others after them."""
    return {name: memories[name] for name in (*ASPECTS, *memories) if memories.get(name, "").strip()}
