"""How long lore stays, rests and waits, told by the log alone."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.domain.event import Kind
from studio.domain.lorebook import FOREVER, Lorebook, LoreEntry
from studio.domain.transcript import Transcript
from studio.roleplay.lore import explain, fire, hearing, recorded
from studio.roleplay.lore_calling import Outcome, Past
from tests.plays import Log


def book(**fields: Any) -> Lorebook:
    """A book of one entry on the lamp, looking at the newest message only."""
    entry = LoreEntry(id="lamp", keys=("lamp",), content="It burns paraffin.", **fields)
    return Lorebook(name="Tides", scan_depth=1, entries=(entry,))


def play(one: Lorebook, *lines: str) -> tuple[list[str], Log]:
    """Bo says each line and Ada answers, her lore recorded as the engine does; what became of the entry each time."""
    log = Log()
    outcomes = []
    for line in lines:
        log.say("bo", line)
        heard = hearing(log.transcript, "ada", [one])
        how: dict[str, Any] = {"heard": heard.heard, "past": heard.past}
        (considered,) = explain([one], "ada", heard.texts, **how)
        outcomes.append(considered.outcome.value)
        log.say("ada", "Mm.", lore=recorded([considered]))
    return outcomes, log


def test_a_sticky_entry_stays_for_its_messages_and_may_be_called_again() -> None:
    outcomes, _ = play(book(sticky=5), "the lamp", "one", "two", "three", "the lamp", "five")
    assert outcomes == ["key", "sticky", "sticky", "silent", "key", "sticky"]


def test_a_resting_entry_is_not_called() -> None:
    outcomes, _ = play(book(cooldown=4), "the lamp", "the lamp", "the lamp", "the lamp")
    assert outcomes == ["key", "cooldown", "key", "cooldown"]


def test_a_rest_begins_when_the_stay_ends() -> None:
    outcomes, _ = play(book(sticky=3, cooldown=4), *["the lamp"] * 5)
    assert outcomes == ["key", "sticky", "cooldown", "cooldown", "key"]


def test_a_delayed_entry_waits_for_its_messages() -> None:
    outcomes, _ = play(book(delay=4), *["the lamp"] * 4)
    assert outcomes == ["delay", "delay", "key", "key"]


@pytest.mark.parametrize(
    ("fields", "outcomes"),
    [
        ({"sticky": 2}, ["key", "sticky", "key", "key"]),
        ({"cooldown": 2}, ["key", "cooldown", "key", "key"]),
        ({"sticky": 2, "cooldown": 1}, ["key", "sticky", "cooldown", "key"]),
        ({"sticky": 1, "cooldown": 0}, ["key", "key", "key", "key"]),
        ({"delay": 7}, ["delay", "delay", "key", "key"]),
    ],
)
def test_the_messages_are_counted_from_the_call(fields: dict[str, Any], outcomes: list[str]) -> None:
    past = (Past(book="Tides", entry="lamp", at=5), Past(book="Tides", entry="lamp", at=6, stayed=True))
    told = [explain([book(**fields)], "ada", ("lamp",), heard=heard, past=past[:1]) for heard in (5, 6, 7, 8)]
    assert [one.outcome.value for (one,) in told] == outcomes
    assert explain([book(sticky=3)], "ada", ("lamp",), heard=8, past=past)[0].outcome is Outcome.KEY
    assert explain([book(cooldown=9)], "ada", ("lamp",), heard=8, past=past)[0].detail == "6"


def test_a_sticky_entry_is_not_rolled_again() -> None:
    past = (Past(book="Tides", entry="lamp", at=3),)
    (one,) = fire([book(sticky=9, probability=0)], "ada", ("nothing",), heard=5, past=past)
    assert one.because == "sticky"


def test_undo_takes_the_stay_back() -> None:
    one = book(sticky=9)
    _, log = play(one, "the lamp", "one")
    undone = Transcript(session=log.transcript.session, events=log.transcript.events[:1])
    assert hearing(log.transcript, "ada", [one]).past
    assert not hearing(undone, "ada", [one]).past


def test_what_fired_for_one_character_means_nothing_to_another() -> None:
    one = book(sticky=9)
    _, log = play(one, "the lamp", "one")
    heard = hearing(log.transcript, "bo", [one])
    (considered,) = explain([one], "bo", heard.texts, heard=heard.heard, past=heard.past)
    assert (heard.past, considered.outcome) == ((), Outcome.SILENT)


def test_a_newcomer_has_heard_nothing() -> None:
    one = book(sticky=9, delay=3)
    _, log = play(one, "the lamp", "the lamp")
    log.enter("cy")
    heard = hearing(log.transcript, "cy", [one])
    assert (heard.texts, heard.heard, heard.past) == (("cy comes in.",), 1, ())


def test_names_are_scanned_and_private_thoughts_are_not() -> None:
    log = Log()
    log.say("bo", "Evening.")
    log.add(Kind.THOUGHT, "ada", "The lamp!", audience=("ada",))
    heard = hearing(log.transcript, "ada", [book()])
    assert (heard.texts, heard.heard) == (("Bo Lind: Evening.",), 1)


def test_an_edit_is_scanned_as_it_now_reads() -> None:
    log = Log()
    line = log.say("bo", "The lamp is out.")
    log.add(Kind.EDIT, "director", "The radio is out.", replaces=line.id)
    heard = hearing(log.transcript, "ada", [book()])
    assert heard.texts == ("Bo Lind: The radio is out.",)


@pytest.mark.parametrize(("fields", "reach"), [({}, 0), ({"sticky": 3}, 3), ({"sticky": FOREVER}, 60)])
def test_only_as_much_is_read_as_the_books_ask_for(fields: dict[str, Any], reach: int) -> None:
    log = Log()
    for _ in range(60):
        log.say("ada", "Mm.", lore=[{"book": "Tides", "entry": "lamp", "because": "lamp"}])
    heard = hearing(log.transcript, "ada", [book(**fields)])
    assert (len(heard.texts), heard.heard, len(heard.past)) == (1, 60, reach)


def test_no_books_ask_for_nothing() -> None:
    log = Log()
    log.say("bo", "The lamp.")
    assert hearing(log.transcript, "ada", []).texts == ()


@settings(deadline=None)
@given(st.data())
def test_nothing_a_character_did_not_witness_calls_anything_up(data: st.DataObject) -> None:
    log = Log()
    witnessed: dict[str, list[str]] = {member: [] for member in ("ada", "bo", "cy")}
    kinds = (Kind.SPEECH, Kind.NARRATION, Kind.WHISPER, Kind.THOUGHT, Kind.RULING)
    for number in range(data.draw(st.integers(0, 12))):
        kind = data.draw(st.sampled_from(kinds))
        actor = data.draw(st.sampled_from(("ada", "bo", "cy")))
        audience = [actor] if kind is Kind.THOUGHT else data.draw(st.lists(st.sampled_from(("ada", "bo", "cy"))))
        log.add(kind, actor, f"canary{number}", sorted(set(audience)))
        for member in set(audience) if kind is not Kind.THOUGHT else ():
            witnessed[member].append(f"canary{number}")
    depth = data.draw(st.integers(0, 14))
    entries = tuple(LoreEntry(id=f"canary{number}", keys=(f"canary{number}",), content="x") for number in range(12))
    canaries = Lorebook(scan_depth=depth, entries=entries)
    for member, heard in witnessed.items():
        how = hearing(log.transcript, member, [canaries])
        joined = {one.entry.id for one in fire([canaries], member, how.texts, heard=how.heard, past=how.past)}
        assert joined == set(heard[-depth:] if depth else ())
