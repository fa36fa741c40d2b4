"""What a person does to memories: edit, pin, put out of mind, bring back. Each act can be undone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from pydantic import AwareDatetime, TypeAdapter
from sqlalchemy import Connection, delete, insert, select, update

from studio.archive import memory_text, rows
from studio.archive.database import Database
from studio.archive.schema import memory, memory_change, memory_vector
from studio.domain.memory import Memory
from studio.domain.value import Value
from studio.errors import Conflict, NotFound

Act = Literal["edit", "pin", "unpin", "forget", "keep"]
_VALUES = TypeAdapter(dict[str, Any])
_COLUMNS = ("text", "importance", "pinned", "forgotten_at")


class MemoryChange(Value):
    """One act of a person on one memory or several. `texts`: what they said before it, by memory id."""

    id: str
    act: Act
    at: AwareDatetime
    texts: dict[str, str]
    undone: bool = False


class MemoryChanges:
    """Acts on the memories of an owner, and undoing them. A part of `MemoryStore`."""

    _database: Database

    async def change(
        self, owner: str, id_: str, act: Act, memories: Sequence[Memory], at: datetime
    ) -> tuple[Memory, ...]:
        """Let these memories be as they are given (`text`, `importance`, `pinned`, `forgotten_at`), as an act of this
        id; the memories as they were before. Where the text is another, its vectors are gone.

        Raises: NotFound when one of them is not there; nothing is changed then.
        """
        wanted = {one.id: rows.memory_row(one) for one in memories}
        changed = {name: {column: row[column] for column in _COLUMNS} for name, row in wanted.items()}

        def work(connection: Connection) -> tuple[Memory, ...]:
            found = _found(connection, owner, changed)
            history = [
                {
                    "id": id_,
                    "memory": name,
                    "owner": owner,
                    "act": act,
                    "at": rows.stamp(at),
                    "before": rows.json({column: found[name][column] for column in _COLUMNS}),
                }
                for name in changed
            ]
            connection.execute(insert(memory_change), history)
            before = tuple(map(rows.memory_from, (found[name] for name in changed)))
            _set(connection, found, changed)
            return before

        return await self._database.write(work) if changed else ()

    async def undo(self, owner: str, id_: str, at: datetime) -> tuple[Memory, ...]:
        """Take an act back: its memories are as they were before it, which is what comes back.

        Raises: NotFound for an act that is not there, or whose memories were forgotten for good; Conflict when it was
            undone already, or something was done to one of its memories since.
        """

        def work(connection: Connection) -> tuple[Memory, ...]:
            mine = (memory_change.c.id == id_, memory_change.c.owner == owner)
            acts = list(rows.dicts(connection.execute(select(memory_change).where(*mine))))
            if not acts:
                raise NotFound(
                    "There is nothing to take back: these memories were forgotten for good, or never changed."
                )
            if any(act["undone_at"] for act in acts):
                raise Conflict("This was taken back already.")
            _check_last(connection, acts)
            before = {act["memory"]: _VALUES.validate_json(act["before"]) for act in acts}
            connection.execute(update(memory_change).where(*mine).values(undone_at=rows.stamp(at)))
            _set(connection, _found(connection, owner, before), before)
            return tuple(map(rows.memory_from, _found(connection, owner, before).values()))

        return await self._database.write(work)

    async def changes(self, owner: str, ids: Collection[str] = (), *, limit: int = 50) -> tuple[MemoryChange, ...]:
        """What was done, newest first: to these memories, or to any."""
        wanted = select(memory_change).where(memory_change.c.owner == owner)
        if ids:
            wanted = wanted.where(memory_change.c.memory.in_(list(ids)[:1000]))
        wanted = wanted.order_by(memory_change.c.at.desc(), memory_change.c.id.desc(), memory_change.c.memory)

        def work(connection: Connection) -> tuple[MemoryChange, ...]:
            acts: dict[str, list[rows.Values]] = {}
            for row in rows.dicts(connection.execute(wanted)):
                if row["id"] not in acts and len(acts) == limit:
                    break
                acts.setdefault(row["id"], []).append(row)
            return tuple(map(_told, acts.values()))

        return await self._database.read(work)


def _told(acts: Sequence[rows.Values]) -> MemoryChange:
    first = acts[0]
    texts = {act["memory"]: str(_VALUES.validate_json(act["before"])["text"]) for act in acts}
    return MemoryChange(id=first["id"], act=first["act"], at=first["at"], texts=texts, undone=bool(first["undone_at"]))


def _found(connection: Connection, owner: str, ids: Collection[str]) -> dict[str, rows.Values]:
    wanted = select(memory).where(memory.c.owner == owner, memory.c.id.in_(list(ids)))
    found = {row["id"]: row for row in rows.dicts(connection.execute(wanted))}
    missing = [id_ for id_ in ids if id_ not in found]
    if missing:
        raise NotFound(f"There is no memory '{missing[0]}'.")
    return found


def _check_last(connection: Connection, acts: Sequence[rows.Values]) -> None:
    later = select(memory_change.c.act).where(
        memory_change.c.memory.in_([act["memory"] for act in acts]),
        memory_change.c.at > acts[0]["at"],
        memory_change.c.undone_at.is_(None),
    )
    act = connection.execute(later).scalar()
    if act:
        raise Conflict(f"Something was done to this memory since ({act}). Take that back first.")


def _set(connection: Connection, found: Mapping[str, rows.Values], changed: Mapping[str, rows.Values]) -> None:
    for id_, values in changed.items():
        before, after = found[id_], {**found[id_], **values}
        connection.execute(update(memory).where(memory.c.id == id_).values(**values))
        if (before["text"], before["forgotten_at"]) != (after["text"], after["forgotten_at"]):
            if not before["forgotten_at"]:
                memory_text.leave(connection, [_entry(before)])
            if not after["forgotten_at"]:
                memory_text.enter(connection, [_entry(after)])
        if before["text"] != after["text"]:
            connection.execute(delete(memory_vector).where(memory_vector.c.memory == id_))


def _entry(row: rows.Values) -> memory_text.Entry:
    return (row["id"], row["owner"], row["character"], row["continuity"], row["text"])
