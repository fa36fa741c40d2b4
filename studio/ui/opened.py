"""A play as the page reads it."""

from __future__ import annotations

from studio.domain.event import Draft, Event
from studio.domain.trail import Trail
from studio.domain.transcript import Transcript
from studio.domain.value import Value


class Opened(Value):
    """A play as read for one answer to the page: the transcript, and the whole tree it is a path of."""

    transcript: Transcript
    tree: tuple[Event, ...]
    draft: Draft | None = None
    trail: Trail = Trail()

    @property
    def can_redo(self) -> bool:
        """Whether something was undone here, or the play once went on from here."""
        events, session = self.transcript.events, self.transcript.session
        tip = events[-1].id if events else None
        onward = tip if tip is not None else session.follows
        return self.trail.forward_from(tip) is not None or any(event.parent == onward for event in self.tree)
