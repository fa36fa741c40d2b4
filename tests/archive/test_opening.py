"""Opening: a new archive, an older one, a newer one, a damaged one; and a schema with one history."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from studio.archive import Archive, holding_text, memory_text, migrations, opening, schema, sqlite
from studio.errors import Invalid, StorageError
from tests.archive.values import ANN, played, session


def tables(file: Path) -> dict[str, list[str]]:
    """Everything in a database's schema by name; spaces, quotes and the order of parts aside."""
    with closing(sqlite3.connect(file)) as connection:
        found = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return {name: sorted("".join(sql.split()).replace('"', "").replace(")", "").split(",")) for name, sql in found}


def migrated(file: Path) -> None:
    """A database made by the migrations alone."""
    reading, writing = sqlite.engines(file, 1)
    with writing.begin() as connection:
        migrations.upgrade(connection)
        sqlite.guard(connection)
        assert compare_metadata(MigrationContext.configure(connection), schema.metadata) == []
        memory_text.make(connection)
        holding_text.make(connection)
    reading.dispose()
    writing.dispose()


async def test_a_new_archive_makes_its_folder_and_is_whole(url: str, file: Path) -> None:
    archive = await Archive.open(url)
    await archive.check()
    assert await archive.sessions.list(ANN) == ()
    await archive.close()
    assert [path.name for path in file.parent.iterdir()] == ["studio.db"]


async def test_what_was_stored_is_there_at_the_next_opening(archive: Archive, url: str) -> None:
    _, events = await played(archive)
    await archive.close()
    again = await Archive.open(url)
    assert (await again.sessions.transcript(ANN, "tea")).events == events
    await again.close()


async def test_the_migrations_make_the_very_schema_of_the_code(archive: Archive, file: Path, tmp_path: Path) -> None:
    migrated(tmp_path / "migrated.db")
    assert tables(tmp_path / "migrated.db") == tables(file)


def test_the_migrations_are_one_line_and_all_are_known() -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations.FOLDER))
    line = ScriptDirectory.from_config(config).walk_revisions()
    assert tuple(script.revision for script in line)[::-1] == migrations.REVISIONS


async def test_an_older_archive_is_copied_then_brought_up_to_date(
    archive: Archive, url: str, file: Path, later: None
) -> None:
    _, events = await played(archive)
    await archive.close()
    again = await Archive.open(url)
    assert (await again.sessions.transcript(ANN, "tea")).events == events
    await again.check()
    await again.close()
    assert "weatherTEXT" in tables(file)["event"]
    (copy,) = file.parent.glob("studio.before-weather-*.db")
    assert "weatherTEXT" not in tables(copy)["event"]
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT count(*) FROM event").fetchone() == (len(events),)
    with closing(sqlite3.connect(file)) as connection, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute("DELETE FROM event")
    third = await Archive.open(url)
    assert third.database.read_now(lambda connection: connection.exec_driver_sql("PRAGMA foreign_keys").scalar()) == 1
    await third.close()
    assert len(list(file.parent.glob("studio.before-*"))) == 1


async def test_a_step_that_fails_leaves_the_older_archive_as_it_was(
    archive: Archive, url: str, file: Path, later: None
) -> None:
    await played(archive)
    await archive.close()
    before = tables(file)
    with (migrations.FOLDER / "versions" / "weather.py").open("a") as step:
        step.write('    op.execute("INSERT INTO nowhere VALUES (1)")\n')
    with pytest.raises(StorageError, match="no such table: nowhere"):
        await Archive.open(url)
    assert tables(file) == before


async def test_an_archive_of_a_newer_studio_is_refused_and_left_alone(archive: Archive, url: str, file: Path) -> None:
    await archive.close()
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0099'")
    before = file.read_bytes()
    with pytest.raises(Invalid, match=r"made by a newer studio \(schema 0099.*Update the studio"):
        await Archive.open(url)
    assert file.read_bytes() == before


async def damaged(archive: Archive, file: Path, how: str) -> None:
    """Damage an archive with a play in it."""
    await played(archive, 400)
    await archive.close()
    whole = file.read_bytes()
    if how == "garbage":
        file.write_bytes(b"This is not a database. " * 1000)
    elif how == "empty":
        file.write_bytes(b"")
    elif how == "cut short":
        file.write_bytes(whole[: len(whole) // 2])
    elif how == "cut to a page":
        file.write_bytes(whole[:4096])
    elif how == "zeros inside":
        file.write_bytes(whole[:8192] + bytes(len(whole) - 16384) + whole[-8192:])
    elif how == "zeros at the start":
        file.write_bytes(bytes(4096) + whole[4096:])
    else:
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            connection.execute(how)


@pytest.mark.parametrize(
    "how",
    [
        "garbage",
        "empty",
        "cut short",
        "cut to a page",
        "zeros inside",
        "zeros at the start",
        "DROP TABLE event",
        "DROP TABLE session_body",
        "DROP TABLE alembic_version",
        "DELETE FROM alembic_version",
    ],
)
async def test_a_damaged_archive_is_an_error_and_is_left_as_it_is(
    archive: Archive, url: str, file: Path, how: str
) -> None:
    await damaged(archive, file, how)
    before = file.read_bytes()
    with pytest.raises(StorageError, match="studio restore") as refused:
        await Archive.open(url)
    assert str(file) in str(refused.value)
    assert file.read_bytes() == before


async def test_a_database_that_is_gone_while_its_last_lines_are_not_is_an_error(
    archive: Archive, url: str, file: Path
) -> None:
    await played(archive)
    wal = file.with_name("studio.db-wal")
    lines = wal.read_bytes()
    assert lines
    await archive.close()
    file.unlink()
    wal.write_bytes(lines)
    with pytest.raises(StorageError, match=r"studio\.db-wal beside it still holds lines"):
        await Archive.open(url)
    assert wal.read_bytes() == lines
    assert not file.exists()


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("nonsense", "is no database URL"),
        ("sqlite://", "names no plain file"),
        ("sqlite:///:memory:", "names no plain file"),
        ("sqlite:///x.db?mode=memory", "names no plain file"),
        ("nosuchdatabase://host/x", "Nothing here can open nosuchdatabase://host/x"),
        ("postgresql+nosuchdriver://me:hush@host/x", r"Nothing here can open postgresql\+nosuchdriver://me:\*\*\*@"),
    ],
)
async def test_a_url_that_cannot_be_opened_says_why_and_keeps_its_password(url: str, message: str) -> None:
    with pytest.raises(Invalid, match=message) as refused:
        await Archive.open(url)
    assert "hush" not in str(refused.value)


async def test_a_folder_that_is_a_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")
    with pytest.raises(StorageError, match=r"home.* cannot be used"):
        await Archive.open(f"sqlite:///{tmp_path}/home/studio.db")


async def test_odd_paths_are_plain_paths(tmp_path: Path) -> None:
    file = tmp_path / "Zoë's 100% #1 & 猫" / "my studio.db"
    archive = await Archive.open(f"sqlite:///{file}")
    await archive.sessions.create(session())
    await archive.close()
    assert file.exists()


def open_once(url: str) -> int:
    """Open an archive in a process of its own; how many revisions it says it has."""
    database = opening.opened(url)
    found = database.read_now(lambda connection: connection.execute(migrations.version.select()).all())
    database.close_now()
    return len(found)


def test_processes_that_open_a_new_archive_at_once_share_it(url: str, file: Path) -> None:
    with ProcessPoolExecutor(4, mp_context=get_context("forkserver")) as pool:
        assert list(pool.map(open_once, [url] * 8)) == [1] * 8
    assert [path.name for path in file.parent.iterdir()] == ["studio.db"]


async def test_opening_an_archive_that_is_up_to_date_needs_no_alembic(archive: Archive, url: str) -> None:
    await archive.close()
    program = (
        "import asyncio, sys\n"
        "from studio.archive import Archive\n"
        "async def main(url):\n"
        "    archive = await Archive.open(url)\n"
        "    await archive.sessions.list('ann')\n"
        "    await archive.close()\n"
        "for url in sys.argv[1:]:\n"
        "    asyncio.run(main(url))\n"
        "print([name for name in sys.modules if name.startswith(('alembic', 'mako'))])\n"
    )
    command = [sys.executable, "-c", program, url, url.replace("studio.db", "new.db")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
