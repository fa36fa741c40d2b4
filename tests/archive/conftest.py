"""An archive of its own for every test."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from studio.archive import Archive, migrations
from tests.archive.values import ticking

SECOND = f"""
from alembic import op
import sqlalchemy as sa

revision = "weather"
down_revision = "{migrations.REVISIONS[-1]}"


def upgrade():
    for name in ("session", "event"):
        with op.batch_alter_table(name, recreate="always") as table:
            table.add_column(sa.Column("weather", sa.Text()))
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the database lies."""
    return tmp_path / "home" / "studio.db"


@pytest.fixture
def url(file: Path) -> str:
    """The same as a URL."""
    return f"sqlite:///{file}"


@pytest.fixture
async def archive(url: str) -> AsyncIterator[Archive]:
    """A new archive, closed afterwards."""
    opened = await Archive.open(url, clock=ticking().__next__)
    yield opened
    await opened.close()


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A studio whose schema is one revision further."""
    folder = tmp_path / "migrations"
    shutil.copytree(migrations.FOLDER, folder)
    (folder / "versions" / "weather.py").write_text(SECOND)
    monkeypatch.setattr(migrations, "FOLDER", folder)
    monkeypatch.setattr(migrations, "REVISIONS", (*migrations.REVISIONS, "weather"))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", place], capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr.strip()}")
    yield place
    subprocess.run(["umount", place], check=True)
