"""The fields of a character by path: what can be locked, filled and found fault with."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from types import MappingProxyType

from studio.domain.character import BigFive, Character
from studio.errors import Invalid

TITLES: Mapping[str, str] = MappingProxyType(
    {
        "name": "Name",
        "age": "Age",
        "pronouns": "Pronouns",
        "career": "Career",
        "aspiration": "Aspiration",
        "traits": "Traits",
        "skills": "Skills",
        "mbti": "MBTI type",
        "big_five": "Big Five",
        "tropes": "Tropes",
        "appearance": "Looks",
        "identity.social": "To others",
        "identity.personal": "To themselves",
        "identity.life_context": "Life context",
        "backstory": "Backstory",
        "speech.style": "Way of speaking",
        "speech.habits": "Habits of speech",
        "speech.examples": "Example lines",
        "goals": "Goals",
        "secrets": "Secrets",
        "facts": "Facts",
        "greeting": "Greeting",
        "talkativeness": "Talkativeness",
        "timeline_point": "Point in time",
        "knowledge_boundary": "Does not know",
    }
)
"""Path → what a reader calls it, in the order of the form. These can be locked."""

PICKS = ("career", "aspiration", "traits", "skills")
"""The ingredients a character is expanded from."""

FieldValue = str | int | float | tuple[str, ...] | BigFive | None


def get(character: Character, path: str) -> FieldValue:
    """The value at a path, `speech.style` for the style of the speech.

    Raises: Invalid for a path that names no field (lists the known ones).
    """
    _known(path)
    outer, _, inner = path.partition(".")
    value: FieldValue = getattr(getattr(character, outer), inner) if inner else getattr(character, outer)
    return value


def put(character: Character, path: str, value: FieldValue) -> Character:
    """The character with the value at that path, validated.

    Raises: Invalid for an unknown path; pydantic's ValidationError, a ValueError, for a value out of range.
    """
    _known(path)
    outer, _, inner = path.partition(".")
    values = {name: getattr(character, name) for name in Character.model_fields}
    if inner:
        part = getattr(character, outer)
        values[outer] = {**{name: getattr(part, name) for name in type(part).model_fields}, inner: value}
    else:
        values[outer] = value
    return Character.model_validate(values)


def filled(character: Character, path: str) -> bool:
    """Whether anything stands there. Talkativeness counts as empty at its default."""
    if path == "talkativeness":
        return bool(character.talkativeness != Character.model_fields["talkativeness"].default)
    value = get(character, path)
    return bool(value) or value == 0


def unlocked(paths: Collection[str], locked: Collection[str]) -> tuple[str, ...]:
    """Those paths that are not locked, in their order. A lock on `identity` or `speech` holds for all below it.

    Raises: Invalid for a lock that names no field.
    """
    outers = {path.partition(".")[0] for path in TITLES if "." in path}
    for lock in locked:
        if lock not in outers:
            _known(lock)
    return tuple(path for path in paths if path not in locked and path.partition(".")[0] not in locked)


LISTS = frozenset(
    {
        "traits",
        "skills",
        "tropes",
        "speech.habits",
        "speech.examples",
        "goals",
        "secrets",
        "facts",
        "knowledge_boundary",
    }
)
SHORT_LISTS = frozenset({"traits", "skills", "tropes"})
"""Their entries hold no commas, so commas may part them."""


def parsed(path: str, text: str) -> FieldValue:
    """A value as it is typed: lists parted by `;` (traits, skills and tropes also by commas), the Big Five as five
    numbers in the order openness, conscientiousness, extraversion, agreeableness, negative emotionality.

    Raises: Invalid for an unknown path or a text that does not fit it.
    """
    _known(path)
    text = text.strip()
    if path in LISTS:
        parts = re.split(r"[;,]" if path in SHORT_LISTS else ";", text)
        return tuple(part.strip() for part in parts if part.strip())
    try:
        if path == "big_five":
            numbers = [float(part) for part in re.split(r"[\s,;]+", text)]
            return BigFive(**dict(zip(BigFive.model_fields, numbers, strict=True)))
        if path == "age":
            return int(text)
        if path == "talkativeness":
            return float(text)
    except ValueError as error:
        wanted = {"big_five": "five numbers from 1 to 7", "age": "a whole number"}.get(path, "a number from 0 to 1")
        raise Invalid(f"'{text[:60]}' is no {TITLES[path]}: give {wanted}.") from error
    return text.upper() if path == "mbti" else text


def _known(path: str) -> None:
    if path not in TITLES:
        raise Invalid(f"'{path[:80]}' is no field of a character. Fields: {', '.join(TITLES)}.")
