"""Whose rows a visitor sees."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.settings import Settings
from studio.ui.visit import LOCAL_OWNER, new_guest, owner_of


def _settings(host: str = "127.0.0.1", space: str = "") -> Settings:
    return Settings(data_dir=Path("nowhere"), host=host, SPACE_ID=space)


def test_on_a_machine_of_ones_own_everybody_is_its_owner() -> None:
    assert owner_of(_settings(), None, "") == LOCAL_OWNER
    assert owner_of(_settings(), None, new_guest()) == LOCAL_OWNER


@pytest.mark.parametrize("settings", [_settings(host="0.0.0.0"), _settings(space="me/greenroom")])
def test_strangers_are_guests_whom_their_browser_remembers(settings: Settings) -> None:
    guest = owner_of(settings, None, "")
    assert guest != owner_of(settings, None, "")
    assert owner_of(settings, None, guest) == guest


@pytest.mark.parametrize("claimed", [LOCAL_OWNER, "hub:alice", "guest-short", "guest-" + "a" * 21 + "\n"])
def test_a_browser_can_only_ever_name_a_guest(claimed: str) -> None:
    owner = owner_of(_settings(space="me/greenroom"), None, claimed)
    assert owner.startswith("guest-")
    assert owner != claimed


def test_who_signed_in_is_the_owner() -> None:
    assert owner_of(_settings(space="me/greenroom"), "alice", new_guest()) == "hub:alice"
