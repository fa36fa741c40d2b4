"""A disk or database that refuses in the middle of a turn: a clear error, nothing lost, and then the play goes on."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from studio.domain.event import TURNS
from studio.domain.message import Request
from studio.domain.transcript import Transcript
from studio.errors import Conflict, StorageError
from studio.llm.scripted import ScriptedModel
from studio.roleplay import drafting
from studio.roleplay.steps import Decided, Recollected, Streaming, Turn
from tests.roleplay.company import OWNER, PADDING, PAIR, TWO, Company, Voice, gathered, lines

BUSY = r"studio\.db is busy.*Nothing was written and nothing lost; try again"
LINE = {"line": "Is anybody there?", "as_": "bo"}


@contextmanager
def locked(folder: Path) -> Iterator[sqlite3.Connection]:
    """Another program holds the database."""
    with closing(sqlite3.connect(folder / "studio.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield other
        if other.in_transaction:
            other.execute("ROLLBACK")


async def draft_of(company: Company, transcript: Transcript) -> str:
    draft = await company.archive.sessions.draft(OWNER, transcript.session.id)
    return draft.text if draft else ""


async def test_a_database_locked_before_the_persons_line_writes_nothing(company: Company, tmp_path: Path) -> None:
    transcript = await company.turn(await company.begin(TWO, PAIR))
    with locked(tmp_path):
        with pytest.raises(StorageError, match=BUSY):
            await company.turn(transcript, **LINE)
        assert await company.stored(transcript) == transcript, "it can still be read"
    transcript = await company.turn(transcript, **LINE)
    assert [actor for actor, _ in lines(transcript)] == ["ada", "bo", "ada"]


@pytest.mark.parametrize("moment", [Decided, Recollected, Streaming])
async def test_a_database_locked_while_a_character_speaks_keeps_every_line_before(
    tmp_path: Path, moment: type[object]
) -> None:
    async with gathered(tmp_path, Voice(thought="Not now, please."), chunk_chars=8) as company:
        transcript = await company.begin(TWO, PAIR)
        steps = company.engine.advance(transcript, Turn(**LINE))
        with pytest.raises(StorageError, match=BUSY):
            async for step in steps:
                if isinstance(step, moment):
                    with locked(tmp_path):
                        async for _ in steps:
                            pass
        transcript = await company.stored(transcript)
        assert lines(transcript) == [("bo", "Is anybody there?")], "no thought without its line"
        transcript = await company.turn(transcript)
        assert [actor for actor, _ in lines(transcript)] == ["bo", "ada"]


async def test_a_line_that_could_not_be_stored_is_there_as_a_draft_once_it_can(tmp_path: Path) -> None:
    """The lock goes away between the write that failed and the draft: all that was said is kept."""
    async with gathered(tmp_path, ["A line of some length, said to the end."]) as company:
        transcript = await company.begin(TWO, PAIR)
        store = company.archive.sessions.append
        with locked(tmp_path) as other:

            async def append(*given):  # type: ignore[no-untyped-def]
                try:
                    return await store(*given)
                finally:
                    other.execute("ROLLBACK")

            company.archive.sessions.append = append  # type: ignore[method-assign]
            with pytest.raises(StorageError, match=BUSY):
                await company.turn(transcript)
        assert await company.stored(transcript) == transcript
        assert await draft_of(company, transcript) == "A line of some length, said to the end."


async def test_a_lock_that_passes_while_a_line_streams_costs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafting, "FIRST_AFTER_SECONDS", 0.0)
    monkeypatch.setattr(drafting, "EVERY_SECONDS", 0.0)
    async with gathered(tmp_path, ["One two three four five six seven."], chunk_chars=4) as company:
        transcript = await company.begin(TWO, PAIR)
        steps = company.engine.advance(transcript)
        with locked(tmp_path):
            async for step in steps:
                if isinstance(step, Streaming) and "four" in step.text:
                    break
        async for step in steps:
            transcript = getattr(step, "transcript", transcript)
        assert lines(transcript) == [("ada", "One two three four five six seven.")]
        assert await company.stored(transcript) == transcript and await draft_of(company, transcript) == ""


async def test_a_locked_database_leaves_another_take_undone_and_the_first_in_view(
    company: Company, tmp_path: Path
) -> None:
    transcript = await company.turns(await company.begin(TWO, PAIR), 2)
    with locked(tmp_path), pytest.raises(StorageError, match=BUSY):
        await company.again(transcript, transcript.events[-1])
    assert await company.stored(transcript) == transcript
    again = await company.again(transcript, transcript.events[-1])
    assert len(lines(again)) == 2 and again.events[-1] != transcript.events[-1]


async def test_memories_that_could_not_be_stored_are_caught_up_on(company: Company, tmp_path: Path) -> None:
    transcript = await company.turns(await company.begin(TWO, PAIR), 3)
    with locked(tmp_path), pytest.raises(StorageError, match=BUSY):
        await company.engine.remember(transcript)
    assert await company.engine.remember(transcript) == sum(len(event.audience) for event in transcript.events)


def pages(company: Company, limit: int | None = None) -> int:
    """How many pages the database has; `limit` makes its disk as large as that."""
    with closing(company.archive.database.writing.raw_connection()) as connection:
        cursor = connection.cursor()
        if limit is not None:
            cursor.execute(f"PRAGMA max_page_count={limit}")
        return int(cursor.execute("PRAGMA page_count").fetchone()[0])


async def test_a_disk_that_fills_up_during_a_play_loses_nothing(tmp_path: Path) -> None:
    async with gathered(tmp_path, lambda request, number: f"{number} {PADDING * 4}") as company:
        transcript = await company.turns(await company.begin(TWO, PAIR), 3)
        pages(company, pages(company) + 6)
        with pytest.raises(StorageError, match=r"The disk is full.*make room and try again"):
            for _ in range(50):
                transcript = await company.turn(transcript)
        stood = await company.stored(transcript)
        assert stood == transcript
        await company.archive.check()
        pages(company, 1_000_000)
        transcript = await company.turn(stood)
        assert transcript.events[:-1] == stood.events
    async with gathered(tmp_path, seed=2) as again:
        assert await again.stored(transcript) == transcript


async def test_a_disk_too_full_for_a_new_play_says_so(company: Company) -> None:
    pages(company, pages(company))
    with pytest.raises(StorageError, match="The disk is full"):
        for _ in range(100):
            await company.begin(TWO.model_copy(update={"premise": PADDING * 20}), PAIR)
    await company.archive.check()


def beside(company: Company) -> Company:
    """A second company in the same house: another tab."""
    model = ScriptedModel(Voice())
    return Company(company.archive, company.keeper, model, None, company.engine.context.clock, 2)


async def test_of_two_tabs_on_one_play_one_writes_and_the_other_is_told(company: Company) -> None:
    other = beside(company)
    transcript = await company.begin(TWO, PAIR)
    for _ in range(5):
        results = await asyncio.gather(company.turn(transcript), other.turn(transcript), return_exceptions=True)
        (won,) = [result for result in results if isinstance(result, Transcript)]
        (lost,) = [result for result in results if isinstance(result, Conflict)]
        assert "load it again and go on from there" in str(lost)
        assert await company.stored(transcript) == won and len(won.events) == len(transcript.events) + 1
        assert await draft_of(company, won) == ""
        transcript = won
    assert len(await company.tree(transcript)) == len(transcript.events)


async def test_a_second_archive_on_the_same_file_conflicts_without_writing(tmp_path: Path) -> None:
    async with gathered(tmp_path) as one:
        stale = await one.begin(TWO, PAIR)
        async with gathered(tmp_path, seed=2) as two:
            fresh = await two.turn(stale)
            calls = len(one.model.requests)
            with pytest.raises(Conflict, match="Somebody else wrote to 'The lamp room'"):
                await one.turn(stale, **LINE)
            assert len(one.model.requests) == calls, "no call is paid for"
            with pytest.raises(Conflict):
                await one.turn(stale)
            assert await one.stored(stale) == fresh == await two.stored(stale)
            assert await draft_of(two, fresh) == ""
            assert len(lines(await one.turn(fresh))) == 2


def voice(request: Request, number: int) -> str:
    return f"{number} {PADDING}"


async def test_a_damaged_memory_index_is_said_and_rebuilt_and_nothing_is_forgotten(tmp_path: Path) -> None:
    async with gathered(tmp_path, voice) as company:
        transcript = await company.turn(
            await company.begin(TWO, PAIR), line="The walrus ate the brass sextant.", as_="ada", answer=False
        )
        transcript = await company.turns(transcript, 14)
        await company.engine.remember(transcript)
        await company.keeper.reindex()
    for file in (tmp_path / "memory").rglob("*"):
        if file.is_file() and "lock" not in file.name:
            file.write_bytes(b"\xff" * 64)
    async with gathered(tmp_path, voice, seed=2) as again:
        transcript = await again.turn(transcript, line="Where is the brass sextant, walrus?", as_="ada", answer=False)
        transcript = await again.turn(transcript, speaker="bo")
        recalled = again.recollected.memories if again.recollected else ()
        assert any("walrus ate the brass sextant" in one.memory.text for one in recalled)
        await again.keeper.check()
        assert any("could not be read" in notice and "no memory is lost" in notice for notice in again.keeper.notices)
        assert (await again.keeper.check()).missing == 0
        assert [event for event in transcript.events if event.kind in TURNS]
