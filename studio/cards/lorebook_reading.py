"""Lorebook files, whichever program wrote them: read into our form, and written in the two forms others read."""

from __future__ import annotations

import json

from studio.cards import png_chunks
from studio.cards.contents import from_base64
from studio.cards.foreign_lore import lorebook_from_foreign, program_of
from studio.cards.json_text import Object, read_object, write_object
from studio.cards.lore_entries import SOURCE
from studio.cards.lore_names import Form, inside
from studio.cards.lorebook_files import (
    lorebook_from_card,
    lorebook_from_world_info,
    lorebook_to_card,
    lorebook_to_world_info,
)
from studio.cards.png import CARD_KEYWORDS
from studio.cards.report import ImportReport, Notes, counted, shown
from studio.domain.lorebook import Lorebook
from studio.domain.value import Value
from studio.errors import Invalid

STANDALONE = "lorebook_v3"
_INDENT = "indent"
_NOVELAI = "naidata"


class ImportedLorebook(Value):
    """A lorebook from a file, and what became of it on the way in. `title`: its name, or else the file's."""

    book: Lorebook
    title: str
    report: ImportReport


def read_lorebook(data: bytes, filename: str) -> ImportedLorebook:
    """The lorebook in a file: SillyTavern World Info, a card's book by itself or within a card (JSON or PNG), NovelAI
    (JSON or PNG), Agnai, RisuAI, KoboldAI Lite.

    Raises: Invalid when there is none, or the file is damaged or too large.
    """
    notes = Notes()
    container = "json"
    if data.startswith(png_chunks.SIGNATURE):
        data, container = _in_png(data), "png"
    text = read_object(data, shown(filename), notes)
    book, spec = _book(text, filename, notes)
    if spec == Form.WORLD_INFO.value and data.lstrip().startswith(b"{\n    "):
        source = inside(book.extensions.get(SOURCE))
        book = book.model_copy(update={"extensions": {**book.extensions, SOURCE: {**source, _INDENT: 4}}})
    notes.kept.append(f"{counted(len(book.entries), 'entry', 'entries')}.")
    return ImportedLorebook(book=book, title=book.name or _stem(filename), report=notes.report(spec, container))


def write_lorebook(book: Lorebook, form: Form) -> bytes:
    """The lorebook as a JSON file: World Info, or a stand-alone V3 lorebook."""
    if form is Form.CARD:
        return write_object({"spec": STANDALONE, "data": lorebook_to_card(book)})
    whole = lorebook_to_world_info(book)
    indent = inside(book.extensions.get(SOURCE)).get(_INDENT)
    if indent != 4:
        return write_object(whole)
    return json.dumps(whole, ensure_ascii=False, allow_nan=False, indent=4).encode()


def _book(text: Object, filename: str, notes: Notes) -> tuple[Lorebook, str]:
    """The lorebook and the name of its form."""
    data = inside(text.get("data"))
    if text.get("spec") == STANDALONE:
        return lorebook_from_card(data, notes), STANDALONE
    if program := program_of(text):
        return lorebook_from_foreign(text, notes), program
    for holder in (data, text):
        if "character_book" in holder:
            return lorebook_from_card(inside(holder["character_book"]), notes), Form.CARD.value
    if isinstance(text.get("entries"), dict):
        return lorebook_from_world_info(text, notes), Form.WORLD_INFO.value
    if isinstance(text.get("entries"), list):
        return lorebook_from_card(text, notes), Form.CARD.value
    raise Invalid(f"{shown(filename)} holds no lorebook. A lorebook has 'entries'; export it from its program anew.")


def _in_png(data: bytes) -> bytes:
    chunks = {png_chunks.keyword(data, chunk).lower(): chunk for chunk in png_chunks.walk(data).items}
    for keyword in (_NOVELAI, *CARD_KEYWORDS):
        if keyword in chunks and (found := from_base64(png_chunks.text(data, chunks[keyword]))) is not None:
            return found
    raise Invalid("The picture holds no lorebook, nor a card that has one.")


def _stem(filename: str) -> str:
    return filename.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
