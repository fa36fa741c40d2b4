"""A character by chance: every field that is not locked, and nothing that contradicts anything else."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TypeVar

from studio.domain.character import Character
from studio.domain.options import Career, Option, Options, Trait, World, bare, groups
from studio.generation.fields import TITLES, FieldValue, get, put, unlocked
from studio.generation.temperament import letters, scores_for, strained

TRAITS, SKILLS, TROPES, HABITS, QUIRKS = 3, 3, 2, 2, 3
NOT_ROLLED = ("speech.examples", "greeting", "timeline_point", "knowledge_boundary")
"""What chance cannot do: lines in somebody's own words, and what they know of their story."""

OptionT = TypeVar("OptionT", bound=Option)


def roll(
    options: Options,
    rng: random.Random,
    kept: Character | None = None,
    locked: Collection[str] = (),
    world: World = "today",
) -> Character:
    """A coherent character in which every field that is not `locked` was rolled anew; `kept` holds the locked ones.

    The same state of `rng` gives the same character, and each field has a chance of its own: locking one leaves the
    others as they were, as far as they go with it. Example lines and greeting stay as they are. A new character has no
    id, which asks the library for one. Pure but for `rng`.
    Raises: Invalid for a lock that names no field.
    """
    character = kept or Character(id="", name="Nobody")
    open_ = unlocked(rolled_fields(), locked)
    dice = _Dice(options, rng.getrandbits(64), world, frozenset(open_))
    for path in open_:
        character = put(character, path, _THROWS[path](dice, character))
    return character


def rolled_fields() -> tuple[str, ...]:
    """The paths `roll` fills, in the order it fills them."""
    return tuple(_THROWS)


def locked_but(path: str, character: Character) -> tuple[str, ...]:
    """The locks under which only one field is rolled anew: what a die beside a single field needs.

    Raises: Invalid for a path that names no field.
    """
    get(character, path)
    return tuple(other for other in TITLES if other != path)


@dataclass(frozen=True)
class _Dice:
    """One throw a field; each is given the character as far as it was rolled."""

    options: Options
    seed: int
    world: World
    open_: frozenset[str]

    def chance(self, path: str) -> random.Random:
        """The chance of one field, whatever was drawn before it."""
        return random.Random(f"{self.seed}:{path}")

    def fitting(self, pool: Sequence[OptionT], age: int | None = None) -> list[OptionT]:
        """Those that belong into this world and to this age; of any age where none does, and of any world."""
        here = [option for option in pool if option.fits(self.world)] or [*pool]
        return [option for option in here if option.fits(age=age)] or here

    def one(self, path: str, pool: Sequence[OptionT], age: int | None = None) -> OptionT:
        return self.chance(path).choice(self.fitting(pool, age))

    def some(self, path: str, pool: Sequence[OptionT], count: int, age: int | None) -> tuple[str, ...]:
        fitting = self.fitting(pool, age)
        return tuple(one.name for one in self.chance(path).sample(fitting, min(count, len(fitting))))

    def pronouns(self, character: Character) -> FieldValue:
        return self.chance("pronouns").choices(["she/her", "he/him", "they/them"], [46, 46, 8])[0]

    def name(self, character: Character) -> FieldValue:
        rng = self.chance("name")
        people = rng.choice(self.fitting(self.options.names.options))
        first = character.pronouns.partition("/")[0]
        given = {"she": people.she, "he": people.he}.get(first, people.they)
        return f"{rng.choice(given)} {rng.choice(people.family)}"

    def career(self, character: Character) -> FieldValue:
        age = None if "age" in self.open_ else character.age
        return self.one("career", self.options.careers.options, age).name

    def age(self, character: Character) -> FieldValue:
        career = _named(self.options.careers.options, character.career)
        youngest, oldest = (career.youngest, career.oldest) if career else (18, 80)
        return round(self.chance("age").triangular(youngest, oldest, youngest + (oldest - youngest) * 0.35))

    def traits(self, character: Character) -> FieldValue:
        """Traits that exclude neither each other nor the tropes, and suit scores and type where these are locked."""
        scores = None if "big_five" in self.open_ else character.big_five
        mbti = None if "mbti" in self.open_ else character.mbti
        pool = [one for one in self.options.traits.options if not strained(one, scores, mbti)]
        return self.compatible("traits", pool, TRAITS, () if "tropes" in self.open_ else character.tropes)

    def tropes(self, character: Character) -> FieldValue:
        pool = [
            one
            for one in self.fitting(self.options.tropes.options, character.age)
            if not strained(one, character.big_five, character.mbti) and _wears(one, character.pronouns)
        ]
        return self.compatible("tropes", pool, TROPES, character.traits)

    def compatible(self, path: str, pool: Sequence[Trait], count: int, taken: Sequence[str]) -> tuple[str, ...]:
        """`count` of the pool, none opposed to another or to one `taken`, none pulling the other way."""
        opposed = self.options.opposed
        chosen = [figure for name in taken if (figure := self.options.figure(name))]
        against = set[str]().union(*(opposed.get(bare(name), frozenset()) for name in taken))
        found: list[str] = []
        for one in self.chance(path).sample([*pool], len(pool)):
            if len(found) == count:
                break
            if bare(one.name) in against or any(_pull_apart(one, other) for other in chosen):
                continue
            found.append(one.name)
            chosen.append(one)
            against |= opposed.get(bare(one.name), frozenset())
        return tuple(found)

    def big_five(self, character: Character) -> FieldValue:
        mbti = None if "mbti" in self.open_ else character.mbti
        known = [trait for name in character.traits if (trait := self.options.trait(name))]
        return scores_for(known, mbti, self.chance("big_five"))

    def mbti(self, character: Character) -> FieldValue:
        return letters(character.big_five) if character.big_five else self.one("mbti", self.options.types.options).name

    def appearance(self, character: Character) -> FieldValue:
        rng = self.chance("appearance")
        parts = [
            rng.choice(members).name
            for members in groups(self.fitting(self.options.looks.options, character.age)).values()
        ]
        text = ", ".join(parts)
        return text[:1].upper() + text[1:]

    def backstory(self, character: Character) -> FieldValue:
        origin = self.one("backstory", self.options.origins.options, character.age).name
        turns = [one for one in self.fitting(self.options.turns.options) if one.fits(age=character.age)]
        return f"{origin} {self.chance('backstory.turn').choice(turns).name}" if turns else origin

    def facts(self, character: Character) -> FieldValue:
        quirks = self.some("facts", self.options.quirks.options, QUIRKS, character.age)
        return tuple(f"{character.first_name} {quirk}." for quirk in quirks)

    def talkativeness(self, character: Character) -> FieldValue:
        return round(0.1 + 0.8 * (character.big_five.extraversion - 1) / 6, 1) if character.big_five else 0.5


Throw = Callable[[_Dice, Character], FieldValue]


def _drawn(pool: str, count: int = 0) -> Throw:
    """A throw that draws from a pool: one text, or a list of `count`."""

    def throw(dice: _Dice, character: Character) -> FieldValue:
        options: Sequence[Option] = getattr(dice.options, pool).options
        age = character.age
        return dice.some(pool, options, count, age) if count else dice.one(pool, options, age).name

    return throw


_THROWS: dict[str, Throw] = {
    "pronouns": _Dice.pronouns,
    "name": _Dice.name,
    "career": _Dice.career,
    "age": _Dice.age,
    "aspiration": _drawn("aspirations"),
    "traits": _Dice.traits,
    "big_five": _Dice.big_five,
    "mbti": _Dice.mbti,
    "tropes": _Dice.tropes,
    "skills": _drawn("skills", SKILLS),
    "appearance": _Dice.appearance,
    "identity.social": _drawn("standings"),
    "identity.personal": _drawn("selves"),
    "identity.life_context": _drawn("homes"),
    "backstory": _Dice.backstory,
    "speech.style": _drawn("voices"),
    "speech.habits": _drawn("habits", HABITS),
    "goals": _drawn("goals", 1),
    "secrets": _drawn("secrets", 1),
    "facts": _Dice.facts,
    "talkativeness": _Dice.talkativeness,
}
"""Each after what it depends on."""

_GENDERED = {
    "he": (
        "girl",
        "aunt",
        "daughter",
        "lady",
        "nun",
        "matriarch",
        "widow",
        "mama",
        "mom",
        "femme",
        "maid",
        "hen",
        "sadie",
    ),
    "she": ("father", "dad", "papa", "king", "homme", "gentleman", "old man", "nice guy", "butler", "brothers", "son"),
}


def _wears(trope: Option, pronouns: str) -> bool:
    """Whether a trope's name goes with the pronouns."""
    first, words = pronouns.partition("/")[0], f" {trope.name.casefold()} "
    barred = _GENDERED.get(first, (*_GENDERED["he"], *_GENDERED["she"]))
    return not any(f" {word} " in words for word in barred)


def _pull_apart(one: Trait, other: Trait) -> bool:
    return any(lean * other.leans.get(domain, 0.0) <= -0.16 for domain, lean in one.leans.items())


def _named(pool: Sequence[Career], name: str) -> Career | None:
    return next((one for one in pool if bare(one.name) == bare(name)), None)
