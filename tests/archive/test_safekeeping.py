"""What a disk that does not last would lose comes back."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path

from studio.archive import Archive
from studio.archive.safekeeping import SNAPSHOT, Safekeeping, bring_back
from tests.plays import NOON


async def test_a_lost_database_comes_back_from_the_last_copy(url: str, file: Path, tmp_path: Path) -> None:
    lasting = tmp_path / "bucket"
    lasting.mkdir()
    archive = await Archive.open(url)
    safe = Safekeeping(archive, lasting, minutes=60)
    safe.start()
    await archive.preferences.set("me", "theme", "dark")
    await safe.close()
    await archive.close()
    assert safe.safe_at is not None and not safe.trouble
    for gone in file.parent.glob("studio.db*"):
        gone.unlink()

    assert await bring_back(url, lasting)
    archive = await Archive.open(url)
    assert await archive.preferences.get("me", "theme", "") == "dark"
    await archive.close()


async def test_a_database_that_is_there_is_never_replaced(url: str, tmp_path: Path) -> None:
    archive = await Archive.open(url)
    safe = Safekeeping(archive, tmp_path, minutes=60)
    await safe.keep()
    await archive.preferences.set("me", "theme", "light")
    await archive.close()
    assert not await bring_back(url, tmp_path)
    archive = await Archive.open(url)
    assert await archive.preferences.get("me", "theme", "") == "light"
    await archive.close()


async def test_copies_are_made_on_schedule_and_replace_one_another(archive: Archive, tmp_path: Path) -> None:
    copies, twice = [], asyncio.Event()

    def clock() -> datetime:
        copies.append(NOON)
        if len(copies) == 2:
            twice.set()
        return NOON

    safe = Safekeeping(archive, tmp_path, minutes=0.0001, clock=clock)
    safe.start()
    await twice.wait()
    await safe.close()
    assert [path.name for path in tmp_path.glob("*.db")] == [SNAPSHOT]


async def test_a_folder_out_of_reach_is_told_and_the_next_try_may_succeed(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "bucket").write_text("a file where the folder should be")
    safe = Safekeeping(archive, tmp_path / "bucket", minutes=60)
    await safe.keep()
    assert safe.safe_at is None and "bucket" in safe.trouble
    (tmp_path / "bucket").unlink()
    (tmp_path / "bucket").mkdir()
    await safe.keep()
    assert safe.safe_at is not None and not safe.trouble
