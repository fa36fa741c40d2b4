"""The folder of the embedded index: one owner at a time, and damage noticed before Chroma reads it.

Chroma trusts its files: a damaged graph file ends the process, a missing one silently loses rows. So every graph file
is sealed with its size and checksum after each write, and the folder is read again only when all of them match.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from pathlib import Path

from studio.errors import StorageError

Stamp = tuple[int, int]
Seal = dict[str, tuple[int, int]]
READ_BYTES = 1 << 20


class IndexFolder:
    """`root` holds Chroma's own folder, the seal and the lock. All calls block; use them from a worker thread."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.chroma = root / "chroma"
        self._seal_file = root / "seal.json"
        self._lock_file = root / "owner.lock"
        self._lock: sqlite3.Connection | None = None
        self._stamps: dict[str, Stamp] = {}
        self._seal: Seal = {}

    def claim(self) -> None:
        """Become the folder's one owner, until `release` or the end of the process.

        Raises: StorageError when another process owns it or it cannot be written.
        """
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            self._lock = self._locked()
        except (OSError, sqlite3.DatabaseError) as error:
            if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY:
                raise StorageError(
                    f"The memory index in {self.root} is in use by another process: stop that one, or give both the "
                    f"address of a Chroma server in STUDIO_CHROMA_URL."
                ) from error
            raise StorageError(f"The memory index in {self.root} cannot be used: {error}.") from error

    def release(self) -> None:
        """Let go of the folder. Harmless when not owned."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _locked(self) -> sqlite3.Connection:
        # An SQLite lock is held on every platform, and the system drops it when the process dies.
        for _ in range(2):
            lock = sqlite3.connect(self._lock_file, timeout=0, isolation_level=None, check_same_thread=False)
            try:
                lock.execute("BEGIN EXCLUSIVE")
                return lock
            except sqlite3.OperationalError:
                lock.close()
                raise
            except sqlite3.DatabaseError:
                lock.close()
                self._lock_file.unlink()  # overwritten with something else; it holds nothing
        raise StorageError(f"{self._lock_file} is damaged: delete it.")

    def gaps(self) -> str:
        """What is missing, or not of the size it was written with, in a phrase; empty when nothing is."""
        sealed = self._read_seal()
        if sealed is None:
            return ""
        if not self.chroma.exists():
            return "its files are gone"
        for name, (size, _) in sorted(sealed.items()):
            path = self.chroma / name
            if not path.exists():
                return f"{name} is missing"
            if path.stat().st_size != size:
                return f"{name} is not as it was written"
        if sealed and not (self.chroma / "chroma.sqlite3").exists():
            return "chroma.sqlite3 is missing"
        return ""

    def damage(self) -> str:
        """What is wrong with the files, in a phrase; empty when they can be read."""
        sealed = self._read_seal()
        if not self.chroma.exists():
            return "its files are gone" if sealed else ""
        try:
            stamps, present = self._graph()
        except OSError as error:
            return str(error)
        if sealed is None and present:
            return "its seal is missing or unreadable"
        for name in sorted(present.keys() | (sealed or {}).keys()):
            if name not in present:
                return f"{name} is missing"
            if present[name] != (sealed or {}).get(name):
                return f"{name} is not as it was written"
        self._stamps, self._seal = stamps, present
        return self._database_damage(bool(present))

    def _database_damage(self, expected: bool) -> str:
        database = self.chroma / "chroma.sqlite3"
        if not database.exists():
            return f"{database.name} is missing" if expected else ""
        try:
            connection = sqlite3.connect(database, timeout=5)
            try:
                found = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
                tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            finally:
                connection.close()
        except sqlite3.DatabaseError as error:
            return f"{database.name}: {error}"
        if found != "ok":
            return f"{database.name}: {found}"
        return f"{database.name} is empty" if expected and not tables else ""

    def set_aside(self) -> Path | None:
        """Move what is there to a folder of its own beside the index and start with none; the new place, if any."""
        self._seal_file.unlink(missing_ok=True)
        self._seal, self._stamps = {}, {}
        if not self.chroma.exists():
            return None
        number = 1
        while (place := self.root / f"damaged-{number}").exists():
            number += 1
        return self.chroma.rename(place)

    def seal(self) -> None:
        """Note size and checksum of every graph file that changed since the last seal."""
        stamps, seal = self._graph()
        if seal != self._seal:
            fresh = self._seal_file.with_suffix(".new")
            fresh.write_text(json.dumps(seal), encoding="utf-8")
            fresh.replace(self._seal_file)
        self._stamps, self._seal = stamps, seal

    def _read_seal(self) -> Seal | None:
        try:
            read = json.loads(self._seal_file.read_text(encoding="utf-8"))
            return {str(name): (int(size), int(checksum)) for name, (size, checksum) in read.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            return None

    def _graph(self) -> tuple[dict[str, Stamp], Seal]:
        stamps: dict[str, Stamp] = {}
        seal: Seal = {}
        folders = [path for path in self.chroma.iterdir() if path.is_dir()] if self.chroma.is_dir() else []
        for path in (path for folder in folders for path in folder.iterdir()):
            name, status = path.relative_to(self.chroma).as_posix(), path.stat()
            stamps[name] = (status.st_size, status.st_mtime_ns)
            same = self._stamps.get(name) == stamps[name]
            seal[name] = self._seal[name] if same else _checksum(path)
        return stamps, seal


def _checksum(path: Path) -> tuple[int, int]:
    size = checksum = 0
    with path.open("rb") as file:
        while block := file.read(READ_BYTES):
            size += len(block)
            checksum = zlib.crc32(block, checksum)
    return size, checksum
