"""A rating foreseen from the cosine alone, by a line fitted to the ratings so far."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from studio.matching.base import Matcher, RatedPair, Scored, Seeker
from studio.matching.pool import Mask, Pool, TextKind
from studio.matching.regression import HIGHEST, LOWEST, correlation, cross_validated, fit_affine
from studio.matching.similarity import similarities
from studio.registry import Card
from studio.run_context import RunContext


class Affine(Matcher):
    """rating = a · cosine + b, clipped to 1–5. Without `a` and `b` they are fitted to the ratings so far; fewer than
    `least` of those are too few, and the scores are the cosines.

    Source: Tu et al., CharacterChat, 2023, section 3.4, https://arxiv.org/abs/2308.10278.
    Differs: the paper's two linear layers without anything between them are one line, which least squares finds at
    once.
    Cost: 0 calls, one embedding.
    """

    card: ClassVar[Card] = Card(
        name="affine",
        title="Foreseen rating, one line",
        summary="Turns the cosine into an expected rating of 1–5 by a line fitted to your own ratings.",
        source="Tu et al., CharacterChat, 2023",
        url="https://arxiv.org/abs/2308.10278",
    )

    a: float | None = Field(default=None, description="Slope; empty: fitted to your ratings")
    b: float | None = Field(default=None, description="Rating at cosine 0; empty: fitted to your ratings")
    least: int = Field(default=20, ge=2, description="Ratings needed before a fitted line is used")
    text: TextKind = Field(default="story", description="Compare with the story, or with the paper's statement")

    def predict(self, similarity: float) -> float:
        """The rating at a cosine, for given `a` and `b`.

        Raises: TypeError where they are not given.
        """
        assert self.a is not None and self.b is not None
        return float(np.clip(self.a * similarity + self.b, LOWEST, HIGHEST))

    async def score(
        self, seeker: Seeker, pool: Pool, evidence: tuple[RatedPair, ...], eligible: Mask, context: RunContext
    ) -> Scored:
        """Expected ratings, 1–5; cosines where there are too few ratings."""
        values = await similarities(seeker.text, pool, context, kind=self.text)
        if self.a is not None and self.b is not None:
            slope, base, measured = self.a, self.b, "The line was given, so nothing was measured."
        else:
            pairs = [one for one in evidence if one.embedder in ("", context.embedder.name)]
            if len(pairs) < self.least:
                note = f"{len(pairs)} of {self.least} ratings: too few for a line, so the scores are plain cosines."
                return Scored(values, eligible, -1.0, 1.0, note, {"similarity": values}, notes=(note,))
            near = np.array([one.similarity for one in pairs])
            ratings = np.array([one.rating for one in pairs])
            slope, base = fit_affine(near, ratings)
            found = cross_validated(near[:, None], ratings, 0.0)
            measured = f"{found.sentence} r = {correlation(near, ratings):.3f}."
            if not found.gains:
                parts = {"similarity": values}
                return Scored(values, eligible, -1.0, 1.0, measured, parts, notes=(f"{measured} Plain cosines.",))
        expected = np.clip(slope * values + base, LOWEST, HIGHEST)
        notes = ("The line falls: in your ratings, nearer stories made worse talks.",) if slope < 0 else ()
        return Scored(expected, eligible, LOWEST, HIGHEST, measured, {"similarity": values}, notes=notes)
