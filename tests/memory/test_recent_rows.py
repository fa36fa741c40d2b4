"""Rows kept at hand never hide what another process did to the database."""

from __future__ import annotations

from datetime import timedelta

from studio.archive.memories import Touch
from studio.memory import recent_rows
from studio.memory.recent_window import RecentWindow
from tests.memory.kept import ADA, STREAM, House, ask, events
from tests.plays import NOON, session

SESSION = session()


async def test_what_another_process_forgot_is_not_recalled(house: House) -> None:
    path = events(6)
    ours, theirs = house.keeper(), house.keeper()
    await ours.observe(SESSION, path)
    before = await ours.recall(STREAM, ask(path))
    assert len(before) == 6
    await theirs.delete("me", [before[0].memory.id])
    assert {one.memory.id for one in await ours.recall(STREAM, ask(path))} == {one.memory.id for one in before[1:]}


async def test_what_another_process_added_is_recalled(house: House) -> None:
    path = events(6)
    ours, theirs = house.keeper(), house.keeper()
    await ours.observe(SESSION, path[:3])
    assert len(await ours.recall(STREAM, ask(path))) == 3
    await theirs.observe(SESSION, path)
    assert len(await ours.recall(STREAM, ask(path))) == 6


async def test_a_recall_reads_no_rows_it_holds(house: House) -> None:
    path = events(6)
    keeper = house.keeper()
    await keeper.observe(SESSION, path)
    read: list[int] = []
    of = house.archive.memories.of
    house.archive.memories.of = lambda *scope, **page: read.append(1) or of(*scope, **page)  # type: ignore[method-assign]
    assert len(await keeper.recall(STREAM, ask(path))) == 6
    assert not read


async def test_when_a_memory_came_to_mind_is_stored_with_the_next_observation(house: House) -> None:
    path = events(4)
    keeper = house.keeper()
    await keeper.observe(SESSION, path[:3])
    recalled = await keeper.recall(STREAM, ask(path[:3], limit=1))
    await keeper.observe(SESSION, path)
    stored = {one.id: one.accessed_at for one in await house.all_of_ada()}
    assert stored[recalled[0].memory.id] == NOON + timedelta(days=3)


async def test_more_than_is_held_is_read_from_the_database(house: House, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(recent_rows, "ROWS", 4)
    path = events(12)
    keeper = house.keeper()
    await keeper.observe(SESSION, path)
    held = recent_rows.RecentRows(house.archive.memories)
    held.touched(ADA, [one.id for one in await house.archive.memories.of(*ADA, limit=1, offset=9)], NOON)
    newest = [one.id for one in await house.archive.memories.of(*ADA, limit=12)]
    assert [one.id for one in await held.newest(ADA, 4)] == newest[:4]
    assert [one.id for one in await held.newest(ADA, 6, 6)] == newest[6:]
    assert (await held.newest(ADA, 6, 6))[3].accessed_at == NOON
    assert [one.id for one in await held.fetch(ADA, [newest[11], newest[0], "nobody"])] == [newest[11], newest[0]]
    told = [one.memory.id for one in await keeper.recall(RecentWindow(), ask(path, limit=5, session="the next"))]
    assert told == newest[:5]


async def test_only_touches_the_database_took_are_told(house: House) -> None:
    held = recent_rows.RecentRows(house.archive.memories)
    held.touched(ADA, ["a", "b"], NOON)
    earlier = held.untold
    held.touched(ADA, ["b"], NOON + timedelta(hours=1))
    held.told(earlier)
    assert held.untold == (Touch("me", "b", NOON + timedelta(hours=1)),)
