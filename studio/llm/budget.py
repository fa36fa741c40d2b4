"""What was spent, and a stop where the agreed limit is reached."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from pydantic import Field

from studio.domain.message import Chunk, Request
from studio.domain.provenance import Usage
from studio.domain.value import Value
from studio.errors import ModelBudget
from studio.llm.client import Capabilities, Model


class Limits(Value):
    """What may be spent in all; None: no limit. Tokens are those of prompts and answers together, cost in dollars."""

    calls: int | None = Field(default=None, ge=0)
    tokens: int | None = Field(default=None, ge=0)
    cost: float | None = Field(default=None, ge=0)


class Spent(Value):
    """Usage by purpose of the request. A call that failed or was stopped counts as a call without tokens."""

    purposes: dict[str, Usage] = Field(default_factory=dict)

    @property
    def total(self) -> Usage:
        """All of it. Cost None where any part of it is unknown."""
        return sum(self.purposes.values(), Usage())

    def plus(self, purpose: str, usage: Usage) -> Spent:
        """With this added."""
        return Spent(purposes={**self.purposes, purpose: self.purposes.get(purpose, Usage()) + usage})


class Metered:
    """A model that adds up what it spends and refuses the call that would begin beyond a limit.

    Calls are counted as they begin, tokens and cost as they end: of calls running at the same time the last may go
    over a limit of tokens or cost, never over one of calls.
    """

    def __init__(self, model: Model, limits: Limits | None = None, spent: Spent | None = None) -> None:
        self.limits = limits or Limits()
        self.spent = spent or Spent()
        self._model = model

    @property
    def name(self) -> str:
        """As the model's own."""
        return self._model.name

    @property
    def capabilities(self) -> Capabilities:
        """As the model's own."""
        return self._model.capabilities

    async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        """As the model's own.

        Raises: ModelBudget, and what the model raises.
        """
        self._check()
        self.spent = self.spent.plus(request.purpose, Usage(calls=1))
        stream = self._model.stream(request)
        async with aclosing(stream):
            async for chunk in stream:
                if chunk.usage is not None:
                    # the call itself is counted; a model that made several of it reports the others too
                    counted = chunk.usage.model_copy(update={"calls": max(0, chunk.usage.calls - 1)})
                    self.spent = self.spent.plus(request.purpose, counted)
                yield chunk

    def _check(self) -> None:
        limits, total = self.limits, self.spent.total
        tokens = total.prompt_tokens + total.completion_tokens
        if limits.calls is not None and total.calls >= limits.calls:
            raise ModelBudget(f"The limit of {limits.calls} calls is reached. Raise it to go on.")
        if limits.tokens is not None and tokens >= limits.tokens:
            raise ModelBudget(f"The limit of {limits.tokens:,} tokens is reached ({tokens:,} used). Raise it to go on.")
        if limits.cost is None:
            return
        if total.cost is None:
            raise ModelBudget(
                f"{self.name} has no known price, so a limit of cost cannot be kept. Set a limit of tokens instead."
            )
        if total.cost >= limits.cost:
            raise ModelBudget(
                f"The limit of ${limits.cost:.2f} is reached (${total.cost:.2f} spent). Raise it to go on."
            )
