"""The chunks of a PNG or APNG file, walked by hand: no pixel is decoded, so damage to the picture hides no text."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterable
from typing import NamedTuple

from studio.errors import Invalid

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MAX_CHUNKS = 65_536
MAX_TEXT_BYTES = 24 << 20
MAX_INFLATED_BYTES = 1 << 20
"""Of one compressed text chunk, as Pillow has it."""

_KINDS = (b"tEXt", b"zTXt", b"iTXt")
_KIND = re.compile(rb"[A-Za-z]{4}")
_TEXT_CHUNK = re.compile(rb"(?:tEXt|zTXt|iTXt)(?=[\x20-\x7e\xa0-\xff]{1,79}\0)")
_LONGEST_KEYWORD = 80


class Chunk(NamedTuple):
    """One chunk: `start` is where its length field lies, `size` the length of its body, both in bytes."""

    kind: bytes
    start: int
    size: int

    @property
    def end(self) -> int:
        """Where the next chunk begins."""
        return self.start + 12 + self.size


class Chunks(NamedTuple):
    """All chunks in file order; `whole` when they reach from the signature to IEND without a gap."""

    items: tuple[Chunk, ...]
    whole: bool


def walk(data: bytes) -> Chunks:
    """The chunks of a PNG file. Where it is cut short or out of step, text chunks further on are still found.

    Raises: Invalid for more than 65,536 chunks.
    """
    chunks: list[Chunk] = []
    at = len(SIGNATURE)
    while at + 12 <= len(data):
        size, kind = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8]
        if not _KIND.fullmatch(kind) or at + 12 + size > len(data):
            break
        chunks.append(Chunk(kind, at, size))
        if kind == b"IEND":
            return Chunks(tuple(chunks), whole=True)
        if len(chunks) > MAX_CHUNKS:
            raise Invalid(f"The PNG has more than {MAX_CHUNKS:,} chunks. Save the picture anew.")
        at += 12 + size
    at = chunks[-1].start + 8 if chunks else at  # the last length may itself be the damage
    for found in _TEXT_CHUNK.finditer(data, at):
        start = found.start() - 4
        if len(chunks) > MAX_CHUNKS:
            break
        if start >= at:
            size = min(int.from_bytes(data[start : start + 4]), max(len(data) - start - 12, 0))
            chunks.append(Chunk(found[0], start, size))
            at = start + 12 + size
    return Chunks(tuple(chunks), whole=False)


def keyword(data: bytes, chunk: Chunk) -> str:
    """The keyword of a text chunk as written; empty for any other chunk."""
    if chunk.kind not in _KINDS:
        return ""
    body = data[chunk.start + 8 : chunk.start + 8 + min(chunk.size, _LONGEST_KEYWORD)]
    return body.split(b"\0", 1)[0].decode("latin-1")


def text(data: bytes, chunk: Chunk) -> bytes:
    """The text of a text chunk, inflated if need be: Latin-1 in tEXt and zTXt, UTF-8 in iTXt.

    Raises: Invalid when it is larger than 24 MiB, inflates to more than 1 MiB, or cannot be inflated.
    """
    name = f"The {chunk.kind.decode()} chunk '{keyword(data, chunk)}'"
    if chunk.size > MAX_TEXT_BYTES:
        raise Invalid(f"{name} has {chunk.size:,} bytes; {MAX_TEXT_BYTES:,} at most are read. Make the card smaller.")
    body = data[chunk.start + 8 : chunk.start + 8 + chunk.size]
    _, _, rest = body.partition(b"\0")
    if chunk.kind == b"tEXt":
        return rest
    if chunk.kind == b"zTXt":
        return _inflated(rest[1:], name)
    packed, rest = rest[:1] == b"\1", rest[2:]
    _, _, rest = rest.partition(b"\0")
    _, _, rest = rest.partition(b"\0")
    return _inflated(rest, name) if packed else rest


def sound(data: bytes, chunk: Chunk) -> bool:
    """Whether the chunk's checksum fits its content."""
    body_end = chunk.start + 8 + chunk.size
    return zlib.crc32(memoryview(data)[chunk.start + 4 : body_end]) == int.from_bytes(data[body_end : body_end + 4])


def text_chunk(name: str, value: bytes) -> bytes:
    """A whole tEXt chunk: length, kind, keyword, Latin-1 text, checksum."""
    body = b"tEXt" + name.encode("latin-1") + b"\0" + value
    return (len(body) - 4).to_bytes(4) + body + zlib.crc32(body).to_bytes(4)


def without(data: bytes, chunks: Chunks, drop: Callable[[Chunk], bool]) -> bytes:
    """The file without some of its chunks; every other byte as it was."""
    return with_added(data, chunks, drop, ())


def with_added(data: bytes, chunks: Chunks, drop: Callable[[Chunk], bool], added: Iterable[bytes]) -> bytes:
    """The file without some of its chunks and with whole new ones before IEND; every other byte as it was.

    `chunks` must be whole; what lies behind IEND stays there.
    """
    last = chunks.items[-1]
    parts: list[memoryview] = []
    done, view = 0, memoryview(data)
    for chunk in chunks.items:
        if drop(chunk):
            parts.append(view[done : chunk.start])
            done = chunk.end
    fresh = tuple(added)
    if not parts and not fresh:
        return data
    return b"".join((*parts, view[done : last.start], *fresh, view[last.start :]))


def _inflated(packed: bytes, name: str) -> bytes:
    try:
        inflated = zlib.decompressobj().decompress(packed, MAX_INFLATED_BYTES + 1)
    except zlib.error as error:
        raise Invalid(f"{name} cannot be inflated ({error}). Export the card anew.") from error
    if len(inflated) > MAX_INFLATED_BYTES:
        raise Invalid(f"{name} inflates to more than {MAX_INFLATED_BYTES:,} bytes. Export the card anew.")
    return inflated
