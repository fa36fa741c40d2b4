"""Where and as whom a provider is called (only importer of litellm).

LiteLLM's own retries, cache, callbacks, telemetry, price download and token counter are off: measured, its retries
multiply and repeat refused calls, its cache fails on the second hit, and its counter goes to the network.
"""

from __future__ import annotations

import asyncio
import logging
import os
from functools import cache
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from studio.errors import Invalid, ModelRefused
from studio.llm.client import Capabilities
from studio.llm.failures import Endpoint

CONNECT_SECONDS = 10.0
NO_KEY = "no-key"
"""Sent to servers that need none. Without it the library would send the machine's own OpenAI key to any address."""
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@cache
def load_litellm() -> ModuleType:
    """The library, quiet and offline. The first call imports it (2.5 s): call it in a thread."""
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    os.environ["LITELLM_MODE"] = "PRODUCTION"  # else it loads whichever .env it finds on the way up
    import litellm
    import openai.resources  # noqa: F401 - else its 500 modules load on the event loop, in the first call

    module: ModuleType = litellm
    litellm.suppress_debug_info = True
    litellm.telemetry = False
    litellm.turn_off_message_logging = True
    litellm.disable_streaming_logging = True
    litellm.disable_token_counter = True
    litellm.disable_hf_tokenizer_download = True
    litellm.disable_aiohttp_transport = True
    litellm.drop_params = True
    litellm.REPEATED_STREAMING_CHUNK_LIMIT = 100_000  # a model that repeats itself is a poor model, not a broken call
    logging.getLogger("LiteLLM").setLevel(logging.CRITICAL)  # its warnings repeat provider texts, keys included
    return module


LOCAL_PROVIDERS = frozenset({"ollama", "ollama_chat", "lm_studio", "hosted_vllm", "llamafile"})
"""Providers that are programs on one's own machine: their calls cost nothing."""


def missing_keys(name: str) -> tuple[str, ...]:
    """The environment variables a model of this LiteLLM name needs and that are not set. Imports the library.

    Providers that can be reached in other ways than by a key (a cloud role, a local program) need none.
    """
    missing = tuple(load_litellm().validate_environment(model=name)["missing_keys"])
    return missing if all(variable.endswith("_API_KEY") for variable in missing) else ()


def known_capabilities(name: str, fallback: Capabilities) -> Capabilities:
    """What the library's table says of a model of this LiteLLM name; `fallback` for what it does not say."""
    litellm = load_litellm()
    try:
        known = litellm.get_model_info(name)
    except litellm.ModelNotMappedError:
        known = {}
    return fallback.model_copy(
        update={
            "schema_decoding": fallback.schema_decoding or bool(litellm.supports_response_schema(name)),
            "prefix_caching": fallback.prefix_caching or bool(known.get("supports_prompt_caching")),
            "context_tokens": known.get("max_input_tokens") or fallback.context_tokens,
        }
    )


class Connection:
    """One model of one provider, its key, and the idle connections to it.

    The key lives in this object alone. `name` is what messages call the model, `route` its LiteLLM name.
    """

    def __init__(self, name: str, route: str, api_base: str, api_key: SecretStr | None, timeout_seconds: float) -> None:
        key = api_key.get_secret_value().strip() if api_key else ""
        if not (key.isascii() and key.isprintable()) or " " in key:
            raise Invalid(f"The key for {name} holds spaces or characters no key has. Copy it again.")
        self.name = name
        self.route = route
        self.api_base = api_base
        self.provider = ""
        self._key = SecretStr(key)
        self._timeout = timeout_seconds
        self._client: Any = None
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def endpoint(self) -> Endpoint:
        """How messages speak of it, and what they must not repeat."""
        address = urlsplit(self.api_base)
        shown = f"{address.scheme}://{address.netloc.rpartition('@')[2]}{address.path}" if self.api_base else ""
        return Endpoint(self.name, shown, (self._key.get_secret_value(), getattr(self._client, "api_key", "")))

    async def ready(self) -> None:
        """Checks what can be known without a call: that the name has a provider, and that a key is at hand.

        Raises: Invalid for a name no provider claims; ModelRefused where a key is missing.
        """
        if self.provider:
            return
        litellm = await asyncio.to_thread(load_litellm)
        try:
            _, provider, _, _ = litellm.get_llm_provider(model=self.route, api_base=self.api_base or None)
        except litellm.BadRequestError:
            raise Invalid(
                f"No provider is known for the model '{self.name}'. Write it as provider/model, e.g. "
                "openai/gpt-4o-mini, anthropic/claude-sonnet-4-5 or ollama_chat/llama3.2."
            ) from None
        if not self._key.get_secret_value() and not self.api_base:
            missing = missing_keys(self.route)
            if missing:
                raise ModelRefused(
                    f"There is no key for {self.name}. Set {' or '.join(missing)} (or STUDIO_API_KEY) and restart, "
                    "or give a key on the Models page."
                )
        self.provider = provider

    def arguments(self) -> dict[str, Any]:
        """What every call of the library is given, once `ready`."""
        key = self._key.get_secret_value() or (NO_KEY if self.api_base else None)
        optional = {"api_key": key, "api_base": self.api_base or None, "client": self._sdk_client(key)}
        return {
            "model": self.route,
            "timeout": self._http_timeout(),
            "max_retries": 0,
            "num_retries": 0,
            "caching": False,
            **{name: value for name, value in optional.items() if value is not None},
        }

    async def close(self) -> None:
        """Closes idle connections. The model can still be called afterwards."""
        client, self._client = self._client, None
        if client is not None and self._loop is asyncio.get_running_loop():
            await client.close()

    def _http_timeout(self) -> Any:
        import httpx

        # reading is timed by our callers, so that one rule holds for all providers
        return httpx.Timeout(self._timeout + CONNECT_SECONDS, connect=min(CONNECT_SECONDS, self._timeout))

    def _sdk_client(self, key: str | None) -> Any:
        """Our own client for providers that LiteLLM reaches through the OpenAI SDK, None for the others.

        LiteLLM would keep a client with the key in it, for an hour, in a table of the whole process.
        """
        import httpx
        import openai

        litellm = load_litellm()
        if self.provider != "openai" and self.provider not in litellm.openai_compatible_providers:
            return None
        loop = asyncio.get_running_loop()
        if self._client is None or self._loop is not loop:
            _, _, found_key, base = litellm.get_llm_provider(
                model=self.route, api_base=self.api_base or None, api_key=key
            )
            if self.provider != "openai" and not (key or found_key):
                return None
            base = self.api_base or base
            trust_env = urlsplit(base or "").hostname not in LOOPBACK  # no proxy between us and our own machine
            http_client = httpx.AsyncClient(timeout=self._http_timeout(), trust_env=trust_env)
            self._client = openai.AsyncOpenAI(
                api_key=key or found_key, base_url=base, max_retries=0, http_client=http_client
            )
            self._loop = loop
        return self._client


def library_errors() -> tuple[type[Exception], ...]:
    """What the library is seen to raise: its own mapping of everything, and what slips past that."""
    import httpx
    import openai

    return (openai.OpenAIError, httpx.HTTPError, httpx.InvalidURL, OSError, ValueError)
