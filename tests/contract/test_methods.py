"""What every method of every registry must hold, whoever wrote it."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

from docs import generate
from studio.domain.session import Choice
from studio.errors import Invalid, NotFound
from studio.registry import CardedMethod, Registry
from tests import house

ROOT = Path(__file__).resolve().parent.parent.parent
METHODS = [
    pytest.param(registry, method, id=f"{registry.package.removeprefix('studio.')}-{name}")
    for registry in generate.REGISTRIES.values()
    for name, method in registry.methods.items()
]
EVERY = pytest.mark.parametrize(("registry", "method"), METHODS)


def test_every_registry_of_the_house_is_documented() -> None:
    made = {
        ast.literal_eval(node.args[0])
        for module in house.read(ROOT).values()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and house.called(node) == "Registry" and module.part
    }
    assert made == {registry.package for registry in generate.REGISTRIES.values()}


@pytest.mark.parametrize("title", generate.REGISTRIES)
def test_every_file_of_a_registry_imports(title: str) -> None:
    registry = generate.REGISTRIES[title]
    assert registry.methods
    assert not registry.broken


@EVERY
def test_the_card_is_complete(registry: Registry[Any], method: type[CardedMethod]) -> None:
    card = method.card
    assert card.name == method.__module__.rpartition(".")[2], "a method is named after its file"
    assert card.title and card.title[0].isupper()
    assert card.summary.endswith("."), "the summary is a sentence"
    assert card.version >= 1 and card.cost
    assert not card.url or (card.url.startswith("https://") and card.source), "a url belongs to a named source"
    assert method.__doc__ and method.__doc__ != method.__bases__[0].__doc__
    if "Source:" in method.__doc__:
        assert card.source, "the docstring names a source, so the card must"


@EVERY
def test_it_is_frozen_and_rejects_what_it_does_not_know(registry: Registry[Any], method: type[CardedMethod]) -> None:
    assert method.model_config["frozen"] and method.model_config["extra"] == "forbid"
    with pytest.raises(Invalid, match="no_such_parameter"):
        registry.build(Choice(name=method.card.name, parameters={"no_such_parameter": 1}))


@EVERY
def test_it_builds_with_its_defaults_and_from_its_own_record(
    registry: Registry[Any], method: type[CardedMethod]
) -> None:
    built = registry.build(Choice(name=method.card.name))
    assert method.model_validate(built.model_dump()) == built, "a default lies outside its own range"
    given = {name: value for name, value in built.model_dump().items() if value is not None}
    assert registry.build(Choice(name=method.card.name, parameters=given)) == built


@EVERY
def test_the_documents_list_it(registry: Registry[Any], method: type[CardedMethod]) -> None:
    text = generate.METHODS.read_text(encoding="utf-8")
    assert f"### {method.card.title} (`{method.card.name}`)\n\n{method.card.summary}\n" in text


@pytest.mark.parametrize("title", generate.REGISTRIES)
def test_an_unknown_name_is_answered_with_the_known_ones(title: str) -> None:
    registry = generate.REGISTRIES[title]
    with pytest.raises(NotFound) as caught:
        registry.build(Choice(name="nobody"))
    assert "nobody" in str(caught.value)
    assert all(name in str(caught.value) for name in registry.methods)


def test_a_stale_page_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generate, "METHODS", tmp_path / "methods.md")
    with pytest.raises(SystemExit, match="out of date"):
        generate.main(["--check"])
    generate.main([])
    generate.main(["--check"])
    generate.METHODS.write_text("# Methods\n", encoding="utf-8")
    with pytest.raises(SystemExit, match="make docs"):
        generate.main(["--check"])
