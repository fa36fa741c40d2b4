"""Talks: the paper's numbers for topics, decay, score and age, and where a talk ends."""

from __future__ import annotations

from datetime import timedelta

import pytest

from studio.domain.memory import MemoryKind
from studio.domain.words import nouns, overlap
from studio.memory import talks
from tests.memory.mind import said
from tests.plays import NOON

DAY = 86_400.0
ASKED = {"bike", "injury", "accident"}
SHOP = {"bike", "shop", "weekend", "price"}
CRASH = {"accident", "traffic", "bike", "hospital", "police"}
EXAM = {"exam", "library", "friend"}


@pytest.mark.parametrize(("known", "shared"), [(SHOP, 0.291667), (CRASH, 0.533333), (EXAM, 0.0), (set(), 0.0)])
def test_topics_overlap_as_in_the_paper(known: set[str], shared: float) -> None:
    assert overlap(ASKED, known) == pytest.approx(shared, abs=5e-7)
    assert overlap(set(), known) == 0.0


@pytest.mark.parametrize(
    ("seconds", "kept"),
    [(3600, 0.999640), (DAY, 0.991397), (30 * DAY, 0.771669), (200 * DAY, 0.177639), (365 * DAY, 0.042698), (-5, 1.0)],
)
def test_weight_decays_as_in_the_paper(seconds: float, kept: float) -> None:
    assert talks.decay(seconds) == pytest.approx(kept, abs=5e-7)


def test_three_memories_score_as_in_the_paper() -> None:
    aged = [(30 * DAY, SHOP, 0.62), (200 * DAY, CRASH, 0.71), (2 * DAY, EXAM, 0.18)]

    def scores(paper: bool, least: float | None) -> list[float]:
        return [
            talks.score(talks.decay(age), overlap(ASKED, known), alike, paper=paper, least_cosine=least)
            for age, known, alike in aged
        ]

    assert scores(False, 0.5) == pytest.approx([0.225070, 0.094741, 0], abs=5e-7)
    assert scores(True, None) == pytest.approx([0.703505, 0.220865, 0.176916], abs=5e-7)
    assert scores(True, 0.5) == pytest.approx([0.703505, 0.220865, 0], abs=5e-7)


def test_exactly_the_gap_keeps_a_talk_and_a_second_more_ends_it() -> None:
    assert not talks.closes(NOON, NOON + timedelta(seconds=3600))
    assert talks.closes(NOON, NOON + timedelta(seconds=3601))
    lines = [
        said(0, "Morning."),
        said(60, "Still here."),
        said(121, "Back again."),
        said(122, "Next play.", session="s2"),
    ]
    assert [len(talk) for talk in talks.apart(lines)] == [2, 1, 1]
    assert talks.apart([]) == ()


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (2_851_200, "1 month 3 days"),
        (90_061, "1 day 1 hour 1 minute"),
        (45, "moments"),
        (-9, "moments"),
        (2 * 31_536_000 + 7200, "2 years 2 hours"),
    ],
)
def test_ages_are_told_without_zero_units(seconds: int, told: str) -> None:
    assert talks.age(seconds) == told


def test_nouns_are_what_a_talk_is_about() -> None:
    assert nouns("I really love the old keys, and the bells ring quickly!") == {"key", "bell", "ring"}
    assert nouns("🙂🙂") == frozenset() == nouns("So it is.")
    talk = [said(1, "Ada, the berries are in the boxes."), said(2, "Boxes of berries, Bo.")]
    assert talks.topics(talk, ["Ada Voss", "Bo Lind"]) == ("berry", "box")


def test_a_summary_is_never_longer_than_it_may_be() -> None:
    assert talks.shortened(" ".join(["word"] * 200)) == " ".join(["word"] * 20) + "…"
    talk = [
        said(n, line)
        for n, line in enumerate(
            ["Hello.", "The boat sank by the salt road.", "Which boat?", "My boat, on the salt road."]
        )
    ]
    told = talks.summed_up(talk)
    assert "boat" in told and "salt road" in told and len(told.split()) <= 20
    assert talks.summed_up([said(1, "Only this.")]) == "Bo Lind said: Only this."


def test_what_is_summed_up_is_not_summed_up_again() -> None:
    first, second = said(1, "one"), said(2, "two")
    summary = said(3, "s", kind=MemoryKind.SUMMARY, sources=first.sources)
    assert talks.untold([first, second, summary]) == (second,)
