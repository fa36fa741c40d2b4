"""What is made for the library: saved states, sketches, pictures."""

from __future__ import annotations

import pytest

from studio.archive import Archive
from studio.errors import Conflict, NotFound
from tests.archive.values import ANN, BOB


async def test_every_saved_state_stays_and_the_newest_comes_first(archive: Archive) -> None:
    first = await archive.revisions.add(ANN, "character", "ada", "one", reason="found", after=0)
    second = await archive.revisions.add(ANN, "character", "ada", "two", after=1)
    await archive.revisions.add(ANN, "scene", "ada", "a scene of that name")
    assert await archive.revisions.of(ANN, "character", "ada") == (second, first)
    assert (await archive.revisions.get(ANN, "character", "ada", 1)).body == "one"
    assert [one.number for one in await archive.revisions.newest(ANN, "character")] == [2]
    with pytest.raises(NotFound, match="no version 3 of 'ada'"):
        await archive.revisions.get(ANN, "character", "ada", 3)


async def test_who_has_not_seen_the_newest_state_is_told_and_nothing_is_written(archive: Archive) -> None:
    await archive.revisions.add(ANN, "character", "ada", "one", after=0)
    with pytest.raises(Conflict, match="at version 1, you began from 0"):
        await archive.revisions.add(ANN, "character", "ada", "other", after=0)
    assert [one.body for one in await archive.revisions.of(ANN, "character", "ada")] == ["one"]


async def test_a_sketch_is_kept_under_its_key_until_it_is_let_go(archive: Archive) -> None:
    first = await archive.sketches.put(ANN, "character", "ada", "{", after=0)
    second = await archive.sketches.put(ANN, "character", "ada", "{}", base=3, after=first.version)
    assert (second.version, second.base) == (2, 3)
    with pytest.raises(Conflict, match="in another tab"):
        await archive.sketches.put(ANN, "character", "ada", "late", after=first.version)
    other = await archive.sketches.put(ANN, "character", "bo", "{}")
    assert await archive.sketches.all(ANN, "character") == (other, second)
    assert await archive.sketches.get(ANN, "character", "ada") == second
    await archive.sketches.drop(ANN, "character", "ada")
    await archive.sketches.drop(ANN, "character", "ada")
    assert await archive.sketches.get(ANN, "character", "ada") is None


async def test_pictures_come_back_as_they_were(archive: Archive) -> None:
    await archive.pictures.put(ANN, "d1", b"\x00\xff")
    await archive.pictures.put(ANN, "d1", b"another")
    assert await archive.pictures.get(ANN, "d1") == b"\x00\xff"
    assert await archive.pictures.get(ANN, "d2") == b""


async def test_nobody_sees_what_another_makes(archive: Archive) -> None:
    await archive.revisions.add(ANN, "character", "ada", "one")
    await archive.sketches.put(ANN, "character", "ada", "{}")
    await archive.pictures.put(ANN, "d1", b"picture")
    assert await archive.revisions.of(BOB, "character", "ada") == ()
    assert await archive.revisions.newest(BOB, "character") == ()
    assert await archive.sketches.all(BOB, "character") == ()
    assert await archive.pictures.get(BOB, "d1") == b""
    await archive.check()


async def test_purging_an_owner_takes_all_of_it(archive: Archive) -> None:
    await archive.revisions.add(ANN, "character", "ada", "one")
    await archive.sketches.put(ANN, "character", "ada", "{}")
    await archive.pictures.put(ANN, "d1", b"picture")
    await archive.revisions.add(BOB, "character", "bo", "one")
    await archive.sessions.purge_owner(ANN)
    assert await archive.revisions.of(ANN, "character", "ada") == ()
    assert await archive.sketches.all(ANN, "character") == ()
    assert await archive.pictures.get(ANN, "d1") == b""
    assert len(await archive.revisions.of(BOB, "character", "bo")) == 1
