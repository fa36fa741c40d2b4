"""A turn of several events, stored one after the other as soon as each is whole."""

from __future__ import annotations

from collections.abc import Iterator

from studio.domain.event import Event
from studio.domain.transcript import Transcript
from studio.roleplay.production import Production
from studio.roleplay.scribe import one_turn
from studio.roleplay.steps import Committed, newest


class Telling:
    """`transcript` is the play with what was stored so far. `remarks`: edits and notes made on another branch, which
    count from the start and are stored with the first event."""

    def __init__(self, production: Production, transcript: Transcript, remarks: tuple[Event, ...] = ()) -> None:
        self._scribe = production.scribe
        self._earlier: Transcript | None = transcript
        self._remarks = remarks
        self._turn = ""
        self.transcript = transcript.extended(remarks, transcript.session) if remarks else transcript

    def part(self) -> None:
        """What follows is a turn of its own: undone and told again by itself."""
        self._turn = ""

    async def store(self, *events: Event) -> Iterator[Committed]:
        """Store these for good, as part of the turn.

        Raises: Conflict, StorageError.
        """
        self._turn = self._turn or events[0].id
        if self._earlier is not None:
            copies = self._scribe.copies(self.transcript, self._remarks)
            stored = await self._scribe.store_at(self._earlier, *one_turn((*events, *copies), self._turn))
            self._earlier = None
        else:
            stored = await self._scribe.store(self.transcript, *one_turn(events, self._turn))
        added = len(stored.events) - len(self.transcript.events) + len(self._remarks)
        self.transcript, self._remarks = stored, ()
        return newest(stored, added)
