"""Views of one profile: gender, personality, biography, style, alone and together; the biography in other words.

Source: Occhipinti et al., PRODIGy, Findings of NAACL 2024, https://arxiv.org/abs/2311.05195
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from studio.cards.research.prodigy import BAG, ProdigyCharacter, mbti_words, prodigy_of
from studio.domain.character import Character
from studio.errors import Invalid
from studio.generation.asking import Made, filled, request_for
from studio.generation.forms import Form, Listed
from studio.prompts import render
from studio.run_context import RunContext

View = Literal["G", "P", "B", "D"]
CONFIGURATIONS: Mapping[str, tuple[View, ...]] = MappingProxyType(
    {
        "none": (),
        "G": ("G",),
        "P": ("P",),
        "B": ("B",),
        "D": ("D",),
        "GP": ("G", "P"),
        "GPB": ("G", "P", "B"),
        "all": ("G", "P", "B", "D"),
    }
)
"""Which views a prompt is made of: those that are compared."""

_GENDERS = {"she/her": "a woman", "he/him": "a man"}


def profile_prompt(character: Character, configuration: str, variant_seed: int | None = None) -> str:
    """What an agent is told of whom it plays, in these views alone: gender, personality, biography, style, in this
    order. `none` tells nothing at all, not even the name.

    With a `variant_seed`, each sentence of the biography is one of its three wordings, drawn by that seed.
    Raises: Invalid for another configuration.
    """
    if configuration not in CONFIGURATIONS:
        raise Invalid(f"'{configuration[:20]}' is no choice of views. Choose: {', '.join(CONFIGURATIONS)}.")
    views = CONFIGURATIONS[configuration]
    return render(
        "generation/profile",
        gender=_gender(character) if "G" in views else "",
        personality=mbti_words(character.mbti) if "P" in views and character.mbti else "",
        biography=biography(character, variant_seed) if "B" in views else (),
        style=character.speech.examples if "D" in views else (),
    )


def biography(character: Character, variant_seed: int | None = None) -> tuple[str, ...]:
    """The sentences of the backstory, each in one wording: its own without a seed, else one of three by chance."""
    record = prodigy_of(character, character.id)
    if variant_seed is None:
        return record.biography
    rng = random.Random(variant_seed)
    return tuple(rng.choice(record.variants(place)) for place in range(len(record.biography)))


def _gender(character: Character) -> str:
    return _GENDERS.get(character.pronouns, character.pronouns)


class Paraphrases(Form):
    """Two other wordings of every sentence."""

    first: Listed = ()
    second: Listed = ()


async def paraphrase(context: RunContext, character: Character) -> Made[Character]:
    """The character with two other wordings kept for every sentence of the backstory, which itself stays.

    A list that has another number of sentences cannot be matched; the sentences themselves stand in for it, and it is
    noted.
    Cost: 1 call, 2 when the first answer is unusable.
    Raises: Invalid for an empty backstory; ModelOutput; what `Model.stream` raises.
    """
    record = prodigy_of(character, character.id)
    if not record.biography:
        raise Invalid(f"{character.name} has no backstory to say in other words. Write one first.")
    request = request_for(
        "paraphrase", 60 * len(record.biography) + 120, context.rng.randrange(1 << 31), sentences=record.biography
    )
    form, usage = await filled(context, request, Paraphrases)
    kept, notes = reworded(record, form)
    bag = {**character.extensions, BAG: kept.model_dump(mode="json", exclude_defaults=True)}
    return Made(
        result=character.model_copy(update={"extensions": bag}),
        notes=notes,
        usage=usage,
        provenance=request.provenance(context.model.name),
    )


def reworded(record: ProdigyCharacter, form: Paraphrases) -> tuple[ProdigyCharacter, tuple[str, ...]]:
    """The record with both lists, where they fit the biography, and a note for one that does not. Pure."""
    notes, lists = [], {}
    for name, wordings in (("paraphrasis_1", form.first), ("paraphrasis_2", form.second)):
        told = tuple(" ".join(wording.split()) for wording in wordings if wording.strip())
        if len(told) == len(record.biography):
            lists[name] = told
        else:
            lists[name] = record.biography
            notes.append(f"{len(told)} wordings came for {len(record.biography)} sentences; the sentences stand in.")
    return record.model_copy(update=lists), tuple(dict.fromkeys(notes))
