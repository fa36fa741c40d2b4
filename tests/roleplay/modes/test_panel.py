"""Panels in one head and of the whole cast, within a play."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from studio.domain.event import TURNS, Kind
from studio.domain.message import Request
from studio.domain.session import Choice
from studio.domain.state import Panel
from studio.domain.transcript import Transcript
from studio.errors import ModelOutput
from studio.roleplay.state import state_after
from tests.plays import CAST
from tests.roleplay.company import LONG, Company, gathered

THREE = LONG.model_copy(
    update={"cast": tuple(part.model_copy(update={"entrance": "start"}) for part in LONG.cast), "events": ()}
)


def mode(**parameters: Any) -> Choice:
    return Choice(name="panel", parameters=parameters)


class Voice:
    """Panels that keep to the form, or not; `approve`: in which round a panelist does."""

    def __init__(self, approve: dict[str, int] | None = None, formless: bool = False) -> None:
        self.approve = approve or {}
        self.formless = formless
        self.asked: list[tuple[str, str]] = []

    def __call__(self, request: Request, number: int) -> str:
        self.asked.append((request.purpose, request.caller))
        name = request.caller.capitalize()
        match request.purpose:
            case "panel line" | "panel" if self.formless:
                return f"Just {number}."
            case "panel line" | "panel":
                said = f"Doubt: secret doubt {number}.\n{name} (you): a draft."
                return f"Participants: {name} (you); Doubt\n{said}\nFinal answer: Aloud {number}."
            case "panel comment":
                drafts = sum(purpose == "panel draft" for purpose, _ in self.asked)
                approve = drafts >= self.approve.get(request.caller, 99)
                return json.dumps({"comment": f"Remark {number}.", "approve": approve})
            case "panel draft":
                return f"Draft {number}."
            case _:
                return f"Plain {number}."


def lines(transcript: Transcript) -> list[tuple[str, str]]:
    return [(event.actor, event.text) for event in transcript.told if event.kind in TURNS]


def panel_of(transcript: Transcript, viewer: str = "director") -> Panel | None:
    return state_after(transcript, viewer).panel


async def test_a_line_comes_of_voices_nobody_else_hears(tmp_path: Path) -> None:
    voice = Voice()
    async with gathered(tmp_path, voice) as company:
        transcript = await company.turn(await company.begin(THREE, CAST, mode=mode()))
        assert voice.asked == [("panel line", "ada")]
        assert lines(transcript) == [("ada", "Aloud 1.")]
        thought = next(event for event in transcript.told if event.kind is Kind.THOUGHT)
        assert thought.audience == ("ada",) and "Doubt: secret doubt 1." in thought.text
        panel = panel_of(transcript)
        assert panel is not None and panel.parsed and panel.final == "Aloud 1."
        assert [one.name for one in panel.panelists] == ["Ada (you)", "Doubt"]
        assert panel_of(transcript, "bo") is None
        assert panel_of(transcript, "ada") == panel
        await company.turn(transcript)
        assert "secret doubt" not in company.model.requests[-1].text
        assert "Aloud 1." in company.model.requests[-1].text


async def test_a_panel_without_an_answer_is_asked_again_then_its_leaders_last_word_is_said(tmp_path: Path) -> None:
    rambling = "Participants: Ada (you); Doubt\nDoubt: no.\nAda (you): So be it."
    async with gathered(tmp_path, [rambling, rambling]) as company:
        transcript = await company.turn(await company.begin(THREE, CAST, mode=mode()))
        assert lines(transcript) == [("ada", "So be it.")]
        panel = panel_of(transcript)
        assert panel is not None and panel.parsed is False
    async with gathered(tmp_path / "mute", ["(nothing)", '{"a": 1}']) as company:
        with pytest.raises(ModelOutput, match="no usable line"):
            await company.turn(await company.begin(THREE, CAST, mode=mode()))


async def test_a_model_that_cannot_keep_the_form_speaks_without_a_panel(tmp_path: Path) -> None:
    voice = Voice(formless=True)
    async with gathered(tmp_path, voice) as company:
        transcript = await company.turns(await company.begin(THREE, CAST, mode=mode()), 7)
        assert [purpose for purpose, _ in voice.asked] == ["panel line"] * 10 + ["actor"] * 2
        assert len(lines(transcript)) == 7
        await company.turn(transcript, whisper="/panel How do we get out?", to=("bo",))
        assert voice.asked[-1] == ("panel draft", "bo"), "its tasks go to the cast"


async def test_a_task_whispered_to_somebody_is_solved_in_their_head_and_answered_aloud(tmp_path: Path) -> None:
    voice = Voice()
    async with gathered(tmp_path, voice) as company:
        transcript = await company.begin(THREE, CAST, mode=mode(lines=False))
        transcript = await company.turn(transcript, whisper="/panel How do we get out?", to=("bo",))
        assert voice.asked == [("panel", "bo")]
        assert "Task: How do we get out?" in company.model.requests[-1].text
        assert lines(transcript) == [("bo", "Aloud 1.")]
        panel = panel_of(transcript)
        assert panel is not None and (panel.task, panel.leader, panel.final) == ("How do we get out?", "bo", "Aloud 1.")
        transcript = await company.turn(transcript)
        assert voice.asked[-1][0] == "actor", "taken up once"


async def test_the_narrators_panel_is_the_directors_to_read_and_its_answer_everybodys(tmp_path: Path) -> None:
    voice = Voice()
    async with gathered(tmp_path, voice) as company:
        transcript = await company.begin(THREE, CAST, mode=mode())
        transcript = await company.turn(transcript, line="/panel What does the storm do next?")
        assert voice.asked == [("panel", "narrator")]
        note, told = transcript.events[-2:]
        assert (note.kind, note.audience) == (Kind.NOTE, ())
        assert (told.kind, told.text, told.audience) == (Kind.NARRATION, "Aloud 1.", ("ada", "bo", "cy"))


async def test_a_persons_character_keeps_the_answer_to_itself(tmp_path: Path) -> None:
    async with gathered(tmp_path, Voice()) as company:
        transcript = await company.begin(THREE, CAST, mode=mode())
        transcript = await company.turn(transcript, as_="ada", line="/panel What do I say?")
        assert transcript.events[-1].kind is Kind.THOUGHT and transcript.events[-1].audience == ("ada",)
        assert [actor for actor, _ in lines(transcript)] == ["ada"], "nobody speaks for a person"
        panel = panel_of(transcript, "ada")
        assert panel is not None and panel.final == "Aloud 1."


async def test_the_cast_comments_until_all_approve(tmp_path: Path) -> None:
    voice = Voice({"bo": 2, "cy": 1})
    async with gathered(tmp_path, voice) as company:
        transcript = await company.begin(THREE, CAST, mode=mode(form="ensemble", task="How do we get out?"))
        transcript = await company.turns(transcript, 6)
        assert voice.asked == [
            *(("panel draft", "ada"), ("panel comment", "bo"), ("panel comment", "cy")),
            *(("panel draft", "ada"), ("panel comment", "bo"), ("panel comment", "cy")),
        ]
        assert [actor for actor, _ in lines(transcript)] == ["ada", "bo", "cy"] * 2
        panel = panel_of(transcript)
        assert panel is not None
        assert (panel.finished, panel.round, panel.final, set(panel.approved)) == (True, 2, "Draft 4.", {"bo", "cy"})
        second = next(r for r in company.model.requests[3:] if r.purpose == "panel draft").messages[-1].content
        assert "Remark 2." in second and "Your last draft: Draft 1." in second
        assert "Remark 3." not in second.partition("What the others said")[2], "who approved need not be answered"
        transcript = await company.turn(transcript)
        assert voice.asked[-1][0] == "panel line", "after it the play goes on"


async def test_a_whispered_task_is_known_to_whoever_was_asked_alone(tmp_path: Path) -> None:
    async with gathered(tmp_path, Voice()) as company:
        transcript = await company.begin(THREE, CAST, mode=mode(form="ensemble"))
        transcript = await company.turn(transcript, whisper="/panel Whom do we leave behind?", to=("bo",))
        transcript = await company.turns(transcript, 2)
        told = {request.caller: "leave behind" in request.text for request in company.model.requests}
        assert told == {"bo": True, "ada": False, "cy": False}
        panel = panel_of(transcript, "ada")
        assert panel is not None and panel.task == "A task that was whispered"


async def test_rounds_are_limited(tmp_path: Path) -> None:
    voice = Voice()
    async with gathered(tmp_path, voice) as company:
        transcript = await company.begin(THREE, CAST, mode=mode(form="ensemble", task="T", rounds=2, lines=False))
        transcript = await company.turns(transcript, 7)
        assert [purpose for purpose, _ in voice.asked].count("panel draft") == 2
        assert voice.asked[-1][0] == "actor"
        panel = panel_of(transcript)
        assert panel is not None and panel.finished and panel.note == "Not all agreed within 2 rounds."


async def test_a_person_sits_on_the_panel(tmp_path: Path) -> None:
    voice = Voice({"cy": 1})
    async with gathered(tmp_path, voice) as company:
        transcript = await company.begin(THREE, CAST, mode=mode(form="ensemble", task="T"))
        transcript = await company.turn(transcript, as_="bo")
        transcript = await company.turn(transcript, as_="bo")
        assert company.decision is not None and company.decision.speaker == "bo", "it waits for them"
        transcript = await company.turn(transcript, as_="bo", line="Yes, let us.")
        assert voice.asked[-1] == ("panel comment", "cy")
        panel = panel_of(transcript)
        assert panel is not None and panel.finished and set(panel.approved) == {"bo", "cy"}


async def test_a_persons_last_word_ends_it_and_whoever_leaves_is_not_waited_for(tmp_path: Path) -> None:
    voice = Voice({"bo": 1})
    async with gathered(tmp_path, voice) as company:
        transcript = await company.begin(THREE, CAST, mode=mode(form="ensemble", task="T"))
        transcript = await company.turns(transcript, 2)
        transcript = await company.scribe.leave(transcript, "cy")
        transcript = await company.turn(transcript)
        assert transcript.events[-1].text == "The panel is done."
        panel = panel_of(transcript)
        assert panel is not None and panel.finished and panel.final == "Draft 1."


async def test_a_voice_is_told_again(tmp_path: Path) -> None:
    voice = Voice({"bo": 9})
    async with gathered(tmp_path, voice) as company:
        transcript = await company.begin(THREE, CAST, mode=mode(form="ensemble", task="T"))
        transcript = await company.turns(transcript, 2)
        transcript = await company.again(transcript, transcript.events[-1])
        assert voice.asked[-1] == ("panel comment", "bo")
        first = next(event for event in transcript.told if event.kind in TURNS)
        transcript = await company.again(transcript, first)
        assert voice.asked[-1] == ("panel draft", "ada")
        assert [actor for actor, _ in lines(transcript)] == ["ada"]
    async with gathered(tmp_path / "other", Voice()) as company:
        transcript = await company.begin(THREE, CAST, mode=mode(task="T"))
        transcript = await company.turn(transcript)
        transcript = await company.again(transcript, transcript.events[-1])
        assert [request.purpose for request in company.model.requests] == ["panel", "panel"]
        assert lines(transcript) == [("ada", "Aloud 2.")]
        transcript = await company.turn(transcript)
        transcript = await company.again(transcript, transcript.events[-1])
        assert [request.purpose for request in company.model.requests][2:] == ["panel line", "panel line"]


async def test_alone_there_is_nobody_to_ask(company: Company) -> None:
    alone = THREE.model_copy(update={"cast": THREE.cast[:1]})
    transcript = await company.begin(alone, CAST[:1], mode=mode(form="ensemble", task="T"))
    await company.turn(transcript)
    assert company.model.requests[-1].purpose == "panel"
