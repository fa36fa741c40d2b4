"""A character who reflects in a process of its own, until somebody kills it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path

import chromadb  # noqa: F401 - once for all the processes that are forked from the one that loads this module

from studio.archive import Archive
from studio.domain.message import Request
from studio.llm.embedding import HashEmbedder
from studio.memory.base import Occasion
from studio.memory.consolidation import consolidate
from studio.memory.index import MemoryIndex
from studio.memory.keeper import MemoryKeeper
from studio.memory.memory_stream import MemoryStream
from tests.memory.kept import SESSION, ask, events
from tests.memory.mind import NAMES, answering

EVENING = 60
INSIGHTS = 12
TREES = ("alder", "birch", "cedar", "dogwood")


def reflect(folder: Path, life: int, said: Connection) -> None:
    """Observe another evening, then reflect on it. Said: `call` for each call of the model, `stored` at the end."""
    asyncio.run(_reflect(folder, life, said))


async def _reflect(folder: Path, life: int, said: Connection) -> None:
    def insights(request: Request) -> object:
        said.send_bytes(b"call")
        about = request.text.partition("Question: ")[2].partition("\n")[0]
        return {"insights": [{"insight": f"{about} {tree} {life}", "because": [1, 2]} for tree in TREES]}

    def questions(request: Request) -> object:
        said.send_bytes(b"call")
        return {"questions": [f"What of the {word}?" for word in ("lamp", "boots", "radio")]}

    archive = await Archive.open(f"sqlite:///{folder / 'studio.db'}")
    path = events(EVENING * (life + 1))
    now = path[-1].at + timedelta(seconds=1)
    keeper = MemoryKeeper(archive.memories, MemoryIndex(folder / "memory"), HashEmbedder(), lambda: now)
    await keeper.observe(SESSION, path)
    asked = ask(path, now=now)
    model = answering(questions=questions, insights=insights)
    said.send_bytes(b"begun")
    await consolidate(keeper, MemoryStream(), asked, Occasion.ASKED, names=NAMES, model=model)
    said.send_bytes(b"stored")
    await keeper.close()
    await archive.close()
