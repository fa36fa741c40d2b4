"""What happens without a model, and when it is due."""

from __future__ import annotations

import pytest

from studio.domain.event import DIRECTOR, NARRATOR, Kind
from studio.domain.scene import Beat, Ending, Part
from studio.errors import Invalid
from studio.roleplay.happenings import (
    LINE_LIMIT,
    NARRATOR_ENDS,
    beats,
    entrances,
    may_end,
    opening,
    over,
    remarks,
    said,
    waits_for,
)
from studio.roleplay.speakers.base import Situation
from studio.roleplay.steps import Turn
from tests.plays import ADA, BO, CAST, SCENE, Log

LASTING = SCENE.model_copy(update={"end": Ending(when="the lamp is lit", max_turns=8)})


def say(log: Log, turns: int) -> None:
    for turn in range(turns):
        log.say(("ada", "bo")[turn % 2], f"Line {turn}.")


def test_a_whisper_comes_before_the_line_of_the_same_turn() -> None:
    log = Log()
    found = said(log.transcript, Turn(line="Out loud.", whisper="Softly.", as_="ada", to=("bo",)))
    assert [(event.kind, event.text, event.audience) for event in found] == [
        (Kind.WHISPER, "Softly.", ("ada", "bo")),
        (Kind.SPEECH, "Out loud.", ("ada", "bo")),
    ]


@pytest.mark.parametrize(
    ("turn", "actor", "audience", "to"),
    [
        (Turn(whisper="x"), DIRECTOR, (), [NARRATOR]),
        (Turn(whisper="x", to=(NARRATOR,)), DIRECTOR, (), [NARRATOR]),
        (Turn(whisper="x", as_="ada"), "ada", ("ada",), [NARRATOR]),
        (Turn(whisper="x", to=("bo",)), DIRECTOR, ("bo",), ["bo"]),
        (Turn(whisper="x", as_="ada", to=("bo", NARRATOR)), "ada", ("ada", "bo"), ["bo", NARRATOR]),
    ],
)
def test_a_whisper_is_heard_by_those_it_is_for(
    turn: Turn, actor: str, audience: tuple[str, ...], to: list[str]
) -> None:
    (whisper,) = said(Log().transcript, turn)
    assert (whisper.actor, whisper.audience, whisper.parts) == (actor, audience, {"to": to, "by": "person"})


@pytest.mark.parametrize("blank", ["", "  ", "\n\t"])
def test_blanks_are_nothing_said(blank: str) -> None:
    assert said(Log().transcript, Turn(line=blank, whisper=blank, as_="cy")) == ()


def test_the_longest_line_is_taken_and_a_longer_one_refused_with_its_length() -> None:
    assert len(said(Log().transcript, Turn(line="x" * LINE_LIMIT))) == 1
    with pytest.raises(Invalid, match=r"That line has 100,001 characters; 100,000 is the limit\. Split it in two\."):
        said(Log().transcript, Turn(line="x" * (LINE_LIMIT + 1)))


def test_an_entrance_is_due_at_its_turn_once_and_not_for_somebody_present() -> None:
    log = Log()
    assert entrances(log.transcript) == ()
    say(log, 1)
    assert entrances(log.transcript) == ()
    say(log, 1)
    assert entrances(log.transcript) == ("cy",)
    log.enter("cy")
    assert entrances(log.transcript) == ()
    log.leave("cy")
    assert entrances(log.transcript) == (), "who was sent away stays away"


def test_only_turns_that_count_bring_an_entrance_nearer() -> None:
    log = Log()
    say(log, 2)
    log.add(Kind.TOMBSTONE, DIRECTOR, hides=log.transcript.events[0].id)
    assert entrances(log.transcript) == ()


def test_an_undone_entrance_is_due_again() -> None:
    log = Log()
    say(log, 2)
    before = log.transcript
    log.enter("cy")
    assert entrances(before) == ("cy",)


def test_beats_come_when_due_in_order_and_once_even_when_several_are_due() -> None:
    log = Log(scene=SCENE.model_copy(update={"events": (Beat(when=1, what="One."), Beat(when=2, what="Two."))}))
    assert beats(log.transcript) == ()
    say(log, 2)
    assert beats(log.transcript) == ((0, "One."), (1, "Two."))
    told = log.add(Kind.NARRATION, NARRATOR, "One.", beat=0)
    assert beats(log.transcript) == ((1, "Two."),)
    log.add(Kind.TOMBSTONE, DIRECTOR, hides=told.id)
    assert beats(log.transcript) == ((1, "Two."),), "one that was taken out is not told again"


def test_the_end_by_turns_counts_only_what_still_counts() -> None:
    log = Log(scene=SCENE.model_copy(update={"end": Ending(max_turns=2)}))
    say(log, 2)
    assert over(log.transcript) == "The scene has run its 2 turns."
    log.add(Kind.TOMBSTONE, DIRECTOR, hides=log.transcript.events[0].id)
    assert over(log.transcript) == ""


def test_the_end_by_exits_is_taken_back_by_an_entrance() -> None:
    log = Log()
    log.leave("ada")
    assert over(log.transcript) == ""
    log.leave("bo")
    assert over(log.transcript) == "Everybody has left the stage."
    log.enter("cy")
    assert over(log.transcript) == ""


@pytest.mark.parametrize("kind", [Kind.NARRATION, Kind.NOTE])
def test_the_narrators_end_holds_until_somebody_goes_on(kind: Kind) -> None:
    log = Log(scene=LASTING)
    log.add(kind, NARRATOR, "Light.", ended=True, direction=True)
    assert over(log.transcript) == NARRATOR_ENDS
    log.add(Kind.RATING, DIRECTOR, audience=(), on="e0000", rating=1)
    assert over(log.transcript) == NARRATOR_ENDS
    before = log.transcript
    log.say("ada", "Not yet.")
    assert over(log.transcript) == ""
    log.transcript = before
    log.add(Kind.NARRATION, NARRATOR, "But the wind turned.", by="person")
    assert over(log.transcript) == ""


def test_the_narrator_may_end_only_what_has_a_condition_and_has_been_played() -> None:
    log = Log(scene=LASTING)
    say(log, 5)
    assert not may_end(log.transcript)
    say(log, 1)
    assert may_end(log.transcript)
    endless = Log(scene=SCENE.model_copy(update={"end": Ending(max_turns=99)}))
    say(endless, 20)
    assert not may_end(endless.transcript)


def test_a_seat_waits_only_when_spoken_to_and_only_if_asked_to() -> None:
    log = Log()
    log.say("bo", "Ada, is it true?")
    situation = Situation(transcript=log.transcript, stage=(ADA, BO))
    waited = waits_for(situation, Turn(as_="ada", wait=True))
    assert waited and (waited.speaker, waited.by) == ("ada", "user")
    assert waits_for(situation, Turn(as_="ada")) is None
    assert waits_for(situation, Turn(as_="bo", wait=True)) is None
    assert waits_for(situation, Turn(wait=True)) is None


def test_remarks_are_what_was_said_about_earlier_lines_later() -> None:
    log = Log()
    say(log, 3)
    log.add(Kind.EDIT, DIRECTOR, "Otherwise.", replaces="e0000")
    log.add(Kind.EDIT, DIRECTOR, "Of the line itself.", replaces="e0002")
    log.add(Kind.RATING, DIRECTOR, on="e0001", rating=1)
    log.add(Kind.TOMBSTONE, DIRECTOR, hides="e0001")
    log.say("bo", "Go on.")
    assert [event.id for event in remarks(log.transcript, 2)] == ["e0003", "e0005", "e0006"]
    assert remarks(log.transcript, 0) == ()


def test_the_opening_is_the_scenes_before_anybodys_greeting() -> None:
    greeting = BO.model_copy(update={"greeting": " Ahoy. "})
    scene = SCENE.model_copy(update={"opening": "", "cast": (Part(character="ada", entrance="later"),)})
    told = opening(Log(cast=(ADA, greeting)).transcript)
    assert told and (told.kind, told.text) == (Kind.NARRATION, SCENE.opening)
    greeted = opening(Log(scene=scene, cast=(ADA.model_copy(update={"greeting": "Hm."}), greeting)).transcript)
    assert greeted and (greeted.actor, greeted.text, greeted.audience) == ("bo", "Ahoy.", ("bo",))
    assert opening(Log(scene=scene, cast=CAST).transcript) is None
