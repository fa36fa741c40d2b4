"""What is shown before a call is what the call then says."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.domain.event import Kind
from studio.domain.scene import Ending
from studio.domain.session import Choice
from studio.errors import Invalid
from studio.roleplay.preview import preview
from studio.roleplay.steps import Turn
from tests.plays import CAST
from tests.roleplay.company import LONG, PADDING, PAIR, TWO, Voice, gathered, plan


@pytest.mark.parametrize("speakers", ["round_robin", "natural", "pooled", "director"])
async def test_the_next_request_is_the_one_that_is_sent(tmp_path: Path, speakers: str) -> None:
    narrator = plan("Ada", "Bo", "Ada", "Bo")
    async with gathered(tmp_path, Voice(narrator=narrator, text=PADDING, thought="Hm.")) as company:
        transcript = await company.begin(LONG, CAST, speakers=speakers)
        for number in range(9):
            turn = Turn(line="I beg to differ.", as_="bo") if number == 4 else Turn()
            shown = await preview(company.engine, transcript, turn)
            before = len(company.model.requests)
            transcript = await company.turn(transcript, **turn.model_dump())
            sent = company.model.requests[before:]
            assert shown.requests[0] == sent[0], "what is asked first depends on nothing that is not known"
            if sent[0].caller != "narrator":
                assert shown.requests == (sent[0],) and shown.decision == company.decision
                assert shown.recollected is not None and company.recollected is not None
                assert shown.recollected.lore == company.recollected.lore
            await company.engine.remember(transcript)


async def test_looking_changes_nothing_at_all(tmp_path: Path) -> None:
    async with (
        gathered(tmp_path, Voice(text=PADDING)) as company,
        gathered(tmp_path / "other", Voice(text=PADDING)) as other,
    ):
        plays = [await one.begin(TWO, PAIR) for one in (company, other)]
        for _ in range(4):
            for _ in range(3):
                await preview(company.engine, plays[0], Turn(line="Never said.", as_="ada"))
            plays = [await one.turn(play) for one, play in zip((company, other), plays, strict=True)]
        assert [e.model_dump(exclude={"at", "id", "parent", "session"}) for e in plays[0].events] == [
            e.model_dump(exclude={"at", "id", "parent", "session"}) for e in plays[1].events
        ]
        assert company.model.requests == other.model.requests
        assert (await company.tree(plays[0])) == plays[0].events
        assert await company.archive.sessions.draft("me", plays[0].session.id) is None


async def test_a_nominee_and_a_line_about_to_be_said_are_in_it(tmp_path: Path) -> None:
    async with gathered(tmp_path) as company:
        transcript = await company.turn(await company.begin(TWO, PAIR))
        shown = await preview(company.engine, transcript, Turn(speaker="ada", line="A green sail!"))
        assert [request.caller for request in shown.requests] == ["ada"]
        assert "A green sail!" in shown.requests[0].text and shown.decision is not None and shown.decision.by == "user"
        with pytest.raises(Invalid):
            await preview(company.engine, transcript, Turn(speaker="zed"))


async def test_the_narrator_comes_first_where_it_is_due(tmp_path: Path) -> None:
    async with gathered(tmp_path) as company:
        transcript = await company.begin(TWO, PAIR)
        shown = await preview(company.engine, transcript, Turn(whisper="Let it thunder."))
        assert [request.purpose for request in shown.requests] == ["narrator", "actor"]
        assert [event.kind for event in shown.told.events] == [Kind.NARRATION, Kind.WHISPER]


async def test_nothing_is_asked_at_the_end_or_where_a_person_chooses(tmp_path: Path) -> None:
    async with gathered(tmp_path) as company:
        scene = TWO.model_copy(update={"end": Ending(max_turns=1)})
        transcript = await company.turn(await company.begin(scene, PAIR))
        shown = await preview(company.engine, transcript)
        assert shown.requests == () and shown.ended == "The scene has run its 1 turns."
        manual = await company.begin(TWO, PAIR, speakers="manual")
        assert (await preview(company.engine, manual)).requests == ()


@pytest.mark.parametrize("mode", ["characterbox"])
async def test_another_mode_is_looked_into_as_well(tmp_path: Path, mode: str) -> None:
    async with gathered(tmp_path, lambda request, number: "{}") as company:
        transcript = await company.begin(TWO, PAIR, mode=Choice(name=mode))
        shown = await preview(company.engine, transcript)
        steps = company.engine.advance(transcript)
        async for _ in steps:
            break
        await steps.aclose()
        assert shown.requests and shown.requests[0].messages == company.model.requests[0].messages
