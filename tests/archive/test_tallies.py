"""Meters kept with the plays they were taken of."""

from __future__ import annotations

import pytest

from studio.archive import Archive
from studio.domain.tally import Tally
from studio.errors import NotFound
from tests.archive.values import played, session


async def test_what_is_kept_of_a_play_is_replaced_and_goes_stale_when_it_moves_on(archive: Archive) -> None:
    play, _ = await played(archive)
    assert await archive.tallies.stale(play.owner) == (play.id,)
    first = Tally(
        session=play.id, actor="ann", model="toy", version=play.version, lines=3, cut=1, repetition=0.5, words=40
    )
    await archive.tallies.put(play, [first])
    assert await archive.tallies.of(play.owner) == (first,) and await archive.tallies.stale(play.owner) == ()
    renamed = await archive.sessions.update(play, title="Later")
    assert await archive.tallies.stale(play.owner) == (play.id,)
    second = first.model_copy(update={"lines": 4, "version": renamed.version})
    await archive.tallies.put(renamed, [second])
    assert await archive.tallies.of(play.owner) == (second,)


async def test_a_play_without_lines_is_not_taken_again_and_again(archive: Archive) -> None:
    play = await archive.sessions.create(session())
    await archive.tallies.put(play, ())
    assert await archive.tallies.of(play.owner) == () == await archive.tallies.stale(play.owner)


async def test_nobody_reads_or_writes_anothers(archive: Archive) -> None:
    play, _ = await played(archive)
    one = Tally(session=play.id, actor="ann", model="toy", version=play.version, lines=1)
    with pytest.raises(NotFound):
        await archive.tallies.put(play.model_copy(update={"owner": "somebody-else"}), [one])
    await archive.tallies.put(play, [one])
    assert await archive.tallies.of("somebody-else") == () == await archive.tallies.stale("somebody-else")
    await archive.sessions.purge(play.owner, play.id)
    assert await archive.tallies.of(play.owner) == ()
