"""The Big Five and the values, scored as published."""

from __future__ import annotations

from typing import cast

import pytest

from studio.domain.options import Domain
from studio.errors import Invalid
from studio.generation.questionnaires import bfi, pvq
from studio.generation.questionnaires.answers import banded
from studio.generation.questionnaires.bfi import score_bfi
from studio.generation.questionnaires.pvq import score_pvq

BFI = dict(enumerate(map(int, "632544523143637256243374746241"), 1))
PVQ = dict(enumerate(map(int, "625652633273762655342"), 1))


@pytest.mark.parametrize(
    ("domain", "score", "band", "facets"),
    [
        ("extraversion", 3.5, "slightly below average", (2.0, 4.5, 4.0)),
        ("agreeableness", 2.8333, "low", (3.0, 3.0, 2.5)),
        ("conscientiousness", 6.1667, "very high", (6.0, 6.5, 6.0)),
        ("negative_emotionality", 4.5, "slightly above average", (5.5, 3.5, 4.5)),
        ("openness", 6.0, "very high", (4.0, 7.0, 7.0)),
    ],
)
def test_the_published_answers_give_the_published_scores(
    domain: str, score: float, band: str, facets: tuple[float, ...]
) -> None:
    found = score_bfi(BFI).domain(cast("Domain", domain))
    assert found.score == pytest.approx(score, abs=1e-4)
    assert found.band == band
    assert tuple(facet.score for facet in found.facets) == facets


def test_the_published_values_give_the_published_scores() -> None:
    found = score_pvq(PVQ)
    wanted = {
        "Self-Direction": 6.5, "Power": 3.5, "Universalism": 3.6667, "Achievement": 6.5, "Security": 5.5,
        "Stimulation": 2.0, "Conformity": 6.0, "Tradition": 3.5, "Hedonism": 2.0, "Benevolence": 4.0,
    }  # fmt: skip
    assert {one.name: round(one.score or 0, 4) for one in found.values} == wanted
    assert found.mean == pytest.approx(4.285714, abs=1e-6)
    assert found.value("Self-Direction").centred == pytest.approx(2.214286, abs=1e-6)
    assert [one.name for one in found.ranked[:2]] == ["Self-Direction", "Achievement"]
    assert found.value("Stimulation").band == "minimal"
    assert found.value("Self-Direction").band == "central"


def test_published_keys_give_the_same() -> None:
    upstream = {f"D2LP-{number + (number > 19)}": str(answer) for number, answer in PVQ.items()}
    assert "D2LP-22" in upstream and "D2LP-20" not in upstream
    assert score_pvq(upstream) == score_pvq(PVQ)
    assert score_bfi({f"D1PB-{number}": answer for number, answer in BFI.items()}) == score_bfi(BFI)
    with pytest.raises(Invalid, match="Both 20 and 22"):
        score_pvq({**upstream, "D2LP-20": 1})


@pytest.mark.parametrize(
    ("score", "word"),
    [(1, "very low"), (2, "low"), (2.99, "low"), (3, "slightly below average"), (4, "slightly above average"),
     (5, "high"), (6, "very high"), (7, "very high")],
)  # fmt: skip
def test_bands_of_the_big_five_begin_at_their_edge(score: float, word: str) -> None:
    assert banded(score, bfi.BANDS) == word


@pytest.mark.parametrize(
    ("score", "word"),
    [(1, "minimal"), (2, "minimal"), (2.1, "some"), (4, "somewhat important"), (5, "important"),
     (6, "highly important"), (6.01, "central"), (7, "central")],
)  # fmt: skip
def test_bands_of_values_end_at_their_edge(score: float, word: str) -> None:
    assert banded(score, pvq.BANDS) == word


def test_the_items_are_keyed_as_published() -> None:
    reversed_ = {item.number for item in bfi.ITEMS if item.reversed_}
    assert reversed_ == {1, 21, 26, 7, 17, 27, 3, 8, 28, 14, 19, 24, 10, 20, 30}
    assert {item.scale for item in bfi.ITEMS if item.number in (13, 28)} == {"Responsibility"}
    assert {item.number for item in bfi.ITEMS if item.scale == "Emotional Volatility"} == {14, 29}
    assert sorted(number for keys in pvq.KEYS.values() for number in keys) == [*range(1, 22)]
    for items in (bfi.ITEMS, pvq.ITEMS):
        assert len({item.text for item in items}) == len(items)


def test_one_missing_answer_leaves_its_facet_to_the_other() -> None:
    found = score_bfi({number: answer for number, answer in BFI.items() if number != 16})
    assert found.facet("Sociability").score == 2
    found = score_bfi({number: answer for number, answer in BFI.items() if number not in (1, 16)})
    assert (found.facet("Sociability").score, found.facet("Sociability").band) == (None, "")
    assert found.domain("extraversion").score == 4.25
    assert found.big_five is not None
    assert "2 of 30 are not answered: 1, 16." in found.doubts
    only = score_bfi({1: 4})
    assert only.big_five is None
    assert only.domain("openness").score is None


def test_odd_answers_are_doubted() -> None:
    assert score_bfi(BFI).doubts == ()
    assert "Every answer is 4" in score_bfi(dict.fromkeys(range(1, 31), 4)).doubts[0]
    nearly = {**dict.fromkeys(range(1, 31), 5), 1: 2, 2: 3, 3: 4}
    assert "27 of 30 answers are 5" in score_bfi(nearly).doubts[0]
    assert score_bfi({**nearly, 4: 1, 5: 1}).doubts == ()


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ({1: 0}, "The answer to 1 is '0'"),
        ({1: 8}, "whole number from 1 to 7"),
        ({1: 3.5}, "'3.5'"),
        ({"D1PB-2": "often"}, "D1PB-2 is 'often'"),
        ({1: True}, "'True'"),
        ({31: 4}, "no item '31'"),
        ({"x": 4}, "no item 'x'"),
        ({"D1PB-1": 4, "1": 5}, "answered twice"),
        ({}, "no answer to score"),
    ],
)
def test_bad_answers_are_named(answers: dict[str, object], says: str) -> None:
    with pytest.raises(Invalid, match=says):
        score_bfi(answers)


def test_the_scores_become_a_characters() -> None:
    scores = score_bfi(BFI).big_five
    assert scores is not None
    assert (scores.extraversion, scores.agreeableness, scores.openness) == (3.5, 2.83, 6.0)
