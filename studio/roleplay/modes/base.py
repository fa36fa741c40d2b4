"""What a mode must do: say how a play goes on from where the log stands."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import AsyncGenerator

from studio.domain.event import Event
from studio.domain.transcript import Transcript
from studio.registry import CardedMethod, Registry
from studio.roleplay.production import Production
from studio.roleplay.steps import Step, Turn


class Mode(CardedMethod):
    """Two verbs. A mode keeps nothing between calls: where it stands it reads from the log, so that a branch, an undo,
    a stop or a restart finds it there. What it makes beside speech goes into the `state` of an event's parts.

    Every event it stores has its audience, a thought its owner's alone, and no prompt holds what its reader (for a
    narrator: everybody it writes for) did not perceive. Closed at any await, it leaves the last whole event standing.
    """

    @abstractmethod
    def answer(self, production: Production, transcript: Transcript, turn: Turn) -> AsyncGenerator[Step, None]:
        """One turn, after a person's line and what was due are stored and while the scene is not over.

        Raises: as `Engine.advance`.
        """

    @abstractmethod
    def again(
        self, production: Production, earlier: Transcript, chosen: Event, remarks: tuple[Event, ...]
    ) -> AsyncGenerator[Step, None]:
        """Another version of the turn `chosen`, told at the end of `earlier`, which is all that came before it.
        `remarks` are to be stored with the first event of it, so that edits made since are not lost."""


MODES: Registry[Mode] = Registry("studio.roleplay.modes", Mode)  # type: ignore[type-abstract]
