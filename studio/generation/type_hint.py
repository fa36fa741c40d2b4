"""A weak hint at somebody's MBTI type from what is told of them: word weights and logistic regression, no model call.

Source: Occhipinti et al., PRODIGy, 2024, https://arxiv.org/abs/2311.05195 (the pairing of biographies and types).
Differs: not in the paper; on its 339 characters it is right about as often as always guessing the commoner letter, but
for sensing and intuition (some 0.6 against 0.53), so nobody should take it for more than a hint.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.domain.value import Value
from studio.errors import Invalid
from studio.matching.lexical import words

FEWEST = 40
"""Examples below which nothing can be learnt."""
PAIRS = ("IE", "SN", "TF", "PJ")
"""The letters of each place of a type, that of score 0 first."""
COST = 3.0
ROUNDS = 12

Numbers = NDArray[np.float64]


class TypeGuess(Value):
    """A type and how sure each of its letters is, from 0.5 (a toss) to 1."""

    mbti: str
    certainties: tuple[float, float, float, float]

    @property
    def certainty(self) -> float:
        """The mean of the four."""
        return sum(self.certainties) / len(self.certainties)


@dataclass(frozen=True)
class TypeHint:
    """What was learnt from examples: their weighed words, and for each letter how much each example counts."""

    terms: dict[str, int]
    rarity: Numbers
    examples: Numbers
    weights: Numbers

    def guess(self, text: str) -> TypeGuess:
        """The likeliest type of whoever the text tells of."""
        row = _rows([Counter(words(text))], self.terms, self.rarity)
        scores = (row @ self.examples.T + 1.0) @ self.weights
        chances = 1 / (1 + np.exp(-scores[0]))
        letters = "".join(pair[int(chance >= 0.5)] for pair, chance in zip(PAIRS, chances, strict=True))
        first, second, third, fourth = (float(max(chance, 1 - chance)) for chance in chances)
        return TypeGuess(mbti=letters, certainties=(first, second, third, fourth))


def learn(texts: Sequence[str], types: Sequence[str]) -> TypeHint:
    """A hint learnt from what is told of people and their types. The same examples, the same hint.

    Raises: Invalid for fewer than forty examples, or when a letter occurs in none.
    """
    if len(texts) < FEWEST:
        raise Invalid(
            f"{len(texts)} characters with a backstory and a type are too few to learn from; {FEWEST} will do."
        )
    counts = [Counter(words(text)) for text in texts]
    spread = Counter(term for row in counts for term in row)
    terms = {term: place for place, term in enumerate(sorted(term for term, found in spread.items() if found > 1))}
    rarity = np.array([np.log((1 + len(texts)) / (1 + spread[term])) + 1 for term in terms])
    rows = _rows(counts, terms, rarity)
    likeness = rows @ rows.T + 1.0
    weights = []
    for place, pair in enumerate(PAIRS):
        sides = np.array([float(type_[place] == pair[1]) for type_ in types])
        if sides.min() == sides.max():
            raise Invalid(f"Every example has the same letter of {pair[0]} and {pair[1]}: nothing can be learnt of it.")
        weights.append(_fitted(likeness, sides))
    return TypeHint(terms=terms, rarity=rarity, examples=rows, weights=np.stack(weights, axis=1))


def _rows(counts: Sequence[Counter[str]], terms: dict[str, int], rarity: Numbers) -> Numbers:
    """Term frequency times rarity, rows of length 1."""
    rows = np.zeros((len(counts), len(terms)))
    for place, row in enumerate(counts):
        for term, found in row.items():
            if term in terms:
                rows[place, terms[term]] = found * rarity[terms[term]]
    lengths: Numbers = np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    return rows / lengths


def _fitted(likeness: Numbers, sides: Numbers) -> Numbers:
    """Regularised logistic regression in the span of the examples, by Newton's method."""
    weights: Numbers = np.zeros(len(sides))
    for _ in range(ROUNDS):
        scores = likeness @ weights
        chances = 1 / (1 + np.exp(-scores))
        curve = np.maximum(chances * (1 - chances), 1e-6)
        wanted = scores + (sides - chances) / curve
        better = np.asarray(np.linalg.solve(likeness + np.diag(1 / (COST * curve)), wanted), dtype=np.float64)
        moved = float(np.abs(better - weights).max())
        weights = better
        if moved < 1e-4:
            break
    return weights
