"""What somebody did that says what they like, and how they rated a talk: small records, each to be forgotten alone."""

from __future__ import annotations

from datetime import datetime

from pydantic import AwareDatetime
from sqlalchemy import Connection, delete, insert, select, update

from studio.archive import rows
from studio.archive.database import Database
from studio.archive.schema import act
from studio.domain.value import Value
from studio.errors import NotFound


class Act(Value):
    """One record: `kind` says what `body` (JSON text) holds."""

    id: str
    owner: str
    kind: str
    at: AwareDatetime
    body: str


class ActStore:
    """The acts of every owner, oldest first. A forgotten one counts no more and can be brought back."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, new: Act) -> None:
        """Store an act. One of the same id is left as it is."""
        row = {**new.model_dump(exclude={"at"}), "at": rows.stamp(new.at)}

        def work(connection: Connection) -> None:
            if connection.execute(select(act.c.id).where(act.c.id == new.id)).first() is None:
                connection.execute(insert(act), row)

        await self._database.write(work)

    async def list(self, owner: str, kind: str, *, limit: int = 5000) -> tuple[Act, ...]:
        """The newest `limit` acts of a kind that count, oldest first."""
        mine = (act.c.owner == owner, act.c.kind == kind, act.c.forgotten_at.is_(None))
        wanted = select(act).where(*mine).order_by(act.c.at.desc(), act.c.id.desc()).limit(limit)

        def work(connection: Connection) -> tuple[Act, ...]:
            found = [
                Act(**{name: value for name, value in row.items() if name != "forgotten_at"})
                for row in rows.dicts(connection.execute(wanted))
            ]
            return tuple(reversed(found))

        return await self._database.read(work)

    async def forget(self, owner: str, id_: str, at: datetime) -> None:
        """Let an act count no more.

        Raises: NotFound
        """
        await self._mark(owner, id_, rows.stamp(at))

    async def bring_back(self, owner: str, id_: str) -> None:
        """Let a forgotten act count again, where it stood.

        Raises: NotFound
        """
        await self._mark(owner, id_, None)

    async def erase(self, owner: str, kind: str) -> int:
        """Delete all acts of a kind for good; how many there were."""
        mine = delete(act).where(act.c.owner == owner, act.c.kind == kind)
        count = await self._database.write(lambda connection: connection.execute(mine).rowcount)
        await self._database.scrub()
        return count

    async def _mark(self, owner: str, id_: str, value: str | None) -> None:
        mine = update(act).where(act.c.owner == owner, act.c.id == id_).values(forgotten_at=value)

        def work(connection: Connection) -> None:
            if connection.execute(mine).rowcount == 0:
                raise NotFound(f"There is nothing called '{id_[:80]}' to forget or bring back.")

        await self._database.write(work)


def forget(connection: Connection, owner: str) -> None:
    """Delete all acts of an owner, within a purge."""
    connection.execute(delete(act).where(act.c.owner == owner))
