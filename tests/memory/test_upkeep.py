"""The index kept in order: under churn, after a purge, with another embedder, after damage, on a restored database."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from studio.domain.identifiers import derived
from studio.domain.job import JobState
from studio.errors import ModelUnavailable
from studio.jobs import Jobs
from studio.llm.embedding import Vectors
from studio.memory.base import Scope
from studio.memory.curation import Curator
from studio.memory.reindexing import Reindexing
from studio.settings import Settings
from studio.wiring import open_studio
from tests.memory.kept import ADA, SESSION, STILL, CountingEmbedder, House, Nearest, ask, event, events, told
from tests.plays import Clock, dice

MANY = 360


class FailingEmbedder(CountingEmbedder):
    """Another embedder, which goes away after so many texts."""

    def __init__(self, after: int) -> None:
        super().__init__(512)
        self.after = after

    async def embed(self, texts: list[str]) -> Vectors:
        if len(self.texts) + len(texts) > self.after:
            raise ModelUnavailable("The embedder is away.")
        return await super().embed(texts)


async def test_every_live_memory_is_reachable_after_half_were_forgotten_and_a_third_rewritten(house: House) -> None:
    path = [
        event(number, f"The {number}th thing was {number * 7919 % 10_007} fathoms deep.", actor="bo")
        for number in range(MANY)
    ]
    house.embedder = CountingEmbedder(2048)  # wide enough for every number to have a place of its own
    keeper = house.keeper()
    await keeper.observe(SESSION, path)
    curator = Curator(keeper, dice())
    ids = [derived(one.id, "ada") for one in path]
    await curator.erase("me", ids[: MANY // 4])
    await curator.forget("me", ids[MANY // 4 : MANY // 2])
    for number in range(MANY // 2, MANY // 2 + MANY // 6):
        await curator.edit(
            "me", ids[number], text=f"I said: number {number} is now {number * 104_729 % 100_003} leagues off."
        )
    await keeper.close()
    again = house.keeper()
    live = {one.id: one for one in await house.all_of_ada()}
    assert live.keys() == set(ids[MANY // 2 :])
    for number in range(MANY // 2, MANY, 7):
        recalled = await again.recall(Nearest(), ask(path, live[ids[number]].text))
        assert recalled[0].memory.text == live[ids[number]].text, [(one.relevance, one.memory.text) for one in recalled]
    assert await again.index.ids(ADA, house.embedder.name) == live.keys()


async def test_embedding_anew_goes_on_where_it_was_broken_off(house: House) -> None:
    path = events(300)
    first = house.keeper()
    await first.observe(SESSION, path)
    await first.close()
    failing = FailingEmbedder(after=200)
    keeper = house.keeper(embedder=failing)
    seen: list[tuple[int, int]] = []
    with pytest.raises(ModelUnavailable):
        await keeper.reindex(progress=lambda done, total: seen.append((done, total)))
    embedded = len(failing.texts)
    assert 100 < embedded <= 200 and not seen
    failing.after = 10_000
    report = await keeper.reindex(progress=lambda done, total: seen.append((done, total)))
    assert (report.memories, report.unembedded) == (600, 0) and seen == [(300, 600), (600, 600)]
    assert len(failing.texts) == len(set(failing.texts)), "what had its vector was not embedded again"
    assert len(await keeper.index.ids(ADA, failing.name)) == 300


async def test_embedding_anew_is_a_job(house: House) -> None:
    await house.keeper().observe(SESSION, events(20))
    await house.keepers[0].close()
    keeper = house.keeper(embedder=CountingEmbedder(512))
    work = Reindexing(keeper)
    jobs = Jobs(house.archive.jobs, (work,), Clock())
    job = await jobs.start("me", work.name, "All memories", await work.items())
    *_, last = [seen async for seen in jobs.watch("me", job.id)]
    assert (last.state, last.done, last.failed) == (JobState.DONE, 2, 0)
    assert len(await keeper.index.ids(ADA, "hash-512")) == 20
    await jobs.close()


async def test_after_a_purge_nothing_of_it_is_in_hand_or_in_the_index(house: House) -> None:
    from tests.archive.values import session as stored_session

    play = await house.archive.sessions.create(stored_session("s1", "me", continuity="s1"))
    path = events(300)
    keeper = house.keeper()
    await keeper.observe(SESSION, path)
    assert len(await keeper.recall(STILL, ask(path))) == 30
    assert await keeper.index.ids(ADA, house.embedder.name)
    await house.archive.sessions.purge("me", play.id)
    await keeper.purged([ADA, Scope("me", "bo", "s1")])
    assert await keeper.recall(STILL, ask(path)) == ()
    assert await keeper.index.ids(ADA, house.embedder.name) == frozenset()
    assert (await keeper.check()).memories == 0


async def test_a_purge_where_no_index_is_opens_none(house: House) -> None:
    keeper = house.keeper()
    await keeper.purged([ADA])
    assert not house.index_folder.exists()


async def test_a_restored_database_is_indexed_as_it_is_and_not_as_it_was(house: House) -> None:
    """The same id can stand for other words in an older database: levelling by id would not notice."""
    path = events(300)
    keeper = house.keeper()
    await keeper.observe(SESSION, path)
    await keeper.settled()
    older = house.folder / "older.db"
    await house.archive.database.scrub()
    shutil.copy(house.folder / "studio.db", older)
    before = told(await keeper.recall(STILL, ask(path)))
    changed = derived(path[3].id, "ada")
    await Curator(keeper, dice()).edit("me", changed, text="I said: lamp oil, lamp oil, nothing but lamp oil")
    assert (await keeper.recall(Nearest(), ask(path)))[0].memory.id == changed
    await keeper.close()
    await house.archive.close()
    for leftover in house.folder.glob("studio.db-*"):
        leftover.unlink()
    older.replace(house.folder / "studio.db")
    house.archive = await type(house.archive).open(f"sqlite:///{house.folder / 'studio.db'}")
    again = house.keeper()
    report = await again.reindex(embed=False)
    assert (report.memories, report.unembedded) == (600, 0)
    assert told(await again.recall(STILL, ask(path))) == before
    assert (await again.recall(Nearest(), ask(path)))[0].memory.id != changed


@pytest.mark.parametrize("damage", ["gone", "cut", "database"])
async def test_damage_is_noticed_when_the_studio_starts(tmp_path: Path, damage: str) -> None:
    settings = Settings(data_dir=tmp_path, embedder="hash", model="scripted")
    studio = await open_studio(settings)
    names = [f"m{number}" for number in range(50)]
    rows = np.random.default_rng(1).standard_normal((50, 384)).astype(np.float32)
    await studio.keeper.index.upsert(ADA, "hash-384", names, rows)
    assert studio.keeper.notices == ()
    await studio.close()
    chroma = tmp_path / "memory" / "chroma"
    if damage == "gone":
        shutil.rmtree(chroma)
    elif damage == "cut":
        next(chroma.rglob("data_level0.bin")).write_bytes(b"")
    else:
        (chroma / "chroma.sqlite3").unlink()
    again = await open_studio(settings)
    assert len(again.keeper.notices) == 1 and "no memory is lost" in again.keeper.notices[0]
    await again.close()
    whole = await open_studio(Settings(data_dir=tmp_path / "new", embedder="hash", model="scripted"))
    assert whole.keeper.notices == ()
    await whole.close()
