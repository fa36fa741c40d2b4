"""Everything in one zip: the archive with the characters and scenes a person made, and back."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import stat
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from studio.archive import sqlite
from studio.archive.archive import Archive
from studio.archive.backups import deliver, restored, snapshot
from studio.archive.database import Clock, parsed, storage_errors, utc_now
from studio.archive.opening import dated
from studio.domain.value import Value
from studio.errors import Invalid, NotFound, StorageError

DATABASE = "studio.db"
MANIFEST = "greenroom.json"
MANIFEST_BYTES = 1 << 20
DATABASE_BYTES = 16 << 30
FILE_BYTES = 64 << 20
FILES = 200_000
PIECE = 1 << 20
FORMAT = "greenroom-everything"
VERSION = 1


class Manifest(Value):
    """What a bundle says of itself."""

    format: str = FORMAT
    version: int = VERSION
    made_at: str


async def export_everything(archive: Archive, target: Path, folders: Mapping[str, Path]) -> Path:
    """Write the archive, which may be in use meanwhile, and the files of `folders` (name in the zip → folder) to a
    zip, or under a dated name into a folder.

    Raises: StorageError when it cannot be written; Invalid for a file too large to be restored again.
    """
    return await asyncio.to_thread(_exported, archive, target, folders)


async def restore_everything(
    url: str, file: Path, folders: Mapping[str, Path], *, clock: Clock = utc_now
) -> tuple[Path, ...]:
    """Put everything of a bundle in the place of the database at `url`, which nobody may have open, and of `folders`.

    What comes back is where the replaced database and folders are now, each beside the new one.

    Raises: Invalid for a file that is no bundle, or one whose members reach outside it, repeat or are too large;
        StorageError when the database is in use or something cannot be read or written.
    """
    return await asyncio.to_thread(_restored, url, file, folders, clock)


def _exported(archive: Archive, target: Path, folders: Mapping[str, Path]) -> Path:
    manifest = Manifest(made_at=archive.clock().isoformat())
    with storage_errors(target), snapshot(archive.database) as copy:
        if target.is_dir():
            target = dated(target / "greenroom.zip", "everything", archive.clock)
        if target.exists() and not zipfile.is_zipfile(target):
            raise Invalid(f"{target} is no zip and will not be replaced. Give another name, or a folder.")
        bundle = copy.with_suffix(".zip")
        with zipfile.ZipFile(bundle, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as out:
            out.writestr(MANIFEST, manifest.model_dump_json())
            out.write(copy, DATABASE)
            for name, folder in folders.items():
                for path in _files(folder):
                    out.write(path, f"{name}/{path.relative_to(folder).as_posix()}")
        deliver(bundle, target)
    return target


def _files(folder: Path) -> list[Path]:
    found = sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    for path in found:
        if path.stat().st_size > FILE_BYTES:
            raise Invalid(f"{path} is larger than {FILE_BYTES >> 20} MB. Move it out of {folder} first.")
    if len(found) > FILES:
        raise Invalid(f"{folder} holds {len(found)} files; {FILES} is the most a bundle takes.")
    return found


def _restored(url: str, file: Path, folders: Mapping[str, Path], clock: Clock) -> tuple[Path, ...]:
    if not file.is_file():
        raise NotFound(f"There is no file {file}.")
    with storage_errors(file):
        try:
            with zipfile.ZipFile(file) as bundle:
                members = _members(bundle, file, folders)
                return _unpacked(bundle, members, url, folders, clock)
        except (zipfile.BadZipFile, EOFError, NotImplementedError) as error:
            raise Invalid(f"{file} is no bundle of the studio, or a damaged one ({error}).") from error


def _members(bundle: zipfile.ZipFile, file: Path, folders: Mapping[str, Path]) -> dict[str, zipfile.ZipInfo]:
    """The files of a bundle by name, each of which is safe to write out."""
    members = {info.filename: info for info in bundle.infolist() if not info.is_dir()}
    if len({name.casefold() for name in members}) < sum(not info.is_dir() for info in bundle.infolist()):
        raise Invalid(f"{file} holds two files of one name. Take a bundle as the studio wrote it.")
    if len(members) > FILES * (len(folders) + 1):
        raise Invalid(f"{file} holds {len(members)} files, which is more than any bundle does.")
    for name in (MANIFEST, DATABASE):
        if name not in members:
            raise Invalid(f"{file} is no bundle of the studio: it holds no {name}.")
    for name, info in members.items():
        most = {MANIFEST: MANIFEST_BYTES, DATABASE: DATABASE_BYTES}.get(name, FILE_BYTES)
        if info.file_size > most:
            raise Invalid(f"{name} in {file} is {info.file_size:,} bytes; at most {most:,} are taken.")
        if info.flag_bits & 1 or stat.S_ISLNK(info.external_attr >> 16):
            raise Invalid(f"{name!r} in {file} is a link or locked with a password, which no bundle holds.")
        if name not in (MANIFEST, DATABASE) and not _inside(name, folders):
            raise Invalid(
                f"{name!r} in {file} lies outside {', '.join(folders) or 'the archive'}; nothing was written."
            )
    try:
        manifest = Manifest.model_validate_json(bundle.read(MANIFEST))
    except ValidationError as error:
        raise Invalid(f"{file} is no bundle of the studio: its {MANIFEST} says nothing known.") from error
    if (manifest.format, manifest.version) != (FORMAT, VERSION):
        raise Invalid(
            f"{file} is of format {manifest.format} {manifest.version}; this studio reads {FORMAT} {VERSION}."
        )
    return members


def _inside(name: str, folders: Mapping[str, Path]) -> bool:
    first, *rest = name.split("/")
    unsafe = any(part in ("", ".", "..") for part in rest) or any(sign in name for sign in "\\:\0")
    return first in folders and bool(rest) and not unsafe


def _unpacked(
    bundle: zipfile.ZipFile,
    members: Mapping[str, zipfile.ZipInfo],
    url: str,
    folders: Mapping[str, Path],
    clock: Clock,
) -> tuple[Path, ...]:
    replaced: list[Path] = []
    with contextlib.ExitStack() as stack:
        beside = sqlite.file_of(parsed(url))
        if beside:
            beside.parent.mkdir(parents=True, exist_ok=True)
        prefix = ".studio-restore-"
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=prefix, dir=beside and beside.parent)))
        needed, free = sum(info.file_size for info in members.values()), shutil.disk_usage(scratch).free
        if needed > free:
            raise StorageError(f"What is to be restored takes {needed:,} bytes; {scratch.parent} has {free:,} free.")
        database = _written(bundle, members[DATABASE], scratch / DATABASE)
        fresh: dict[Path, Path] = {}
        for name, folder in folders.items():
            folder.parent.mkdir(parents=True, exist_ok=True)
            new = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=prefix, dir=folder.parent)))
            fresh[folder] = new / name
            fresh[folder].mkdir()
            for inside, info in members.items():
                if inside.startswith(f"{name}/"):
                    _written(bundle, info, new / inside)
        replaced += filter(None, [restored(url, database, clock)])
        for folder, new in fresh.items():
            if folder.exists():
                replaced.append(folder.rename(dated(folder, "replaced", clock)))
            new.rename(folder)
            sqlite.sync_names(folder.parent)
    return tuple(replaced)


def _written(bundle: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    with bundle.open(info) as source, target.open("wb") as out:
        shutil.copyfileobj(source, out, PIECE)
    sqlite.sync(target)
    return target
