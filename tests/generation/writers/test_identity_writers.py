"""Identities written out by a model: social form, questionnaires, a week. Seven calls in all."""

from __future__ import annotations

import json

import pytest

from studio.errors import ModelOutput
from studio.generation.questionnaires.bfi import score_bfi
from studio.generation.writers.base import Sheet
from studio.llm.scripted import ScriptedModel
from tests.generation.questionnaires.test_scores import BFI, PVQ
from tests.generation.writers.test_writers import PICKED, built, written

SOCIAL = json.dumps({"residence": "Tarrant", "education": "Nautical school", "living_style": "alone", "race": "white"})
ANSWERS = [json.dumps({"answers": [*given.values()]}) for given in (BFI, PVQ)]
SUMMARIES = [json.dumps({"expert": "Reserved.", "everyday": text}) for text in ("Keeps quiet.", "Decides alone.")]
DAYS = json.dumps({"weekday": "A typical weekday\nfor me.", "weekend": "I sleep."})
TASTES = json.dumps({"loves": ["tar", "rye", "tar", "a", "b", "c", "d"], "hates": "gulls"})


async def test_the_social_form_is_filled_and_nothing_sensitive_guessed() -> None:
    who = PICKED.model_copy(update={"age": 41})
    model = ScriptedModel([SOCIAL])
    _, done = await written(built("social"), Sheet(character=who), model)
    assert done.character.identity.social.splitlines() == [
        "- Age: 41",
        "- Residence: Presumably Tarrant",
        "- Education: Presumably Nautical school",
        "- Job (if relevant): a harbour pilot",
        "- Living Style: Presumably alone",
    ]
    prompt = model.requests[0].text
    assert not any(word in prompt.casefold() for word in ("race", "religio", "orientation", "politic", "disab"))


async def test_the_questionnaires_are_answered_scored_and_told() -> None:
    model = ScriptedModel([*ANSWERS, *SUMMARIES])
    pieces, done = await written(built("temperament"), Sheet(character=PICKED), model)
    assert done.character.big_five == score_bfi(BFI).big_five
    assert done.character.identity.personal == "Keeps quiet.\n\nDecides alone."
    assert done.filled == ("big_five", "identity.personal")
    assert done.usage.calls == 4
    assert pieces[0].text.startswith("Extraversion is slightly below average")
    prompts = [request.text for request in model.requests]
    assert "30 whole numbers" in prompts[0] and "21 whole numbers" in prompts[1]
    assert "Open-Mindedness is very high" in prompts[2] and "self-direction" in prompts[3]
    assert all("Halcyon" not in prompt for prompt in prompts)


async def test_a_week_is_told() -> None:
    model = ScriptedModel([DAYS, TASTES])
    _, done = await written(built("life"), Sheet(character=PICKED), model)
    assert done.character.identity.life_context == (
        "A typical weekday for me.\nI sleep.\nLoves: tar; rye; a; b; c.\nHates: gulls."
    )
    assert "A typical weekday for me." in model.requests[1].text


async def test_a_whole_identity_takes_seven_calls() -> None:
    model = ScriptedModel([SOCIAL, *ANSWERS, *SUMMARIES, DAYS, TASTES])
    sheet = Sheet(character=PICKED)
    for name in ("social", "temperament", "life"):
        _, done = await written(built(name), sheet, model)
        sheet = sheet.model_copy(update={"character": done.character})
    assert len(model.requests) == 7
    assert all(sheet.character.identity.model_dump().values())


@pytest.mark.parametrize("answers", [[4] * 29, [4] * 31, [0] * 30, [9] * 30])
async def test_too_few_too_many_or_impossible_answers_are_asked_for_again(answers: list[int]) -> None:
    bad = json.dumps({"answers": answers})
    model = ScriptedModel([bad, *ANSWERS, *SUMMARIES])
    _, done = await written(built("temperament"), Sheet(character=PICKED), model)
    assert done.usage.calls == 5
    with pytest.raises(ModelOutput, match="filled no form"):
        await written(built("temperament"), Sheet(character=PICKED), ScriptedModel([bad, bad]))


async def test_a_locked_half_is_kept() -> None:
    model = ScriptedModel([*ANSWERS, *SUMMARIES])
    _, done = await written(built("temperament"), Sheet(character=PICKED, locked=("big_five",)), model)
    assert done.character.big_five is None
    assert done.filled == ("identity.personal",)


async def test_straight_answers_are_doubted() -> None:
    straight = json.dumps({"answers": [4] * 30})
    model = ScriptedModel([straight, ANSWERS[1], *SUMMARIES])
    _, done = await written(built("temperament"), Sheet(character=PICKED), model)
    assert "Every answer is 4" in done.notes[0]
