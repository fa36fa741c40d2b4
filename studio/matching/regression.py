"""Lines fitted to ratings, and whether they say more than the mean of the ratings does. Pure NumPy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.errors import Invalid

Numbers = NDArray[np.float64]
FOLDS = 5
LOWEST, HIGHEST = 1.0, 5.0


@dataclass(frozen=True)
class Line:
    """rating ≈ weights · features + intercept, clipped to 1–5."""

    weights: Numbers
    intercept: float

    def predict(self, features: Numbers) -> Numbers:
        """Shape (n,), from features (n, d)."""
        return np.clip(features @ self.weights + self.intercept, LOWEST, HIGHEST)


@dataclass(frozen=True)
class Measured:
    """Mean squared errors on ratings that were held out, five folds: of the line, and of the mean of the others."""

    n: int
    mse: float
    constant_mse: float

    @property
    def gains(self) -> bool:
        """Whether the line is better than a constant by more than a twentieth: less is noise with so few ratings."""
        return self.mse < 0.95 * self.constant_mse

    @property
    def sentence(self) -> str:
        """What was measured, for a reader."""
        numbers = f"held-out squared error {self.mse:.3f} against {self.constant_mse:.3f} for a constant"
        if self.gains:
            return f"Over {self.n} ratings: {numbers}, a gain of {1 - self.mse / self.constant_mse:.0%}."
        return f"Over {self.n} ratings: {numbers}. No gain, so nothing is claimed."


def fit_affine(similarities: Numbers, ratings: Numbers) -> tuple[float, float]:
    """a and b of rating ≈ a · similarity + b by least squares; a = 0 where all similarities are the same.

    Raises: Invalid without any pair.
    """
    if not len(ratings) or len(ratings) != len(similarities):
        raise Invalid("There are no rated pairs to fit a line to. Rate a few talks first.")
    spread = similarities - similarities.mean()
    total = float(spread @ spread)
    slope = float(spread @ (ratings - ratings.mean())) / total if total > 1e-12 else 0.0
    return slope, float(ratings.mean() - slope * similarities.mean())


def fit_ridge(features: Numbers, ratings: Numbers, penalty: float) -> Line:
    """Ridge regression on standardised features; the intercept is not penalised."""
    if not len(ratings):
        raise Invalid("There are no rated pairs to learn from. Rate a few talks first.")
    mean, spread = features.mean(axis=0), features.std(axis=0)
    spread = np.where(spread < 1e-9, 1.0, spread)
    standard = (features - mean) / spread
    system = standard.T @ standard + penalty * np.eye(features.shape[1])
    weights = np.linalg.solve(system, standard.T @ (ratings - ratings.mean())) / spread
    return Line(weights, float(ratings.mean() - mean @ weights))


def cross_validated(features: Numbers, ratings: Numbers, penalty: float, seed: int = 0) -> Measured:
    """Five folds drawn by the seed: each fold predicted from the others, by ridge (penalty 0: by least squares) and by
    their mean."""
    n = len(ratings)
    order = np.random.default_rng(seed).permutation(n)
    errors, constants = np.zeros(n), np.zeros(n)
    for fold in range(min(FOLDS, n)):
        test = order[fold::FOLDS]
        train = np.setdiff1d(order, test)
        if not len(train):
            continue
        line = fit_ridge(features[train], ratings[train], max(penalty, 1e-9))
        errors[test] = (line.predict(features[test]) - ratings[test]) ** 2
        constants[test] = (ratings[train].mean() - ratings[test]) ** 2
    return Measured(n, float(errors.mean()), float(constants.mean()))


def correlation(first: Numbers, second: Numbers) -> float:
    """Pearson's r; 0 where either does not vary."""
    a, b = first - first.mean(), second - second.mean()
    scale = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / scale if scale > 1e-12 else 0.0
