"""Preferences: one text a key and owner."""

from __future__ import annotations

from studio.archive import Archive
from tests.archive.values import ANN, BOB


async def test_the_last_value_set_is_the_one_that_comes_back(archive: Archive) -> None:
    assert await archive.preferences.get(ANN, "theme", "light") == "light"
    for value in ("dark", "", "🌗"):
        await archive.preferences.set(ANN, "theme", value)
        assert await archive.preferences.get(ANN, "theme", "light") == value
    assert await archive.preferences.get(ANN, "voice", "off") == "off"
    assert await archive.preferences.get(BOB, "theme", "light") == "light"
