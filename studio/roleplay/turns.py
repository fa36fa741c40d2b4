"""A turn as most modes play it: the narrator where needed, then the choice of a speaker, then one line."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import Any

from studio.domain.event import Event
from studio.domain.provenance import Usage
from studio.domain.session import Decision
from studio.domain.transcript import Transcript
from studio.domain.value import Value
from studio.roleplay import happenings
from studio.roleplay.happenings import Direction
from studio.roleplay.meters import AGAIN_FOR
from studio.roleplay.production import Production
from studio.roleplay.steps import Committed, Decided, Ended, Step, Turn, newest

CARRIED = ("plan", "direction", AGAIN_FOR)
"""What another take of a line keeps of the narrator's call that led to it."""

Act = Callable[[Transcript, Decision, Direction, tuple[Event, ...]], AsyncGenerator[Step, None]]
"""How the one decided on comes to a line: `Production.acted`, or something like it."""


class Manner(Value):
    """How somebody is to speak this once: lines for the end of their prompt, what the log keeps of it, what it took."""

    lines: tuple[str, ...] = ()
    parts: dict[str, Any] = {}
    usage: Usage = Usage()


MannerOf = Callable[[Transcript, str], Awaitable[Manner]]
"""From the play and a speaker's id to their manner."""


async def play_turn(
    production: Production, transcript: Transcript, turn: Turn, act: Act | None = None
) -> AsyncGenerator[Step, None]:
    """The narrator's call if anything calls for it, then one character's line.

    Raises: as `Engine.advance`.
    """
    direction = await production.directed(transcript, turn)
    transcript = await production.scribe.store(transcript, *direction.events)
    for committed in newest(transcript, len(direction.events)):
        yield committed
    if direction.ended:
        yield Ended(reason=happenings.NARRATOR_ENDS, transcript=transcript)
        return
    decision = production.decided(transcript, turn, direction)
    if decision:
        yield Decided(decision=decision)
    if decision is None or decision.speaker in turn.played:
        if direction.parts:
            noted = production.scribe.noted(transcript, "The narrator had nothing to add.", direction)
            transcript = await production.scribe.store(transcript, noted)
            yield Committed(event=transcript.events[-1], transcript=transcript)
        return
    async with aclosing((act or production.acted)(transcript, decision, direction, ())) as steps:
        async for step in steps:
            if isinstance(step, Committed):
                transcript = step.transcript
            yield step
    over = happenings.over(transcript)
    if over:
        yield Ended(reason=over, transcript=transcript)


def retell(
    production: Production, earlier: Transcript, chosen: Event, remarks: tuple[Event, ...], act: Act | None = None
) -> AsyncGenerator[Step, None]:
    """Another version of a character's line, by the same speaker for the same reason."""
    decision = Decision(**chosen.parts.get("decision", {"speaker": chosen.actor}))
    carried = {key: chosen.parts[key] for key in CARRIED if key in chosen.parts}
    return (act or production.acted)(earlier, decision, Direction(parts=carried), remarks)


def in_manner(production: Production, manner_of: MannerOf) -> Act:
    """An act in the manner of the moment."""

    async def act(
        transcript: Transcript, decision: Decision, direction: Direction, remarks: tuple[Event, ...]
    ) -> AsyncGenerator[Step, None]:
        told = transcript.extended(remarks, transcript.session) if remarks else transcript
        manner = await manner_of(told, decision.speaker)
        parts, usage = {**direction.parts, **manner.parts}, direction.usage + manner.usage
        direction = direction.model_copy(update={"parts": parts, "usage": usage})
        async with aclosing(production.acted(transcript, decision, direction, remarks, manner.lines)) as steps:
            async for step in steps:
                yield step

    return act
