"""A library with its catalogue, for every test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.archive.catalogue import Catalogue
from studio.archive.opening import opened
from studio.library.cataloguing import Cataloguing
from studio.library.owners import Libraries


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    """An empty catalogue in a database of its own."""
    database = opened(f"sqlite:///{tmp_path / 'studio.db'}")
    yield Catalogue(database)
    database.close_now()


@pytest.fixture
def libraries(tmp_path: Path, catalogue: Catalogue) -> Libraries:
    """The libraries of several owners."""
    return Libraries(tmp_path / "shipped", tmp_path / "own", Cataloguing(catalogue, rest_seconds=0))
