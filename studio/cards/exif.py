"""Cards in the EXIF comment of WebP and JPEG files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from studio.cards import picture
from studio.cards.contents import Contents
from studio.cards.json_text import read_object
from studio.cards.report import Notes
from studio.errors import Invalid

USER_COMMENT = 0x9286
EXIF_FOLDER = 0x8769
MAX_TAGS = 1000
MAX_BLOCKS = 65_536
MAX_COMMENT_BYTES = 16 << 20

_PREFIXES = {b"ASCII\0\0\0": "utf-8", b"UNICODE\0": "utf-16", b"JIS\0\0\0\0\0": "iso2022_jp", b"\0" * 8: "utf-8"}
_NUMBER = re.compile(rb"[0-9]+")
_LIST = b"0123456789, \t\r\n"
_EXIF = b"Exif\0\0"


class Block(NamedTuple):
    """Where EXIF lies in a file: `start` and `end` of the whole chunk or segment, `body` of the TIFF data in it."""

    start: int
    body: int
    end: int


def read_exif(data: bytes, notes: Notes) -> Contents:
    """The card in the EXIF of a WebP or JPEG file: JSON, or its bytes as decimal numbers with commas between.

    Raises: Invalid when there is none, or none that can be read.
    """
    kind = "webp" if data[:4] == b"RIFF" else "jpeg"
    for block in _webp_blocks(data) if kind == "webp" else _jpeg_blocks(data):
        comment = _user_comment(data[block.body : block.end])
        if comment:
            text = _plain(comment)
            card = read_object(text, "The card in the picture's EXIF comment", notes)
            portrait = picture.accepted(_without(data, block, kind), "The picture", notes)
            return Contents(kind, card, text, portrait)
    raise Invalid(
        f"The {kind.upper()} picture holds no character card (no EXIF comment). Many sites and programs drop it when "
        "they save a picture: get the original file."
    )


def _webp_blocks(data: bytes) -> Iterator[Block]:
    at = 12
    for _ in range(MAX_BLOCKS):
        if at + 8 > len(data):
            return
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        body, end = at + 8, at + 8 + size + size % 2
        if data[at : at + 4] == b"EXIF":
            head = len(_EXIF) if data.startswith(_EXIF, body) else 0
            yield Block(at, body + head, min(end, len(data)))
        at = end


def _jpeg_blocks(data: bytes) -> Iterator[Block]:
    at = 2
    for _ in range(MAX_BLOCKS):
        if at + 4 > len(data) or data[at] != 0xFF or data[at + 1] in (0xD9, 0xDA):
            return
        size = int.from_bytes(data[at + 2 : at + 4])
        if data[at + 1] == 0xFF:
            at += 1
        elif size < 2:
            return
        else:
            if data[at + 1] == 0xE1 and data.startswith(_EXIF, at + 4):
                yield Block(at, at + 10, at + 2 + size)
            at += 2 + size


def _user_comment(tiff: bytes) -> bytes:
    """The value of the user comment, sought in the first folder and in the Exif folder; empty without one."""
    if tiff[:2] not in (b"II", b"MM"):
        return b""

    def number(at: int, size: int) -> int:
        return int.from_bytes(tiff[at : at + size], "little" if tiff[:2] == b"II" else "big")

    folders, seen = [number(4, 4)], set[int]()
    while folders:
        folder = folders.pop()
        if folder in seen or folder + 2 > len(tiff):
            continue
        seen.add(folder)
        for entry in range(min(number(folder, 2), MAX_TAGS)):
            at = folder + 2 + 12 * entry
            tag, count = number(at, 2), number(at + 4, 4)
            if tag == USER_COMMENT:
                start = number(at + 8, 4) if count > 4 else at + 8
                return tiff[start : start + min(count, MAX_COMMENT_BYTES)]
            if tag == EXIF_FOLDER and len(seen) < 4:
                folders.append(number(at + 8, 4))
    return b""


def _plain(comment: bytes) -> bytes:
    """The comment without its encoding mark, as UTF-8; a list of decimal numbers as the bytes it lists.

    Raises: Invalid for a number that is no byte.
    """
    encoding = _PREFIXES.get(comment[:8])
    text = comment[8:] if encoding else comment
    if encoding not in (None, "utf-8"):
        text = text.decode(encoding, "replace").encode()
    text = text.strip(b"\0 \t\r\n")
    if b"," not in text or text.translate(None, _LIST):
        return text
    try:
        return bytes(int(found[0]) for found in _NUMBER.finditer(text))
    except ValueError as error:
        raise Invalid("The EXIF comment lists a number above 255, which is no byte. Get the original file.") from error


def _without(data: bytes, block: Block, kind: str) -> bytes:
    """The picture without its EXIF. In a WebP the length and the flag in its header follow."""
    rest = bytearray(data[: block.start] + data[block.end :])
    if kind == "webp":
        rest[4:8] = (len(rest) - 8).to_bytes(4, "little")
        if rest[12:16] == b"VP8X" and len(rest) > 20:
            rest[20] &= ~0x08
    return bytes(rest)
