"""What a hearer takes away from an event, and how much it matters."""

from __future__ import annotations

from typing import Any

import pytest

from studio.domain.event import BOOKKEEPING, Event, Kind
from studio.memory.observation import MEMORY_CHARS, hearers, importance_of, names_in, perceived
from tests.plays import NOON, session

SESSION = session()


def event(kind: Kind, text: str, actor: str = "ada", **fields: Any) -> Event:
    return Event(id="e1", session="s1", kind=kind, actor=actor, text=text, at=NOON, **fields)


@pytest.mark.parametrize(
    ("happened", "own", "others"),
    [
        (event(Kind.SPEECH, "Shut that."), "I said: Shut that.", "Ada Voss said: Shut that."),
        (event(Kind.ACTION, "trims the wick"), "I did: trims the wick", "Ada Voss did: trims the wick"),
        (event(Kind.THOUGHT, "He lies."), "I thought: He lies.", "Ada Voss thought: He lies."),
        (event(Kind.WHISPER, "Not now."), "I whispered: Not now.", "Ada Voss whispered: Not now."),
        (event(Kind.NARRATION, "Rain.", "narrator"), "Rain.", "Rain."),
        (event(Kind.RULING, "The rope holds.", "narrator"), "The rope holds.", "The rope holds."),
        (event(Kind.WHISPER, "Run.", "director"), "An inner voice said: Run.", "An inner voice said: Run."),
        (event(Kind.ENTER, "", "narrator", parts={"character": "ada"}), "I came in.", "Ada Voss came in."),
        (event(Kind.LEAVE, "", parts={"character": "ada"}), "I left.", "Ada Voss left."),
        (event(Kind.ENTER, "Wet, Ada comes in.", "narrator"), "Wet, Ada comes in.", "Wet, Ada comes in."),
        (event(Kind.SPEECH, "  One\n\n two "), "I said: One two", "Ada Voss said: One two"),
        (event(Kind.SPEECH, " \n"), "", ""),
    ],
)
def test_it_is_told_from_the_hearers_side(happened: Event, own: str, others: str) -> None:
    assert perceived(happened, SESSION, "ada") == own
    assert perceived(happened, SESSION, "bo") == perceived(happened, SESSION) == others


def test_a_huge_line_leaves_its_beginning() -> None:
    told = perceived(event(Kind.SPEECH, "word " * 10_000), SESSION, "bo")
    assert len(told) <= MEMORY_CHARS and told.startswith("Ada Voss said: word word") and told.endswith("…")


def test_characters_in_the_audience_remember_and_nobody_else() -> None:
    heard = event(Kind.SPEECH, "Hm.", audience=("ada", "bo", "narrator", "director", "bo"))
    assert hearers(heard) == ("ada", "bo")
    assert hearers(event(Kind.THOUGHT, "Hm.", audience=())) == ()
    assert all(hearers(event(kind, "x", audience=("ada",))) == () for kind in BOOKKEEPING)


def test_names_are_whole_words() -> None:
    assert names_in("Ask Ada, or Bo Lind himself.", SESSION) == {"ada", "bo"}
    assert names_in("Adamant boys; bo.", SESSION) == frozenset()


@pytest.mark.parametrize(
    ("happened", "points"),
    [
        (event(Kind.SPEECH, "Anything at all", salience=9), 9),
        (event(Kind.NARRATION, "The bed is idle.", "narrator"), 1),
        (event(Kind.SPEECH, "Good morning! How are you?"), 1),
        (event(Kind.SPEECH, "Hello, lovely weather today."), 1),
        (event(Kind.ACTION, "nods and smiles"), 1),
        (event(Kind.SPEECH, "The ledger is in the second drawer."), 3),
        (event(Kind.SPEECH, "Who moved the ledger?"), 4),
        (event(Kind.SPEECH, "I was afraid of the sea all my life."), 5),
        (event(Kind.SPEECH, "You stole it and you know it."), 5),
        (event(Kind.SPEECH, "Promise me you will say nothing."), 5),
        (event(Kind.SPEECH, "The ledger is in the drawer.", emotion="dread"), 4),
        (event(Kind.SPEECH, "The ledger is in the drawer.", emotion="Neutral"), 3),
        (event(Kind.NARRATION, "The tide turns.", "narrator"), 4),
        (event(Kind.RULING, "The rope holds.", "narrator"), 7),
        (event(Kind.SPEECH, "I confess: I killed him, and I weep for it. Can you forgive me?"), 10),
        (event(Kind.RULING, "He is dead, and her secret with him; she screams.", "narrator", emotion="grief"), 10),
    ],
)
def test_importance_by_rule(happened: Event, points: float) -> None:
    assert importance_of(happened) == points


def test_a_name_heard_for_the_first_time_matters() -> None:
    told = event(Kind.SPEECH, "Cy Marsh keeps the books.")
    assert importance_of(told, first_named=True) == importance_of(told) + 2
    assert importance_of(event(Kind.SPEECH, "Well, hello Cy."), first_named=True) == 5
