"""The memory stream of Generative Agents: recency, importance and relevance together."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from studio.domain.memory import Recalled
from studio.llm.tokens import estimate
from studio.memory import retrieval
from studio.memory.base import Ask, MemoryBank, MemoryPolicy
from studio.registry import Card

NEAREST = 500
NEWEST = 200


class MemoryStream(MemoryPolicy):
    """Every candidate gets recency (a decay per hour since it last came to mind, or per rank), importance and relevance
    (cosine with the focal text), each scaled to 0–1 over the candidates; the weighted sum decides. A field left out
    is as the preset has it.

    Source: Park et al., Generative Agents, UIST 2023, section 4.1, https://arxiv.org/abs/2304.03442; presets `ville`
        and `genagents` after the published code.
    Differs: candidates are the 500 nearest and the 200 newest, not the whole stream; what is in the prompt already, or
        on another branch, is none. `retrieval` says where the code's decay by rank is put right.
    Cost: no model call; one embedding of the focal text.
    """

    card: ClassVar[Card] = Card(
        name="memory_stream",
        title="Memory stream",
        summary="What is recent, what mattered and what bears on the moment, weighed together.",
        source="Park et al., Generative Agents, UIST 2023, section 4.1",
        url="https://arxiv.org/abs/2304.03442",
        needs=("embedder",),
        cost="0",
    )

    preset: retrieval.PresetName = "paper"
    decay: float | None = Field(default=None, gt=0, le=1)
    recency_weight: float | None = Field(default=None, ge=0, le=100)
    importance_weight: float | None = Field(default=None, ge=0, le=100)
    relevance_weight: float | None = Field(default=None, ge=0, le=100)
    limit: int | None = Field(default=None, ge=1, le=1000)

    @property
    def weights(self) -> retrieval.Preset:
        """The preset with this policy's own fields laid over it."""
        own = {
            "decay": self.decay,
            "recency": self.recency_weight,
            "importance": self.importance_weight,
            "relevance": self.relevance_weight,
            "limit": self.limit,
        }
        given = {name: value for name, value in own.items() if value is not None}
        return retrieval.PRESETS[self.preset].model_copy(update=given)

    async def recall(self, ask: Ask, bank: MemoryBank) -> tuple[Recalled, ...]:
        """Best first, or in the order they were made where the preset says so.

        Raises: StorageError; ModelError when the focal text cannot be embedded.
        """
        newest = await bank.newest(NEWEST)
        if not newest or not ask.limit or not ask.budget_tokens:
            return ()
        nearest = await bank.nearest(NEAREST) if len(newest) == NEWEST else ()
        either = {memory.id: memory for memory in (*nearest, *newest) if not retrieval.is_idle(memory.text)}
        # Equal scores keep this order, so that rounding in the index never decides: the newer first.
        candidates = sorted(either.values(), key=lambda memory: (memory.created_at, memory.id), reverse=True)
        weights = self.weights
        scores = retrieval.weigh(candidates, await bank.relevance(candidates), ask.now, weights)
        chosen = retrieval.within_budget(
            scores.total,
            lambda position: estimate(candidates[position].text),
            ask.budget_tokens,
            min(weights.limit, ask.limit),
        )
        if weights.order == "time":
            chosen.sort(key=lambda position: (candidates[position].created_at, candidates[position].id))
        return retrieval.told(
            [candidates[position] for position in chosen],
            retrieval.Scores(*(component[np.array(chosen, dtype=np.intp)] for component in scores)),
        )
