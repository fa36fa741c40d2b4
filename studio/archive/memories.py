"""Memories and their vectors: what the index is rebuilt from."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, Row, bindparam, func, insert, select, update

from studio.archive import memory_text, rows, tree
from studio.archive.database import Database, RowError
from studio.archive.memory_changes import MemoryChanges
from studio.archive.memory_queries import MemoryQueries
from studio.archive.schema import memory, memory_erased, memory_vector
from studio.domain.memory import Memory
from studio.domain.value import Value
from studio.errors import Invalid

Vectors = NDArray[np.float32]
STORED = np.dtype("<f4")
CHUNK = 5000
_HERE = (
    memory.c.owner == bindparam("owner"),
    memory.c.character == bindparam("character"),
    memory.c.continuity == bindparam("continuity"),
    memory.c.forgotten_at.is_(None),
)
_INSERT, _INSERT_VECTOR = insert(memory), insert(memory_vector)
_COUNT = select(func.count()).select_from(memory).where(*_HERE)
_NEWEST = select(memory.c.id).where(*_HERE).order_by(memory.c.created_at.desc(), memory.c.id.desc()).limit(1)
_BY_ID = select(memory).where(memory.c.id.in_(bindparam("ids", expanding=True)))
"""Nothing but the ids: with an owner beside them SQLite goes through all that is the owner's."""
_ERASED = select(memory_erased.c.memory).where(memory_erased.c.memory.in_(bindparam("ids", expanding=True)))
_THERE = select(memory.c.id).where(memory.c.id.in_(bindparam("ids", expanding=True)))
_VECTORS_THERE = select(memory_vector.c.memory).where(
    memory_vector.c.memory.in_(bindparam("ids", expanding=True)), memory_vector.c.embedder == bindparam("embedder")
)
_TOUCH = (
    update(memory)
    .where(memory.c.id == bindparam("the_id"), memory.c.owner == bindparam("the_owner"))
    .values(accessed_at=bindparam("the_time"))
)


class MemoryScope(Value):
    """The memories of one character in one continuity, and how many there are."""

    owner: str
    character: str
    continuity: str
    count: int


class Touch(NamedTuple):
    """A memory was called to mind."""

    owner: str
    memory: str
    at: datetime


def _chunks(ids: Collection[str]) -> Iterator[list[str]]:
    unique = list(dict.fromkeys(ids))
    return (unique[start : start + CHUNK] for start in range(0, len(unique), CHUNK))


class MemoryStore(MemoryChanges, MemoryQueries):
    """The memories of every owner. Unlike events they may be touched, changed and deleted. What is forgotten stays out
    of everything here but where a method says so."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(
        self, memories: Sequence[Memory], vectors: Vectors, embedder: str, touches: Sequence[Touch] = ()
    ) -> int:
        """Store memories with their vectors, one row of `vectors` each; how many memories were new.

        A memory that is there already stays as it is; where it has no vector of this embedder yet, it gets one. One
        that was forgotten for good is not stored again. All of them are stored or none. `touches` are noted on the way,
        as by `touch`.

        Raises: Invalid when the vectors are not one finite row a memory.
        """
        stored = np.ascontiguousarray(vectors, dtype=STORED)
        fits = stored.ndim == 2 and len(stored) == len(memories) and stored.size and np.isfinite(stored).all()
        if memories and not fits:
            raise Invalid(f"{len(memories)} memories need as many finite vectors; these are of shape {stored.shape}.")
        new_rows = {new.id: rows.memory_row(new) for new in memories}
        blobs = {new.id: vector.tobytes() for new, vector in zip(memories, stored, strict=True)}

        vector_rows = {id_: {"memory": id_, "embedder": embedder, "vector": blob} for id_, blob in blobs.items()}

        def work(connection: Connection) -> int:
            _touch(connection, touches)
            there, erased = _there(connection, new_rows), _erased(connection, new_rows)
            missing = [id_ for id_ in new_rows if id_ not in there and id_ not in erased]
            if missing:
                connection.execute(_INSERT, [new_rows[id_] for id_ in missing])
                memory_text.enter(connection, [_entry(new_rows[id_]) for id_ in missing])
            seen = _there(connection, there, embedder) if there else frozenset()
            bare = [*missing, *(id_ for id_ in there if id_ not in seen)]
            if bare:
                connection.execute(_INSERT_VECTOR, [vector_rows[id_] for id_ in bare])
            return len(missing)

        return await self._database.write(work) if memories else 0

    async def fetch(self, owner: str, ids: Collection[str], *, forgotten: bool = False) -> tuple[Memory, ...]:
        """The owner's memories among these ids, in the order of the ids; unknown ones are left out. `forgotten`: those
        that are out of mind too."""

        def work(connection: Connection) -> dict[str, Memory]:
            found: dict[str, Memory] = {}
            for chunk in _chunks(ids):
                for row in rows.dicts(connection.execute(_BY_ID, {"ids": chunk})):
                    if row["owner"] == owner and (forgotten or row["forgotten_at"] is None):
                        found[row["id"]] = rows.memory_from(row)
            return found

        found = await self._database.read(work)
        return tuple(found[id_] for id_ in dict.fromkeys(ids) if id_ in found)

    async def of(
        self, owner: str, character: str, continuity: str, *, limit: int = 200, offset: int = 0
    ) -> tuple[Memory, ...]:
        """What a character remembers in a continuity, newest first."""
        wanted = select(memory).where(*_scope(owner, character, continuity))
        wanted = wanted.order_by(memory.c.created_at.desc(), memory.c.id.desc()).limit(limit).offset(offset)
        return await self._database.read(
            lambda connection: tuple(map(rows.memory_from, rows.dicts(connection.execute(wanted))))
        )

    async def known(self, owner: str, continuity: str, ids: Collection[str]) -> frozenset[str]:
        """Which of these ids are, or once were, memories of the continuity."""

        def work(connection: Connection) -> frozenset[str]:
            found: set[str] = set()
            for chunk in _chunks(ids):
                known = select(memory.c.id, memory.c.owner, memory.c.continuity).where(memory.c.id.in_(chunk))
                rows_ = connection.execute(known).all()
                found.update(row.id for row in rows_ if (row.owner, row.continuity) == (owner, continuity))
                found.update(_erased(connection, chunk))
            return frozenset(found)

        return await self._database.read(work)

    async def standing(
        self, owner: str, character: str, continuity: str, ids: Collection[str]
    ) -> tuple[str, dict[str, Memory]]:
        """The id of the newest memory of a character in a continuity, empty where there is none, and those among `ids`
        by id."""
        asked = {"owner": owner, "character": character, "continuity": continuity}

        def work(connection: Connection) -> tuple[str, dict[str, Memory]]:
            found = map(rows.memory_from, rows.dicts(connection.execute(_BY_ID, {"ids": list(ids)}))) if ids else ()
            newest = connection.execute(_NEWEST, asked).scalar() or ""
            whose = (owner, character, continuity)
            return newest, {
                one.id: one
                for one in found
                if (one.owner, one.character, one.continuity) == whose and one.forgotten_at is None
            }

        return await self._database.read(work)

    async def count(self, owner: str, character: str, continuity: str) -> int:
        """How many memories a character has in a continuity."""
        asked = {"owner": owner, "character": character, "continuity": continuity}
        return await self._database.read(lambda connection: connection.execute(_COUNT, asked).scalar_one())

    async def touch(self, touches: Sequence[Touch]) -> None:
        """Note when these memories were called to mind."""
        if touches:
            await self._database.write(lambda connection: _touch(connection, touches))

    async def delete(self, owner: str, ids: Collection[str]) -> int:
        """Delete these memories with their vectors and history, for good; how many there were. Only their ids are kept,
        so that the events they came from are never remembered again."""

        def work(connection: Connection) -> int:
            count = 0
            for chunk in _chunks(ids):
                mine = (memory.c.owner == owner) & memory.c.id.in_(chunk)
                columns = (memory.c.id.label("memory"), memory.c.owner, memory.c.session, memory.c.continuity)
                gone = list(rows.dicts(connection.execute(select(*columns).where(mine))))
                if gone:
                    connection.execute(insert(memory_erased), gone)
                count += tree.forget(connection, mine)
            memory_text.wipe(connection)
            return count

        if not ids:
            return 0
        count = await self._database.write(work)
        await self._database.scrub()
        return count

    async def scopes(self) -> tuple[MemoryScope, ...]:
        """Every character of every owner and continuity that remembers anything."""
        key = (memory.c.owner, memory.c.character, memory.c.continuity)
        wanted = select(*key, func.count().label("count")).where(_LIVING).group_by(*key).order_by(*key)
        return await self._database.read(
            lambda connection: tuple(MemoryScope(**row) for row in rows.dicts(connection.execute(wanted)))
        )

    async def unembedded(self, owner: str, character: str, continuity: str, embedder: str) -> tuple[str, ...]:
        """Ids, newest first, of the memories that have no vector of this embedder."""
        theirs = (memory_vector.c.memory == memory.c.id) & (memory_vector.c.embedder == embedder)
        wanted = (
            select(memory.c.id)
            .outerjoin(memory_vector, theirs)
            .where(*_scope(owner, character, continuity), memory_vector.c.memory.is_(None))
            .order_by(memory.c.created_at.desc(), memory.c.id.desc())
        )
        return await self._database.read(lambda connection: tuple(connection.execute(wanted).scalars()))

    async def vectors_of(self, ids: Collection[str], embedder: str) -> dict[str, Vectors]:
        """Id → vector of those among `ids` that have one of this embedder."""

        def work(connection: Connection) -> dict[str, Vectors]:
            found: dict[str, Vectors] = {}
            for chunk in _chunks(ids):
                wanted = select(memory_vector.c.memory, memory_vector.c.vector).where(
                    memory_vector.c.memory.in_(chunk), memory_vector.c.embedder == embedder
                )
                rows_ = _sized(connection.execute(wanted).all())
                found.update((id_, np.frombuffer(blob, dtype=STORED).astype(np.float32)) for id_, blob in rows_)
            return found

        return await self._database.read(work)

    async def vectors(
        self, owner: str, character: str, continuity: str, embedder: str
    ) -> tuple[tuple[str, ...], Vectors]:
        """Ids, oldest first, and vectors, one row an id, of the memories that have a vector of this embedder."""
        wanted = (
            select(memory.c.id, memory_vector.c.vector)
            .join(memory_vector, memory_vector.c.memory == memory.c.id)
            .where(*_scope(owner, character, continuity), memory_vector.c.embedder == embedder)
            .order_by(memory.c.created_at, memory.c.id)
        )
        found = await self._database.read(lambda connection: _sized(connection.execute(wanted).all()))
        ids = tuple(id_ for id_, _ in found)
        matrix = np.frombuffer(b"".join(vector for _, vector in found), dtype=STORED).astype(np.float32)
        return ids, matrix.reshape(len(ids), -1) if ids else matrix.reshape(0, 0)


_LIVING = memory.c.forgotten_at.is_(None)


def _scope(owner: str, character: str, continuity: str) -> tuple[ColumnElement[bool], ...]:
    mine = (memory.c.owner == owner, memory.c.character == character, memory.c.continuity == continuity)
    return (*mine, _LIVING)


def _entry(row: rows.Values) -> memory_text.Entry:
    return (row["id"], row["owner"], row["character"], row["continuity"], row["text"])


def _erased(connection: Connection, ids: Collection[str]) -> frozenset[str]:
    found: set[str] = set()
    for chunk in _chunks(ids):
        found.update(connection.execute(_ERASED, {"ids": chunk}).scalars())
    return frozenset(found)


def _touch(connection: Connection, touches: Sequence[Touch]) -> None:
    if touches:
        connection.execute(
            _TOUCH, [{"the_owner": one.owner, "the_id": one.memory, "the_time": rows.stamp(one.at)} for one in touches]
        )


def _there(connection: Connection, ids: Collection[str], embedder: str | None = None) -> frozenset[str]:
    """Which of these are stored; with `embedder`, which have a vector of it."""
    there: set[str] = set()
    for chunk in _chunks(ids):
        found = (
            connection.execute(_THERE, {"ids": chunk})
            if embedder is None
            else connection.execute(_VECTORS_THERE, {"ids": chunk, "embedder": embedder})
        )
        there.update(found.scalars())
    return frozenset(there)


def _sized(found: Sequence[Row[str, bytes]]) -> list[tuple[str, bytes]]:
    for id_, vector in found:
        if not vector or len(vector) % STORED.itemsize or len(vector) != len(found[0][1]):
            raise RowError(f"the vector of memory '{id_}'")
    return [(id_, vector) for id_, vector in found]
