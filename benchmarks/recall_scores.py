"""How well documents are found, and how well a question is answered from them. Pure.

Source: Tan et al., PersonaBench, 2025, https://arxiv.org/abs/2502.20616, and its published code.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

MOST_COMBINATIONS = 5000


class Found(NamedTuple):
    """Recall@k, NDCG@k (0–1), whether the first is a hit, and the reciprocal rank of the first hit (0 without one)."""

    recall: float
    ndcg: float
    hit: float
    reciprocal_rank: float


def found(ranked: Sequence[str], gold: Sequence[Collection[str]], k: int) -> Found:
    """`gold`: for each part of the answer the documents that would do. Recall and NDCG are the best over all ways to
    pick one document a part, each for itself."""
    top = list(ranked[:k])
    recall = ndcg = 0.0
    picks = itertools.islice(itertools.product(*map(sorted, gold)), MOST_COMBINATIONS)
    for pick in picks:
        wanted = set(pick)
        hits = [rank for rank, one in enumerate(top) if one in wanted]
        ideal = sum(1 / math.log2(rank + 2) for rank in range(min(len(wanted), k)))
        recall = max(recall, len(hits) / len(wanted))
        ndcg = max(ndcg, sum(1 / math.log2(rank + 2) for rank in hits) / ideal)
    every = set(itertools.chain.from_iterable(gold))
    first = next((rank for rank, one in enumerate(ranked) if one in every), None)
    return Found(recall, ndcg, float(first == 0), 0.0 if first is None else 1 / (first + 1))


class Answered(NamedTuple):
    """Precision, recall and F1 over sets of words."""

    precision: float
    recall: float
    f1: float


def answer_words(answer: str | int | Sequence[str]) -> frozenset[str]:
    """The words of an answer: lower case, nothing but letters, digits and blanks; of a list, those of all its items."""
    texts = [answer] if isinstance(answer, str) else [str(answer)] if isinstance(answer, int) else answer
    return frozenset(word for text in texts for word in re.sub(r"[^a-z0-9\s]", "", str(text).lower()).split())


def answered(gold: str | int | Sequence[str], given: str) -> Answered:
    """How much of the gold answer was given, and how much of what was given is gold."""
    wanted, said = answer_words(gold), answer_words(given)
    both = len(wanted & said)
    if not both:
        return Answered(0.0, 0.0, 0.0)
    precision, recall = both / len(said), both / len(wanted)
    return Answered(precision, recall, 2 * precision * recall / (precision + recall))
