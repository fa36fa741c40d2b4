"""Looking through memories: a page at a time, filtered, searched; what rests on what; whom they tell of."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, or_, select

from studio.archive import memory_text, rows
from studio.archive.database import Database
from studio.archive.schema import memory
from studio.domain.memory import LIVED, Memory, MemoryKind
from studio.domain.value import Value

FOUND_BY_WORDS = 1000
DEEPEST = 50
_LIVED = [kind.value for kind in LIVED]


class MemoryFilter(Value):
    """Which memories of an owner; what is left empty does not narrow. `since` and `until`: when they were made.
    `forgotten`: those out of mind instead. `words`: best match first; without, newest first, or oldest where
    `oldest_first`."""

    character: str = ""
    continuity: str = ""
    session: str = ""
    kinds: tuple[MemoryKind, ...] = ()
    about: str = ""
    words: str = ""
    pinned: bool = False
    forgotten: bool = False
    least_importance: float = 1
    since: datetime | None = None
    until: datetime | None = None
    oldest_first: bool = False


class MemoryPage(Value):
    """A stretch of what a filter lets through, and how many there are in all."""

    memories: tuple[Memory, ...]
    total: int


class MemoryCount(Value):
    """How many memories of a kind a character has in a continuity that tell of somebody (`about`, empty: of nobody in
    particular)."""

    character: str
    continuity: str
    kind: MemoryKind
    about: str
    count: int


class MemoryQueries:
    """Reading that is no recall. A part of `MemoryStore`."""

    _database: Database

    async def page(self, owner: str, which: MemoryFilter, *, limit: int = 50, offset: int = 0) -> MemoryPage:
        """A page of the owner's memories. Words need a character and a continuity to be ranked by BM25 there; else the
        text must hold all of them."""

        def work(connection: Connection) -> MemoryPage:
            conditions = _conditions(owner, which)
            if which.words.strip() and which.character and which.continuity and not which.forgotten:
                return _by_words(connection, owner, which, conditions, limit, offset)
            conditions += [
                func.lower(memory.c.text).contains(word, autoescape=True) for word in which.words.lower().split()
            ]
            total = connection.execute(select(func.count()).select_from(memory).where(*conditions)).scalar_one()
            wanted = select(memory).where(*conditions).limit(limit).offset(offset)
            if which.oldest_first:
                wanted = wanted.order_by(memory.c.created_at, memory.c.id)
            else:
                wanted = wanted.order_by(memory.c.created_at.desc(), memory.c.id.desc())
            found = tuple(map(rows.memory_from, rows.dicts(connection.execute(wanted))))
            return MemoryPage(memories=found, total=total)

        return await self._database.read(work)

    async def counts(self, owner: str) -> tuple[MemoryCount, ...]:
        """What there is of an owner's, to choose from: who remembers, in which stories, what kinds, and of whom."""
        key = (memory.c.character, memory.c.continuity, memory.c.kind, memory.c.about)
        wanted = select(*key, func.count().label("count")).where(memory.c.owner == owner)
        wanted = wanted.where(memory.c.forgotten_at.is_(None)).group_by(*key).order_by(*key)
        return await self._database.read(
            lambda connection: tuple(MemoryCount(**row) for row in rows.dicts(connection.execute(wanted)))
        )

    async def matching(self, owner: str, character: str, continuity: str, text: str, limit: int) -> dict[str, float]:
        """Memory id → how well its words match those of `text`, best first: BM25 on SQLite, else shared words."""
        return await self._database.read(
            lambda connection: memory_text.matching(connection, owner, character, continuity, text, limit)
        )

    async def concluded(self, owner: str, character: str, continuity: str) -> tuple[Memory, ...]:
        """What a character made of what it lived through in a continuity, newest first."""
        wanted = select(memory).where(
            memory.c.owner == owner,
            memory.c.character == character,
            memory.c.continuity == continuity,
            memory.c.forgotten_at.is_(None),
            memory.c.kind.not_in(_LIVED),
        )
        wanted = wanted.order_by(memory.c.created_at.desc(), memory.c.id.desc())
        return await self._database.read(
            lambda connection: tuple(map(rows.memory_from, rows.dicts(connection.execute(wanted))))
        )

    async def resting_on(self, owner: str, ids: Collection[str]) -> tuple[Memory, ...]:
        """Every memory concluded from these, however indirectly, themselves left out, shallowest first; what is out of
        mind too. One that rests on the events of a lived one counts as concluded from it."""

        def work(connection: Connection) -> tuple[Memory, ...]:
            given = dict.fromkeys(ids)
            roots = _fetched(connection, owner, list(given))
            found: dict[str, Memory] = {}
            frontier = roots
            for _ in range(DEEPEST):
                derived = _derived(connection, owner, frontier)
                frontier = [one for one in derived if one.id not in given and one.id not in found]
                if not frontier:
                    break
                found.update((one.id, one) for one in frontier)
            return tuple(sorted(found.values(), key=lambda one: (one.details.depth, one.created_at, one.id)))

        return await self._database.read(work)


def _conditions(owner: str, which: MemoryFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [memory.c.owner == owner]
    found += [memory.c.forgotten_at.is_not(None) if which.forgotten else memory.c.forgotten_at.is_(None)]
    for column, value in (("character", which.character), ("continuity", which.continuity), ("session", which.session)):
        if value:
            found.append(memory.c[column] == value)
    if which.about:
        found.append(memory.c.about == which.about)
    if which.kinds:
        found.append(memory.c.kind.in_([kind.value for kind in which.kinds]))
    if which.pinned:
        found.append(memory.c.pinned == 1)
    if which.least_importance > 1:
        found.append(memory.c.importance >= which.least_importance)
    if which.since:
        found.append(memory.c.created_at >= rows.stamp(which.since))
    if which.until:
        found.append(memory.c.created_at <= rows.stamp(which.until))
    return found


def _by_words(
    connection: Connection,
    owner: str,
    which: MemoryFilter,
    conditions: list[ColumnElement[bool]],
    limit: int,
    offset: int,
) -> MemoryPage:
    matched = memory_text.matching(connection, owner, which.character, which.continuity, which.words, FOUND_BY_WORDS)
    if not matched:
        return MemoryPage(memories=(), total=0)
    wanted = select(memory).where(*conditions, memory.c.id.in_(list(matched)))
    found = {row["id"]: row for row in rows.dicts(connection.execute(wanted))}
    best = [id_ for id_ in matched if id_ in found]
    page = tuple(rows.memory_from(found[id_]) for id_ in best[offset : offset + limit])
    return MemoryPage(memories=page, total=len(best))


def _fetched(connection: Connection, owner: str, ids: list[str]) -> list[Memory]:
    wanted = select(memory).where(memory.c.owner == owner, memory.c.id.in_(ids))
    return list(map(rows.memory_from, rows.dicts(connection.execute(wanted))))


def _derived(connection: Connection, owner: str, bases: list[Memory]) -> list[Memory]:
    """The memories of the same scopes that name one of these as evidence, or rest on an event one of these tells."""
    found: dict[str, Memory] = {}
    scopes = {(base.character, base.continuity) for base in bases}
    for character, continuity in sorted(scopes):
        mine = [base for base in bases if (base.character, base.continuity) == (character, continuity)]
        ids = {base.id for base in mine}
        told = {base.sources[0] for base in mine if len(base.sources) == 1 and not base.evidence}
        concluded = select(memory).where(
            memory.c.owner == owner,
            memory.c.character == character,
            memory.c.continuity == continuity,
            or_(memory.c.evidence != "[]", memory.c.kind.not_in(_LIVED)),
        )
        for one in map(rows.memory_from, rows.dicts(connection.execute(concluded))):
            if ids.intersection(one.evidence) or (one.id not in ids and told.intersection(one.sources)):
                found[one.id] = one
    return list(found.values())
