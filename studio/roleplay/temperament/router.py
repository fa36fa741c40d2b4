"""From a situation to the traits it brings out: a linear router over ten poles, two for each trait.

Source: PersonaFuse (2025), abstract; https://arxiv.org/abs/2509.07370

Differs: only the abstract could be read. Encoder, router, expression and training are the studio's own, exact so that
they can be tested: hashed words in place of a language model (pairs of words made it worse), lines of a prompt in place
of adapters, a 32-dimensional embedding before the router as the place of the contrastive loss.

Cost: no model call; a fraction of a millisecond a situation once trained.
"""

from __future__ import annotations

import io
import json
import math
import zipfile
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import Annotated

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field

from studio.domain.state import Temperament
from studio.domain.value import Value
from studio.errors import Invalid
from studio.roleplay.temperament.expression import MIDDLE, POLES, express
from studio.roleplay.temperament.situations import Cues, cues_of, hashed, words

Floats = npt.NDArray[np.float64]
DIMENSIONS = 4096
EMBEDDING = 32
TAU = 0.7
TOP = 2
NEUTRAL_BELOW = 0.15
RATE = 0.01
SMALL = 0.3
"""How large a new encoder is: a large one drowns what it has yet to learn."""
STEPS = 40
"""More only fit the training set better."""
MANY = 200
"""In a training set of this size a word that occurs in one situation alone says nothing."""
CONTRAST_TEMPERATURE = 0.1
CONTRAST_WEIGHT = 0.1
BALANCE_WEIGHT = 0.01
Pull = Annotated[float, Field(ge=-1, le=1)]


class Situation(Value):
    """A situation and the activation it should have: one line of training. `label` groups situations that should lie
    near each other; the activation itself does where it is empty."""

    situation: str
    activation: tuple[Pull, Pull, Pull, Pull, Pull]
    cues: Cues | None = None
    label: str = ""
    source: str = ""


class Router:
    """z = V·(E·x) + c: `encoder` E (32 × features) embeds a situation, `heads` V (10 × 32) and `bias` c give its pull.

    `idf`: the weights of words in its training set; `groups`: its labels, each with the middle of its embeddings.
    """

    def __init__(
        self, encoder: Floats, heads: Floats, bias: Floats, idf: Floats, groups: dict[str, Floats], seed: int = 0
    ) -> None:
        self.encoder = encoder
        self.heads = heads
        self.bias = bias
        self.idf = idf
        self.groups = groups
        self.seed = seed

    @property
    def weights(self) -> Floats:
        """W = V·E, 10 × features."""
        return np.asarray(self.heads @ self.encoder)

    @classmethod
    def fit(cls, rows: Sequence[Situation], seed: int = 0, steps: int = STEPS) -> Router:
        """Learn from situations: mean squared error of the activation, a contrastive term that draws situations of one
        group together, and one that keeps all poles in use. The same rows and seed give the same weights.

        Raises: Invalid without rows.
        """
        if not rows:
            raise Invalid("There is nothing to learn from: give at least one situation.")
        tokens = [hashed(words(row.situation), seed, DIMENSIONS) for row in rows]
        idf = _idf(tokens)
        x = np.stack([_vector(t, row.cues or cues_of(row.situation), idf) for t, row in zip(tokens, rows, strict=True)])
        y = np.array([row.activation for row in rows])
        groups = [row.label or str(row.activation) for row in rows]
        encoder, heads, bias = _trained(x, y, groups, seed, steps)
        embedded = _unit(x @ encoder.T)
        middles = {
            group: _unit(embedded[[i for i, one in enumerate(groups) if one == group]].mean(axis=0, keepdims=True))[0]
            for group in sorted(set(groups))
        }
        return cls(encoder, heads, bias, idf, middles, seed)

    def logits(self, text: str, cues: Cues | None = None) -> Floats:
        """The pull of each of the ten poles, in the order of `POLES`; zeros for an empty text."""
        embedding = self._embedded(text, cues)
        return np.zeros(len(POLES)) if embedding is None else np.asarray(self.heads @ embedding + self.bias)

    def recognise(self, text: str) -> str:
        """The label of the training set whose situations lie nearest; empty for an empty text."""
        embedding = self._embedded(text, None)
        if embedding is None:
            return ""
        return max(self.groups, key=lambda group: float(self.groups[group] @ embedding))

    def _embedded(self, text: str, cues: Cues | None) -> Floats | None:
        tokens = hashed(words(text), self.seed, DIMENSIONS)
        if not tokens:
            return None
        return np.asarray(self.encoder @ _vector(tokens, cues or cues_of(text), self.idf))

    def route(self, text: str, base: Sequence[float] = MIDDLE, kappa: float = 0.5) -> Temperament:
        """How a situation moves these traits. Neutral for an empty text or one that pulls nowhere."""
        return traced(self.logits(text), base, kappa)

    def dump(self) -> bytes:
        """The router as a `.npz` file."""
        target = io.BytesIO()
        np.savez_compressed(
            target,
            W=self.weights,
            E=self.encoder,
            V=self.heads,
            c=self.bias,
            idf=self.idf,
            vocab_hash_seed=np.array(self.seed),
            k=np.array(TOP),
            tau=np.array(TAU),
            labels=np.array(POLES),
            groups=np.array(list(self.groups)),
            middles=np.stack(list(self.groups.values())),
        )
        return target.getvalue()

    @classmethod
    def load(cls, data: bytes) -> Router:
        """A router from its file.

        Raises: Invalid for something else, or one of another shape.
        """
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as found:
                groups = {str(group): middle for group, middle in zip(found["groups"], found["middles"], strict=True)}
                parts = (found["E"], found["V"], found["c"], found["idf"], groups, int(found["vocab_hash_seed"]))
                router = cls(*parts)
                labels = tuple(str(label) for label in found["labels"])
        except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
            raise Invalid(f"This is no router file: {error}. Train one from situations.") from error
        if labels != POLES or router.encoder.shape != (EMBEDDING, DIMENSIONS + 3):
            raise Invalid("This router file is for other traits or features. Train a new one from situations.")
        return router


def traced(logits: Sequence[float] | Floats, base: Sequence[float], kappa: float = 0.5) -> Temperament:
    """Shares, the two heaviest poles with their gates, activation and expression, from ten logits. Pure.

    Logits that are not finite count as none. Neutral, and then expressed as the base, when no pole stands out.
    """
    z = np.asarray(logits, dtype=float)
    z = z if bool(np.all(np.isfinite(z))) else np.zeros(len(POLES))
    shares = _softmax(z / TAU)
    order = sorted(range(len(POLES)), key=lambda i: (-shares[i], i))[:TOP]
    neutral = bool(shares.max() < NEUTRAL_BELOW)
    activation = np.clip((z[0::2] - z[1::2]) / 2, -1, 1)
    together = float(sum(shares[i] for i in order))
    return Temperament.model_validate(
        {
            "base": tuple(base),
            "expressed": express(base, (0,) * 5 if neutral else activation.tolist(), kappa),
            "activation": tuple(activation.tolist()),
            "logits": tuple(z.tolist()),
            "shares": tuple(shares.tolist()),
            "top": tuple(POLES[i] for i in order),
            "gates": tuple(float(shares[i]) / together for i in order),
            "neutral": neutral,
        }
    )


def balance(used: Sequence[float], shares: Sequence[float]) -> float:
    """How evenly the poles are used: 10 · Σ fᵢ·Pᵢ, 1 when all are used alike. `used`: share of situations in which a
    pole is the heaviest; `shares`: its mean share."""
    return len(used) * sum(f * p for f, p in zip(used, shares, strict=True))


def info_nce(positive: float, negatives: Iterable[float], temperature: float = CONTRAST_TEMPERATURE) -> float:
    """The contrastive loss of one pair of similarity `positive` against others."""
    pulls = [positive / temperature, *(one / temperature for one in negatives)]
    most = max(pulls)
    return most + math.log(sum(math.exp(one - most) for one in pulls)) - pulls[0]


@cache
def shipped_router() -> Router:
    """The router trained on the situations that come with the studio. Takes a moment the first time."""
    return Router.fit(shipped_situations())


def shipped_situations() -> tuple[Situation, ...]:
    """The situations that come with the studio."""
    text = files("studio.roleplay.temperament").joinpath("situations.jsonl").read_text(encoding="utf-8")
    return tuple(Situation.model_validate(json.loads(line)) for line in text.splitlines() if line.strip())


def _idf(tokens: Sequence[dict[int, int]]) -> Floats:
    seen = np.zeros(DIMENSIONS)
    for found in tokens:
        seen[list(found)] += 1
    idf = np.log((len(tokens) + 1) / (seen + 1)) + 1
    if len(tokens) >= MANY:
        idf[seen < 2] = 0
    return np.asarray(idf)


def _unit(rows: Floats) -> Floats:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-8))


def _vector(tokens: dict[int, int], cues: Cues, idf: Floats) -> Floats:
    """The unit vector of a text with its three cues behind it."""
    vector = np.zeros(DIMENSIONS + 3)
    for position, count in tokens.items():
        vector[position] = (1 + math.log(count)) * idf[position]
    norm = float(np.linalg.norm(vector))
    if norm:
        vector /= norm
    vector[DIMENSIONS:] = (cues.task, cues.social, cues.role)
    return vector


def _softmax(z: Floats) -> Floats:
    raised = np.exp(z - z.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True))


class _Adam(BaseModel):
    """The running means of one parameter."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    mean: Floats
    spread: Floats

    def step(self, parameter: Floats, gradient: Floats, number: int) -> Floats:
        self.mean = 0.9 * self.mean + 0.1 * gradient
        self.spread = 0.999 * self.spread + 0.001 * gradient**2
        mean, spread = self.mean / (1 - 0.9**number), self.spread / (1 - 0.999**number)
        return parameter - RATE * mean / (np.sqrt(spread) + 1e-8)


def _trained(x: Floats, y: Floats, groups: Sequence[str], seed: int, steps: int) -> tuple[Floats, Floats, Floats]:
    """E, V and c by Adam over the whole set. Features that do not occur stay at 0."""
    rng = np.random.default_rng(seed)
    kept = np.flatnonzero(np.abs(x).sum(axis=0))
    x = x[:, kept]
    e = rng.normal(0, SMALL / math.sqrt(EMBEDDING), (EMBEDDING, len(kept)))
    v = np.repeat(rng.normal(0, 1 / math.sqrt(EMBEDDING), (len(POLES) // 2, EMBEDDING)), 2, axis=0)
    v[1::2] *= -1  # the poles of a trait are opposites, so that the largest activation is the heaviest pole
    c = np.zeros(len(POLES))
    same = np.array([[a == b for b in groups] for a in groups])
    np.fill_diagonal(same, val=False)
    moments = [_Adam(mean=np.zeros_like(p), spread=np.zeros_like(p)) for p in (e, v, c)]
    for number in range(1, steps + 1):
        u = x @ e.T
        z = u @ v.T + c
        dz = _error_gradient(z, y) + BALANCE_WEIGHT * _balance_gradient(z)
        dz[:, 0::2], dz[:, 1::2] = (dz[:, 0::2] - dz[:, 1::2]) / 2, (dz[:, 1::2] - dz[:, 0::2]) / 2
        du = dz @ v + CONTRAST_WEIGHT * _contrast_gradient(u, same)
        gradients = (du.T @ x, dz.T @ u, dz.sum(axis=0))
        e, v, c = (m.step(p, g, number) for m, p, g in zip(moments, (e, v, c), gradients, strict=True))
    encoder = np.zeros((EMBEDDING, DIMENSIONS + 3))
    encoder[:, kept] = e
    return encoder, v, c


def _error_gradient(z: Floats, y: Floats) -> Floats:
    """Of the mean squared error of the activation, towards the logits; a clipped one pulls back all the same."""
    difference = (z[:, 0::2] - z[:, 1::2]) / 2 - y
    gradient = np.zeros_like(z)
    gradient[:, 0::2] = difference / y.size
    gradient[:, 1::2] = -difference / y.size
    return gradient


def _balance_gradient(z: Floats) -> Floats:
    """Of `balance`, towards the logits; the share in which a pole is heaviest counts as fixed."""
    shares = _softmax(z / TAU)
    used = np.bincount(shares.argmax(axis=1), minlength=len(POLES)) / len(z)
    pull = len(POLES) * used / len(z)
    return np.asarray(shares * (pull - (shares @ pull)[:, None]) / TAU)


def _contrast_gradient(u: Floats, same: npt.NDArray[np.bool_]) -> Floats:
    """Of the mean contrastive loss, towards the embeddings: every other of the group is a positive."""
    norms = np.maximum(np.linalg.norm(u, axis=1, keepdims=True), 1e-8)
    unit = u / norms
    similar = unit @ unit.T / CONTRAST_TEMPERATURE
    np.fill_diagonal(similar, -np.inf)
    counted = same.sum(axis=1)
    paired = counted > 0
    if not paired.any():
        return np.zeros_like(u)
    wanted = same / np.maximum(counted, 1)[:, None]
    pull = (_softmax(similar) - wanted) * paired[:, None] / (paired.sum() * CONTRAST_TEMPERATURE)
    towards = (pull + pull.T) @ unit
    return np.asarray((towards - unit * (towards * unit).sum(axis=1, keepdims=True)) / norms)
