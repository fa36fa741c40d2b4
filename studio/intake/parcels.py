"""Where the files of an import lie until they are read: in a folder of somebody's, sent here, or in a zip of either."""

from __future__ import annotations

import os
import shutil
import threading
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from studio.cards.report import shown, visible
from studio.domain.job import Fields, NewItem
from studio.errors import Invalid, NotFound, StorageError

MAX_FILE_BYTES = 512 << 20
MAX_MEMBER_BYTES = 128 << 20
MAX_MEMBERS = 50_000
MAX_DEPTH = 12
NAME_CHARS = 300
SPARE_BYTES = 256 << 20
"""Room that is left on the disk, whatever is sent."""
ENDINGS = frozenset(
    {".png", ".apng", ".webp", ".jpg", ".jpeg", ".json", ".jsonl", ".yaml", ".yml", ".charx", ".byaf", ".zip"}
)
_LITTER = frozenset({"__macosx", "thumbs.db", "desktop.ini"})


def files_of(place: Path) -> Iterator[Path]:
    """A file, or every file below a folder that may hold something for the library, by name.

    Raises: NotFound.
    """
    if place.is_file():
        yield place
    elif place.is_dir():
        yield from sorted(path for path in place.rglob("*") if path.is_file() and wanted(path.relative_to(place)))
    else:
        raise NotFound(f"There is no file or folder {place}.")


def wanted(name: PurePosixPath | Path) -> bool:
    """Whether a file may hold something for the library, by its name: no litter, no backup of a backup."""
    parts = [part.lower() for part in name.parts]
    litter = any(part.startswith(".") or part in _LITTER for part in parts)
    return name.suffix.lower() in ENDINGS and not litter and len(parts) <= MAX_DEPTH


class Parcels:
    """What was sent for each job, in a folder of its own below `folder`, under numbers. Blocking."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._open: dict[Path, zipfile.ZipFile] = {}

    def here(self, files: Sequence[Path], base: Path) -> list[NewItem]:
        """Items for files that lie where they may stay."""
        return [NewItem(name=_called(path, base), source={"file": str(path.resolve())}) for path in files]

    def draft(self, job: str, number: int) -> Path:
        """Where a file that is being sent is written. Raises: StorageError where the disk has no room for it."""
        folder = self._folder / job
        try:
            folder.mkdir(parents=True, exist_ok=True)
            free = shutil.disk_usage(folder).free
        except OSError as error:
            raise StorageError(f"{folder} cannot be written ({error.strerror}).") from error
        if free < SPARE_BYTES:
            raise StorageError(f"The disk of {self._folder} is full. Make room, then send the rest.")
        return folder / f"{number}.part"

    def sent(self, draft: Path, name: str) -> NewItem:
        """The item for a file that has come whole."""
        file = draft.with_suffix("")
        draft.replace(file)
        return NewItem(name=visible(name)[:NAME_CHARS] or file.name, source={"sent": f"{file.parent.name}/{file.name}"})

    def read(self, source: Fields) -> bytes:
        """The bytes of an item. Raises: Invalid, NotFound, StorageError."""
        file = self.file(source)
        member = source.get("member")
        if member is not None:
            return self._member(file, str(member))
        try:
            size = file.stat().st_size
            if size > MAX_FILE_BYTES:
                raise Invalid(f"The file has {size:,} bytes, {MAX_FILE_BYTES:,} at most are read.")
            return file.read_bytes()
        except FileNotFoundError as error:
            raise NotFound("The file is no longer there. Bring it in anew.") from error
        except OSError as error:
            raise StorageError(f"{file} could not be read ({error.strerror}).") from error

    def file(self, source: Fields) -> Path:
        """The file an item lies in."""
        if "sent" in source:
            job, _, number = str(source["sent"]).partition("/")
            return self._folder / PurePosixPath(job).name / PurePosixPath(number).name
        return Path(str(source["file"]))

    def members(self, source: Fields, name: str) -> list[NewItem]:
        """What is in a zip, as items. Raises: Invalid."""
        archive = self._zip(self.file(source))
        infos = [info for info in archive.infolist() if not info.is_dir() and wanted(PurePosixPath(info.filename))]
        if len(infos) > MAX_MEMBERS:
            raise Invalid(f"The archive holds {len(infos):,} files, {MAX_MEMBERS:,} at most are read. Divide it.")
        return [
            NewItem(
                name=visible(f"{name} › {info.filename}")[:NAME_CHARS],
                source={**source, "member": info.filename},
            )
            for info in infos
        ]

    def holds(self, source: Fields, names: Sequence[str]) -> bool:
        """Whether a zip has a member of one of these names. Raises: Invalid."""
        return not set(names).isdisjoint(self._zip(self.file(source)).namelist())

    def clear(self, job: str) -> None:
        """Let go of what was sent for a job."""
        folder = self._folder / PurePosixPath(job).name
        with self._lock:
            for file in [file for file in self._open if file.parent == folder]:
                self._open.pop(file).close()
        shutil.rmtree(folder, ignore_errors=True)

    def _member(self, file: Path, name: str) -> bytes:
        archive = self._zip(file)
        try:
            info = archive.getinfo(name)
        except KeyError as error:
            raise NotFound(f"The archive no longer holds {shown(name)}. Bring it in anew.") from error
        if info.file_size > MAX_MEMBER_BYTES:
            raise Invalid(f"It unpacks to {info.file_size:,} bytes, {MAX_MEMBER_BYTES:,} at most are read.")
        if info.flag_bits & 1:
            raise Invalid("It is locked with a password. Pack it anew without one.")
        try:
            with archive.open(info) as stream:
                return stream.read(info.file_size + 1)  # a bare read would inflate past the size claimed
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError) as error:
            raise Invalid(f"It cannot be unpacked ({error}). Get the archive anew.") from error

    def _zip(self, file: Path) -> zipfile.ZipFile:
        """An archive, opened once for all of its members."""
        with self._lock:
            if file not in self._open:
                try:
                    self._open[file] = zipfile.ZipFile(file)
                except FileNotFoundError as error:
                    raise NotFound("The archive is no longer there. Bring it in anew.") from error
                except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
                    raise Invalid(f"The archive cannot be opened ({error}). Get it anew.") from error
            return self._open[file]


def _called(path: Path, base: Path) -> str:
    inside = path.relative_to(base) if path.is_relative_to(base) and path != base else Path(path.name)
    return visible(os.fspath(inside.as_posix()))[:NAME_CHARS]
