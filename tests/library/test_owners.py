"""Whose is whose: the person at home, every visitor, and what ships for all of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.domain.character import Character
from studio.domain.holding import Book, Find
from studio.domain.lorebook import LoreEntry
from studio.domain.scene import Part, Scene
from studio.errors import Conflict, NotFound
from studio.library import Library
from studio.library.describing import digest_of
from studio.library.owners import Libraries
from tests.library.test_library import put

ANN, BOB = "guest-ann", "guest-bob"


def names(library: Library, **find: object) -> list[str]:
    """Which characters are found."""
    return [one.title for one in library.find(Find.model_validate({"kind": "character", **find})).holdings]


def test_two_visitors_and_the_person_at_home_find_only_their_own(libraries: Libraries, tmp_path: Path) -> None:
    put(tmp_path / "shipped", "characters/sol.yaml", "name: Sol")
    libraries.house.save_character(Character(id="", name="Home"))
    ann, bob = libraries.of(ANN), libraries.of(BOB)
    anns = ann.save_character(Character(id="", name="Ann's"))
    bob.save_character(Character(id="", name="Bob's", secrets=("xyzzy",)))
    for library, own in ((ann, "Ann's"), (bob, "Bob's"), (libraries.house, "Home")):
        assert names(library) == [own, "Sol"] == [one.name for one in library.characters()]
    assert names(bob, text="xyzzy") == [], "a secret is searched"
    assert names(bob, text="sol") == ["Sol"] and names(bob, text="home") == names(bob, text="ann") == []
    for library in (bob, libraries.house):
        with pytest.raises(NotFound) as caught:
            library.character(anns.id)
        assert "Ann" not in str(caught.value).replace(f"'{anns.id}'", "")
        with pytest.raises(NotFound):
            library.holding("character", anns.id)
        with pytest.raises(NotFound):
            library.delete_character(anns.id)


def test_a_visitor_shadows_what_ships_for_nobody_else(libraries: Libraries, tmp_path: Path) -> None:
    put(tmp_path / "shipped", "characters/sol.yaml", "name: Sol")
    ann, bob = libraries.of(ANN), libraries.of(BOB)
    ann.save_character(ann.character("sol").model_copy(update={"name": "Sol of Ann"}))
    assert names(ann) == ["Sol of Ann"] and names(bob) == ["Sol"]
    assert names(ann, text="sol") == ["Sol of Ann"] and not ann.holding("character", "sol").shipped
    token = ann.delete_character("sol")
    assert names(ann) == ["Sol"] and ann.holding("character", "sol").shipped
    ann.restore(token)
    assert names(ann) == ["Sol of Ann"]


def test_a_scene_is_found_by_the_names_of_its_cast(libraries: Libraries, tmp_path: Path) -> None:
    put(tmp_path / "shipped", "characters/sol.yaml", "name: Sol")
    ann = libraries.of(ANN)
    mine = ann.save_character(Character(id="", name="Mine Own"))
    cast = (Part(character="sol", secret="hush"), Part(character=mine.id))
    ann.save_scene(Scene(id="", title="A Door", premise="It is shut.", cast=cast))
    for text, found in (("own mine", 1), ("sol", 1), ("shut", 1), ("hush", 0)):
        assert ann.find(Find(kind="scene", text=text)).total == found, text
    assert libraries.of(BOB).find(Find(kind="scene")).total == 0


@pytest.mark.parametrize("owner", ["local", ANN])
def test_a_lorebook_stands_on_a_shelf_of_its_own(libraries: Libraries, owner: str) -> None:
    library = libraries.of(owner)
    entry = LoreEntry(id="1", keys=("pier",), content="It is long.", extensions={"x": 1})
    book = library.save_book(Book(id="", name="Harbour", entries=(entry,)))
    assert library.book("harbour") == book and library.books() == (book,)
    assert book.lorebook.entries == (entry,)
    (found,) = library.find(Find(kind="lorebook", text="pier long")).holdings
    assert (found.id, found.title, found.entries) == ("harbour", "Harbour", 1)
    token = library.delete("lorebook", "harbour")
    assert library.books() == () and [(one.kind, one.title) for one in library.deleted()] == [("lorebook", "Harbour")]
    assert library.restore(token) == "harbour"
    library.delete("lorebook", "harbour")
    assert library.empty_trash() == 1 and library.trash() == ()


def test_a_second_tab_cannot_write_over_what_it_has_not_seen(libraries: Libraries) -> None:
    library = libraries.of(ANN)
    first = library.save_scene(Scene(id="", title="A Door", premise="p", cast=(Part(character="a"),)))
    read = digest_of(first)
    second = library.save_scene(first.model_copy(update={"mood": "grim"}), known=read)
    with pytest.raises(Conflict, match="changed in the meantime"):
        library.save_scene(first.model_copy(update={"mood": "gay"}), known=read)
    assert library.scene("a-door") == second
    library.save_scene(first.model_copy(update={"mood": "gay"}), known=digest_of(second))
