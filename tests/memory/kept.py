"""An archive, an index and what happened: what the tests of the keeper share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np

from studio.archive import Archive
from studio.domain.event import Event, Kind
from studio.domain.memory import Memory, Recalled
from studio.errors import ModelUnavailable
from studio.llm.embedding import HashEmbedder, Vectors
from studio.memory import retrieval
from studio.memory.base import Ask, MemoryBank, MemoryPolicy, Scope
from studio.memory.index import MemoryIndex
from studio.memory.keeper import MemoryKeeper
from studio.memory.memory_stream import MemoryStream
from tests.plays import NOON, Clock, session

SESSION = session()
ADA = Scope("me", "ada", "s1")
STREAM = MemoryStream()
STILL = MemoryStream(recency_weight=0)
"""Recalling makes things recent; what is to be compared must not depend on it."""
SUBJECTS = ("lamp oil", "the drowned sailor", "a radio from Bergen", "wet boots", "the fog bell", "tin of biscuits")
PLACES = ("under the stairs", "before the storm", "in the harbour office", "behind the chapel", "by the salt road")
ENDS = (
    "so trust nobody",
    "and it cost us dearly",
    "but do not tell Mira",
    "and then the rain began",
    "for forty coins",
)


class CountingEmbedder(HashEmbedder):
    """Hash vectors, every text it was asked for, and a switch to fail."""

    def __init__(self, dimension: int = 384) -> None:
        super().__init__(dimension)
        self.texts: list[str] = []
        self.calls = 0
        self.broken = False

    async def embed(self, texts: list[str]) -> Vectors:
        if self.broken:
            raise ModelUnavailable("The embedder is away.")
        self.calls += 1
        self.texts += texts
        return await super().embed(texts)


class Nearest(MemoryPolicy):
    """The three nearest, whatever their age and weight."""

    async def recall(self, ask: Ask, bank: MemoryBank) -> tuple[Recalled, ...]:
        found = await bank.nearest(3)
        zeros = np.zeros(len(found))
        return retrieval.told(found, retrieval.Scores(zeros, zeros, zeros, await bank.relevance(found)))


class House:
    """An archive and an index in one folder, and as many keepers, one after another, as a test wants."""

    def __init__(self, folder: Path, archive: Archive) -> None:
        self.folder = folder
        self.archive = archive
        self.embedder = CountingEmbedder()
        self.keepers: list[MemoryKeeper] = []

    @property
    def index_folder(self) -> Path:
        return self.folder / "memory"

    def keeper(self, where: str = "", embedder: CountingEmbedder | None = None) -> MemoryKeeper:
        index = MemoryIndex(where or self.index_folder)
        made = MemoryKeeper(self.archive.memories, index, embedder or self.embedder, Clock())
        self.keepers.append(made)
        return made

    async def all_of_ada(self) -> tuple[Memory, ...]:
        return await self.archive.memories.of(*ADA, limit=10_000)


def event(number: int, text: str = "", **fields: Any) -> Event:
    line = text or f"{number}: {SUBJECTS[number % 6]} {PLACES[number // 6 % 5]} {ENDS[number // 30 % 5]} {number % 37}"
    defaults = {"session": "s1", "kind": Kind.SPEECH, "actor": "ada", "audience": ("ada", "bo")}
    return Event(id=f"e{number:04}", text=line, at=NOON + timedelta(minutes=number), **{**defaults, **fields})


def events(count: int, start: int = 0) -> list[Event]:
    return [event(number) for number in range(start, start + count)]


def ask(path: Sequence[Event], focal: str = "lamp oil", **fields: Any) -> Ask:
    whose = {"owner": "me", "character": "ada", "continuity": "s1", "session": "s1", "focal": focal}
    room = {"now": NOON + timedelta(days=3), "budget_tokens": 4000, "limit": 30}
    return Ask(**{**whose, **room, "lineage": frozenset(one.id for one in path), **fields})


def told(recalled: Sequence[Recalled]) -> list[tuple[str, float]]:
    return [(one.memory.id, round(one.score, 5)) for one in recalled]
