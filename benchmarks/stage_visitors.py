"""Many visitors at once, as their browsers would ask: each begins a play of its own, then all let somebody speak.

What a page does is Gradio's queue for acts and the studio's socket for what is shown.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import numpy as np
import websockets

from studio.ui import elements

STAMP = re.compile(r"v(\d+)at(\d+\.\d+)")
WAIT_SECONDS = 180.0


class Visitors:
    """Visitors of one address."""

    def __init__(self, client: httpx.AsyncClient, address: str, config: dict[str, Any]) -> None:
        self._client = client
        self._address = address
        ids = {part["props"].get("elem_id"): part["id"] for part in config["components"]}
        self._calls = {tuple(on): call["id"] for call in config["dependencies"] for on in call["targets"]}
        self._begin = self._calls[ids[elements.BILL], "begin"]
        self._act = self._calls[ids[elements.COMPOSER], "act"]
        self._load = next(id_ for (_, event), id_ in self._calls.items() if event == "load")

    async def arrive(self, number: int) -> tuple[str, str]:
        """A visitor comes and begins a play in a hall of their own; their page's name and the ticket of its socket."""
        page = f"visitor{number:05d}"
        arrived = await self._ask(page, self._load, [{"guest": "", "last": ""}])
        told = next(part for part in arrived["output"]["data"] if isinstance(part, dict) and part.get("ticket"))
        people = list(told["parts"][elements.BILL]["people"])[:2]
        own = {"title": f"Hall {number}", "place": f"the hall of visitor {number}", "premise": "They wait for rain."}
        casting = {"own": own, "cast": people, "speakers": "round_robin", "memory": "recent_window"}
        await self._ask(page, self._begin, [None], casting)
        return page, told["ticket"]

    @asynccontextmanager
    async def listening(self, ticket: str, heard: list[tuple[float, str]]) -> AsyncIterator[None]:
        """While inside, whatever the page is told is kept with the time it came."""
        address = f"{self._address.replace('http', 'ws', 1)}/house/channel/{ticket}"
        async with websockets.connect(address, max_size=None, compression=None) as socket:

            async def listen() -> None:
                async for message in socket:
                    heard.append((time.monotonic(), str(message)))

            task = asyncio.create_task(listen())
            yield
            await asyncio.sleep(0.5)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def next(self, page: str) -> None:
        """Somebody speaks."""
        await self._ask(page, self._act, [None], {"act": "next"})

    async def _ask(self, page: str, call: int, data: list[Any], sent: Any = None) -> dict[str, Any]:
        body = {"data": data, "event_data": sent, "fn_index": call, "session_hash": page, "trigger_id": None}
        (await self._client.post(f"{self._address}/gradio_api/queue/join", json=body)).raise_for_status()
        answer = self._client.stream("GET", f"{self._address}/gradio_api/queue/data", params={"session_hash": page})
        async with answer as stream:
            async for line in stream.aiter_lines():
                message = json.loads(line[5:]) if line.startswith("data:") else {}
                if message.get("msg") == "process_completed":
                    if not message["success"]:
                        raise SystemExit(f"The studio failed a visitor: {message['output']}")
                    return dict(message)
        raise SystemExit("The studio hung up on a visitor.")


def delays(hall: int, heard: list[tuple[float, str]]) -> tuple[list[float], int]:
    """Seconds from each token's leaving the model to its first being told, and how many messages held a word of
    another visitor's play."""
    newest, found, foreign = 0.0, [], 0
    for came, message in heard:
        stamps = [(int(number), float(left)) for number, left in STAMP.findall(message)]
        foreign += any(number != hall for number, _ in stamps)
        fresh = {left for _, left in stamps if left > newest}
        found += [came - left for left in fresh]
        newest = max((newest, *fresh))
    return found, foreign


async def crowd(address: str, count: int) -> dict[str, float | int]:
    """`count` visitors let one line be spoken at once.

    Returns `tokens` seen, `added_token_latency_p95_ms` and its median, and `cross_talk`: how many messages held a word
    of somebody else's.
    """
    limits = httpx.Limits(max_connections=4 * count + 8)
    async with httpx.AsyncClient(limits=limits, timeout=WAIT_SECONDS) as client:
        visitors = Visitors(client, address, (await client.get(f"{address}/config")).json())
        pages = [await visitors.arrive(number) for number in range(1, count + 1)]
        heard: list[list[tuple[float, str]]] = [[] for _ in pages]

        async def play(number: int) -> None:
            page, ticket = pages[number]
            async with visitors.listening(ticket, heard[number]):
                await visitors.next(page)

        await asyncio.gather(*map(play, range(count)))
    told = [delays(number, messages) for number, messages in enumerate(heard, start=1)]
    every = [1000 * delay for found, _ in told for delay in found]
    if not every:
        raise SystemExit("No visitor was told a single token.")
    return {
        "visitors": count,
        "tokens": len(every),
        "added_token_latency_p50_ms": round(float(np.percentile(every, 50)), 1),
        "added_token_latency_p95_ms": round(float(np.percentile(every, 95)), 1),
        "cross_talk": sum(foreign for _, foreign in told),
    }
