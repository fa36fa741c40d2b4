"""Where a session's head has been, and the names given to places in it."""

from __future__ import annotations

from pydantic import ValidationError
from sqlalchemy import Connection, delete, insert, select

from studio.archive import tree
from studio.archive.database import Clock, Database, RowError
from studio.archive.schema import trail
from studio.domain.session import Session
from studio.domain.trail import Trail
from studio.errors import Invalid

NAME_CHARS = 80


class TrailStore:
    """Moves the head of a session together with the steps that lead back, and keeps named heads beside it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def get(self, of: Session) -> Trail:
        """The steps kept of a session; an empty trail where there are none.

        Raises: NotFound
        """

        def work(connection: Connection) -> Trail:
            tree.owned(connection, of.owner, of.id)
            found = connection.execute(select(trail.c.body).where(trail.c.session == of.id)).scalar()
            try:
                return Trail() if found is None else Trail.model_validate_json(found)
            except ValidationError as error:
                raise RowError(f"the trail of session '{of.id}' cannot be read") from error

        return await self._database.read(work)

    async def move(self, at: Session, event_id: str | None, steps: Trail) -> Session:
        """Point the current head at an event (None: before the first) and keep these steps: both or neither.

        Raises: Conflict; NotFound when there is no such event in the session.
        """
        heads = {name: tip for name, tip in at.heads.items() if name != at.head}
        if event_id is not None:
            heads[at.head] = event_id
        body = {"session": at.id, "body": steps.model_dump_json()}

        def work(connection: Connection) -> Session:
            moved = self._claim(connection, at, heads, event_id)
            connection.execute(delete(trail).where(trail.c.session == at.id))
            connection.execute(insert(trail), body)
            tree.recount(connection, at.id, event_id)
            return moved

        return await self._database.write(work)

    async def name(self, at: Session, name: str, event_id: str | None) -> Session:
        """Give an event a name among the heads, or take the name away (None). The current head stays where it is.

        Raises: Conflict; NotFound; Invalid for an empty or too long name, and for that of the current head.
        """
        name = " ".join(name.split())
        if not name or len(name) > NAME_CHARS:
            raise Invalid(f"A checkpoint's name has 1 to {NAME_CHARS} characters; this one has {len(name)}.")
        if name == at.head:
            raise Invalid(f"'{name}' is the name of the play as it goes on. Choose another for the checkpoint.")
        heads = {other: tip for other, tip in at.heads.items() if other != name}
        if event_id is not None:
            heads[name] = event_id
        return await self._database.write(lambda connection: self._claim(connection, at, heads, event_id))

    def _claim(self, connection: Connection, at: Session, heads: dict[str, str], event_id: str | None) -> Session:
        if event_id is not None:
            tree.one(connection, at, event_id)
        time = max(at.updated_at, self._clock())
        if connection.execute(tree.CLAIM_HEADS, tree.claim_heads(at, heads, at.head, time)).rowcount != 1:
            raise tree.refusal(connection, at)
        return at.model_copy(update={"heads": heads, "version": at.version + 1, "updated_at": time})
