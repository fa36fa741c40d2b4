"""Pages and their sockets, without a browser; one real socket through a real server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
import uvicorn
import websockets
from starlette.applications import Starlette

from studio.ui.channels import UNKNOWN, WAITING_MOST, Channels, Place


def placed(channels: Channels, page: str, version: int = 1, **place: object) -> None:
    channels.take_place(page, Place(session="lamp", version=version, **place))  # type: ignore[arg-type]


def test_a_page_that_lags_too_far_behind_is_hung_up_on_and_can_come_back() -> None:
    channels = Channels()
    with channels.listening("tab") as line:
        assert all(channels.tell("tab", {"n": number}) for number in range(WAITING_MOST))
        assert not channels.tell("tab", {"n": -1}), "the queue is told instead"
        assert line.waiting.get_nowait() is None and not channels.open("tab")
    with channels.listening("tab"):
        assert channels.tell("tab", {"n": 0})


def test_only_the_others_at_a_play_learn_that_it_moved_on() -> None:
    channels = Channels()
    with channels.listening("one") as one, channels.listening("two") as two, channels.listening("far") as far:
        placed(channels, "one")
        placed(channels, "two")
        channels.take_place("far", Place(session="another", version=1))
        for line in (one, two, far):
            while not line.waiting.empty():
                line.waiting.get_nowait()
        placed(channels, "one", version=2)
        assert two.waiting.get_nowait() == b'{"moved":true}'
        assert one.waiting.empty() and far.waiting.empty()
        placed(channels, "two", version=2)
        assert one.waiting.empty(), "that page has seen it"


def test_a_turn_is_awaited_as_long_as_the_play_stands_where_it_was() -> None:
    channels = Channels()
    placed(channels, "one", version=4)
    channels.awaits("lamp", 4, "bo")
    assert channels.awaited("lamp", 4) == "bo" and channels.awaited("lamp", 5) == ""
    channels.leave("one")
    assert channels.awaited("lamp", 4) == ""


def test_the_owners_own_tabs_play_nobody_until_there_is_a_guest() -> None:
    channels = Channels()
    with channels.listening("host"), channels.listening("other tab"), channels.listening("guest"):
        placed(channels, "host")
        placed(channels, "other tab", seat="ada", plays=True)
        assert channels.people("lamp", "host") == frozenset()
        placed(channels, "guest", seat="bo", plays=True, chair="c1")
        assert channels.people("lamp", "host") == {"ada", "bo"}
        assert channels.people("lamp", "guest") == {"ada"}


async def until(come_true: Callable[[], bool]) -> None:
    """Wait for it, 20 seconds at most."""
    for _ in range(2000):
        if come_true():
            return
        await asyncio.sleep(0.01)
    pytest.fail("It never came true.")


@asynccontextmanager
async def served(channels: Channels) -> AsyncIterator[str]:
    """The sockets on a real server in this loop; its address."""
    app = Starlette(routes=[channels.route()])
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", lifespan="off"))
    task = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"ws://127.0.0.1:{port}/house/channel"
    finally:
        server.should_exit = True
        await task


async def test_a_ticket_opens_one_pages_socket_and_a_made_up_one_none() -> None:
    channels = Channels()
    ticket = channels.admit("tab")
    assert channels.admit("tab") == ticket and len(ticket) > 30
    async with served(channels) as address:
        async with websockets.connect(f"{address}/{ticket}") as socket:
            await until(lambda: channels.open("tab"))
            assert channels.tell("tab", {"n": 1})
            assert await socket.recv() == '{"n":1}'
        await until(lambda: not channels.open("tab"))
        async with websockets.connect(f"{address}/made-up") as refused:
            with pytest.raises(websockets.ConnectionClosed):
                await refused.recv()
            assert refused.close_code == UNKNOWN
        channels.leave("tab")
        async with websockets.connect(f"{address}/{ticket}") as late:
            with pytest.raises(websockets.ConnectionClosed):
                await late.recv()
