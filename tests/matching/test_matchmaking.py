"""Matching as a page uses it: banks, rankings with one's own ratings, records that can be forgotten, the shelf."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from studio.archive import Archive
from studio.domain.session import Choice
from studio.errors import Invalid, NotFound
from studio.llm.embedding import HashEmbedder
from studio.llm.scripted import ScriptedModel
from studio.matching.base import Seeker
from studio.matching.matchmaking import Matchmaking, cast_into, items_of
from studio.matching.shelf.taste import TasteEvent
from tests.matching.people import bank, context
from tests.plays import CAST, SCENE, Clock

FEELING = Seeker(feeling="I failed my exam.")


@pytest.fixture
async def matching(tmp_path: Path) -> AsyncIterator[Matchmaking]:
    archive = await Archive.open(f"sqlite:///{tmp_path / 'studio.db'}")
    bank(tmp_path / "own" / "characters" / "banks" / "small")
    clock = Clock()
    yield Matchmaking(tmp_path / "shipped", tmp_path / "own", archive.acts, HashEmbedder(), clock)
    await archive.close()


async def test_a_match_in_a_bank_and_in_the_library(matching: Matchmaking) -> None:
    assert matching.banks() == ("small",)
    words = Choice(name="cosine", parameters={"by": "words"})
    found = await matching.match("me", FEELING, scorer=words, bank="small")
    assert {match.profile.id for match in found.matches[:2]} == {"amy", "fay"}
    assert await matching.pool("small") is await matching.pool("small")
    among = await matching.match("me", FEELING, among=CAST)
    assert {match.profile.id for match in among.matches} == {"ada", "bo", "cy"}
    assert (await matching.supporter("amy", "small")).name == "Amy Moss"
    with pytest.raises(Invalid, match="Nobody in this bank"):
        await matching.supporter("zed", "small")
    with pytest.raises(NotFound, match="Known: small"):
        await matching.pool()


async def test_a_changed_bank_is_read_anew(matching: Matchmaking, tmp_path: Path) -> None:
    before = await matching.pool("small")
    file = tmp_path / "own" / "characters" / "banks" / "small" / "intj.jsonl"
    file.write_text(file.read_text(encoding="utf-8").replace("Amy Moss", "Amy Reed"), encoding="utf-8")
    after = await matching.pool("small")
    assert after is not before and after.profiles[after.position["amy"]].name == "Amy Reed"


async def test_a_scorer_that_needs_a_model_says_so(matching: Matchmaking) -> None:
    with pytest.raises(Invalid, match="Choose one first"):
        await matching.match("me", FEELING, bank="small", scorer=Choice(name="rating"))


async def test_ratings_become_evidence_of_their_owner(matching: Matchmaking) -> None:
    for number in range(20):
        await matching.rate("me", FEELING, ("amy", "ben")[number % 2], 1 + 4 * (number % 2), bank="small")
    assert len(await matching.records.evidence("me")) == 20
    assert await matching.records.evidence("you") == ()
    ranking = await matching.match("me", FEELING, bank="small", scorer=Choice(name="learned"), diversity=0)
    assert "Over 20 ratings" in ranking.measured
    id_ = await matching.rate("me", FEELING, "cai", 3, bank="small")
    await matching.records.forget("me", id_)
    assert len(await matching.records.evidence("me")) == 20
    await matching.records.bring_back("me", id_)
    assert len(await matching.records.evidence("me")) == 21
    assert await matching.records.erase("me") == 21


async def test_the_shelf_follows_what_was_done(matching: Matchmaking) -> None:
    scene = SCENE.model_copy(update={"genre": "gothic", "mood": "dark"})
    other = SCENE.model_copy(update={"id": "picnic", "title": "A picnic", "genre": "comedy"})
    items = items_of(CAST, (scene, other), "scene")
    assert (await matching.shelf("me", items)).requirement.questions
    asked = await matching.shelf("me", items, instruction="something gothic")
    assert [one.item.id for one in asked.shown] == ["lamp-room"]
    kept = await matching.records.note("me", TasteEvent(type="like", item="picnic", facets=("genre:comedy",)))
    liked = await matching.shelf("me", items)
    assert [one.item.id for one in liked.shown if not one.different] == ["picnic"]
    await matching.records.forget("me", kept.id)
    assert (await matching.shelf("me", items)).requirement.questions
    await matching.records.bring_back("me", kept.id)
    assert json.loads((await matching.records.exported("me")).splitlines()[0])["item"] == "picnic"


async def test_the_whole_chain_stays_within_its_calls(matching: Matchmaking) -> None:
    items = items_of(CAST, (SCENE,))
    model = ScriptedModel(lambda request, number: "no")
    await matching.records.note("me", TasteEvent(type="like", item="ada", facets=("trait:stubborn",)))
    shelf = await matching.shelf("me", items, instruction="stubborn", context=context(model))
    assert [one.item.id for one in shelf.shown if not one.different] == ["ada"]
    assert len(model.requests) <= 2 * (1 + -(-len(items) // 10)), "each unusable answer is asked for once more"
    pairs = items_of(CAST, (SCENE.model_copy(update={"cast": SCENE.cast[:1]}),), "pair")
    assert {item.id for item in pairs} == {"lamp-room+bo", "lamp-room+cy"}


def test_an_accepted_casting_fills_the_scene() -> None:
    fuller = cast_into(SCENE, ("ada", "dot", "dot"))
    assert [part.character for part in fuller.cast] == ["ada", "bo", "cy", "dot"]
    assert fuller.part("dot").entrance_turn == 0
