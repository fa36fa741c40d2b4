"""Back, forward and across the branches of a play. Only the head moves: what was told stays in the log."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from studio.domain.event import BOOKKEEPING, OVERLAYS, Event, Kind
from studio.domain.trail import Trail
from studio.domain.transcript import Transcript
from studio.errors import NotFound
from studio.roleplay.happenings import remarks
from studio.roleplay.scribe import INSTEAD, Scribe, turn_start


class History:
    """Moves the head of a session, each time with the step that leads back."""

    def __init__(self, scribe: Scribe) -> None:
        self._scribe = scribe
        self._sessions = scribe.archive.sessions
        self._trails = scribe.archive.trails

    async def undo(self, transcript: Transcript) -> Transcript:
        """The play before the last turn, change, other take or jump; `redo` goes there again."""
        if not transcript.events:
            return transcript
        tip = transcript.events[-1].id
        steps = await self._trails.get(transcript.session)
        known = steps.back_from(tip)
        to = known.to if known else _before(transcript.events)
        return await self._moved(transcript, to, steps.undone(tip, to))

    async def redo(self, transcript: Transcript) -> Transcript:
        """The play before *Undo*; where nothing was undone, one turn further along the newest continuation."""
        tip = transcript.events[-1].id if transcript.events else None
        steps = await self._trails.get(transcript.session)
        known = steps.forward_from(tip)
        to = known.to if known else await self._onward(transcript, tip)
        if to is None:
            return transcript
        return await self._moved(transcript, to, steps.redone(tip, to))

    async def select(self, transcript: Transcript, event: str) -> Transcript:
        """Another version of a turn: the newest leaf below this event. Edits, deletions, ratings and notes that were
        made of what both versions share go along.

        Raises: NotFound when there is no such event in this session.
        """
        tree = await self._sessions.tree(transcript.session)
        newest_child = {member.parent: member.id for member in tree}  # oldest first, so that the newest stays
        leaf = event
        while leaf in newest_child:
            leaf = newest_child[leaf]
        return await self._shown(transcript, path_to(tree, leaf))

    async def go(self, transcript: Transcript, event: str) -> Transcript:
        """The play as it stood when this event was told; what was told after it stays on a branch of its own.

        Raises: NotFound when there is no such event in this session.
        """
        tree = await self._sessions.tree(transcript.session)
        return await self._shown(transcript, path_to(tree, event))

    async def branch(self, transcript: Transcript, event: str) -> Transcript:
        """The play up to the end of the turn this event of its path belongs to, to go on from there.

        Raises: NotFound when the event is not on the path.
        """
        position = next((i for i, told in enumerate(transcript.events) if told.id == event), None)
        if position is None:
            raise NotFound("That line is not in this version of the play any more. Reload to see the play as it is.")
        turn = transcript.events[position].parts.get("turn")
        for later in transcript.events[position + 1 :]:
            if turn is None or later.kind in BOOKKEEPING or later.parts.get("turn") != turn:
                break
            position += 1
        return await self._shown(transcript, transcript.events[: position + 1])

    async def name(self, transcript: Transcript, name: str, event: str | None) -> Transcript:
        """The same play with a checkpoint of this name at an event, or without it (None).

        Raises: Invalid for a name that cannot be one; NotFound for an event of another session; Conflict.
        """
        session = await self._trails.name(transcript.session, name, event)
        return transcript.extended((), session)

    async def _shown(self, transcript: Transcript, path: Sequence[Event]) -> Transcript:
        if tuple(path) == transcript.events:
            return transcript
        session = transcript.session
        other = Transcript.model_construct(session=session, events=tuple(path))
        copies = [
            self._scribe.event(other, remark.kind, remark.actor, remark.text, audience=remark.audience).model_copy(
                update={"parts": remark.parts}
            )
            for remark in carried(transcript, path)
        ]
        if copies:
            first = copies[0].id
            copies = [copy.model_copy(update={"parts": {**copy.parts, "turn": first}}) for copy in copies]
            return await self._scribe.store_at(other, *copies)
        to = path[-1].id if path else None
        tip = transcript.events[-1].id if transcript.events else None
        steps = (await self._trails.get(session)).jumped(tip, to)
        return other.extended((), await self._trails.move(session, to, steps))

    async def _moved(self, transcript: Transcript, to: str | None, steps: Trail) -> Transcript:
        session = await self._trails.move(transcript.session, to, steps)
        if to is None:
            return Transcript(session=session)
        position = next((i for i, told in enumerate(transcript.events) if told.id == to), None)
        if position is None:
            return await self._sessions.transcript(session.owner, session.id)
        return Transcript.model_construct(session=session, events=transcript.events[: position + 1])

    async def _onward(self, transcript: Transcript, tip: str | None) -> str | None:
        """The end of the newest turn that goes on from here; None where none does."""
        added: list[Event] = []
        while following := await self._sessions.children(transcript.session, added[-1].id if added else tip):
            newest = following[-1]
            if added and newest.parts.get("turn") != added[0].id:
                break
            added.append(newest)
        return added[-1].id if added else None


def path_to(tree: Iterable[Event], tip: str) -> tuple[Event, ...]:
    """The events from the root of a tree to one of its events, oldest first. Pure.

    Raises: NotFound when it has no such event.
    """
    members = {event.id: event for event in tree}
    if tip not in members:
        raise NotFound("That version of the play is not there. Reload to see the play as it is.")
    path: list[Event] = []
    here: str | None = tip
    while here in members:
        path.append(members[here])
        here = path[-1].parent
    return tuple(reversed(path))


def carried(transcript: Transcript, path: Sequence[Event]) -> tuple[Event, ...]:
    """What was remarked in a play, since it parted from another path, of lines both share: what the other must be given
    lest it be lost. What was said anew of the same line there stands. Pure."""
    shared = 0
    for here, there in zip(transcript.events, path, strict=False):
        if here.id != there.id:
            break
        shared += 1
    theirs = path[shared:]
    settled = {event.target for event in theirs if event.kind in OVERLAYS}
    said = {(event.kind, str(event.parts.get("on")), event.text) for event in theirs if event.kind not in OVERLAYS}
    rated = {event.parts.get("on") for event in theirs if event.kind is Kind.RATING}
    return tuple(
        remark
        for remark in remarks(transcript, shared)
        if remark.target not in settled
        and (remark.kind in OVERLAYS or (remark.kind, str(remark.parts.get("on")), remark.text) not in said)
        and not (remark.kind is Kind.RATING and remark.parts.get("on") in rated)
    )


def _before(events: tuple[Event, ...]) -> str | None:
    """Where the play stood before its last turn: on another branch, when the turn was told in place of that."""
    first = turn_start(events)
    instead = events[first].parts.get(INSTEAD)
    return str(instead) if instead else events[first - 1].id if first else None
