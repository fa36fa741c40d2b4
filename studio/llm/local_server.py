"""llama.cpp inside this process, serving a GGUF file on loopback to the same client that reaches every provider.

Only importer of xllamacpp.
"""

from __future__ import annotations

import asyncio
import math
import os
import secrets
import threading
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from studio.domain.message import Request
from studio.errors import ModelUnavailable
from studio.llm.client import Capabilities
from studio.llm.litellm_client import LitellmModel

SLOTS = 4
"""Prompts kept warm at once: a cast of three and the narrator."""
REPEAT_PENALTY = 1.1
"""llama.cpp's divisor for tokens said a moment ago; 1 is none."""
PARKED_MIB = 1024
"""Memory for the prompts of callers that have no slot just now; llama.cpp brings them back faster than reading anew."""


class Slots:
    """Which slot serves which caller: the same one for as long as it can be kept, else the one longest unused."""

    def __init__(self, count: int) -> None:
        self._free = list(range(count - 1, -1, -1))
        self._held: OrderedDict[str, int] = OrderedDict()

    def of(self, caller: str) -> int:
        """The caller's slot, from 0."""
        if caller in self._held:
            self._held.move_to_end(caller)
        elif self._free:
            self._held[caller] = self._free.pop()
        else:
            _, slot = self._held.popitem(last=False)
            self._held[caller] = slot
        return self._held[caller]


class LocalServer:
    """One llama.cpp server. Its port is free-chosen and its key random: nobody else on the machine can use it."""

    def __init__(self, weights: Path, context_tokens: int = 4096, slots: int = SLOTS) -> None:
        self.weights = weights
        self.context_tokens = context_tokens
        self.address = ""
        self._slots = Slots(slots)
        self._slot_count = slots
        self._key = SecretStr(secrets.token_urlsafe(24))
        self._server: Any = None
        self._starting = threading.Lock()

    async def start(self) -> None:
        """Loads the weights and listens. Calling it again does nothing.

        Raises: ModelUnavailable where llama.cpp cannot load the file.
        """
        await asyncio.to_thread(self._start)

    def model(self, name: str, *, directs: bool, timeout_seconds: float = 120.0, retries: int = 2) -> LitellmModel:
        """The served model, once started. Each caller keeps its own slot, so that its prompt prefix stays warm."""
        return LitellmModel(
            name,
            route=f"openai/{self.weights.stem}",
            api_base=f"{self.address}/v1",
            api_key=self._key,
            timeout_seconds=timeout_seconds,
            retries=retries,
            capabilities=Capabilities(
                schema_decoding=True, prefix_caching=True, directs=directs, context_tokens=self.context_tokens
            ),
            free=True,
            extra_body=self._pinned,
        )

    async def close(self) -> None:
        """Stops serving and frees the memory; running answers end."""
        server, self._server, self.address = self._server, None, ""
        await asyncio.to_thread(_release, [server])

    def _pinned(self, request: Request) -> Mapping[str, object]:
        # models that can think aloud are asked to speak at once; templates that know no such switch ignore it
        thinking = {"enable_thinking": False}
        pinned = {"id_slot": self._slots.of(request.caller), "cache_prompt": True, "chat_template_kwargs": thinking}
        # small models fall into loops without it; a schema leaves them no choice anyway
        return pinned if request.schema_ else {**pinned, "repeat_penalty": REPEAT_PENALTY}

    def _start(self) -> None:
        with self._starting:
            if self._server is not None:
                return
            import xllamacpp

            if not self.weights.is_file():
                raise ModelUnavailable(f"There is no model file {self.weights}. Check STUDIO_GGUF.")
            try:
                self._server = xllamacpp.Server(self._parameters(xllamacpp.CommonParams()))
            except RuntimeError as error:
                raise ModelUnavailable(
                    f"llama.cpp cannot load {self.weights}: it is no whole GGUF file, or needs more memory than there "
                    "is. Fetch it again, choose a smaller one, or lower STUDIO_CONTEXT_TOKENS."
                ) from error
            self.address = self._server.listening_address

    def _parameters(self, parameters: Any) -> Any:
        parameters.model.path = str(self.weights)
        parameters.model_alias = {self.weights.stem}
        parameters.api_keys = [self._key.get_secret_value()]
        parameters.hostnames = ["127.0.0.1"]
        parameters.port = 0
        parameters.cors_origins = ""
        parameters.ui = False
        parameters.endpoint_slots = False
        parameters.n_parallel = self._slot_count
        parameters.n_ctx = self.context_tokens * self._slot_count
        parameters.cache_ram_mib = PARKED_MIB
        cores = usable_cores()
        parameters.cpuparams_batch.n_threads = cores
        # Threads meet after every step of every word, and wait spinning for the slowest. With one core left to others
        # (the page, a browser) nobody is waited for: measured on 2 busy cores, 18 tokens a second instead of 2.
        parameters.cpuparams.n_threads = max(1, cores - 1)
        parameters.verbosity = 0
        return parameters


def usable_cores(quota_file: Path = Path("/sys/fs/cgroup/cpu.max")) -> int:
    """The cores this process may use. In a container a quota counts: threads beyond it only wait for each other."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = quota_file.read_text().split()[:2]
        cores = min(cores, math.ceil(int(quota) / int(period)))
    except (OSError, ValueError):  # no cgroup here, or its quota is "max"
        pass
    return max(1, cores)


def _release(held: list[Any]) -> None:
    """The server stops when its last reference goes; that takes a moment, so it goes here, off the event loop."""
    held.clear()
