"""Casting by counting: each number ranks everybody, and the rankings are added up."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from studio.matching.casting.base import Casting, CastingMethod
from studio.matching.casting.counting import counted
from studio.matching.casting.table import CastTable
from studio.registry import Card
from studio.run_context import RunContext


class Borda(CastingMethod):
    """Each named feature is a specialist of its own, and all weigh the same until a slider is moved. No model is asked.

    Source: the deterministic aggregator of PartnerMAS's supervisor, https://arxiv.org/abs/2509.24046.
    Differs: the paper has a model integrate; this is the fallback where there is none.
    Cost: 0 calls.
    """

    card: ClassVar[Card] = Card(
        name="borda",
        title="By counting",
        summary="Ranks everybody by each number known of them and adds the ranks up. No model is asked.",
        source="Li et al., PartnerMAS, 2025",
        url="https://arxiv.org/abs/2509.24046",
    )

    features: str = Field(default="", description="Numbers to rank by, separated by commas; empty: all there are")

    async def pick(self, table: CastTable, k: int, context: RunContext) -> Casting:
        """By weighted Borda count; ties by id.

        Raises: Invalid for a feature nobody has.
        """
        features = tuple(name.strip() for name in self.features.split(",") if name.strip())
        return counted(self.card.name, table, k, features)
