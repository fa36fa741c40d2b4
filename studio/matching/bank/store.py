"""Banks on disk: a folder with `bank.json`, which says where it comes from, and one file of JSON lines a type."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path

from pydantic import Field, ValidationError

from studio.domain.identifiers import is_slug
from studio.domain.value import Value
from studio.errors import Invalid, NotFound, StorageError
from studio.matching.profile import Profile, row_of

HEADER = "bank.json"
SHIPPED = "greenroom"
MAX_FILE_BYTES = 256 << 20
MAX_LINE_BYTES = 256 << 10
MAX_PROFILES = 200_000


class BankHeader(Value):
    """Where a bank comes from. `builder` with `seed`, `per_type` and `lexicon` make a built one again; `source` and
    `licence` are what somebody said of an imported one."""

    format: str = "greenroom-bank"
    version: int = 1
    name: str
    profiles: int = Field(ge=1, le=MAX_PROFILES)
    builder: str = ""
    seed: int | None = None
    per_type: int | None = None
    lexicon: str = ""
    model: str = ""
    source: str = ""
    licence: str = ""


class Bank:
    """A bank in a folder. Nothing but the header is read before a profile is asked for; then each file once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def header(self) -> BankHeader:
        """Raises: NotFound where there is no bank; Invalid where its header cannot be used."""
        file = self.folder / HEADER
        try:
            return BankHeader.model_validate_json(file.read_bytes())
        except FileNotFoundError as error:
            raise NotFound(f"There is no bank in {self.folder}: it has no {HEADER}.") from error
        except OSError as error:
            raise StorageError(f"{file} could not be read ({error.strerror}).") from error
        except ValidationError as error:
            problem = error.errors(include_url=False)[0]
            where = ".".join(map(str, problem["loc"])) or "the file"
            raise Invalid(f"{file}, {where}: {problem['msg']}. Build or import the bank anew.") from error

    @cached_property
    def files(self) -> tuple[Path, ...]:
        """The files of profiles, by name."""
        return tuple(sorted(self.folder.glob("*.jsonl")))

    @cached_property
    def profiles(self) -> tuple[Profile, ...]:
        """Every profile, in the order of the files' names and their lines.

        Raises: NotFound, Invalid naming file and line, StorageError.
        """
        found: list[Profile] = []
        for file in self.files:
            found += read_rows(_bytes(file), str(file))
            if len(found) > MAX_PROFILES:
                raise Invalid(f"{self.folder} holds more than {MAX_PROFILES:,} profiles. Split it.")
        if not found:
            raise NotFound(f"The bank '{self.header.name}' in {self.folder} holds no profile.")
        return tuple(found)

    @cached_property
    def by_id(self) -> Mapping[str, Profile]:
        """Id → profile."""
        return {profile.id: profile for profile in self.profiles}

    def profile(self, id_: str) -> Profile:
        """Raises: NotFound."""
        if id_ not in self.by_id:
            raise NotFound(f"Nobody in the bank '{self.header.name}' is called '{id_[:80]}'.")
        return self.by_id[id_]

    @cached_property
    def digest(self) -> str:
        """Sixteen hex digits over all files: what is computed from the bank is kept under it."""
        total = hashlib.sha256()
        for file in self.files:
            total.update(_bytes(file))
        return total.hexdigest()[:16]


def _bytes(file: Path) -> bytes:
    try:
        if file.stat().st_size > MAX_FILE_BYTES:
            raise Invalid(f"{file} is larger than {MAX_FILE_BYTES >> 20} MB. Split it.")
        return file.read_bytes()
    except OSError as error:
        raise StorageError(f"{file} could not be read ({error.strerror}).") from error


def read_rows(data: bytes, place: str) -> Iterator[Profile]:
    """The profiles in the lines of a bank's file.

    Raises: Invalid naming `place`, the line and the field.
    """
    for number, line in enumerate(data.split(b"\n"), start=1):
        if not line.strip():
            continue
        if len(line) > MAX_LINE_BYTES:
            raise Invalid(f"{place}, line {number}: it is longer than {MAX_LINE_BYTES >> 10} kB. Shorten its texts.")
        try:
            yield Profile.model_validate_json(line)
        except ValidationError as error:
            problem = error.errors(include_url=False)[0]
            field = ".".join(map(str, problem["loc"])) or "the line"
            raise Invalid(f"{place}, line {number}, {field}: {problem['msg']}. Mend that line.") from error


def write(folder: Path, header: BankHeader, profiles: Iterable[Profile]) -> Bank:
    """Write a bank: a file for each type (`other` for those without one), the header last, so that a bank without its
    header was not written to the end. Files of an earlier bank of the folder are replaced.

    Raises: Invalid for a name that cannot name a folder; StorageError.
    """
    if not is_slug(header.name):
        raise Invalid(f"'{header.name[:80]}' cannot name a bank. Use a-z, 0-9, - and _, 64 at most.")
    rows: dict[str, list[str]] = {}
    for profile in profiles:
        kind = (profile.mbti or "other").lower()
        rows.setdefault(kind, []).append(json.dumps(row_of(profile), ensure_ascii=False, separators=(",", ":")))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / HEADER).unlink(missing_ok=True)
        for old in folder.glob("*.jsonl"):
            if old.stem not in rows:
                old.unlink()
        for stale in folder.glob("*.npy"):  # vectors of what was there before
            stale.unlink()
        for kind, lines in rows.items():
            _replace(folder / f"{kind}.jsonl", "\n".join(lines) + "\n")
        _replace(folder / HEADER, json.dumps(header.model_dump(exclude_defaults=True), indent=1) + "\n")
    except OSError as error:
        raise StorageError(f"The bank could not be written to {folder} ({error.strerror}).") from error
    return Bank(folder)


def _replace(file: Path, text: str) -> None:
    draft = file.with_suffix(".tmp")
    draft.write_text(text, encoding="utf-8", newline="\n")
    draft.replace(file)


def bank_folders(shipped: Path, own: Path) -> dict[str, Path]:
    """Name → folder of every bank: the shipped ones below `characters/banks/`, and the reader's own, which win."""
    found: dict[str, Path] = {}
    for root in (shipped, own):
        for header in sorted((root / "characters" / "banks").glob(f"*/{HEADER}")):
            found[header.parent.name] = header.parent
    return found


def open_bank(shipped: Path, own: Path, name: str = "") -> Bank:
    """The bank of this name; empty: the studio's own. `shipped` and `own` are the library's folders.

    Raises: NotFound naming the banks there are.
    """
    folders = bank_folders(shipped, own)
    folder = folders.get(name or SHIPPED)
    if folder is None:
        known = ", ".join(folders) or "none; build one with: studio bank build"
        raise NotFound(f"There is no bank called '{(name or SHIPPED)[:80]}'. Known: {known}.")
    return Bank(folder)
