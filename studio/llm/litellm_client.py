"""Language models of every provider: streamed, timed, tried again where that helps, and honest about failure."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing
from typing import Any

from pydantic import SecretStr

from studio.domain.message import Chunk, Message, Request
from studio.domain.provenance import Usage
from studio.errors import ModelDeclined, ModelError, ModelOutput
from studio.llm.client import Capabilities
from studio.llm.failures import Failure, broke_off, failure, scrub, timed_out
from studio.llm.litellm_connection import Connection, library_errors, load_litellm
from studio.llm.thinking import Spoken
from studio.llm.tokens import MESSAGE_TOKENS, estimate

FIRST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 60.0
CACHE_POINTS = 4
"""Anthropic accepts this many prefix marks in one request."""

ExtraBody = Callable[[Request], Mapping[str, object]]
Pause = Callable[[float], Awaitable[None]]


class LitellmModel:
    """A model by its LiteLLM name, as `Model` of llm/client.py.

    `name` is what provenance records; `route` is the LiteLLM name where that differs. `timeout_seconds` is the longest
    silence: before the first word, and between words. `free`: a call costs nothing (own machine). `extra_body` adds
    provider-specific fields to a request. `retries` counts further attempts after the first; only failures that may
    pass are tried again, and never once a word has been handed on.
    """

    def __init__(
        self,
        name: str,
        *,
        route: str = "",
        api_base: str = "",
        api_key: SecretStr | None = None,
        timeout_seconds: float = 120.0,
        retries: int = 2,
        capabilities: Capabilities | None = None,
        free: bool = False,
        extra_body: ExtraBody | None = None,
        rng: random.Random | None = None,
        pause: Pause = asyncio.sleep,
    ) -> None:
        self.name = name
        self.capabilities = capabilities or Capabilities()
        self._connection = Connection(name, route or name, api_base, api_key, timeout_seconds)
        self._timeout = timeout_seconds
        self._retries = retries
        self._free = free
        self._extra_body = extra_body
        self._rng = rng or random.Random()
        self._pause = pause

    def __repr__(self) -> str:
        return f"LitellmModel({self.name!r})"

    async def ready(self) -> None:
        """Checks what can be known without a call: that the name has a provider, and that a key is at hand.

        Raises: Invalid for a name no provider claims; ModelRefused where a key is missing.
        """
        await self._connection.ready()

    async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        """As the contract says. Reasoning that a model shows is left out of the text."""
        await self.ready()
        for attempt in range(self._retries + 1):
            failed: Failure | None = None
            begun = False
            chunks = self._attempt(request)
            try:
                async with aclosing(chunks):
                    async for chunk in chunks:
                        begun = True
                        yield chunk
            except _FailedError as error:
                failed = error.failure
            if failed is None:
                return
            wait = self._wait_seconds(failed, attempt)
            if begun or not failed.transient or attempt == self._retries or wait > LONGEST_WAIT_SECONDS:
                raise failed.error
            await self._pause(wait)

    async def close(self) -> None:
        """Closes idle connections. The model can still be called afterwards."""
        await self._connection.close()

    def _wait_seconds(self, failed: Failure, attempt: int) -> float:
        if failed.wait_seconds is not None:
            return failed.wait_seconds
        return float(FIRST_WAIT_SECONDS * 2**attempt * self._rng.uniform(0.5, 1.0))

    async def _attempt(self, request: Request) -> AsyncGenerator[Chunk, None]:
        """One call. Raises _FailedError only; no provider exception (it may hold the key) is its cause or context."""
        started = time.perf_counter()
        spoken = Spoken()
        answer = _Answer()
        failed: Failure | None = None
        stream: Any = None
        try:
            async with asyncio.timeout(self._timeout):
                stream = await load_litellm().acompletion(**self._arguments(request))
            while (raw := await self._next(stream)) is not None:
                if text := spoken.add(answer.read(raw)):
                    answer.text.append(text)
                    yield Chunk(text=text)
            if text := spoken.rest():
                answer.text.append(text)
                yield Chunk(text=text)
            answer.finished = bool(getattr(stream, "received_finish_reason", "stop") or answer.counted)
        except TimeoutError:
            failed = timed_out(self._connection.endpoint, self._timeout, started=bool(answer.text))
        except library_errors() as error:
            failed = failure(error, self._connection.endpoint)
        finally:
            if stream is not None:
                await stream.aclose()
        failed = failed or self._unusable(answer, request)
        if failed is not None:
            raise _FailedError(failed)
        usage = self._usage(answer, request, time.perf_counter() - started)
        yield Chunk(usage=usage, finish=answer.finish or "stop")

    async def _next(self, stream: Any) -> Any:
        async with asyncio.timeout(self._timeout):
            return await anext(stream, None)

    def _unusable(self, answer: _Answer, request: Request) -> Failure | None:
        error: ModelError
        if answer.refusal or answer.finish == "content_filter":
            said = (
                f' It says: "{scrub(answer.refusal, self._connection.endpoint.secrets)[:300]}"'
                if answer.refusal
                else ""
            )
            error = ModelDeclined(f"{self.name} declined to answer because of its content rules.{said}")
        elif not answer.finished:
            return broke_off(self._connection.endpoint)
        elif not "".join(answer.text).strip():
            thought = answer.finish == "length" or answer.reasoned
            why = f" It used all {request.max_tokens} tokens on thinking." if thought else ""
            error = ModelOutput(f"{self.name} gave an empty answer.{why} Try again, or choose another model.")
        else:
            return None
        return Failure(error)

    def _usage(self, answer: _Answer, request: Request, seconds: float) -> Usage:
        """What the provider counted; our estimate where it counted nothing. Cost None where no price is known."""
        raw = answer.usage
        prompt = int(getattr(raw, "prompt_tokens", 0) or 0)
        cached = int(getattr(getattr(raw, "prompt_tokens_details", None), "cached_tokens", 0) or 0)
        completion = int(getattr(raw, "completion_tokens", 0) or 0)
        if not prompt:
            prompt = sum(estimate(message.content) + MESSAGE_TOKENS for message in request.messages)
        price = getattr(raw, "cost", None)
        if self._connection.api_base and self._connection.provider == "openai":
            price = None  # somebody else's server: a model of a known name there has not the known price
        return Usage(
            calls=1,
            prompt_tokens=prompt,
            evaluated_tokens=max(0, prompt - cached),
            completion_tokens=completion or estimate("".join(answer.text)),
            cost=0.0 if self._free else float(price) if isinstance(price, int | float) else None,
            seconds=seconds,
        )

    def _arguments(self, request: Request) -> dict[str, Any]:
        claude = "claude" in self._connection.route.lower()
        stop = request.stop if self._connection.api_base else request.stop[:4]  # what most providers accept
        optional: dict[str, Any] = {
            "top_p": None if claude else request.top_p,  # newer Claude models refuse both temperature and top_p
            "stop": list(stop) or None,
            "seed": request.seed,
            "response_format": _response_format(request) if self.capabilities.schema_decoding else None,
            # Ollama cuts longer prompts off without a word unless it is told how much to read
            "num_ctx": self.capabilities.context_tokens if self._connection.provider == "ollama_chat" else None,
            "extra_body": dict(self._extra_body(request)) if self._extra_body else None,
        }
        return {
            **self._connection.arguments(),
            "messages": _messages(request.messages, marked=claude),
            "stream": True,
            "stream_options": {"include_usage": True},
            "max_tokens": request.max_tokens,
            "temperature": request.temperature,
            **{name: value for name, value in optional.items() if value is not None},
        }


class _FailedError(Exception):
    """Carries a failure from one attempt to the loop that may try again."""

    def __init__(self, failed: Failure) -> None:
        super().__init__(str(failed.error))
        self.failure = failed


class _Answer:
    """What one stream has told so far."""

    def __init__(self) -> None:
        self.text: list[str] = []
        self.usage: Any = None
        self.finish = ""
        self.refusal = ""
        self.reasoned = False
        self.finished = False

    @property
    def counted(self) -> bool:
        """Whether the provider sent its token count: it comes last, so the answer before it is whole."""
        return bool(getattr(self.usage, "total_tokens", 0))

    def read(self, raw: Any) -> str:
        """The words in one chunk of the library."""
        self.usage = getattr(raw, "usage", None) or self.usage
        if not raw.choices:
            return ""
        choice = raw.choices[0]
        self.finish = choice.finish_reason or self.finish
        self.refusal += getattr(choice.delta, "refusal", None) or ""
        self.reasoned = self.reasoned or bool(getattr(choice.delta, "reasoning_content", None))
        return str(choice.delta.content or "")


def _response_format(request: Request) -> dict[str, Any] | None:
    if request.schema_ is None:
        return None
    name = "".join(letter if letter.isalnum() else "_" for letter in request.purpose)[:64] or "answer"
    strict = _closed(request.schema_)  # OpenAI refuses to be strict about a schema with anything open in it
    return {"type": "json_schema", "json_schema": {"name": name, "strict": strict, "schema": request.schema_}}


def _closed(schema: object) -> bool:
    """Whether every object in a JSON schema names all its keys, requires them and allows no others."""
    if isinstance(schema, list):
        return all(_closed(item) for item in schema)
    if not isinstance(schema, dict):
        return True
    properties = schema.get("properties", {})
    if schema.get("type") == "object" and (
        schema.get("additionalProperties") is not False or set(schema.get("required", ())) != set(properties)
    ):
        return False
    return bool(schema) and all(_closed(value) for value in schema.values())


def _messages(messages: tuple[Message, ...], marked: bool) -> list[dict[str, Any]]:
    """In the provider's form. `marked`: the last few prefix ends are marked for an explicit prompt cache."""
    ends = [position for position, message in enumerate(messages) if message.cached][-CACHE_POINTS:] if marked else []
    told: list[dict[str, Any]] = []
    for position, message in enumerate(messages):
        content: Any = message.content
        if position in ends:
            content = [{"type": "text", "text": message.content, "cache_control": {"type": "ephemeral"}}]
        told.append({"role": message.role, "content": content})
    return told
