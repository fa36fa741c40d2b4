"""Traits, scores and types."""

from __future__ import annotations

import random
from itertools import product

import pytest

from studio.domain.character import BigFive
from studio.domain.options import Trait
from studio.generation.temperament import contradictions, leans, letters, scores_for, strained

TYPES = ["".join(parts) for parts in product("EI", "NS", "FT", "JP")]


def scores(**given: float) -> BigFive:
    middle = dict.fromkeys(BigFive.model_fields, 4.0)
    return BigFive(**{**middle, **given})


def test_letters_follow_the_sides_of_four_domains() -> None:
    assert letters(scores(extraversion=2, openness=6, agreeableness=3.9, conscientiousness=4)) == "INTJ"
    assert letters(scores()) == "ENFJ"


@pytest.mark.parametrize(
    ("mbti", "given", "places"),
    [
        ("ISTJ", {"extraversion": 5.5}, []),
        ("ISTJ", {"extraversion": 5.6}, [0]),
        ("ISFP", {"openness": 6.0}, []),
        ("ISFP", {"openness": 6.1}, [1]),
        ("ENTP", {"agreeableness": 6.5, "conscientiousness": 6.5}, []),
        ("ENTP", {"agreeableness": 6.6, "conscientiousness": 6.6}, [2, 3]),
    ],
)
def test_only_far_ends_contradict(mbti: str, given: dict[str, float], places: list[int]) -> None:
    assert [axis.place for axis in contradictions(mbti, scores(**given))] == places


@pytest.mark.parametrize("mbti", TYPES)
def test_scores_made_for_a_type_agree_with_it(mbti: str) -> None:
    loud = Trait(name="loud", leans={"extraversion": 1, "openness": -1})
    for seed in range(40):
        made = scores_for([loud], mbti, random.Random(seed))
        assert letters(made) == mbti
        assert contradictions(mbti, made) == ()


def test_leans_add_up_within_their_range() -> None:
    one = Trait(name="one", leans={"openness": 0.8, "agreeableness": -0.5})
    other = Trait(name="other", leans={"openness": 0.7})
    assert leans([one, other])["openness"] == 1
    assert leans([one, other])["agreeableness"] == -0.5
    made = scores_for([one, other], None, random.Random(1))
    assert made.openness > 5
    assert made.agreeableness < 4


def test_a_trait_strains_against_the_far_end() -> None:
    loud, mild = Trait(name="loud", leans={"extraversion": 0.6}), Trait(name="mild", leans={"extraversion": 0.5})
    assert strained(loud, scores(extraversion=2.4), None)
    assert not strained(loud, scores(extraversion=2.5), "ISTJ")
    assert not strained(mild, scores(extraversion=1), None)
    assert strained(loud, None, "ISTJ")
    assert not strained(loud, None, "ESTJ")
    assert not strained(loud, None, None)
