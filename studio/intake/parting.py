"""Much of a library out again: cards, scenes and lorebooks in one zip, or in a folder."""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from studio.cards.lore_names import Form
from studio.cards.lorebook_reading import write_lorebook
from studio.cards.writing import Kind as CardKind
from studio.domain.holding import Kind
from studio.errors import StorageError, StudioError
from studio.intake.cards import Intake
from studio.library import Library
from studio.library.yaml_file import write

Parted = tuple[str, bytes | StudioError]
"""The name of a file, and what is in it or why there is none."""


def parted(library: Library, kind: Kind, ids: Sequence[str], card: CardKind | None = "png") -> Iterator[Parted]:
    """A file for each: characters as cards of this kind, lorebooks as World Info; `card` None: as YAML of our own, as
    scenes always are. One that cannot be written gives its error; the others follow. Blocking."""
    intake = Intake(library)
    for id_ in ids:
        ending = "yaml" if card is None or kind == "scene" else "json" if kind == "lorebook" else card
        try:
            yield f"{id_}.{ending}", _data(library, intake, kind, id_, card)
        except StudioError as error:
            yield f"{id_}.{ending}", error


def zipped(files: Iterator[Parted], target: Path) -> Iterator[tuple[str, StudioError | None]]:
    """Write files to a zip, in place once it is whole; each one's name, and why it is not in it. Blocking.

    Raises: StorageError.
    """
    try:
        handle, draft = tempfile.mkstemp(prefix=".greenroom-", suffix=".zip", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as out, zipfile.ZipFile(out, "w") as archive:
                for name, data in files:
                    if isinstance(data, bytes):
                        packing = zipfile.ZIP_STORED if name.endswith((".png", ".charx")) else zipfile.ZIP_DEFLATED
                        archive.writestr(zipfile.ZipInfo(name), data, packing)
                    yield name, None if isinstance(data, bytes) else data
            Path(draft).replace(target)
        finally:
            Path(draft).unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(f"{target} could not be written ({error.strerror}).") from error


def _data(library: Library, intake: Intake, kind: Kind, id_: str, card: CardKind | None) -> bytes:
    if kind == "character":
        character = library.character(id_)
        return write(character) if card is None else intake.export(character, card)
    if kind == "scene":
        return write(library.scene(id_))
    book = library.book(id_)
    return write(book) if card is None else write_lorebook(book.lorebook, Form.WORLD_INFO)
