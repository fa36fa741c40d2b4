"""A play in a terminal: as a script that appears while it is spoken, or as one JSON object a line."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import aclosing
from typing import TYPE_CHECKING, Protocol

from studio.domain.event import BOOKKEEPING, DIRECTOR, TURNS, Event, Kind
from studio.domain.provenance import Usage
from studio.domain.session import Session
from studio.domain.transcript import Transcript
from studio.domain.value import Value
from studio.errors import StudioError
from studio.roleplay.steps import Committed, Ended, Step, Streaming

if TYPE_CHECKING:
    from studio.roleplay.engine import Engine

SILENT_TURNS = 5
Write = Callable[[str], None]
"""Puts a text on the terminal as it is, at once."""


class Summary(Value):
    """What a performance took. `ended` says why it stopped where it was not asked to; `error` what broke it off."""

    session: str
    turns: int
    calls: int
    prompt_tokens: int
    evaluated_tokens: int
    completion_tokens: int
    cost: float | None
    seconds: float
    ended: str = ""
    error: str = ""


class Printer(Protocol):
    """Shows a performance to somebody."""

    def step(self, step: Step, session: Session) -> None:
        """Something happened."""
        ...

    def summary(self, summary: Summary) -> None:
        """It is over."""
        ...


async def perform(engine: Engine, transcript: Transcript, turns: int, printer: Printer) -> StudioError | None:
    """Play `turns` turns or to the scene's end (0), what was stored before first. Returns what broke it off, if
    anything did: the play is whole up to there."""
    started, ended, spoken, silent = time.monotonic(), "", 0, 0
    usage, error = Usage(), None
    for position, event in enumerate(transcript.events):
        so_far = Transcript(session=transcript.session, events=transcript.events[: position + 1])
        printer.step(Committed(event=event, transcript=so_far), transcript.session)
    try:
        while not ended and (not turns or spoken < turns):
            before, stored = spoken, len(transcript.events)
            async with aclosing(engine.advance(transcript)) as steps:
                async for step in steps:
                    printer.step(step, transcript.session)
                    if isinstance(step, Committed):
                        transcript = step.transcript
                        usage += step.event.usage or Usage()
                        spoken += step.event.kind in TURNS
                    elif isinstance(step, Ended):
                        ended = step.reason
            silent = silent + 1 if spoken == before else 0
            if not ended and len(transcript.events) == stored:
                ended = "Nobody took the word: this speaker policy waits for a person."
            elif not ended and silent == SILENT_TURNS:
                ended = f"Nobody had anything to say for {SILENT_TURNS} turns."
            await engine.remember(transcript)
    except StudioError as broken:
        error = broken
    spent = usage.model_dump(exclude={"seconds"})
    seconds = round(time.monotonic() - started, 3)
    printer.summary(
        Summary(
            session=transcript.session.id, turns=spoken, seconds=seconds, ended=ended, error=str(error or ""), **spent
        )
    )
    return error


class JsonPrinter:
    """One JSON object a line: each event with the `name` of who is behind it, then `{"summary": …}`."""

    def __init__(self, write: Write) -> None:
        self._write = write

    def step(self, step: Step, session: Session) -> None:
        """A line for each stored event."""
        if isinstance(step, Committed):
            event = step.event.model_dump(mode="json", by_alias=True)
            self._line({"name": session.name_of(step.event.actor), **event})

    def summary(self, summary: Summary) -> None:
        """The last line."""
        self._line({"summary": summary.model_dump(mode="json")})

    def _line(self, row: dict[str, object]) -> None:
        self._write(json.dumps(row, ensure_ascii=False) + "\n")


class ScriptPrinter:
    """A play script. `live`: lines appear while they are spoken, for a terminal somebody watches."""

    def __init__(self, write: Write, *, live: bool) -> None:
        self._write = write
        self._live = live
        self._actor, self._thought, self._text = "", "", ""

    def step(self, step: Step, session: Session) -> None:
        """The next words, or a whole line."""
        if isinstance(step, Streaming) and self._live:
            self._stream(step, session)
        elif isinstance(step, Committed):
            self._commit(step.event, session)

    def summary(self, summary: Summary) -> None:
        """Why it stopped, what it took, and where to find it."""
        self._settle()
        cost = "cost unknown" if summary.cost is None else f"${summary.cost:.4f}" if summary.cost else "free"
        tokens = f"{summary.prompt_tokens} tokens read, {summary.completion_tokens} written"
        if summary.ended:
            self._write(f"\n{summary.ended}\n")
        self._write(
            f"\n— {summary.turns} turns, {summary.calls} calls, {tokens}, {cost}, {summary.seconds:.1f} s\n"
            f"— kept as session {summary.session}\n"
        )

    def _stream(self, step: Streaming, session: Session) -> None:
        if step.thought and not step.text:
            return
        if not self._actor:
            self._actor = step.actor
            if step.thought:
                self._thought = step.thought
                self._write(f"\n{session.name_of(step.actor)} (to themselves): {step.thought}\n")
            self._write(f"\n{session.name_of(step.actor)}: ")
        if step.text.startswith(self._text):
            self._write(step.text[len(self._text) :])
            self._text = step.text

    def _commit(self, event: Event, session: Session) -> None:
        text = event.text.strip()
        if event.kind is Kind.THOUGHT and event.actor == self._actor and self._thought:
            return
        if event.kind in TURNS and event.actor == self._actor and event.text.startswith(self._text):
            self._write(event.text[len(self._text) :])
            self._settle()
            return
        self._settle()
        if text and event.kind not in BOOKKEEPING and not (event.kind is Kind.WHISPER and event.actor == DIRECTOR):
            self._write(f"\n{_line(event, session.name_of(event.actor), text)}\n")

    def _settle(self) -> None:
        if self._actor:
            self._write("\n")
        self._actor, self._thought, self._text = "", "", ""


def _line(event: Event, name: str, text: str) -> str:
    match event.kind:
        case Kind.SPEECH | Kind.ACTION:
            return f"{name}: {text}"
        case Kind.THOUGHT:
            return f"{name} (to themselves): {text}"
        case Kind.WHISPER:
            return f"{name} (whispers): {text}"
        case _:
            return f"  {text}"
