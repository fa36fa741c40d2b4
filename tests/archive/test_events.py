"""Events: they come back as they were, and nothing changes or deletes one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event as hooks

from studio.archive import Archive, rows, schema
from studio.domain.event import Draft, Event, Kind
from studio.domain.memory import Memory, MemoryKind
from studio.domain.provenance import Provenance, Usage
from tests.archive.values import ANN, NOON, chain, line, memory, played, session, vectors

small = st.integers(-(2**63), 2**63 - 1)
numbers = st.floats(allow_nan=False, allow_infinity=False)
names = st.text(max_size=20)
json = st.recursive(
    st.none() | st.booleans() | st.integers() | numbers | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
    max_leaves=12,
)
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))) | st.just(UTC)
times = st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=zones)  # noqa: DTZ001
usages = st.builds(Usage, calls=small, cost=st.none() | numbers, seconds=numbers)
provenances = st.builds(
    Provenance, model=names, temperature=numbers, max_tokens=small, prompt_digest=names, seed=st.none() | st.integers()
)
events = st.builds(
    Event,
    id=st.uuids(version=4).map(str),
    session=st.just("tea"),
    schema=st.integers(1, 9),
    kind=st.sampled_from(Kind),
    actor=names,
    text=st.text(),
    parts=st.dictionaries(names, json, max_size=4),
    audience=st.lists(names, max_size=4).map(tuple),
    at=times,
    story_minute=small,
    emotion=names,
    salience=st.none() | st.integers(1, 10),
    usage=st.none() | usages,
    provenance=st.none() | provenances,
)
memories = st.builds(
    Memory,
    id=st.uuids(version=4).map(str),
    owner=names,
    character=names,
    continuity=names,
    session=names,
    text=st.text(min_size=1),
    kind=st.sampled_from(MemoryKind),
    importance=st.floats(1, 10),
    created_at=times,
    accessed_at=times,
    sources=st.lists(names, max_size=4).map(tuple),
)


@given(st.lists(events, min_size=1, max_size=4, unique_by=lambda event: event.id))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_event_comes_back_equal(archive: Archive, written: list[Event]) -> None:
    id_ = written[0].id
    stored = await archive.sessions.create(session(id_))
    path: list[Event] = []
    for event in written:
        parent = path[-1].id if path else None
        path.append(event.model_copy(update={"session": id_, "parent": parent}))
    stored = await archive.sessions.append(stored, path)
    transcript = await archive.sessions.transcript(ANN, id_)
    assert transcript.events == tuple(path)
    assert [event.model_dump_json() for event in transcript.events] == [
        event.model_copy(update={"at": event.at.astimezone(UTC)}).model_dump_json() for event in path
    ]
    await archive.sessions.purge(ANN, id_)


@given(memories)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_memory_comes_back_equal(archive: Archive, written: Memory) -> None:
    written = written.model_copy(update={"id": str(uuid4())})  # an id once erased is never taken again
    assert await archive.memories.add([written], vectors(1), "hash") == 1
    assert await archive.memories.fetch(written.owner, [written.id]) == (written,)
    assert await archive.memories.of(written.owner, written.character, written.continuity) == (written,)
    assert await archive.memories.delete(written.owner, [written.id]) == 1


@given(st.lists(times, min_size=2, max_size=5))
def test_stored_times_sort_as_the_times_do(written: list[datetime]) -> None:
    assert sorted(map(rows.stamp, written)) == [rows.stamp(at) for at in sorted(written)]
    assert all(datetime.fromisoformat(rows.stamp(at)) == at for at in written)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET text = 'never said'",
        "UPDATE event SET audience = '[]' WHERE position = 0",
        "DELETE FROM event",
        "DELETE FROM event WHERE position = 2",
        "INSERT OR REPLACE INTO event SELECT * FROM event",
        f"INSERT OR REPLACE INTO event SELECT 'new', {', '.join(list(schema.event.c.keys())[1:])} FROM event",
    ],
)
async def test_the_database_itself_refuses_to_change_an_event(archive: Archive, file: Path, statement: str) -> None:
    stored, written = await played(archive)
    with closing(sqlite3.connect(file)) as other, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        other.execute(statement)
    assert await archive.sessions.tree(stored) == written


async def test_no_statement_but_those_of_a_purge_touches_a_stored_event(archive: Archive) -> None:
    seen: list[str] = []
    hooks.listen(archive.database.writing, "before_cursor_execute", lambda *call: seen.append(call[2]))
    stored, written = await played(archive)
    await archive.sessions.write_draft(ANN, Draft(session="tea", parent=None, actor="ada", text="…", updated_at=NOON))
    stored = await archive.sessions.append(
        stored,
        [
            edit := line(stored, "New", kind=Kind.EDIT, parts={"replaces": written[0].id}),
            line(stored, "", parent=edit.id, kind=Kind.TOMBSTONE, parts={"hides": written[1].id}),
        ],
    )
    stored = await archive.sessions.move_head(stored, written[0].id)
    stored = await archive.sessions.append(stored, chain(stored, 2))
    stored = await archive.sessions.update(stored, title="Supper", archived_at=NOON)
    await archive.memories.add([memory("tea")], vectors(1), "hash")
    await archive.memories.delete(ANN, [memory("tea").id])
    touching = ("UPDATE event", "DELETE FROM event", "REPLACE")
    assert any("INSERT INTO event" in statement for statement in seen)
    assert not [statement for statement in seen if statement.startswith(touching)]
    await archive.sessions.purge(ANN, "tea")
    assert [statement for statement in seen if statement.startswith(touching)]


async def test_a_purge_opens_the_door_for_its_own_session_only(archive: Archive, file: Path) -> None:
    await played(archive)
    stored, written = await played(archive, at=session("other"))
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("INSERT INTO purge VALUES ('tea')")
        other.execute("DELETE FROM event WHERE session = 'tea'")
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            other.execute("DELETE FROM event")
        other.execute("ROLLBACK")
        assert other.execute("SELECT count(*) FROM purge").fetchone() == (0,)
    assert await archive.sessions.tree(stored) == written
    await archive.sessions.purge(ANN, "tea")
    with closing(sqlite3.connect(file)) as other:
        assert other.execute("SELECT count(*) FROM purge").fetchone() == (0,)
