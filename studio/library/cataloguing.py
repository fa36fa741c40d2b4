"""Keeps the catalogue true to the files: what was written, edited or removed by hand is noticed here."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from studio.archive.catalogue import Catalogue
from studio.domain.holding import EVERYBODY, Entry, Kind
from studio.domain.identifiers import SLUG_LENGTH
from studio.library.describing import Item, broken, entry_of
from studio.library.shelf import Stamp, told

AT_ONCE = 500
REST_SECONDS = 2.0
"""For so long a folder in which no file has come, gone or been replaced is not looked through again: what is written
into a file that stays is noticed a little later."""
REMEMBERED = 256
"""Folders whose state is kept in memory; the others are compared with the catalogue again."""


class Files(Protocol):
    """A shelf, whatever stands on it."""

    shipped: Path
    own: Path

    def stamps(self, folder: Path) -> dict[str, Stamp]:
        """Id → state of its file."""
        ...

    def look(self, folder: Path, id_: str) -> tuple[Item | None, str]:
        """What a file holds, or why it cannot be used."""
        ...


@dataclass(frozen=True)
class _Seen:
    """A folder as it was at a time of this process's clock."""

    at: float
    changed_at: int
    stamps: Mapping[str, Stamp]


class Cataloguing:
    """The files of all libraries in one catalogue. Blocking; one at a time."""

    def __init__(self, catalogue: Catalogue, rest_seconds: float = REST_SECONDS) -> None:
        self.catalogue = catalogue
        self._rest = rest_seconds
        self._seen: OrderedDict[Path, _Seen] = OrderedDict()
        self._working = threading.Lock()

    def refresh(self, owner: str, shelves: Mapping[Kind, Files]) -> None:
        """Read again what changed since the last time, here or in another process. Costs a look at every file, a few
        microseconds each. Raises: StorageError."""
        with self._working:
            for kind, files in shelves.items():
                self._look(EVERYBODY, kind, files, files.shipped)
                self._look(owner, kind, files, files.own)

    def _look(self, owner: str, kind: Kind, files: Files, folder: Path) -> None:
        seen, now, changed_at = self._seen.pop(folder, None), time.monotonic(), _changed_at(folder)
        if seen is None or seen.changed_at != changed_at or now - seen.at >= self._rest:
            stamps = files.stamps(folder)
            if seen is None or stamps != seen.stamps:
                self._catch_up(owner, kind, files, folder, stamps)
            seen = _Seen(now, changed_at, stamps)
        self._seen[folder] = seen
        while len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)

    def _catch_up(self, owner: str, kind: Kind, files: Files, folder: Path, stamps: Mapping[str, Stamp]) -> None:
        there = {id_[:SLUG_LENGTH]: (id_, told(stamp)) for id_, stamp in stamps.items()}
        known = self.catalogue.stamps(owner, kind)
        changed = [id_ for listed, (id_, stamp) in there.items() if known.get(listed) != stamp]
        gone = known.keys() - there.keys()
        names = self.catalogue.titles(owner, "character") if changed and kind == "scene" else {}
        if gone:
            self.catalogue.replace(owner, kind, (), gone)
        for at in range(0, len(changed), AT_ONCE):
            looked = [(id_, *files.look(folder, id_)) for id_ in changed[at : at + AT_ONCE]]
            entries = [_entry(owner, kind, id_, stamps[id_], item, problem, names) for id_, item, problem in looked]
            self.catalogue.replace(owner, kind, entries)


def _entry(
    owner: str, kind: Kind, id_: str, stamp: Stamp, item: Item | None, problem: str, names: Mapping[str, str]
) -> Entry:
    written, size, _ = stamp
    at = datetime.fromtimestamp(written / 1e9, UTC)
    if item is None:
        return broken(owner, kind, id_[:SLUG_LENGTH], at, problem=problem, stamp=told(stamp))
    return entry_of(item, owner, at, names=names, stamp=told(stamp), size=size)


def _changed_at(folder: Path) -> int:
    """When a file last came into a folder, left it, or took the place of another; in nanoseconds, 0 without one."""
    try:
        return folder.stat().st_mtime_ns
    except OSError:
        return 0
