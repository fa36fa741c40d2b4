"""Meters of a play: what was cut, said again, ran long, went in circles. Worked by hand."""

from __future__ import annotations

from studio.domain.provenance import Provenance
from studio.roleplay.meters import measured, stalls
from tests.plays import Log

MADE = Provenance(model="toy", temperature=0.7, max_tokens=99, prompt_digest="d")


def spoken(log: Log, actor: str, text: str, model: str = "toy", **parts: object) -> None:
    """A line a model wrote."""
    said = log.say(actor, text, **parts)
    made = said.model_copy(update={"provenance": MADE.model_copy(update={"model": model})})
    log.transcript = log.transcript.model_copy(update={"events": (*log.transcript.events[:-1], made)})


def test_a_play_is_measured_by_line_character_and_model() -> None:
    log = Log()
    spoken(log, "ada", "The lamp must burn all night.")
    spoken(log, "bo", "Why?", cut=["Ada: Because I say so."])
    spoken(log, "ada", "The lamp must burn, I said.")
    log.say("cy", "I am a person and not measured.")
    spoken(log, "bo", "word " * 61, model="other")
    found = measured(log.transcript)
    first, second, third, fourth = found.lines
    assert (first.words, first.repetition, first.faults) == (6, 0.0, ())
    assert second.cut == ("Ada: Because I say so.",) and second.faults == ("spoke for somebody else",)
    assert third.repetition == 0.5  # "the lamp must" and "lamp must burn", of four triples
    assert third.faults == ("50% said before",)
    assert fourth.faults == ("61 words",)
    assert (found.play.lines, found.play.cut) == (4, 0.25)
    assert [(one.name.split(" ")[0].lower(), one.lines, one.cut) for one in found.characters] == [
        ("ada", 2, 0.0),
        ("bo", 2, 0.5),
    ]
    assert [(one.name, one.lines, one.cut) for one in found.models] == [("toy", 3, 0.333), ("other", 1, 0.0)]


def test_nothing_played_is_nothing_measured() -> None:
    found = measured(Log().transcript)
    assert (found.play.lines, found.play.cut, found.characters, found.lines, found.stalls) == (0, None, (), (), 0)


def test_a_run_of_the_same_counts_as_one_stall() -> None:
    same, other = "we go round and round here", "a boat comes in at last"
    assert stalls([same] * 5) == 1
    assert stalls([same] * 3 + [other] + [same] * 3) == 2
    assert stalls([same, same, other]) == 0
