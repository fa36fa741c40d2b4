"""Whatever a file holds for the library: a character, a scene or a lorebook, told apart by what is in it. Pure."""

from __future__ import annotations

from pathlib import Path, PurePath

from studio.cards.lorebook_reading import read_lorebook
from studio.cards.reading import ImportedCard
from studio.cards.report import ImportReport, Notes, counted
from studio.domain.holding import Book
from studio.domain.identifiers import slug
from studio.domain.scene import Scene
from studio.domain.value import Value
from studio.errors import Invalid
from studio.intake.cards import import_card
from studio.library.yaml_file import RESERVED, read, read_values

_YAML = (".yaml", ".yml")
_LORE_SNIFFED = 1 << 20
_OF_A_CARD = (b'"first_mes"', b'"char_name"', b'"chara_card_v', b'"mes_example"', b'"character_book"')


class ImportedItem(Value):
    """A scene or a lorebook read, without an id, and what became of it."""

    item: Scene | Book
    report: ImportReport


def import_thing(data: bytes, filename: str) -> ImportedCard | ImportedItem:
    """What is in a file of any kind. Nothing is stored.

    Blocking. Raises: Invalid naming the file, the step that failed and the mend.
    """
    file = Path(PurePath(filename.replace("\\", "/")).name or "file")
    if file.suffix.lower() in _YAML:
        return _own(data, file) or import_card(data, filename)
    if _is_lore(data):
        return _book(data, filename)
    try:
        return import_card(data, filename)
    except Invalid as no_card:
        try:
            return _book(data, filename)
        except Invalid:
            raise no_card from None


def _own(data: bytes, file: Path) -> ImportedItem | None:
    """A scene or a lorebook in a YAML file of our own."""
    values = read_values(data, file)
    id_ = slug(file.stem, "scene")
    named = file.with_name(f"{'scene' if id_ in RESERVED else id_}.yaml")
    item: Scene | Book
    if {"premise", "cast"} <= values.keys():
        item = read(data, Scene, named)
    elif "entries" in values and isinstance(values["entries"], list):
        item = read(data, Book, named)
    else:
        return None
    notes = Notes(kept=["Everything: it comes from this studio."])
    return ImportedItem(item=item.model_copy(update={"id": ""}), report=notes.report("greenroom", "yaml"))


def _book(data: bytes, filename: str) -> ImportedItem:
    found = read_lorebook(data, filename)
    if not found.book.entries:
        raise Invalid(f"{filename} holds a lorebook without a single entry. Export it from its program anew.")
    book = Book.model_validate({**found.book.model_dump(), "id": "", "name": found.title})
    report = found.report
    if not report.kept:
        report = report.model_copy(update={"kept": (counted(len(book.entries), "entry", "entries"),)})
    return ImportedItem(item=book, report=report)


def _is_lore(data: bytes) -> bool:
    """Whether JSON is plainly a lorebook and no card: one that is read as a card would make a person of it."""
    head = data[:_LORE_SNIFFED]
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] != b"{":
        return False
    return b'"entries"' in head and not any(word in head for word in _OF_A_CARD)
