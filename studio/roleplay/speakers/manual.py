"""A person decides."""

from __future__ import annotations

import random
from typing import ClassVar

from studio.domain.session import Decision
from studio.registry import Card
from studio.roleplay.speakers.base import Situation, SpeakerPolicy


class Manual(SpeakerPolicy):
    """Nobody speaks until a person names them."""

    card: ClassVar[Card] = Card(
        name="manual", title="You choose", summary="Nobody speaks until you name who is next.", cost="0"
    )

    def choose(self, situation: Situation, rng: random.Random) -> Decision | None:
        """Always None."""
        return None
