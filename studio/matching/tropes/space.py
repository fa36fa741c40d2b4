"""A space in which characters with like tropes lie close: weighted matrix factorisation for implicit feedback.

Source: Li et al., ALOHA, AAAI 2020, sections 3.1–3.2, https://arxiv.org/abs/1910.08293 (factors 36, α 20, λ 100); Hu,
Koren and Volinsky, Collaborative Filtering for Implicit Feedback Datasets, ICDM 2008.
Differs: few characters cannot carry 36 factors, so there are at most one fewer than characters or tropes; below 15
characters the space is the cosine of their tropes, weighted by how rare each is. The factorisation stops once the loss
hardly falls; upstream always runs 500 rounds.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from studio.errors import Invalid, NotFound

Numbers = NDArray[np.float64]
Row = tuple[str, str]
"""A character's id and the name of a trope observed of it; one seen twice weighs twice."""

FEWEST_FOR_FACTORS = 15
SETTLED = 1e-7


@dataclass(frozen=True)
class Factors:
    """`characters` (n, k) and `tropes` (m, k) whose dot products give back what was observed; `losses` after each
    round."""

    characters: Numbers
    tropes: Numbers
    losses: tuple[float, ...]


@dataclass(frozen=True)
class CharacterSpace:
    """Characters and tropes by name, who has what how often (`counts`, n × m), and where each character lies."""

    ids: tuple[str, ...]
    tropes: tuple[str, ...]
    counts: Numbers
    places: Numbers
    factors: Factors | None

    @classmethod
    def fit(
        cls,
        rows: Iterable[Row],
        *,
        factors: int = 36,
        alpha: float = 20.0,
        reg: float = 100.0,
        iters: int = 60,
        seed: int = 0,
        least: int = 1,
    ) -> CharacterSpace:
        """The space of these observations. `least`: a character needs so many tropes and a trope so many characters
        (the paper's 5), characters first, then tropes, in one pass.

        Raises: Invalid when nobody is left.
        """
        ids, tropes, counts = table(rows, least)
        if not ids:
            raise Invalid(f"No character has {least} or more tropes. Give characters tropes first, or lower the limit.")
        if len(ids) < FEWEST_FOR_FACTORS or len(tropes) < 2:
            return cls(ids, tropes, counts, rarity(counts), None)
        size = min(factors, min(counts.shape) - 1)
        found = factorise(counts, factors=size, alpha=alpha, reg=reg, iters=iters, seed=seed)
        return cls(ids, tropes, counts, found.characters, found)

    @cached_property
    def position(self) -> Mapping[str, int]:
        """Id → row."""
        return {id_: at for at, id_ in enumerate(self.ids)}

    def similar(self, id_: str, count: int | None = None) -> tuple[tuple[str, float], ...]:
        """The nearest characters with their dot products, best first, the character itself before all; ties by id.

        Raises: NotFound when the character has no trope here.
        """
        return tuple((self.ids[at], value) for at, value in self._ranked(self._row(id_), count))

    def nearest(self, row: int, count: int) -> tuple[int, ...]:
        """As `similar`, by row and without the products."""
        return tuple(at for at, _ in self._ranked(row, count))

    def _row(self, id_: str) -> int:
        row = self.position.get(id_)
        if row is None:
            raise NotFound(f"'{id_[:80]}' has no tropes yet, so it has no place in this space. Give it one or more.")
        return row

    def _ranked(self, row: int, count: int | None) -> list[tuple[int, float]]:
        products = np.round(self.places @ self.places[row], 9)
        order = np.lexsort((np.arange(len(self.ids)), -products, np.arange(len(self.ids)) != row))
        return [(int(at), float(products[at])) for at in order[:count]]

    def tropes_of(self, id_: str) -> tuple[str, ...]:
        """The character's tropes in this space, most often observed first."""
        counts = self.counts[self._row(id_)]
        return tuple(self.tropes[at] for at in np.lexsort((np.arange(len(counts)), -counts)) if counts[at] > 0)

    def shared(self, first: str, second: str) -> tuple[str, ...]:
        """The tropes of both, rarest first: what explains that two lie close."""
        both = (self.counts[self._row(first)] > 0) & (self.counts[self._row(second)] > 0)
        spread = (self.counts > 0).sum(axis=0)
        return tuple(self.tropes[at] for at in np.lexsort((np.arange(len(both)), spread)) if both[at])

    def suggest(self, tropes: Sequence[str], count: int = 5) -> tuple[str, ...]:
        """Tropes that characters with these also have, likeliest first: what the factors fill in for somebody who has
        just these; without factors, what the nearest characters have. None for tropes nobody has."""
        known = [self.tropes.index(name) for name in tropes if name in self.tropes]
        if not known:
            return ()
        if self.factors is None:
            near = (self.counts[:, known] > 0).sum(axis=1).astype(np.float64)
            expected = near @ (self.counts > 0)
        else:
            observed = np.zeros((1, len(self.tropes)))
            observed[0, known] = 1.0
            expected = (solve(observed, self.factors.tropes, 20.0, 1.0) @ self.factors.tropes.T)[0]
        expected[known] = -np.inf
        order = np.lexsort((np.arange(len(expected)), -np.round(expected, 9)))
        return tuple(self.tropes[at] for at in order[:count] if expected[at] > 0)

    def coordinates(self) -> Numbers:
        """Shape (n, 2), each axis −1 to 1: the two directions in which the characters differ most, for a map. The sign
        of an axis is fixed so that the same space gives the same map."""
        centred = self.places - self.places.mean(axis=0)
        _, _, directions = np.linalg.svd(centred, full_matrices=False)
        flat = np.zeros((len(self.ids), 2))
        for axis, direction in enumerate(directions[:2]):
            along = centred @ direction
            largest = along[np.argmax(np.abs(along))]
            flat[:, axis] = along / largest if abs(largest) > 1e-12 else 0.0
        return np.clip(flat, -1.0, 1.0)


def table(rows: Iterable[Row], least: int = 1) -> tuple[tuple[str, ...], tuple[str, ...], Numbers]:
    """Sorted ids, sorted tropes, and how often each was observed of each. Empty names are passed over."""
    seen = Counter((id_, trope) for id_, trope in rows if id_ and trope.strip())
    tropes_of = Counter(id_ for id_, _ in seen)
    seen = Counter({pair: times for pair, times in seen.items() if tropes_of[pair[0]] >= least})
    characters_of = Counter(trope for _, trope in seen)
    seen = Counter({pair: times for pair, times in seen.items() if characters_of[pair[1]] >= least})
    ids, tropes = (tuple(sorted({pair[side] for pair in seen})) for side in (0, 1))
    counts = np.zeros((len(ids), len(tropes)))
    row, column = ({name: at for at, name in enumerate(names)} for names in (ids, tropes))
    for (id_, trope), times in seen.items():
        counts[row[id_], column[trope]] = times
    return ids, tropes, counts


def rarity(counts: Numbers) -> Numbers:
    """Rows of length 1 whose dot products are cosines under smoothed inverse document frequency,
    ln((1 + n) / (1 + df)) + 1; the number of observations does not count, only whether there is one."""
    spread = (counts > 0).sum(axis=0)
    weighted = (counts > 0) * (np.log((1 + len(counts)) / (1 + spread)) + 1)
    lengths: Numbers = np.linalg.norm(weighted, axis=1, keepdims=True)
    unit: Numbers = weighted / np.maximum(lengths, 1e-12)
    return unit


def solve(counts: Numbers, others: Numbers, alpha: float, reg: float) -> Numbers:
    """The rows that minimise Σ c(p − x·y)² + λ|x|² for given `others`: p = 1 and c = α·count where observed, p = 0 and
    c = 1 elsewhere. One linear system for each different row."""
    square = others.T @ others
    penalty = reg * np.eye(others.shape[1])
    distinct, which = np.unique(counts, axis=0, return_inverse=True)
    solved = np.zeros((len(distinct), others.shape[1]))
    for at, row in enumerate(distinct):
        seen = np.flatnonzero(row)
        if len(seen):
            confidence = alpha * row[seen]
            weighted = others[seen] * confidence[:, None]
            system = square + (others[seen] * (confidence - 1)[:, None]).T @ others[seen] + penalty
            solved[at] = np.linalg.solve(system, weighted.sum(axis=0))
    spread: Numbers = solved[which.reshape(-1)]
    return spread


def loss_of(counts: Numbers, characters: Numbers, tropes: Numbers, alpha: float, reg: float) -> float:
    """What the factorisation minimises."""
    expected = characters @ tropes.T
    confidence = np.where(counts > 0, alpha * counts, 1.0)
    missed = float((confidence * ((counts > 0) - expected) ** 2).sum())
    return missed + reg * float((characters**2).sum() + (tropes**2).sum())


def factorise(
    counts: Numbers,
    *,
    factors: int,
    alpha: float,
    reg: float,
    iters: int,
    seed: int,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Factors:
    """Alternating least squares: characters for fixed tropes, then tropes for fixed characters, until the loss falls by
    less than one part in ten million or `iters` rounds are done. It never rises."""
    generator = np.random.default_rng(seed)
    characters = generator.normal(0.0, 0.1, (counts.shape[0], factors))
    tropes = generator.normal(0.0, 0.1, (counts.shape[1], factors))
    losses: list[float] = []
    for done in range(1, iters + 1):
        characters = solve(counts, tropes, alpha, reg)
        tropes = solve(counts.T, characters, alpha, reg)
        losses.append(loss_of(counts, characters, tropes, alpha, reg))
        progress(done, iters)
        if len(losses) > 1 and losses[-2] - losses[-1] <= SETTLED * losses[-2]:
            break
    return Factors(characters, tropes, tuple(losses))


def held_out_precision(counts: Numbers, *, factors: int, alpha: float, reg: float, iters: int, seed: int) -> float:
    """How well cells that were hidden are found again, 0 to 1: 30 % of the observed cells are hidden, and for each
    character with any hidden the 100 likeliest unseen tropes are looked at; found ones over min(100, hidden)."""
    generator = np.random.default_rng(seed)
    rows, columns = np.nonzero(counts)
    hidden = generator.permutation(len(rows))[: math.floor(0.3 * len(rows))]
    kept = counts.copy()
    kept[rows[hidden], columns[hidden]] = 0.0
    size = max(1, min(factors, min(counts.shape) - 1))
    found = factorise(kept, factors=size, alpha=alpha, reg=reg, iters=iters, seed=seed)
    expected = found.characters @ found.tropes.T
    expected[kept > 0] = -np.inf
    hits = possible = 0
    for row in sorted(set(rows[hidden].tolist())):
        wanted = set(columns[hidden][rows[hidden] == row].tolist())
        top = np.argsort(-expected[row], kind="stable")[:100]
        hits += len(wanted & set(top.tolist()))
        possible += min(100, len(wanted))
    return hits / possible if possible else 0.0
