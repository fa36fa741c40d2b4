"""What the session store asks of the database: statements built once, and small steps within a transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from studio.archive import memory_text, rows
from studio.archive.database import RowError
from studio.archive.schema import (
    draft,
    event,
    invitation,
    memory,
    memory_change,
    memory_erased,
    memory_vector,
    prompt,
    purge,
    session,
    session_body,
    tally,
    trail,
)
from studio.domain.event import OVERLAYS, TURNS, Event, Kind
from studio.domain.session import Session
from studio.errors import Conflict, Invalid, NotFound, UserError

EVENT = [column for column in event.c if column is not event.c.position]
_SESSION_COLUMNS = [session.c[name] for name in Session.model_fields if name in session.c]
CLAIM = (
    update(session)
    .where(
        session.c.id == bindparam("the_id"),
        session.c.owner == bindparam("the_owner"),
        session.c.version == bindparam("the_version"),
    )
    .values(version=session.c.version + 1, updated_at=bindparam("the_time"))
)
"""Takes the session for one write: touches a row only when nobody has written since it was read."""
CLAIM_HEADS = CLAIM.values(heads=bindparam("the_heads"), head=bindparam("the_head"))
APPEND = CLAIM_HEADS.values(
    events=session.c.events + bindparam("more_events"), turns=session.c.turns + bindparam("more_turns")
).returning(
    session.c.events,
    select(event.c.position)
    .where(event.c.id == bindparam("the_parent"), event.c.session == bindparam("the_id"))
    .scalar_subquery(),
)
"""Claims the session for more events. Returns how many there are now and where the parent of the first stands; nothing
when somebody else wrote."""
_INSERT = insert(event)
DROP_DRAFT = delete(draft).where(draft.c.session == bindparam("the_id"))

_OWNED = select(session.c.id).where(session.c.id == bindparam("id"), session.c.owner == bindparam("owner"))
SESSIONS = select(*_SESSION_COLUMNS, session_body.c.scene, session_body.c.cast).join(
    session_body, session_body.c.session == session.c.id
)
_SESSION = SESSIONS.where(session.c.id == bindparam("id"), session.c.owner == bindparam("owner"))
_ONE = (
    select(*EVENT)
    .join(session, session.c.id == event.c.session)
    .where(event.c.id == bindparam("event"), session.c.id == bindparam("id"), session.c.owner == bindparam("owner"))
)
_PRESENT = (
    select(event.c.id)
    .join(session, session.c.id == event.c.session)
    .where(
        event.c.id.in_(bindparam("ids", expanding=True)),
        session.c.id == bindparam("id"),
        session.c.owner == bindparam("owner"),
    )
)
_SET_TURNS = update(session).where(session.c.id == bindparam("the_id")).values(turns=bindparam("the_turns"))


def _path() -> Select[str]:
    columns = (event.c.id, event.c.parent, event.c.position)
    here = event.c.session == bindparam("id")
    path = select(*columns).where(event.c.id == bindparam("tip"), here).cte("path", recursive=True)
    # A parent stands before its child, so that not even a damaged database makes this go round for ever.
    older = select(*columns).where(event.c.id == path.c.parent, here, event.c.position < path.c.position)
    return select(path.union_all(older).c.id)


def _lineage() -> Select[str]:
    line = select(event.c.id, event.c.parent).where(event.c.id == bindparam("tip")).cte("line", recursive=True)
    return select(line.union(select(event.c.id, event.c.parent).where(event.c.id == line.c.parent)).c.id)


PATH = select(*EVENT).where(event.c.id.in_(_path())).order_by(event.c.position)
LINEAGE = _lineage()
_COUNTED = select(event.c.id, event.c.kind, event.c.parts).where(
    event.c.id.in_(_path()), event.c.kind.in_([kind.value for kind in TURNS | OVERLAYS])
)


def get(connection: Connection, owner: str, id_: str) -> Session:
    """A session as it stands.

    Raises: NotFound
    """
    for row in rows.dicts(connection.execute(_SESSION, {"id": id_, "owner": owner})):
        return rows.session_from(row)
    owned(connection, owner, id_)
    raise RowError(f"session '{id_}' has lost its scene and cast")


def owned(connection: Connection, owner: str, id_: str) -> None:
    """Make sure of it.

    Raises: NotFound
    """
    if connection.execute(_OWNED, {"id": id_, "owner": owner}).first() is None:
        raise NotFound(f"There is no session '{id_}'.")


def one(connection: Connection, of: Session, event_id: str) -> Event:
    """One event of a session.

    Raises: NotFound
    """
    for row in rows.dicts(connection.execute(_ONE, {"id": of.id, "owner": of.owner, "event": event_id})):
        return rows.event_from(row)
    owned(connection, of.owner, of.id)
    raise NotFound(f"There is no event '{event_id}' in session '{of.id}'.")


def present(connection: Connection, of: Session, ids: Collection[str]) -> None:
    """Make sure that these are events of a session.

    Raises: NotFound
    """
    found = set(connection.execute(_PRESENT, {"ids": list(ids), "id": of.id, "owner": of.owner}).scalars())
    for id_ in ids:
        if id_ not in found:
            one(connection, of, id_)


def refusal(connection: Connection, at: Session) -> UserError:
    """Why the session as it was read cannot be written to."""
    try:
        now = get(connection, at.owner, at.id)
    except NotFound as missing:
        return missing
    return Conflict(
        f"Somebody else wrote to '{now.title}' in the meantime, perhaps you in another tab (it is at version "
        f"{now.version}, you read {at.version}). Nothing was changed by this; load it again and go on from there."
    )


def claim(at: Session, time: datetime) -> rows.Values:
    """What CLAIM asks for."""
    return {"the_id": at.id, "the_owner": at.owner, "the_version": at.version, "the_time": rows.stamp(time)}


def claim_heads(at: Session, heads: dict[str, str], head: str, time: datetime) -> rows.Values:
    """What CLAIM_HEADS asks for."""
    return {**claim(at, time), "the_heads": rows.json(heads), "the_head": head}


def check_chain(at: Session, events: Sequence[Event]) -> None:
    """Whether the events go on from the tip of the session, each from the one before.

    Raises: Invalid
    """
    before = at.tip if at.tip is not None else at.follows
    seen: set[str] = set()
    for new in events:
        if new.session != at.id:
            raise Invalid(f"Event {new.id} belongs to session {new.session}, not to {at.id}.")
        if new.parent != before:
            raise Invalid(f"Event {new.id} goes on from {new.parent}, but head '{at.head}' stands at {before}.")
        if new.id in seen:
            raise Invalid(f"Event {new.id} comes twice.")
        seen.add(new.id)
        before = new.id


def append(connection: Connection, at: Session, events: Sequence[Event], claimed: rows.Values) -> None:
    """Store events that go on from the tip, in a session claimed for them.

    Raises: Conflict or NotFound when the session is not as it was read; Invalid when an event is stored already.
    """
    row = connection.execute(APPEND, {**claimed, "the_parent": events[0].parent}).first()
    if row is None:
        raise refusal(connection, at)
    counted, parent = row
    first = counted - len(events)
    store(connection, events, first)
    # Going on from an older event than the last stored: what was told after it no longer counts.
    branches = (-1 if parent is None else parent) != first - 1
    if branches or any(new.kind in OVERLAYS for new in events):
        recount(connection, at.id, events[-1].id)


def store(connection: Connection, events: Sequence[Event], first: int) -> None:
    """Insert events at the positions from `first` on.

    Raises: Invalid when one of them is stored already.
    """
    try:
        connection.execute(_INSERT, [rows.event_row(new, first + count) for count, new in enumerate(events)])
    except IntegrityError as error:
        ids = ", ".join(new.id for new in events)
        raise Invalid(f"An event of {ids} is stored already; an event is written once.") from error


def check_path(of: Session, path: Sequence[Event]) -> None:
    """Whether the path, oldest first, leads from the root to the tip without a gap.

    Raises: RowError
    """
    missing = of.tip if of.tip is not None else of.follows
    for found in reversed(path):
        if found.id != missing:
            break
        missing = found.parent
    if missing != of.follows:
        raise RowError(f"event '{missing}' of session '{of.id}' is missing")


def recount(connection: Connection, id_: str, tip: str | None) -> None:
    """Set the number of turns that count on the path to the tip, hidden ones left out."""
    counted = connection.execute(_COUNTED, {"id": id_, "tip": tip}).all() if tip else ()
    standing = {row.id for row in counted if row.kind in TURNS}
    final = {rows.target(row.parts): row.kind for row in counted if row.kind in OVERLAYS}
    hidden = {target for target, kind in final.items() if kind == Kind.TOMBSTONE}
    connection.execute(_SET_TURNS, {"the_id": id_, "the_turns": len(standing - hidden)})


def destroy(connection: Connection, ids: Collection[str]) -> None:
    """Delete sessions with all that hangs on them. The triggers let events go only for ids in table `purge`."""
    for id_ in ids:
        connection.execute(insert(purge), {"session": id_})
        forget(connection, memory.c.session == id_)
        for table in (draft, trail, invitation, tally, prompt, event, session_body, purge, memory_erased):
            connection.execute(delete(table).where(table.c.session == id_))
        connection.execute(delete(session).where(session.c.id == id_))
    memory_text.wipe(connection)


def forget(connection: Connection, which: ColumnElement[bool]) -> int:
    """Delete memories, their vectors, words and history; how many memories there were."""
    doomed = select(memory.c.id).where(which)
    columns = (memory.c.id, memory.c.owner, memory.c.character, memory.c.continuity, memory.c.text)
    living = connection.execute(select(*columns).where(which, memory.c.forgotten_at.is_(None))).all()
    memory_text.leave(connection, [tuple(row) for row in living])
    for table in (memory_vector, memory_change):
        connection.execute(delete(table).where(table.c.memory.in_(doomed)))
    return connection.execute(delete(memory).where(which)).rowcount
