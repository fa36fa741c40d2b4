"""Meters of plays as they were last taken: sums by character and model, so that many plays are read as one table."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, and_, delete, insert, select

from studio.archive import rows, tree
from studio.archive.database import Database
from studio.archive.schema import session, tally
from studio.domain.session import Session
from studio.domain.tally import Tally

_COLUMNS = [tally.c[name] for name in Tally.model_fields]


class TallyStore:
    """The meters of every owner's plays. They can be made again from the plays at any time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, of: Session, tallies: Sequence[Tally]) -> None:
        """Keep the meters of a play in place of older ones; a play without any keeps an empty one.

        Raises: NotFound
        """
        empty = Tally(session=of.id, actor="", model="", version=of.version)
        kept = [one.model_dump() for one in tallies or (empty,)]

        def work(connection: Connection) -> None:
            tree.owned(connection, of.owner, of.id)
            connection.execute(delete(tally).where(tally.c.session == of.id))
            connection.execute(insert(tally), kept)

        await self._database.write(work)

    async def of(self, owner: str) -> tuple[Tally, ...]:
        """The meters kept of an owner's plays, by play, character and model; empty ones left out."""
        mine = select(*_COLUMNS).join(session, session.c.id == tally.c.session)
        wanted = mine.where(session.c.owner == owner, tally.c.lines > 0)
        ordered = wanted.order_by(tally.c.session, tally.c.actor, tally.c.model)
        return await self._database.read(
            lambda connection: tuple(map(Tally.model_validate, rows.dicts(connection.execute(ordered))))
        )

    async def stale(self, owner: str) -> tuple[str, ...]:
        """The plays that moved on since their meters were taken, the oldest first."""
        fresh = and_(tally.c.session == session.c.id, tally.c.version == session.c.version)
        wanted = select(session.c.id).where(session.c.owner == owner, ~select(tally.c.session).where(fresh).exists())
        ordered = wanted.order_by(session.c.created_at, session.c.id)
        return await self._database.read(lambda connection: tuple(connection.execute(ordered).scalars()))
