"""From a URL to a database that is whole and up to date, or a clear refusal."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL, Connection, Engine, inspect

from studio.archive import holding_text, memory_text, migrations, schema, sqlite
from studio.archive.database import BUSY_TIMEOUT_SECONDS, Clock, Database, RowError, storage_errors, utc_now
from studio.errors import Invalid


def opened(
    url: str | URL,
    busy_timeout_seconds: float = BUSY_TIMEOUT_SECONDS,
    clock: Clock = utc_now,
    place: str = "",
) -> Database:
    """The database at a URL: made where there is none, brought up to date where it is older. `place` is what to call
    it in an error, where not by its file or URL.

    Raises: StorageError, Invalid; nothing that was there is changed then.
    """
    database = Database(url, busy_timeout_seconds, place)
    try:
        with storage_errors(database.place, busy_timeout_seconds):
            _make(database)
            _bring_up_to_date(database, clock)
        database.read_now(_check_whole)
    except BaseException:
        database.close_now()
        raise
    return database


def dated(file: Path, label: str, clock: Clock) -> Path:
    """A name beside a file that nothing has yet: `studio.db` → `studio.<label>-20250131T235959.db`."""
    for count in range(1000):
        again = f"-{count}" if count else ""
        name = file.with_name(f"{file.stem}.{label}-{clock():%Y%m%dT%H%M%S}{again}{file.suffix}")
        if not name.exists():
            return name
    raise FileExistsError(f"{name} and a thousand like it")


def _make(database: Database) -> None:
    if database.file is None:
        if not inspect(database.writing).has_table(migrations.version.name):
            _build(database.writing)
    elif not database.file.exists():
        sqlite.create(database.file, _build)
    elif not sqlite.is_database(database.file):
        raise RowError("the file is empty, or does not begin like a database")


def _build(engine: Engine) -> None:
    with engine.begin() as connection:
        schema.metadata.create_all(connection)
        migrations.stamp(connection)
        if connection.dialect.name == "sqlite":
            sqlite.guard(connection)
            memory_text.make(connection)
            holding_text.make(connection)


def _revision(connection: Connection) -> str:
    found = migrations.revision(connection)
    if found is None:
        raise RowError("it does not say which schema it has")
    return found


def _bring_up_to_date(database: Database, clock: Clock) -> None:
    newest = migrations.REVISIONS[-1]
    found = database.read_now(_revision)
    if found == newest:
        return
    if found not in migrations.REVISIONS:
        raise Invalid(
            f"The archive {database.place} was made by a newer studio (schema {found}; this one knows {newest} at "
            "most). Update the studio, or choose another database."
        )
    if database.file is None:
        database.write_now(_upgrade)
        return
    sqlite.snapshot(database.file, dated(database.file, f"before-{newest}", clock))
    with sqlite.loosened(database.writing):
        database.write_now(_upgrade_sqlite)


def _upgrade(connection: Connection) -> None:
    if _revision(connection) != migrations.REVISIONS[-1]:  # another process may have been quicker
        migrations.upgrade(connection)


def _upgrade_sqlite(connection: Connection) -> None:
    _upgrade(connection)
    sqlite.guard(connection)
    memory_text.make(connection)
    holding_text.make(connection)
    dangling = sqlite.dangling(connection)
    if dangling:
        raise RowError("; ".join(dangling))


def _check_whole(connection: Connection) -> None:
    missing = schema.metadata.tables.keys() - set(inspect(connection).get_table_names())
    if missing:
        raise RowError(f"table {', '.join(sorted(missing))} is missing")
    file = connection.engine.url.database
    if connection.dialect.name == "sqlite" and file and Path(file).stat().st_size <= sqlite.CHECKED_AT_OPEN_BYTES:
        faults = sqlite.faults(connection, quick=True)
        if faults:
            raise RowError("; ".join(faults))
