"""Fields by path."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from studio.domain.character import BigFive, Character
from studio.errors import Invalid
from studio.generation.fields import TITLES, filled, get, put, unlocked
from tests.plays import ADA


def test_every_path_is_read_and_written() -> None:
    for path in TITLES:
        assert put(ADA, path, get(ADA, path)) == ADA
    assert get(ADA, "speech.style") == "clipped"
    assert put(ADA, "identity.social", "Feared.").identity.social == "Feared."
    assert put(ADA, "big_five", BigFive(**dict.fromkeys(BigFive.model_fields, 4))).big_five is not None


def test_what_is_put_is_validated() -> None:
    with pytest.raises(ValidationError):
        put(ADA, "mbti", "WXYZ")
    with pytest.raises(Invalid, match=r"'identity' is no field of a character\. Fields: name, age"):
        put(ADA, "identity", "x")
    with pytest.raises(Invalid, match="'id' is no field"):
        get(ADA, "id")


def test_empty_is_empty() -> None:
    bare = Character(id="x", name="X")
    assert [path for path in TITLES if filled(bare, path)] == ["name"]
    assert filled(put(bare, "age", 0), "age")
    assert filled(put(bare, "talkativeness", 0.4), "talkativeness")


def test_locks_hold_for_a_field_or_a_whole_part() -> None:
    assert unlocked(("name", "speech.style", "speech.habits"), ("speech",)) == ("name",)
    assert unlocked(("name", "speech.style"), ("name",)) == ("speech.style",)
    with pytest.raises(Invalid, match="'hat'"):
        unlocked(("name",), ("hat",))
