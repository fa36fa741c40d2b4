"""Everybody once before anybody twice."""

from __future__ import annotations

import random
from typing import ClassVar

from studio.domain.event import TURNS
from studio.domain.session import Decision
from studio.registry import Card
from studio.roleplay.speakers.base import Situation, SpeakerPolicy


class Pooled(SpeakerPolicy):
    """A seeded draw among those who have had the fewest turns."""

    card: ClassVar[Card] = Card(
        name="pooled", title="Pooled", summary="A seeded draw among those who have spoken least.", cost="0"
    )

    def choose(self, situation: Situation, rng: random.Random) -> Decision | None:
        """One of the least heard. Never None."""
        turns = [event.actor for event in situation.transcript.told if event.kind in TURNS]
        fewest = min(turns.count(member.id) for member in situation.others)
        drawn = rng.choice([member for member in situation.others if turns.count(member.id) == fewest])
        return Decision(speaker=drawn.id, reason=f"{drawn.first_name} was drawn from those heard least.", by="rule")
