"""Cancelling a coroutine at exactly its n-th wait, so that a test can try every one of them."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Generator
from typing import Any


class Interrupted:
    """Awaits `work` and cancels its own task when it waits for the `at`-th time. `waits` counts them."""

    def __init__(self, work: Coroutine[Any, Any, Any], at: int) -> None:
        self._work = work
        self._at = at
        self.waits = 0

    def __await__(self) -> Generator[Any, Any, Any]:
        inner = self._work.__await__()
        resume, value = inner.send, None
        while True:
            try:
                waiting = resume(value)
            except StopIteration as stop:
                return stop.value
            self.waits += 1
            task = asyncio.current_task()
            if self.waits == self._at and task is not None:
                task.cancel()
            try:
                resume, value = inner.send, (yield waiting)
            except BaseException as error:
                resume, value = inner.throw, error


async def interrupted(work: Coroutine[Any, Any, Any], at: int) -> bool:
    """Run `work` in a task of its own, cancelled at its `at`-th wait; whether it came to that."""
    waiting = Interrupted(work, at)

    async def run() -> None:
        await waiting

    task = asyncio.create_task(run())
    await asyncio.wait([task])
    if task.cancelled():
        return True
    task.result()
    return waiting.waits >= at
