"""Overlays, presence and what each character witnessed."""

from __future__ import annotations

from studio.domain.event import Kind
from tests.plays import Log


def texts(log: Log) -> list[str]:
    return [event.text for event in log.transcript.told]


def test_the_last_edit_counts_and_keeps_place_and_audience() -> None:
    log = Log()
    first = log.say("ada", "One.")
    log.say("bo", "Two.")
    log.add(Kind.EDIT, "director", "Uno.", first.audience, replaces=first.id)
    log.add(Kind.EDIT, "director", "Eins.", first.audience, replaces=first.id)
    assert texts(log) == ["Eins.", "Two."]
    assert log.transcript.told[0].audience == first.audience
    assert [event.text for event in log.transcript.events][:2] == ["One.", "Two."]


def test_a_hidden_line_is_gone_from_the_play_and_not_from_the_log() -> None:
    log = Log()
    first = log.say("ada", "One.")
    log.add(Kind.TOMBSTONE, "director", "", hides=first.id)
    assert texts(log) == [] and log.transcript.turns == 0
    assert log.transcript.events[0].text == "One."


def test_presence_follows_entrances_and_exits() -> None:
    log = Log()
    assert log.transcript.present == {"ada", "bo"}
    log.enter("cy")
    log.leave("ada")
    assert log.transcript.present == {"bo", "cy"}


def test_a_hidden_entrance_did_not_happen() -> None:
    log = Log()
    came = log.enter("cy")
    log.add(Kind.TOMBSTONE, "director", "", hides=came.id)
    assert log.transcript.present == {"ada", "bo"}


def test_notes_and_ratings_are_witnessed_by_nobody() -> None:
    log = Log()
    line = log.say("ada", "One.")
    log.add(Kind.RATING, "director", "", ["ada"], on=line.id, rating=1)
    assert [event.text for event in log.transcript.witnessed_by("ada")] == ["One."]


def test_what_was_told_before_goes_on_and_a_changed_copy_works_it_out_anew() -> None:
    log = Log()
    log.say("ada", "One.")
    told = log.transcript.told
    second = log.say("bo", "Two.")
    assert log.transcript.told == (*told, second)
    shorter = log.transcript.model_copy(update={"events": log.transcript.events[:1]})
    assert shorter.told == told
