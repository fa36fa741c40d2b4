"""Only what is still in the prompt, and how the story so far ended."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from studio.domain.memory import Memory, Recalled
from studio.llm.tokens import estimate
from studio.memory import retrieval
from studio.memory.base import Ask, MemoryBank, MemoryPolicy
from studio.registry import Card

PAGE = 64
RECENCY_ALONE = retrieval.PRESETS["paper"].model_copy(update={"importance": 0.0, "relevance": 0.0})


class RecentWindow(MemoryPolicy):
    """Recalls nothing of the session being played: what has left the prompt is forgotten. Memories of earlier sessions
    of the same continuity come back newest first as far as the budget goes, so that a next scene does not start from
    nothing. Nothing is embedded or searched.
    """

    card: ClassVar[Card] = Card(
        name="recent_window",
        title="Recent window",
        summary="What is in the prompt, and the newest memories of earlier scenes. Nothing is searched.",
        cost="0",
    )

    async def recall(self, ask: Ask, bank: MemoryBank) -> tuple[Recalled, ...]:
        """Newest first; one that does not fit ends it, so that nothing older comes before something newer is told.

        The score is recency alone; nothing is compared with the focal text, so relevance says 0.5 for all.
        """
        memories = await _newest_fitting(ask, bank)
        scores = retrieval.weigh(memories, np.zeros(len(memories)), ask.now, RECENCY_ALONE)
        return retrieval.told(memories, scores)


async def _newest_fitting(ask: Ask, bank: MemoryBank) -> list[Memory]:
    count = PAGE
    while True:
        newest = await bank.newest(count)
        chosen: list[Memory] = []
        left = ask.budget_tokens
        for memory in newest:
            if memory.session == ask.session:
                continue
            left -= estimate(memory.text)
            if left < 0 or len(chosen) == ask.limit:
                return chosen
            chosen.append(memory)
        if len(newest) < count:
            return chosen
        count *= 2
