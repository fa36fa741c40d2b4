"""Which picks show."""

from __future__ import annotations

import pytest

from studio.generation.coverage import picks, stems, unseen
from tests.plays import ADA


def test_words_are_compared_by_their_beginnings() -> None:
    assert stems("Painting the paints of a painter") == {"paint"}
    assert stems("of the and is") == frozenset()


@pytest.mark.parametrize(
    ("pick", "text", "seen"),
    [
        ("painting", "She paints at night.", True),
        ("a lighthouse keeper", "Keeps the lighthouse at Norn.", True),
        ("a lighthouse keeper", "Works by the sea.", False),
        ("be recognised in a lift", "Dreams of being recognised.", True),
        ("stubborn", "Never gives way.", False),
    ],
)
def test_a_pick_shows_when_half_its_meaning_does(pick: str, text: str, seen: bool) -> None:
    assert unseen((pick,), (text,)) == (() if seen else (pick,))


def test_picks_are_career_aspiration_traits_and_skills() -> None:
    assert picks(ADA) == ("lighthouse keeper", "stubborn", "dry", "exact", "reading weather")
