"""Keeps background work out of the moments in which a reader waits on us rather than on a model."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

LONGEST_WAIT_SECONDS = 2.0


class Pace:
    """`hurry` marks the time a reader waits, `thinking` the model's time within it; `calm` waits for a lull."""

    def __init__(self) -> None:
        self._hurrying = 0
        self._lull = asyncio.Event()
        self._lull.set()

    @contextmanager
    def hurry(self) -> Iterator[None]:
        """While this is open, and no model thinks, background work stands back."""
        self._shift(1)
        try:
            yield
        finally:
            self._shift(-1)

    @contextmanager
    def thinking(self) -> Iterator[None]:
        """A model is at work inside a `hurry`: the machine is ours."""
        self._shift(-1)
        try:
            yield
        finally:
            self._shift(1)

    async def calm(self) -> None:
        """Return at the next lull, or after two seconds: background work is put off, never starved."""
        try:
            async with asyncio.timeout(LONGEST_WAIT_SECONDS):
                await self._lull.wait()
        except TimeoutError:
            return

    def _shift(self, by: int) -> None:
        self._hurrying += by
        if self._hurrying > 0:
            self._lull.clear()
        else:
            self._lull.set()
