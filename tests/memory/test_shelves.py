"""Wherever a vector is, the answer is the same: on the shelf, in the index, or in the database alone."""

from __future__ import annotations

import shutil
from datetime import timedelta

import pytest

from studio.errors import StorageError
from studio.memory.shelves import FLUSH_AT
from tests.memory.kept import ADA, SESSION, STILL, STREAM, House, Nearest, ask, events, told


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
    assert await again.index.ids(ADA, house.embedder.name) == {one.id for one in await house.all_of_ada()}


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
