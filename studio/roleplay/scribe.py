"""The one hand that writes events: ids, time, audience and order are set here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from studio.archive import Archive
from studio.domain.event import BOOKKEEPING, DIRECTOR, NARRATOR, TURNS, Event, Kind
from studio.domain.identifiers import uuid7
from studio.domain.provenance import Provenance, Usage
from studio.domain.transcript import Transcript
from studio.roleplay.happenings import Happening
from studio.run_context import RunContext


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
        """An event as it will be stored; its parent is set by `store`. No audience given: everybody on stage now."""
        perceived_by = transcript.present if audience is None else audience
        at = self.context.clock()
        minute = transcript.told[-1].story_minute if transcript.told else 0
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
        )

    async def store(self, transcript: Transcript, *events: Event) -> Transcript:
        """The transcript with these events appended for good, each the child of the one before.

        Raises: Conflict when somebody else wrote first; StorageError. Nothing is written then.
        """
        parent = transcript.events[-1].id if transcript.events else transcript.session.follows
        chained = []
        for event in events:
            chained.append(event.model_copy(update={"parent": parent}))
            parent = event.id
        session = await self.archive.sessions.append(transcript.session, chained)
        return transcript.extended(chained, session)

    async def store_at(self, transcript: Transcript, *events: Event) -> Transcript:
        """As `store`, where the transcript may end before the head: what follows there stays as another branch."""
        tip = transcript.events[-1].id if transcript.events else None
        if tip != transcript.session.tip and not (tip is None and transcript.session.tip is None):
            session = await self.archive.sessions.move_head(transcript.session, tip)
            transcript = Transcript(session=session, events=transcript.events)
        return await self.store(transcript, *events)

    async def enter(self, transcript: Transcript, character: str, text: str = "") -> Transcript:
        """Bring a member of the cast on stage. They perceive their own entrance and what follows, nothing before."""
        if character in transcript.present:
            return transcript
        name = transcript.session.character(character).name
        event = self.event(
            transcript,
            Kind.ENTER,
            NARRATOR,
            text or f"{name} comes in.",
            audience={*transcript.present, character},
            parts={"character": character},
            salience=5,
        )
        return await self.store(transcript, event)

    async def leave(self, transcript: Transcript, character: str, text: str = "") -> Transcript:
        """Take somebody off stage. They perceive their own exit and nothing after it."""
        if character not in transcript.present:
            return transcript
        name = transcript.session.character(character).name
        event = self.event(
            transcript, Kind.LEAVE, NARRATOR, text or f"{name} leaves.", parts={"character": character}, salience=4
        )
        return await self.store(transcript, event)

    async def edit(self, transcript: Transcript, target: str, text: str) -> Transcript:
        """Lay a new text over an event; the old one stays in the log, and the audience stays the same.

        Raises: KeyError when the event is not on this path or is no line.
        """
        original = _line(transcript, target)
        event = self.event(
            transcript, Kind.EDIT, DIRECTOR, text, audience=original.audience, parts={"replaces": target}
        )
        return await self.store(transcript, event)

    async def hide(self, transcript: Transcript, target: str) -> Transcript:
        """Take a line out of the play; the log keeps it. Raises: as `edit`."""
        original = _line(transcript, target)
        event = self.event(
            transcript, Kind.TOMBSTONE, DIRECTOR, "", audience=original.audience, parts={"hides": target}
        )
        return await self.store(transcript, event)

    async def note(
        self, transcript: Transcript, target: str, *, rating: int | None = None, text: str = ""
    ) -> Transcript:
        """A rating (−1, 0, 1) or an out-of-character note on a line: for the director's eyes and for data sets."""
        kind = Kind.NOTE if rating is None else Kind.RATING
        parts: dict[str, Any] = {"on": target} if rating is None else {"on": target, "rating": rating}
        return await self.store(transcript, self.event(transcript, kind, DIRECTOR, text, audience=(), parts=parts))

    async def undo(self, transcript: Transcript) -> Transcript:
        """Step back over the last turn or change by moving the head; what was there stays reachable by `redo`."""
        if not transcript.events:
            return transcript
        first = turn_start(transcript.events)
        remaining = transcript.events[:first]
        session = await self.archive.sessions.move_head(transcript.session, remaining[-1].id if remaining else None)
        return Transcript(session=session, events=remaining)

    async def redo(self, transcript: Transcript) -> Transcript:
        """Step forward to the newest continuation of the head, a whole turn at a time."""
        tip = transcript.events[-1].id if transcript.events else None
        added: list[Event] = []
        while following := await self.archive.sessions.children(transcript.session, added[-1].id if added else tip):
            newest = max(following, key=lambda event: event.id)
            if added and newest.parts.get("turn") != added[0].id:
                break
            added.append(newest)
        if not added:
            return transcript
        session = await self.archive.sessions.move_head(transcript.session, added[-1].id)
        return transcript.extended(added, session)

    async def select(self, transcript: Transcript, event: str) -> Transcript:
        """Show another version of a turn: move the head to the newest leaf below this event."""
        tree = await self.archive.sessions.tree(transcript.session)
        newest_child: dict[str, str] = {}
        for member in tree:
            if member.parent is not None:
                newest_child[member.parent] = max(member.id, newest_child.get(member.parent, ""))
        leaf = event
        while leaf in newest_child:
            leaf = newest_child[leaf]
        session = await self.archive.sessions.move_head(transcript.session, leaf)
        return await self.archive.sessions.transcript(session.owner, session.id)


def turn_start(events: tuple[Event, ...]) -> int:
    """Position of the first event of the last turn: a thought and the line it led to are one turn."""
    first = events[-1].parts.get("turn")
    position = len(events) - 1
    while position > 0 and first is not None and events[position].id != first:
        position -= 1
    return position


def _line(transcript: Transcript, target: str) -> Event:
    for event in transcript.events:
        if event.id == target and event.kind not in BOOKKEEPING:
            return event
    raise KeyError(target)
