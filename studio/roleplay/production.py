"""What a mode plays with: the engine, as far as a mode needs it."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AbstractContextManager
from typing import Protocol

from studio.domain.character import Character
from studio.domain.event import Event
from studio.domain.session import Decision
from studio.domain.transcript import Transcript
from studio.llm.client import Model
from studio.roleplay.actor import Prompted
from studio.roleplay.happenings import Direction
from studio.roleplay.lore import Lore
from studio.roleplay.scribe import Scribe
from studio.roleplay.steps import Recollected, Step, Turn
from studio.roleplay.views import View
from studio.run_context import RunContext


class Production(Protocol):
    """The models, the hand that writes, and the steps of a turn that modes share."""

    @property
    def context(self) -> RunContext:
        """The actors' model, chance and time."""
        ...

    @property
    def scribe(self) -> Scribe:
        """The one hand that writes events."""
        ...

    @property
    def narrator_model(self) -> Model:
        """The narrator's model."""
        ...

    def stage(self, transcript: Transcript) -> tuple[Character, ...]:
        """Those on stage, in cast order."""
        ...

    def seed(self, transcript: Transcript, *, again: bool = False) -> int:
        """A seed for this state of the log; with `again` another one at every try."""
        ...

    def thinking(self) -> AbstractContextManager[None]:
        """Open while a model is at work: background work may go on meanwhile."""
        ...

    async def directed(self, transcript: Transcript, turn: Turn) -> Direction:
        """The narrator's call, if anything calls for it; else the plan as the log has it."""
        ...

    def decided(self, transcript: Transcript, turn: Turn, direction: Direction) -> Decision | None:
        """Who speaks, by a person's word or the session's speaker policy."""
        ...

    async def recollected(
        self, transcript: Transcript, character: Character, view: View, cue: str, lore: Lore
    ) -> tuple[Recollected, Prompted]:
        """What comes to somebody's mind, without any model: to show, and for a prompt."""
        ...

    def acted(
        self,
        transcript: Transcript,
        decision: Decision,
        direction: Direction,
        remarks: tuple[Event, ...] = (),
        manner: tuple[str, ...] = (),
    ) -> AsyncGenerator[Step, None]:
        """One character recalls, speaks, and what it said is stored. `manner`: how it is to speak this time."""
        ...
