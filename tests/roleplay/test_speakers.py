"""Who speaks next, and that the same seed says the same."""

from __future__ import annotations

import pytest

from studio.domain.session import Choice
from studio.errors import NotFound
from studio.roleplay.speakers.base import SPEAKERS, Cue, Situation, addressed, claimed, named
from tests.plays import ADA, BO, CAST, CY, Log, dice


def situation(log: Log, stage=CAST, **fields) -> Situation:
    return Situation(transcript=log.transcript, stage=stage, **fields)


def choose(policy: str, log: Log, seed: int = 7, stage=CAST, **fields):
    return SPEAKERS.build(Choice(name=policy)).choose(situation(log, stage, **fields), dice(seed))


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("Bo, sit down.", "bo"),
        ("Sit down, Bo.", "bo"),
        ("What do you say, Cy Marsh?", "cy"),
        ("Bo is a liar.", None),
        ("I told Bo nothing.", None),
        ("Bo, be quiet. Cy, you go.", "cy"),
        ("*points at Bo, then away* Well.", None),
        ("“Cy!”", "cy"),
        ("Nobody, nothing.", None),
    ],
)
def test_who_is_called_by_name(text: str, who: str | None) -> None:
    found = addressed(text, CAST)
    assert (found.id if found else None) == who


@pytest.mark.parametrize(
    ("text", "who"), [("Ada Voss", "ada"), ("voss", "ada"), ("bo", "bo"), ("“Bo.”", None), ("", None), ("Nobody", None)]
)
def test_a_name_as_models_write_it(text: str, who: str | None) -> None:
    found = named(text, CAST)
    assert (found.id if found else None) == who


def test_an_ambiguous_name_means_nobody() -> None:
    assert named("Voss", (ADA, BO.model_copy(update={"name": "Bo Voss"}))) is None


def test_being_spoken_to_comes_first_and_says_so() -> None:
    log = Log()
    log.say("ada", "Bo, sit down.")
    decision = choose("natural", log)
    assert (decision.speaker, decision.by) == ("bo", "rule") and "spoken to" in decision.reason


def test_an_explicit_yield_beats_a_name() -> None:
    log = Log()
    log.enter("cy")
    log.say("ada", "Bo, listen to him.", trailer={"yields": "Cy"})
    assert choose("natural", log).speaker == "cy"


def test_somebody_off_stage_is_never_chosen() -> None:
    log = Log()
    log.say("ada", "Cy, come here!")
    for policy in ("natural", "round_robin", "pooled"):
        assert choose(policy, log, stage=(ADA, BO)).speaker == "bo"


def test_nobody_answers_themselves_unless_alone() -> None:
    log = Log()
    log.say("ada", "Ada, Ada, what now.")
    assert choose("natural", log).speaker != "ada"
    assert choose("natural", log, stage=(ADA,)).speaker == "ada"


def test_the_same_seed_gives_the_same_order_and_everybody_speaks() -> None:
    def order(seed: int) -> list[str]:
        log = Log()
        for turn in range(18):
            decision = choose("natural", log, seed=seed * 1000 + turn)
            log.say(decision.speaker, f"Words {turn}.")
        return [event.actor for event in log.transcript.events]

    assert order(1) == order(1)
    assert {"ada", "bo", "cy"} == set(order(1))
    assert any(order(1) != order(seed) for seed in range(2, 6))


def test_round_robin_goes_round() -> None:
    log = Log()
    spoken = []
    for _ in range(6):
        decision = choose("round_robin", log)
        spoken.append(decision.speaker)
        log.say(decision.speaker, "So.")
    assert spoken == ["ada", "bo", "cy"] * 2


def test_pooled_hears_everybody_before_anybody_twice() -> None:
    log = Log()
    for turn in range(9):
        log.say(choose("pooled", log, seed=turn).speaker, "So.")
    actors = [event.actor for event in log.transcript.events]
    assert all(set(actors[i : i + 3]) == {"ada", "bo", "cy"} for i in (0, 3, 6))


def test_manual_waits() -> None:
    assert choose("manual", Log()) is None


def test_the_director_plays_the_plan_and_skips_who_just_spoke() -> None:
    log = Log()
    log.say("ada", "So.")
    plan = (Cue(speaker="ada"), Cue(speaker="cy", cue="Open the book.", reason="He has waited."))
    decision = choose("director", log, plan=plan)
    assert (decision.speaker, decision.cue, decision.by) == ("cy", "Open the book.", "model")
    assert choose("director", log, plan=()) is None


def test_a_direct_question_overtakes_a_stale_plan_only() -> None:
    log = Log()
    log.say("ada", "Bo, is it true?")
    plan = (Cue(speaker="cy"),)
    assert choose("director", log, plan=plan).speaker == "bo"
    assert choose("director", log, plan=plan, fresh=True).speaker == "cy"


def test_a_claim_dies_when_the_one_called_was_called_before_an_entrance() -> None:
    log = Log()
    log.say("ada", "Bo, is it true?")
    assert claimed(situation(log)).speaker == "bo"
    log.enter("cy")
    assert claimed(situation(log)) is None


def test_an_unknown_policy_is_refused_with_the_known_ones() -> None:
    with pytest.raises(NotFound, match="natural"):
        SPEAKERS.build(Choice(name="loudest"))


def test_every_policy_file_was_found() -> None:
    assert {"director", "manual", "natural", "pooled", "round_robin"} <= set(SPEAKERS.methods)
    assert not SPEAKERS.broken
    assert CY.first_name == "Cy"
