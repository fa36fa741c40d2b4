"""Much of a library goes out at once, and comes in again as it was."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from studio.cards.reading import read_card
from studio.domain.holding import Book
from studio.domain.lorebook import LoreEntry
from studio.domain.scene import Part, Scene
from studio.errors import NotFound, StorageError
from studio.intake import Intake
from studio.intake.parting import parted, zipped
from studio.intake.things import ImportedItem, import_thing
from studio.library import Library
from tests.cards import samples


@pytest.fixture
def library(tmp_path: Path) -> Library:
    found = Library(tmp_path / "shipped", tmp_path / "own")
    Intake(found).add(samples.png(samples.text_chunk(samples.V2)), "ola.png")
    found.save_scene(Scene(id="", title="A Door", premise="It is shut.", cast=(Part(character="ola-lind"),)))
    found.save_book(Book(id="", name="Harbour", entries=(LoreEntry(id="1", keys=("tide",), content="It turns."),)))
    return found


def test_a_zip_of_cards_holds_the_very_cards(library: Library, tmp_path: Path) -> None:
    target = tmp_path / "out.zip"
    told = list(zipped(parted(library, "character", ["ola-lind", "nobody"], "png"), target))
    assert [(name, error is None) for name, error in told] == [("ola-lind.png", True), ("nobody.png", False)]
    with zipfile.ZipFile(target) as archive:
        assert archive.namelist() == ["ola-lind.png"]
        again = read_card(archive.read("ola-lind.png"), "x").character
    local = {"id", "portrait", "original"}
    assert again.model_dump(exclude=local) == library.character("ola-lind").model_dump(exclude=local)
    assert [file.name for file in tmp_path.glob("*greenroom*")] == []


@pytest.mark.parametrize("card", ["png", "json", "charx", None])
def test_every_kind_goes_out_and_comes_in(library: Library, card: str | None) -> None:
    ((name, data),) = parted(library, "character", ["ola-lind"], card)  # type: ignore[arg-type]
    assert isinstance(data, bytes) and import_thing(data, name)
    ((name, data),) = parted(library, "scene", ["a-door"], card)  # type: ignore[arg-type]
    assert isinstance(data, bytes) and name == "a-door.yaml"
    found = import_thing(data, name)
    assert isinstance(found, ImportedItem) and found.item == library.scene("a-door").model_copy(update={"id": ""})
    ((name, data),) = parted(library, "lorebook", ["harbour"], card)  # type: ignore[arg-type]
    assert isinstance(data, bytes) and name == ("harbour.yaml" if card is None else "harbour.json")
    found = import_thing(data, name)
    assert isinstance(found, ImportedItem) and isinstance(found.item, Book)
    assert [entry.content for entry in found.item.entries] == ["It turns."]
    if card is not None:
        assert json.loads(data)["entries"]


def test_what_is_not_there_is_told_and_a_place_that_cannot_be_written_too(library: Library, tmp_path: Path) -> None:
    ((_, error),) = parted(library, "scene", ["nothing"])
    assert isinstance(error, NotFound)
    with pytest.raises(StorageError, match="could not be written"):
        list(zipped(parted(library, "character", ["ola-lind"]), tmp_path / "no" / "where.zip"))
