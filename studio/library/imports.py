"""What the library holds from elsewhere: by digest, so that the same thing is seen to be there already."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from studio.domain.value import Value
from studio.errors import StorageError
from studio.library.shelf import put_in_place

LONGEST_LINE = 10_000
MAX_KEPT_BYTES = 64 << 20
"""Of one file kept beside the characters: what a backup takes."""
_DIGEST = re.compile(r"[0-9a-f]{64}")

Ending = Literal["png", "jpg", "webp", "charx", "byaf"]


class ImportRecord(Value):
    """A character came from a file: `digest` of what was in it, `id` of the character, `file` as it was called."""

    digest: str
    id: str
    file: str


class Imports:
    """A growing list of records, `imported.jsonl`, and files named by what is in them: portraits and archives.

    A line that cannot be read counts as absent; the worst that follows is a second copy of a character.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._list = folder / "imported.jsonl"
        self._writing = threading.Lock()
        self._in_hand: set[str] = set()
        self._put_down = threading.Condition()
        self._stamp = (-1, -1)
        self._known: dict[str, ImportRecord] = {}

    @contextlib.contextmanager
    def in_hand(self, digest: str) -> Iterator[None]:
        """From asking whether something is there already until it is noted, nobody else does the same with it. Others
        may store other things meanwhile."""
        with self._put_down:
            self._put_down.wait_for(lambda: digest not in self._in_hand)
            self._in_hand.add(digest)
        try:
            yield
        finally:
            with self._put_down:
                self._in_hand.discard(digest)
                self._put_down.notify_all()

    def record(self, digest: str) -> ImportRecord | None:
        """The newest record of this digest. Raises: StorageError."""
        with self._writing:
            return self._record(digest)

    def _record(self, digest: str) -> ImportRecord | None:
        try:
            stat = self._list.stat()
            stamp = (stat.st_mtime_ns, stat.st_size)
            if stamp != self._stamp:
                self._known = {one.digest: one for one in _records(self._list)}
                self._stamp = stamp
        except FileNotFoundError:
            self._known, self._stamp = {}, (-1, -1)
        except OSError as error:
            raise StorageError(f"{self._list} could not be read ({error.strerror}).") from error
        return self._known.get(digest)

    def note(self, record: ImportRecord) -> None:
        """Add a record for good. Raises: StorageError."""
        line = f"\n{record.model_dump_json()}\n".encode()  # a line broken off by a crash ends here
        try:
            with self._writing:
                self._folder.mkdir(parents=True, exist_ok=True)
                target = self._list.open("ab")
                target.write(line)
                target.flush()
                stat = os.fstat(target.fileno())
                if stat.st_size == max(self._stamp[1], 0) + len(line):  # nobody else wrote: no need to read it again
                    self._known[record.digest] = record
                    self._stamp = (stat.st_mtime_ns, stat.st_size)
            with target:
                os.fsync(target.fileno())  # beside those of others: together they wait no longer than one
        except OSError as error:
            raise StorageError(f"{self._list} could not be written ({error.strerror}).") from error

    def put(self, folder: str, name: str, data: bytes, ending: Ending) -> str:
        """Keep a file under `folder`; returns its path below the characters' folder. One that is there stays.

        Raises: StorageError.
        """
        path = f"{folder}/{name}.{ending}"
        file = self._folder / path
        if not (file.is_file() and file.stat().st_size == len(data)):
            put_in_place(file, data)
        return path

    def put_portrait(self, data: bytes, ending: Ending) -> str:
        """Keep a picture under its own digest. Raises: StorageError."""
        return self.put("portraits", hashlib.sha256(data).hexdigest()[:40], data, ending)

    def kept(self, digest: str) -> bytes:
        """The archive a character was imported from, or the texts of its card; empty without. Raises: StorageError."""
        if not _DIGEST.fullmatch(digest):
            return b""
        for file in (self._folder / "originals" / f"{digest}.{ending}" for ending in ("charx", "byaf", "png")):
            try:
                return file.read_bytes()
            except FileNotFoundError:
                continue
            except OSError as error:
                raise StorageError(f"{file} could not be read ({error.strerror}).") from error
        return b""


def _records(file: Path) -> list[ImportRecord]:
    found = []
    with file.open("rb") as lines:
        for line in lines:
            try:
                if line.strip() and len(line) < LONGEST_LINE:
                    found.append(ImportRecord.model_validate_json(line))
            except ValidationError:
                continue
    return found
