"""Kinds of persona, and what each must bring.

Source: Chen et al., From Persona to Personalization: A Survey on Role-Playing Language Agents, TMLR 2024, §3–5,
https://arxiv.org/abs/2404.18231
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from studio.domain.character import Character, PersonaType
from studio.errors import Invalid

PersonaKind = Literal["demographic", "character", "individualised"]

KIND_OF: Mapping[PersonaType, PersonaKind] = MappingProxyType(
    {
        "original": "character",
        "fictional": "character",
        "historical": "character",
        "demographic": "demographic",
        "real": "individualised",
        "user": "individualised",
    }
)
"""The survey's three kinds by the studio's types."""


def suggest_persona_types(character: Character) -> tuple[PersonaKind, ...]:
    """The kinds a character looks like, the likeliest first, whatever it says of itself.

    Individualised when a source is a person's own history or somebody consented; demographic when it has only career,
    age, traits and the like, and no source; a character else.
    """
    found: list[PersonaKind] = []
    if character.consent is not None or any(source.kind == "user_history" for source in character.sources):
        found.append("individualised")
    if not character.sources and not _told(character):
        found.append("demographic")
    elif not found or _told(character):
        found.append("character")
    return tuple(found)


def _told(character: Character) -> bool:
    """Whether anything is known that tells this person from any other of the kind."""
    return bool(character.backstory or character.facts or character.speech.examples or character.relationships)


def needs_consent(character: Character) -> bool:
    """Whether somebody who lives would be played without having agreed to it."""
    return KIND_OF[character.persona_type] == "individualised" and character.consent is None


def require_consent(character: Character) -> None:
    """Raises: Invalid, naming the field, for a living person without consent: they are not given away."""
    if needs_consent(character):
        raise Invalid(
            f"{character.name} is {_WHO[character.persona_type]}, and 'consent' is empty, so this is not given away. "
            "Note who agreed, when, and to what, or change 'persona_type'."
        )


_WHO: Mapping[str, str] = MappingProxyType({"real": "a living person", "user": "a player"})
