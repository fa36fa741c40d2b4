"""A company of its own for every test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.roleplay.company import Company, gathered


@pytest.fixture
async def company(tmp_path: Path) -> AsyncIterator[Company]:
    """A company whose model always has an answer."""
    async with gathered(tmp_path) as found:
        yield found
