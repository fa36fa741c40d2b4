"""The keeper over a real database and a real index."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from studio.domain.event import Kind
from studio.domain.identifiers import derived
from studio.errors import ModelUnavailable, StorageError
from studio.memory.base import Scope
from studio.memory.keeper import EMBED_AT_ONCE
from studio.memory.memory_stream import MemoryStream
from studio.memory.recent_window import RecentWindow
from studio.memory.shelves import FLUSH_AT
from tests.memory.kept import ADA, SESSION, STREAM, SUBJECTS, CountingEmbedder, House, Nearest, ask, event, events
from tests.plays import session


async def test_everybody_who_heard_it_remembers_it_their_way(house: House) -> None:
    keeper = house.keeper()
    path = [
        event(0, "The oil is low.", audience=("ada", "bo", "cy", "narrator")),
        event(1, "He lies.", kind=Kind.THOUGHT, audience=("ada",), salience=8),
        event(2, "", kind=Kind.RATING, audience=("ada",)),
        event(3, "Rain.", kind=Kind.NARRATION, actor="narrator", audience=("bo",)),
    ]
    assert await keeper.observe(SESSION, path) == 5
    ada = await house.archive.memories.of(*ADA)
    assert [(one.text, one.sources, one.importance) for one in ada] == [
        ("I thought: He lies.", ("e0001",), 8),
        ("I said: The oil is low.", ("e0000",), 3),
    ]
    assert ada[0].id == derived("e0001", "ada") and ada[0].session == "s1" and ada[0].created_at == path[1].at
    bo = await house.archive.memories.of("me", "bo", "s1")
    assert [one.text for one in bo] == ["Rain.", "Ada Voss said: The oil is low."]
    assert house.embedder.texts == ["Ada Voss said: The oil is low.", "Ada Voss thought: He lies.", "Rain."]
    assert house.embedder.calls == 1


async def test_observing_again_adds_and_costs_nothing(house: House) -> None:
    path = events(10)
    keeper = house.keeper()
    assert await keeper.observe(SESSION, path[:6]) == 12
    embedded = len(house.embedder.texts)
    assert await keeper.observe(SESSION, path[:6]) == 0
    assert await house.keeper().observe(SESSION, path[:6]) == 0
    assert len(house.embedder.texts) == embedded
    added = await asyncio.gather(
        *(keeper.observe(SESSION, path) for _ in range(4)), house.keeper().observe(SESSION, path)
    )
    assert sum(added) == 8
    assert len(await house.archive.memories.of(*ADA)) == 10
    assert len(await keeper.recall(STREAM, ask(path))) == 10


async def test_a_name_counts_as_new_once_and_after_a_restart_too(house: House) -> None:
    path = [event(number, "Bo keeps the ledger in the drawer.") for number in range(3)]
    await house.keeper().observe(SESSION, path[:2])
    await house.keeper().observe(SESSION, path)
    remembered = await house.archive.memories.of(*ADA)
    assert [one.importance for one in remembered] == [3, 3, 5]


async def test_an_embedder_that_is_away_loses_nothing(house: House) -> None:
    keeper = house.keeper()
    house.embedder.broken = True
    with pytest.raises(ModelUnavailable):
        await keeper.observe(SESSION, events(3))
    house.embedder.broken = False
    assert await keeper.observe(SESSION, events(3)) == 6


async def test_the_focal_text_is_embedded_once_and_a_line_already_heard_not_at_all(house: House) -> None:
    keeper = house.keeper()
    path = events(4)
    await keeper.observe(SESSION, path)
    house.embedder.texts.clear()
    for _ in range(3):
        await keeper.recall(STREAM, ask(path, "Who has the key?"))
    assert house.embedder.texts == ["Who has the key?"]
    await keeper.recall(STREAM, ask(path, f"Ada Voss said: {path[2].text}"))
    await keeper.recall(RecentWindow(), ask(path, "never asked", session="s2"))
    await keeper.recall(STREAM, ask([], "nothing eligible"))
    assert house.embedder.texts == ["Who has the key?"]


async def test_what_came_to_mind_is_recent_again(house: House) -> None:
    keeper = house.keeper()
    path = events(12)
    await keeper.observe(SESSION, path)
    first = await keeper.recall(STREAM, ask(path, limit=3))
    again = {one.memory.id: one for one in await keeper.recall(STREAM, ask(path))}
    for one in first:
        assert again[one.memory.id].recency == 1.0
        assert again[one.memory.id].memory.accessed_at == ask(path).now
    assert max(one.recency for id_, one in again.items() if id_ not in {hit.memory.id for hit in first}) < 1


async def test_what_is_in_the_prompt_or_on_another_branch_stays_out(house: House) -> None:
    keeper = house.keeper()
    path = events(10)
    await keeper.observe(SESSION, path)
    recalled = await keeper.recall(STREAM, ask(path[:8], window=frozenset({"e0006", "e0007"})))
    assert {one.memory.sources[0] for one in recalled} == {one.id for one in path[:6]}
    assert await keeper.recall(STREAM, ask(path, character="nobody")) == ()
    assert await keeper.recall(STREAM, ask(path, owner="you")) == ()
    assert await keeper.recall(STREAM, ask(path, continuity="s2")) == ()


@pytest.mark.parametrize("indexed", [True, False])
async def test_another_branch_however_near_hides_nothing_of_this_one(house: House, indexed: bool) -> None:
    keeper = house.keeper()
    here = [event(number, f"The key number {number} hangs in the bell") for number in range(3)]
    elsewhere = [event(number, "Who has the key?") for number in range(10, 90)]
    await keeper.observe(SESSION, [*here, *events(60, 100), *elsewhere])
    if indexed:
        await keeper.close()
    recalled = await keeper.recall(Nearest(), ask([*here, *events(60, 100)], "Who has the key?"))
    assert {one.memory.sources[0] for one in recalled} == {one.id for one in here}
    assert len(await keeper.recall(Nearest(), ask(here[:2], "Who has the key?"))) == 2


async def test_without_a_focal_text_time_and_weight_decide(house: House) -> None:
    keeper = house.keeper()
    path = events(300)
    await keeper.observe(SESSION, path)
    recalled = await keeper.recall(STREAM, ask(path, " "))
    assert len(recalled) == 30 and {one.relevance for one in recalled} == {0.5}


async def test_a_database_that_cannot_be_read_is_an_error(house: House) -> None:
    keeper = house.keeper()
    path = events(3)
    await keeper.observe(SESSION, path)
    (house.folder / "studio.db").write_bytes(b"nonsense" * 4000)
    for left in house.folder.glob("studio.db-*"):
        left.unlink()
    house.archive.database.reading.dispose()
    with pytest.raises(StorageError, match=r"studio\.db"):
        await keeper.recall(STREAM, ask(path))
    assert keeper.notices == ()


async def test_another_embedder_reads_the_old_memories_anew(house: House) -> None:
    path = events(40)
    await house.keeper().observe(SESSION, path)
    larger = CountingEmbedder(512)
    keeper = house.keeper(embedder=larger)
    recalled = await keeper.recall(STREAM, ask(path, "a radio from Bergen"))
    assert "radio" in recalled[0].memory.text
    assert len(larger.texts) == 41
    ids, matrix = await house.archive.memories.vectors(*ADA, larger.name)
    assert len(ids) == 40 and matrix.shape == (40, 512)
    assert (await house.archive.memories.vectors(*ADA, house.embedder.name))[1].shape == (40, 384)


async def test_a_long_life_is_reembedded_by_reindex_not_while_somebody_waits(house: House) -> None:
    path = events(EMBED_AT_ONCE + 50)
    first = house.keeper()
    await first.observe(SESSION, path)
    await first.close()
    other = CountingEmbedder(512)
    keeper = house.keeper(embedder=other)
    await keeper.recall(STREAM, ask(path))
    assert len(other.texts) == EMBED_AT_ONCE + 1
    report = await keeper.check()
    assert (report.memories, report.unembedded) == (2 * len(path), 2 * len(path) - EMBED_AT_ONCE)
    assert (await keeper.reindex()).unembedded == 0
    assert (await keeper.check()).unembedded == 0
    assert len(await keeper.index.ids(ADA, other.name)) == len(path)


async def test_a_deleted_memory_is_gone_everywhere(house: House) -> None:
    path = events(FLUSH_AT + 10)
    keeper = house.keeper()
    await keeper.observe(SESSION, path)
    gone = [derived(path[number].id, "ada") for number in (0, 5, len(path) - 1)]
    assert await keeper.delete("you", gone) == 0
    assert await keeper.delete("me", gone) == 3
    recalled = await keeper.recall(MemoryStream(limit=1000), ask(path, limit=1000, budget_tokens=100_000))
    assert len(recalled) == len(path) - 3 and not {one.memory.id for one in recalled} & set(gone)
    await keeper.close()
    assert not await keeper.index.ids(ADA, house.embedder.name) & set(gone)


async def test_after_a_purge_the_index_holds_nothing_of_it(house: House) -> None:
    path = events(FLUSH_AT + 10)
    keeper = house.keeper()
    await keeper.observe(SESSION, path)
    await keeper.observe(session(id="s2", continuity="s2"), events(20, start=5000))
    await keeper.close()
    report = await keeper.check()
    assert (report.memories, report.missing, report.extra) == (2 * len(path) + 40, 0, 0)
    bo = await house.archive.memories.of("me", "bo", "s1", limit=10_000)
    await house.archive.memories.delete("me", [one.id for one in (*await house.all_of_ada(), *bo[:9])])
    assert await keeper.recall(STREAM, ask(path)) == ()
    assert (await keeper.check()).extra == 9
    assert await keeper.index.ids(ADA, house.embedder.name) == frozenset()
    assert len(await keeper.index.ids(Scope("me", "bo", "s1"), house.embedder.name)) == len(path) - 9
    assert len(await keeper.index.ids(Scope("me", "ada", "s2"), house.embedder.name)) == 20


async def test_ids_the_database_does_not_know_are_never_recalled(house: House) -> None:
    path = events(300)
    keeper = house.keeper()
    await keeper.observe(SESSION, path)
    await keeper.close()
    assert len(await keeper.recall(STREAM, ask(path))) == 30
    stranger = (await house.embedder.embed(["lamp oil"]))[0]
    foreign = (await house.archive.memories.of("me", "bo", "s1"))[0].id
    await keeper.index.upsert(ADA, house.embedder.name, ["ghost", foreign], np.stack([stranger, stranger]))
    recalled = await keeper.recall(STREAM, ask(path))
    assert len(recalled) == 30 and {one.memory.character for one in recalled} == {"ada"}
    assert "ghost" not in await keeper.index.ids(ADA, house.embedder.name)


async def test_check_indexes_what_is_missing(house: House) -> None:
    keeper = house.keeper()
    await keeper.observe(SESSION, events(30))
    await keeper.close()
    await keeper.index.remove(ADA, house.embedder.name, [derived("e0003", "ada"), derived("e0004", "ada")])
    report = await keeper.check()
    assert (report.memories, report.missing, report.extra) == (60, 2, 0)
    assert (await keeper.check()).missing == 0
    assert len(await keeper.index.ids(ADA, house.embedder.name)) == 30


async def test_observing_and_recalling_side_by_side(house: House) -> None:
    keeper = house.keeper()
    path = events(FLUSH_AT + 150)
    await keeper.observe(SESSION, path[:20])

    async def watch() -> None:
        for start in range(20, len(path), 16):
            await keeper.observe(SESSION, path[start : start + 16])

    async def remember(focal: str) -> None:
        for _ in range(12):
            found = await keeper.recall(STREAM, ask(path[:20], focal, limit=100))
            assert len(found) == 20

    await asyncio.gather(watch(), *(remember(subject) for subject in SUBJECTS[:3]))
    assert len(await keeper.recall(MemoryStream(limit=1000), ask(path, limit=1000, budget_tokens=10**6))) == len(path)
