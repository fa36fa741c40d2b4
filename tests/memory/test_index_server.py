"""The index on a real Chroma server, over real HTTP on loopback."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.errors import StorageError
from studio.memory.index import MemoryIndex
from tests.memory.test_index import ADA, HASH, names, vectors

SERVER_START_SECONDS = 60


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real Chroma server on loopback; ended by its own process id."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("server")
    program = Path(sys.executable).parent / "chroma"
    command = [str(program), "run", "--path", str(folder), "--host", "127.0.0.1", "--port", str(port)]
    log = (folder / "log").open("w")
    process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, cwd=folder)
    try:
        asyncio.run(_listening(process, port))
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout=10)
        log.close()


async def _listening(process: subprocess.Popen[bytes], port: int) -> None:
    async with asyncio.timeout(SERVER_START_SECONDS):
        while process.poll() is None:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
                continue
            writer.close()
            await writer.wait_closed()
            return
    raise RuntimeError(f"the Chroma server ended with {process.returncode}")


async def test_a_server_serves_more_than_one(server: str) -> None:
    one, two = MemoryIndex(server), MemoryIndex(server + "/")
    rows = vectors(60)
    await one.upsert(ADA, HASH, names(40), rows[:40])
    assert (await two.nearest(ADA, HASH, rows[7], 1)).ids == ("m00007",)
    await two.upsert(ADA, HASH, names(20, 40), rows[40:])
    assert (await one.nearest(ADA, HASH, rows[55], 1)).ids == ("m00055",)
    await two.remove(ADA, HASH, names(30))  # builds the collection anew under the other's feet
    assert await one.ids(ADA, HASH) == set(names(30, 30))
    assert (await one.nearest(ADA, HASH, rows[31], 1)).ids == ("m00031",)
    await two.remove(ADA, HASH, names(20, 30))
    await one.upsert(ADA, HASH, names(1), rows[:1])
    assert await two.ids(ADA, HASH) == {"m00000", *names(10, 50)}
    await one.close()
    await two.close()


async def test_a_server_that_is_not_there_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: nothing answers here
        index = MemoryIndex(f"http://127.0.0.1:{taken.getsockname()[1]}")
        with pytest.raises(StorageError, match=r"127\.0\.0\.1"):
            await index.ids(ADA, HASH)
        await index.close()
