"""The worked example of CONTRIBUTING.md is code that works."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from studio.domain.session import Choice
from studio.export.base import Exporter
from studio.registry import Registry
from tests.export.plays import play, session

ROOT = Path(__file__).resolve().parent.parent.parent


def test_the_example_is_found_and_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    example = re.search(r"```python\n(.*?)```", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.DOTALL)
    assert example
    package = tmp_path / "planted_exporters"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "fountain.py").write_text(example[1], encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    registry: Registry[Exporter] = Registry("planted_exporters", Exporter)  # type: ignore[type-abstract]
    try:
        exporter = registry.build(Choice(name="fountain", parameters={"thoughts": True}))
        text = "".join(exporter.export((play(),)))
    finally:
        for name in [name for name in sys.modules if name.startswith("planted_exporters")]:
            del sys.modules[name]
    assert not registry.broken
    assert text.startswith("Title: The Last Ferry\n")
    assert "\n@Teo Brandt\n(to themselves)\nShe must not see the contract.\n" in text
    assert session().id in text
