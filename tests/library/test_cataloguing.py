"""Whatever happens to the files, the catalogue notices."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from studio.archive.catalogue import Catalogue
from studio.domain.character import Character
from studio.domain.holding import Find
from studio.errors import Invalid
from studio.library import Library
from studio.library.owners import Libraries
from tests.library.test_library import put


def names(library: Library, **find: object) -> list[str]:
    """What is found among the characters."""
    return [one.title for one in library.find(Find.model_validate({"kind": "character", **find})).holdings]


def test_an_edit_a_new_file_and_a_removed_one_are_noticed(libraries: Libraries, tmp_path: Path) -> None:
    ada = put(tmp_path / "own", "characters/ada.yaml", "name: Ada\nbackstory: A lamp.")
    put(tmp_path / "shipped", "characters/sol.yaml", "name: Sol")
    assert names(libraries.house) == ["Ada", "Sol"] and names(libraries.house, text="lamp") == ["Ada"]
    put(tmp_path / "own", "characters/ada.yaml", "name: Ada the second\nbackstory: A boat.")
    put(tmp_path / "own", "characters/bo.yaml", "name: Bo\nmbti: INTJ")
    assert names(libraries.house) == ["Ada the second", "Bo", "Sol"]
    assert names(libraries.house, text="lamp") == [] and names(libraries.house, text="boat") == ["Ada the second"]
    assert names(libraries.house, mbti="INTJ") == ["Bo"]
    ada.rename(ada.with_name("eve.yaml"))
    assert [one.id for one in libraries.house.find(Find(kind="character")).holdings] == ["eve", "bo", "sol"]
    (tmp_path / "own/characters/eve.yaml").unlink()
    assert names(libraries.house) == ["Bo", "Sol"]


def test_an_edit_of_the_same_length_at_the_same_time_is_noticed_by_its_file(
    libraries: Libraries, tmp_path: Path
) -> None:
    file = put(tmp_path / "own", "characters/ada.yaml", "name: Ada")
    assert names(libraries.house) == ["Ada"]
    stat = file.stat()
    new = put(tmp_path / "own", "characters/.new", "name: Eve")
    os.utime(new, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    new.replace(file)
    assert names(libraries.house) == ["Eve"]


def test_a_broken_file_is_listed_with_what_is_wrong_and_mended(libraries: Libraries, tmp_path: Path) -> None:
    put(tmp_path / "own", "characters/ada.yaml", "name: Ada\nage: old")
    put(tmp_path / "own", "characters/My Hero.yml", "name: Hero")
    found = libraries.house.find(Find(kind="character")).holdings
    assert [(one.id, bool(one.problem)) for one in found] == [("ada", True), ("My Hero.yml", True)]
    assert "line 2, age" in found[0].problem and "Rename it to my-hero.yaml" in found[1].problem
    assert len(libraries.house.catalogue.problems("local")) == 2
    assert libraries.house.catalogue.problems("guest") == ()
    put(tmp_path / "own", "characters/ada.yaml", "name: Ada\nage: 4")
    assert libraries.house.holding("character", "ada").problem == ""


def test_what_was_seen_is_not_read_again_not_even_by_the_next_process(
    libraries: Libraries, catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ada", "bo"):
        put(tmp_path / "own", f"characters/{name}.yaml", f"name: {name}")
    assert names(libraries.house) == ["ada", "bo"]

    def never(*_: object) -> None:
        raise AssertionError("a body was read")

    monkeypatch.setattr("studio.library.shelf.read", never)
    afresh = Libraries(tmp_path / "shipped", tmp_path / "own", catalogue).house
    for library in (libraries.house, afresh):
        assert names(library) == ["ada", "bo"] and library.facets("character").tags == ()


def test_marks_stay_with_an_id_through_edits(libraries: Libraries) -> None:
    libraries.house.save_character(Character(id="ada", name="Ada"))
    libraries.house.catalogue.mark("local", "character", ["ada"], favourite=True, add=["liked"])
    libraries.house.save_character(Character(id="ada", name="Ada Brandt"))
    (found,) = libraries.house.find(Find(kind="character", favourites=True, tags=("liked",))).holdings
    assert found.title == "Ada Brandt"


def test_a_library_without_a_catalogue_says_that_it_cannot_search(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="without its catalogue"):
        Library(tmp_path, tmp_path / "own").find(Find(kind="character"))
