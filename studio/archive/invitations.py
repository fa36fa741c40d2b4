"""Chairs at a play given to others: who may sit where. A token opens one; only its digest is kept."""

from __future__ import annotations

import hashlib
import secrets

from pydantic import ValidationError
from sqlalchemy import ColumnElement, Connection, insert, select, update

from studio.archive import rows, tree
from studio.archive.database import Clock, Database, RowError
from studio.archive.schema import invitation
from studio.domain.invitation import Invitation, Role
from studio.domain.session import Session
from studio.errors import Invalid, NotFound

TOKEN_BYTES = 24
CHAIRS_MOST = 20
GONE = "This invitation does not hold, or no longer. Ask whoever sent it for a new link."
_COLUMNS = [invitation.c[name] for name in Invitation.model_fields]


def digest(token: str) -> str:
    """What is kept of a token. It has 192 random bits, so a plain hash is as good as a slow one."""
    return hashlib.sha256(token.encode()).hexdigest()


class InvitationStore:
    """The chairs of every session."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def invite(
        self, to: Session, role: Role, *, character: str = "", name: str = "", calls: bool = True
    ) -> tuple[Invitation, str]:
        """A new chair, and the token that opens it, which nobody can read again.

        Raises: NotFound; Invalid for a player of nobody in the cast, a director who is somebody, a name over 60
            characters, or a chair beyond the twentieth.
        """
        name = " ".join(name.split())
        cast = {member.id for member in to.cast}
        if character and character not in cast:
            raise Invalid(
                f"'{character}' is not in the cast of '{to.title}'. Choose one of: {', '.join(sorted(cast))}."
            )
        if role is Role.PLAYER and not character:
            raise Invalid("A player needs a character to play. Choose one of the cast.")
        if role is Role.DIRECTOR and character:
            raise Invalid("Whoever directs sees everything and plays nobody. Leave the character out.")
        token = secrets.token_urlsafe(TOKEN_BYTES)
        try:
            chair = Invitation(
                id=secrets.token_hex(8),
                session=to.id,
                owner=to.owner,
                role=role,
                character=character,
                name=name,
                calls=calls,
                created_at=self._clock(),
            )
        except ValidationError as error:
            raise Invalid(f"A guest's name has at most 60 characters; this one has {len(name)}.") from error
        row = chair.model_dump() | {"token": digest(token), "created_at": rows.stamp(chair.created_at)}

        def work(connection: Connection) -> None:
            if len(_standing(connection, to)) >= CHAIRS_MOST:
                raise Invalid(f"There are {CHAIRS_MOST} chairs at this table already. Take one away first.")
            connection.execute(insert(invitation), row | {"role": role.value, "calls": int(calls)})

        await self._database.write(work)
        return chair, token

    async def of(self, session: Session) -> tuple[Invitation, ...]:
        """The chairs of a session that stand, the oldest first.

        Raises: NotFound
        """
        return await self._database.read(lambda connection: _standing(connection, session))

    async def redeem(self, token: str) -> Invitation:
        """The chair a token opens.

        Raises: NotFound when it opens none, or none any more.
        """
        return await self._one(invitation.c.token == digest(token))

    async def get(self, id_: str) -> Invitation:
        """A chair, for whoever sits in it.

        Raises: NotFound when it was taken away.
        """
        return await self._one(invitation.c.id == id_)

    async def revoke(self, of: Session, id_: str) -> None:
        """Take a chair away; whoever sits in it is out at once.

        Raises: NotFound
        """
        mine = (invitation.c.id == id_, invitation.c.session == of.id, invitation.c.owner == of.owner)
        ended = update(invitation).where(*mine).values(revoked_at=rows.stamp(self._clock()))

        def work(connection: Connection) -> None:
            if connection.execute(ended).rowcount != 1:
                raise NotFound("There is no such chair at this table.")

        await self._database.write(work)

    async def _one(self, which: ColumnElement[bool]) -> Invitation:
        wanted = select(*_COLUMNS).where(which, invitation.c.revoked_at.is_(None))
        found = await self._database.read(lambda connection: list(rows.dicts(connection.execute(wanted))))
        if not found:
            raise NotFound(GONE)
        return _chair(found[0])


def _standing(connection: Connection, session: Session) -> tuple[Invitation, ...]:
    tree.owned(connection, session.owner, session.id)
    wanted = select(*_COLUMNS).where(invitation.c.session == session.id, invitation.c.revoked_at.is_(None))
    ordered = wanted.order_by(invitation.c.created_at, invitation.c.id)
    return tuple(map(_chair, rows.dicts(connection.execute(ordered))))


def _chair(row: rows.Values) -> Invitation:
    try:
        return Invitation.model_validate({**row, "calls": bool(row["calls"])}, strict=False)
    except ValidationError as error:
        raise RowError(f"invitation '{row.get('id')}' cannot be read") from error
