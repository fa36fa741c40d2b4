"""Killed while it reflects, a character has a whole reflection or none."""

from __future__ import annotations

import random
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path

from studio.archive import Archive
from studio.domain.memory import Memory, MemoryKind
from tests.faults.thinker import INSIGHTS, reflect
from tests.memory.kept import ADA

LIVES = 8


async def reflections(folder: Path) -> list[Memory]:
    archive = await Archive.open(f"sqlite:///{folder / 'studio.db'}")
    await archive.check()
    found = [one for one in await archive.memories.concluded(*ADA) if one.kind is MemoryKind.REFLECTION]
    await archive.close()
    return found


async def test_a_half_made_reflection_never_appears(tmp_path: Path) -> None:
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.faults.thinker"])
    chance = random.Random(5)
    stored = 0
    for life in range(LIVES):
        here, there = context.Pipe()
        thinker = context.Process(target=reflect, args=(tmp_path, life, there))
        thinker.start()
        there.close()
        told = [here.recv_bytes() for _ in range(chance.randrange(1, 7))]
        thinker.kill()
        thinker.join()
        with suppress(EOFError, ConnectionResetError):
            while True:
                told.append(here.recv_bytes())
        here.close()
        before, stored = stored, len(await reflections(tmp_path))
        assert stored - before in (0, INSIGHTS), "part of a reflection was stored"
        assert stored - before == INSIGHTS or b"stored" not in told, "a stored reflection is gone"
    assert stored >= INSIGHTS, "nobody lived long enough to reflect"
