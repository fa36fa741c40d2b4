"""A model that remembers what it was last asked."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncGenerator
from contextlib import aclosing

from studio.domain.message import Chunk, Request
from studio.llm.client import Capabilities, Model

REQUESTS_KEPT = 64


class Recorder:
    """Passes every call on, and keeps the newest requests in `requests`, oldest first."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.requests: deque[Request] = deque(maxlen=REQUESTS_KEPT)

    @property
    def name(self) -> str:
        """As the model's own."""
        return self.model.name

    @property
    def capabilities(self) -> Capabilities:
        """As the model's own."""
        return self.model.capabilities

    async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        """As the model's own.

        Raises: what the model raises.
        """
        self.requests.append(request)
        async with aclosing(self.model.stream(request)) as chunks:
            async for chunk in chunks:
                yield chunk
