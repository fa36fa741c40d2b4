"""One database: its engines, the thread that writes, the threads that read, and errors told in words."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, create_engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from studio.archive import sqlite
from studio.errors import Invalid, StorageError

ResultT = TypeVar("ResultT")
Clock = Callable[[], datetime]
BUSY_TIMEOUT_SECONDS = 5.0


class RowError(Exception):
    """What was read cannot be what was written. The message says which row."""


def utc_now() -> datetime:
    """The time where no other clock is given."""
    return datetime.now(UTC)


def parsed(url: str | URL) -> URL:
    """A database URL in its parts.

    Raises: Invalid
    """
    try:
        return make_url(url)
    except ArgumentError as error:
        raise Invalid(f"'{url}' is no database URL. Write one like sqlite:///folder/studio.db.") from error


@contextlib.contextmanager
def storage_errors(place: str | Path, busy_timeout_seconds: float = BUSY_TIMEOUT_SECONDS) -> Iterator[None]:
    """Tell what goes wrong with a disk or database within: what, where, and what to do about it.

    Raises: StorageError
    """
    try:
        yield
    except RowError as error:
        raise StorageError(f"The archive {place} is damaged: {error}. {sqlite.RESTORE_HINT}") from error
    except (sqlite3.Error, SQLAlchemyError, OSError) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        if isinstance(cause, sqlite3.Error):
            raise StorageError(sqlite.told(cause, place, busy_timeout_seconds)) from error
        if isinstance(cause, OSError):
            raise StorageError(
                f"{cause.filename or place} cannot be used: {cause.strerror}. What was stored before stands; check the "
                "folder, your rights to it and the room on the disk, then try again."
            ) from error
        raise StorageError(f"The database {place} refused: {cause}. What was stored before stands.") from error


class Database:
    """Writes run one after another on a thread of their own, each in one transaction; reads run beside them, each on
    one consistent state. `file` is None but for SQLite; `place` is the file, or the URL without its password.

    Raises: Invalid for a URL nothing can open.
    """

    def __init__(self, url: str | URL, busy_timeout_seconds: float = BUSY_TIMEOUT_SECONDS, place: str = "") -> None:
        parts = parsed(url)
        self.file = sqlite.file_of(parts)
        self.place = place or str(self.file or parts)
        self.busy_timeout_seconds = busy_timeout_seconds
        if self.file:
            self.reading, self.writing = sqlite.engines(self.file, busy_timeout_seconds)
        else:
            try:
                self.writing = create_engine(parts)
            except (ArgumentError, ImportError) as error:
                raise Invalid(f"Nothing here can open {self.place}: {error}. Install its driver with pip.") from error
            self.reading = self.writing.execution_options(isolation_level="REPEATABLE READ")
        self._readers = ThreadPoolExecutor(sqlite.READERS, "archive-read")
        self._writer = ThreadPoolExecutor(1, "archive-write")
        self._closed = False

    async def read(self, work: Callable[[Connection], ResultT]) -> ResultT:
        """What `work` returns, run on one state of the database.

        Raises: StorageError when the database cannot be read.
        """
        self._check_open()
        return await asyncio.get_running_loop().run_in_executor(self._readers, self.read_now, work)

    async def write(self, work: Callable[[Connection], ResultT]) -> ResultT:
        """What `work` returns, committed. Whatever is raised, the database is as it was.

        A caller who is cancelled meanwhile still gets the result, so that what it knows is what is stored; the
        cancellation reaches it at its next await.

        Raises: StorageError when the database cannot be written; Invalid for a value it cannot hold.
        """
        self._check_open()
        future = asyncio.get_running_loop().run_in_executor(self._writer, self.write_now, work)
        cancelled = False
        while not future.done():
            try:
                await asyncio.wait([future])
            except asyncio.CancelledError:
                cancelled = True
        task = asyncio.current_task()
        if cancelled and task is not None:
            task.uncancel()
            task.cancel()
        return future.result()

    def read_now(self, work: Callable[[Connection], ResultT]) -> ResultT:
        """`read`, on the calling thread."""
        with storage_errors(self.place, self.busy_timeout_seconds), self.reading.begin() as connection:
            return work(connection)

    def write_now(self, work: Callable[[Connection], ResultT]) -> ResultT:
        """`write`, on the calling thread."""
        try:
            with storage_errors(self.place, self.busy_timeout_seconds), self.writing.begin() as connection:
                return work(connection)
        except (UnicodeEncodeError, OverflowError) as error:
            raise Invalid(f"A value cannot be stored: {error}. Nothing was written.") from error

    async def scrub(self) -> None:
        """Let nothing linger that was deleted. Does what it can: readers may hold some of it for a while."""
        if self.file and not self._closed:
            await asyncio.get_running_loop().run_in_executor(self._writer, sqlite.checkpoint, self.writing)

    def _check_open(self) -> None:
        if self._closed:
            raise StorageError(f"The archive {self.place} is closed. Open it again to go on.")

    async def close(self) -> None:
        """Finish what has begun and let go of the database. Closing twice is harmless."""
        self._closed = True
        await asyncio.to_thread(self.close_now)

    def close_now(self) -> None:
        """`close`, on the calling thread."""
        self._readers.shutdown()
        self._writer.shutdown()
        self.reading.dispose()
        self.writing.dispose()
