"""What a check looks at and what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from studio.cards.played import introduced
from studio.domain.character import Character
from studio.domain.options import Options
from studio.domain.value import Value
from studio.generation.fields import TITLES
from studio.roleplay.persona import persona

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
"""A time for macros that ask for one: findings do not depend on when they are looked for."""


class Severity(StrEnum):
    """`error`: the play will go wrong. `warning`: it probably is a mistake. `hint`: it could be better."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


class Finding(Value):
    """One fault. `field` is the path of where it is, with the place in a list: `facts.2` is the third fact."""

    check: str
    field: str
    severity: Severity
    message: str

    def rank(self) -> tuple[int, int, str]:
        """Where it stands among others: errors first, then by the order of the form."""
        order, fields = list(Severity), list(TITLES)
        base = next((name for name in fields if self.field == name or self.field.startswith(f"{name}.")), "")
        return order.index(self.severity), fields.index(base) if base else len(fields), self.field

    def __str__(self) -> str:
        return f"{self.severity.value}: {self.field}: {self.message}"


class Passage(NamedTuple):
    """A text of the character and its path."""

    field: str
    text: str


@dataclass(frozen=True)
class Case:
    """A character under examination."""

    character: Character
    options: Options | None = None

    @cached_property
    def introduced(self) -> Character:
        """The character with its macros replaced, as it is told."""
        return introduced(self.character, NOON)

    @cached_property
    def told(self) -> str:
        """What a model is told of the character, shortened as it is in a play."""
        return persona(self.introduced)

    @cached_property
    def openings(self) -> tuple[Passage, ...]:
        """What a reader sees before anything was said."""
        who = self.character
        others = (Passage(f"alternate_greetings.{n}", text) for n, text in enumerate(who.alternate_greetings))
        return tuple(found for found in (Passage("greeting", who.greeting), *others) if found.text)

    @cached_property
    def descriptions(self) -> tuple[Passage, ...]:
        """What is told about the character, secrets left out."""
        who, self_ = self.character, self.character.identity
        single = (
            Passage("appearance", who.appearance),
            Passage("identity.social", self_.social),
            Passage("identity.personal", self_.personal),
            Passage("identity.life_context", self_.life_context),
            Passage("backstory", who.backstory),
            Passage("aspiration", who.aspiration),
        )
        listed = (
            *_each("facts", who.facts),
            *_each("goals", who.goals),
            *_each("knowledge_boundary", who.knowledge_boundary),
        )
        related = (Passage(f"relationships.{other}", text) for other, text in who.relationships.items())
        return tuple(found for found in (*single, *listed, *related) if found.text)

    @cached_property
    def lines(self) -> tuple[Passage, ...]:
        """What the character is shown saying."""
        return _each("speech.examples", self.character.speech.examples)

    @cached_property
    def habits(self) -> tuple[Passage, ...]:
        """How the character is said to talk."""
        return (
            *([Passage("speech.style", self.character.speech.style)] if self.character.speech.style else []),
            *_each("speech.habits", self.character.speech.habits),
        )

    @cached_property
    def secrets(self) -> tuple[Passage, ...]:
        """What must not come out."""
        return _each("secrets", self.character.secrets)

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """Every text there is."""
        return (*self.openings, *self.descriptions, *self.habits, *self.lines, *self.secrets)


def _each(field: str, texts: tuple[str, ...]) -> tuple[Passage, ...]:
    return tuple(Passage(f"{field}.{place}", text) for place, text in enumerate(texts))


def shown(text: str, limit: int = 60) -> str:
    """A text fit to stand within a message: on one line, quoted, cut to `limit` characters."""
    line = " ".join(text.split())
    return f"'{line[: limit - 1]}…'" if len(line) > limit else f"'{line}'"


Check = Callable[[Case], Iterator[Finding]]
