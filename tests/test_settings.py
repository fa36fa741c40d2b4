"""What the environment may say."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from studio.settings import Settings


def test_an_empty_variable_counts_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUDIO_DATA_DIR", "")
    assert Settings().data_dir == Path.home() / ".greenroom"


def test_the_database_lies_in_the_data_folder_unless_a_url_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUDIO_DATA_DIR", "plays")
    assert Settings().database == "sqlite:///plays/studio.db"
    monkeypatch.setenv("STUDIO_DATABASE_URL", "postgresql://db/studio")
    assert Settings().database == "postgresql://db/studio"


def test_a_space_is_known_by_its_own_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not Settings().on_space
    monkeypatch.setenv("SPACE_ID", "someone/greenroom")
    assert Settings().on_space


def test_a_key_never_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUDIO_API_KEY", "sk-very-secret")
    assert "sk-very-secret" not in repr(Settings())


def test_a_value_out_of_range_names_its_field(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUDIO_PORT", "99999")
    with pytest.raises(ValidationError, match="port"):
        Settings()
