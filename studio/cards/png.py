"""Cards in PNG and APNG files: `ccv3` and `chara` texts, base64 over JSON."""

from __future__ import annotations

import base64
from typing import NamedTuple

from studio.cards import picture, png_chunks
from studio.cards.contents import Contents, from_base64
from studio.cards.json_text import Object, read_object
from studio.cards.png_chunks import Chunk, Chunks
from studio.cards.report import Notes, counted
from studio.errors import Invalid

CARD_KEYWORDS = ("ccv3", "chara")
"""The newer first: where both are there and disagree, it counts."""

_MISTAKEN = {"naidata": "It holds a NovelAI lorebook: import it as a lorebook."}


class _Text(NamedTuple):
    card: Object
    text: bytes


def read_png(data: bytes, notes: Notes) -> Contents:
    """The card in a PNG file, whichever text chunk it lies in, before or after the pixels.

    Raises: Invalid when there is none, or none that can be read (names the step).
    """
    chunks = png_chunks.walk(data)
    found: dict[str, _Text] = {}
    failures: list[str] = []
    for chunk in chunks.items:
        keyword = png_chunks.keyword(data, chunk).lower()
        if keyword not in CARD_KEYWORDS:
            continue
        if keyword in found:
            notes.refused.append(f"A second text '{keyword}' in the picture was left out; the first counts.")
            continue
        try:
            found[keyword] = _card_text(data, chunk, keyword, notes)
        except Invalid as error:
            failures.append(str(error))
    if not found:
        raise Invalid(failures[0] if failures else _nothing(data, chunks))
    notes.refused += failures
    first, *others = (found[keyword] for keyword in CARD_KEYWORDS if keyword in found)
    beside = others[0] if others else _Text({}, b"")
    container = "apng" if any(chunk.kind == b"acTL" for chunk in chunks.items) else "png"
    portrait = _portrait(data, chunks, notes)
    return Contents(container, first.card, first.text, portrait, beside=beside.card or None, beside_text=beside.text)


def write_png(portrait: bytes, texts: dict[str, bytes]) -> bytes:
    """The picture with the cards (keyword → JSON) before its end, old ones removed; all other bytes as they were.

    Raises: Invalid when the picture is no whole PNG.
    """
    chunks = png_chunks.walk(portrait) if portrait.startswith(png_chunks.SIGNATURE) else Chunks((), whole=False)
    if not chunks.whole:
        raise Invalid("The portrait is cut short or damaged. Choose another picture.")
    added = (png_chunks.text_chunk(keyword, base64.b64encode(text)) for keyword, text in texts.items())
    return png_chunks.with_added(portrait, chunks, lambda chunk: _is_card(portrait, chunk), added)


def _card_text(data: bytes, chunk: Chunk, keyword: str, notes: Notes) -> _Text:
    raw = png_chunks.text(data, chunk)
    if not png_chunks.sound(data, chunk):
        notes.changed.append(f"The checksum of the text '{keyword}' did not fit; its content was read all the same.")
    if raw.lstrip()[:1] == b"{":
        notes.changed.append(f"The text '{keyword}' was bare JSON instead of base64.")
    else:
        plain = from_base64(raw)
        if plain is None:
            raise Invalid(f"The text '{keyword}' in the picture is not whole base64. Get the original file anew.")
        raw = plain
    return _Text(read_object(raw, f"The card in the text '{keyword}'", notes), raw)


def _portrait(data: bytes, chunks: Chunks, notes: Notes) -> bytes | None:
    if not chunks.whole:
        notes.refused.append("The picture is cut short or damaged; a portrait is drawn instead.")
        return None
    extra = [png_chunks.keyword(data, chunk) for chunk in chunks.items]
    assets = sum(name.lower().startswith("chara-ext-asset_") for name in extra)
    if assets:
        notes.kept.append(f"{counted(assets, 'embedded asset')} of RisuAI stay in the picture file, unused.")
    return picture.accepted(png_chunks.without(data, chunks, lambda chunk: _is_card(data, chunk)), "The picture", notes)


def _is_card(data: bytes, chunk: Chunk) -> bool:
    return png_chunks.keyword(data, chunk).lower() in CARD_KEYWORDS


def _nothing(data: bytes, chunks: Chunks) -> str:
    names = {png_chunks.keyword(data, chunk).lower() for chunk in chunks.items}
    for name, meaning in _MISTAKEN.items():
        if name in names:
            return meaning
    if not chunks.whole:
        return "The file is cut short before any character card. Download it again."
    return (
        "The picture holds no character card (no text 'chara' or 'ccv3'). Many sites and programs drop it when they "
        "save a picture: get the original file."
    )
