"""Who a character is, as told to a model. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from studio.domain.character import Character
from studio.prompts import sections, stripped
from studio.roleplay.clipping import clipped

PERSONA = "shared/character"
PERSONA_CHARS = 2600

Told = tuple[str, str]
"""A piece of a prompt: which part of it, and its text."""


def persona(character: Character, limit: int = PERSONA_CHARS, template: str = PERSONA) -> str:
    """The character as told to a model: `persona_told` as one text."""
    return joined(persona_told(character, limit, template))


def persona_told(character: Character, limit: int = PERSONA_CHARS, template: str = PERSONA) -> tuple[Told, ...]:
    """The character as told to a model, at most `limit` characters: examples go first, then life, habits and facts.
    The names of the pieces are the paths of the fields they tell; `name` is the line with age and career."""
    voice = character.speech
    lighter: list[dict[str, object]] = [
        {},
        {"speech": voice.model_copy(update={"examples": voice.examples[:2]})},
        {"identity": type(character.identity)()},
        {"backstory": clipped(character.backstory, limit // 4)},
        {"facts": tuple(clipped(fact, limit // 20) for fact in character.facts[:8])},
        {
            "appearance": clipped(character.appearance, limit // 8),
            "facts": (),
            "goals": tuple(clipped(goal, limit // 8) for goal in character.goals[:2]),
            "secrets": tuple(clipped(secret, limit // 6) for secret in character.secrets[:2]),
        },
    ]
    told: tuple[Told, ...] = ()
    for change in lighter:
        character = character.model_copy(update=change)
        told = sections(template, c=character)
        if sum(len(text) for _, text in told) <= limit:
            return told
    return _cut(told, clipped(joined(told), limit))


def joined(told: Iterable[Told]) -> str:
    """Named pieces as one text."""
    return "".join(text for _, text in told)


def _cut(told: Sequence[Told], text: str) -> tuple[Told, ...]:
    """The pieces as far as the shortened text goes; the last one has its end."""
    pieces, at = [], 0
    for name, piece in told:
        pieces.append((name, text[at : at + len(piece)]))
        at += len(piece)
    return stripped(pieces)
