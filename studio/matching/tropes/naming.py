"""Names of tropes: read as words, and brought together where two people say one thing in two ways."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

from pydantic import TypeAdapter, ValidationError

from studio.domain.value import Value
from studio.errors import Invalid

_REDUCTION = TypeAdapter(dict[str, str])


class Trope(Value):
    """A generic kind of character: its name as words, what it means in a line, and names that mean the same."""

    name: str
    meaning: str
    also: tuple[str, ...] = ()


def decamel(name: str) -> str:
    """A trope's name as lower-case words: `BadassBookworm` gives `badass bookworm`, `MsFanservice` `ms fanservice`.
    Spaces, hyphens and underscores part words too; digits and accents stay."""
    spaced = re.sub(r"[\s_\-/]+", " ", name)
    spaced = re.sub(r"(?<=[^\W\d_A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][^\W\d_A-Z])", " ", _upper_as_ascii(spaced))
    return " ".join(_restored(spaced, name).casefold().split())


def _upper_as_ascii(text: str) -> str:
    """Accented capitals stand in as `A` while words are parted, so that `ÉlanVital` parts where `ElanVital` does."""
    return "".join("A" if char.isupper() and not char.isascii() else char for char in text)


def _restored(spaced: str, name: str) -> str:
    """The original letters in their places between the blanks that were put in."""
    letters = iter(re.sub(r"[\s_\-/]+", "", name))
    return "".join(" " if char == " " else next(letters) for char in spaced)


@cache
def vocabulary() -> tuple[Trope, ...]:
    """The studio's own list of generic tropes, sorted by name, each with a line of its own wording."""
    text = files("studio.matching").joinpath("lexicon/tropes.txt").read_text(encoding="utf-8")
    rows = [line.split(" | ") for line in text.splitlines() if line.strip() and not line.startswith("#")]
    found = [
        Trope(name=row[0].strip(), meaning=row[1].strip(), also=tuple(part.strip() for part in row[2].split(",")))
        if len(row) > 2
        else Trope(name=row[0].strip(), meaning=row[1].strip())
        for row in rows
    ]
    return tuple(sorted(found, key=lambda trope: trope.name))


@cache
def synonyms() -> Mapping[str, str]:
    """Any known way to say a trope, as words → the name it goes by in `vocabulary`."""
    found = {decamel(other): trope.name for trope in vocabulary() for other in trope.also}
    return {**found, **{decamel(trope.name): trope.name for trope in vocabulary()}}


def representative(name: str, reduction: Mapping[str, str] | None = None) -> str:
    """The name a trope goes by: the one of `reduction` (trope → representative) where it has one, else the
    vocabulary's, else the name itself as it was given."""
    if reduction is not None:
        return reduction.get(name, name)
    return synonyms().get(decamel(name), name.strip())


def known(text: str, limit: int = 8) -> tuple[Trope, ...]:
    """The tropes of the vocabulary a person may mean while typing: whole names first, then beginnings of words, then
    anything that holds the text, in its name, its other names or its meaning."""
    wanted = decamel(text)
    if not wanted:
        return vocabulary()[:limit]

    def rank(trope: Trope) -> int:
        names = [decamel(name) for name in (trope.name, *trope.also)]
        if wanted in names:
            return 0
        if any(word.startswith(wanted) for name in names for word in (name, *name.split())):
            return 1
        return 2 if any(wanted in name for name in names) else 3 if wanted in trope.meaning.casefold() else 4

    found = sorted(((rank(trope), trope.name, trope) for trope in vocabulary()), key=lambda item: item[:2])
    return tuple(trope for place, _, trope in found if place < 4)[:limit]


def read_reduction(text: str) -> Mapping[str, str]:
    """A published reduction: a JSON object trope → representative.

    Raises: Invalid for anything else.
    """
    try:
        return _REDUCTION.validate_python(json.loads(text))
    except (ValidationError, ValueError) as error:
        raise Invalid("A trope reduction is one JSON object of trope names to trope names; this is not.") from error


def overlap(first: Iterable[str], second: Iterable[str]) -> float:
    """Jaccard index of two sets of tropes, synonyms brought together: 0 none shared, 1 the same; 0 for empty ones."""
    one, other = ({representative(name) for name in names} for names in (first, second))
    return len(one & other) / len(one | other) if one | other else 0.0
