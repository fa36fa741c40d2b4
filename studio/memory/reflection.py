"""Reflection: from what was lived through to what it means. The meter, the forms of the answers, and what of an answer
is kept. Pure.

Source: Park et al., Generative Agents, UIST 2023, section 4.2, https://arxiv.org/abs/2304.03442
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from pydantic import BaseModel, ValidationError

from studio.domain.memory import LIVED, Memory, MemoryKind
from studio.domain.words import nouns, words
from studio.llm.embedding import Vectors
from studio.memory.retrieval import cosine

FULL = 150.0
ALIKE = 0.95
UNSAID_IMPORTANCE = 3.0
OFTEN, THEMES = 3, 2
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_SAID = frozenset({"said", "did", "thought", "whispered"})
_DIGITS = re.compile(r"\d+(?:\.\d+)?")


class Questions(BaseModel):
    """What is worth asking of what was lived through, and what one means to do next."""

    questions: list[str] = []
    plan: str = ""


class Insights(BaseModel):
    """Answers to a question, each with the numbers of the memories it rests on."""

    insights: list[object] = []


class Insight(BaseModel):
    """One of them. `importance` as the model put it."""

    insight: str
    because: list[int]
    importance: object = None


def since_last(memories: Sequence[Memory]) -> tuple[Memory, ...]:
    """What was lived through after the last reflection, of memories oldest first."""
    last = max((one.created_at for one in memories if one.kind is MemoryKind.REFLECTION), default=None)
    return tuple(one for one in memories if one.kind in LIVED and (last is None or one.created_at > last))


def meter(memories: Iterable[Memory]) -> float:
    """The sum of their importance: what fills up until a character reflects."""
    return float(sum(one.importance for one in memories))


def triggers(importance: Sequence[float], full: float = FULL) -> tuple[list[tuple[int, float]], float]:
    """Where a meter runs full over these importances: position and reading each time, and what is left at the end. A
    full meter starts again from nothing."""
    fired: list[tuple[int, float]] = []
    reading = 0.0
    for position, value in enumerate(importance):
        reading += value
        if reading >= full:
            fired.append((position, reading))
            reading = 0.0
    return fired, reading


def importance_from(answer: object) -> float | None:
    """The importance a model gave, 1 to 10: from `7`, `"7/10"`, `"seven"`; None where it gave none."""
    if isinstance(answer, bool) or answer is None:
        return None
    text = str(answer).strip().lower()
    found = _DIGITS.search(text)
    if found:
        value = float(found[0])
    elif text in _NUMBERS:
        value = float(_NUMBERS.index(text) + 1)
    else:
        return None
    return min(10.0, max(1.0, value))


def grounded(answer: Insights, count: int, most: int) -> tuple[tuple[str, tuple[int, ...], float | None], ...]:
    """The insights of an answer that say something and rest on memories that exist: text, positions from 0, and the
    importance given. Anything else in the answer is dropped, never stored as a blank."""
    kept: list[tuple[str, tuple[int, ...], float | None]] = []
    for given in answer.insights:
        try:
            insight = Insight.model_validate(given)
        except ValidationError:
            continue
        text = " ".join(insight.insight.split())
        numbers = tuple(dict.fromkeys(number - 1 for number in insight.because if 1 <= number <= count))
        if text and numbers and text not in {known for known, _, _ in kept}:
            kept.append((text, numbers, importance_from(insight.importance)))
    return tuple(kept[:most])


def novel(vectors: Vectors, known: Vectors, alike: float = ALIKE) -> list[int]:
    """Positions of the rows of `vectors` that are not all but the same (cosine ≥ `alike`) as a known one or as an
    earlier one of their own."""
    kept: list[int] = []
    for position, vector in enumerate(vectors):
        others = [*known, *(vectors[earlier] for earlier in kept)]
        if not others or cosine(np.stack(others), vector).max() < alike:
            kept.append(position)
    return kept


def by_rules(
    memories: Sequence[Memory], names: Mapping[str, str], most: int
) -> tuple[tuple[str, tuple[int, ...], str], ...]:
    """Insights without a model: what each person keeps coming back to. Text, positions it rests on, and whom it tells
    of; those that rest on most come first."""
    spoken: dict[tuple[str, str], list[int]] = {}
    for position, one in enumerate(memories):
        own = {word for name in names.values() for word in words(name)} | _SAID
        for noun in nouns(one.text) - own if one.about in names else ():
            spoken.setdefault((one.about, noun), []).append(position)
    found: dict[str, list[tuple[str, list[int]]]] = {}
    for (about, noun), positions in spoken.items():
        if len(positions) >= OFTEN:
            found.setdefault(about, []).append((noun, positions))
    insights = []
    for about, themes in found.items():
        themes.sort(key=lambda theme: (-len(theme[1]), theme[0]))
        told = [noun for noun, _ in themes[:THEMES]]
        rests_on = tuple(sorted({position for _, each in themes[:THEMES] for position in each}))
        text = f"{names[about]} keeps coming back to the {' and the '.join(told)}."
        insights.append((text, rests_on, about))
    insights.sort(key=lambda insight: (-len(insight[1]), insight[0]))
    return tuple(insights[:most])
