"""What is between the database and the index: vectors not yet indexed, and the newest `RECENT` of each scope.

A write to Chroma costs about 10 ms whatever its size, importing Chroma half a second, and the database already holds
every vector. So new ones wait on a shelf, are compared with NumPy, and are indexed `FLUSH_AT` at a time or at the end:
a play of usual length never waits for Chroma. Should the process die before, the next one finds them missing.

What a shelf holds is compared exactly, five thousand vectors in half a millisecond, which is less than Chroma takes for
any number, and never misses one; the index is for characters who remember more. All shelves together hold `HELD_BYTES`
at most.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

import numpy as np

from studio.archive.memories import MemoryStore
from studio.errors import StorageError
from studio.llm.embedding import Vectors
from studio.memory.base import Scope
from studio.memory.index import MemoryIndex
from studio.memory.retrieval import cosine
from studio.memory.shelf import Shelf
from studio.run_context import Clock

FLUSH_AT = 256
RECENT = 16_000
SHELVES = 256
HELD_BYTES = 256 << 20
RETRY = timedelta(seconds=30)


class Shelves:
    """Finds vectors of a scope wherever they are. Where the index is out of reach the database is searched row by row:
    slower, and the same answer; `notices` says so."""

    def __init__(self, store: MemoryStore, index: MemoryIndex, embedder: str, clock: Clock) -> None:
        self.store = store
        self.index = index
        self.embedder = embedder
        self.notices: list[str] = []
        self._clock = clock
        self._shelves: OrderedDict[Scope, Shelf] = OrderedDict()
        self._retry_at: datetime | None = None

    async def add(self, scope: Scope, vectors: Mapping[str, Vectors]) -> None:
        """Take vectors that the database holds already, and index them when enough have come together."""
        shelf = await self._shelf(scope)
        shelf.put(list(vectors), np.stack(list(vectors.values())), RECENT, pending=True)
        if len(shelf.pending) >= FLUSH_AT:
            await self._flush(scope, shelf)

    async def load(self, scope: Scope) -> None:
        """Have the newest vectors of a scope at hand.

        Raises: StorageError
        """
        await self._loaded(scope)

    async def nearest(self, scope: Scope, vector: Vectors, count: int) -> dict[str, float]:
        """Id → cosine of the `count` nearest, best first; fewer only when there are no more.

        Raises: StorageError when the database cannot be read.
        """
        shelf = await self._loaded(scope)
        found = shelf.nearest(vector, count)
        if not shelf.whole or self.index.shared:
            further = await self._indexed(scope, shelf, vector, count)
            # Whatever was indexed and taken off the shelf meanwhile is still in `found`.
            found = {**further, **found, **shelf.nearest(vector, count)}
            best = sorted(found.items(), key=lambda item: (-item[1], item[0]))
            return dict(best[:count])
        return found

    async def cosines(self, scope: Scope, ids: Collection[str], vector: Vectors) -> dict[str, float]:
        """Id → cosine of those among `ids` that have a vector.

        Raises: StorageError when the database cannot be read.
        """
        shelf = await self._loaded(scope)
        here = [id_ for id_ in ids if id_ in shelf]
        found = dict(zip(here, shelf.cosines(here, vector).tolist(), strict=True)) if here else {}
        if len(here) < len(ids):
            stored = await self.store.vectors_of([id_ for id_ in ids if id_ not in found], self.embedder)
            if stored:
                further = cosine(np.stack(list(stored.values())), vector).tolist()
                found.update(zip(stored, further, strict=True))
        return found

    async def drop(self, scope: Scope, ids: Collection[str]) -> None:
        """Forget vectors whose memories are gone from the database."""
        shelf = await self._shelf(scope)
        shelf.drop(ids)
        if shelf.level and not shelf.indexed:
            return
        try:
            await self.index.remove(scope, self.embedder, ids)
        except StorageError as error:
            self._out_of_reach(error)
            shelf.level = False

    async def flush(self) -> None:
        """Index all that waits."""
        for scope, shelf in list(self._shelves.items()):
            await self._flush(scope, shelf)

    async def level(self, scope: Scope) -> tuple[int, int]:
        """Bring the index in line with the database for a scope: how many were missing from it, how many too many.

        Raises: StorageError
        """
        shelf = await self._shelf(scope)
        async with shelf.lock:
            return await self._level(scope, shelf)

    def forget(self, scope: Scope) -> None:
        """Take nothing for granted about this scope any more."""
        self._shelves.pop(scope, None)

    def clear(self) -> None:
        """Take nothing for granted any more: each scope is compared with the database when next used."""
        self._shelves.clear()

    async def _shelf(self, scope: Scope) -> Shelf:
        shelf = self._shelves.setdefault(scope, Shelf())
        self._shelves.move_to_end(scope)
        if len(self._shelves) > SHELVES:
            oldest, full = next(iter(self._shelves.items()))
            await self._flush(oldest, full)
            if not full.pending:
                self._shelves.pop(oldest, None)
        return shelf

    async def _loaded(self, scope: Scope) -> Shelf:
        shelf = await self._shelf(scope)
        async with shelf.lock:
            fresh = not shelf.loaded
            if fresh:
                ids, matrix = await self.store.vectors(*scope, self.embedder)
                shelf.loaded, shelf.whole = True, len(ids) <= RECENT
                if ids:
                    shelf.put(ids[-RECENT:], matrix[-RECENT:], RECENT, pending=False)
        if fresh:
            await self._make_room(scope)
        return shelf

    async def _make_room(self, scope: Scope) -> None:
        """Let go of the scopes nobody asked for longest, as long as all shelves together take too much."""
        held = sum(shelf.held_bytes for shelf in self._shelves.values())
        for other, shelf in list(self._shelves.items()):
            if held <= HELD_BYTES:
                return
            if other != scope:
                await self._flush(other, shelf)
                if not shelf.pending and self._shelves.get(other) is shelf:
                    del self._shelves[other]
                    held -= shelf.held_bytes

    async def _indexed(self, scope: Scope, shelf: Shelf, vector: Vectors, count: int) -> dict[str, float]:
        failure = None
        if not self._resting:
            try:
                async with shelf.lock:
                    if not shelf.level:
                        await self._level(scope, shelf)
                if not shelf.indexed:
                    return {}
                found = await self.index.nearest(scope, self.embedder, vector, count)
                return dict(zip(found.ids, found.cosines.tolist(), strict=True))
            except StorageError as error:
                failure = error
        ids, matrix = await self.store.vectors(*scope, self.embedder)  # raises where the database is what failed
        if failure:
            self._out_of_reach(failure)
        return dict(zip(ids, cosine(matrix, vector).tolist(), strict=True)) if ids else {}

    async def _level(self, scope: Scope, shelf: Shelf) -> tuple[int, int]:
        waiting = set(shelf.pending)
        # A row is stored before it is indexed. Read in the opposite order, whatever another process adds meanwhile can
        # only seem to be missing, never to be one too many.
        indexed = await self.index.ids(scope, self.embedder) if await self.store.of(*scope, limit=1) else frozenset()
        ids, matrix = await self.store.vectors(*scope, self.embedder)
        rows = dict(zip(ids, matrix, strict=True))
        missing, extra = [id_ for id_ in ids if id_ not in indexed], indexed - rows.keys()
        await self.index.remove(scope, self.embedder, extra)
        shelf.drop(waiting - rows.keys())
        if missing:
            shelf.put(missing, np.stack([rows[id_] for id_ in missing]), RECENT, pending=True)
        shelf.level, shelf.indexed = True, bool(indexed)
        if len(shelf.pending) >= FLUSH_AT:
            await self._write(scope, shelf)
        return len(missing), len(extra)

    async def _flush(self, scope: Scope, shelf: Shelf) -> None:
        async with shelf.lock:
            if not shelf.pending:
                return
            try:
                if not self._resting:
                    if not shelf.level:
                        await self._level(scope, shelf)
                    if shelf.pending:
                        await self._write(scope, shelf)
                    return
            except StorageError as error:
                self._out_of_reach(error)
            shelf.drop(list(shelf.pending))
            shelf.level = False  # they are found missing, and indexed, once the index answers again

    async def _write(self, scope: Scope, shelf: Shelf) -> None:
        ids, vectors = shelf.waiting()
        await self.index.upsert(scope, self.embedder, ids, vectors)
        shelf.indexed = True
        shelf.pending.difference_update(ids)
        shelf.trim(RECENT)

    @property
    def _resting(self) -> bool:
        return self._retry_at is not None and self._clock() < self._retry_at

    def _out_of_reach(self, error: StorageError) -> None:
        self._retry_at = self._clock() + RETRY
        notice = f"{error} Memories are searched in the database meanwhile."
        if notice not in self.notices:
            self.notices.append(notice)
