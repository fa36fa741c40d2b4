"""The files of one kind, characters, scenes or lorebooks, in two folders: the shipped one and the reader's own."""

from __future__ import annotations

import contextlib
import difflib
import os
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic

from studio.domain.identifiers import SLUG_LENGTH, is_slug, slug
from studio.errors import Conflict, Invalid, NotFound, StorageError
from studio.library.describing import digest_of
from studio.library.yaml_file import MAX_BYTES, RESERVED, ItemT, LibraryProblem, Unreadable, read, write

Stamp = tuple[int, int, int]
"""Of a file: when it was written (in nanoseconds), its size, its number on the disk."""
FRESH = 1000
"""Items kept in memory after they were written, for whoever lists them next."""
COMPARED = 1000
"""Names that a mistaken one is compared with."""


@dataclass(frozen=True)
class _Entry(Generic[ItemT]):
    """One file as it stood at `stamp` (None: it could not be read): either the item, or what is wrong with it."""

    stamp: Stamp | None
    item: ItemT | None
    problems: tuple[LibraryProblem, ...] = ()


class Shelf(Generic[ItemT]):
    """Files are looked at anew at each call; only changed ones (by time, size and inode) are parsed again."""

    def __init__(self, model: type[ItemT], shipped: Path, own: Path, trash: Path) -> None:
        self.shipped, self.own, self.trash = shipped, own, trash
        self._model: type[ItemT] = model
        self._noun = model.__name__.lower()
        self._shipped_cache: dict[Path, _Entry[ItemT]] = {}
        self._cache: dict[Path, _Entry[ItemT]] = {}
        self._fresh_items: OrderedDict[Path, _Entry[ItemT]] = OrderedDict()
        self._writing = threading.RLock()
        self._promised: set[str] = set()

    def beside(self, other: Shelf[ItemT]) -> Shelf[ItemT]:
        """The other shelf, of the same shipped files, which are read once for both."""
        other._shipped_cache = self._shipped_cache
        return other

    def items(self) -> Iterator[ItemT]:
        """Every item that can be used, in no order."""
        return (entry.item for entry in self._entries().values() if entry.item is not None)

    def problems(self) -> tuple[LibraryProblem, ...]:
        """What is wrong with the other files, by file name."""
        return tuple(problem for _, entry in sorted(self._entries().items()) for problem in entry.problems)

    def item(self, id_: str) -> ItemT:
        """Raises: NotFound, Unreadable."""
        file = self.file(id_)
        entries = {} if file else self._entries()
        if file is None and id_ not in entries:
            raise NotFound(_missing(self._noun, id_, entries))
        entry = self._entry(file) if file else entries[id_]
        if entry.item is None:
            raise Unreadable(entry.problems)
        return entry.item

    def stamps(self, folder: Path) -> dict[str, Stamp]:
        """Id → what tells one state of its file from another, for every file of a folder. A file of another ending
        stands under its whole name. Raises: StorageError."""
        found = {}
        try:
            with os.scandir(folder) as files:
                for file in files:
                    stem, _, ending = file.name.rpartition(".")
                    if ending in ("yaml", "yml") and not file.name.startswith("."):
                        found[stem if ending == "yaml" else file.name] = stamp_of(file.stat())
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise StorageError(f"{folder} could not be read ({error.strerror}).") from error
        return found

    def look(self, folder: Path, id_: str) -> tuple[ItemT | None, str]:
        """What the file of this id holds, or why it cannot be used. It is not kept in memory for that."""
        file = folder / (id_ if id_.endswith(".yml") else f"{id_}.yaml")
        entry = self._read(file, known=self._fresh_items.pop(file, None))
        return entry.item, "\n".join(map(str, entry.problems))

    def file(self, id_: str) -> Path | None:
        """The file in force for an id."""
        paths = (folder / f"{id_}.yaml" for folder in (self.own, self.shipped) if is_slug(id_))
        return next((path for path in paths if path.exists()), None)

    def own_ids(self) -> frozenset[str]:
        """The ids that have a file in the own folder, usable or not."""
        return frozenset(file.stem for file in self.own.glob("[!.]*.yaml") if is_slug(file.stem))

    def is_shipped(self, item: ItemT) -> bool:
        """Whether this very item, unchanged, is among the shipped ones."""
        file = self.shipped / f"{item.id}.yaml"
        return is_slug(item.id) and file.is_file() and self._entry(file).item == item

    def save(self, item: ItemT, name: str, known: str | None = None) -> ItemT:
        """Write into the own folder; an empty id asks for a fresh one made from `name`. Returns what was written.

        Raises: Invalid when it could not be read back; Conflict where `known` is not the digest of what is there;
        StorageError.
        """
        if not item.id:
            return self._save_new(item, slug(name, self._noun))
        with self._writing:
            if not is_slug(item.id):
                raise Invalid(f"'{item.id[:80]}' cannot name a file. Use a-z, 0-9, - and _, 64 at most.")
            file, data = self._file_of(item)
            self._check_known(file, name, known)
            put_in_place(file, data)
            self._cache.pop(file, None)
            self._remember(file, item)
            return item

    def _save_new(self, item: ItemT, base: str) -> ItemT:
        """Under an id that is nobody's, here and in other processes. Several may be written side by side: to wait for
        the disk together is quicker."""
        while True:
            with self._writing:
                id_ = self._fresh(base)
                self._promised.add(id_)
            try:
                item = item.model_copy(update={"id": id_})
                file, data = self._file_of(item)
                put_in_place(file, data, anew=True)
                self._remember(file, item)
                return item
            except FileExistsError:
                continue
            finally:
                self._promised.discard(id_)

    def _file_of(self, item: ItemT) -> tuple[Path, bytes]:
        file, data = self.own / f"{item.id}.yaml", write(item)
        read(data, self._model, file)  # what could not be read again is never written
        return file, data

    def _remember(self, file: Path, item: ItemT) -> None:
        with contextlib.suppress(OSError):  # it is gone again already
            self._fresh_items[file] = _Entry(stamp_of(file.stat()), item)
        while len(self._fresh_items) > FRESH:
            with contextlib.suppress(KeyError):  # another took it
                self._fresh_items.popitem(last=False)

    def _check_known(self, file: Path, name: str, known: str | None) -> None:
        if known is not None and is_slug(file.stem) and file.exists():
            there = self._entry(file).item
            if there is None or digest_of(there) != known:
                raise Conflict(f"'{name}' was changed in the meantime. Nothing was written; load it and go on from it.")

    def delete(self, id_: str) -> str:
        """Move an own file to the trash; returns its token there.

        Raises: NotFound; Invalid for a shipped one; StorageError.
        """
        with self._writing:
            file = self.own / f"{id_}.yaml"
            if not is_slug(id_) or not file.is_file():
                if self.file(id_) is not None:
                    raise Invalid(f"'{id_}' ships with the studio and stays. Only your own can be deleted.")
                raise NotFound(_missing(self._noun, id_, self._entries()))
            number, stem = 1, id_
            while (self.trash / f"{stem}.yaml").exists():
                number += 1
                stem = f"{id_}~{number}"
            _move(file, self.trash / f"{stem}.yaml")
            return f"{self.trash.name}/{stem}"

    def restore(self, file: Path, id_: str) -> str:
        """Move a file from the trash back under its id, or a fresh one if that is taken; returns the id."""
        with self._writing:
            if (self.own / f"{id_}.yaml").exists():
                id_ = self._fresh(id_)
            _move(file, self.own / f"{id_}.yaml")
            return id_

    def _fresh(self, base: str) -> str:
        number, id_ = 1, base
        while (
            id_ in RESERVED or id_ in self._promised or self.file(id_) is not None
        ):  # not by a list of all: there may be ten thousand
            number += 1
            suffix = f"-{number}"
            id_ = base[: SLUG_LENGTH - len(suffix)] + suffix
        return id_

    def _entries(self) -> dict[str, _Entry[ItemT]]:
        """Id → what its file holds; own over shipped. A file of another ending stands under its whole name."""
        found = {}
        for folder in (self.shipped, self.own):
            for file in sorted(folder.glob("[!.]*.y*ml")):
                if file.suffix in (".yaml", ".yml"):
                    found[file.stem if file.suffix == ".yaml" else file.name] = self._entry(file)
        return found

    def _entry(self, file: Path) -> _Entry[ItemT]:
        cache = self._shipped_cache if file.parent == self.shipped else self._cache
        entry = self._read(file, cache.get(file))
        if entry.stamp is not None:
            cache[file] = entry
        return entry

    def _read(self, file: Path, known: _Entry[ItemT] | None) -> _Entry[ItemT]:
        """What a file holds now; `known`, if that is still so."""
        try:
            stamp = stamp_of(file.stat())
            if known is not None and known.stamp == stamp:
                return known
            with file.open("rb") as stream:
                data = stream.read(MAX_BYTES + 1)
        except OSError as error:
            message = f"It could not be read ({error.strerror})."
            return _Entry(None, None, (LibraryProblem(file=file, message=message, mend="Check its rights."),))
        try:
            return _Entry(stamp, read(data, self._model, file))
        except Unreadable as error:
            return _Entry(stamp, None, error.problems)


def stamp_of(stat: os.stat_result) -> Stamp:
    """What tells one state of a file from another."""
    return stat.st_mtime_ns, stat.st_size, stat.st_ino


def told(stamp: Stamp) -> str:
    """A stamp as text."""
    return "-".join(map(str, stamp))


def _missing(noun: str, id_: str, entries: Mapping[str, _Entry[ItemT]]) -> str:
    titles = {known: _title(entry.item) or known for known, entry in entries.items()}
    if len(titles) > COMPARED:  # comparing with ten thousand takes seconds
        head = id_[:1].casefold()
        alike = [known for known, title in titles.items() if head in (known[:1], title[:1].casefold())]
        titles = {known: titles[known] for known in alike[:COMPARED]}
    names = {known: known for known in titles} | {title: known for known, title in titles.items()}
    close = difflib.get_close_matches(id_[:200], names, n=5, cutoff=0.5)
    near = ", ".join(dict.fromkeys(names[name] for name in close))
    known_ids = ", ".join(sorted(entries)[:8]) or "none yet"
    return f"There is no {noun} '{id_[:80]}'. " + (f"Near: {near}." if near else f"Known: {known_ids}.")


def _title(item: ItemT | None) -> str:
    return str(getattr(item, "name", "") or getattr(item, "title", ""))


def put_in_place(file: Path, data: bytes, *, anew: bool = False) -> None:
    """Write the bytes whole or not at all, safe against a crash and a power cut. `anew`: over nothing.

    Raises: StorageError; FileExistsError where something is in its place that must be nothing.
    """
    draft = file.with_name(f".{file.name}.{os.getpid()}-{threading.get_ident()}.tmp")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        if anew:
            _give_name(draft, file)
        else:
            draft.replace(file)
        _sync(file.parent)
    except FileExistsError:
        raise
    except OSError as error:
        raise StorageError(f"{file} could not be written ({error.strerror}). What was there before stands.") from error
    finally:
        draft.unlink(missing_ok=True)


def _give_name(draft: Path, file: Path) -> None:
    """Give a draft its name, unless something has it."""
    try:
        os.link(draft, file)
    except FileExistsError:
        raise
    except OSError:  # a file system that knows no second names
        if file.exists():
            raise FileExistsError(file) from None
        draft.replace(file)


def _move(file: Path, target: Path) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        file.replace(target)
        _sync(target.parent)
    except OSError as error:
        raise StorageError(f"{file} could not be moved to {target} ({error.strerror}). It stays.") from error


def _sync(folder: Path) -> None:
    """Make a rename last; a folder can be opened for that on POSIX only."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
