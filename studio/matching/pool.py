"""Those among whom a match is looked for, with what is computed of them once: vectors, words, columns, tropes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from studio.errors import Invalid, StorageError
from studio.llm.embedding import Embedder, Vectors
from studio.matching.bank.store import Bank
from studio.matching.lexical import LexicalIndex
from studio.matching.profile import Profile
from studio.matching.tropes.space import CharacterSpace

Numbers = NDArray[np.float64]
Mask = NDArray[np.bool_]
TextKind = Literal["story", "statement"]
BATCH = 64
SCALE = 127.0
Progress = Callable[[int, int], None]


def silent(done: int, total: int) -> None:
    """Tells nobody."""


class Pool:
    """Profiles by position. `digest` names their content: vectors are kept under it, first looked for in `shipped`,
    then in `cache`, where they are written once computed; without a folder they live as long as the pool."""

    def __init__(
        self,
        profiles: Sequence[Profile],
        *,
        digest: str = "",
        shipped: Path | None = None,
        cache: Path | None = None,
    ) -> None:
        self.profiles = tuple(profiles)
        self._digest = digest
        self._shipped = shipped
        self._cache = cache
        self._vectors: dict[tuple[str, TextKind], Vectors] = {}
        self._loading = asyncio.Lock()

    @classmethod
    def of_bank(cls, bank: Bank, cache: Path | None = None) -> Pool:
        """The pool of a bank.

        Raises: as `Bank.profiles`.
        """
        return cls(bank.profiles, digest=bank.digest, shipped=bank.folder, cache=cache)

    def __len__(self) -> int:
        return len(self.profiles)

    @cached_property
    def position(self) -> Mapping[str, int]:
        """Id → position."""
        return {profile.id: at for at, profile in enumerate(self.profiles)}

    def texts(self, kind: TextKind) -> list[str]:
        """What is compared: the story (what they went through first) or the paper's statement of a supporter."""
        return [text_of(profile, kind) for profile in self.profiles]

    @cached_property
    def lexical(self) -> LexicalIndex:
        """Everything told of each, by its words."""
        return LexicalIndex([profile.whole for profile in self.profiles], stems=True)

    @cached_property
    def letters(self) -> NDArray[np.str_]:
        """The types, shape (n,); empty where unknown."""
        return np.array([profile.mbti or "" for profile in self.profiles], dtype="U4")

    @cached_property
    def ages(self) -> Numbers:
        """Ages in years, shape (n,); NaN where unknown."""
        return np.array([np.nan if p.age is None else float(p.age) for p in self.profiles], dtype=np.float64)

    @cached_property
    def genders(self) -> NDArray[np.str_]:
        """Genders, case-folded, shape (n,)."""
        return np.array([profile.gender.casefold() for profile in self.profiles], dtype=np.str_)

    @cached_property
    def countries(self) -> NDArray[np.str_]:
        """What stands after the last comma of the region, case-folded, shape (n,)."""
        return np.array([country(profile.region) for profile in self.profiles], dtype=np.str_)

    @cached_property
    def space(self) -> CharacterSpace:
        """The space of their tropes.

        Raises: Invalid when nobody has one.
        """
        rows = ((profile.id, trope) for profile in self.profiles for trope in profile.tropes)
        return CharacterSpace.fit(rows, reg=1.0, iters=15)

    def ready(self, embedder: Embedder, kind: TextKind = "story") -> bool:
        """Whether the vectors are there already, so that asking for them takes no time."""
        return (embedder.name, kind) in self._vectors or self._file(embedder, kind) is not None

    def hold(self, embedder: Embedder, kind: TextKind, vectors: Vectors) -> None:
        """Take vectors that were computed elsewhere, one unit row a profile.

        Raises: Invalid for another number of rows.
        """
        if len(vectors) != len(self):
            raise Invalid(f"{len(vectors)} vectors do not fit {len(self)} profiles.")
        self._vectors[(embedder.name, kind)] = vectors

    async def vectors(self, embedder: Embedder, kind: TextKind = "story", progress: Progress = silent) -> Vectors:
        """The texts as vectors, shape (n, dimension). The first call for a new bank embeds everybody (some seconds for
        a thousand); later ones read a file.

        Raises: as `Embedder.embed`; StorageError when the cache cannot be written.
        """
        key = (embedder.name, kind)
        async with self._loading:
            if key not in self._vectors:
                file = self._file(embedder, kind)
                self._vectors[key] = (
                    await asyncio.to_thread(_read, file) if file else await self._embedded(embedder, kind, progress)
                )
            return self._vectors[key]

    async def _embedded(self, embedder: Embedder, kind: TextKind, progress: Progress) -> Vectors:
        texts = self.texts(kind)
        parts = []
        for start in range(0, len(texts), BATCH):
            parts.append(await embedder.embed(texts[start : start + BATCH]))
            progress(min(start + BATCH, len(texts)), len(texts))
        vectors = np.concatenate(parts) if parts else np.zeros((0, embedder.dimension), dtype=np.float32)
        if self._cache and self._digest:
            await asyncio.to_thread(write_vectors, self._cache / self._name(embedder, kind), vectors)
        return vectors

    def _name(self, embedder: Embedder, kind: TextKind) -> str:
        safe = re.sub(r"[^A-Za-z0-9._-]+", "-", embedder.name)[:80]
        return f"{self._digest}-{kind}-{safe}.npy"

    def _file(self, embedder: Embedder, kind: TextKind) -> Path | None:
        if not self._digest:
            return None
        places = [folder / self._name(embedder, kind) for folder in (self._shipped, self._cache) if folder]
        return next((file for file in places if file.is_file()), None)


def text_of(profile: Profile, kind: TextKind) -> str:
    """The text of a profile that is compared."""
    return profile.statement("supporter") if kind == "statement" else profile.story


def country(region: str) -> str:
    """What stands after the last comma of a region, case-folded."""
    return region.rpartition(",")[2].strip().casefold()


def write_vectors(file: Path, vectors: Vectors) -> None:
    """Keep unit vectors in a byte a number: a quarter of the room, and cosines that differ by less than 0.01.

    Raises: StorageError.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_suffix(".tmp")
        with draft.open("wb") as target:
            np.save(target, np.round(vectors * SCALE).astype(np.int8), allow_pickle=False)
        draft.replace(file)
    except OSError as error:
        raise StorageError(f"{file} could not be written ({error.strerror}).") from error


def _read(file: Path) -> Vectors:
    try:
        stored = np.load(file, allow_pickle=False).astype(np.float32)
    except (OSError, ValueError) as error:
        raise StorageError(f"{file} could not be read. Delete it; it is computed anew.") from error
    lengths = np.linalg.norm(stored, axis=1, keepdims=True)
    unit: Vectors = stored / np.maximum(lengths, 1e-9)
    return unit
