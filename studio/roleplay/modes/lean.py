"""One call a line: the studio's own way to play."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import ClassVar

from studio.domain.event import Event
from studio.domain.transcript import Transcript
from studio.registry import Card
from studio.roleplay.modes.base import Mode
from studio.roleplay.production import Production
from studio.roleplay.steps import Step, Turn
from studio.roleplay.turns import play_turn, retell


class Lean(Mode):
    """One character speaks a turn, chosen by the speaker policy. The narrator is asked only when there is something to
    decide; what a speaker feels, how relations shift and whether an outcome is open come with the line itself.

    Cost: 1 call a turn, and a narrator's for a ruling, a stall, a whisper, or (with the `director` policy) every four
    turns for a plan: 1.25 at most in an undisturbed scene.
    """

    card: ClassVar[Card] = Card(
        name="lean",
        title="Lean",
        summary="One call a line; the narrator steps in only where something is to be decided.",
        cost="1–1.25 a turn",
    )

    def answer(self, production: Production, transcript: Transcript, turn: Turn) -> AsyncGenerator[Step, None]:
        """The narrator where needed, then one line."""
        return play_turn(production, transcript, turn)

    def again(
        self, production: Production, earlier: Transcript, chosen: Event, remarks: tuple[Event, ...]
    ) -> AsyncGenerator[Step, None]:
        """The line told anew by the same speaker."""
        return retell(production, earlier, chosen, remarks)
