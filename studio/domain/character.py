"""A person worth playing."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from studio.domain.lorebook import Lorebook
from studio.domain.value import Value

Mbti = Annotated[str, StringConstraints(pattern=r"^[EI][NS][FT][JP]$")]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
PersonaType = Literal["original", "fictional", "historical", "demographic", "real", "user"]
"""Made up here, from a work, from history, a kind of person, a living one, or a player."""


class BigFive(Value):
    """Five domain scores on the 1–7 scale of the BFI-2-S."""

    openness: float = Field(ge=1, le=7)
    conscientiousness: float = Field(ge=1, le=7)
    extraversion: float = Field(ge=1, le=7)
    agreeableness: float = Field(ge=1, le=7)
    negative_emotionality: float = Field(ge=1, le=7)


class Identity(Value):
    """Who somebody is to others, to themselves, and in the course of a week."""

    social: str = ""
    personal: str = ""
    life_context: str = ""


class Voice(Value):
    """How somebody talks: a style in a phrase, habits, and lines that could be theirs."""

    style: str = ""
    habits: tuple[Line, ...] = ()
    examples: tuple[Line, ...] = ()


class Source(Value):
    """Where something about a character comes from: what others wrote of them, what they are shown doing, a model, or
    a person's own history. `licence` says what may be done with it."""

    kind: Literal["description", "demonstration", "model", "user_history"]
    ref: Line
    licence: str = ""


class Consent(Value):
    """Who agreed to be played, when (as written there), and to what."""

    who: Line
    when: Line
    scope: Line


class Character(Value):
    """A character as composed, shipped or imported. `id` is the file name of its YAML, without the ending; `original`
    the digest of what it was imported from, empty for one made here.

    `timeline_point`: up to where in their story they know it. `knowledge_boundary`: what they cannot know.
    `construction`: how a model is made to be them. `risk_notes`: what to mind when playing or publishing them.
    """

    id: str
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    persona_type: PersonaType = "original"
    age: int | None = Field(default=None, ge=0, le=10_000)
    pronouns: str = ""
    career: str = ""
    aspiration: str = ""
    traits: tuple[Line, ...] = ()
    skills: tuple[Line, ...] = ()
    mbti: Mbti | None = None
    big_five: BigFive | None = None
    tropes: tuple[Line, ...] = ()
    identity: Identity = Identity()
    backstory: str = ""
    appearance: str = ""
    speech: Voice = Voice()
    goals: tuple[Line, ...] = ()
    secrets: tuple[Line, ...] = ()
    relationships: dict[str, str] = {}
    facts: tuple[Line, ...] = ()
    greeting: str = ""
    alternate_greetings: tuple[str, ...] = ()
    talkativeness: float = Field(default=0.5, ge=0, le=1)
    lorebook: Lorebook | None = None
    portrait: str = ""
    original: str = ""
    tags: tuple[Line, ...] = ()
    sources: tuple[Source, ...] = ()
    construction: Literal["prompt", "retrieval", "trained", "mixed"] = "prompt"
    timeline_point: str = ""
    knowledge_boundary: tuple[Line, ...] = ()
    consent: Consent | None = None
    risk_notes: tuple[Line, ...] = ()
    extensions: dict[str, Any] = {}

    @property
    def first_name(self) -> str:
        """What others call them in passing: the first word of the name."""
        return self.name.split()[0]

    def statements(self) -> tuple[str, ...]:
        """The atomic persona facts every method reads, one sentence each, secrets left out."""
        name = self.name
        single = (
            (f"{name} is {self.age} years old.", self.age is not None),
            (f"{name} works as {self.career}.", self.career),
            (f"{name} aspires to {self.aspiration}.", self.aspiration),
            (f"{name}'s MBTI type is {self.mbti}.", self.mbti),
            (f"{name}'s way of speaking: {self.speech.style}.", self.speech.style),
        )
        listed = (
            *(f"{name} is {trait}." for trait in self.traits),
            *(f"{name} is skilled at {skill}." for skill in self.skills),
            *(f"{name} is the trope: {trope}." for trope in self.tropes),
            *(f"{name} wants: {goal}" for goal in self.goals),
            *self.facts,
        )
        return (*(text for text, present in single if present), *listed)
