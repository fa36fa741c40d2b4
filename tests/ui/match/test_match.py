"""What the Match page answers: danger first, no bank before it is asked for, castings weighed without a call."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from studio.errors import Invalid, NotFound
from studio.ui.desk import Desk
from studio.ui.match.casting import Casts
from studio.ui.match.kin import kin_of, spread
from studio.ui.match.seeking import YOU, Seeking
from studio.ui.match.shelf import Shelves
from studio.ui.match.values import Wish
from studio.ui.visit import Visit
from tests.plays import ADA as LEAD
from tests.plays import CAST
from tests.ui.seated import ADA, at_desk, scripted

BOB = Visit(page="tab-2", owner="bob")


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with at_desk(tmp_path, scripted(["Never asked."])) as opened:
        yield opened


@pytest.mark.parametrize("feeling", ["I want to kill myself", "ich will mich umbringen"])
async def test_danger_is_answered_before_anything_is_read(desk: Desk, feeling: str) -> None:
    found = await Seeking(desk).search(ADA, Wish(feeling=feeling))
    assert found.stop and "findahelpline.com" in found.help and found.found == ()
    with pytest.raises(Invalid, match=r"findahelpline\.com"):
        await Seeking(desk).begin(ADA, Wish(feeling=feeling, supporter="x"))


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        (Wish(feeling="tired", bank="no-such-bank"), "no-such-bank"),
        (Wish(feeling="tired", scorer="astrology"), "astrology"),
        (Wish(seeker="nobody", feeling="tired"), "nobody"),
    ],
)
async def test_what_cannot_be_answered_is_said(desk: Desk, wish: Wish, told: str) -> None:
    assert told in (await Seeking(desk).search(ADA, wish)).problem


async def test_a_talk_cannot_begin_about_nothing_nor_be_rated_by_others(desk: Desk) -> None:
    seeking = Seeking(desk)
    assert await seeking.talks(ADA) == ()
    assert (await seeking.learnt(ADA)).startswith("0 ratings so far")
    with pytest.raises(Invalid, match="one to five"):
        await seeking.rate(ADA, Wish(session="s", rating=0))
    with pytest.raises(NotFound):
        await seeking.rate(BOB, Wish(session="s", rating=3))
    assert YOU not in {one.id for one in CAST}


async def test_a_casting_is_weighed_again_by_its_owner_without_a_call(desk: Desk) -> None:
    casts = Casts(desk)
    assert "Choose whom" in (await casts.pick(ADA, Wish(method="borda"))).problem
    first = await casts.pick(ADA, Wish(method="borda", lead=LEAD.id, count=1))
    assert (first.problem, first.calls, len(first.selected)) == ("", 0, 1)
    again = await casts.weigh(ADA, Wish(casting=first.key, weights={next(iter(first.weights)): 0.0}))
    assert again.calls == 0 and again.key == first.key
    with pytest.raises(NotFound):
        await casts.weigh(BOB, Wish(casting=first.key))


async def test_the_shelf_asks_then_learns_and_takes_an_edited_sentence_as_it_stands(desk: Desk) -> None:
    shelves = Shelves(desk)
    fresh = await shelves.shelf(ADA, Wish())
    assert fresh.questions and fresh.based_on == 0
    await shelves.judge(ADA, Wish(item=LEAD.id, taste="like"))
    liked = await shelves.shelf(ADA, Wish())
    assert liked.based_on == 1 and liked.sentence
    trait = LEAD.traits[0]
    wanted = await shelves.shelf(ADA, Wish(edited=True, slots={"trait": trait}))
    assert wanted.slots == {"trait": trait} and wanted.offers[0].id == LEAD.id
    assert (await shelves.shelf(BOB, Wish())).based_on == 0
    with pytest.raises(NotFound):
        await shelves.judge(ADA, Wish(item="nothing", taste="like"))
    with pytest.raises(Invalid):
        await shelves.shelf(ADA, Wish(edited=True, slots={"smell": "roses"}))


def test_a_map_of_kin_needs_some_tropes_and_names_why_two_are_near() -> None:
    assert kin_of([LEAD]).note.startswith("A map needs")
    tropes = (("Stoic", "Mentor"), ("Stoic", "Mentor"), ("Stoic",), ("Trickster", "Rogue"), ("Trickster",))
    people = [LEAD.model_copy(update={"id": f"p{at}", "tropes": owned}) for at, owned in enumerate(tropes)]
    found = kin_of(people, "p0")
    assert len(found.stars) == 5 and found.chosen is not None and found.kindred[0].person.id == "p1"
    assert "Stoic" in found.kindred[0].why
    assert all(-1 <= star.x <= 1 and -1 <= star.y <= 1 for star in found.stars)
    assert "no tropes" in kin_of(people, "nobody").note


def test_points_at_one_place_are_moved_apart_and_stay_in_the_frame() -> None:
    at = spread(np.zeros((9, 2)), 0.2)
    far = np.linalg.norm(at[:, None] - at[None], axis=2) + np.eye(9)
    assert far.min() > 0.15 and np.abs(at).max() <= 1
    lone = np.array([[0.9, -0.9], [-0.5, 0.5]])
    assert np.allclose(spread(lone, 0.1), lone, atol=1e-5)
