"""Several ways to find a memory, weighed together: meaning, words, recency, importance, and whom it is about."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from studio.domain.memory import Recalled
from studio.llm.tokens import estimate
from studio.memory import retrieval
from studio.memory.base import Ask, MemoryBank, MemoryPolicy
from studio.memory.retrieval import SECONDS_PER_HOUR, Numbers
from studio.registry import Card

NEAREST, MATCHING, NEWEST = 100, 100, 50
HALF = 12.0
"""The BM25 score that counts half: the third telling word shared says less than the first."""
DECAY = 0.995


class Hybrid(MemoryPolicy):
    """Candidates are what is nearest in meaning, what shares the most telling words (BM25), and what is newest. Each
    gets its cosine with the focal text, its words (BM25 ÷ (BM25 + 12), so that they saturate), its recency (0.995 an
    hour since it last came to mind), its importance, and whether it is about a person concerned; the weighted sum
    decides. None of them is scaled to the candidates, so that a score means the same at every turn.

    The weights were chosen on published conversations, see docs/memory.md.

    Cost: no model call; one embedding of the focal text.
    """

    card: ClassVar[Card] = Card(
        name="hybrid",
        title="Hybrid search",
        summary="Meaning, words, recency, importance and people, weighed together.",
        needs=("embedder",),
    )

    meaning: float = Field(default=1.0, ge=0, le=100, description="Weight of the cosine with the focal text")
    words: float = Field(default=0.5, ge=0, le=100, description="Weight of the words shared with it")
    recency: float = Field(default=0.05, ge=0, le=100, description="Weight of having come to mind lately")
    importance: float = Field(default=0.02, ge=0, le=100, description="Weight of having mattered")
    people: float = Field(default=0.06, ge=0, le=100, description="Weight of being about a person concerned")

    async def recall(self, ask: Ask, bank: MemoryBank) -> tuple[Recalled, ...]:
        """Best first. The three scores told are scaled over the candidates, as those of other policies are.

        Raises: StorageError; ModelError when the focal text cannot be embedded.
        """
        if not ask.limit or not ask.budget_tokens:
            return ()
        matching = await bank.matching(MATCHING)
        nearest, newest = await bank.nearest(NEAREST), await bank.newest(NEWEST)
        found = (*nearest, *(memory for memory, _ in matching), *newest)
        either = {memory.id: memory for memory in found if not retrieval.is_idle(memory.text)}
        candidates = sorted(either.values(), key=lambda memory: (memory.created_at, memory.id), reverse=True)
        if not candidates:
            return ()
        points = {memory.id: score for memory, score in matching}
        bm25 = np.array([points.get(memory.id, 0.0) for memory in candidates])
        words: Numbers = bm25 / (bm25 + HALF)
        people = np.array([float(memory.about in ask.people) for memory in candidates])
        cosines = await bank.relevance(candidates)
        now = ask.now.timestamp()
        hours = np.array([now - memory.accessed_at.timestamp() for memory in candidates]) / SECONDS_PER_HOUR
        important = np.array([memory.importance for memory in candidates]) / 10
        recent = retrieval.recency(hours, DECAY)
        total: Numbers = (
            self.meaning * cosines
            + self.words * words
            + self.recency * recent
            + self.importance * important
            + self.people * people
        )
        chosen = retrieval.within_budget(
            total, lambda position: estimate(candidates[position].text), ask.budget_tokens, ask.limit
        )
        rows = np.array(chosen, dtype=np.intp)
        shown = (retrieval.scaled(recent), retrieval.scaled(important), retrieval.scaled(cosines), total)
        told = retrieval.told(
            [candidates[position] for position in chosen], retrieval.Scores(*(column[rows] for column in shown))
        )
        return tuple(
            one.model_copy(update={"why": _why(float(words[position]), bool(people[position]))})
            for one, position in zip(told, chosen, strict=True)
        )


def _why(words: float, people: bool) -> str:
    return ", ".join(part for part in (f"words {words:.2f}" if words else "", "about them" if people else "") if part)
