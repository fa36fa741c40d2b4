"""The next prompt of a play before it is sent: the engine itself plays the turn, on paper, until it would ask a model.

There is no second way to make a prompt here. What a mode would ask after the first answer depends on that answer; only
the narrator's is taken to be that it has nothing to add.
"""

from __future__ import annotations

import random
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, suppress
from dataclasses import replace

from studio.archive import Archive
from studio.archive.sessions import SessionStore
from studio.domain.event import NARRATOR, Draft, Event
from studio.domain.memory import Recalled
from studio.domain.message import Chunk, Request
from studio.domain.session import Decision, Session
from studio.domain.transcript import Transcript
from studio.domain.value import Value
from studio.errors import Conflict, ModelUnavailable
from studio.llm.client import Capabilities, Model
from studio.memory.base import Ask, MemoryPolicy
from studio.memory.keeper import MemoryKeeper
from studio.roleplay.engine import Engine
from studio.roleplay.steps import Decided, Ended, Recollected, Turn

NOTHING_TO_ADD = "{}"


class Preview(Value):
    """What would be asked: the narrator's call, if it is due, and that of the speaker, who is the last. `decision`: who
    would speak, and why; `recollected`: what would come to their mind; `told`: the play at that moment. `ended`: why
    nothing would be asked."""

    requests: tuple[Request, ...] = ()
    decision: Decision | None = None
    recollected: Recollected | None = None
    told: Transcript
    ended: str = ""


class _Overheard(ModelUnavailable):
    """The model is not to be asked."""


class _Listener:
    """A model in whose place it is noted what would be asked."""

    def __init__(self, model: Model, heard: list[Request]) -> None:
        self.name = model.name
        self.capabilities: Capabilities = model.capabilities
        self._heard = heard

    async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        """Nothing from the narrator; nobody else is asked."""
        self._heard.append(request)
        if request.purpose != NARRATOR:
            raise _Overheard("This is a preview.")
        yield Chunk(text=NOTHING_TO_ADD, finish="stop")


class _Paper(SessionStore):
    """Sessions that take everything and store nothing."""

    async def append(self, at: Session, events: Sequence[Event]) -> Session:
        """As the store's own, on paper."""
        if not events:
            return at
        return at.model_copy(update={"heads": {**at.heads, at.head: events[-1].id}, "version": at.version + 1})

    async def write_draft(self, owner: str, new: Draft) -> None:
        """No draft."""

    async def drop_draft(self, owner: str, session_id: str) -> None:
        """No draft."""


class _Unnoted(MemoryKeeper):
    """The keeper itself, of whose memories none counts as called to mind."""

    def __init__(self, keeper: MemoryKeeper) -> None:
        self.__dict__ = keeper.__dict__

    async def recall(self, policy: MemoryPolicy, ask: Ask, *, noted: bool = False) -> tuple[Recalled, ...]:
        """As the keeper's own."""
        return await super().recall(policy, ask, noted=False)


async def preview(engine: Engine, transcript: Transcript, turn: Turn | None = None) -> Preview:
    """What the next turn would ask of the models. Nothing is stored, sent or counted.

    Raises: Invalid as `Engine.advance`; StorageError.
    """
    heard: list[Request] = []
    archive = Archive(engine.archive.database, engine.archive.clock)
    archive.sessions = _Paper(archive.database, archive.clock)
    rng = random.Random()
    rng.setstate(engine.context.rng.getstate())
    context = replace(engine.context, model=_Listener(engine.context.model, heard), rng=rng)
    paper = Engine(archive, _Unnoted(engine.keeper), context, _Listener(engine.narrator_model, heard))
    paper.stand_where(engine)
    found = Preview(told=transcript)
    with suppress(_Overheard, Conflict):
        async with aclosing(paper.advance(transcript, turn)) as steps:
            async for step in steps:
                if isinstance(step, Decided):
                    found = found.model_copy(update={"decision": step.decision})
                elif isinstance(step, Recollected):
                    found = found.model_copy(update={"recollected": step})
                elif isinstance(step, Ended):
                    found = found.model_copy(update={"ended": step.reason, "told": step.transcript})
                elif hasattr(step, "transcript"):
                    found = found.model_copy(update={"told": step.transcript})
    return found.model_copy(update={"requests": tuple(heard)})
