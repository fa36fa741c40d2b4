"""Who is the same kind of person: near in the space of tropes."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from studio.errors import Invalid
from studio.matching.base import Matcher, RatedPair, Scored, Seeker
from studio.matching.pool import Mask, Pool
from studio.matching.tropes.naming import representative
from studio.matching.tropes.space import solve
from studio.registry import Card
from studio.run_context import RunContext


class TropeSpace(Matcher):
    """The cosine between the seeker's place in the pool's space of tropes and everybody else's.

    Source: Li et al., ALOHA, AAAI 2020, section 3.2, https://arxiv.org/abs/1910.08293.
    Differs: the seeker is placed by one step of the factorisation, so that nothing is fitted anew.
    Cost: 0 calls.
    """

    card: ClassVar[Card] = Card(
        name="trope_space",
        title="Kindred by tropes",
        summary="Whoever is the same kind of person, by the tropes of both.",
        source="Li et al., ALOHA, AAAI 2020",
        url="https://arxiv.org/abs/1910.08293",
        needs=("tropes of the seeker",),
    )

    async def score(
        self, seeker: Seeker, pool: Pool, evidence: tuple[RatedPair, ...], eligible: Mask, context: RunContext
    ) -> Scored:
        """Cosines, −1 to 1; whoever has no trope has no score.

        Raises: Invalid when the seeker has no trope that anybody in the pool has.
        """
        if not seeker.tropes:
            raise Invalid("The seeker has no tropes to go by. Choose a character that has some, or another scorer.")
        space = pool.space
        named = {representative(name) for name in space.tropes}
        wanted = {representative(name) for name in seeker.tropes}
        columns = [at for at, name in enumerate(space.tropes) if representative(name) in wanted]
        if not columns:
            raise Invalid(
                f"Nobody here is {', '.join(sorted(wanted))}. Known tropes are, for instance: "
                f"{', '.join(sorted(named)[:6])}."
            )
        observed = np.zeros((1, len(space.tropes)))
        observed[0, columns] = 1.0
        if space.factors is None:
            weights = np.log((1 + len(space.ids)) / (1 + (space.counts > 0).sum(axis=0))) + 1
            place = (observed * weights)[0]
        else:
            place = solve(observed, space.factors.tropes, 20.0, 1.0)[0]
        lengths = np.linalg.norm(space.places, axis=1) * max(float(np.linalg.norm(place)), 1e-12)
        cosines = (space.places @ place) / np.maximum(lengths, 1e-12)
        values, scored = np.zeros(len(pool)), np.zeros(len(pool), dtype=np.bool_)
        for id_, value in zip(space.ids, cosines, strict=True):
            at = pool.position[id_]
            values[at], scored[at] = value, True
        return Scored(
            values=values,
            scored=scored & eligible,
            low=-1.0,
            high=1.0,
            measured="Likeness of kind; whether it makes better talks has not been measured.",
            parts={"tropes": values},
        )
