"""Whether what is stored hangs together and can be read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Select, and_, func, select

from studio.archive import rows, sqlite, tree
from studio.archive.database import RowError
from studio.archive.schema import draft, event, memory, revision, session, session_body, sketch
from studio.domain.revision import Revision, Sketch

MOST = 10


def check(connection: Connection) -> None:
    """Whether the file is sound, every scene, event and head is there and every chain leads to a root.

    Raises: RowError with what was found, ten findings at most
    """
    found = _findings(connection)
    if found:
        raise RowError("; ".join(found))


def _findings(connection: Connection) -> list[str]:
    if connection.dialect.name == "sqlite":
        found = sqlite.faults(connection, quick=False)
        if not sqlite.guarded(connection):
            found.append("the triggers that keep events from change are missing")
        if found:
            return found[:MOST]
    return [*_lost_bodies(connection), *_miscounted(connection), *_broken(connection), *_lost_heads(connection)][:MOST]


def read_through(connection: Connection) -> None:
    """Whether every row can still be read. Takes some 20 µs a row.

    Raises: RowError with what was found, ten findings at most
    """
    checks: tuple[tuple[Select[*tuple[Any, ...]], Callable[[rows.Values], object]], ...] = (
        (tree.SESSIONS, rows.session_from),
        (select(*tree.EVENT), rows.event_from),
        (select(draft), rows.draft_from),
        (select(memory), rows.memory_from),
        (select(*(revision.c[name] for name in Revision.model_fields)), rows.revision_from),
        (select(*(sketch.c[name] for name in Sketch.model_fields)), rows.sketch_from),
    )
    found: list[str] = []
    for wanted, decode in checks:
        for row in rows.dicts(connection.execute(wanted.execution_options(yield_per=1000))):
            try:
                decode(row)
            except RowError as error:
                found.append(str(error))
    if found:
        raise RowError("; ".join(found[:MOST]))


def _lost_bodies(connection: Connection) -> list[str]:
    lost = select(session.c.id).where(session.c.id.not_in(select(session_body.c.session))).limit(MOST)
    return [f"session '{id_}' has lost its scene and cast" for id_ in connection.execute(lost).scalars()]


def _miscounted(connection: Connection) -> list[str]:
    count = select(func.count()).where(event.c.session == session.c.id).scalar_subquery()
    wrong = select(session.c.id, session.c.events, count.label("found")).where(session.c.events != count).limit(MOST)
    return [f"session '{row.id}' has {row.found} of its {row.events} events" for row in connection.execute(wrong)]


def _broken(connection: Connection) -> list[str]:
    parent = event.alias()
    before = and_(
        parent.c.id == event.c.parent,
        parent.c.session == event.c.session,
        parent.c.position < event.c.position,
    )
    orphans = (
        select(event.c.id, event.c.session)
        .join(session, session.c.id == event.c.session)
        .outerjoin(parent, before)
        .where(parent.c.id.is_(None), event.c.parent.is_distinct_from(session.c.follows))
        .limit(MOST)
    )
    return [f"event '{id_}' of session '{of}' has lost what it goes on from" for id_, of in connection.execute(orphans)]


def _lost_heads(connection: Connection) -> list[str]:
    found: list[str] = []
    for id_, heads in connection.execute(select(session.c.id, session.c.heads)).all():
        tips = set(rows.heads_from(heads, id_).values())
        there = select(event.c.id).where(event.c.session == id_, event.c.id.in_(tips))
        lost = tips - set(connection.execute(there).scalars())
        found += [f"event '{tip}', a head of session '{id_}', is missing" for tip in sorted(lost)]
        if len(found) >= MOST:
            break
    return found
