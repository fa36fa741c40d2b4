"""Writes in a person's stead: the next line of whom they play, for them to look over; and the rest of a line."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from studio.domain.character import Character
from studio.domain.event import DIRECTOR, TURNS, Event, Kind
from studio.domain.transcript import Transcript
from studio.errors import Invalid, NotFound
from studio.prompts import render
from studio.roleplay import actor
from studio.roleplay.engine import Engine
from studio.roleplay.happenings import remarks
from studio.roleplay.steps import Committed, Streaming

ENDING_CHARS = 60
LEAST_OVERLAP = 8


class Understudy:
    """Asks as the engine asks for any line: by the same prompt, within the same bounds."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def impersonate(
        self, transcript: Transcript, character: str, hint: str = ""
    ) -> AsyncGenerator[Streaming | actor.Spoken, None]:
        """A line for somebody on stage as it streams, then whole. Nothing is stored: it is a person's to say.

        `hint`: what the line is to come to, in the person's own words.
        Raises: NotFound, Invalid; else as `Engine.advance`.
        """
        member = _on_stage(transcript, character)
        prepared = await self._engine.prepared(transcript, member, cue=hint)
        async with aclosing(self._spoken(transcript, member, prepared)) as steps:
            async for step in steps:
                yield step

    async def go_on(self, transcript: Transcript, event: str) -> AsyncGenerator[Streaming | Committed, None]:
        """The rest of a line, laid over it as an edit by the model; what was said after it stays as it is.

        Raises: NotFound when the line is not in this version of the play; Invalid when it is nobody's line; else as
            `Engine.advance`.
        """
        line = next((told for told in transcript.told if told.id == event), None)
        if line is None:
            raise NotFound("That line is not in this version of the play any more. Reload to see the play as it is.")
        if line.kind not in TURNS:
            raise Invalid("Only a line somebody speaks can go on.")
        member = transcript.session.character(line.actor)
        told = _told_up_to(transcript, event)
        manner = render("roleplay/onward_manner", ending=line.text[-ENDING_CHARS:])
        prepared = await self._engine.prepared(told, member, manner=(manner,))
        spoken: actor.Spoken | None = None
        async with aclosing(self._spoken(told, member, prepared)) as steps:
            async for step in steps:
                if isinstance(step, actor.Spoken):
                    spoken = step
                else:
                    yield Streaming(actor=member.id, text=joined(line.text, step.text))
        assert spoken is not None
        scribe = self._engine.scribe
        longer = scribe.event(
            transcript,
            Kind.EDIT,
            DIRECTOR,
            joined(line.text, spoken.reply.text),
            audience=line.audience,
            parts={"replaces": event, "onward": True},
            usage=spoken.usage,
            provenance=spoken.provenance,
        )
        transcript = await scribe.store(transcript, longer)
        yield Committed(event=transcript.events[-1], transcript=transcript)

    async def _spoken(
        self, transcript: Transcript, member: Character, prepared: actor.Prepared
    ) -> AsyncGenerator[Streaming | actor.Spoken, None]:
        line = actor.speak(
            self._engine.context.model,
            transcript.session,
            member,
            prepared.view,
            prepared.prompted,
            seed=prepared.seed,
        )
        with self._engine.thinking():
            async with aclosing(line) as steps:
                async for step in steps:
                    yield step


def joined(line: str, rest: str) -> str:
    """A line and its rest as one, with nothing of the end of the line said twice. Pure."""
    line, rest = line.rstrip(), rest.strip()
    if rest.casefold().startswith(line.casefold()):
        rest = rest[len(line) :].lstrip()
    for size in range(min(len(line), len(rest)), LEAST_OVERLAP - 1, -1):
        if line[-size:].casefold() == rest[:size].casefold():
            rest = rest[size:].lstrip()
            break
    return f"{line} {rest}" if rest else line


def _told_up_to(transcript: Transcript, event: str) -> Transcript:
    position = next(i for i, told in enumerate(transcript.events) if told.id == event)
    mended: tuple[Event, ...] = remarks(transcript, position + 1)
    return Transcript(session=transcript.session, events=(*transcript.events[: position + 1], *mended))


def _on_stage(transcript: Transcript, character: str) -> Character:
    if character not in {member.id for member in transcript.session.cast}:
        raise NotFound(f"Nobody called '{character}' is in the cast of this play.")
    if character not in transcript.present:
        raise Invalid(f"{transcript.session.name_of(character)} is not on stage. Bring them in first.")
    return transcript.session.character(character)
