"""People talking: whoever is spoken to answers, whoever is given the word takes it, else the keenest speaks."""

from __future__ import annotations

import random
import re
from typing import ClassVar

from pydantic import Field

from studio.domain.character import Character
from studio.domain.event import TURNS
from studio.domain.session import Decision
from studio.registry import Card
from studio.roleplay.speakers.base import Situation, SpeakerPolicy, claimed


class Natural(SpeakerPolicy):
    """Direct address → explicit yield → seeded bid = silence × talkativeness × relevance × chance.

    Differs: no model call. Silence counts the turns since somebody last spoke (one more than the cast for those who
    have not), relevance is 1 plus the share of their own words (career, skills, traits, goals) in the last line.
    """

    card: ClassVar[Card] = Card(
        name="natural",
        title="Natural talk",
        summary="Whoever is spoken to answers; otherwise silence, temperament and topic decide, with a little chance.",
        cost="0",
    )
    chance: float = Field(default=0.3, ge=0, le=1, description="How much luck moves a bid, 0–1")

    def choose(self, situation: Situation, rng: random.Random) -> Decision | None:
        """The claimed turn, else the highest bid. Never None."""
        handed = claimed(situation)
        if handed:
            return handed
        bids = {member.id: self._bid(member, situation, rng) for member in situation.others}
        best = max(situation.others, key=lambda member: bids[member.id])
        return Decision(speaker=best.id, reason=self._why(best, situation), by="rule")

    def _bid(self, member: Character, situation: Situation, rng: random.Random) -> float:
        return (
            silence(member, situation)
            * (0.2 + member.talkativeness)
            * relevance(member, situation)
            * (1 + self.chance * rng.random())
        )

    def _why(self, member: Character, situation: Situation) -> str:
        if len(situation.stage) == 1:
            return f"{member.first_name} is alone on stage."
        if relevance(member, situation) > 1.2:
            return f"This is {member.first_name}'s subject."
        quiet = silence(member, situation)
        if quiet > len(situation.stage):
            return f"{member.first_name} has not spoken yet."
        return f"{member.first_name} has been quiet for {quiet} turn{'s' if quiet > 1 else ''}."


def silence(member: Character, situation: Situation) -> int:
    """Turns since this member last had one; one more than the cast when there was none."""
    turns = [event for event in situation.transcript.told if event.kind in TURNS]
    for ago, event in enumerate(reversed(turns), start=1):
        if event.actor == member.id:
            return ago
        if ago > len(situation.stage):
            break
    return len(situation.stage) + 1


def relevance(member: Character, situation: Situation) -> float:
    """1 to 2: one plus the share of the last line's longer words that belong to this member."""
    last = situation.last_turn
    words = set(re.findall(r"\w{4,}", last.text.lower())) if last else set()
    if not words:
        return 1.0
    own = " ".join((member.career, *member.skills, *member.traits, *member.goals)).lower()
    return 1 + len(words & set(re.findall(r"\w{4,}", own))) / len(words)
