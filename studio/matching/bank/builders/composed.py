"""Profiles from the studio's own lexicon, without a model."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ClassVar

from studio.errors import Invalid
from studio.matching.bank.builders.base import BankBuilder
from studio.matching.bank.composing import TYPES, Composer
from studio.matching.profile import Profile
from studio.registry import Card
from studio.run_context import RunContext

MOST_PER_TYPE = 12_500


class Composed(BankBuilder):
    """Draws a life in outline (age, work, love, family, home), then tells it from fragments that fit it and one
    another, each used about as often as the others. The same seed and lexicon give the same bytes.

    Source: the fields are those of MBTI-1024, Tu et al., CharacterChat, 2023, section 3.1,
    https://arxiv.org/abs/2308.10278.
    Differs: the paper has a model write each person; here every sentence was written by hand, and grown people of all
    ages occur, not only young ones.
    Cost: 0 calls.
    """

    card: ClassVar[Card] = Card(
        name="composed",
        title="Composed from the lexicon",
        summary="Draws lives and tells them from the studio's own fragments: the same seed gives the same bank.",
        source="fields after Tu et al., CharacterChat, 2023",
        url="https://arxiv.org/abs/2308.10278",
    )

    async def build(self, per_type: int, seed: int, context: RunContext) -> tuple[Profile, ...]:
        """As the contract says; about six milliseconds a profile."""
        if not 1 <= per_type <= MOST_PER_TYPE:
            raise Invalid(f"{per_type} profiles of each type cannot be built: use 1 to {MOST_PER_TYPE:,}.")
        return await asyncio.to_thread(_composed, per_type, seed, context.progress)


def _composed(per_type: int, seed: int, progress: Callable[[int, int], None]) -> tuple[Profile, ...]:
    composer = Composer(seed)
    profiles = []
    for mbti in TYPES:
        profiles += [composer.profile(mbti, number) for number in range(per_type)]
        progress(len(profiles), per_type * len(TYPES))
    return tuple(profiles)
