"""Several ways to find a memory, weighed together: meaning, words, recency, importance, and whom it is about."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from studio.domain.memory import Memory, Recalled
from studio.llm.tokens import estimate
from studio.memory import retrieval
from studio.memory.base import Ask, MemoryBank, MemoryPolicy
from studio.memory.retrieval import Numbers
from studio.registry import Card

NEAREST, MATCHING, NEWEST = 100, 100, 50


class Hybrid(MemoryPolicy):
    """Candidates are what is nearest in meaning, what shares the most telling words (BM25), and what is newest. Each
    gets the three scores of the memory stream, one for its words and one for being about a person concerned, each
    scaled to 0–1 over the candidates; the weighted sum decides.

    Cost: no model call; one embedding of the focal text.
    """

    card: ClassVar[Card] = Card(
        name="hybrid",
        title="Hybrid search",
        summary="Meaning, words, recency, importance and people, weighed together.",
        needs=("embedder",),
    )

    meaning: float = Field(default=1.0, ge=0, le=100, description="Weight of the cosine with the focal text")
    words: float = Field(default=1.0, ge=0, le=100, description="Weight of the words shared with it")
    recency: float = Field(default=0.3, ge=0, le=100, description="Weight of having come to mind lately")
    importance: float = Field(default=0.3, ge=0, le=100, description="Weight of having mattered")
    people: float = Field(default=0.3, ge=0, le=100, description="Weight of being about a person concerned")

    async def recall(self, ask: Ask, bank: MemoryBank) -> tuple[Recalled, ...]:
        """Best first.

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
        words = retrieval.scaled(np.array([points.get(memory.id, 0.0) for memory in candidates]))
        people = np.array([self._concerns(ask, memory) for memory in candidates])
        weights = retrieval.PRESETS["paper"].model_copy(
            update={"recency": self.recency, "importance": self.importance, "relevance": self.meaning}
        )
        scores = retrieval.weigh(candidates, await bank.relevance(candidates), ask.now, weights)
        total: Numbers = scores.total + self.words * words + self.people * people
        chosen = retrieval.within_budget(
            total, lambda position: estimate(candidates[position].text), ask.budget_tokens, ask.limit
        )
        rows = np.array(chosen, dtype=np.intp)
        told = retrieval.told(
            [candidates[position] for position in chosen],
            retrieval.Scores(scores.recency[rows], scores.importance[rows], scores.relevance[rows], total[rows]),
        )
        return tuple(
            one.model_copy(update={"why": _why(float(words[position]), bool(people[position]))})
            for one, position in zip(told, chosen, strict=True)
        )

    def _concerns(self, ask: Ask, memory: Memory) -> float:
        return float(bool(memory.about) and memory.about != ask.character and memory.about in ask.people)


def _why(words: float, people: bool) -> str:
    return ", ".join(part for part in (f"words {words:.2f}" if words else "", "about them" if people else "") if part)
