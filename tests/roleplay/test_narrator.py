"""When the narrator is asked, and what its answer may become."""

from __future__ import annotations

from studio.domain.event import Kind
from studio.domain.provenance import Usage
from studio.llm.structured import Structured
from studio.roleplay.narrator import (
    REST_TURNS,
    Direction,
    PlannedCue,
    cues_of,
    direction_schema,
    occasions,
    planned,
    request_for,
    stalled,
    told_by,
    understood,
    unplanned,
)
from tests.plays import ADA, BO, CAST, CY, SECRET, Log

STAGE = (ADA, BO)


def kinds(log: Log) -> list[str]:
    return [occasion.kind for occasion in occasions(log.transcript)]


def test_ordinary_talk_asks_nothing() -> None:
    log = Log()
    log.say("ada", "The oil is low.")
    log.say("bo", "Then we row at dawn.")
    assert kinds(log) == []


def test_an_open_action_asks_for_a_ruling_once() -> None:
    log = Log()
    log.say("ada", "*lunges for the key*", trailer={"wants_ruling": True})
    assert kinds(log) == ["ruling"]
    log.add(Kind.RULING, "narrator", "She has it.", direction=True)
    assert kinds(log) == []


def test_an_open_action_is_not_asked_about_again_when_nothing_came_of_it() -> None:
    log = Log()
    log.say("ada", "*lunges for the key*", trailer={"wants_ruling": True})
    log.add(Kind.RATING, "director", audience=(), on="e0000", rating=1)
    assert kinds(log) == ["ruling"]
    log.add(Kind.NOTE, "narrator", "The narrator had nothing to add.", (), direction=True)
    assert kinds(log) == []


def test_a_whisper_is_heard_until_it_is_acted_on() -> None:
    log = Log()
    log.add(Kind.WHISPER, "director", "Let the window break.", [], to=["narrator"])
    assert kinds(log) == ["whisper"]
    assert "Let the window break." in occasions(log.transcript)[0].reason
    log.add(Kind.NARRATION, "narrator", "Glass everywhere.", direction=True)
    assert kinds(log) == []


def test_a_stall_is_seen_without_a_model_and_left_to_rest() -> None:
    log = Log()
    for turn in range(3):
        log.say(("ada", "bo")[turn % 2], "The oil is low and the lamp is slow tonight.")
    assert stalled(log.transcript)
    assert kinds(log) == []
    for turn in range(REST_TURNS):
        log.say(("ada", "bo")[turn % 2], "The oil is low and the lamp is slow tonight.")
    assert kinds(log) == ["stall"]
    log.say("ada", "Look: a boat, with nobody in it.")
    assert not stalled(log.transcript)


def test_a_plan_is_found_in_the_log_and_shrinks_as_it_is_played() -> None:
    log = Log()
    plan = [{"speaker": "ada", "cue": "", "reason": ""}, {"speaker": "bo", "cue": "", "reason": ""}]
    log.add(Kind.NARRATION, "narrator", "Rain.", plan=plan)
    assert ([cue.speaker for cue in planned(log.transcript)[0]], planned(log.transcript)[1]) == (["ada", "bo"], True)
    log.say("ada", "So.")
    assert ([cue.speaker for cue in planned(log.transcript)[0]], planned(log.transcript)[1]) == (["bo"], False)
    log.say("bo", "So.", by="person")
    assert planned(log.transcript) == ((), False)


def test_a_plan_carried_by_a_turn_is_past_that_turn() -> None:
    log = Log()
    plan = [{"speaker": "ada", "cue": "", "reason": ""}, {"speaker": "bo", "cue": "", "reason": ""}]
    log.say("ada", "So.", plan=plan)
    assert [cue.speaker for cue in planned(log.transcript)[0]] == ["bo"]


def test_cues_name_people_on_stage_and_nobody_twice_in_a_row() -> None:
    names = ["Bo Lind", "bo", "Cy Marsh", "Nobody", "Ada", "Bo", "Ada", "Bo"]
    cues = cues_of(Direction(cues=[PlannedCue(speaker=name) for name in names]), STAGE)
    assert [cue.speaker for cue in cues] == ["bo", "ada", "bo", "ada"]


def test_a_ruling_reaches_those_who_noticed_and_the_one_who_acted() -> None:
    log = Log()
    log.enter("cy")
    log.say("ada", "*slips the key into her boot*", trailer={"wants_ruling": True})
    direction = Direction(ruling="The key is in her boot.", noticed=["Bo", "a ghost"], changes={"key": "in Ada's boot"})
    (ruling,) = told_by(direction, log.transcript, CAST)
    assert ruling.kind is Kind.RULING and ruling.audience == ("ada", "bo")
    assert ruling.parts == {"changes": {"key": "in Ada's boot"}, "noticed": ["bo"]}


def test_a_ruling_noticed_by_nobody_named_is_seen_by_all() -> None:
    log = Log()
    log.say("ada", "*opens the hatch*", trailer={"wants_ruling": True})
    (ruling,) = told_by(Direction(ruling="Sea comes in."), log.transcript, STAGE)
    assert ruling.audience == ("ada", "bo")


def test_the_narrator_speaks_for_nobody() -> None:
    log = Log()
    told = told_by(Direction(narration="The lamp flares.\nBo: I did it!\nAda Voss: Liar."), log.transcript, STAGE)
    assert [event.text for event in told] == ["The lamp flares."]
    assert told_by(Direction(narration="Bo: I did it!"), log.transcript, STAGE) == ()


def test_the_request_holds_no_secret_and_lets_only_those_on_stage_be_named() -> None:
    log = Log()
    log.add(Kind.THOUGHT, "ada", "Never the bell.", ["ada"])
    request = request_for(log.transcript, STAGE, ("Decide.",), plan=True, seed=3)
    assert SECRET not in request.text and "Never the bell" not in request.text
    assert request.schema_ == direction_schema(["Ada Voss", "Bo Lind"])
    assert CY.name not in request.text


def test_a_narrator_that_could_not_plan_is_left_alone_for_a_plans_length() -> None:
    log = Log()
    assert not unplanned(log.transcript)
    log.say("ada", "So.", direction=True)
    for turn in range(3):
        assert unplanned(log.transcript), turn
        log.say(("bo", "ada")[turn % 2], "So.")
    assert not unplanned(log.transcript)
    log.add(Kind.NARRATION, "narrator", "Rain.", direction=True)
    log.say("bo", "So.", by="person")
    assert unplanned(log.transcript), "a person's line does not make it any abler"
    log.say("ada", "So.", direction=True, plan=[{"speaker": "bo"}])
    assert not unplanned(log.transcript)


def test_what_the_log_keeps_of_an_answer() -> None:
    usage = Usage(calls=2)
    answer = Direction(cues=[PlannedCue(speaker="Bo"), PlannedCue(speaker="Cy")], ended=True)
    direction = understood(Structured(answer, usage), (BO,), may_end=False)
    assert direction.parts == {"direction": True, "plan": [{"speaker": "bo", "cue": "", "reason": ""}]}
    assert (direction.usage, direction.fresh, direction.ended) == (usage, True, False)
    assert understood(Structured(answer, usage), (), may_end=True).parts == {"direction": True, "ended": True}
    unusable = understood(
        Structured(Direction(), usage, ("no JSON", "none again"), defaulted=True), (BO,), may_end=True
    )
    assert unusable.parts == {"direction": True, "unusable": ["no JSON", "none again"]}
    repaired = understood(Structured(Direction(), usage, ("no JSON",), repaired=True), (BO,), may_end=True)
    assert repaired.parts == {"direction": True}


def test_an_answer_no_disk_can_hold_is_cleaned() -> None:
    answer = {
        "narration": "Snow \ud83d.",
        "changes": {"\ud83d": "\x00on"},
        "cues": [{"speaker": "Bo", "cue": "\ud83d"}],
    }
    direction = Direction.model_validate(answer)
    assert (direction.narration, direction.changes, direction.cues[0].cue) == ("Snow �.", {"�": "on"}, "�")
