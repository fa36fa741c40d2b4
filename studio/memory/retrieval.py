"""What comes to mind: recency, importance and relevance as numbers. Pure NumPy, no clock, no model.

Source: Park et al., Generative Agents, UIST 2023, section 4.1, https://arxiv.org/abs/2304.03442, and the two published
code bases, joonspk-research/generative_agents (`ville`) and joonspk-research/genagents.
Differs: `ville` sorts by last access ascending and then gives rank 1 the highest decay, so that upstream the *oldest*
memory counts as the most recent; here rank 1 is the latest. "idle" must be a word of its own: a bridled horse is
remembered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from studio.domain.memory import Memory, Recalled
from studio.domain.value import Value

Numbers = NDArray[np.float64]
PresetName = Literal["paper", "ville", "genagents"]

NOISE = 1e-9
SECONDS_PER_HOUR = 3600.0
_IDLE = re.compile(r"\bidle\b", re.IGNORECASE)


class Preset(Value):
    """How the three scores are weighed. `decay` is what recency keeps per unit of age: an hour since the last access,
    or a rank (1 = accessed last). At most `limit` memories, told best first or in the order they were made."""

    decay: float = Field(gt=0, le=1)
    age: Literal["hours", "rank"]
    recency: float = Field(ge=0)
    importance: float = Field(ge=0)
    relevance: float = Field(ge=0)
    limit: int = Field(ge=1)
    order: Literal["score", "time"]


PRESETS: dict[PresetName, Preset] = {
    "paper": Preset(decay=0.995, age="hours", recency=1, importance=1, relevance=1, limit=30, order="score"),
    "ville": Preset(decay=0.99, age="rank", recency=0.5, importance=2, relevance=3, limit=30, order="score"),
    "genagents": Preset(decay=0.99, age="rank", recency=0, importance=0.5, relevance=1, limit=120, order="time"),
}


class Scores(NamedTuple):
    """Four arrays of one length: each component scaled to 0–1 over the candidates, and their weighted sum."""

    recency: Numbers
    importance: Numbers
    relevance: Numbers
    total: Numbers


def recency(ages: Numbers, decay: float) -> Numbers:
    """`decay` to the power of each age (hours or steps since the last access); an age below zero, that is a time stamp
    from the future, counts as zero and gives 1."""
    faded: Numbers = decay ** np.maximum(ages, 0.0)
    return faded


def ranks(accessed: Numbers) -> Numbers:
    """1 for the latest time stamp, 2 for the next; equal ones share a rank."""
    _, position = np.unique(-accessed, return_inverse=True)
    return position.reshape(accessed.shape).astype(np.float64) + 1.0


def scaled(values: Numbers) -> Numbers:
    """Min–max to 0–1. Where all are equal (up to `NOISE`) each is 0.5: the component says nothing."""
    if values.size == 0:
        return values
    low, span = values.min(), np.ptp(values)
    if span <= NOISE:
        return np.full_like(values, 0.5)
    spread: Numbers = (values - low) / span
    return spread


def cosine(matrix: NDArray[np.floating], vector: NDArray[np.floating]) -> Numbers:
    """Cosine of each row with `vector`, −1 to 1; 0 where either has no length."""
    rows, focal = np.asarray(matrix, dtype=np.float64), np.asarray(vector, dtype=np.float64)
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows)) * np.linalg.norm(focal)
    products: Numbers = rows @ focal
    cosines: Numbers = np.divide(products, lengths, out=np.zeros_like(products), where=lengths > 0)
    return cosines


def dots(matrix: NDArray[np.float32], vector: NDArray[np.float32]) -> Numbers:
    """Product of each row with `vector`, in one thread: a product of BLAS wakes all cores for a millisecond's work, and
    on a busy machine waits for them."""
    products: Numbers = np.einsum("ij,j->i", matrix, vector).astype(np.float64)
    return products


def score(ages: Numbers, importance: Numbers, relevance: Numbers, preset: Preset) -> Scores:
    """The three components over the same candidates, scaled and summed. Ages in the preset's unit, importance and
    relevance as they are."""
    recent = scaled(recency(ages, preset.decay))
    important = scaled(importance.astype(np.float64))
    relevant = scaled(relevance.astype(np.float64))
    total = preset.recency * recent + preset.importance * important + preset.relevance * relevant
    return Scores(recent, important, relevant, total)


def weigh(memories: Sequence[Memory], relevance: Numbers, now: datetime, preset: Preset) -> Scores:
    """`score` of memories as they stand at `now`, each with its relevance (cosine)."""
    accessed = np.array([memory.accessed_at.timestamp() for memory in memories], dtype=np.float64)
    ages = ranks(accessed) if preset.age == "rank" else (now.timestamp() - accessed) / SECONDS_PER_HOUR
    return score(ages, np.array([memory.importance for memory in memories], dtype=np.float64), relevance, preset)


def told(memories: Sequence[Memory], scores: Scores) -> tuple[Recalled, ...]:
    """Each memory with the scores that brought it up, in the same order."""
    rows = np.stack(scores, axis=1).tolist()
    return tuple(
        Recalled(memory=memory, recency=recent, importance=important, relevance=relevant, score=total)
        for memory, (recent, important, relevant, total) in zip(memories, rows, strict=True)
    )


def within_budget(total: Numbers, size: Callable[[int], int], budget: int, limit: int) -> list[int]:
    """Positions, best first, of those that fit together among the `limit` best that would fit alone; `size` of a
    position is asked only where it matters.

    One that is too long is passed over, so that a single huge memory never crowds out the rest; but nothing beyond the
    `limit` best slips in for being short. Equal scores keep the order given.
    """
    chosen: list[int] = []
    left, looked = budget, 0
    for position in np.argsort(-total, kind="stable").tolist():
        if looked == limit or left <= 0:
            break
        needed = size(position)
        looked += needed <= budget
        if needed <= left:
            chosen.append(position)
            left -= needed
    return chosen


def is_idle(text: str) -> bool:
    """Whether a text reports that something is idle ("bed is idle"): such records are never candidates."""
    return "idle" in text.lower() and _IDLE.search(text) is not None
