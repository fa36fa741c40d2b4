"""Zip archives from strangers: found behind a picture too, members read one by one within bounds, none unpacked."""

from __future__ import annotations

import io
import zipfile
import zlib

from studio.cards.report import shown
from studio.errors import Invalid

MAX_DIRECTORY_BYTES = 1 << 20
_END = b"PK\x05\x06"
_FARTHEST_END = 65_557
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class Archive:
    """An open archive. Names are compared, never used as paths."""

    def __init__(self, data: bytes) -> None:
        """Raises: Invalid when it is no archive, or lists more than a mebibyte of members."""
        end = data.rfind(_END)
        size = int.from_bytes(data[end + 12 : end + 16], "little")
        if end < 0 or size == 0xFFFFFFFF:
            raise Invalid("The archive has no end: it is cut short, or larger than any card. Get it anew.")
        if size > MAX_DIRECTORY_BYTES:
            raise Invalid(f"The archive lists {size:,} bytes of names, {MAX_DIRECTORY_BYTES:,} at most are read.")
        if len(data) - end > _FARTHEST_END:  # zipfile looks no further back for the end
            data = data[: end + 22 + int.from_bytes(data[end + 20 : end + 22], "little")]
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise Invalid(f"The archive's list of members is broken ({error}). Get it anew.") from error
        self._members = {info.filename: info for info in self._zip.infolist() if not info.is_dir()}

    def __contains__(self, name: object) -> bool:
        return name in self._members

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all members, in order."""
        return tuple(self._members)

    def start(self) -> int:
        """Where the first member begins: what lies before it is another file, such as a picture."""
        return min((info.header_offset for info in self._members.values()), default=0)

    def read(self, name: str, limit: int) -> bytes:
        """The content of a member of at most `limit` bytes, whatever the archive claims its size to be.

        Raises: Invalid when it is not there, larger, locked, or broken.
        """
        info = self._members.get(name)
        if info is None:
            raise Invalid(f"The archive has no member {shown(name)}.")
        if info.flag_bits & 1 or info.compress_type not in _METHODS:
            raise Invalid(f"The member {shown(name)} is locked or packed in a way cards are not. Pack it anew.")
        if info.file_size > limit:
            raise Invalid(f"The member {shown(name)} unpacks to more than {limit:,} bytes. Get the archive anew.")
        try:
            with self._zip.open(info) as stream:
                return stream.read(info.file_size + 1)  # a bare read would inflate past the size claimed
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError) as error:
            raise Invalid(f"The member {shown(name)} cannot be unpacked ({error}). Get the archive anew.") from error

    def unsafe(self) -> tuple[str, ...]:
        """Names that would lead out of a folder if somebody used them as paths."""
        return tuple(name for name in self._members if not is_safe(name))


def is_safe(name: str) -> bool:
    """Whether a member's name stays below the folder it is written to, on any system."""
    parts = name.replace("\\", "/").split("/")
    return bool(name) and ".." not in parts and parts[0] != "" and ":" not in name and "\0" not in name
