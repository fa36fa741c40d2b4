"""From what the page sends to the verb it means. Every button of the stage ends here under one short name."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing

from pydantic import ConfigDict, Field

from studio.domain.value import Value
from studio.errors import Invalid
from studio.ui.changes import Changes
from studio.ui.desk import Desk
from studio.ui.frame import Frame
from studio.ui.performance import Performance
from studio.ui.repertory import Repertory
from studio.ui.visit import Visit


class Sent(Value):
    """What a button sends: its act, and of the rest what the act needs."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    act: str = Field(default="", max_length=400)
    id: str = Field(default="", max_length=200)
    text: str = ""
    name: str = Field(default="", max_length=400)
    step: int = 0
    come: bool = False


Answer = Callable[[Visit, Sent], Awaitable[Frame]]
Stream = Callable[[Visit, Sent], AsyncGenerator[Frame, None]]


class Acts:
    """The verbs by name: those that answer at once, and those that play."""

    def __init__(self, desk: Desk, performance: Performance, changes: Changes, repertory: Repertory) -> None:
        self.answers: dict[str, Answer] = {
            "undo": lambda visit, sent: changes.undo(visit),
            "redo": lambda visit, sent: changes.redo(visit),
            "take": lambda visit, sent: changes.take(visit, sent.id, sent.step),
            "branch": lambda visit, sent: changes.branch(visit, sent.id),
            "go": lambda visit, sent: changes.go(visit, sent.id),
            "name": lambda visit, sent: changes.checkpoint(visit, sent.name, sent.id),
            "unname": lambda visit, sent: changes.uncheckpoint(visit, sent.name),
            "edit": lambda visit, sent: changes.edit(visit, sent.id, sent.text),
            "hide": lambda visit, sent: changes.hide(visit, sent.id),
            "cue": lambda visit, sent: changes.cue(visit, sent.id, sent.come),
            "keep": lambda visit, sent: changes.keep(visit),
            "discard": lambda visit, sent: changes.discard(visit),
            "earlier": lambda visit, sent: desk.earlier(visit),
            "restore": lambda visit, sent: repertory.manage(visit, "restore", sent.id),
            "reload": lambda visit, sent: desk.open(visit, visit.session) if visit.session else desk.bill(visit),
        }
        self.streams: dict[str, Stream] = {
            "again": lambda visit, sent: performance.again(visit, sent.id),
            "retry": lambda visit, sent: performance.retry(visit),
        }

    async def stream(self, visit: Visit, sent: Sent) -> AsyncGenerator[Frame, None]:
        """The frames of an act; those with an answer have one.

        Raises: Invalid for an act nobody knows; what the verb raises.
        """
        if sent.act in self.answers:
            yield await self.answers[sent.act](visit, sent)
            return
        if sent.act not in self.streams:
            raise Invalid(f"Nobody here knows how to '{sent.act}'. Reload the page.")
        async with aclosing(self.streams[sent.act](visit, sent)) as frames:
            async for frame in frames:
                yield frame
