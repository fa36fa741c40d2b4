"""Questionnaires on the page: the published examples come to the published scores."""

from __future__ import annotations

import pytest

from studio.errors import Invalid
from studio.ui.cast import surveys

BFI = (6, 3, 2, 5, 4, 4, 5, 2, 3, 1, 4, 3, 6, 3, 7, 2, 5, 6, 2, 4, 3, 3, 7, 4, 7, 4, 6, 2, 4, 1)
PVQ = (6, 2, 5, 6, 5, 2, 6, 3, 3, 2, 7, 3, 7, 6, 2, 6, 5, 5, 3, 4, 2)
ANSWERS = {name: {str(n): x for n, x in enumerate(given, 1)} for name, given in (("bfi", BFI), ("pvq", PVQ))}


def test_scores_and_bands_are_those_of_the_paper() -> None:
    found = surveys.results(ANSWERS)
    scores = {one.name: (one.score, one.band) for one in found.bfi.scales}
    assert scores["Extraversion"] == (3.5, "slightly below average")
    assert scores["Agreeableness"] == (2.83, "low")
    assert scores["Conscientiousness"] == (6.17, "very high")
    assert [part.score for part in found.bfi.scales[0].parts] == [2.0, 4.5, 4.0]
    assert {one.name: one.score for one in found.pvq.scales}["Universalism"] == 3.67
    assert (found.bfi.answered, found.pvq.answered) == (30, 21)


def test_scores_go_into_the_form_with_what_they_say() -> None:
    laid = surveys.laid("bfi", ANSWERS)
    assert isinstance(laid["big_five"], dict) and laid["big_five"]["openness"] == 6.0
    assert "Conscientiousness is very high" in str(laid["identity.personal"])
    assert "What matters most" in str(laid["identity.personal"])
    partly = surveys.laid("bfi", {"bfi": {"1": 7}})
    assert "big_five" not in partly, "five scores or none"


def test_the_two_forms_become_lines_and_essays() -> None:
    social = {"social": {"Residence": {"values": ["Tromsø"], "uncertain": True}, "Race": {"values": []}}}
    assert surveys.laid("social", social) == {"identity.social": "- Residence: Presumably Tromsø"}
    life = {"life": {"weekday": "Up at four.", "loves": ["tar", " "], "hates": ["bells"]}}
    assert surveys.laid("life", life) == {"identity.life_context": "Up at four.\nLoves: tar.\nHates: bells."}


@pytest.mark.parametrize(
    ("survey", "answers", "told"),
    [
        ("bfi", {}, "Nothing is answered"),
        ("life", {"life": {"weekday": "  "}}, "Nothing is answered"),
        ("bfi", {"bfi": {"1": 9}}, "from 1 to 7"),
        ("bfi", {"bfi": {"31": 4}}, "no item"),
        ("social", {"social": {"Shoe size": {"values": ["9"]}}}, "does not ask for"),
        ("tarot", ANSWERS, "no questionnaire 'tarot'"),
        ("bfi", {"bfi": "all sevens"}, "cannot be read"),
    ],
)
def test_bad_answers_are_told_in_words(survey: str, answers: dict[str, object], told: str) -> None:
    with pytest.raises(Invalid, match=told):
        surveys.laid(survey, answers)  # type: ignore[arg-type]
    surveys.results(answers)  # type: ignore[arg-type]


def test_ticking_without_reading_is_noticed() -> None:
    same = {"bfi": {str(n): 4 for n in range(1, 31)}}
    assert "says nothing about anybody" in surveys.results(same).bfi.doubts[0]
