"""Background work waits for a lull, and never for ever."""

from __future__ import annotations

import asyncio

import pytest

from studio.roleplay import pace
from studio.roleplay.pace import Pace


async def calm(of: Pace) -> asyncio.Task[None]:
    """A task that waits for calm, already waiting."""
    task = asyncio.create_task(of.calm())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return task


async def test_without_a_turn_it_is_calm() -> None:
    waiting = await calm(Pace())
    await waiting


async def test_work_waits_while_a_reader_waits_and_goes_on_while_a_model_thinks() -> None:
    turn = Pace()
    with turn.hurry():
        waiting = await calm(turn)
        assert not waiting.done()
        with turn.thinking():
            await waiting
        again = await calm(turn)
        assert not again.done()
    await again


async def test_two_turns_at_once_are_both_waited_for() -> None:
    turn = Pace()
    with turn.hurry():
        with turn.hurry(), turn.thinking():
            waiting = await calm(turn)
            assert not waiting.done(), "the other reader still waits"
        with turn.thinking():
            await waiting


async def test_a_turn_that_fails_leaves_it_calm() -> None:
    turn = Pace()
    with pytest.raises(ValueError, match="broken"), turn.hurry(), turn.thinking():
        raise ValueError("broken")
    await (await calm(turn))


async def test_work_is_put_off_and_not_starved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "LONGEST_WAIT_SECONDS", 0.01)
    turn = Pace()
    with turn.hurry():
        await turn.calm()


async def test_a_cancelled_wait_is_cancelled() -> None:
    turn = Pace()
    with turn.hurry():
        waiting = await calm(turn)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
