"""The same person, shown differently by the situation."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import ClassVar

from pydantic import Field

from studio.domain.event import Event
from studio.domain.state import STATE, CharacterState, PlayState, Temperament
from studio.domain.transcript import Transcript
from studio.registry import Card
from studio.roleplay.modes.base import Mode
from studio.roleplay.production import Production
from studio.roleplay.state import state_after
from studio.roleplay.steps import Step, Turn
from studio.roleplay.temperament.expression import adapter, base_of, express, reason, settled
from studio.roleplay.temperament.router import Router, shipped_router
from studio.roleplay.temperament.situations import cues_of, situation_of
from studio.roleplay.turns import Manner, in_manner, play_turn, retell

ENGLISH = ("", "english", "en")


class TraitActivation(Mode):
    """As the lean mode, and before each line a router reads the situation as the speaker perceives it: which of the
    Big Five it calls up and which it holds down. Middling traits bend with the moment, extreme ones hold. Up to two
    lines at the end of the prompt say how that shows; the trace of it is in the state, for a live pentagon.

    Source: PersonaFuse: A Personality Activation-Driven Framework for Enhancing Human-LLM Interactions (2025);
    https://arxiv.org/abs/2509.07370

    Differs: only the abstract could be read; router and expression are the studio's own, and the experts are lines of a
    prompt, which work with any model, in place of adapters in one. The lines stand at the end and not behind the
    persona, so that the prompt's beginning stays the same from turn to turn. The router reads English; in a play in
    another language nothing is moved.

    Cost: as the lean mode, 0 calls more.
    """

    card: ClassVar[Card] = Card(
        name="trait_activation",
        title="Moved by the moment",
        summary="The situation brings out or holds down each speaker's traits, and the line shows it.",
        source="PersonaFuse (2025)",
        url="https://arxiv.org/abs/2509.07370",
        cost="as lean, 1–1.25 a turn",
    )

    kappa: float = Field(default=0.5, ge=0, le=1, description="How far the moment moves a trait; 0: not at all")
    inertia: float = Field(default=0.4, ge=0, le=1, description="How much of the turn before lingers")

    def answer(self, production: Production, transcript: Transcript, turn: Turn) -> AsyncGenerator[Step, None]:
        """The narrator where needed, then one line in the manner of the moment."""
        return play_turn(production, transcript, turn, in_manner(production, self._manner))

    def again(
        self, production: Production, earlier: Transcript, chosen: Event, remarks: tuple[Event, ...]
    ) -> AsyncGenerator[Step, None]:
        """The line told anew by the same speaker, in the same manner."""
        return retell(production, earlier, chosen, remarks, in_manner(production, self._manner))

    async def _manner(self, transcript: Transcript, speaker: str) -> Manner:
        if self.kappa == 0:
            return Manner()
        router = await asyncio.to_thread(shipped_router)
        trace = self.trace(router, transcript, speaker)
        change = PlayState(characters={speaker: CharacterState(temperament=trace)})
        return Manner(lines=adapter(trace), parts={STATE: change.model_dump(mode="json", exclude_unset=True)})

    def trace(self, router: Router, transcript: Transcript, speaker: str) -> Temperament:
        """How the moment moves a character, after what still lingers from the turn before. Pure."""
        session = transcript.session
        base = base_of(session.character(speaker))
        if session.scene.language.strip().casefold() not in ENGLISH:
            why = f"The router reads English; in {session.scene.language} nothing is moved."
            return Temperament(base=base, expressed=base, neutral=True, why=why)
        text = situation_of(transcript, speaker)
        trace = router.route(text, base, self.kappa)
        before = state_after(transcript, speaker).characters[speaker].temperament
        new = express(base, (0,) * 5 if trace.neutral else trace.activation, self.kappa)
        shown = settled(new, before.expressed if before else None, self.inertia)
        return trace.model_copy(update={"expressed": shown, "why": reason(trace, cues_of(text).named())})
