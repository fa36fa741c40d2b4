"""Character cards in: from any container and dialect, whatever is wrong with them, without running or decoding it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath

from pydantic import Field, JsonValue

from studio.cards import assets, byaf, charx, exif, picture, png, png_chunks
from studio.cards.card_schema import CharacterCard, normalised
from studio.cards.contents import Contents
from studio.cards.conversion import agrees, character_from, keep_beside
from studio.cards.inert import note_inert
from studio.cards.json_text import Object, read_object
from studio.cards.report import ImportReport, Notes, counted, shown
from studio.cards.zip_file import Archive
from studio.domain.character import Character
from studio.domain.value import Value
from studio.errors import Invalid

MAX_FILE_BYTES = 512 << 20

_JPEG = b"\xff\xd8\xff"
_ZIP = b"PK\x03\x04"
_FRAME = ("spec", "spec_version", "data")
_UNKNOWN = (
    "This is no character card. Cards are PNG, WebP and JPEG pictures, .json and .yaml files, and .charx and .byaf "
    "archives."
)


class ImportedCard(Value):
    """A card read. The character's id is empty, so that saving it never writes over another. `portrait` is its
    picture (PNG, JPEG or WebP) without the card in it; `original` the file as it came, from which `write_card` gives
    an unedited card back byte for byte."""

    character: Character
    portrait: bytes | None = Field(default=None, repr=False)
    report: ImportReport
    original: bytes = Field(default=b"", repr=False)


def read_card(data: bytes, filename: str, name: str = "") -> ImportedCard:
    """The character in a file. `filename` only names it in messages; `name` is used where the card says none.

    Blocking; a few megabytes at most beside the file itself for an honest card.
    Raises: Invalid naming the file, the step that failed and the mend.
    """
    notes = Notes()
    try:
        return _imported(_contents(data, notes), notes, name, data)
    except Invalid as error:
        raise Invalid(f"{shown(PurePath(filename).name)}: {error}") from error


def read_mapping(values: Mapping[str, JsonValue], filename: str, name: str = "") -> ImportedCard:
    """As `read_card`, for a card whose text was parsed elsewhere, such as YAML.

    Raises: Invalid.
    """
    try:
        return _imported(Contents("yaml", dict(values), b""), Notes(), name, b"")
    except Invalid as error:
        raise Invalid(f"{shown(PurePath(filename).name)}: {error}") from error


def contents_of(data: bytes) -> Contents:
    """The card in a file as it is written there, nothing interpreted.

    Raises: Invalid.
    """
    return _contents(data, Notes())


def _contents(data: bytes, notes: Notes) -> Contents:
    if not data:
        raise Invalid("The file is empty. Download it again.")
    if len(data) > MAX_FILE_BYTES:
        raise Invalid(f"The file has {len(data):,} bytes, {MAX_FILE_BYTES:,} at most are read. Make it smaller.")
    if data.startswith(png_chunks.SIGNATURE):
        return png.read_png(data, notes)
    if data.startswith(_ZIP):
        return _archived(data, notes)
    if data.startswith(_JPEG):
        return _in_jpeg(data, notes)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return exif.read_exif(data, notes)
    if _looks_like_json(data):
        return _json(data, notes)
    if _ZIP in data:
        return _archived(data, notes)
    raise Invalid(_UNKNOWN)


def _in_jpeg(data: bytes, notes: Notes) -> Contents:
    """A card in the picture's EXIF, else in an archive behind the picture."""
    try:
        return exif.read_exif(data, notes)
    except Invalid:
        if _ZIP not in data:
            raise
    return _archived(data, notes)


def _archived(data: bytes, notes: Notes) -> Contents:
    archive = Archive(data)
    if charx.CARD in archive:
        return charx.read_charx(data, archive, notes)
    if byaf.MANIFEST in archive:
        return byaf.read_byaf(archive, notes)
    raise Invalid("The archive holds neither card.json (charx) nor manifest.json (Backyard). Choose a card.")


def _json(data: bytes, notes: Notes) -> Contents:
    card = read_object(data, "The file", notes)
    uri, icon = assets.icon_in_text(card) or ("", b"")
    portrait = picture.accepted(icon, "The icon in the card", notes) if icon else None
    return Contents("json", card, data, portrait, uri)


def _looks_like_json(data: bytes) -> bool:
    head = data[:256].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return head[:1] in (b"{", b"[", b'"') or head[:4] == b"null" or head[:1].isdigit()


def _imported(contents: Contents, notes: Notes, name: str, original: bytes) -> ImportedCard:
    card = _without_portrait(normalised(contents.card, notes), contents)
    character = character_from(card, notes, name)
    if contents.beside is not None and not _repeats(contents.card, contents.beside):
        character = _with_beside(character, card, contents.beside, notes)
    if character.lorebook:
        notes.kept.append(f"The lorebook's {counted(len(character.lorebook.entries), 'entry', 'entries')}.")
    note_inert(card, notes)
    return ImportedCard(
        character=character,
        portrait=contents.portrait,
        report=notes.report(card.spec if contents.container != "byaf" else "byaf", contents.container),
        original=original,
    )


def _without_portrait(card: CharacterCard, contents: Contents) -> CharacterCard:
    listed = card.data.get("assets")
    if contents.portrait is None or not contents.icon or not isinstance(listed, list):
        return card
    left = assets.without_portrait(listed, contents.icon)
    data: Object = {key: left if key == "assets" else value for key, value in card.data.items()}
    if not left:
        del data["assets"]
    return CharacterCard(card.spec, data, card.top)


def _repeats(card: Object, beside: Object) -> bool:
    """Whether the second card is plainly the first with fewer fields: the usual case, seen without a closer look."""
    ours, theirs = card.get("data"), beside.get("data")
    if not isinstance(ours, dict) or not isinstance(theirs, dict):
        return False
    top = {**ours, **card}
    same = all(key in ours and ours[key] == value for key, value in theirs.items())
    return same and all(key in top and top[key] == value for key, value in beside.items() if key not in _FRAME)


def _with_beside(character: Character, card: CharacterCard, beside: Object, notes: Notes) -> Character:
    try:
        second = normalised(beside, Notes())
    except Invalid as error:
        notes.refused.append(f"The second card of the file was left out: {error}")
        return character
    return character if agrees(card, second) else keep_beside(character, beside, notes)
