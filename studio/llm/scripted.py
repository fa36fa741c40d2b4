"""A model that replies by rule or from a queue: for tests, benchmarks and the tour, which say so.

It is never put in place of a model that failed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable

from studio.domain.message import Chunk, Request
from studio.domain.provenance import Usage
from studio.errors import ModelOutput
from studio.llm.client import Capabilities

Rule = Callable[[Request, int], str]


class ScriptedModel:
    """Answers with `rule(request, call number from 1)` or the next of a queue of texts (errors in it are raised).

    `latency_seconds` passes before the first chunk; the text then comes in pieces of `chunk_chars`, with
    `chunk_seconds` between them. Every request is kept in `requests`.
    """

    def __init__(
        self,
        answers: Rule | Iterable[str | Exception],
        *,
        name: str = "scripted",
        latency_seconds: float = 0.0,
        chunk_chars: int = 0,
        chunk_seconds: float = 0.0,
        capabilities: Capabilities | None = None,
    ) -> None:
        self.name = name
        self.capabilities = capabilities or Capabilities(schema_decoding=True, prefix_caching=True)
        self.requests: list[Request] = []
        self._answers = answers if callable(answers) else iter(answers)
        self._latency = latency_seconds
        self._chunk_chars = chunk_chars
        self._chunk_seconds = chunk_seconds

    async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        """The scripted answer in pieces, then the usage (characters ÷ 4 as tokens, cost 0)."""
        self.requests.append(request)
        text = self._next(request)
        await asyncio.sleep(self._latency)
        size = self._chunk_chars or max(1, len(text))
        for start in range(0, len(text), size):
            if start and self._chunk_seconds:
                await asyncio.sleep(self._chunk_seconds)
            yield Chunk(text=text[start : start + size])
        prompt = len(request.text) // 4
        usage = Usage(calls=1, prompt_tokens=prompt, evaluated_tokens=prompt, completion_tokens=len(text) // 4)
        yield Chunk(usage=usage, finish="stop")

    def _next(self, request: Request) -> str:
        if callable(self._answers):
            return self._answers(request, len(self.requests))
        answer = next(self._answers, None)
        if answer is None:
            raise ModelOutput("The scripted model has no lines left.")
        if isinstance(answer, Exception):
            raise answer
        return answer
