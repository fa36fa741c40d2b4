"""A casting without a model: every number ranks everybody, and the ranks are added up."""

from __future__ import annotations

from collections.abc import Sequence

from studio.errors import Invalid
from studio.matching.casting.base import Casting, Criterion, Specialist, Strategy, tallied
from studio.matching.casting.table import CastTable
from studio.matching.casting.tally import by_feature


def counted(method: str, table: CastTable, k: int, features: Sequence[str] = ()) -> Casting:
    """By weighted Borda count over these features, or all numbers there are, each weighing the same; ties by id. Where
    nothing is a number the order is that of the ids, and a notice says so.

    Raises: Invalid for a feature nobody has.
    """
    wanted = tuple(features) or table.numeric
    for name in wanted:
        if name not in table.features:
            raise Invalid(f"There is no number '{name[:80]}' to rank by. There are: {', '.join(table.numeric)}.")
    if not wanted:
        casting = tallied(method, table, k, (), {})
        return casting.model_copy(update={"notices": ("No numbers are known of anybody: the order is that of ids.",)})
    share = 1 / len(wanted)
    strategy = Strategy(
        criteria=tuple(Criterion(name=name, weight=share, features=(name,)) for name in wanted),
        specialists=tuple(Specialist(role=name, criteria=(name,), features=(name,)) for name in wanted),
    )
    rankings = [by_feature(table, name) for name in wanted]
    casting = tallied(method, table, k, rankings, dict.fromkeys(wanted, share))
    return casting.model_copy(update={"strategy": strategy, "unused": strategy.unused(table.features)})
