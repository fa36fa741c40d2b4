"""What an owner makes for the library: every saved state, what is not saved yet, and pictures.

Revisions are only ever added to. A sketch and a revision are written by whoever has read the newest; anybody else is
told, and nothing is lost.
"""

from __future__ import annotations

from sqlalchemy import Connection, Table, and_, delete, func, insert, select, update

from studio.archive import rows
from studio.archive.database import Clock, Database
from studio.archive.schema import picture, revision, sketch
from studio.domain.revision import Kept, Reason, Revision, Sketch
from studio.errors import Conflict, NotFound

NEWEST_FIRST = revision.c.number.desc()
_REVISION = [revision.c[name] for name in Revision.model_fields]
_SKETCH = [sketch.c[name] for name in Sketch.model_fields]


class RevisionStore:
    """The saved states of things, by owner, kind and id."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def add(
        self, owner: str, kind: Kept, item: str, body: str, *, reason: Reason = "saved", after: int | None = None
    ) -> Revision:
        """Keep a state. `after`: the newest number its writer has seen; None: whatever it is.

        Raises: Conflict when there is a newer one.
        """
        here = (revision.c.owner == owner, revision.c.kind == kind, revision.c.item == item)
        at = self._clock()

        def work(connection: Connection) -> int:
            newest = connection.execute(select(func.max(revision.c.number)).where(*here)).scalar() or 0
            if after is not None and newest != after:
                raise Conflict(
                    f"'{item}' was saved elsewhere in the meantime, perhaps by you in another tab (it is at version "
                    f"{newest}, you began from {after}). Nothing was changed by this."
                )
            row = {"item": item, "number": newest + 1, "body": body, "reason": reason, "at": rows.stamp(at)}
            connection.execute(insert(revision), {"owner": owner, "kind": kind, **row})
            return newest + 1

        number = await self._database.write(work)
        return Revision(item=item, number=number, body=body, reason=reason, at=at)

    async def of(self, owner: str, kind: Kept, item: str) -> tuple[Revision, ...]:
        """Every state of one thing, newest first; none for what was never kept."""
        here = (revision.c.owner == owner, revision.c.kind == kind, revision.c.item == item)
        return await self._read(select(*_REVISION).where(*here).order_by(NEWEST_FIRST))

    async def get(self, owner: str, kind: Kept, item: str, number: int) -> Revision:
        """One state. Raises: NotFound."""
        here = (revision.c.owner == owner, revision.c.kind == kind, revision.c.item == item)
        found = await self._read(select(*_REVISION).where(*here, revision.c.number == number))
        if not found:
            raise NotFound(f"There is no version {number} of '{item}'.")
        return found[0]

    async def newest(self, owner: str, kind: Kept) -> tuple[Revision, ...]:
        """The last state of everything of a kind, by id."""
        here = (revision.c.owner == owner, revision.c.kind == kind)
        last = select(revision.c.item, func.max(revision.c.number).label("number"))
        last_of = last.where(*here).group_by(revision.c.item).subquery()
        joined = and_(revision.c.item == last_of.c.item, revision.c.number == last_of.c.number)
        wanted = select(*_REVISION).join(last_of, joined).where(*here).order_by(revision.c.item)
        return await self._read(wanted)

    async def _read(self, wanted: rows.Wanted) -> tuple[Revision, ...]:
        def work(connection: Connection) -> tuple[Revision, ...]:
            return tuple(map(rows.revision_from, rows.dicts(connection.execute(wanted))))

        return await self._database.read(work)


class SketchStore:
    """What is not saved yet, one a key, by owner and kind."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def put(
        self, owner: str, kind: Kept, key: str, body: str, *, base: int = 0, after: int | None = None
    ) -> Sketch:
        """Keep what was written so far. `after`: the version its writer has seen, 0 where there was none; None: write
        over whatever there is.

        Raises: Conflict when another has written meanwhile.
        """
        here = (sketch.c.owner == owner, sketch.c.kind == kind, sketch.c.key == key)
        at = self._clock()

        def work(connection: Connection) -> int:
            found = connection.execute(select(sketch.c.version).where(*here)).scalar() or 0
            if after is not None and found != after:
                raise Conflict(
                    "This was changed in another tab or window since this one showed it. Nothing was changed by this."
                )
            values = {"body": body, "base": base, "version": found + 1, "at": rows.stamp(at)}
            if found:
                connection.execute(update(sketch).where(*here).values(values))
            else:
                connection.execute(insert(sketch), {"owner": owner, "kind": kind, "key": key, **values})
            return found + 1

        version = await self._database.write(work)
        return Sketch(key=key, body=body, base=base, version=version, at=at)

    async def get(self, owner: str, kind: Kept, key: str) -> Sketch | None:
        """What was written under a key, if anything."""
        here = (sketch.c.owner == owner, sketch.c.kind == kind, sketch.c.key == key)
        found = await self._read(select(*_SKETCH).where(*here))
        return found[0] if found else None

    async def all(self, owner: str, kind: Kept) -> tuple[Sketch, ...]:
        """Everything that is not saved, newest first."""
        here = (sketch.c.owner == owner, sketch.c.kind == kind)
        return await self._read(select(*_SKETCH).where(*here).order_by(sketch.c.at.desc()))

    async def drop(self, owner: str, kind: Kept, key: str) -> None:
        """Let go of it, if it is there."""
        here = (sketch.c.owner == owner, sketch.c.kind == kind, sketch.c.key == key)
        await self._database.write(lambda connection: connection.execute(delete(sketch).where(*here)))

    async def _read(self, wanted: rows.Wanted) -> tuple[Sketch, ...]:
        def work(connection: Connection) -> tuple[Sketch, ...]:
            return tuple(map(rows.sketch_from, rows.dicts(connection.execute(wanted))))

        return await self._database.read(work)


class PictureStore:
    """Pictures by owner and the digest of what is in them, so that they come back with a restored archive."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, owner: str, digest: str, data: bytes) -> None:
        """Keep a picture. One that is there stays."""
        here = select(picture.c.digest).where(picture.c.owner == owner, picture.c.digest == digest)

        def work(connection: Connection) -> None:
            if connection.execute(here).scalar() is None:
                connection.execute(insert(picture), {"owner": owner, "digest": digest, "data": data})

        await self._database.write(work)

    async def get(self, owner: str, digest: str) -> bytes:
        """A picture; empty when there is none."""
        wanted = select(picture.c.data).where(picture.c.owner == owner, picture.c.digest == digest)
        return await self._database.read(lambda connection: connection.execute(wanted).scalar() or b"")


def forget(connection: Connection, owner: str) -> None:
    """Delete everything of an owner."""
    tables: tuple[Table, ...] = (revision, sketch, picture)
    for table in tables:
        connection.execute(delete(table).where(table.c.owner == owner))
