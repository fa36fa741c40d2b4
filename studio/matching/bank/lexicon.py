"""What profiles are composed of: fragments of text with the conditions under which they may be used."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from importlib.resources import files

from studio.domain.value import Value

_BOUND = re.compile(r"age(>=|<=)(\d+)")
_SLOT = re.compile(r"\{(\w+)\}")
_YEARS = {"n30plus": 33, "n20s": 24, "n24": 26, "n24less": 22, "n12": 27, "n6": 24, "n4": 22}
LETTERS = frozenset("EINSTFJP")


class Fragment(Value):
    """A text of the lexicon. Each of `needs` is a set of flags one of which must hold; none of `bars` may; `sets` are
    facts it establishes (`place` → `farm`), which no other fragment of the same person may contradict. `titles` are the
    further columns of its line."""

    key: str
    text: str
    titles: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    needs: tuple[frozenset[str], ...] = ()
    bars: frozenset[str] = frozenset()
    sets: dict[str, str] = {}
    least_age: int = 0
    most_age: int = 200

    @property
    def letters(self) -> frozenset[str]:
        """The letters it is written for."""
        return frozenset(flag for group in self.needs if len(group) == 1 for flag in group) & LETTERS

    @property
    def slots(self) -> tuple[str, ...]:
        """The names in braces that have to be filled."""
        return tuple(dict.fromkeys(_SLOT.findall(self.text)))

    def fits(self, flags: frozenset[str], age: int, facts: dict[str, str]) -> bool:
        """Whether it can be said of somebody with these flags, of this age, of whom these facts are told."""
        if not self.least_age <= age <= self.most_age or self.bars & flags:
            return False
        if any(not group & flags for group in self.needs):
            return False
        return all(facts.get(name, value) == value for name, value in self.sets.items())


def read_fragment(line: str, key: str, *, titled: bool = False) -> Fragment:
    """A fragment from its line: `flags | text`, or `flags | title | text`."""
    columns = [part.strip() for part in line.split("|")] if "|" in line else ["", line.strip()]
    flags, text = columns[0], columns[-1]
    needs, bars, sets, topics, least, most = [], set(), {}, [], 0, 200
    for flag in flags.split():
        bound = _BOUND.fullmatch(flag)
        if bound and bound[1] == ">=":
            least = max(least, int(bound[2]))
        elif bound:
            most = min(most, int(bound[2]))
        elif flag.startswith("#"):
            topics.append(flag[1:])
        elif flag.startswith("@"):
            name, _, value = flag[1:].partition("=")
            sets[name] = value
        elif flag.startswith("!"):
            bars.add(flag[1:])
        else:
            needs.append(frozenset(flag.split("/")))
    least = max([least, *(_YEARS.get(slot, 0) for slot in _SLOT.findall(text))])
    return Fragment(
        key=key,
        text=text,
        titles=tuple(columns[1:-1]) if titled else (),
        topics=tuple(topics),
        needs=tuple(needs),
        bars=frozenset(bars),
        sets=sets,
        least_age=least,
        most_age=most,
    )


def _lines(name: str) -> list[str]:
    text = files("studio.matching").joinpath(f"lexicon/bank/{name}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("# ")]


@cache
def fragments(name: str) -> tuple[Fragment, ...]:
    """The fragments of one file of the lexicon, in its order."""
    return tuple(read_fragment(line, f"{name}-{at}", titled=name == "work") for at, line in enumerate(_lines(name)))


class Trait(Value):
    """A letter of the type as an adjective, what is good about it, and its other side."""

    letter: str
    adjective: str
    strength: str
    other_side: str


@cache
def traits() -> tuple[Trait, ...]:
    """All traits, in the order of the file."""
    rows = [[part.strip() for part in line.split("|")] for line in _lines("trait")]
    return tuple(Trait(letter=a, adjective=b, strength=c, other_side=d) for a, b, c, d in rows)


@cache
def by_type(name: str) -> dict[str, tuple[str, ...]]:
    """`personality` or `tropes`: type → its sentences or tropes."""
    rows = [[part.strip() for part in line.split("|")] for line in _lines(name)]
    if name == "tropes":
        return {row[0]: tuple(part.strip() for part in row[1].split(",")) for row in rows}
    return {row[0]: tuple(row[1:]) for row in rows}


class Culture(Value):
    """Names that occur together, and places where they do."""

    places: tuple[str, ...]
    women: tuple[str, ...]
    men: tuple[str, ...]
    either: tuple[str, ...]
    surnames: tuple[str, ...]


@cache
def cultures() -> tuple[Culture, ...]:
    """All cultures, in the order of the file."""
    found = []
    for line in _lines("names"):
        places, women, men, either, surnames = (part.strip() for part in line.split("|"))
        found.append(
            Culture(
                places=tuple(place.strip() for place in places.split(";")),
                women=tuple(women.split()),
                men=tuple(men.split()),
                either=tuple(either.split()),
                surnames=_surnames(surnames),
            )
        )
    return tuple(found)


def _surnames(text: str) -> tuple[str, ...]:
    """Surnames parted by blanks; particles (`De`, `Van`, `El`) stay with what follows."""
    return tuple(re.findall(r"(?:(?:De|Van|El)\s)?\S+", text))


@cache
def digest() -> str:
    """Twelve hex digits that change whenever a word of the lexicon does."""
    folder = files("studio.matching").joinpath("lexicon/bank")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".txt"))
    text = "\n".join(folder.joinpath(name).read_text(encoding="utf-8") for name in names)
    return hashlib.sha256(text.encode()).hexdigest()[:12]
