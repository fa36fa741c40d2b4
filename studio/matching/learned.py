"""A rating foreseen from everything known of a pair, learned from the ratings so far."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from pydantic import Field

from studio.matching.base import Matcher, RatedPair, Scored, Seeker
from studio.matching.features import NAMES, table
from studio.matching.pool import Mask, Numbers, Pool, TextKind
from studio.matching.regression import HIGHEST, LOWEST, cross_validated, fit_ridge
from studio.matching.similarity import similarities
from studio.registry import Card
from studio.run_context import RunContext


class Learned(Matcher):
    """Ridge regression over the cosine, the four letters, the country and the age gap, fitted anew at each ranking.
    Below `least` ratings, and where held-out ratings show no gain over a constant, the order is that of the cosine, and
    the notes say so.

    Source: the matching model of CharacterChat, https://arxiv.org/abs/2308.10278, of which this keeps the aim.
    Differs: the published labels show hardly any relation with the texts, so what is learned is measured first.
    Cost: 0 calls, one embedding.
    """

    card: ClassVar[Card] = Card(
        name="learned",
        title="Learned from your ratings",
        summary="Learns from your ratings which letters, ages and stories suit you, and only claims what it measured.",
        source="after Tu et al., CharacterChat, 2023",
        url="https://arxiv.org/abs/2308.10278",
    )

    penalty: float = Field(default=5.0, gt=0, description="How hard weights are held down; more ratings need less")
    least: int = Field(default=20, ge=5, description="Ratings needed before anything is learned")
    text: TextKind = Field(default="story", description="Compare with the story, or with the paper's statement")

    async def score(
        self, seeker: Seeker, pool: Pool, evidence: tuple[RatedPair, ...], eligible: Mask, context: RunContext
    ) -> Scored:
        """Expected ratings, 1–5, with what each feature adds; cosines where nothing could be learned."""
        near = await similarities(seeker.text, pool, context, kind=self.text)
        pairs = [one for one in evidence if one.embedder in ("", context.embedder.name) and one.features]
        if len(pairs) < self.least:
            note = f"{len(pairs)} of {self.least} ratings: too few to learn from, so the order is that of the cosine."
            return Scored(near, eligible, -1.0, 1.0, note, {"similarity": near}, notes=(note,))
        features, ratings = matrix(pairs)
        found = cross_validated(features, ratings, self.penalty)
        if not found.gains:
            note = f"{found.sentence} The order is that of the cosine."
            return Scored(near, eligible, -1.0, 1.0, found.sentence, {"similarity": near}, notes=(note,))
        line = fit_ridge(features, ratings, self.penalty)
        known = table(seeker, pool, near)
        mean = features.mean(axis=0)
        parts = {name: (known[:, at] - mean[at]) * line.weights[at] for at, name in enumerate(NAMES)}
        return Scored(line.predict(known), eligible, LOWEST, HIGHEST, found.sentence, parts)


def matrix(pairs: Sequence[RatedPair]) -> tuple[Numbers, Numbers]:
    """Features (n, f) and ratings (n,) of rated pairs, as they are learned from."""
    features = np.array([[one.features.get(name, 0.0) for name in NAMES] for one in pairs])
    return features, np.array([one.rating for one in pairs])


def told(pairs: Sequence[RatedPair], embedder: str, method: Learned) -> str:
    """What these ratings teach, in a sentence: how many are still needed, else the gain measured on held-out ones."""
    usable = [one for one in pairs if one.embedder in ("", embedder) and one.features]
    if len(usable) < method.least:
        count = "1 rating" if len(usable) == 1 else f"{len(usable)} ratings"
        return f"{count} so far. From {method.least} on, the learned scorer tries to learn from them."
    return cross_validated(*matrix(usable), method.penalty).sentence
