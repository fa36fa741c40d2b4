"""Where the disk does not last: copies of the archive go to a lasting folder, and the last one comes back at start."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import datetime
from pathlib import Path

from studio.archive.archive import Archive
from studio.archive.backups import backup, restore
from studio.archive.database import Clock, Database, utc_now
from studio.errors import StorageError

SNAPSHOT = "studio-snapshot.db"


class Safekeeping:
    """Copies `archive` into `folder` every `minutes` and once more when closed.

    `safe_at` is when the last copy was on the disk, None before the first; `trouble` says why the last try failed, in
    words for a reader, and is empty when it did not.
    """

    def __init__(self, archive: Archive, folder: Path, minutes: float, clock: Clock = utc_now) -> None:
        self.safe_at: datetime | None = None
        self.trouble = ""
        self._archive = archive
        self._file = folder / SNAPSHOT
        self._seconds = minutes * 60
        self._clock = clock
        self._running: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin the schedule in the running event loop. Calling it again does nothing."""
        if self._running is None:
            self._running = asyncio.create_task(self._keep())

    async def keep(self) -> None:
        """One copy, now. A failure is kept in `trouble`: the last whole copy stands, and the next try may succeed."""
        try:
            await backup(self._archive, self._file)
        except StorageError as error:
            self.trouble = str(error)
        else:
            self.safe_at, self.trouble = self._clock(), ""

    async def close(self) -> None:
        """End the schedule with a last copy."""
        if self._running is not None:
            self._running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._running
        await self.keep()

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(self._seconds)
            await self.keep()


async def bring_back(url: str, folder: Path) -> bool:
    """Before the archive is opened: fetch the last copy when the SQLite database at `url` is gone. True when fetched.

    A database that is there is never replaced.
    Raises: as `backups.restore`.
    """
    database = Database(url)
    try:
        gone = database.file is not None and not database.file.exists()
    finally:
        await database.close()
    if not gone or not (folder / SNAPSHOT).is_file():
        return False
    await restore(url, folder / SNAPSHOT)
    return True
