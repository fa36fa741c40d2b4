"""A few picks become the attributes of a person."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from studio.generation.coverage import picks, unseen
from studio.generation.fields import FieldValue
from studio.generation.forms import Form, Told
from studio.generation.prose import sentence
from studio.generation.writers.base import FormWriter, Sheet, Written
from studio.registry import Card

_AGE = re.compile(r"\d{1,4}")
_PRONOUNS = {
    "female": "she/her",
    "woman": "she/her",
    "girl": "she/her",
    "male": "he/him",
    "man": "he/him",
    "boy": "he/him",
    "non-binary": "they/them",
    "nonbinary": "they/them",
}


class Attributes(Form):
    """The eight personal and three social attributes."""

    name: Told = ""
    gender: Told = ""
    age: Told = ""
    tone: Told = ""
    career: Told = ""
    personality: Told = ""
    advantages_and_disadvantages: Told = ""
    hobby: Told = ""
    family_relationship: Told = ""
    social_relationship: Told = ""
    living_conditions: Told = ""


class Expand(FormWriter):
    """Career, aspiration, traits and skill are given; name, age, tone, personality, strengths and weaknesses, hobby,
    family, friends and home come back, each pick visible in at least one of them.

    Source: Yang et al., Crafting Customisable Characters with LLMs (SimsChat), §3.1, https://arxiv.org/abs/2406.17962
    Differs: one flat object, which small models hold to better than two nested ones; picks that show nowhere are
    reported; a name that is taken is left out. Tone becomes the way of speaking, personality and relationships the
    identity, strengths and hobby facts.
    Cost: 1 call, 2 when the first answer is unusable.
    """

    card: ClassVar[Card] = Card(
        name="expand",
        title="Expand the picks",
        summary="Writes who this is out of career, aspiration, traits and skills: voice, character, people, home.",
        source="Yang et al., SimsChat, 2024, §3.1",
        url="https://arxiv.org/abs/2406.17962",
        needs=("model",),
        cost="1 (2 when the first answer is unusable)",
    )
    fills: ClassVar[tuple[str, ...]] = (
        "name",
        "age",
        "pronouns",
        "career",
        "speech.style",
        "identity.personal",
        "identity.social",
        "identity.life_context",
        "facts",
    )
    form: ClassVar[type[Form]] = Attributes
    homes: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "gender": "pronouns",
            "tone": "speech.style",
            "personality": "identity.personal",
            "advantages_and_disadvantages": "facts",
            "hobby": "facts",
            "family_relationship": "identity.social",
            "social_relationship": "identity.social",
            "living_conditions": "identity.life_context",
        }
    )

    def placed(self, form: Form, sheet: Sheet) -> Mapping[str, FieldValue]:
        """Attributes where a character keeps them; a name that is taken is left out."""
        assert isinstance(form, Attributes)
        age = _AGE.search(form.age)
        social = (sentence(form.family_relationship), sentence(form.social_relationship))
        facts = (sentence(form.advantages_and_disadvantages), sentence(form.hobby))
        name = " ".join(form.name.split())[:200]
        taken = {other.casefold() for other in sheet.taken}
        return {
            "name": "" if name.casefold() in taken else name,
            "age": int(age[0]) if age else None,
            "pronouns": pronouns_of(form.gender),
            "career": " ".join(form.career.split()),
            "speech.style": " ".join(form.tone.split()).rstrip("."),
            "identity.personal": sentence(form.personality),
            "identity.social": " ".join(part for part in social if part),
            "identity.life_context": sentence(form.living_conditions),
            "facts": tuple(fact for fact in facts if fact),
        }

    def finished(self, sheet: Sheet, written: Written) -> Written:
        """With the picks that show in none of the attributes."""
        who = written.character
        texts = (who.career, who.speech.style, *who.identity.model_dump().values(), *who.facts)
        notes = list(written.notes)
        if "name" in self.open_fields(sheet) and "name" not in written.filled:
            notes.append("The model's name is taken by somebody else; the old one stays.")
        return written.model_copy(update={"unseen": unseen(picks(who), texts), "notes": tuple(notes)})


def pronouns_of(gender: str) -> str:
    """The pronouns a word for a gender suggests; a text that already is a set of pronouns stays; empty for others."""
    said = gender.strip().casefold()
    if re.fullmatch(r"[a-z]+/[a-z]+", said):
        return said
    return next((found for word, found in _PRONOUNS.items() if re.search(rf"\b{word}\b", said)), "")
