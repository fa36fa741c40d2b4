"""Pieces of a line as often as an eye can follow, and no oftener."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import TypeVar

from studio.roleplay.steps import Streaming

FRAME_SECONDS = 0.04
QUEUE_FRAME_SECONDS = 0.1
"""Where frames go through Gradio's queue, which they would clog."""
StepT = TypeVar("StepT")


def is_piece(step: object) -> bool:
    """Whether a step is but a piece of a line, which the next one takes the place of."""
    return isinstance(step, Streaming)


async def paced(
    steps: AsyncGenerator[StepT, None],
    seconds: float = FRAME_SECONDS,
    fleeting: Callable[[StepT], bool] = is_piece,
) -> AsyncGenerator[StepT, None]:
    """All steps in order, but of the fleeting ones, the pieces of a line, at most one in `seconds`; the newest is never
    held back longer, also when the model pauses. Closing this closes `steps`, and with it the model's call.
    """
    queue: asyncio.Queue[StepT | None] = asyncio.Queue()

    async def fill() -> None:
        try:
            async with aclosing(steps):
                async for step in steps:
                    queue.put_nowait(step)
        finally:
            queue.put_nowait(None)

    clock = asyncio.get_running_loop().time
    filling = asyncio.create_task(fill())
    waiting: StepT | None = None
    due = 0.0
    try:
        while True:
            try:
                step = await asyncio.wait_for(queue.get(), max(0.0, due - clock()) if waiting else None)
            except TimeoutError:
                if waiting:
                    yield waiting
                waiting, due = None, clock() + seconds
                continue
            if step is not None and fleeting(step):
                waiting = step
                continue
            waiting = None
            if step is None:
                break
            yield step
        await filling
    finally:
        filling.cancel()
        await asyncio.gather(filling, return_exceptions=True)
