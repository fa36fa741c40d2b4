"""Cards of other programs into the library and out of it: read, told apart from what is there already, stored."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path, PurePath
from types import MappingProxyType

from studio.cards import picture
from studio.cards.card_schema import V1_TEXTS
from studio.cards.portrait import draw_portrait
from studio.cards.reading import ImportedCard, read_card, read_mapping
from studio.cards.report import ImportReport, Notes, shown, visible
from studio.cards.writing import Kind, keepsake, write_card
from studio.domain.character import Character
from studio.domain.identifiers import slug
from studio.domain.persona import require_consent
from studio.domain.value import Value
from studio.errors import Invalid, StorageError, StudioError
from studio.library import Library
from studio.library.imports import MAX_KEPT_BYTES, Ending, ImportRecord
from studio.library.yaml_file import RESERVED, read, read_values

MAX_YAML_BYTES = 1 << 20
_YAML = (".yaml", ".yml")
_OTHERS = (b"\x89PNG", b"PK\x03\x04", b"\xff\xd8\xff", b"RIFF")
"""How files of other kinds begin, whatever they are called."""
_CARD_FIELDS = frozenset({*V1_TEXTS, "context", "char_name", "char_persona", "char_greeting", "data", "spec"}) - {
    "name"
}
_ENDINGS: MappingProxyType[picture.Kind, Ending] = MappingProxyType({"png": "png", "jpeg": "jpg", "webp": "webp"})
_LOCAL = frozenset({"id", "portrait", "original"})
_ARCHIVES: MappingProxyType[str, Ending] = MappingProxyType({"charx": "charx", "byaf": "byaf"})


class Added(Value):
    """A character as it now lies in the library. `known`: the same card was imported before, and nothing was written;
    `edited`: it was changed here since then."""

    character: Character
    report: ImportReport
    known: bool = False
    edited: bool = False


def import_card(data: bytes, filename: str, name: str = "") -> ImportedCard:
    """The character in a file of any kind: PNG, APNG, WebP, JPEG, JSON, YAML, charx, BYAF, or a YAML file of our own.
    Nothing is stored. `filename` tells YAML from other text and names the file in messages; `name` is used where the
    card says none.

    Blocking. Raises: Invalid naming the file, the step that failed and the mend.
    """
    file = Path(PurePath(filename.replace("\\", "/")).name or "card")
    if file.suffix.lower() not in _YAML or data.startswith(_OTHERS):
        return read_card(data, file.name, name)
    if len(data) > MAX_YAML_BYTES:
        raise Invalid(f"{shown(file.name)} has {len(data):,} bytes; of YAML {MAX_YAML_BYTES:,} at most are read.")
    values = read_values(data, file)
    if values.keys() & _CARD_FIELDS:
        return read_mapping(values, file.name, name)
    character = _own_file(data, file).model_copy(update={"id": "", "portrait": "", "original": ""})
    notes = Notes(kept=["Everything: it is a character of this studio."])
    return ImportedCard(character=character, report=notes.report("greenroom", "yaml"))


class Intake:
    """The way into one library, and out of it. Blocking."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def add(self, data: bytes, filename: str, name: str = "") -> Added:
        """Import a file and store its character under an id of our own, never over another.

        Raises: Invalid, StorageError; nothing is stored then, but for a picture without a character.
        """
        return self.store(import_card(data, filename, name), filename)

    def store(self, card: ImportedCard, filename: str = "") -> Added:
        """Store a card that was read. Raises: Invalid, StorageError."""
        digest = digest_of(card)
        with self._library.imports.in_hand(digest):
            return self._store(card, filename, digest)

    def _store(self, card: ImportedCard, filename: str, digest: str) -> Added:
        if (known := self.known(digest)) is not None:
            edited = _plain(known) != _plain(card.character)
            return Added(character=known, report=card.report, known=True, edited=edited)
        imports, report = self._library.imports, card.report
        update = {"id": "", "portrait": "", "original": digest}
        if card.portrait and (seen := picture.look(card.portrait)):
            update["portrait"] = imports.put_portrait(card.portrait, _ENDINGS[seen.kind])
        if ending := _ARCHIVES.get(report.container):
            if len(card.original) <= MAX_KEPT_BYTES:
                imports.put("originals", digest, card.original, ending)
            else:
                size = f"{len(card.original) >> 20:,} MiB"
                told = f"The archive of {size} was not kept beside the character; its other assets stay in your file."
                report = report.model_copy(update={"refused": (*report.refused, told)})
        elif texts := keepsake(card):
            imports.put("originals", digest, texts, "png")
        character = self._library.save_character(card.character.model_copy(update=update))
        imports.note(ImportRecord(digest=digest, id=character.id, file=visible(PurePath(filename).name)[:200]))
        return Added(character=character, report=report)

    def known(self, digest: str) -> Character | None:
        """The character in the library that was imported from what has this digest; None when it is not there."""
        record = self._library.imports.record(digest)
        try:
            character = self._library.character(record.id) if record else None
        except StudioError:
            return None
        return character if character and character.original == digest else None

    def export(self, character: Character, kind: Kind) -> bytes:
        """A character of the library as a card file, with its picture, and with what else was in the archive it came
        from. Who has no picture gets one drawn.

        Raises: Invalid, also for a living person who is not noted to have agreed; StorageError.
        """
        require_consent(character)
        portrait = self.portrait(character) if kind != "json" else b""
        if kind == "png" and not portrait:
            portrait = draw_portrait(character)
        return write_card(character, kind, portrait, self._library.imports.kept(character.original))

    def portrait(self, character: Character) -> bytes:
        """The picture somebody has (PNG, JPEG or WebP); empty without one. Raises: StorageError."""
        path = self._library.portrait_path(character)
        try:
            return path.read_bytes() if path else b""
        except OSError as error:
            raise StorageError(f"{path} could not be read ({error.strerror}).") from error


def digest_of(card: ImportedCard) -> str:
    """What makes a card the same again, whatever file it comes in: the character, the picture, an archive's assets."""
    parts = (_plain(card.character), card.portrait or b"", card.original if card.report.container in _ARCHIVES else b"")
    whole = hashlib.sha256()
    for part in parts:
        whole.update(hashlib.sha256(part).digest())
    return whole.hexdigest()


def _plain(character: Character) -> bytes:
    """Who somebody is, wherever they are kept."""
    return json.dumps(character.model_dump(mode="json", exclude={*_LOCAL}), sort_keys=True).encode()


def _own_file(data: bytes, file: Path) -> Character:
    id_ = slug(file.stem, "character")
    return read(data, Character, file.with_name(f"{'character' if id_ in RESERVED else id_}.yaml"))
