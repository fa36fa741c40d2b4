"""Everybody in turn."""

from __future__ import annotations

import random
from typing import ClassVar

from studio.domain.session import Decision
from studio.registry import Card
from studio.roleplay.speakers.base import Situation, SpeakerPolicy


class RoundRobin(SpeakerPolicy):
    """In cast order, starting after the last speaker; those off stage are passed over."""

    card: ClassVar[Card] = Card(
        name="round_robin", title="Round robin", summary="Everybody on stage in cast order, over and over.", cost="0"
    )

    def choose(self, situation: Situation, rng: random.Random) -> Decision | None:
        """The next in cast order. Never None."""
        order = [member.id for member in situation.transcript.session.cast]
        last = situation.last_turn
        start = order.index(last.actor) + 1 if last and last.actor in order else 0
        on_stage = {member.id: member for member in situation.stage}
        turn = next(id_ for id_ in (*order[start:], *order[:start], *on_stage) if id_ in on_stage)
        return Decision(speaker=turn, reason=f"{on_stage[turn].first_name} is next in the round.", by="rule")
