"""Folders of research data: read whole, within bounds, and written whole. Blocking."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import JsonValue

from studio.cards.json_text import decoded
from studio.cards.report import Notes
from studio.errors import Invalid, StorageError

MAX_FILES = 20_000
MAX_FILE_BYTES = 64 << 20

Files = Mapping[str, bytes]
"""What a folder holds, by path below it, with `/` between parts."""


def read_folder(folder: Path, endings: Iterable[str]) -> dict[str, bytes]:
    """Every file below a folder that has one of these endings (`.json`), by its path there, sorted.

    Raises: Invalid when there is no such folder, when a file is larger than 64 MiB or when there are more than 20,000.
    """
    if not folder.is_dir():
        raise Invalid(f"{folder} is no folder. Name the folder that holds the data.")
    wanted = tuple(endings)
    found = sorted(file for file in folder.rglob("*") if file.suffix in wanted and file.is_file())
    if len(found) > MAX_FILES:
        raise Invalid(f"{folder} holds {len(found):,} files; {MAX_FILES:,} at most are read. Name a smaller folder.")
    data = {}
    for file in found:
        try:
            size = file.stat().st_size
            if size > MAX_FILE_BYTES:
                raise Invalid(f"{file} has {size:,} bytes; {MAX_FILE_BYTES:,} at most are read. Split it.")
            data[file.relative_to(folder).as_posix()] = file.read_bytes()
        except OSError as error:
            raise StorageError(f"{file} could not be read ({error.strerror}). Check its rights.") from error
    return data


def write_folder(folder: Path, files: Files) -> None:
    """Put the files below a folder, which is made where it is missing. A file that is there is written over.

    Raises: Invalid for a path that leaves the folder; StorageError.
    """
    for name, data in files.items():
        target = folder / name
        if not target.resolve().is_relative_to(folder.resolve()):
            raise Invalid(f"'{name[:80]}' would be written outside {folder}. Give the character another name.")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        except OSError as error:
            raise StorageError(f"{target} could not be written ({error.strerror}).") from error


def text_of(files: Files, name: str, notes: Notes) -> str:
    """The text of one file, whatever its encoding.

    Raises: Invalid for bytes that are no text.
    """
    return decoded(files[name], name, notes).lstrip("\ufeff")


def rows_of(text: str) -> list[list[str]]:
    """The rows of comma-separated values, blank ones left out."""
    return [row for row in csv.reader(io.StringIO(text)) if any(cell.strip() for cell in row)]


def plain(value: JsonValue) -> str:
    """A text as it is; numbers written out; nothing for anything else."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""
