"""Memories: written once, touched, deleted, kept apart by owner, with the vectors the index is rebuilt from."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from studio.archive import Archive, MemoryScope
from studio.archive.memories import Touch
from studio.errors import Invalid
from tests.archive.values import ANN, BOB, NOON, memory, vectors

STORY = f"story of {ANN}"


async def test_adding_twice_adds_once(archive: Archive) -> None:
    both = [memory("first"), memory("second", created_at=NOON + timedelta(minutes=1), sources=("e1", "e2"))]
    assert await archive.memories.add(both[:1], vectors(1), "hash") == 1
    changed = both[0].model_copy(update={"text": "something else"})
    assert await archive.memories.add([changed, both[1]], vectors(2) + 1, "hash") == 1
    assert await archive.memories.add(both, vectors(2), "hash") == 0
    assert await archive.memories.of(ANN, "ada", STORY) == (both[1], both[0])
    ids, stored = await archive.memories.vectors(ANN, "ada", STORY, "hash")
    assert ids == (both[0].id, both[1].id)
    np.testing.assert_array_equal(stored, np.stack([vectors(1)[0], vectors(2)[1] + 1]))
    assert await archive.memories.add([], np.zeros((0, 0), np.float32), "hash") == 0


async def test_vectors_come_back_to_the_bit_for_each_embedder(archive: Archive) -> None:
    many = [memory(f"m{number}", created_at=NOON + timedelta(seconds=number)) for number in range(50)]
    first = np.random.default_rng(7).standard_normal((50, 384)).astype(np.float32)
    assert await archive.memories.add(many, first, "minilm") == 50
    assert await archive.memories.add(many, vectors(50), "hash") == 0
    ids, stored = await archive.memories.vectors(ANN, "ada", STORY, "minilm")
    assert ids == tuple(one.id for one in many)
    assert stored.dtype == np.float32
    np.testing.assert_array_equal(stored, first)
    np.testing.assert_array_equal((await archive.memories.vectors(ANN, "ada", STORY, "hash"))[1], vectors(50))
    ids, stored = await archive.memories.vectors(ANN, "teo", STORY, "minilm")
    assert (ids, stored.shape) == ((), (0, 0))


@pytest.mark.parametrize("wrong", [vectors(3), vectors(2)[0], np.full((2, 4), np.nan, np.float32), vectors(2)[:, :0]])
async def test_vectors_that_are_not_one_a_memory_are_refused(archive: Archive, wrong: np.ndarray) -> None:
    with pytest.raises(Invalid, match="2 memories need as many finite vectors"):
        await archive.memories.add([memory("first"), memory("second")], wrong, "hash")
    assert await archive.memories.scopes() == ()


async def test_memories_are_kept_apart_by_owner_character_and_continuity(archive: Archive) -> None:
    mine, teos, later = memory("mine"), memory("teo's", character="teo"), memory("later", continuity="another story")
    theirs = memory("theirs", BOB)
    await archive.memories.add([mine, teos, later, theirs], vectors(4), "hash")
    every = [one.id for one in (theirs, mine, teos, later)]
    assert await archive.memories.of(ANN, "ada", STORY) == (mine,)
    assert await archive.memories.fetch(ANN, [*every, "unknown", mine.id]) == (mine, teos, later)
    assert await archive.memories.known(ANN, STORY, [*every, "unknown"]) == {mine.id, teos.id}
    assert await archive.memories.scopes() == (
        MemoryScope(owner=ANN, character="ada", continuity="another story", count=1),
        MemoryScope(owner=ANN, character="ada", continuity=STORY, count=1),
        MemoryScope(owner=ANN, character="teo", continuity=STORY, count=1),
        MemoryScope(owner=BOB, character="ada", continuity=f"story of {BOB}", count=1),
    )
    assert await archive.memories.delete(BOB, [mine.id, teos.id]) == 0
    assert await archive.memories.delete(ANN, [mine.id, theirs.id]) == 1
    assert await archive.memories.delete(ANN, []) == 0
    assert await archive.memories.fetch(BOB, [theirs.id]) == (theirs,)
    assert (await archive.memories.vectors(ANN, "ada", STORY, "hash"))[0] == ()


async def test_calling_to_mind_is_noted_for_the_owner_only(archive: Archive) -> None:
    mine, other, theirs = memory("mine"), memory("other"), memory("theirs", BOB)
    await archive.memories.add([mine, other, theirs], vectors(3), "hash")
    later = NOON + timedelta(hours=1)
    await archive.memories.touch([Touch(ANN, mine.id, later), Touch(ANN, theirs.id, later)])
    await archive.memories.touch([])
    touched = mine.model_copy(update={"accessed_at": later})
    assert await archive.memories.fetch(ANN, [mine.id, other.id]) == (touched, other)
    assert await archive.memories.fetch(BOB, [theirs.id]) == (theirs,)


async def test_pages_go_from_the_newest_to_the_oldest_without_a_gap(archive: Archive) -> None:
    many = [memory(f"m{number}", created_at=NOON + timedelta(seconds=number // 2)) for number in range(9)]
    await archive.memories.add(many, vectors(9), "hash")
    pages = [await archive.memories.of(ANN, "ada", STORY, limit=4, offset=offset) for offset in (0, 4, 8, 12)]
    found = [one for page in pages for one in page]
    assert found == sorted(many, key=lambda one: (one.created_at, one.id), reverse=True)


async def test_more_ids_than_a_statement_takes_are_asked_for_in_parts(archive: Archive) -> None:
    await archive.memories.add([memory("first")], vectors(1), "hash")
    asked = [*(f"id {number}" for number in range(40_000)), memory("first").id]
    assert await archive.memories.known(ANN, STORY, asked) == {memory("first").id}
    assert len(await archive.memories.fetch(ANN, asked)) == 1
    assert await archive.memories.delete(ANN, asked) == 1
