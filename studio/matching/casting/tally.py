"""Several rankings made into one, and how good a choice was. Pure.

Source: Li et al., PartnerMAS, 2025, https://arxiv.org/abs/2509.24046 (match rate); the weighted Borda count is ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pydantic import Field

from studio.domain.value import Value
from studio.errors import Invalid
from studio.matching.casting.table import CastTable


class Assessed(Value):
    """A candidate as one specialist sees it: 0–100, and why."""

    id: str
    score: float = Field(ge=0, le=100)
    why: str = ""


class Ranking(Value):
    """One specialist's view, best first. Whoever is left out shares the last places."""

    role: str
    ranking: tuple[Assessed, ...]

    @property
    def order(self) -> tuple[str, ...]:
        """The ids, best first; ties by id."""
        return tuple(one.id for one in sorted(self.ranking, key=lambda one: (-one.score, one.id)))


def by_feature(table: CastTable, feature: str) -> Ranking:
    """The candidates by one number, largest first, as scores 0–100 over its range."""
    values = {one.id: one.number(feature) for one in table.candidates}
    low, high = min(values.values(), default=0.0), max(values.values(), default=0.0)
    span = (high - low) or 1.0
    title = feature.replace("_", " ")
    assessed = (
        Assessed(id=id_, score=round(100 * (value - low) / span, 6), why=f"{title}: {value:g}")
        for id_, value in values.items()
    )
    return Ranking(role=feature, ranking=tuple(sorted(assessed, key=lambda one: (-one.score, one.id))))


def points(rankings: Sequence[Sequence[str]], weights: Sequence[float], ids: Sequence[str]) -> dict[str, float]:
    """The weighted Borda count of each id: Σ weight · (n − position), positions from 0. Ids a ranking leaves out share
    the mean of its last places. Rounded to 9 decimals."""
    n = len(ids)
    total = dict.fromkeys(ids, 0.0)
    for order, weight in zip(rankings, weights, strict=True):
        placed = [id_ for id_ in dict.fromkeys(order) if id_ in total]
        rest = n - len(placed)
        for position, id_ in enumerate(placed):
            total[id_] += weight * (n - position)
        for id_ in set(ids) - set(placed):
            total[id_] += weight * (rest + 1) / 2
    return {id_: round(value, 9) for id_, value in total.items()}


def borda(rankings: Sequence[Sequence[str]], weights: Sequence[float], k: int, ids: Sequence[str] = ()) -> list[str]:
    """The k best of all rankings together; ties by id. `ids`: everybody who could be ranked."""
    everybody = list(ids) or sorted({id_ for order in rankings for id_ in order})
    total = points(rankings, weights, everybody)
    return sorted(total, key=lambda id_: (-total[id_], id_))[:k]


def match_rate(selected: Iterable[str], truth: Iterable[str]) -> float:
    """The share of `truth` that was selected, 0–1. A name selected twice counts once.

    Raises: Invalid when more are selected than `truth` holds, or it holds nobody.
    """
    chosen, wanted = set(selected), set(truth)
    if not wanted:
        raise Invalid("Nobody is named as the right choice, so nothing can be compared.")
    if len(chosen) > len(wanted):
        raise Invalid(
            f"{len(chosen)} were selected where {len(wanted)} are wanted: a match rate needs at most as many."
        )
    return len(chosen & wanted) / len(wanted)


def normalised(weights: Mapping[str, float]) -> dict[str, float]:
    """The weights over their sum; all equal where the sum is 0.

    Raises: Invalid naming what has a negative weight, or one that is no number.
    """
    for name, weight in weights.items():
        if not 0 <= weight < float("inf"):
            raise Invalid(f"The weight of '{name[:80]}' is {weight:g}: use 0 or more.")
    total = sum(weights.values())
    return {name: weight / total if total else 1 / len(weights) for name, weight in weights.items()}


def random_rate(pool: int, k: int) -> float:
    """The match rate expected of drawing k of `pool` blindly."""
    return min(k, pool) / pool if pool else 0.0
