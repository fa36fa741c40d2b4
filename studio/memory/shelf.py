"""The vectors of one scope in memory, in one block, compared exactly."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Sequence

import numpy as np

from studio.llm.embedding import Vectors
from studio.memory.retrieval import Numbers, dots

ROOM = 64


class Shelf:
    """Ids and vectors, in the order they were put. `pending`: not yet in the index. `loaded`: the newest are here;
    `whole`: all are; `level`: compared with the index; `indexed`: the index holds some."""

    def __init__(self) -> None:
        self.pending: set[str] = set()
        self.loaded = False
        self.whole = False
        self.level = False
        self.indexed = False
        self.lock = asyncio.Lock()
        self._ids: list[str] = []
        self._places: dict[str, int] = {}
        self._block: Vectors = np.zeros((0, 0), dtype=np.float32)

    def __len__(self) -> int:
        return len(self._ids)

    def __contains__(self, id_: str) -> bool:
        return id_ in self._places

    @property
    def held_bytes(self) -> int:
        """What the block takes."""
        return int(self._block.nbytes)

    def put(self, ids: Sequence[str], vectors: Vectors, most: int, *, pending: bool) -> None:
        """Take vectors in, one row an id; beyond `most` the oldest that are not pending go."""
        fresh = [position for position, id_ in enumerate(ids) if id_ not in self._places]
        for position, id_ in enumerate(ids):
            if id_ in self._places:
                self._block[self._places[id_]] = _unit(vectors[position])
        if fresh:
            self._append([ids[position] for position in fresh], _unit(vectors[fresh]))
        if pending:
            self.pending.update(ids)
        self.trim(most)

    def trim(self, most: int) -> None:
        """Let the oldest that are not pending go, as far as there are more than `most`."""
        surplus = len(self) - most
        if surplus > 0:
            self.whole = False
            gone = [id_ for id_ in self._ids if id_ not in self.pending][:surplus]
            self._take_out(gone)

    def drop(self, ids: Iterable[str]) -> None:
        """Forget these; unknown ones are passed over."""
        gone = [id_ for id_ in ids if id_ in self._places]
        self.pending.difference_update(gone)
        self._take_out(gone)

    def waiting(self) -> tuple[list[str], Vectors]:
        """What is pending, oldest first."""
        ids = [id_ for id_ in self._ids if id_ in self.pending]
        return ids, self.rows(ids)

    def rows(self, ids: Collection[str]) -> Vectors:
        """The vectors of these ids, all of which must be here."""
        found: Vectors = self._block[[self._places[id_] for id_ in ids]]
        return found

    def cosines(self, ids: Sequence[str], vector: Vectors) -> Numbers:
        """Cosine of each of these with a vector of unit length."""
        return dots(self.rows(ids), _unit(vector))

    def nearest(self, vector: Vectors, count: int) -> dict[str, float]:
        """Id → cosine of the `count` nearest, best first, equals by id."""
        if not self._ids or count < 1:
            return {}
        scores = dots(self._block[: len(self)], _unit(vector))
        least = np.partition(scores, len(scores) - count)[len(scores) - count] if count < len(scores) else -np.inf
        found = [(self._ids[place], float(scores[place])) for place in np.flatnonzero(scores >= least).tolist()]
        found.sort(key=lambda pair: (-pair[1], pair[0]))
        return dict(found[:count])

    def _append(self, ids: Sequence[str], vectors: Vectors) -> None:
        size, needed = len(self), len(self) + len(ids)
        if self._block.shape[1] != vectors.shape[1] or needed > len(self._block):
            grown = np.empty((max(needed + ROOM, len(self._block) * 3 // 2), vectors.shape[1]), dtype=np.float32)
            if size:
                grown[:size] = self._block[:size]
            self._block = grown
        self._block[size:needed] = vectors
        self._places.update((id_, size + position) for position, id_ in enumerate(ids))
        self._ids.extend(ids)

    def _take_out(self, gone: Collection[str]) -> None:
        if not gone:
            return
        out = set(gone)
        kept = [place for place, id_ in enumerate(self._ids) if id_ not in out]
        self._block = np.concatenate([self._block[kept], np.empty((ROOM, self._block.shape[1]), dtype=np.float32)])
        self._ids = [self._ids[place] for place in kept]
        self._places = {id_: place for place, id_ in enumerate(self._ids)}


def _unit(vectors: Vectors) -> Vectors:
    """The same of length 1; what has no length stays as it is."""
    lengths = np.sqrt(np.einsum("...i,...i->...", vectors, vectors))[..., None]
    unit: Vectors = np.divide(vectors, lengths, out=np.array(vectors, dtype=np.float32), where=lengths > 0)
    return unit
