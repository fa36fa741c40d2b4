"""Identities from answers, and prompts from parts of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.cards.research.folder import read_folder
from studio.cards.research.spectrum import character_from, read_spectrum, spectrum_of
from studio.errors import Invalid
from studio.generation.questionnaires.bfi import BANDS, score_bfi
from studio.generation.questionnaires.demographics import QUESTIONS, Answered, demographics
from studio.generation.questionnaires.identity import (
    CONDITIONS,
    build_identity,
    describe,
    identity_prompt,
    with_identity,
)
from studio.generation.questionnaires.pvq import score_pvq
from tests.generation.questionnaires.test_scores import BFI, PVQ
from tests.plays import ADA

FORM = {
    "Age": Answered(values=("39-40",), uncertain=True),
    "Residence": Answered(values=("Tromsø",)),
    "Living Style": Answered(values=("Living alone", "Living with children")),
    "Job": Answered(values=("Net maker",)),
    "Religious Affiliation": Answered(values=("not disclosed",)),
    "Race": Answered(),
}


def test_the_form_has_its_twenty_two_questions() -> None:
    assert len(QUESTIONS) == 22
    choices = {question.field: len(question.choices) for question in QUESTIONS}
    assert (choices["Education"], choices["Occupation"], choices["Religious Affiliation"]) == (6, 9, 12)
    assert (choices["Perceived Income"], choices["Subjective Income"], choices["Political Affiliation"]) == (7, 5, 6)
    assert {question.field for question in QUESTIONS if question.sensitive} >= {
        "Race",
        "Disability",
        "Sexual Orientation",
    }


def test_answers_become_lines_and_what_is_kept_back_does_not() -> None:
    lines = [entry.line() for entry in demographics(FORM)]
    assert lines == [
        "- Age: Presumably 39-40",
        "- Residence: Tromsø",
        "- Job (if relevant): Net maker",
        "- Living Style: Living alone, Living with children",
    ]


@pytest.mark.parametrize(
    ("field", "values", "says"),
    [
        ("Shoe Size", ("9",), "does not ask for 'Shoe Size'"),
        ("Age", ("39", "40"), "takes one answer"),
        ("Perceived Income", ("a lot",), "'a lot' is no answer to Perceived Income. Choose: Less than"),
    ],
)
def test_bad_answers_are_named(field: str, values: tuple[str, ...], says: str) -> None:
    with pytest.raises(Invalid, match=says):
        demographics({field: Answered(values=values)})


def test_scores_are_told_in_words() -> None:
    text = describe(score_bfi(BFI), score_pvq(PVQ))
    assert "Extraversion is slightly below average (keeps to few people)." in text
    assert "Open-Mindedness is very high (likes hard questions, has ideas of their own)." in text
    assert "What matters most: self-direction, achievement and conformity." in text
    assert "What matters least: hedonism." in text
    assert describe(None) == ""


def test_an_identity_is_built_and_given_to_a_character() -> None:
    identity = build_identity(
        demographics(FORM), score_bfi(BFI), score_pvq(PVQ), "I mend nets.", "I sleep.", ["tar"], ["gulls"]
    )
    character = with_identity(ADA, identity, score_bfi(BFI))
    assert character.identity == identity
    assert character.big_five == score_bfi(BFI).big_five
    assert identity.life_context == "I mend nets.\nI sleep.\nLoves: tar.\nHates: gulls."
    assert with_identity(character, build_identity()).identity == identity, "an empty part overwrites nothing"
    assert [one.value for one in spectrum_of(character).demographics][:2] == ["39-40", "Tromsø"]


def test_a_prompt_holds_the_chosen_parts_and_no_others() -> None:
    identity = build_identity(demographics(FORM), score_bfi(BFI), None, "I mend nets.", "", ["tar"], [])
    character = with_identity(ADA, identity)
    prompts = {condition: identity_prompt(character, condition) for condition in CONDITIONS}
    assert len(set(prompts.values())) == 7
    only = prompts["C"]
    assert "I mend nets." in only
    assert not any(entry.value in only for entry in demographics(FORM))
    assert not any(band.word in only for band in BANDS)
    assert ADA.name not in only
    for condition, prompt in prompts.items():
        assert ("Tromsø" in prompt) == ("S" in condition)
        assert ("very high" in prompt) == ("P" in condition)
        assert ("mend nets" in prompt) == ("C" in condition)
    with pytest.raises(Invalid, match="'X' is no choice of parts"):
        identity_prompt(character, "X")
    with pytest.raises(Invalid, match="Ada Voss has nothing to tell for S"):
        identity_prompt(ADA, "S")


def test_the_published_life_contexts_give_nothing_else_away(shared_data: Path) -> None:
    found = read_spectrum(read_folder(shared_data / "data" / "spectrum" / "profile_result", (".txt",)))
    for spectrum in found.identities.values():
        prompt = identity_prompt(character_from(spectrum, "Somebody"), "C")
        assert not any(entry.line() in prompt for entry in spectrum.demographics)
        assert not any(text in prompt for text in (spectrum.personality.everyday, spectrum.values.everyday))
        assert not any(band.word in prompt for band in BANDS if " " in band.word)
