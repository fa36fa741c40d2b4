"""Model servers that already run on this machine, found by asking their usual ports."""

from __future__ import annotations

import asyncio
from typing import Any

from studio.domain.value import Value

ANSWER_SECONDS = 0.8


class Port(Value):
    """Where a kind of server is usually found. `ollama`: asked in Ollama's own way."""

    title: str
    address: str
    ollama: bool = False


PORTS = (
    Port(title="Ollama", address="http://127.0.0.1:11434", ollama=True),
    Port(title="LM Studio", address="http://127.0.0.1:1234"),
    Port(title="vLLM", address="http://127.0.0.1:8000"),
    Port(title="llama.cpp", address="http://127.0.0.1:8080"),
)


class Served(Value):
    """A model some server offers. `name` and `api_base` are what reaches it through LiteLLM. Size 0: not told."""

    server: str
    model: str
    name: str
    api_base: str
    size_bytes: int = 0


async def served(ports: tuple[Port, ...] = PORTS) -> tuple[Served, ...]:
    """All models of all servers that answer in time, in the order of the ports. Nobody there is no error."""
    import httpx

    timeout = httpx.Timeout(ANSWER_SECONDS)
    async with httpx.AsyncClient(timeout=timeout, trust_env=False) as client:
        found = await asyncio.gather(*(_asked(client, port) for port in ports))
    return tuple(model for models in found for model in models)


async def _asked(client: Any, port: Port) -> tuple[Served, ...]:
    import httpx

    try:
        answer = await client.get(f"{port.address}{'/api/tags' if port.ollama else '/v1/models'}")
        body = answer.json() if answer.status_code == 200 else {}
    except (httpx.HTTPError, ValueError):
        return ()
    entries = body.get("models" if port.ollama else "data") if isinstance(body, dict) else None
    return tuple(
        model for entry in entries or () if isinstance(entry, dict) and (model := _served(port, entry)) is not None
    )


def _served(port: Port, entry: dict[str, Any]) -> Served | None:
    model = str(entry.get("model") or entry.get("name") or entry.get("id") or "")
    if not model or "embed" in model.lower():
        return None
    size = entry.get("size")
    return Served(
        server=port.title,
        model=model,
        name=f"ollama_chat/{model}" if port.ollama else f"openai/{model}",
        api_base=port.address if port.ollama else f"{port.address}/v1",
        size_bytes=size if isinstance(size, int) else 0,
    )
