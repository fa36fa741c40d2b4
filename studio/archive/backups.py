"""Copies of everything, and back. A backup is always a SQLite file, whatever the archive itself runs on."""

from __future__ import annotations

import asyncio
import contextlib
import filecmp
import shutil
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from sqlalchemy import URL, Connection, func, insert, select

from studio.archive import integrity, rows, schema, sqlite
from studio.archive.archive import Archive
from studio.archive.database import Clock, Database, parsed, storage_errors, utc_now
from studio.archive.opening import dated, opened
from studio.errors import Invalid, NotFound, StorageError

ROWS_AT_ONCE = 1000
PARTIAL = ".studio-backup.partial"
"""One name in a folder, so that what a killed backup leaves is written over by the next."""


async def backup(archive: Archive, target: Path) -> Path:
    """Copy the archive, which may be in use meanwhile, to a file, or under a dated name into a folder.

    What comes back is the file, checked and on the disk. A backup that it replaces stands until then.

    Raises: StorageError when it cannot be written or does not read back; Invalid when it would replace anything but
        a backup.
    """
    return await asyncio.to_thread(_backed_up, archive, target)


async def restore(url: str, file: Path, *, clock: Clock = utc_now) -> Path | None:
    """Put a backup in the place of the database at `url`, which nobody may have open. An older backup is brought up
    to date on the way.

    What comes back is where the replaced database is now, beside the new one; None where there was none. A database
    other than SQLite has to be empty.

    Raises: Invalid for a file that is no backup, or one of a newer studio; StorageError when the database is in use
        or something cannot be read or written. What was there is then there still.
    """
    return await asyncio.to_thread(restored, url, file, clock)


def _backed_up(archive: Archive, target: Path) -> Path:
    with storage_errors(target):
        if target.is_dir():
            target = dated(target / "studio.db", "backup", archive.clock)
        _check_replaceable(archive.database, target)
        with snapshot(archive.database) as copy:
            deliver(copy, target)
    return target


def _check_replaceable(database: Database, target: Path) -> None:
    if not target.exists():
        return
    if database.file and target.samefile(database.file):
        raise Invalid(f"{target} is the archive itself. Give the backup another name.")
    if not sqlite.is_database(target):
        raise Invalid(f"{target} is no backup and will not be replaced. Give another name, or a folder.")


@contextlib.contextmanager
def snapshot(database: Database) -> Iterator[Path]:
    """A checked copy of one state of the database in a file of its own, gone when the context ends."""
    beside = database.file.parent if database.file else None
    with tempfile.TemporaryDirectory(prefix=".studio-backup-", dir=beside) as folder:
        copy = Path(folder) / "studio.db"
        if database.file:
            sqlite.snapshot(database.file, copy)
        else:
            into = opened(URL.create("sqlite", database=str(copy)))
            try:
                database.read_now(lambda reading: into.write_now(lambda writing: copy_rows(reading, writing)))
            finally:
                into.close_now()
            sqlite.settle(copy)
        check_copy(copy, database.place)
        yield copy


def copy_rows(source: Connection, target: Connection) -> None:
    """Copy every row of every table into tables that are empty.

    Raises: Invalid where one is not.
    """
    for table in schema.metadata.sorted_tables:
        held = target.execute(select(func.count()).select_from(table)).scalar_one()
        if held:
            place = target.engine.url.render_as_string()
            raise Invalid(f"{place} is not empty: table {table.name} has {held} rows. Restore into an empty database.")
        stored = rows.dicts(source.execute(select(table).execution_options(yield_per=ROWS_AT_ONCE)))
        while part := list(islice(stored, ROWS_AT_ONCE)):
            target.execute(insert(table), part)


def check_copy(copy: Path, place: str) -> None:
    """Whether a file is an archive that is whole; an older one is brought up to date. `place` is what to call it.

    Raises: StorageError, Invalid
    """
    database = opened(URL.create("sqlite", database=str(copy)), place=place)
    try:
        database.read_now(integrity.check)
    finally:
        database.close_now()


def deliver(file: Path, target: Path) -> None:
    """Put a copy of a file in place at once, read back and compared; until then what is there stands.

    Raises: StorageError
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(PARTIAL)
    try:
        shutil.copyfile(file, partial)
        sqlite.sync(partial)
        if not filecmp.cmp(file, partial, shallow=False):
            raise StorageError(f"{target} does not read back as it was written. Choose another disk for it.")
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    sqlite.sync_names(target.parent)


def restored(url: str, file: Path, clock: Clock) -> Path | None:
    """`restore`, on the calling thread."""
    into = sqlite.file_of(parsed(url))
    _check_backup(file)
    with storage_errors(file):
        if into:
            into.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".studio-restore-", dir=into and into.parent) as folder:
            copy = Path(folder) / "studio.db"
            for ending in ("", sqlite.COMPANIONS[0]):
                if _with_ending(file, ending).exists():
                    shutil.copyfile(_with_ending(file, ending), _with_ending(copy, ending))
            try:
                check_copy(copy, str(file))
            except StorageError as error:
                raise Invalid(f"{file} cannot be restored. {error}") from error
            sqlite.ready(copy)
            sqlite.sync(copy)
            if into:
                return _put_in_place(copy, into, clock)
            _poured(copy, url)
            return None


def _check_backup(file: Path) -> None:
    if not file.is_file():
        raise NotFound(f"There is no file {file}.")
    with storage_errors(file):
        if not sqlite.is_database(file):
            raise Invalid(f"{file} is no backup of the studio. Name a file that `studio backup` wrote.")


def _put_in_place(copy: Path, file: Path, clock: Clock) -> Path | None:
    kept = dated(file, "replaced", clock) if file.exists() else None
    if kept:
        sqlite.settle(file)
        sqlite.give_name(file, kept)
    for ending in sqlite.COMPANIONS:
        # Only a damaged database still has them; left here, SQLite would read them into the new file.
        if _with_ending(file, ending).exists():
            _with_ending(file, ending).replace(_with_ending(kept or dated(file, "replaced", clock), ending))
    copy.replace(file)
    sqlite.sync_names(file.parent)
    return kept


def _with_ending(file: Path, ending: str) -> Path:
    return file.with_name(file.name + ending)


def _poured(copy: Path, url: str) -> None:
    source, target = Database(URL.create("sqlite", database=str(copy))), opened(url)
    try:
        source.read_now(lambda reading: target.write_now(lambda writing: copy_rows(reading, writing)))
    finally:
        source.close_now()
        target.close_now()
