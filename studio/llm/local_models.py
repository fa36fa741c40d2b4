"""The models this process runs itself: one at a time in memory, loaded when called, swapped when another is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

from studio.domain.message import Chunk, Request
from studio.llm.client import Capabilities
from studio.llm.litellm_client import LitellmModel
from studio.llm.local_server import LocalServer


class LocalModels:
    """Keeps at most one local server. A model whose weights were put away is loaded again by its next call."""

    def __init__(self, context_tokens: int, timeout_seconds: float, retries: int) -> None:
        self.context_tokens = context_tokens
        self._timeout = timeout_seconds
        self._retries = retries
        self._server: LocalServer | None = None
        self._model: LitellmModel | None = None
        self._answering = 0
        self._swapping = asyncio.Lock()
        self._idle = asyncio.Event()
        self._idle.set()

    async def open(self, name: str, weights: Path, *, directs: bool, follows_script: bool = True) -> LocalModel:
        """A model of these weights, loaded, so that a file that cannot be loaded is found now.

        Raises: ModelUnavailable.
        """
        model = LocalModel(self, name, weights, directs=directs, follows_script=follows_script)
        async with self.serving(model):
            return model

    @asynccontextmanager
    async def serving(self, wanted: LocalModel) -> AsyncIterator[LitellmModel]:
        """The client of a server with the wanted weights. It is not swapped while anybody is inside."""
        async with self._swapping:
            if self._server is None or self._server.weights != wanted.weights:
                await self._idle.wait()
                await self._put_away()
                await self._load(wanted)
            client = self._model
            assert client is not None
            self._answering += 1
            self._idle.clear()
        try:
            yield client
        finally:
            self._answering -= 1
            if not self._answering:
                self._idle.set()

    async def close(self) -> None:
        """Stops the server; answers under way break off."""
        async with self._swapping:
            await self._put_away()

    async def _load(self, wanted: LocalModel) -> None:
        server = LocalServer(wanted.weights, self.context_tokens)
        await server.start()
        self._server = server
        self._model = server.model(
            wanted.name, directs=wanted.capabilities.directs, timeout_seconds=self._timeout, retries=self._retries
        )

    async def _put_away(self) -> None:
        if self._model is not None:
            await self._model.close()
        if self._server is not None:
            await self._server.close()
        self._server, self._model = None, None


class LocalModel:
    """Local weights as a `Model` of llm/client.py, whatever is in memory just now."""

    def __init__(self, shelf: LocalModels, name: str, weights: Path, *, directs: bool, follows_script: bool) -> None:
        self.name = name
        self.weights = weights
        self.capabilities = Capabilities(
            schema_decoding=True,
            prefix_caching=True,
            directs=directs,
            follows_script=follows_script,
            context_tokens=shelf.context_tokens,
        )
        self._shelf = shelf

    async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        """As the contract says."""
        async with self._shelf.serving(self) as client, aclosing(client.stream(request)) as chunks:
            async for chunk in chunks:
                yield chunk
