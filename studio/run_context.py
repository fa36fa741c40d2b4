"""What a method is handed to work with: models, chance, time, progress."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from studio.llm.client import Model
from studio.llm.embedding import Embedder

Clock = Callable[[], datetime]
ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")


def system_clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class RunContext:
    """Randomness comes from `rng` and time from `clock`, so that one seed and a scripted model give the same bytes."""

    model: Model
    embedder: Embedder
    rng: random.Random
    clock: Clock = system_clock
    judge: Model | None = None
    progress: Callable[[int, int], None] = field(default=lambda done, total: None)

    async def map(
        self, function: Callable[[ItemT], Awaitable[ResultT]], items: Sequence[ItemT], limit: int = 4
    ) -> list[ResultT | Exception]:
        """`function` over `items`, at most `limit` at once, results in order. An item that fails yields its exception,
        so that one bad item never loses the others."""
        gate = asyncio.Semaphore(limit)
        results: list[ResultT | Exception | None] = [None] * len(items)
        done = 0

        async def run(position: int, item: ItemT) -> None:
            nonlocal done
            async with gate:
                try:
                    results[position] = await function(item)
                except Exception as error:
                    results[position] = error
            done += 1
            self.progress(done, len(items))

        async with asyncio.TaskGroup() as group:
            for position, item in enumerate(items):
                group.create_task(run(position, item))
        return [result for result in results if result is not None]
