"""Character cards out, in the three containers every program reads."""

from __future__ import annotations

from typing import Literal

from studio.cards import assets, charx, picture, png
from studio.cards.card_schema import CharacterCard, mirrored, normalised, v2, v3
from studio.cards.contents import Contents
from studio.cards.conversion import beside, card_from
from studio.cards.json_text import Object, read_object, write_object
from studio.cards.reading import ImportedCard, contents_of, read_card
from studio.cards.report import Notes
from studio.cards.zip_file import Archive
from studio.domain.character import Character
from studio.errors import Invalid

Kind = Literal["png", "json", "charx"]

_CHARA, _CCV3 = "chara", "ccv3"
_SPECS = {"chara_card_v1": _CHARA, "chara_card_v2": _CHARA, "chara_card_v3": _CCV3}
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010100000000376ef9240000000a49444154789c6360000000020001e527de"
    "fc0000000049454e44ae426082"
)
"""The smallest PNG there is."""
_WITH_TEXTS = ("png", "apng", "json", "webp", "jpeg")
_ELSEWHERE = ("id", "portrait", "original")
"""Fields a card does not carry: where the library keeps a character, not who it is."""


def write_card(character: Character, kind: Kind, portrait: bytes = b"", original: bytes = b"") -> bytes:
    """The character as a card file.

    `png`: the portrait with a V2 card (`chara`) and a V3 card (`ccv3`) before its end, every other byte as it was; a
    JPEG or WebP portrait is turned into a PNG first. `json`: a V3 card, its V1 fields beside `data`. `charx`: a V3
    card with the portrait as main icon.

    With `original`, the file the character was imported from, a card nobody edited since is written in its very
    bytes, and a charx keeps its other assets. Nothing in a card says where it lay here.
    Raises: Invalid for a portrait that cannot be used, an original that cannot be read, or another kind.
    """
    card = card_from(character)
    contents = contents_of(original) if original else None
    texts = _original_texts(character, contents, original) if contents else {}
    if contents and contents.icon and contents.container == "charx" != kind:
        texts = {}  # its icon is named by its place in an archive that stays behind
    if kind == "png":
        return _png(character, card, picture.as_png(portrait), texts)
    if kind == "json":
        return texts.get(_CCV3) or texts.get(_CHARA) or write_object({**mirrored(card), **v3(card)})
    if kind == "charx":
        source = original if contents is not None and contents.container == "charx" else b""
        archive = Archive(source) if source else None
        if archive and not archive.unsafe() and texts and contents and portrait == (contents.portrait or b""):
            return original
        return _charx(card, portrait, archive)
    raise Invalid(f"There is no card format '{kind}'. Choose png, json or charx.")


def keepsake(card: ImportedCard) -> bytes:
    """What to keep of the file of a card, so that it goes out in its very bytes as long as nobody edits it: its texts
    beside a single pixel, to be used as `original`. Empty where they would be written the same anyway, or mended."""
    if card.report.container not in _WITH_TEXTS:
        return b""
    texts = _sound_texts(contents_of(card.original))
    fresh = _fresh_texts(card.character, card_from(card.character)) if texts else {}
    if all(fresh.get(keyword) == text for keyword, text in texts.items()):
        return b""
    return png.write_png(PIXEL, texts)


def _png(character: Character, card: CharacterCard, portrait: bytes, texts: dict[str, bytes]) -> bytes:
    return png.write_png(portrait, {**_fresh_texts(character, card), **texts})


def _fresh_texts(character: Character, card: CharacterCard) -> dict[str, bytes]:
    return {_CHARA: write_object(beside(character) or v2(card)), _CCV3: write_object(v3(card))}


def _charx(card: CharacterCard, portrait: bytes, original: Archive | None) -> bytes:
    if not portrait:
        return charx.write_charx(write_object(v3(card)), None, original)
    path, ending = charx.icon_path(portrait)
    listed = card.data.get("assets")
    named = assets.with_portrait(listed if isinstance(listed, list) else [], path, ending)
    data: Object = {**card.data, "assets": named}
    text = write_object(v3(CharacterCard(card.spec, data, card.top)))
    return charx.write_charx(text, (path, portrait), original)


def _original_texts(character: Character, contents: Contents, original: bytes) -> dict[str, bytes]:
    """The cards of the original as they were written, by keyword, if the character is still the one they tell of.

    One that needed a repair is not among them: it goes out repaired.
    """
    if contents.container == "byaf" or not _unedited(character, read_card(original, "original", character.name)):
        return {}
    return _sound_texts(contents)


def _sound_texts(contents: Contents) -> dict[str, bytes]:
    texts = {}
    for text in filter(None, (contents.text, contents.beside_text)):
        notes = Notes()
        card = normalised(read_object(text, "The card", notes), notes)
        keyword = _SPECS.get(card.spec)
        if keyword and keyword not in texts and not notes.changed and not notes.refused:
            texts[keyword] = text
    return texts


def _unedited(character: Character, imported: ImportedCard) -> bool:
    plain = dict.fromkeys(_ELSEWHERE, "")
    return character.model_copy(update=plain) == imported.character.model_copy(update=plain)
