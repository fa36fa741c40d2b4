"""Who belongs with whom: the characters that turn up again and again among the likes of one's likes.

Source: Li et al., ALOHA, AAAI 2020, section 3.3, https://arxiv.org/abs/1910.08293.
Differs: the paper's counts (a tenth of the characters, 30 each, 10 times) suit tens of thousands; smaller catalogues
scale them so that the threshold stays 3.33 times what chance would give.
"""

from __future__ import annotations

import csv
import io
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Literal

from pydantic import Field, ValidationError

from studio.domain.value import Value
from studio.errors import Invalid, NotFound
from studio.matching.tropes.space import CharacterSpace

Standing = Literal["positive", "neutral", "negative"]
FEWEST = 4


class Limits(Value):
    """`first`: how many likes; `second`: how many likes of each; `threshold`: how often one must turn up."""

    first: int = Field(ge=1)
    second: int = Field(ge=1)
    threshold: int = Field(ge=1)

    @classmethod
    def of(cls, characters: int) -> Limits:
        """What suits a catalogue of this size: 20 → 3, 5, 3; 1,024 → 102, 30, 10; 44,288 → 4,428, 30, 10."""
        first = max(3, characters // 10)
        second = min(30, max(3, characters // 4))
        return cls(first=first, second=second, threshold=max(1, math.ceil(3.33 * first * second / max(1, characters))))


class Neighbour(Value):
    """A character by how often it turned up. `weight` is ln(frequency); `tropes` are shared with the target."""

    id: str
    frequency: int
    weight: float
    standing: Standing
    tropes: tuple[str, ...] = ()


class Community(Value):
    """The community of a target, most frequent first; whoever is not listed never turned up and is negative."""

    target: str
    limits: Limits
    neighbours: tuple[Neighbour, ...]
    note: str = ""

    @property
    def positive(self) -> tuple[str, ...]:
        """The ids that turned up often enough."""
        return tuple(one.id for one in self.neighbours if one.standing == "positive")

    def negative(self, everybody: Sequence[str]) -> tuple[str, ...]:
        """The ids of `everybody` that are neither the target nor positive."""
        inside = {self.target, *self.positive}
        return tuple(id_ for id_ in everybody if id_ not in inside)


def frequencies(lists: Mapping[str, Sequence[str]], target: str) -> Counter[str]:
    """How many of these lists hold each character, the target left out. `lists`: the target's likes, itself among
    them, and the likes of each."""
    counted = Counter(other for likes in lists.values() for other in likes)
    del counted[target]
    return counted


def community(
    space: CharacterSpace, target: str, limits: Limits | None = None, among: frozenset[str] | None = None
) -> Community:
    """The community of a character. `among`: only these may belong to it, say those whose lines are known.

    Raises: NotFound when the character has no trope; Invalid when there are too few characters to tell.
    """
    if len(space.ids) < FEWEST:
        raise Invalid(f"A community needs at least {FEWEST} characters with tropes; there are {len(space.ids)}.")
    if target not in space.position:
        raise NotFound(f"'{target[:80]}' has no tropes yet, so nobody can be called its kin. Give it one or more.")
    limits = limits or Limits.of(len(space.ids))
    likes = [id_ for id_, _ in space.similar(target, limits.first)]
    lists = {id_: [other for other, _ in space.similar(id_, limits.second)] for id_ in likes}
    counted = frequencies(lists, target)
    kept = {id_: times for id_, times in counted.items() if among is None or id_ in among}
    ordered = sorted(kept.items(), key=lambda item: (-item[1], item[0]))
    neighbours = tuple(
        Neighbour(
            id=id_,
            frequency=times,
            weight=round(math.log(times), 6),
            standing=standing(times, limits.threshold),
            tropes=space.shared(target, id_),
        )
        for id_, times in ordered
    )
    same = len({tuple(row) for row in (space.counts > 0).tolist()}) == 1
    note = "All characters have the same tropes, so they cannot be told apart." if same else ""
    return Community(target=target, limits=limits, neighbours=neighbours, note=note)


def standing(frequency: int, threshold: int) -> Standing:
    """Positive from the threshold on, negative for 0, neutral between."""
    return "positive" if frequency >= threshold else "neutral" if frequency > 0 else "negative"


class CommunityRow(Value):
    """A line of the published table of communities."""

    target_id: str
    target: str
    target_show: str
    freq: int = Field(ge=1)
    weight: float
    work: str
    character: str


def read_communities(text: str) -> tuple[CommunityRow, ...]:
    """The published table (CSV with a header).

    Raises: Invalid naming the line.
    """
    rows = []
    for number, row in enumerate(csv.DictReader(io.StringIO(text)), start=2):
        try:
            rows.append(CommunityRow.model_validate(row))
        except ValidationError as error:
            problem = error.errors()[0]
            raise Invalid(f"Line {number}: {problem['loc'][-1]} is {problem['input']!r}: {problem['msg']}.") from error
    return tuple(rows)
