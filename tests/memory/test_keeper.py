"""The keeper over a real database and a real index."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.archive import Archive
from studio.domain.event import Event, Kind
from studio.domain.identifiers import derived
from studio.domain.memory import Recalled
from studio.errors import ModelUnavailable, StorageError
from studio.llm.embedding import HashEmbedder, Vectors
from studio.memory import retrieval, shelves
from studio.memory.base import Ask, MemoryBank, MemoryPolicy, Scope
from studio.memory.index import MemoryIndex
from studio.memory.keeper import EMBED_AT_ONCE, MemoryKeeper
from studio.memory.memory_stream import MemoryStream
from studio.memory.recent_window import RecentWindow
from studio.memory.shelves import FLUSH_AT
from tests.plays import NOON, Clock, session

SESSION = session()
ADA = Scope("me", "ada", "s1")
STREAM = MemoryStream()
STILL = MemoryStream(recency_weight=0)
"""Recalling makes things recent; what is to be compared must not depend on it."""
SUBJECTS = ("lamp oil", "the drowned sailor", "a radio from Bergen", "wet boots", "the fog bell", "tin of biscuits")
PLACES = ("under the stairs", "before the storm", "in the harbour office", "behind the chapel", "by the salt road")
ENDS = (
    "so trust nobody",
    "and it cost us dearly",
    "but do not tell Mira",
    "and then the rain began",
    "for forty coins",
)


class CountingEmbedder(HashEmbedder):
    """Hash vectors, every text it was asked for, and a switch to fail."""

    def __init__(self, dimension: int = 384) -> None:
        super().__init__(dimension)
        self.texts: list[str] = []
        self.calls = 0
        self.broken = False

    async def embed(self, texts: list[str]) -> Vectors:
        if self.broken:
            raise ModelUnavailable("The embedder is away.")
        self.calls += 1
        self.texts += texts
        return await super().embed(texts)


class Nearest(MemoryPolicy):
    """The three nearest, whatever their age and weight."""

    async def recall(self, ask: Ask, bank: MemoryBank) -> tuple[Recalled, ...]:
        found = await bank.nearest(3)
        zeros = np.zeros(len(found))
        return retrieval.told(found, retrieval.Scores(zeros, zeros, zeros, await bank.relevance(found)))


@pytest.fixture(autouse=True)
def small_shelves(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """A hundred memories and not a thousand are compared without the index, so that the index has something to do."""
    if "usual_length" not in request.node.name:
        monkeypatch.setattr(shelves, "RECENT", 100)


class House:
    """An archive and an index in one folder, and as many keepers, one after another, as a test wants."""

    def __init__(self, folder: Path, archive: Archive) -> None:
        self.folder = folder
        self.archive = archive
        self.embedder = CountingEmbedder()
        self.keepers: list[MemoryKeeper] = []

    @property
    def index_folder(self) -> Path:
        return self.folder / "memory"

    def keeper(self, where: str = "", embedder: CountingEmbedder | None = None) -> MemoryKeeper:
        index = MemoryIndex(where or self.index_folder)
        made = MemoryKeeper(self.archive.memories, index, embedder or self.embedder, Clock())
        self.keepers.append(made)
        return made


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    archive = await Archive.open(f"sqlite:///{tmp_path / 'studio.db'}")
    made = House(tmp_path, archive)
    yield made
    for keeper in made.keepers:
        await keeper.index.close()
    await archive.close()


def event(number: int, text: str = "", **fields: Any) -> Event:
    line = text or f"{number}: {SUBJECTS[number % 6]} {PLACES[number // 6 % 5]} {ENDS[number // 30 % 5]} {number % 37}"
    defaults = {"session": "s1", "kind": Kind.SPEECH, "actor": "ada", "audience": ("ada", "bo")}
    return Event(id=f"e{number:04}", text=line, at=NOON + timedelta(minutes=number), **{**defaults, **fields})


def events(count: int, start: int = 0) -> list[Event]:
    return [event(number) for number in range(start, start + count)]


def ask(path: Sequence[Event], focal: str = "lamp oil", **fields: Any) -> Ask:
    whose = {"owner": "me", "character": "ada", "continuity": "s1", "session": "s1", "focal": focal}
    room = {"now": NOON + timedelta(days=3), "budget_tokens": 4000, "limit": 30}
    return Ask(**{**whose, **room, "lineage": frozenset(one.id for one in path), **fields})


def told(recalled: Sequence[Recalled]) -> list[tuple[str, float]]:
    return [(one.memory.id, round(one.score, 5)) for one in recalled]


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


async def test_the_shelf_the_index_and_the_database_answer_alike(house: House) -> None:
    """Few memories wait on the shelf, many are indexed, and without the index the database is searched."""
    path = events(FLUSH_AT + 90)
    keeper = house.keeper()
    await keeper.observe(SESSION, path)
    assert 0 < len(await keeper.index.ids(ADA, house.embedder.name)) < len(path)
    mixed = told(await keeper.recall(STILL, ask(path)))
    await keeper.close()
    indexed = house.keeper()
    assert len(await indexed.index.ids(ADA, house.embedder.name)) == len(path)
    assert told(await indexed.recall(STILL, ask(path))) == mixed
    # `indexed` owns the folder now: this one finds it taken.
    without = house.keeper()
    assert told(await without.recall(STILL, ask(path))) == mixed
    assert "in use by another process" in without.notices[0] and indexed.notices == ()


async def test_a_play_of_usual_length_never_opens_the_index(house: House) -> None:
    keeper = house.keeper()
    path = events(FLUSH_AT - 1)
    for start in range(0, len(path), 40):
        await keeper.observe(SESSION, path[: start + 40])
        recalled = await keeper.recall(Nearest(), ask(path[: start + 40], f"Ada Voss said: {path[start].text}"))
        assert recalled[0].memory.sources == (path[start].id,)
    assert len(await keeper.recall(STREAM, ask(path))) == 30
    assert not house.index_folder.exists()
    await keeper.close()
    assert len(await keeper.index.ids(ADA, house.embedder.name)) == len(path)


async def test_a_process_that_died_before_indexing_is_caught_up_with(house: House) -> None:
    path = events(FLUSH_AT + 40)
    died = house.keeper()
    await died.observe(SESSION, path)
    before = told(await died.recall(STILL, ask(path)))
    await died.index.close()  # what waited on the shelf is gone
    again = house.keeper()
    recalled = await again.recall(Nearest(), ask(path, f"Ada Voss said: {path[-1].text}"))
    assert recalled[0].memory.sources == (path[-1].id,)
    assert told(await again.recall(STILL, ask(path))) == before
    await again.close()
    assert len(await again.index.ids(ADA, house.embedder.name)) == len(path)


@pytest.mark.parametrize("damage", ["garbage", "gone", "emptied"])
async def test_a_damaged_index_is_told_and_rebuilt_with_the_same_answers(house: House, damage: str) -> None:
    path = events(700)
    keeper = house.keeper()
    await keeper.observe(SESSION, path)
    before = told(await keeper.recall(STILL, ask(path)))
    await keeper.close()
    if damage == "gone":
        shutil.rmtree(house.index_folder / "chroma")
    for file in house.index_folder.rglob("*.bin"):
        file.write_bytes(b"\x07" * file.stat().st_size if damage == "garbage" else b"")
    again = house.keeper()
    assert told(await again.recall(STILL, ask(path))) == before
    assert len(again.notices) == 1 and "no memory is lost" in again.notices[0]
    assert await again.index.ids(ADA, house.embedder.name) == {one.id for one in await all_of(house)}


async def all_of(house: House) -> Sequence[Any]:
    return await house.archive.memories.of(*ADA, limit=10_000)


async def test_an_index_that_fails_in_mid_play_does_not_stop_it(house: House) -> None:
    keeper = house.keeper("http://127.0.0.1:9")
    path = events(FLUSH_AT + 20)
    assert await keeper.observe(SESSION, path) == 2 * len(path)
    recalled = await keeper.recall(STREAM, ask(path))
    assert len(recalled) == 30 and "127.0.0.1:9" in keeper.notices[0]
    sound = house.keeper()
    assert told(await sound.recall(STREAM, ask(path, now=ask(path).now + timedelta(hours=1)))) != []
    with pytest.raises(StorageError, match=r"127\.0\.0\.1:9"):
        await keeper.check()


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
    await house.archive.memories.delete("me", [one.id for one in (*await all_of(house), *bo[:9])])
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
