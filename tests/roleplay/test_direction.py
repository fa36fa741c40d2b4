"""When the narrator is asked in a play, what comes of it, and what it costs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from studio.domain.event import NARRATOR, TURNS, Kind
from studio.domain.message import Request
from studio.domain.scene import Ending, Part
from studio.errors import ModelUnavailable
from studio.llm.scripted import ScriptedModel
from studio.roleplay.happenings import NARRATOR_ENDS
from tests.roleplay.company import (
    LONG,
    OWNER,
    PAIR,
    TWO,
    Company,
    Voice,
    gathered,
    lines,
    plan,
    texts,
    told_by_narrator,
)

CLOSING = TWO.model_copy(update={"end": Ending(when="the lamp is lit", max_turns=100)})


async def test_ordinary_talk_costs_one_call_a_turn(company: Company) -> None:
    await company.turns(await company.begin(LONG, speakers="natural"), 8)
    assert (company.calls("narrator"), company.calls("actor")) == (0, 8)


async def test_a_whisper_to_the_narrator_is_acted_on_once(tmp_path: Path) -> None:
    async with gathered(tmp_path, Voice(json.dumps({"narration": "A pane breaks."}))) as company:
        transcript = await company.turn(await company.begin(TWO, PAIR), whisper="Let the window break.")
        assert company.kinds[:2] == ["whisper", "narration"]
        request = next(request for request in company.model.requests if request.purpose == "narrator")
        assert "Let the window break." in request.text
        narration = told_by_narrator(transcript)[-1]
        assert (narration.text, narration.audience) == ("A pane breaks.", ("ada", "bo"))
        assert narration.usage and narration.provenance and narration.provenance.template == "roleplay/narrator_frame"
        await company.turns(transcript, 3)
        assert company.calls("narrator") == 1
        assert all("Let the window break." not in r.text for r in company.model.requests if r.purpose == "actor")


async def test_a_whisper_nobody_acted_on_is_noted_where_nobody_speaks_either(tmp_path: Path) -> None:
    async with gathered(tmp_path, Voice("{}")) as company:
        transcript = await company.turn(await company.begin(speakers="manual"), whisper="Do something.")
        note = transcript.events[-1]
        assert (note.kind, note.actor, note.audience) == (Kind.NOTE, NARRATOR, ())
        assert note.usage and note.usage.calls == 1 and note.parts == {"direction": True}
        await company.turns(transcript, 2)
        assert company.calls("narrator") == 1


async def test_an_open_action_is_ruled_on_and_told_to_those_who_noticed(tmp_path: Path) -> None:
    def voice(request: Request, number: int) -> str:
        if request.purpose == "narrator":
            return json.dumps({"ruling": "She palms the key.", "noticed": ["Cy"], "changes": {"key": "in her palm"}})
        return '*reaches for the key*\n{"wants_ruling": true}' if number == 1 else f"{number}: So."

    async with gathered(tmp_path, voice) as company:
        transcript = await company.begin(LONG.model_copy(update={"cast": (Part(character="ada"),)}))
        transcript = await company.turns(transcript, 4)
        (ruling,) = [event for event in transcript.events if event.kind is Kind.RULING]
        assert ruling.audience == ("ada", "cy") and ruling.parts["changes"] == {"key": "in her palm"}
        assert transcript.events.index(ruling) == 2, "the ruling comes before the next line"
        told = {request.caller for request in company.model.requests if "She palms the key." in request.text}
        assert told == {"ada", "cy"}
        assert company.calls("narrator") == 1


async def test_talk_that_goes_in_circles_is_broken_up_and_then_left_to_rest(tmp_path: Path) -> None:
    def voice(request: Request, number: int) -> str:
        told = json.dumps({"narration": "The lamp goes out."})
        return told if request.purpose == "narrator" else "The oil is low and the lamp is slow tonight."

    async with gathered(tmp_path, voice) as company:
        await company.turns(await company.begin(TWO, PAIR), 14)
        assert 1 <= company.calls("narrator") <= 2


async def test_a_directed_scene_costs_at_most_a_call_and_a_quarter(company: Company) -> None:
    transcript = await company.turns(await company.begin(TWO, PAIR, speakers="director"), 20)
    assert len(company.model.requests) <= 25
    assert [actor for actor, _ in lines(transcript)] == ["ada", "bo"] * 10
    assert all(event.parts["decision"]["by"] == "model" for event in transcript.told if event.kind in TURNS)
    asked = sum((event.usage.calls for event in transcript.events if event.usage), 0)
    assert asked == len(company.model.requests), "every call is accounted for"


async def test_a_plan_survives_a_restart(tmp_path: Path) -> None:
    async with gathered(tmp_path) as company:
        transcript = await company.turn(await company.begin(TWO, PAIR, speakers="director"))
        assert company.calls("narrator") == 1
    async with gathered(tmp_path, seed=2) as again:
        transcript = await again.turns(await again.stored(transcript), 3)
        assert again.calls("narrator") == 0
        assert [actor for actor, _ in lines(transcript)] == ["ada", "bo", "ada", "bo"]


@pytest.mark.parametrize(
    "garbage", ["I would rather not.", "{", '{"cues": "Ada"}', '{"cues": [{"speaker": "Nobody"}]}', "```json\n```"]
)
async def test_a_plan_that_is_garbage_costs_no_turn_and_few_calls(tmp_path: Path, garbage: str) -> None:
    async with gathered(tmp_path, Voice(garbage)) as company:
        transcript = await company.turns(await company.begin(TWO, PAIR, speakers="director"), 8)
        assert len(lines(transcript)) == 8 and {actor for actor, _ in lines(transcript)} == {"ada", "bo"}
        assert all(event.parts["decision"]["by"] == "fallback" for event in transcript.told if event.kind in TURNS)
        assert company.calls("narrator") <= 4, "a narrator that cannot plan is not asked for every line"
        assert (await company.archive.sessions.list(OWNER))[0].turns == 8


async def test_what_was_wrong_with_a_narrators_answer_is_on_record(tmp_path: Path) -> None:
    async with gathered(tmp_path, Voice("I would rather not.")) as company:
        transcript = await company.turn(await company.begin(TWO, PAIR, speakers="director"))
        kept = transcript.events[-1]
        assert kept.parts["direction"] is True and len(kept.parts["unusable"]) == 2
        assert "no JSON object" in kept.parts["unusable"][0]
        assert kept.usage and kept.usage.calls == 3


async def test_a_plan_for_the_seated_player_alone_is_replaced(tmp_path: Path) -> None:
    async with gathered(tmp_path, Voice(plan("Ada"))) as company:
        transcript = await company.begin(TWO, PAIR, speakers="director")
        for _ in range(3):
            transcript = await company.turn(transcript, as_="ada")
        assert [actor for actor, _ in lines(transcript)] == ["bo"] * 3


async def test_a_narrator_that_fails_leaves_the_persons_line_and_can_be_asked_again(tmp_path: Path) -> None:
    narrator = ScriptedModel([ModelUnavailable("gone"), plan("Bo")], name="director-model")
    async with gathered(tmp_path, narrator=narrator) as company:
        transcript = await company.begin(TWO, PAIR, speakers="director")
        with pytest.raises(ModelUnavailable):
            await company.turn(transcript, line="Anybody?", as_="ada")
        transcript = await company.stored(transcript)
        assert lines(transcript) == [("ada", "Anybody?")]
        transcript = await company.turn(transcript)
        assert [actor for actor, _ in lines(transcript)] == ["ada", "bo"]
        assert company.decision and company.decision.by == "model"


async def test_a_ruling_and_a_narration_of_one_answer_are_stored_together(tmp_path: Path) -> None:
    answer = json.dumps({"ruling": "It opens.", "narration": "Wind comes in."})
    async with gathered(tmp_path, Voice(answer)) as company:
        transcript = await company.turn(await company.begin(TWO, PAIR), whisper="Open the hatch.")
        version = transcript.session.version
        assert texts(transcript.events[2:4]) == ["It opens.", "Wind comes in."]
        assert version == 4, "opening, whisper, direction, line"


@pytest.mark.parametrize("narration", ["", "The lamp burns."])
async def test_the_narrator_may_call_the_end_it_was_given_and_the_log_keeps_it(tmp_path: Path, narration: str) -> None:
    answer = plan("Ada", "Bo", "Ada", "Bo", ended=True, narration=narration)
    async with gathered(tmp_path, Voice(answer)) as company:
        transcript = await company.begin(CLOSING, PAIR, speakers="director")
        transcript = await company.turns(transcript, 4)
        assert not company.ended, "nobody has spoken twice yet when the first plan is made"
        transcript = await company.turn(transcript)
        assert company.ended == NARRATOR_ENDS and len(lines(transcript)) == 4
        asked = company.calls("narrator")
        transcript = await company.turn(transcript)
        assert company.kinds == ["Ended"] and company.calls("narrator") == asked
    async with gathered(tmp_path, Voice(answer), seed=2) as again:
        assert await again.turn(transcript) == transcript and again.ended == NARRATOR_ENDS
        transcript = await again.turn(transcript, line="Not yet.", as_="ada")
        assert [actor for actor, _ in lines(transcript)][4:] == ["ada", "bo"], "an explicit line goes on"
        assert not again.ended


async def test_a_scene_without_a_condition_is_never_ended_by_the_narrator(tmp_path: Path) -> None:
    async with gathered(tmp_path, Voice(plan("Ada", "Bo", ended=True))) as company:
        transcript = await company.turns(await company.begin(TWO, PAIR, speakers="director"), 9)
        assert len(lines(transcript)) == 9
