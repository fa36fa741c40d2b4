"""Views of a profile, and a biography in other words."""

from __future__ import annotations

import json

import pytest

from studio.cards.research.prodigy import character_from, read_characters
from studio.errors import Invalid
from studio.generation.profiles import CONFIGURATIONS, biography, paraphrase, profile_prompt
from studio.llm.scripted import ScriptedModel
from tests.cards.research.test_prodigy import FILE, dumped
from tests.generation.writers.test_writers import context
from tests.plays import ADA

TILDE = character_from(read_characters(dumped(FILE)).characters[0]).model_copy(update={"speech": ADA.speech})
WORDINGS = [set(FILE["u90001"][name]) for name in ("biography", "paraphrasis_1", "paraphrasis_2")]


def test_nothing_is_told_with_none() -> None:
    assert profile_prompt(TILDE, "none") == ""


def test_each_view_tells_its_own_and_all_tells_everything_in_order() -> None:
    assert profile_prompt(TILDE, "G") == "You are a woman."
    assert profile_prompt(TILDE, "P") == "Your personality is introvert, intuitive, feeler, judger."
    assert profile_prompt(TILDE, "B") == "I mend nets at night.\nI am owed a boat."
    assert "Wind's backing" in profile_prompt(TILDE, "D")
    parts = [profile_prompt(TILDE, view) for view in "GPBD"]
    assert profile_prompt(TILDE, "all") == "\n".join(parts)
    assert len({profile_prompt(TILDE, configuration) for configuration in CONFIGURATIONS}) == len(CONFIGURATIONS)
    with pytest.raises(Invalid, match="'X' is no choice of views"):
        profile_prompt(TILDE, "X")


def test_a_seed_draws_one_wording_of_each_sentence() -> None:
    seen = set()
    for seed in range(40):
        told = biography(TILDE, seed)
        assert told == biography(TILDE, seed)
        assert len(told) == 2
        for place, sentence in enumerate(told):
            assert sentence in {FILE["u90001"][name][place] for name in ("biography", "paraphrasis_1", "paraphrasis_2")}
        seen.add(told)
    assert len(seen) == 9
    assert biography(TILDE) == ("I mend nets at night.", "I am owed a boat.")


async def test_a_backstory_is_said_in_other_words() -> None:
    ada = ADA.model_copy(update={"backstory": "Keeps the lamp. Never left."})
    answer = json.dumps({"first": ["The lamp is hers.", "Stayed."], "second": ["Tends a light."]})
    made = await paraphrase(context(ScriptedModel([answer])), ada)
    assert made.result.backstory == ada.backstory
    assert made.usage.calls == 1
    assert "1 wordings came for 2 sentences" in made.notes[0]
    wordings = {biography(made.result, seed) for seed in range(30)}
    assert ("The lamp is hers.", "Stayed.") in wordings
    assert not any("Tends a light." in told for told in wordings)
    with pytest.raises(Invalid, match="no backstory"):
        await paraphrase(context(ScriptedModel([])), ADA)
