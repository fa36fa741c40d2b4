"""Methods are found; a clash raises; one bad file empties nothing."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from studio.domain.session import Choice
from studio.errors import Invalid, NotFound, StudioError
from studio.registry import CardedMethod, Registry

METHOD = """
from typing import ClassVar
from pydantic import Field
from studio.registry import Card, CardedMethod

class Some(CardedMethod):
    card: ClassVar[Card] = Card(name="{name}", title="T", summary="S")
    size: int = Field(default=2, ge=1)
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "planted_methods"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield folder
    for name in [name for name in sys.modules if name.startswith("planted_methods")]:
        del sys.modules[name]


def registry() -> Registry[CardedMethod]:
    return Registry("planted_methods", CardedMethod)


def test_a_file_put_there_is_found_and_built(package: Path) -> None:
    (package / "one.py").write_text(METHOD.format(name="one"))
    built = registry().build(Choice(name="one", parameters={"size": 5}))
    assert built.model_dump() == {"size": 5}


def test_a_broken_file_is_told_and_the_others_stay(package: Path) -> None:
    (package / "one.py").write_text(METHOD.format(name="one"))
    (package / "two.py").write_text("raise RuntimeError('half written')")
    methods = registry()
    assert list(methods.methods) == ["one"]
    assert "half written" in methods.broken["planted_methods.two"]


def test_two_claims_to_a_name_raise(package: Path) -> None:
    (package / "one.py").write_text(METHOD.format(name="same"))
    (package / "two.py").write_text(METHOD.format(name="same"))
    with pytest.raises(StudioError, match=r"claimed by both planted_methods\.one and planted_methods\.two"):
        _ = registry().methods


def test_a_bad_parameter_and_an_unknown_name_say_what_is_wrong(package: Path) -> None:
    (package / "one.py").write_text(METHOD.format(name="one"))
    with pytest.raises(Invalid, match="one: size is 0"):
        registry().build(Choice(name="one", parameters={"size": 0}))
    with pytest.raises(NotFound, match="Known: one"):
        registry().build(Choice(name="other"))
