"""Where deleted files lie until somebody brings them back."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

from studio.domain.holding import Deleted, Kind
from studio.errors import NotFound, StorageError
from studio.library.yaml_file import Unreadable, read_values

_TOKEN = re.compile(r"(characters|scenes|lorebooks)/([a-z0-9][a-z0-9_-]{0,63})(~[0-9]{1,6})?")
_KINDS: MappingProxyType[str, Kind] = MappingProxyType(
    {"characters": "character", "scenes": "scene", "lorebooks": "lorebook"}
)


class Trash:
    """A folder with one folder for each kind. A token is a file's place in it, without the ending."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, token: str) -> tuple[Path, Kind, str]:
        """The file of a token, what it is, and the id it had. Raises: NotFound."""
        match = _TOKEN.fullmatch(token)
        file = self._folder / f"{token}.yaml"
        if match is None or not file.is_file():
            raise NotFound(f"Nothing in the trash is called '{token[:80]}'.")
        return file, _KINDS[match[1]], match[2]

    def deleted(self) -> tuple[Deleted, ...]:
        """Everything in it, the last deleted first. Raises: StorageError."""
        found = []
        try:
            for file in self._folder.glob("*/*.yaml"):
                if (kind := _KINDS.get(file.parent.name)) is not None:
                    at = datetime.fromtimestamp(file.stat().st_ctime, UTC)  # when it was moved here
                    token = f"{file.parent.name}/{file.stem}"
                    found.append(Deleted(token=token, kind=kind, title=_title(file), deleted_at=at))
        except OSError as error:
            raise StorageError(f"{self._folder} could not be read ({error.strerror}).") from error
        return tuple(sorted(found, key=lambda one: (one.deleted_at, one.token), reverse=True))

    def empty(self) -> int:
        """Destroy everything in it; how much there was. Raises: StorageError."""
        files = [file for name in _KINDS for file in (self._folder / name).glob("*.yaml")]
        try:
            for file in files:
                file.unlink(missing_ok=True)
        except OSError as error:
            raise StorageError(f"{error.filename} could not be deleted ({error.strerror}).") from error
        return len(files)


def _title(file: Path) -> str:
    try:
        values = read_values(file.read_bytes(), file)
    except (Unreadable, OSError):
        return file.stem
    return str(values.get("name") or values.get("title") or file.stem)[:200]
