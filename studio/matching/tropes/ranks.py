"""How high the right answer stood: Hits@n, mean rank, mean reciprocal rank."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from studio.domain.value import Value
from studio.errors import Invalid


class RankReport(Value):
    """Over `n` questions: the share answered first, among the first five, among the first twenty; mean reciprocal rank
    and mean rank. `candidates` is how many there were to choose from on average, so that chance is 1 in that many."""

    n: int
    hits_1: float
    hits_5: float
    hits_20: float
    mrr: float
    mean_rank: float
    candidates: float


def hits(ranks: Sequence[int], n: int) -> float:
    """The share of ranks (1 is best) that are at most n."""
    return sum(rank <= n for rank in ranks) / len(ranks) if ranks else 0.0


def rank_of(scores: Sequence[float], right: int) -> int:
    """The rank of the right candidate: 1 plus those scored higher, plus half of those scored the same, rounded down,
    so that a ranker that says nothing is as good as chance and no better."""
    values = np.asarray(scores, dtype=np.float64)
    above = int((values > values[right]).sum())
    same = int((values == values[right]).sum()) - 1
    return 1 + above + same // 2


def report(ranks: Sequence[int], pools: Sequence[int]) -> RankReport:
    """The figures of these ranks; `pools`: how many candidates each question had.

    Raises: Invalid for no questions or ranks below 1.
    """
    if not ranks or len(ranks) != len(pools) or min(ranks) < 1:
        raise Invalid("There is nothing to rank: give at least one line heard and the line said to it.")
    return RankReport(
        n=len(ranks),
        hits_1=round(hits(ranks, 1), 6),
        hits_5=round(hits(ranks, 5), 6),
        hits_20=round(hits(ranks, 20), 6),
        mrr=round(sum(1 / rank for rank in ranks) / len(ranks), 6),
        mean_rank=round(sum(ranks) / len(ranks), 6),
        candidates=round(sum(pools) / len(pools), 3),
    )
