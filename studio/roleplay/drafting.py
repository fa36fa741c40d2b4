"""Keeps the unfinished line on disk while it streams, without making anybody wait."""

from __future__ import annotations

import asyncio
import contextlib

from studio.archive import Archive
from studio.domain.event import Draft
from studio.domain.session import Session
from studio.errors import NotFound, StorageError

EVERY_SECONDS = 0.5
FIRST_AFTER_SECONDS = 0.25


class Drafting:
    """Writes the newest text at most twice a second, in the background.

    A line that is whole within a quarter of a second never needs a draft. A draft that cannot be written costs nobody
    their line: whether the disk is really out of reach shows when the line itself is stored. When a draft is written
    is chance, so it reads the archive's clock: the play's own must give every run the same times.
    """

    def __init__(self, archive: Archive, session: Session, parent: str | None, actor: str) -> None:
        self._archive = archive
        self._session = session
        self._parent = parent
        self._actor = actor
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

    async def settled(self) -> None:
        """Wait for a write under way: one that came after the line itself would outlive it."""
        if self._writing is not None:
            await self._writing

    async def kept(self) -> None:
        """The line was cut short: its last state stays as the draft, none where it came to nothing."""
        await self.settled()
        if self._text != self._written:
            await self._write(self._text)

    async def _write(self, text: str) -> None:
        sessions, session = self._archive.sessions, self._session
        with contextlib.suppress(StorageError, NotFound):
            if text:
                draft = Draft(
                    session=session.id,
                    parent=self._parent,
                    actor=self._actor,
                    text=text,
                    updated_at=self._archive.clock(),
                )
                await sessions.write_draft(session.owner, draft)
            else:
                await sessions.drop_draft(session.owner, session.id)
            self._written = text
