"""A place where memories are kept."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from studio.archive import Archive
from studio.memory import shelves
from tests.memory.kept import House


@pytest.fixture(autouse=True)
def small_shelves(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """A hundred memories and not a thousand are compared without the index, so that the index has something to do."""
    if "usual_length" not in request.node.name:
        monkeypatch.setattr(shelves, "RECENT", 100)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    archive = await Archive.open(f"sqlite:///{tmp_path / 'studio.db'}")
    made = House(tmp_path, archive)
    yield made
    for keeper in made.keepers:
        await keeper.index.close()
    await archive.close()
