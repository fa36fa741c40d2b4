"""The one hand that writes events: ids, time, audience and order are set here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from studio.archive import Archive
from studio.domain.event import BOOKKEEPING, DIRECTOR, NARRATOR, TURNS, Event, Kind
from studio.domain.identifiers import uuid7
from studio.domain.provenance import Provenance, Usage
from studio.domain.session import Decision
from studio.domain.state import STATE
from studio.domain.transcript import Transcript
from studio.errors import Invalid, NotFound
from studio.roleplay.actor import Spoken
from studio.roleplay.happenings import Direction, Happening, bounded, position
from studio.run_context import RunContext

INSTEAD = "instead"
"""In the parts of an event: the tip its branch was told in place of."""


class Scribe:
    """Writes to one archive with the clock and chance of one run."""

    def __init__(self, archive: Archive, context: RunContext) -> None:
        self.archive = archive
        self.context = context

    def event(
        self,
        transcript: Transcript,
        kind: Kind,
        actor: str,
        text: str,
        *,
        audience: Iterable[str] | None = None,
        parts: dict[str, Any] | None = None,
        emotion: str = "",
        salience: int | None = None,
        usage: Usage | None = None,
        provenance: Provenance | None = None,
    ) -> Event:
        """An event as it will be stored; its parent is set by `store`. No audience given: everybody within earshot."""
        perceived_by = transcript.earshot(actor) if audience is None else audience
        at = self.context.clock()
        minute = next((e.story_minute for e in reversed(transcript.told) if e.kind not in BOOKKEEPING), 0)
        return Event(
            id=uuid7(at, self.context.rng),
            session=transcript.session.id,
            kind=kind,
            actor=actor,
            text=text,
            audience=tuple(sorted(perceived_by)),
            parts=parts or {},
            at=at,
            story_minute=minute + (kind in TURNS),
            emotion=emotion,
            salience=salience,
            usage=usage,
            provenance=provenance,
        )

    def write(self, transcript: Transcript, happening: Happening) -> Event:
        """A happening as an event."""
        return self.event(
            transcript,
            happening.kind,
            happening.actor,
            happening.text,
            audience=happening.audience,
            parts=happening.parts,
            usage=happening.usage,
            provenance=happening.provenance,
        )

    def turn(
        self,
        transcript: Transcript,
        decision: Decision,
        direction: Direction,
        spoken: Spoken,
        remarks: tuple[Event, ...],
    ) -> list[Event]:
        """The events of a turn: the thought (its thinker's alone), the line, and the remarks it takes along."""
        reply = spoken.reply
        parts: dict[str, object] = {
            "decision": decision.model_dump(),
            "trailer": reply.trailer.model_dump(exclude_defaults=True),
            "cut": list(reply.cut),
            **direction.parts,
        }
        events = []
        if reply.thought:
            events.append(
                self.event(transcript, Kind.THOUGHT, decision.speaker, reply.thought, audience=(decision.speaker,))
            )
        events.append(
            self.event(
                transcript,
                Kind.SPEECH,
                decision.speaker,
                reply.text,
                parts={key: value for key, value in parts.items() if value},
                emotion=reply.trailer.emotion,
                salience=reply.trailer.salience,
                usage=direction.usage + spoken.usage,
                provenance=spoken.provenance,
            )
        )
        events += self.copies(transcript, remarks)
        return one_turn(events, events[0].id) if len(events) > 1 else events

    def copies(self, transcript: Transcript, remarks: Iterable[Event]) -> list[Event]:
        """Edits, deletions and notes made on another branch, to be made here too."""
        return [
            self.event(transcript, one.kind, one.actor, one.text, audience=one.audience, parts=one.parts)
            for one in remarks
        ]

    def noted(self, transcript: Transcript, text: str, direction: Direction) -> Event:
        """A note for the director's eyes: what the narrator's call came to, where no other event says it."""
        return self.event(
            transcript, Kind.NOTE, NARRATOR, text, audience=(), parts=direction.parts, usage=direction.usage
        )

    async def store(self, transcript: Transcript, *events: Event) -> Transcript:
        """The transcript with these events appended for good, each the child of the one before.

        Raises: Conflict when somebody else wrote first; StorageError. Nothing is written then.
        """
        if not events:
            return transcript
        parent = transcript.events[-1].id if transcript.events else transcript.session.follows
        chained = []
        for event in events:
            chained.append(event.model_copy(update={"parent": parent}))
            parent = event.id
        session = await self.archive.sessions.append(transcript.session, chained)
        return transcript.extended(chained, session)

    async def store_at(self, transcript: Transcript, *events: Event) -> Transcript:
        """As `store`, where the transcript may end before the head: what follows there stays as another branch.

        The head moves in the very write that stores the events; until then, and when it fails, it stands where it was.
        The first event notes under `instead` where the head stood, for *Undo* to go back there.
        """
        session = transcript.session
        if events and transcript.events and session.tip not in (None, transcript.events[-1].id):
            noted = {**events[0].parts, INSTEAD: session.tip}
            events = (events[0].model_copy(update={"parts": noted}), *events[1:])
        heads = {name: tip for name, tip in session.heads.items() if name != session.head}
        if transcript.events:
            heads[session.head] = transcript.events[-1].id
        return await self.store(transcript.extended((), session.model_copy(update={"heads": heads})), *events)

    async def store_takes(self, transcript: Transcript, takes: Sequence[Event]) -> Transcript:
        """The transcript with the first of these events appended, the others beside it as takes of it.

        Raises: as `store`; a take that was not stored is missed, nothing else.
        """
        if not takes:
            return transcript
        first = await self.store(transcript, takes[0])
        session = first.session
        for take in takes[1:]:
            here = transcript.model_copy(update={"session": session})
            session = (await self.store_at(here, take)).session
        if len(takes) > 1:
            session = await self.archive.sessions.move_head(session, first.events[-1].id)
        return first.model_copy(update={"session": session})

    async def enter(self, transcript: Transcript, character: str, text: str = "") -> Transcript:
        """Bring a member of the cast on stage. They perceive their own entrance and what follows, nothing before.

        Raises: NotFound when they are not in the cast.
        """
        if character in transcript.present:
            return transcript
        if character not in {member.id for member in transcript.session.cast}:
            raise NotFound(f"Nobody called '{character}' is in the cast of this play.")
        name = transcript.session.name_of(character)
        event = self.event(
            transcript,
            Kind.ENTER,
            NARRATOR,
            text or f"{name} comes in.",
            audience={*transcript.earshot(character), character},
            parts={"character": character},
            salience=5,
        )
        return await self.store(transcript, event)

    async def leave(self, transcript: Transcript, character: str, text: str = "") -> Transcript:
        """Take somebody off stage. They perceive their own exit and nothing after it."""
        if character not in transcript.present:
            return transcript
        name = transcript.session.name_of(character)
        parts: dict[str, Any] = {"character": character}
        if character in transcript.places:
            parts[STATE] = position(character, "")
        event = self.event(
            transcript,
            Kind.LEAVE,
            NARRATOR,
            text or f"{name} leaves.",
            audience=transcript.earshot(character),
            parts=parts,
            salience=4,
        )
        return await self.store(transcript, event)

    async def edit(self, transcript: Transcript, target: str, text: str) -> Transcript:
        """Lay a new text over an event; the old one stays in the log, and the audience stays the same.

        Raises: NotFound when the event is not on this path or is no line; Invalid for a text that is empty or too long.
        """
        original = _line(transcript, target)
        if not text.strip():
            raise Invalid("A line cannot be edited into nothing. Delete it instead: the log keeps it.")
        event = self.event(
            transcript, Kind.EDIT, DIRECTOR, bounded(text), audience=original.audience, parts={"replaces": target}
        )
        return await self.store(transcript, event)

    async def hide(self, transcript: Transcript, target: str) -> Transcript:
        """Take a line out of the play, and the private thought that led to it; the log keeps both. One *Undo* brings
        them back.

        Raises: NotFound as `edit`.
        """
        line = _line(transcript, target)
        thought = line.parts.get("turn") if line.kind in TURNS else None
        going = [event for event in transcript.told if event.id == thought and event.kind is Kind.THOUGHT] + [line]
        events: list[Event] = []
        for one in going:
            event = self.event(transcript, Kind.TOMBSTONE, DIRECTOR, "", audience=one.audience, parts={"hides": one.id})
            turn = events[0].id if events else event.id
            events.append(event.model_copy(update={"parts": {**event.parts, "turn": turn}}))
        return await self.store(transcript, *events)

    async def note(
        self, transcript: Transcript, target: str, *, rating: int | None = None, text: str = ""
    ) -> Transcript:
        """A rating (−1, 0, 1) or an out-of-character note on a line: for the director's eyes and for data sets.

        Raises: NotFound as `edit`; Invalid for a note that is empty.
        """
        _line(transcript, target)
        if rating is None and not text.strip():
            raise Invalid("The note is empty.")
        kind = Kind.NOTE if rating is None else Kind.RATING
        parts: dict[str, Any] = {"on": target} if rating is None else {"on": target, "rating": rating}
        return await self.store(transcript, self.event(transcript, kind, DIRECTOR, text, audience=(), parts=parts))


def one_turn(events: Iterable[Event], first: str) -> list[Event]:
    """These events as one turn that begins with the event `first`: undone, told again and redone together."""
    return [event.model_copy(update={"parts": {**event.parts, "turn": first}}) for event in events]


def turn_start(events: tuple[Event, ...]) -> int:
    """Position of the first event of the last turn: a thought and the line it led to are one turn."""
    last = len(events) - 1
    first = events[last].parts.get("turn")
    return next((position for position in range(last, -1, -1) if events[position].id == first), last)


def _line(transcript: Transcript, target: str) -> Event:
    for event in transcript.events:
        if event.id == target and event.kind not in BOOKKEEPING:
            return event
    raise NotFound("That line is not in this version of the play any more. Reload to see the play as it stands.")
