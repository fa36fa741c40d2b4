"""Everything that holds for SQLite alone: pragmas, transactions, triggers, files, and what its errors mean."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.pool import ConnectionPoolEntry

from studio.errors import Invalid, StorageError

MAGIC = b"SQLite format 3\0"
READERS = 4
COMPANIONS = ("-wal", "-shm", "-journal")
"""What SQLite may put beside a database file; a `-wal` holds commits that the file itself does not yet."""
CHECKED_AT_OPEN_BYTES = 64 << 20
"""Up to this size a file is checked whole when it is opened, in about half a millisecond a megabyte."""
RESTORE_HINT = "It was left as it is; put a backup in its place with `studio restore`."

_TRIGGERS = (
    """CREATE TRIGGER IF NOT EXISTS event_never_updated BEFORE UPDATE ON event
    BEGIN SELECT RAISE(ABORT, 'events are append-only'); END""",
    """CREATE TRIGGER IF NOT EXISTS event_deleted_by_purge_only BEFORE DELETE ON event
    WHEN NOT EXISTS (SELECT 1 FROM purge WHERE purge.session = OLD.session)
    BEGIN SELECT RAISE(ABORT, 'events are append-only'); END""",
    # INSERT OR REPLACE deletes without firing the trigger above.
    """CREATE TRIGGER IF NOT EXISTS event_never_replaced BEFORE INSERT ON event
    WHEN EXISTS (SELECT 1 FROM event WHERE id = NEW.id OR (session = NEW.session AND position = NEW.position))
    BEGIN SELECT RAISE(ABORT, 'events are append-only'); END""",
)
_MEANINGS = {
    sqlite3.SQLITE_FULL: "The disk is full: {place} could not be written. What was stored before is whole; "
    "make room and try again.",
    sqlite3.SQLITE_CORRUPT: "The archive {place} is damaged ({error}). " + RESTORE_HINT,
    sqlite3.SQLITE_NOTADB: "{place} is no database, or a damaged one ({error}). " + RESTORE_HINT,
    sqlite3.SQLITE_READONLY: "The archive {place} may not be written ({error}). Give yourself the right to write "
    "the file and its folder.",
    sqlite3.SQLITE_CANTOPEN: "The archive {place} cannot be opened ({error}). Check that its folder is there and may "
    "be written, and that the disk is not full.",
    sqlite3.SQLITE_IOERR: "The disk reports an error at {place} ({error}). What was stored before stands; check the "
    "disk and the room on it, then try again.",
}
_BUSY = (
    "The archive {place} is busy: another program has kept it locked for more than {seconds:g} s. "
    "Nothing was written and nothing lost; try again in a moment."
)


def file_of(url: URL) -> Path | None:
    """The database file of a SQLite URL; None for another database.

    Raises: Invalid for a SQLite URL without a plain file: an archive must outlive its process.
    """
    if url.get_backend_name() != "sqlite":
        return None
    if not url.database or url.database == ":memory:" or url.query:
        raise Invalid(f"The database URL '{url}' names no plain file. Write it as sqlite:///folder/studio.db.")
    return Path(url.database)


def engines(file: Path, busy_timeout_seconds: float) -> tuple[Engine, Engine]:
    """An engine for reading, which cannot write, and one for writing, of a single connection.

    Commits are `synchronous=FULL`: a stored line outlives even a power cut, for 0.2 ms a commit; NORMAL would do for
    a killed process. Purged text is overwritten (`secure_delete`).
    """
    return (
        _engine(file, busy_timeout_seconds, READERS, "BEGIN", "query_only=ON"),
        _engine(file, busy_timeout_seconds, 1, "BEGIN IMMEDIATE", "journal_mode=WAL"),
    )


def _engine(file: Path, busy_timeout_seconds: float, size: int, begin: str, pragma: str) -> Engine:
    url = URL.create("sqlite", database=str(file))
    arguments = {"timeout": busy_timeout_seconds, "check_same_thread": False}
    engine = create_engine(url, pool_size=size, max_overflow=0, connect_args=arguments)

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, entry: ConnectionPoolEntry) -> None:  # noqa: ARG001
        connection.isolation_level = None
        for setting in ("foreign_keys=ON", "secure_delete=ON", "synchronous=FULL", pragma):
            connection.execute(f"PRAGMA {setting}")

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        # Past SQLAlchemy, whose bookkeeping for a statement costs a tenth of a millisecond on every read and write.
        driver: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]
        driver.execute(begin)

    return engine


def guard(connection: Connection) -> None:
    """Make sure of the triggers by which the database itself refuses to change or delete an event."""
    for trigger in _TRIGGERS:
        connection.exec_driver_sql(trigger)


def guarded(connection: Connection) -> bool:
    """Whether all of the triggers that keep events are there."""
    wanted = "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'event'"
    return int(connection.exec_driver_sql(wanted).scalar_one()) >= len(_TRIGGERS)


@contextlib.contextmanager
def loosened(engine: Engine) -> Iterator[None]:
    """Let tables be made anew, which SQLite's foreign keys forbid. The engine has one connection: this one."""

    def switch(state: str) -> None:
        with contextlib.closing(engine.raw_connection()) as connection:
            connection.cursor().execute(f"PRAGMA foreign_keys={state}")

    switch("OFF")
    try:
        yield
    finally:
        switch("ON")


def told(error: sqlite3.Error, place: str | Path, busy_timeout_seconds: float) -> str:
    """What a SQLite error means for the person, and what to do about it."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return _BUSY.format(place=place, seconds=busy_timeout_seconds)
    if str(error).startswith(("no such table", "no such column", "Could not decode")):
        code = sqlite3.SQLITE_CORRUPT
    return _MEANINGS.get(code, "The archive {place} refused: {error}.").format(place=place, error=error)


def faults(connection: Connection, *, quick: bool) -> list[str]:
    """What SQLite itself finds wrong with the file, ten findings at most. `quick` leaves the indexes alone."""
    check = "quick_check" if quick else "integrity_check"
    found = [str(line) for line in connection.exec_driver_sql(f"PRAGMA {check}(10)").scalars() if line != "ok"]
    return found if quick else found + dangling(connection)


def dangling(connection: Connection) -> list[str]:
    """Rows that name a row that is not there, ten at most."""
    found = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(10)
    return [f"row {row[1]} of {row[0]} points nowhere" for row in found]


def is_database(file: Path) -> bool:
    """Whether a file begins as every SQLite database does. One that does not, an empty one too, must never be opened:
    SQLite would take it for a new database, or throw away what is in a `-wal` beside it."""
    with file.open("rb") as handle:
        return handle.read(len(MAGIC)) == MAGIC


def create(file: Path, build: Callable[[Engine], None]) -> None:
    """Make a database file that is whole from the moment it is there, unless another process was quicker.

    Raises: StorageError where an orphaned `-wal` would be taken for a part of the new file.
    """
    orphan = file.with_name(file.name + "-wal")
    if orphan.exists() and orphan.stat().st_size:
        raise StorageError(
            f"{file} is gone, but {orphan.name} beside it still holds lines of it. Put the file back, or restore a "
            f"backup with `studio restore`; to begin anew, move {orphan.name} away."
        )
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{file.name}-new-", dir=file.parent) as folder:
        new = Path(folder) / file.name
        reading, writing = engines(new, 0)
        try:
            build(writing)
        finally:
            writing.dispose()
            reading.dispose()
        sync(new)
        with contextlib.suppress(FileExistsError):
            give_name(new, file)
    sync_names(file.parent)


def give_name(file: Path, name: Path) -> None:
    """Give a file a second name, or where the file system knows no second names, a new one.

    Raises: FileExistsError
    """
    try:
        os.link(file, name)
    except FileExistsError:
        raise
    except OSError:
        if name.exists():
            raise FileExistsError(name) from None
        file.rename(name)


def snapshot(file: Path, target: Path) -> None:
    """Write one consistent state of a database, which others may be writing to meanwhile, to a new file."""
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("VACUUM INTO ?", (str(target),))
    sync(target)


def settle(file: Path) -> None:
    """Bring everything into the one file, so that it can be moved. A file too damaged for that is left as it is.

    Raises: StorageError when anybody has it open.
    """
    if not is_database(file):
        return
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as connection:
        try:
            connection.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise StorageError(f"{file} is in use. Stop the studio that runs on it, then try again.") from error


def ready(file: Path) -> None:
    """Bring everything into the one file and let it be one that readers and a writer can use at once."""
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")


def checkpoint(engine: Engine) -> None:
    """Bring all commits into the file and empty the `-wal`, where deleted text would linger; later, if it is in use."""
    with contextlib.suppress(sqlite3.Error), contextlib.closing(engine.raw_connection()) as connection:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")


def sync(file: Path) -> None:
    """Make a file outlive a power cut."""
    with file.open("rb+") as handle:
        os.fsync(handle.fileno())


def sync_names(folder: Path) -> None:
    """Make the names in a folder outlive a power cut, where the system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
