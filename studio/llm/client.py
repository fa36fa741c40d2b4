"""The contract of a language model."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Protocol

from studio.domain.message import Chunk, Completion, Request
from studio.domain.provenance import Usage
from studio.domain.value import Value


class Capabilities(Value):
    """What a model can do, as far as known. `directs`: strong enough to plan who speaks next; `follows_script`: strong
    enough for thoughts, actions and trailers, where a weaker one is asked for one plain sentence."""

    schema_decoding: bool = False
    prefix_caching: bool = False
    directs: bool = True
    follows_script: bool = True
    context_tokens: int = 8192


class Model(Protocol):
    """A model streams chunks; the last one carries the usage. Closing the iterator stops the model."""

    @property
    def name(self) -> str:
        """What provenance records, e.g. `openai/gpt-4o-mini`."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """What may be asked of it."""
        ...

    def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        """The answer as it is made. An async generator: close it to cancel the call.

        Raises: ModelUnavailable, ModelRefused, ModelOutput, ModelBudget.
        """
        ...


async def complete(model: Model, request: Request) -> Completion:
    """The whole answer of one call.

    Raises: as `Model.stream`.
    """
    text, usage, finish = [], Usage(), ""
    stream = model.stream(request)
    async with aclosing(stream):
        async for chunk in stream:
            text.append(chunk.text)
            usage = chunk.usage or usage
            finish = chunk.finish or finish
    return Completion(text="".join(text), usage=usage, finish=finish or "stop")
