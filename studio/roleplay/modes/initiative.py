"""Whoever sees a need speaks up; else time goes on."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import ClassVar

from pydantic import Field

from studio.domain.event import Event
from studio.domain.transcript import Transcript
from studio.registry import Card
from studio.roleplay.modes.base import Mode
from studio.roleplay.proactivity.moments import initiative_in, thresholds
from studio.roleplay.proactivity.speaking_up import Rules, SpeakingUp, manner_of_decision
from studio.roleplay.production import Production
from studio.roleplay.steps import Step, Turn
from studio.roleplay.turns import Manner, in_manner, retell


class SpeakUp(Mode):
    """After each thing that happens everybody who perceived it decides how needed a word of theirs is, from 1 to 5, and
    the highest that reaches its threshold speaks; of equals, whoever has been silent longest. Where nobody does, the
    narrator lets time go on by a moment. Whoever is spoken to by name answers without deciding. Reasons stay with their
    owners. A line rated down raises its speaker's threshold by a half, one rated up lowers it by a quarter.

    Source: ContextAgent: Context-Aware Proactive LLM Agents (NeurIPS 2025), sections 3–4;
    https://arxiv.org/abs/2505.14668

    Differs: moments are told by the narrator, a person or what others do, not by cameras; the tools run in a sandbox
    (three of them look into what the character itself remembers and sees); the reply is the character's own line, not
    a summary; the decisions of one moment are asked for at once.

    Cost: N − 1 calls for a moment that N perceive, 1 more for a line, 1 more for a moment the narrator tells.
    """

    card: ClassVar[Card] = Card(
        name="initiative",
        title="Speak when needed",
        summary="Everybody weighs whether a word of theirs is needed; the keenest speaks, else time goes on.",
        source="ContextAgent (NeurIPS 2025)",
        url="https://arxiv.org/abs/2505.14668",
        needs=("a model that keeps to a form",),
        cost="N − 1 a moment, +1 for a line, +1 for a moment told by the narrator",
    )

    threshold: float = Field(
        default=3, ge=1, le=6, description="How needed a word must be, 1–5; 6: nobody speaks unasked"
    )
    thresholds: str = Field(default="", max_length=2000, description="Others than that by character, as ada=4, bo=2")
    budget: int = Field(default=0, ge=0, le=1000, description="How often anybody may speak up unasked; 0: no limit")
    tools: bool = Field(default=True, description="Whether tools may be used before a line, in a sandbox")
    persona: bool = Field(default=True, description="Whether persona facts stand beside what is perceived")
    thought: bool = Field(default=True, description="Whether a thought is asked for before the score")

    def answer(self, production: Production, transcript: Transcript, turn: Turn) -> AsyncGenerator[Step, None]:
        """A line of whoever was asked or sees a need, or a moment that passes in silence."""
        return SpeakingUp(production, transcript, turn, self._rules(transcript)).steps()

    def again(
        self, production: Production, earlier: Transcript, chosen: Event, remarks: tuple[Event, ...]
    ) -> AsyncGenerator[Step, None]:
        """The line told anew, for the same reason and with the same findings."""

        async def manner_of(_: Transcript, speaker: str) -> Manner:
            told = initiative_in(chosen).get(speaker)
            part = chosen.parts.get("initiative")
            return manner_of_decision(told, speaker, str(part["moment"])) if told and part else Manner()

        return retell(production, earlier, chosen, remarks, in_manner(production, manner_of))

    def _rules(self, transcript: Transcript) -> Rules:
        return Rules(
            threshold=self.threshold,
            thresholds=thresholds(self.thresholds, [member.id for member in transcript.session.cast]),
            budget=self.budget,
            tools=self.tools,
            persona=self.persona,
            thought=self.thought,
        )
