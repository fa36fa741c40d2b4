"""Quests played: what is asked when, what reaches the second act, and when it ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from studio.domain.event import TURNS, Kind
from studio.domain.message import Request
from studio.domain.session import Choice
from studio.domain.state import Quest
from studio.domain.transcript import Transcript
from studio.roleplay.quests.log import log_of, mark_of
from studio.roleplay.state import state_after
from tests.roleplay.company import PAIR, TWO, Company, gathered

FOUND = "Cask 12: salt; cask 13: <i>tea</i>, “unpaid”"


def mode(**parameters: Any) -> Choice:
    return Choice(name="quest", parameters={"goal": "Get the door open.", **parameters})


class Voice:
    """Answers the director; `finished` at these steps, everything else by purpose."""

    def __init__(self, finished: set[int] = frozenset(), **answers: Any) -> None:  # type: ignore[assignment]
        self.finished = finished
        self.answers = answers
        self.asked: list[str] = []
        self.steps = 0

    def __call__(self, request: Request, number: int) -> str:
        name = request.purpose.removeprefix("quest ")
        self.asked.append(name)
        if name == "observe":
            self.steps += 1
            told = {"action": "push", "target": f"door {self.steps}", "outcome": f"It gives {self.steps}."}
            told |= self.answers.get("observation", {})
            return json.dumps({**told, "expectation": "it opens", "finished": self.steps in self.finished})
        if name in self.answers:
            answer = self.answers[name]
            return answer.pop(0) if isinstance(answer, list) else answer
        return {"classify": "Something else.\nD", "action": "It did.\nA", "trajectory": "Fine.\nA"}.get(
            name, f"Line {number}."
        )


def quest_of(transcript: Transcript) -> Quest:
    quest = state_after(transcript).quest
    assert quest is not None
    return quest


async def test_a_beat_is_a_line_its_outcome_and_a_reflection(tmp_path: Path) -> None:
    voice = Voice()
    async with gathered(tmp_path, voice) as company:
        transcript = await company.turns(await company.begin(TWO, PAIR, mode=mode()), 6)
        beat = ["actor", "observe", "action"]
        assert voice.asked == ["classify", *beat * 5, "trajectory", *beat]
        told = [event.kind for event in transcript.told if event.kind in (*TURNS, Kind.RULING)]
        assert told == [Kind.SPEECH, Kind.RULING] * 6
        quest = quest_of(transcript)
        assert (quest.sort, quest.acts, quest.steps, quest.finished) == ("D", ("Get the door open.",), 6, False)
        assert [step.trajectory_reflection for step in log_of(transcript).steps] == ["", "", "", "", "A", ""]
        lines = [request for request in company.model.requests if request.purpose == "actor"]
        assert all("You are after this: Get the door open." in request.text for request in lines)


async def test_going_in_circles_is_seen_without_a_model_and_told_to_those_on_the_quest(tmp_path: Path) -> None:
    same = {"action": "ask", "target": "guard", "outcome": "He shrugs."}
    voice = Voice(observation=same, action="No.\nC", trajectory="The guard is deaf: write to him.\nB")
    async with gathered(tmp_path, voice) as company:
        transcript = await company.turns(await company.begin(TWO, PAIR, mode=mode()), 5)
        steps = log_of(transcript).steps
        assert steps[2].detectors == ("repeat_action", "unchanged", "fail_streak")
        assert [step.trajectory_reflection for step in steps] == ["", "", "", "B", ""]
        asked = [request.text for request in company.model.requests if request.purpose == "actor"]
        assert "The same was tried 3 times" in asked[3]
        assert "write to him" in asked[4] and "write to him" not in asked[3]
        badges = [event.text for event in transcript.told if event.kind is Kind.NOTE]
        assert badges[-2].startswith("Step 4: nothing changed. It leads nowhere. The same was tried 3 times")


async def test_talk_is_not_judged(tmp_path: Path) -> None:
    voice = Voice(observation={"action": "note", "target": "", "outcome": ""})
    async with gathered(tmp_path, voice) as company:
        await company.turns(await company.begin(TWO, PAIR, mode=mode()), 2)
        assert voice.asked == ["classify", *["actor", "observe"] * 2]
    voice = Voice(observation={"action": "grope", "target": ""})
    async with gathered(tmp_path / "grope", voice) as company:
        transcript = await company.turns(await company.begin(TWO, PAIR, mode=mode()), 2)
        assert voice.asked.count("action") == 1
        assert [step.action_reflection for step in log_of(transcript).steps] == ["A", "C"]


async def test_a_first_end_that_fails_is_looked_at_once_and_no_more(tmp_path: Path) -> None:
    voice = Voice({2, 3}, finish="The seal is missing.\nFailed")
    async with gathered(tmp_path, voice) as company:
        transcript = await company.turns(await company.begin(TWO, PAIR, mode=mode()), 2)
        assert not quest_of(transcript).finished and not company.ended
        transcript = await company.turn(transcript)
        assert voice.asked.count("finish") == 1
        assert quest_of(transcript).finished
        assert company.ended == "The quest is done: Get the door open."
        transcript = await company.turn(transcript, line="And then?")
        assert voice.asked[-1] == "actor", "an epilogue is nobody's quest"


async def test_a_task_of_two_acts_carries_what_it_found_word_for_word(tmp_path: Path) -> None:
    plan = json.dumps({"steps": ["Find the entries.", "Tell the judge what the Ledger says."], "source": "the ledger"})
    voice = Voice(
        {1, 2},
        classify="From there to here.\nA",
        orchestrate=plan,
        finish="Success",
        extract=FOUND,
        rewrite=[f"Tell the judge from the ledger: {FOUND}", f"Tell the judge: {FOUND}"],
    )
    async with gathered(tmp_path, voice) as company:
        transcript = await company.turn(await company.begin(TWO, PAIR, mode=mode()))
        quest = quest_of(transcript)
        assert (quest.sort, len(quest.acts), quest.act, quest.carried) == ("A", 2, 1, FOUND)
        assert quest.acts == ("Find the entries.", f"Tell the judge: {FOUND}")
        assert FOUND in quest.acts[1] and "ledger" not in quest.acts[1].lower()
        assert voice.asked.count("rewrite") == 2, "the first one named the source"
        assert not quest.finished
        transcript = await company.turn(transcript)
        lines = [request for request in company.model.requests if request.purpose == "actor"]
        assert "Find the entries." in lines[0].text and FOUND not in lines[0].text
        assert f"You are after this: Tell the judge: {FOUND}" in lines[1].text
        assert voice.asked.count("finish") == 1
        assert quest_of(transcript).finished


async def test_a_model_that_cannot_carry_is_done_without(tmp_path: Path) -> None:
    plan = json.dumps({"steps": ["Find the entries.", "Tell the judge what the ledger says."], "source": "the ledger"})
    voice = Voice({1}, classify="A", orchestrate=plan, finish="Success", extract=FOUND, rewrite="Go to the judge.")
    async with gathered(tmp_path, voice) as company:
        transcript = await company.turn(await company.begin(TWO, PAIR, mode=mode()))
        act = quest_of(transcript).acts[1]
        assert FOUND in act and "ledger" not in act


@pytest.mark.parametrize("plan", ['{"steps": ["a"]}', '{"steps": ["a", "b", "c"]}', "no"])
async def test_a_task_that_cannot_be_parted_stays_whole(tmp_path: Path, plan: str) -> None:
    voice = Voice(classify="A", orchestrate=plan)
    async with gathered(tmp_path, voice) as company:
        transcript = await company.turn(await company.begin(TWO, PAIR, mode=mode()))
        quest = quest_of(transcript)
        assert (quest.sort, quest.acts) == ("A", ("Get the door open.",))


async def test_a_question_is_answered_at_its_end(tmp_path: Path) -> None:
    voice = Voice({1}, classify="B", finish="Success", answer="There are twelve casks.")
    async with gathered(tmp_path, voice) as company:
        transcript = await company.turn(await company.begin(TWO, PAIR, mode=mode(goal="How many casks are there?")))
        assert quest_of(transcript).answer == "There are twelve casks."
        assert transcript.told[-1].kind is Kind.NARRATION and transcript.told[-1].text == "There are twelve casks."
        assert "It gives 1." in company.model.requests[-1].text


async def test_a_quest_is_given_up_after_its_beats(tmp_path: Path) -> None:
    async with gathered(tmp_path, Voice()) as company:
        transcript = await company.turns(await company.begin(TWO, PAIR, mode=mode(beats=2)), 2)
        assert company.ended == "The quest has had its 2 beats."
        assert (quest_of(transcript).finished, quest_of(transcript).outcome) == (True, "out of time")


async def test_hints_reach_the_narrator_and_nobody_else(tmp_path: Path) -> None:
    hints = "Open a door = the key is in the oven; push twice\nBake bread = slowly"
    async with gathered(tmp_path, Voice()) as company:
        transcript = await company.turn(await company.begin(TWO, PAIR, mode=mode(hints=hints)))
        assert quest_of(transcript).knowledge == ("the key is in the oven", "push twice")
        for request in company.model.requests:
            assert ("1. the key is in the oven" in request.text) == (request.purpose == "quest observe")


async def test_only_the_hero_is_on_the_quest_where_there_is_one(tmp_path: Path) -> None:
    async with gathered(tmp_path, Voice()) as company:
        await company.turns(await company.begin(TWO, PAIR, mode=mode(hero="bo")), 2)
        asked = {r.caller: "You are after this" in r.text for r in company.model.requests if r.purpose == "actor"}
        assert asked == {"ada": False, "bo": True}


async def test_a_persons_deed_has_an_outcome_before_anybody_answers(tmp_path: Path) -> None:
    voice = Voice()
    async with gathered(tmp_path, voice) as company:
        transcript = await company.turn(await company.begin(TWO, PAIR, mode=mode()))
        voice.asked.clear()
        transcript = await company.turn(transcript, as_="bo", line="I lean on it.")
        assert voice.asked == ["observe", "action", "actor", "observe", "action"]
        assert [event.actor for event in transcript.told if event.kind in TURNS] == ["ada", "bo", "ada"]


async def test_whoever_comes_later_is_told_the_quest_first(tmp_path: Path) -> None:
    late = TWO.model_copy(update={"cast": (TWO.cast[0], TWO.cast[1].model_copy(update={"entrance": "later"}))})
    async with gathered(tmp_path, Voice()) as company:
        transcript = await company.turn(await company.begin(late, PAIR, mode=mode()))
        transcript = await company.scribe.enter(transcript, "bo")
        transcript = await company.turn(transcript)
        brief = next(event for event in transcript.told if (mark := mark_of(event)) and mark.step == "brief")
        assert (brief.text, brief.audience) == ("Quest: Get the door open.", ("ada", "bo"))
        observed = [request for request in company.model.requests if request.purpose == "quest action"]
        assert "It gives 1." not in observed[-1].messages[-1].content, "Bo did not see that"


async def test_another_take_has_its_own_outcome(tmp_path: Path) -> None:
    voice = Voice()
    async with gathered(tmp_path, voice) as company:
        transcript = await company.turn(await company.begin(TWO, PAIR, mode=mode()))
        line = next(event for event in transcript.told if event.kind in TURNS)
        voice.asked.clear()
        other = await company.again(transcript, line)
        assert voice.asked == ["actor", "observe", "action"]
        assert len(log_of(other).steps) == 1 and quest_of(other).step != quest_of(transcript).step


async def test_without_a_goal_the_scenes_own_end_is_it(company: Company) -> None:
    transcript = await company.begin(TWO, PAIR, mode=Choice(name="quest"))
    transcript = await company.turn(transcript)
    assert quest_of(transcript).goal == TWO.premise
