"""What goes wrong with disks, locks and processes loses nothing and is told in words."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from contextlib import closing, suppress
from multiprocessing import get_context
from pathlib import Path

import pytest

from studio.archive import Archive
from studio.domain.session import Session
from studio.errors import Conflict, StorageError
from tests.archive.player import play
from tests.archive.values import ANN, chain, ids, line, memory, played, session, vectors

KILLS = 20


async def test_of_two_writers_at_once_one_wins_and_the_other_learns_of_it(archive: Archive, url: str) -> None:
    stored, events = await played(archive)
    other = await Archive.open(url)
    texts = ids(events)
    for turn in range(15):
        writers = [archive, other, archive, other]
        lines = [line(stored, f"{turn} by {number}") for number in range(4)]
        results = await asyncio.gather(
            *(writer.sessions.append(stored, [said]) for writer, said in zip(writers, lines, strict=True)),
            return_exceptions=True,
        )
        won = [number for number, result in enumerate(results) if isinstance(result, Session)]
        lost = [result for result in results if isinstance(result, Conflict)]
        assert (len(won), len(lost)) == (1, 3)
        assert all("Somebody else wrote" in str(told) and "load it again" in str(told) for told in lost)
        texts.append(lines[won[0]].id)
        stored = await other.sessions.get(ANN, "tea")
        assert stored == results[won[0]]
    assert ids((await archive.sessions.transcript(ANN, "tea")).events) == texts
    await other.check()
    await other.close()


async def test_writers_of_different_sessions_never_hinder_each_other(archive: Archive, url: str) -> None:
    other = await Archive.open(url)

    async def write(through: Archive, name: str) -> int:
        stored = await through.sessions.create(session(name))
        for _ in range(20):
            stored = await through.sessions.append(stored, chain(stored, 2))
        return len((await through.sessions.transcript(ANN, name)).events)

    assert await asyncio.gather(*(write((archive, other)[n % 2], f"s{n}") for n in range(6))) == [40] * 6
    await other.close()


async def test_a_locked_archive_is_busy_and_goes_on_afterwards(url: str, file: Path) -> None:
    archive = await Archive.open(url, busy_timeout_seconds=0.02)
    stored, events = await played(archive)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for attempt in (
            archive.sessions.append(stored, [line(stored)]),
            archive.sessions.update(stored, title="Supper"),
            archive.memories.add([memory("tea")], vectors(1), "hash"),
            archive.preferences.set(ANN, "theme", "dark"),
        ):
            with pytest.raises(StorageError, match=r"studio\.db is busy.*more than 0\.02 s.*try again"):
                await attempt
        assert (await archive.sessions.transcript(ANN, "tea")).events == events
        other.execute("ROLLBACK")
    more = chain(stored, 2)
    await archive.sessions.append(stored, more)
    assert (await archive.sessions.transcript(ANN, "tea")).events == (*events, *more)
    await archive.close()


async def test_readers_do_not_wait_for_a_writer_that_waits(archive: Archive, file: Path) -> None:
    stored, events = await played(archive)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        waiting = [
            asyncio.create_task(archive.sessions.append(stored, [said])) for said in (line(stored), line(stored))
        ]
        reads = await asyncio.gather(*(archive.sessions.transcript(ANN, "tea") for _ in range(20)))
        assert all(found.events == events for found in reads)
        assert not any(task.done() for task in waiting)
        other.execute("ROLLBACK")
    first, second = await asyncio.gather(*waiting, return_exceptions=True)
    assert isinstance(first, Session)
    assert isinstance(second, Conflict)


async def fill(archive: Archive, stored: Session) -> tuple[Session, StorageError]:
    """Write until the disk is full: the session as it was stored last, and the error."""
    for _ in range(2000):
        try:
            stored = await archive.sessions.append(stored, chain(stored, 4, "So long a line " * 40))
        except StorageError as error:
            return stored, error
    raise AssertionError("the disk never filled up")


async def test_a_full_disk_is_an_error_that_loses_nothing(archive: Archive) -> None:
    stored, _ = await played(archive)
    with closing(archive.database.writing.raw_connection()) as connection:
        connection.cursor().execute("PRAGMA max_page_count=80")
    stored, error = await fill(archive, stored)
    assert "The disk is full" in str(error)
    assert "make room and try again" in str(error)
    assert (await archive.sessions.transcript(ANN, "tea")).session == stored
    await archive.check()
    with closing(archive.database.writing.raw_connection()) as connection:
        connection.cursor().execute("PRAGMA max_page_count=100000")
    stored = await archive.sessions.append(stored, [last := line(stored)])
    assert (await archive.sessions.transcript(ANN, "tea")).events[-1] == last


async def test_a_disk_that_is_really_full_is_an_error_that_loses_nothing(small_disk: Path) -> None:
    url = f"sqlite:///{small_disk}/studio.db"
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(200_000))
    archive = await Archive.open(url)
    stored, _ = await played(archive)
    stored, error = await fill(archive, stored)
    assert str(small_disk) in str(error)
    assert "What was stored before" in str(error)
    transcript = await archive.sessions.transcript(ANN, "tea")
    assert transcript.session == stored
    ballast.unlink()
    stored = await archive.sessions.append(stored, [last := line(stored)])
    await archive.check()
    await archive.close()
    again = await Archive.open(url)
    assert (await again.sessions.transcript(ANN, "tea")).events == (*transcript.events, last)
    await again.close()


async def test_no_room_for_a_new_archive_leaves_nothing_half_made(small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(1_000_000))
    with pytest.raises(StorageError, match=str(small_disk)):
        await Archive.open(f"sqlite:///{small_disk}/studio.db")
    assert list(small_disk.iterdir()) == [ballast]
    ballast.unlink()
    await (await Archive.open(f"sqlite:///{small_disk}/studio.db")).close()


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ("UPDATE event SET parts = '{' WHERE id = :id", "event '{id}' cannot be read"),
        ("UPDATE event SET kind = 'dance' WHERE id = :id", "event '{id}' cannot be read"),
        ("UPDATE event SET at = 'noon' WHERE id = :id", "event '{id}' cannot be read"),
        ("UPDATE event SET text = CAST(x'ff' AS TEXT) WHERE id = :id", "Could not decode"),
        ("DELETE FROM event WHERE id = :id", "event '{id}' of session 'tea' is missing"),
        ("UPDATE event SET parent = 'gone' WHERE id = :id", "event 'gone' of session 'tea' is missing"),
        ('UPDATE session SET heads = \'{"main": "gone"}\'', "event 'gone' of session 'tea' is missing"),
        ("UPDATE session SET heads = 'main'", "session 'tea' cannot be read"),
        ("DELETE FROM session_body", "session 'tea' has lost its scene and cast"),
        ("UPDATE session_body SET scene = '{}'", "session 'tea' cannot be read"),
        ("DROP TABLE event", "no such table: event"),
    ],
)
async def test_what_cannot_be_read_is_an_error_and_never_an_empty_play(
    archive: Archive, file: Path, damage: str, found: str
) -> None:
    _, events = await played(archive)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        for name in ("event_never_updated", "event_deleted_by_purge_only"):
            other.execute(f"DROP TRIGGER {name}")
        other.execute(damage, {"id": events[1].id})
    with pytest.raises(StorageError, match="studio restore") as refused:
        await archive.sessions.transcript(ANN, "tea")
    assert found.format(id=events[1].id) in str(refused.value)
    assert str(file) in str(refused.value)
    with pytest.raises(StorageError):
        await archive.check()


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ("DELETE FROM event WHERE position = 1", "has 2 of its 3 events"),
        ("DELETE FROM event WHERE position = 1", "has lost what it goes on from"),
        ("DELETE FROM event WHERE position = 2", "a head of session 'tea', is missing"),
        ("DELETE FROM session_body", "session 'tea' has lost its scene and cast"),
        ("UPDATE event SET parts = '{' WHERE position = 1", "cannot be read"),
        ("UPDATE memory SET sources = '{'", "cannot be read"),
        ("UPDATE session SET memory_policy = '{}'", "session 'tea' cannot be read"),
        ("DROP TRIGGER event_never_replaced", "triggers"),
        ("PRAGMA foreign_keys=OFF; DELETE FROM memory", "points nowhere"),
    ],
)
async def test_a_check_finds_what_is_wrong(archive: Archive, file: Path, damage: str, found: str) -> None:
    await played(archive)
    await archive.memories.add([memory("tea")], vectors(1), "hash")
    await archive.check()
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        triggers = other.execute(
            "SELECT sql FROM sqlite_master WHERE name LIKE 'event_%' AND type = 'trigger'"
        ).fetchall()
        for name in ("event_never_updated", "event_deleted_by_purge_only"):
            other.execute(f"DROP TRIGGER {name}")
        other.executescript(damage)
        for (sql,) in triggers:
            if "DROP TRIGGER" not in damage:
                with suppress(sqlite3.OperationalError):
                    other.execute(sql)
    with pytest.raises(StorageError, match=found):
        await archive.check()


async def test_a_killed_player_loses_no_line_that_was_stored(archive: Archive, url: str) -> None:
    await archive.sessions.create(session())
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.archive.player"])
    chance = random.Random(20)
    stored: list[str] = []
    for life in range(KILLS):
        hold = life == KILLS - 1
        here, there = context.Pipe()
        player = context.Process(target=play, args=(url, life, there), kwargs={"hold": hold})
        player.start()
        there.close()
        told: list[str] = []
        patience = 1 if hold else chance.randrange(1, 30)
        while len(told) < patience:
            told.append(here.recv_bytes().decode())
        player.kill()
        player.join()
        with suppress(EOFError, ConnectionResetError):
            while True:
                told.append(here.recv_bytes().decode())
        here.close()
        stored += [message.removeprefix("event ") for message in told if message.startswith("event ")]

        again = await Archive.open(url)
        await again.check()
        path = ids((await again.sessions.transcript(ANN, "tea")).events)
        assert set(stored) <= set(path), "a line that was stored is gone"
        assert path == ids(await again.sessions.tree(await again.sessions.get(ANN, "tea")))
        assert [id_ for id_ in path if id_ in set(stored)] == stored
        draft = await again.sessions.draft(ANN, "tea")
        if hold:
            assert draft is not None
            assert f"draft {draft.text}" == told[-1]
        elif draft is not None:
            assert not any(id_ == f"e{draft.text}a" for id_ in path), "a draft outlived its line"
        stored = path
        await again.close()
    assert len(stored) > KILLS
