"""Acts: stored in order, forgotten and brought back one by one, erased whole, each owner's own."""

from __future__ import annotations

from datetime import timedelta

import pytest

from studio.archive import Archive
from studio.archive.acts import Act
from studio.errors import NotFound
from tests.archive.values import ANN, BOB
from tests.plays import NOON


def act(number: int, owner: str = ANN, kind: str = "taste") -> Act:
    return Act(
        id=f"{owner}-{number}", owner=owner, kind=kind, at=NOON + timedelta(seconds=number), body=f'{{"n":{number}}}'
    )


async def test_acts_come_back_oldest_first_and_only_the_owner_s(archive: Archive) -> None:
    for number in (2, 1, 3):
        await archive.acts.add(act(number))
    await archive.acts.add(act(1))
    await archive.acts.add(act(9, BOB))
    await archive.acts.add(act(4, kind="rating"))
    assert await archive.acts.list(ANN, "taste") == tuple(act(number) for number in (1, 2, 3))
    assert await archive.acts.list(ANN, "taste", limit=2) == (act(2), act(3))
    assert await archive.acts.list(BOB, "taste") == (act(9, BOB),)


async def test_a_forgotten_act_comes_back_where_it_stood(archive: Archive) -> None:
    for number in (1, 2, 3):
        await archive.acts.add(act(number))
    await archive.acts.forget(ANN, act(2).id, NOON)
    assert await archive.acts.list(ANN, "taste") == (act(1), act(3))
    await archive.acts.bring_back(ANN, act(2).id)
    assert await archive.acts.list(ANN, "taste") == (act(1), act(2), act(3))
    with pytest.raises(NotFound):
        await archive.acts.forget(BOB, act(2).id, NOON)


async def test_acts_are_erased_and_purged(archive: Archive) -> None:
    await archive.acts.add(act(1))
    await archive.acts.add(act(2, kind="rating"))
    assert await archive.acts.erase(ANN, "taste") == 1
    assert len(await archive.acts.list(ANN, "rating")) == 1
    await archive.sessions.purge_owner(ANN)
    assert await archive.acts.list(ANN, "rating") == ()
