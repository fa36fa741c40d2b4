"""Rolled characters: the same again from the same seed, whole, coherent, and true to what was locked."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from studio.domain.character import Character
from studio.domain.options import WORLDS, bare
from studio.errors import Invalid
from studio.generation.dice import NOT_ROLLED, locked_but, roll, rolled_fields
from studio.generation.fields import TITLES, filled, get, put
from studio.generation.temperament import contradictions, strained
from studio.library import Library

ROOT = Path(__file__).resolve().parent.parent.parent
OPTIONS = Library(ROOT, ROOT / "nobody").options()
SEEDS = range(60)


def rolled(seed: int, kept: Character | None = None, *locked: str) -> Character:
    return roll(OPTIONS, random.Random(seed), kept, locked)


def test_the_same_seed_gives_the_same_character() -> None:
    assert rolled(7) == rolled(7)
    assert len({rolled(seed).name for seed in SEEDS}) > 50


def test_every_field_is_filled() -> None:
    assert {*rolled_fields(), *NOT_ROLLED} == set(TITLES)
    for seed in SEEDS:
        character = rolled(seed)
        assert [path for path in rolled_fields() if not filled(character, path)] in ([], ["talkativeness"])


@pytest.mark.parametrize("world", WORLDS)
def test_nothing_contradicts_anything(world: str) -> None:
    for seed in SEEDS:
        character = roll(OPTIONS, random.Random(seed), world=world)  # type: ignore[arg-type]
        figures = [*character.traits, *character.tropes]
        assert len(character.traits) == 3
        for one in figures:
            assert not {bare(other) for other in figures} & OPTIONS.opposed.get(bare(one), frozenset()), character
        assert character.big_five is not None
        assert character.mbti is not None
        assert contradictions(character.mbti, character.big_five) == ()
        for name in character.traits:
            trait = OPTIONS.trait(name)
            assert trait is not None
            assert not strained(trait, character.big_five, None), (character.traits, character.big_five, name)
        career = next(one for one in OPTIONS.careers.options if one.name == character.career)
        assert career.fits(world)  # type: ignore[arg-type]
        assert career.youngest <= (character.age or 0) <= career.oldest


@pytest.mark.parametrize("path", rolled_fields())
def test_a_locked_field_stays_and_the_rest_goes_with_it(path: str) -> None:
    kept, other = rolled(1), rolled(2)
    character = rolled(2, kept, path)
    assert get(character, path) == get(kept, path)
    assert sum(get(character, name) != get(other, name) for name in rolled_fields()) <= 8


def test_one_field_can_be_rolled_alone() -> None:
    kept = rolled(1)
    character = rolled(2, kept, *locked_but("career", kept))
    assert character.career != kept.career
    assert character == put(kept, "career", character.career)
    career = next(one for one in OPTIONS.careers.options if one.name == character.career)
    assert career.youngest <= (kept.age or 0) <= career.oldest


def test_a_locked_type_decides_the_scores_and_the_traits() -> None:
    kept = Character(id="", name="Ada", mbti="ISTJ")
    for seed in SEEDS:
        character = rolled(seed, kept, "mbti", "name")
        assert character.name == "Ada"
        assert character.big_five is not None
        assert character.big_five.extraversion < 4 < character.big_five.conscientiousness
        assert not set(character.traits) & {"outgoing", "gregarious", "a party animal"}


@pytest.mark.parametrize("age", [13, 17, 45, 79])
def test_what_befell_somebody_fits_their_age(age: int) -> None:
    pools = ("tropes", "turns", "secrets", "homes", "standings", "aspirations", "selves")
    known = {one.name: one for pool in pools for one in getattr(OPTIONS, pool).options}
    kept = Character(id="", name="Ada", age=age)
    for seed in SEEDS:
        character = rolled(seed, kept, "age")
        life = character.identity
        told = [*character.tropes, *character.secrets, life.social, life.personal, life.life_context]
        told += [turn.name for turn in OPTIONS.turns.options if turn.name in character.backstory]
        assert all(known[text].fits("today", age) for text in [*told, character.aspiration])


def test_what_chance_cannot_say_is_left_alone() -> None:
    kept = Character(id="ada", name="Ada", greeting="Mind the step.", extensions={"x": 1})
    character = rolled(3, kept)
    assert (character.greeting, character.id, character.extensions) == ("Mind the step.", "ada", {"x": 1})


def test_locks_may_name_a_whole_part_but_nothing_unknown() -> None:
    kept = rolled(1)
    character = rolled(2, kept, "identity")
    assert character.identity == kept.identity
    with pytest.raises(Invalid, match="'shoe_size' is no field of a character"):
        rolled(2, kept, "shoe_size")
