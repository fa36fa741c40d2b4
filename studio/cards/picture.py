"""What a picture file is and how large it would be, read from its first bytes; nothing is decoded."""

from __future__ import annotations

import io
from typing import Literal, NamedTuple

from studio.cards import png_chunks
from studio.cards.report import Notes, shown
from studio.cards.zip_file import Archive
from studio.errors import Invalid

Kind = Literal["png", "jpeg", "webp"]

MAX_BYTES = 32 << 20
MAX_SIDE = 16_384
MAX_PIXELS = 64_000_000
MAX_SEGMENTS = 65_536
PORTRAIT_SIDE = 768
PORTRAIT_QUALITY = 86


class Picture(NamedTuple):
    """A picture's kind, and width and height in pixels as its header claims."""

    kind: Kind
    width: int
    height: int


def look(data: bytes) -> Picture | None:
    """What the first bytes say; None when it is no PNG, JPEG or WebP, or its header is broken."""
    if data.startswith(png_chunks.SIGNATURE) and data[12:16] == b"IHDR" and len(data) >= 24:
        return Picture("png", int.from_bytes(data[16:20]), int.from_bytes(data[20:24]))
    if data.startswith(b"\xff\xd8\xff"):
        return _jpeg(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP" and len(data) >= 30:
        return _webp(data)
    return None


def accepted(data: bytes, what: str, notes: Notes) -> bytes | None:
    """The picture if it may be shown as a portrait, else None with the reason noted."""
    picture = look(data)
    if picture is None:
        notes.refused.append(f"{what} is no PNG, JPEG or WebP picture; a portrait is drawn instead.")
    elif len(data) > MAX_BYTES:
        notes.refused.append(f"{what} has {len(data):,} bytes, {MAX_BYTES:,} at most are shown.")
    elif not 0 < picture.width <= MAX_SIDE or not 0 < picture.height <= MAX_SIDE or _pixels(picture) > MAX_PIXELS:
        size = f"{picture.width:,} × {picture.height:,} pixels"
        notes.refused.append(f"{what} claims {size}, {MAX_PIXELS // 1_000_000} million at most are shown.")
    else:
        return data
    return None


def unpacked(archive: Archive, name: str, what: str, notes: Notes) -> bytes | None:
    """As `accepted`, for a member of an archive."""
    try:
        return accepted(archive.read(name, MAX_BYTES), f"{what} {shown(name)}", notes)
    except Invalid as error:
        notes.refused.append(str(error))
        return None


def as_png(data: bytes) -> bytes:
    """The picture as a PNG file: a PNG as it is, a JPEG or WebP decoded and written anew.

    Raises: Invalid for no picture, one too large, or one that cannot be decoded.
    """
    notes = Notes()
    picture = look(data)
    if picture is None or accepted(data, "The portrait", notes) is None:
        raise Invalid(" ".join(notes.refused) or "The portrait is no PNG, JPEG or WebP picture. Choose another.")
    if picture.kind == "png":
        return data
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "WEBP")) as image:
            drawn = image.convert("RGBA" if image.has_transparency_data else "RGB")
    except (OSError, ValueError, SyntaxError) as error:
        raise Invalid(f"The portrait cannot be decoded ({error}). Choose another picture.") from error
    target = io.BytesIO()
    drawn.save(target, "PNG")
    return target.getvalue()


def as_portrait(data: bytes) -> bytes:
    """A picture somebody chose, made anew as WebP of at most 768 × 768 pixels, upright: nothing but what is seen of it
    stays, no place or camera that its file may tell. Of an animation the first frame.

    Raises: Invalid for no picture, one too large, or one that cannot be decoded.
    """
    notes = Notes()
    if accepted(data, "The picture", notes) is None:
        raise Invalid(
            "The picture was not taken. " + " ".join(notes.refused).replace("; a portrait is drawn instead", "")
        )
    from PIL import Image, ImageOps

    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP")) as image:
            image.draft("RGB", (2 * PORTRAIT_SIDE, 2 * PORTRAIT_SIDE))
            upright = ImageOps.exif_transpose(image)
            drawn = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    except (OSError, ValueError, SyntaxError) as error:
        raise Invalid(f"The picture cannot be decoded ({error}). Choose another.") from error
    drawn.thumbnail((PORTRAIT_SIDE, PORTRAIT_SIDE))
    target = io.BytesIO()
    drawn.save(target, "WEBP", quality=PORTRAIT_QUALITY, method=4)
    return target.getvalue()


def _pixels(picture: Picture) -> int:
    return picture.width * picture.height


def _jpeg(data: bytes) -> Picture | None:
    """Walks the segments up to the frame header."""
    at = 2
    for _ in range(MAX_SEGMENTS):
        if at + 9 >= len(data) or data[at] != 0xFF:
            break
        marker, size = data[at + 1], int.from_bytes(data[at + 2 : at + 4])
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return Picture("jpeg", int.from_bytes(data[at + 7 : at + 9]), int.from_bytes(data[at + 5 : at + 7]))
        if marker == 0xFF:  # a fill byte
            at += 1
        elif size < 2:
            return None
        else:
            at += 2 + size
    return None


def _webp(data: bytes) -> Picture | None:
    """Reads the header of the first chunk: lossy, lossless or extended."""
    kind = data[12:16]
    if kind == b"VP8X":
        return Picture("webp", _little(data[24:27]) + 1, _little(data[27:30]) + 1)
    if kind == b"VP8L" and data[20] == 0x2F:
        bits = _little(data[21:25])
        return Picture("webp", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if kind == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        return Picture("webp", _little(data[26:28]) & 0x3FFF, _little(data[28:30]) & 0x3FFF)
    return None


def _little(data: bytes) -> int:
    return int.from_bytes(data, "little")
