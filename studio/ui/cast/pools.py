"""What the Cast page offers to pick from. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from studio.domain.character import Character
from studio.domain.options import Option, Options, bare
from studio.generation.dice import rolled_fields
from studio.generation.fields import TITLES
from studio.generation.writers.base import WRITERS
from studio.ui.cast.surveys import asked
from studio.ui.cast.values import Choice, Pools, Scale
from studio.ui.forms import about, options_of
from studio.ui.present import person_of

PICKED = (
    "careers",
    "aspirations",
    "traits",
    "skills",
    "tropes",
    "types",
    "voices",
    "habits",
    "persona_types",
    "pronouns",
)
"""The pools that a form field is filled from."""


def pools_of(options: Options, characters: Iterable[Character]) -> Pools:
    """Every pool with its headings, and what excludes what."""
    return Pools(
        picks={name: tuple(_choices(getattr(options, name).options, options.opposed)) for name in PICKED},
        scales=tuple(
            Scale(name=one.name, title=one.title, low=one.low, high=one.high) for one in options.big_five.options
        ),
        rolled=rolled_fields(),
        writers=options_of(WRITERS),
        fills={name: writer.fills for name, writer in WRITERS.methods.items()},
        titles=dict(TITLES),
        cast=tuple(person_of(one, about(one)) for one in characters),
        surveys=asked(),
    )


def _choices(options: Iterable[Option], opposed: Mapping[str, frozenset[str]]) -> Iterable[Choice]:
    for option in options:
        against = tuple(sorted(opposed.get(bare(option.name), ())))
        yield Choice(name=option.name, meaning=option.meaning, group=option.group, against=against)
