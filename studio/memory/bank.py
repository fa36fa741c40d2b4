"""The eligible memories of one ask."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import numpy as np

from studio.archive.memories import MemoryStore
from studio.domain.memory import Memory
from studio.llm.embedding import Vectors
from studio.memory.base import Ask
from studio.memory.recent_rows import RecentRows
from studio.memory.retrieval import Numbers
from studio.memory.shelves import Shelves

COSINE_DIGITS = 6


class Bank:
    """A `MemoryBank`. Every row is admitted by the ask, whatever the index answered; ids the index knows and the
    database does not are taken out of the index. The focal text is embedded when first needed.
    """

    def __init__(
        self,
        ask: Ask,
        store: MemoryStore,
        recent: RecentRows,
        shelves: Shelves,
        embed: Callable[[str], Awaitable[Vectors]],
    ) -> None:
        self._ask = ask
        self._store = store
        self._recent = recent
        self._shelves = shelves
        self._embed = embed
        self._rows: dict[str, Memory] = {}
        self._cosines: dict[str, float] = {}

    async def nearest(self, count: int) -> tuple[Memory, ...]:
        """As the contract says; the newest when there is no focal text."""
        ask = self._ask
        if not ask.focal.strip():
            return await self.newest(count)
        vector = await self._embed(ask.focal)
        reach = count + len(ask.window)
        while True:
            found = await self._shelves.nearest(ask.scope, vector, reach)
            await self._fetch([id_ for id_ in found if id_ not in self._rows])
            self._cosines.update(found)
            gone = [id_ for id_ in found if id_ not in self._rows]
            if gone:
                await self._shelves.drop(ask.scope, gone)
            eligible = ask.admitted(self._rows[id_] for id_ in found if id_ in self._rows)
            if len(eligible) >= count or len(found) < reach:
                return tuple(eligible[:count])
            reach *= 2

    async def newest(self, count: int) -> tuple[Memory, ...]:
        """As the contract says."""
        ask = self._ask
        eligible: dict[str, Memory] = {}
        size, offset = count + len(ask.window), 0
        while len(eligible) < count:
            page = await self._recent.newest(ask.scope, size, offset)
            self._rows.update((memory.id, memory) for memory in page)
            eligible.update((memory.id, memory) for memory in ask.admitted(page))
            if len(page) < size:
                break
            offset += size
        return tuple(eligible.values())[:count]

    async def relevance(self, memories: Sequence[Memory]) -> Numbers:
        """As the contract says; to 6 digits, which is what float32 vectors are good for."""
        if not memories or not self._ask.focal.strip():
            return np.zeros(len(memories))
        unknown = [memory.id for memory in memories if memory.id not in self._cosines]
        if unknown:
            focal = await self._embed(self._ask.focal)
            self._cosines.update(await self._shelves.cosines(self._ask.scope, unknown, focal))
        cosines: Numbers = np.array([self._cosines.get(memory.id, 0.0) for memory in memories])
        return cosines.round(COSINE_DIGITS)

    async def matching(self, count: int) -> tuple[tuple[Memory, float], ...]:
        """As the contract says."""
        ask = self._ask
        reach = count + len(ask.window)
        while True:
            found = await self._store.matching(*ask.scope, ask.focal, reach)
            await self._fetch([id_ for id_ in found if id_ not in self._rows])
            admitted = ask.admitted(self._rows[id_] for id_ in found if id_ in self._rows)
            eligible = [(memory, found[memory.id]) for memory in admitted]
            if len(eligible) >= count or len(found) < reach:
                return tuple(eligible[:count])
            reach *= 2

    async def concluded(self) -> tuple[Memory, ...]:
        """As the contract says."""
        found = await self._store.concluded(*self._ask.scope)
        self._rows.update((memory.id, memory) for memory in found)
        return tuple(self._ask.admitted(found))

    async def _fetch(self, ids: Sequence[str]) -> None:
        self._rows.update((memory.id, memory) for memory in await self._recent.fetch(self._ask.scope, ids))
