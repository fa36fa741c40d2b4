"""What was said to the model for each line, kept small: a prompt is deflated against an earlier one of its caller."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, insert, select

from studio.archive import tree
from studio.archive.database import Database, RowError
from studio.archive.schema import prompt
from studio.domain.session import Session

LEVEL = 6
WORTH_IT = 0.6
"""A prompt that takes more than this share of what it takes by itself becomes the next base."""
PLAINLY = 0.12
"""Prose deflates to two fifths of itself at best: what takes no more than this share of its length is worth it
without trying."""
_KNOWN = select(prompt.c.event).where(prompt.c.event.in_(bindparam("ids", expanding=True)))
_NEWEST = (
    select(prompt.c.event, prompt.c.body)
    .where(prompt.c.session == bindparam("session"), prompt.c.caller == bindparam("caller"), prompt.c.base.is_(None))
    .order_by(prompt.c.event.desc())
    .limit(1)
)
_INSERT = insert(prompt)


class Kept(NamedTuple):
    """A prompt to keep: the event it led to, who asked, and the request as JSON text."""

    event: str
    caller: str
    body: str


class PromptStore:
    """The prompts of every owner's sessions; they go when their session is purged."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, of: Session, prompts: Sequence[Kept]) -> None:
        """Keep these, each at most once.

        Raises: NotFound, also when an event is not in this session.
        """
        if not prompts:
            return

        def work(connection: Connection) -> None:
            ids = [one.event for one in prompts]
            tree.present(connection, of, ids)
            known = set(connection.execute(_KNOWN, {"ids": ids}).scalars())
            for one in prompts:
                if one.event not in known:
                    _insert(connection, of.id, one)

        await self._database.write(work)

    async def get(self, of: Session, event_id: str) -> str | None:
        """The request that led to an event, as the JSON text it was kept as; None where none was kept.

        Raises: NotFound for a session of another owner.
        """

        def work(connection: Connection) -> str | None:
            tree.owned(connection, of.owner, of.id)
            wanted = select(prompt.c.base, prompt.c.body).where(prompt.c.event == event_id, prompt.c.session == of.id)
            row = connection.execute(wanted).first()
            if row is None:
                return None
            body = _inflated(row.body, _base(connection, row.base) if row.base else b"", event_id)
            return body.decode()

        return await self._database.read(work)


def _insert(connection: Connection, session: str, one: Kept) -> None:
    body = one.body.encode()
    row = {"event": one.event, "session": session, "caller": one.caller}
    newest = connection.execute(_NEWEST, {"session": session, "caller": one.caller}).first()
    if newest is not None:
        after = _deflated(body, _inflated(newest.body, b"", newest.event))
        if len(after) < PLAINLY * len(body) or len(after) < WORTH_IT * len(zlib.compress(body, LEVEL)):
            connection.execute(_INSERT, {**row, "base": newest.event, "body": after})
            return
    connection.execute(_INSERT, {**row, "base": None, "body": zlib.compress(body, LEVEL)})


def _base(connection: Connection, event_id: str) -> bytes:
    body = connection.execute(select(prompt.c.body).where(prompt.c.event == event_id)).scalar()
    if body is None:
        raise RowError(f"the prompt of event '{event_id}' is missing")
    return _inflated(body, b"", event_id)


def _deflated(body: bytes, base: bytes) -> bytes:
    machine = zlib.compressobj(LEVEL, zdict=base)
    return machine.compress(body) + machine.flush()


def _inflated(body: bytes, base: bytes, event_id: str) -> bytes:
    try:
        machine = zlib.decompressobj(zdict=base) if base else zlib.decompressobj()
        text = machine.decompress(body) + machine.flush()
    except zlib.error as error:
        raise RowError(f"the prompt of event '{event_id}' cannot be read") from error
    if not machine.eof:
        raise RowError(f"the prompt of event '{event_id}' is cut off")
    return text
