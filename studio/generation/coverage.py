"""Which picks show in a text, and which went lost. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from studio.domain.character import Character

STEM = 5
"""How many letters of a word must be found: enough to meet `paint`, `paints` and `painting` alike."""
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_EMPTY = re.compile(
    "a|an|and|any|are|as|at|be|been|by|can|do|does|else|ever|for|from|get|give|had|has|have|her|him|his|if|in|into|is|it|"
    "its|keep|let|make|never|no|not|of|off|on|once|one|only|or|out|over|see|so|take|than|that|the|their|them|then|they|"
    "this|to|too|up|upon|was|were|what|when|where|which|while|who|whom|whose|will|with|without|would|you|your"
)
"""Words that carry no meaning of their own."""


def stems(text: str) -> frozenset[str]:
    """The beginnings of the words that carry meaning, in lower case."""
    words = (word.casefold() for word in _WORD.findall(text))
    return frozenset(word[:STEM] for word in words if not _EMPTY.fullmatch(word))


def picks(character: Character) -> tuple[str, ...]:
    """What was picked for a character: career, aspiration, traits, skills, each as it is written there."""
    single = (character.career, character.aspiration)
    return (*(pick for pick in single if pick), *character.traits, *character.skills)


def unseen(wanted: Iterable[str], texts: Iterable[str]) -> tuple[str, ...]:
    """Those picks of which fewer than half of the words that carry meaning stand in the texts taken together.

    Compared by their beginnings, so a synonym counts as unseen: a hint to look, not a fault.
    """
    found = frozenset[str]().union(*map(stems, texts))
    return tuple(pick for pick in wanted if (needed := stems(pick)) and len(needed & found) * 2 < len(needed))
