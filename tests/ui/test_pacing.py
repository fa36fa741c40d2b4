"""Pieces of a line are thinned out, but nothing that matters is lost or held back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import pytest

from studio.domain.session import Decision
from studio.roleplay.steps import Decided, Step, Streaming
from studio.ui.pacing import paced

CHOSEN = Decided(decision=Decision(speaker="ada"))


async def _all(*steps: Step) -> AsyncGenerator[Step, None]:
    for step in steps:
        yield step


async def test_of_many_pieces_at_once_at_most_the_newest_is_shown() -> None:
    pieces = [Streaming(actor="ada", text="x" * number) for number in range(1, 200)]
    shown = [step async for step in paced(_all(CHOSEN, *pieces, CHOSEN))]
    assert shown[0] == shown[-1] == CHOSEN
    assert all(isinstance(step, Streaming) for step in shown[1:-1])
    assert len(shown) <= 4


async def test_the_newest_piece_is_shown_while_the_model_pauses() -> None:
    pause = asyncio.Event()

    async def steps() -> AsyncGenerator[Step, None]:
        for text in ("Mind", "Mind the", "Mind the step"):
            yield Streaming(actor="ada", text=text)
        await pause.wait()
        yield CHOSEN

    async with aclosing(paced(steps())) as shown:
        while True:
            step = await anext(shown)
            if isinstance(step, Streaming) and step.text == "Mind the step":
                break
        pause.set()
        assert [step async for step in shown] == [CHOSEN]


async def test_closing_breaks_off_the_call_beneath() -> None:
    closed = asyncio.Event()

    async def steps() -> AsyncGenerator[Step, None]:
        try:
            yield CHOSEN
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            closed.set()

    async with aclosing(paced(steps())) as shown:
        assert await anext(shown) == CHOSEN
    assert closed.is_set()


async def test_an_error_arrives_after_what_came_before_it() -> None:
    async def steps() -> AsyncGenerator[Step, None]:
        yield CHOSEN
        raise ValueError("no more")

    seen = []
    with pytest.raises(ValueError, match="no more"):
        async for step in paced(steps()):
            seen.append(step)
    assert seen == [CHOSEN]
