"""Backups: one consistent state, checked, never half there; and back, with what was replaced kept beside it."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from studio.archive import Archive, migrations
from studio.archive.backups import backup, restore
from studio.errors import Invalid, NotFound, StorageError
from tests.archive.values import ANN, NOON, chain, line, memory, played, session, ticking, vectors


async def contents(url: str) -> tuple[object, ...]:
    """What an archive holds of Ann's, once it is found whole."""
    archive = await Archive.open(url)
    await archive.check()
    found = (
        await archive.sessions.list(ANN),
        [await archive.sessions.transcript(ANN, summary.id) for summary in await archive.sessions.list(ANN)],
        await archive.memories.of(ANN, "ada", f"story of {ANN}"),
        (await archive.memories.vectors(ANN, "ada", f"story of {ANN}", "hash"))[1].tolist(),
        await archive.preferences.get(ANN, "theme", ""),
    )
    await archive.close()
    return found


async def lived_in(archive: Archive) -> None:
    """Put something of everything into an archive."""
    await played(archive, 5)
    await played(archive, 2, session("other"))
    await archive.memories.add([memory("tea"), memory("supper")], vectors(2), "hash")
    await archive.preferences.set(ANN, "theme", "dark")


def names(folder: Path) -> set[str]:
    """The names in a folder."""
    return {path.name for path in folder.iterdir()}


async def test_a_backup_holds_everything_and_stands_alone(archive: Archive, url: str, tmp_path: Path) -> None:
    await lived_in(archive)
    target = tmp_path / "safe" / "play.db"
    assert await backup(archive, target) == target
    assert names(target.parent) == {"play.db"}
    await archive.close()
    assert await contents(f"sqlite:///{target}") == await contents(url)


async def test_backups_in_a_folder_get_names_by_date(archive: Archive, file: Path, tmp_path: Path) -> None:
    archive.clock = lambda: NOON
    folder = tmp_path / "safe"
    folder.mkdir()
    made = [await backup(archive, folder) for _ in range(3)]
    assert [path.name for path in made] == [
        "studio.backup-20250601T120000.db",
        "studio.backup-20250601T120000-1.db",
        "studio.backup-20250601T120000-2.db",
    ]
    assert names(folder) == {path.name for path in made}
    assert names(file.parent) >= {"studio.db"}
    assert not [name for name in names(file.parent) if "backup" in name]


async def test_a_backup_made_while_others_write_is_one_state(archive: Archive, url: str, tmp_path: Path) -> None:
    stored, events = await played(archive)
    other = await Archive.open(url)
    done = asyncio.Event()

    async def write() -> int:
        at, written = stored, len(events)
        while not done.is_set():
            at = await other.sessions.append(at, chain(at, 2, "While others write " * 20))
            written += 2
        return written

    writing = asyncio.create_task(write())
    made = [await backup(archive, tmp_path / f"{number}.db") for number in range(3)]
    done.set()
    written = await writing
    await other.close()
    whole = (await archive.sessions.transcript(ANN, "tea")).events
    assert len(whole) == written
    lengths = []
    for path in made:
        copy = await Archive.open(f"sqlite:///{path}")
        await copy.check()
        kept = (await copy.sessions.transcript(ANN, "tea")).events
        assert kept == whole[: len(kept)]
        lengths.append(len(kept))
        await copy.close()
    assert lengths == sorted(lengths)
    assert lengths[0] >= len(events)


async def test_a_later_backup_replaces_an_earlier_one_and_nothing_else(
    archive: Archive, file: Path, tmp_path: Path
) -> None:
    target = tmp_path / "play.db"
    await backup(archive, target)
    await lived_in(archive)
    await backup(archive, target)
    assert len((await contents(f"sqlite:///{target}"))[1]) == 2
    (tmp_path / "novel.txt").write_text("Chapter one")
    with pytest.raises(Invalid, match=r"novel\.txt is no backup and will not be replaced"):
        await backup(archive, tmp_path / "novel.txt")
    with pytest.raises(Invalid, match="is the archive itself"):
        await backup(archive, file)
    assert (tmp_path / "novel.txt").read_text() == "Chapter one"
    assert len(await archive.sessions.list(ANN)) == 2


async def test_a_backup_without_room_leaves_the_earlier_one_standing(
    archive: Archive,
    small_disk: Path,
) -> None:
    target = small_disk / "play.db"
    await backup(archive, target)
    earlier = target.read_bytes()
    (small_disk / "ballast").write_bytes(bytes(700_000))
    stored, _ = await played(archive)
    await archive.sessions.append(stored, [line(stored, "So long a line " * 30_000)])
    with pytest.raises(StorageError, match="room on the disk"):
        await backup(archive, target)
    assert target.read_bytes() == earlier
    assert names(small_disk) == {"play.db", "ballast"}


async def test_a_damaged_archive_is_not_taken_for_a_good_backup(archive: Archive, file: Path, tmp_path: Path) -> None:
    await lived_in(archive)
    target = tmp_path / "play.db"
    await backup(archive, target)
    earlier = target.read_bytes()
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("DROP TRIGGER event_deleted_by_purge_only")
        other.execute("DELETE FROM event WHERE position = 1")
        other.execute("CREATE TRIGGER event_deleted_by_purge_only BEFORE DELETE ON event BEGIN SELECT 1; END")
    with pytest.raises(StorageError, match=r"studio\.db is damaged: .*has 4 of its 5 events"):
        await backup(archive, target)
    assert target.read_bytes() == earlier
    assert names(tmp_path) == {"play.db", "home"}


async def test_restoring_brings_everything_back_and_keeps_what_it_replaces(
    archive: Archive, url: str, file: Path, tmp_path: Path
) -> None:
    await lived_in(archive)
    saved = await backup(archive, tmp_path / "play.db")
    before = saved.read_bytes()
    await archive.sessions.purge(ANN, "tea")
    await played(archive, 1, session("later"))
    await archive.close()
    now = await contents(url)

    kept = await restore(url, saved, clock=lambda: NOON)
    assert kept == file.with_name("studio.replaced-20250601T120000.db")
    assert names(file.parent) == {"studio.db", kept.name}
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert saved.read_bytes() == before
    assert await contents(url) == await contents(f"sqlite:///{saved}")
    assert await contents(f"sqlite:///{kept}") == now

    assert await restore(url, kept, clock=lambda: NOON) is not None
    assert await contents(url) == now


async def test_restoring_where_nothing_is_makes_the_archive(archive: Archive, tmp_path: Path) -> None:
    await lived_in(archive)
    saved = await backup(archive, tmp_path / "play.db")
    assert await restore(f"sqlite:///{tmp_path}/new/place/studio.db", saved) is None
    new = await contents(f"sqlite:///{tmp_path}/new/place/studio.db")
    assert new == await contents(f"sqlite:///{saved}")


async def test_an_archive_in_use_is_not_replaced(archive: Archive, url: str, tmp_path: Path) -> None:
    stored, events = await played(archive)
    saved = await backup(archive, tmp_path / "play.db")
    with pytest.raises(StorageError, match=r"studio\.db is in use\. Stop the studio"):
        await restore(url, saved)
    stored = await archive.sessions.append(stored, [last := line(stored)])
    assert (await archive.sessions.transcript(ANN, "tea")).events == (*events, last)
    await archive.close()
    assert names(tmp_path / "home") == {"studio.db"}


async def test_a_file_that_is_no_backup_is_refused_and_nothing_changes(
    archive: Archive, url: str, file: Path, tmp_path: Path
) -> None:
    await lived_in(archive)
    saved = await backup(archive, tmp_path / "play.db")
    await archive.close()
    whole = saved.read_bytes()
    now = file.read_bytes()
    (tmp_path / "text.db").write_text("Chapter one")
    (tmp_path / "empty.db").write_bytes(b"")
    (tmp_path / "short.db").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "holes.db").write_bytes(whole[:8192] + bytes(len(whole) - 8192))
    with closing(sqlite3.connect(tmp_path / "foreign.db")) as foreign:
        foreign.execute("CREATE TABLE recipes (name)")
    shutil.copy(saved, tmp_path / "newer.db")
    with closing(sqlite3.connect(tmp_path / "newer.db", isolation_level=None)) as newer:
        newer.execute("UPDATE alembic_version SET version_num = '0099'")
    for name, message in (
        ("text.db", "is no backup of the studio"),
        ("empty.db", "is no backup of the studio"),
        ("short.db", "cannot be restored"),
        ("holes.db", "cannot be restored"),
        ("foreign.db", "cannot be restored"),
        ("newer.db", "made by a newer studio"),
    ):
        with pytest.raises(Invalid, match=message) as refused:
            await restore(url, tmp_path / name)
        assert str(tmp_path / name) in str(refused.value)
        assert file.read_bytes() == now
        assert names(file.parent) == {"studio.db"}
    with pytest.raises(NotFound, match="There is no file"):
        await restore(url, tmp_path / "nowhere.db")


async def test_a_damaged_archive_is_kept_whole_beside_what_replaces_it(
    archive: Archive, url: str, file: Path, tmp_path: Path
) -> None:
    await lived_in(archive)
    saved = await backup(archive, tmp_path / "play.db")
    await archive.close()
    file.write_bytes(b"Rubbish " * 1000)
    file.with_name("studio.db-wal").write_bytes(b"More rubbish")
    kept = await restore(url, saved, clock=lambda: NOON)
    assert kept is not None
    assert kept.read_bytes() == b"Rubbish " * 1000
    assert kept.with_name(kept.name + "-wal").read_bytes() == b"More rubbish"
    assert await contents(url) == await contents(f"sqlite:///{saved}")


async def test_an_older_backup_is_brought_up_to_date_and_stays_as_it_is(
    archive: Archive,
    url: str,
    file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    await lived_in(archive)
    saved = await backup(archive, tmp_path / "play.db")
    await archive.close()
    before = saved.read_bytes()
    request.getfixturevalue("later")
    await restore(url, saved)
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(migrations.REVISIONS[-1],)]
    assert saved.read_bytes() == before
    assert len((await contents(url))[1]) == 2


async def test_an_archive_on_another_database_is_copied_row_by_row(archive: Archive, url: str, tmp_path: Path) -> None:
    await lived_in(archive)
    archive.database.file = None  # what makes a database one that SQLite's own means cannot copy
    saved = await backup(archive, tmp_path / "play.db")
    assert names(tmp_path) == {"play.db", "home"}
    await archive.close()
    assert await contents(f"sqlite:///{saved}") == await contents(url)


async def test_the_clock_names_what_is_kept(url: str, tmp_path: Path) -> None:
    archive = await Archive.open(url, clock=ticking().__next__)
    saved = await backup(archive, tmp_path / "play.db")
    await archive.close()
    time = ticking()
    kept = [await restore(url, saved, clock=time.__next__) for _ in range(2)]
    assert len({path and path.name for path in kept}) == 2
