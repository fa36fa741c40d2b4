"""What is between the database and the index: vectors not yet indexed, and the newest `RECENT` of each scope.

A write to Chroma costs about 10 ms whatever its size, importing Chroma half a second, and the database already holds
every vector. So new ones wait on a shelf, are compared with NumPy, and are indexed `FLUSH_AT` at a time or at the end:
a play of usual length never waits for Chroma. Should the process die before, the next one finds them missing.

What a shelf holds is compared exactly, in less time than Chroma takes; the index is for characters who remember more.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

import numpy as np

from studio.archive.memories import MemoryStore
from studio.errors import StorageError
from studio.llm.embedding import Vectors
from studio.memory.base import Scope
from studio.memory.index import MemoryIndex
from studio.memory.retrieval import cosine
from studio.run_context import Clock

FLUSH_AT = 256
RECENT = 1000
SHELVES = 64
RETRY = timedelta(seconds=30)


class _Shelf:
    def __init__(self) -> None:
        self.vectors: OrderedDict[str, Vectors] = OrderedDict()
        self.pending: set[str] = set()
        self.loaded = False  # the newest are here
        self.whole = False  # all are here
        self.level = False  # compared with the index
        self.indexed = False  # the index holds some
        self.lock = asyncio.Lock()

    def put(self, vectors: Mapping[str, Vectors], *, pending: bool) -> None:
        # Copies: a row of a big matrix would keep the whole of it alive.
        self.vectors.update((id_, vector.copy()) for id_, vector in vectors.items())
        if pending:
            self.pending.update(vectors)
        surplus = len(self.vectors) - RECENT
        if surplus > 0:
            self.whole = False
            for id_ in [id_ for id_ in self.vectors if id_ not in self.pending][:surplus]:
                del self.vectors[id_]

    def drop(self, ids: Iterable[str]) -> None:
        for id_ in ids:
            self.vectors.pop(id_, None)
            self.pending.discard(id_)


class Shelves:
    """Finds vectors of a scope wherever they are. Where the index is out of reach the database is searched row by row:
    slower, and the same answer; `notices` says so."""

    def __init__(self, store: MemoryStore, index: MemoryIndex, embedder: str, clock: Clock) -> None:
        self.store = store
        self.index = index
        self.embedder = embedder
        self.notices: list[str] = []
        self._clock = clock
        self._shelves: OrderedDict[Scope, _Shelf] = OrderedDict()
        self._retry_at: datetime | None = None

    async def add(self, scope: Scope, vectors: Mapping[str, Vectors]) -> None:
        """Take vectors that the database holds already, and index them when enough have come together."""
        shelf = await self._shelf(scope)
        shelf.put(vectors, pending=True)
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
        held = dict(shelf.vectors)
        found: dict[str, float] = {}
        if not shelf.whole or self.index.shared:
            found = await self._indexed(scope, shelf, vector, count)
            held.update(shelf.vectors)  # whatever was indexed and taken off the shelf meanwhile is still in `held`
        if held:
            found.update(zip(held, cosine(np.stack(list(held.values())), vector).tolist(), strict=True))
        best = sorted(found.items(), key=lambda item: (-item[1], item[0]))
        return dict(best[:count])

    async def vectors(self, scope: Scope, ids: Collection[str]) -> dict[str, Vectors]:
        """Id → vector of those among `ids` that have one.

        Raises: StorageError when the database cannot be read.
        """
        shelf = await self._loaded(scope)
        if not all(id_ in shelf.vectors for id_ in ids):
            stored, matrix = await self.store.vectors(*scope, self.embedder)
            rows = dict(zip(stored, matrix, strict=True))
            return {id_: rows[id_] for id_ in ids if id_ in rows}
        return {id_: shelf.vectors[id_] for id_ in ids}

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

    def clear(self) -> None:
        """Take nothing for granted any more: each scope is compared with the database when next used."""
        self._shelves.clear()

    async def _shelf(self, scope: Scope) -> _Shelf:
        shelf = self._shelves.setdefault(scope, _Shelf())
        self._shelves.move_to_end(scope)
        if len(self._shelves) > SHELVES:
            oldest, full = next(iter(self._shelves.items()))
            await self._flush(oldest, full)
            if not full.pending:
                self._shelves.pop(oldest, None)
        return shelf

    async def _loaded(self, scope: Scope) -> _Shelf:
        shelf = await self._shelf(scope)
        async with shelf.lock:
            if not shelf.loaded:
                ids, matrix = await self.store.vectors(*scope, self.embedder)
                shelf.loaded, shelf.whole = True, len(ids) <= RECENT
                shelf.put(dict(zip(ids[-RECENT:], matrix[-RECENT:], strict=True)), pending=False)
        return shelf

    async def _indexed(self, scope: Scope, shelf: _Shelf, vector: Vectors, count: int) -> dict[str, float]:
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

    async def _level(self, scope: Scope, shelf: _Shelf) -> tuple[int, int]:
        waiting = set(shelf.pending)
        # A row is stored before it is indexed. Read in the opposite order, whatever another process adds meanwhile can
        # only seem to be missing, never to be one too many.
        indexed = await self.index.ids(scope, self.embedder) if await self.store.of(*scope, limit=1) else frozenset()
        ids, matrix = await self.store.vectors(*scope, self.embedder)
        rows = dict(zip(ids, matrix, strict=True))
        missing, extra = [id_ for id_ in ids if id_ not in indexed], indexed - rows.keys()
        await self.index.remove(scope, self.embedder, extra)
        shelf.drop(waiting - rows.keys())
        shelf.put({id_: rows[id_] for id_ in missing}, pending=True)
        shelf.level, shelf.indexed = True, bool(indexed)
        if len(shelf.pending) >= FLUSH_AT:
            await self._write(scope, shelf)
        return len(missing), len(extra)

    async def _flush(self, scope: Scope, shelf: _Shelf) -> None:
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

    async def _write(self, scope: Scope, shelf: _Shelf) -> None:
        ids = [id_ for id_ in shelf.vectors if id_ in shelf.pending]
        await self.index.upsert(scope, self.embedder, ids, np.stack([shelf.vectors[id_] for id_ in ids]))
        shelf.indexed = True
        shelf.pending.difference_update(ids)
        shelf.put({}, pending=False)

    @property
    def _resting(self) -> bool:
        return self._retry_at is not None and self._clock() < self._retry_at

    def _out_of_reach(self, error: StorageError) -> None:
        self._retry_at = self._clock() + RETRY
        notice = f"{error} Memories are searched in the database meanwhile."
        if notice not in self.notices:
            self.notices.append(notice)
