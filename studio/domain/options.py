"""What a character can be put together from: pools of careers, traits, tropes and the like."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import ConfigDict, Field, model_validator

from studio.domain.character import Line, Mbti
from studio.domain.value import Value

World = Literal["today", "past", "fantasy", "space"]
WORLDS: tuple[World, ...] = ("today", "past", "fantasy", "space")

Domain = Literal["openness", "conscientiousness", "extraversion", "agreeableness", "negative_emotionality"]
DOMAINS: tuple[Domain, ...] = (
    "openness",
    "conscientiousness",
    "extraversion",
    "agreeableness",
    "negative_emotionality",
)
"""The Big Five in the order of `studio.domain.character.BigFive`."""

Lean = Annotated[float, Field(ge=-1, le=1)]


class Option(Value):
    """One thing to pick. `meaning` says it in a line, `group` is the heading it stands under; `worlds` names the kinds
    of story it fits, none at all meaning every one; `youngest` and `oldest` the ages in years it goes with."""

    name: Line
    meaning: str = ""
    group: str = ""
    worlds: tuple[World, ...] = ()
    youngest: int = Field(default=0, ge=0)
    oldest: int = Field(default=10_000, ge=0)

    def fits(self, world: World | None = None, age: int | None = None) -> bool:
        """Whether it belongs into a story of that kind and to somebody of that age; anything fits None."""
        return (world is None or not self.worlds or world in self.worlds) and (
            age is None or self.youngest <= age <= self.oldest
        )


class Career(Option):
    """What somebody does all day, and the ages at which it is done."""

    youngest: int = Field(default=18, ge=0)
    oldest: int = Field(default=80, ge=0)


class Trait(Option):
    """A disposition. `opposites` cannot be true of the same person; `leans` says how far it moves a score of the Big
    Five, from -1 (far down) to 1 (far up)."""

    opposites: tuple[Line, ...] = ()
    leans: dict[Domain, Lean] = {}


class Trope(Trait):
    """A figure of fiction somebody resembles."""


class Type(Option):
    """One of the sixteen MBTI types."""

    name: Mbti


class Scale(Option):
    """One domain of the Big Five, and what its two ends look like."""

    name: Domain
    title: Line
    low: Line
    high: Line


class Names(Option):
    """Names that go together, by where they come from. `she`, `he` and `they`: given names by pronoun."""

    she: tuple[Line, ...] = Field(min_length=1)
    he: tuple[Line, ...] = Field(min_length=1)
    they: tuple[Line, ...] = Field(min_length=1)
    family: tuple[Line, ...] = Field(min_length=1)


OptionT = TypeVar("OptionT", bound=Option)


def bare(name: str) -> str:
    """A name as it is compared: lower case, one blank between words, no article before it."""
    words = name.casefold().split()
    return " ".join(words[1:] if len(words) > 1 and words[0] in ("a", "an", "the") else words)


class Pool(Value, Generic[OptionT]):
    """The options of one file. `about` says what they are for."""

    about: str = ""
    options: tuple[OptionT, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _each_once(self) -> Pool[OptionT]:
        names = [bare(option.name) for option in self.options]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"'{twice[0]}' is in the pool more than once")
        return self

    def __add__(self, other: Pool[OptionT]) -> Pool[OptionT]:
        """These options and the other's, whose own wins where both have a name."""
        named = {bare(option.name): option for option in (*self.options, *other.options)}
        return self.model_copy(update={"options": tuple(named.values())})


class Options(Value):
    """Every pool. A field is a file of the same name."""

    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))

    careers: Pool[Career]
    aspirations: Pool[Option]
    traits: Pool[Trait]
    skills: Pool[Option]
    tropes: Pool[Trope]
    types: Pool[Type]
    letters: Pool[Option]
    big_five: Pool[Scale]
    persona_types: Pool[Option]
    pronouns: Pool[Option]
    names: Pool[Names]
    voices: Pool[Option]
    habits: Pool[Option]
    origins: Pool[Option]
    turns: Pool[Option]
    homes: Pool[Option]
    standings: Pool[Option]
    selves: Pool[Option]
    looks: Pool[Option]
    quirks: Pool[Option]
    goals: Pool[Option]
    secrets: Pool[Option]

    @model_validator(mode="after")
    def _opposites_exist(self) -> Options:
        for field, pool in (("traits", self.traits), ("tropes", self.tropes)):
            known = {bare(option.name) for option in pool.options}
            for option in pool.options:
                for other in option.opposites:
                    if bare(other) not in known:
                        raise ValueError(f"{field}: '{option.name}' has the opposite '{other}', which is no option")
        return self

    @cached_property
    def opposed(self) -> Mapping[str, frozenset[str]]:
        """Trait → the traits that contradict it, both ways, names as `bare` has them."""
        found: dict[str, set[str]] = {}
        for trait in (*self.traits.options, *self.tropes.options):
            for other in trait.opposites:
                found.setdefault(bare(trait.name), set()).add(bare(other))
                found.setdefault(bare(other), set()).add(bare(trait.name))
        return {name: frozenset(others) for name, others in found.items()}

    def trait(self, name: str) -> Trait | None:
        """The trait of that name, however it is capitalised; None for one that is the person's own."""
        return self._traits.get(bare(name))

    def figure(self, name: str) -> Trait | None:
        """The trait or else the trope of that name; None for one that is the person's own."""
        return self._traits.get(bare(name)) or self._tropes.get(bare(name))

    @cached_property
    def _traits(self) -> Mapping[str, Trait]:
        return {bare(trait.name): trait for trait in self.traits.options}

    @cached_property
    def _tropes(self) -> Mapping[str, Trope]:
        return {bare(trope.name): trope for trope in self.tropes.options}


def groups(options: Iterable[OptionT]) -> dict[str, tuple[OptionT, ...]]:
    """The options under their headings, in the order of the pool."""
    found: dict[str, list[OptionT]] = {}
    for option in options:
        found.setdefault(option.group, []).append(option)
    return {group: tuple(members) for group, members in found.items()}
