"""Keeps the unfinished line on disk while it streams, without making anybody wait."""

from __future__ import annotations

import asyncio

from studio.archive import Archive
from studio.domain.event import Draft
from studio.domain.session import Session
from studio.run_context import Clock

EVERY_SECONDS = 0.5
FIRST_AFTER_SECONDS = 0.25


class Drafting:
    """Writes the newest text at most twice a second, in the background; `settled` waits for the last write.

    A line that is whole within a quarter of a second never needs a draft.
    """

    def __init__(self, archive: Archive, session: Session, parent: str | None, actor: str, clock: Clock) -> None:
        self._archive = archive
        self._session = session
        self._parent = parent
        self._actor = actor
        self._clock = clock
        self._text = ""
        self._written = ""
        self._due = 0.0
        self._writing: asyncio.Task[None] | None = None

    def note(self, text: str) -> None:
        """The line so far."""
        self._text = text
        now = asyncio.get_running_loop().time()
        self._due = self._due or now + FIRST_AFTER_SECONDS
        if text and now >= self._due and (self._writing is None or self._writing.done()):
            self._due = now + EVERY_SECONDS
            self._writing = asyncio.create_task(self._write(text))

    async def settled(self, *, keep: bool) -> None:
        """Wait for a write under way. `keep`: the line was cut short, so its last state is kept as a draft."""
        if self._writing is not None:
            await self._writing
        if keep and self._text and self._text != self._written:
            await self._write(self._text)

    async def _write(self, text: str) -> None:
        self._written = text
        draft = Draft(
            session=self._session.id,
            parent=self._parent,
            actor=self._actor,
            text=text,
            updated_at=self._clock(),
        )
        await self._archive.sessions.write_draft(self._session.owner, draft)
