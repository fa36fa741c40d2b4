"""Who speaks up, when, and what it costs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from studio.domain.event import TURNS, Kind
from studio.domain.message import Request
from studio.domain.session import Choice
from studio.domain.transcript import Transcript
from studio.errors import ModelUnavailable
from studio.llm.scripted import ScriptedModel
from studio.roleplay.state import state_after
from tests.plays import CAST
from tests.roleplay.company import LONG, Company, gathered

THREE = LONG.model_copy(
    update={
        "cast": tuple(part.model_copy(update={"entrance": "start"}) for part in LONG.cast),
        "events": (),
        "opening": "Rain on the glass.",
    }
)


def mode(**parameters: Any) -> Choice:
    return Choice(name="initiative", parameters=parameters)


class Voice:
    """`scores`: what everybody makes of each moment; a tool where `calls` has one for them."""

    def __init__(self, scores: dict[str, int | None], calls: dict[str, str] | None = None) -> None:
        self.scores = scores
        self.calls = calls or {}
        self.asked: list[tuple[str, str]] = []

    def __call__(self, request: Request, number: int) -> str:
        self.asked.append((request.purpose, request.caller))
        if request.purpose == "initiative":
            score = self.scores[request.caller]
            tools = self.calls.get(request.caller, "None")
            told = "" if score is None else f'"Proactive index": True\n"Proactive score": {score}\n'
            return (
                f"<think>thought {number} of {request.caller}</think>\n{told}## Action: None\n## Tool Calling: {tools}"
            )
        if request.purpose == "moment":
            return json.dumps({"vision": f"A gull lands, {number}.", "audio": "", "notifications": ["A bell."]})
        return f"Line {number} by {request.caller}."


def lines(transcript: Transcript) -> list[str]:
    return [event.actor for event in transcript.told if event.kind in TURNS]


async def test_the_keenest_speaks_and_the_reasons_stay_with_their_owners(tmp_path: Path) -> None:
    voice = Voice({"ada": 2, "bo": 3, "cy": 5})
    async with gathered(tmp_path, voice) as company:
        transcript = await company.turn(await company.begin(THREE, CAST, mode=mode()))
        assert voice.asked == [*(("initiative", id_) for id_ in ("ada", "bo", "cy")), ("actor", "cy")]
        assert lines(transcript) == ["cy"]
        assert company.decision is not None
        assert company.decision.reason == "Spoke up unasked: 5 of 5, where 3 was enough."
        thoughts = [event for event in transcript.told if event.kind is Kind.THOUGHT]
        assert [event.audience for event in thoughts] == [("ada",), ("bo",), ("cy",)]
        told = state_after(transcript).characters
        assert [(id_, one.initiative.score, one.initiative.spoke) for id_, one in told.items() if one.initiative] == [
            ("ada", 2, False),
            ("bo", 3, False),
            ("cy", 5, True),
        ]
        assert state_after(transcript, "ada").characters["cy"].initiative is None
        assert "because: thought 3 of cy" in company.model.requests[-1].text


async def test_whoever_just_spoke_does_not_weigh_their_own_line(tmp_path: Path) -> None:
    voice = Voice({"ada": 1, "bo": 4, "cy": 4})
    async with gathered(tmp_path, voice) as company:
        transcript = await company.turn(await company.begin(THREE, CAST, mode=mode()))
        assert lines(transcript) == ["bo"], "of equals neither of whom has spoken, the first in the cast"
        voice.asked.clear()
        transcript = await company.turn(transcript)
        assert [who for purpose, who in voice.asked if purpose == "initiative"] == ["ada", "cy"]
        assert lines(transcript) == ["bo", "cy"]
        transcript = await company.turn(transcript)
        assert lines(transcript) == ["bo", "cy", "bo"]


async def test_ties_go_to_whoever_has_been_silent_longest(tmp_path: Path) -> None:
    voice = Voice({"ada": 5, "bo": 5, "cy": 5})
    async with gathered(tmp_path, voice) as company:
        transcript = await company.turns(await company.begin(THREE, CAST, mode=mode()), 6)
        assert lines(transcript) == ["ada", "bo", "cy"] * 2


async def test_where_nobody_sees_a_need_time_goes_on(tmp_path: Path) -> None:
    voice = Voice({"ada": 1, "bo": 2, "cy": None})
    async with gathered(tmp_path, voice) as company:
        transcript = await company.turn(await company.begin(THREE, CAST, mode=mode()))
        assert lines(transcript) == []
        assert voice.asked.count(("initiative", "cy")) == 2, "an answer without a score is asked for once more"
        voice.asked.clear()
        transcript = await company.turn(transcript)
        assert voice.asked[0] == ("moment", "narrator")
        moment = next(event for event in reversed(transcript.told) if event.kind is Kind.NARRATION)
        assert moment.text == "A gull lands, 5. A bell." and moment.audience == ("ada", "bo", "cy")
        assert "Seen: Rain on the glass. A gull lands" in company.model.requests[-1].messages[-1].content
        assert "Notice: A bell." in company.model.requests[-1].messages[-1].content


@pytest.mark.parametrize("score", [1, 5])
async def test_beyond_the_scale_nobody_ever_speaks_unasked(tmp_path: Path, score: int) -> None:
    async with gathered(tmp_path, Voice(dict.fromkeys(("ada", "bo", "cy"), score))) as company:
        transcript = await company.turns(await company.begin(THREE, CAST, mode=mode(threshold=6)), 3)
        assert lines(transcript) == []
        transcript = await company.turn(transcript, speaker="bo")
        assert lines(transcript) == ["bo"], "who is asked answers"


async def test_at_the_lowest_threshold_somebody_always_does(tmp_path: Path) -> None:
    async with gathered(tmp_path, Voice({"ada": 1, "bo": 1, "cy": None})) as company:
        transcript = await company.turns(await company.begin(THREE, CAST, mode=mode(threshold=1)), 4)
        assert lines(transcript) == ["ada", "bo", "ada", "bo"]


async def test_whoever_is_called_by_name_answers_without_deciding(tmp_path: Path) -> None:
    voice = Voice(dict.fromkeys(("ada", "bo", "cy"), 1))
    async with gathered(tmp_path, voice) as company:
        transcript = await company.begin(THREE, CAST, mode=mode())
        transcript = await company.turn(transcript, as_="ada", line="Cy, is it out?")
        assert voice.asked == [("actor", "cy")]
        assert lines(transcript) == ["ada", "cy"]


async def test_a_persons_character_is_not_asked(tmp_path: Path) -> None:
    voice = Voice(dict.fromkeys(("ada", "bo", "cy"), 4))
    async with gathered(tmp_path, voice) as company:
        await company.turn(await company.begin(THREE, CAST, mode=mode()), as_="ada")
        assert ("initiative", "ada") not in voice.asked


async def test_thresholds_and_budgets_by_character(tmp_path: Path) -> None:
    voice = Voice(dict.fromkeys(("ada", "bo", "cy"), 4))
    async with gathered(tmp_path, voice) as company:
        shy = mode(thresholds="ada=5, bo=4.5, zed=1, cy=often", budget=2)
        transcript = await company.turns(await company.begin(THREE, CAST, mode=shy), 5)
        assert lines(transcript) == ["cy", "cy"]


async def test_a_dismissed_line_raises_the_threshold_and_a_welcome_one_lowers_it(tmp_path: Path) -> None:
    voice = Voice({"ada": 3, "bo": 1, "cy": 1})
    async with gathered(tmp_path, voice) as company:
        transcript = await company.turn(await company.begin(THREE, CAST, mode=mode()))
        line = transcript.events[-1]
        transcript = await company.scribe.note(transcript, line.id, rating=-1)
        transcript = await company.turn(transcript, line="Later.")
        assert lines(transcript) == ["ada"], "3 is less than 3.5"
        told = state_after(transcript).characters["ada"].initiative
        assert told is not None and told.threshold == 3.5
        transcript = await company.scribe.note(transcript, line.id, rating=1)
        transcript = await company.turn(transcript, line="Later still.")
        told = state_after(transcript).characters["ada"].initiative
        assert told is not None and (told.threshold, told.spoke) == (2.75, True)


async def test_tools_are_run_for_whoever_speaks_and_what_they_find_is_theirs(tmp_path: Path) -> None:
    dice = '[{"name": "roll_dice", "parameters": {"expr": "1d6"}}, {"name": "fly", "parameters": {"to": "Brest"}}]'
    voice = Voice({"ada": 5, "bo": 4, "cy": 1}, calls={"ada": dice, "bo": dice})
    async with gathered(tmp_path, voice) as company:
        transcript = await company.turn(await company.begin(THREE, CAST, mode=mode()))
        told = state_after(transcript).characters["ada"].initiative
        assert told is not None and [use.tool for use in told.tools] == ["roll_dice", "fly"]
        assert "no tool 'fly'" in told.tools[1].result
        asked = company.model.requests[-1]
        assert (asked.caller, asked.purpose) == ("ada", "actor")
        assert "You used roll_dice" in asked.text and told.tools[0].result in asked.text
        bo = state_after(transcript).characters["bo"].initiative
        assert bo is not None and bo.tools == ()
        transcript = await company.again(transcript, transcript.events[-1])
        assert told.tools[0].result in company.model.requests[-1].text, "another take has the same findings"


async def test_without_tools_or_persona_neither_is_shown(tmp_path: Path) -> None:
    async with gathered(tmp_path, Voice(dict.fromkeys(("ada", "bo", "cy"), 1))) as company:
        await company.turn(await company.begin(THREE, CAST, mode=mode(tools=False, persona=False, thought=False)))
        tail = company.model.requests[0].messages[-1].content
        assert "Persona Context" not in tail and "Tools" not in tail and "<think>" not in tail
        await company.turn(await company.begin(THREE, CAST, mode=mode()))
        tail = company.model.requests[-1].messages[-1].content
        assert "Persona Context" in tail and "roll_dice(expr)" in tail and "<think>" in tail


async def test_what_others_decided_is_kept_when_one_call_fails(tmp_path: Path) -> None:
    broken = ModelUnavailable("gone")
    answers: list[str | Exception] = [
        '"Proactive score": 2',
        broken,
        '"Proactive score": 4',
        '"Proactive score": 1',
        "Hm.",
    ]
    async with gathered(tmp_path, model=ScriptedModel(answers)) as company:
        transcript = await company.begin(THREE, CAST, mode=mode())
        with pytest.raises(ModelUnavailable):
            await company.turn(transcript)
        transcript = await company.turn(await company.stored(transcript))
        assert [request.caller for request in company.model.requests] == ["ada", "bo", "cy", "bo", "cy"]
        assert lines(transcript) == ["cy"]


async def test_a_narrator_who_shows_nothing_leaves_a_note(tmp_path: Path) -> None:
    def voice(request: Request, number: int) -> str:
        return "{}" if request.purpose == "moment" else '"Proactive score": 1'

    async with gathered(tmp_path, voice) as company:
        transcript = await company.turns(await company.begin(THREE, CAST, mode=mode()), 3)
        notes = [event.text for event in transcript.told if event.kind is Kind.NOTE and event.text]
        assert notes == ["The narrator had nothing to show."] * 2


async def test_a_whisper_is_answered_by_the_narrator_first(company: Company) -> None:
    transcript = await company.begin(THREE, CAST, mode=mode())
    await company.turn(transcript, whisper="Let it thunder.")
    assert company.model.requests[0].purpose == "narrator"
    assert "Let it thunder." in company.model.requests[0].text
