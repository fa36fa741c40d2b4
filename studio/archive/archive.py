"""The door to all that is kept."""

from __future__ import annotations

import asyncio

from studio.archive import integrity
from studio.archive.acts import ActStore
from studio.archive.catalogue import Catalogue
from studio.archive.database import BUSY_TIMEOUT_SECONDS, Clock, Database, utc_now
from studio.archive.invitations import InvitationStore
from studio.archive.jobs import JobStore
from studio.archive.memories import MemoryStore
from studio.archive.opening import opened
from studio.archive.preferences import PreferenceStore
from studio.archive.prompts import PromptStore
from studio.archive.revisions import PictureStore, RevisionStore, SketchStore
from studio.archive.sessions import SessionStore
from studio.archive.tallies import TallyStore
from studio.archive.trails import TrailStore


class Archive:
    """Everything durable, in one database: `sessions`, `trails`, `invitations`, `tallies`, `prompts`, `memories`,
    `preferences`, `acts`; what is made for the library: `revisions`, `sketches`, `pictures`, its `catalogue`; long
    work: `jobs`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock
        self.sessions = SessionStore(database, clock)
        self.trails = TrailStore(database, clock)
        self.tallies = TallyStore(database)
        self.invitations = InvitationStore(database, clock)
        self.prompts = PromptStore(database)
        self.memories = MemoryStore(database)
        self.preferences = PreferenceStore(database)
        self.acts = ActStore(database)
        self.revisions = RevisionStore(database, clock)
        self.sketches = SketchStore(database, clock)
        self.pictures = PictureStore(database)
        self.catalogue = Catalogue(database)
        self.jobs = JobStore(database, clock)

    @classmethod
    async def open(
        cls, url: str, *, busy_timeout_seconds: float = BUSY_TIMEOUT_SECONDS, clock: Clock = utc_now
    ) -> Archive:
        """The archive at a SQLAlchemy URL: made where there is none, brought up to date where it is older (a copy of
        the older file stays beside it).

        Raises: StorageError when it is damaged or cannot be opened, and it is left as it is; Invalid for a URL that
            is none, and for an archive a newer studio made.
        """
        return cls(await asyncio.to_thread(opened, url, busy_timeout_seconds, clock), clock)

    async def check(self) -> None:
        """Read through the whole database.

        Raises: StorageError with what was found, ten findings at most.
        """

        await self.database.read(integrity.check)
        await self.database.read(integrity.read_through)

    async def close(self) -> None:
        """Finish what has begun and let go of the database. Closing twice is harmless."""
        await self.database.close()
