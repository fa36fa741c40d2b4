"""Whose story is nearest to what somebody feels."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from studio.matching.base import Matcher, RatedPair, Scored, Seeker
from studio.matching.pool import Mask, Pool, TextKind
from studio.matching.similarity import Means, similarities
from studio.registry import Card
from studio.run_context import RunContext


class Cosine(Matcher):
    """The cosine between what the seeker says and each supporter's text.

    Source: Tu et al., CharacterChat, 2023, section 3.4, https://arxiv.org/abs/2308.10278.
    Differs: the paper fine-tunes two encoders, which ends in a line over their cosine and so in the ranking of the
    cosine itself; here the studio's embedder is used as it is, and the story (what somebody went through) is compared
    unless the paper's statement is asked for.
    Cost: 0 calls, one embedding.
    """

    card: ClassVar[Card] = Card(
        name="cosine",
        title="Nearest story",
        summary="Whoever has been through something near to what you say, by the cosine of the two texts.",
        source="Tu et al., CharacterChat, 2023",
        url="https://arxiv.org/abs/2308.10278",
    )

    text: TextKind = Field(default="story", description="Compare with the story, or with the paper's statement")
    by: Means = Field(default="embedding", description="By meaning (an embedding) or by shared words (TF-IDF)")

    async def score(
        self, seeker: Seeker, pool: Pool, evidence: tuple[RatedPair, ...], eligible: Mask, context: RunContext
    ) -> Scored:
        """Cosines, −1 to 1."""
        values = await similarities(seeker.text, pool, context, self.by, self.text)
        return Scored(
            values=values,
            scored=eligible & np.isfinite(values),
            low=-1.0,
            high=1.0,
            measured="No gain over shared words has been measured for this scorer on rated talks.",
            parts={"similarity": values},
        )
