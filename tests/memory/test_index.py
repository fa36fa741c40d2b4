"""The real index: Chroma in a folder and on a server, under churn, damage and restarts."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from studio.errors import Invalid, StorageError
from studio.llm.embedding import Vectors
from studio.memory.base import Scope
from studio.memory.index import CHURN, MemoryIndex, collection_name
from studio.memory.retrieval import cosine

ADA = Scope("me", "ada", "c1")
BO = Scope("me", "bo", "c1")
HASH = "hash-32"
ROOT = Path(__file__).resolve().parents[2]


def vectors(count: int, seed: int = 0) -> Vectors:
    found = np.random.default_rng(seed).standard_normal((count, 32)).astype(np.float32)
    unit: Vectors = found / np.linalg.norm(found, axis=1, keepdims=True)
    return unit


def names(count: int, start: int = 0) -> list[str]:
    return [f"m{number:05}" for number in range(start, start + count)]


@pytest.fixture
async def index(tmp_path: Path) -> AsyncIterator[MemoryIndex]:
    made = MemoryIndex(tmp_path / "memory")
    yield made
    await made.close()


async def test_nearest_is_by_cosine_and_each_scope_has_its_own(index: MemoryIndex) -> None:
    rows = vectors(50)
    await index.upsert(ADA, HASH, names(50), rows * 3)
    await index.upsert(BO, HASH, names(5, 900), rows[:5])
    found = await index.nearest(ADA, HASH, rows[7], 3)
    best = np.argsort(-cosine(rows, rows[7]))[:3]
    assert found.ids == tuple(names(50)[position] for position in best)
    np.testing.assert_allclose(found.cosines, cosine(rows, rows[7])[best], atol=1e-5)
    assert set((await index.nearest(BO, HASH, rows[7], 100)).ids) == set(names(5, 900))
    assert (await index.nearest(Scope("you", "ada", "c1"), HASH, rows[7], 9)).ids == ()
    assert await index.ids(ADA, HASH) == set(names(50))


async def test_writing_twice_and_removing_the_unknown_change_nothing(index: MemoryIndex) -> None:
    rows = vectors(4)
    for _ in range(3):
        await index.upsert(ADA, HASH, names(4), rows)
    await index.remove(ADA, HASH, ["nobody"])
    await index.remove(BO, HASH, ["nobody"])
    await index.upsert(ADA, HASH, [], rows[:0])
    assert await index.ids(ADA, HASH) == set(names(4))
    assert (await index.nearest(ADA, HASH, rows[2], 1)).ids == ("m00002",)


def test_no_user_text_names_a_collection() -> None:
    odd = collection_name(Scope("../../etc", "Ünï 💡", "x" * 900))
    assert odd.isascii() and len(odd) < 64 and odd.replace("-", "").isalnum()
    assert collection_name(Scope("a", "b", "c")) != collection_name(Scope("a\x1fb", "c", ""))


async def test_every_live_row_is_reachable_after_churn(index: MemoryIndex) -> None:
    """Chroma issue 7758: deletes and rewrites cut rows off the graph."""
    rng = np.random.default_rng(5)
    live = dict(zip(names(1000), vectors(1000), strict=True))
    await index.upsert(ADA, HASH, list(live), np.stack(list(live.values())))
    for _ in range(4):
        ids = list(live)
        gone = [ids[position] for position in rng.permutation(len(ids))[: len(ids) // 8]]
        await index.remove(ADA, HASH, gone)
        for id_ in gone:
            del live[id_]
    gone = list(live)[::2]
    await index.remove(ADA, HASH, gone)
    for id_ in gone:
        del live[id_]
    rewritten = list(live)[::3]
    fresh = vectors(len(rewritten), seed=9)
    await index.upsert(ADA, HASH, rewritten, fresh)
    live.update(zip(rewritten, fresh, strict=True))

    everything = await index.nearest(ADA, HASH, fresh[0], len(live) + 10)
    assert set(everything.ids) == set(live)
    expected = cosine(np.stack(list(live.values())), fresh[0])
    np.testing.assert_allclose(everything.cosines, np.sort(expected)[::-1], atol=1e-5)
    for id_, vector in live.items():
        assert (await index.nearest(ADA, HASH, vector, 1)).ids == (id_,)


async def test_rows_cut_off_the_graph_are_found_by_comparing_all(index: MemoryIndex) -> None:
    rows = vectors(40)
    await index.upsert(ADA, HASH, names(40), rows)
    collection = index._collections[collection_name(ADA)]

    class Lossy:
        """The collection as issue 7758 leaves it: two rows `get` finds and `query` does not."""

        def __getattr__(self, name: str) -> object:
            return getattr(collection, name)

        def query(self, **asked: object) -> object:
            found = collection.query(**asked)
            return {name: [found[name][0][:-2]] for name in ("ids", "distances")}

    index._collections[collection_name(ADA)] = Lossy()
    assert len((await index.nearest(ADA, HASH, rows[3], 500)).ids) == 40
    assert isinstance(index._collections[collection_name(ADA)], Lossy), "nothing was deleted: a new graph is no better"
    await index.upsert(ADA, HASH, names(1), rows[:1])
    assert len((await index.nearest(ADA, HASH, rows[3], 40)).ids) == 40
    assert not isinstance(index._collections[collection_name(ADA)], Lossy), "the graph was not built anew"


async def test_a_little_churn_is_counted_and_survives_a_restart(tmp_path: Path) -> None:
    index = MemoryIndex(tmp_path / "memory")
    await index.upsert(ADA, HASH, names(200), vectors(200))
    for first in (0, 8, 16):
        assert len(await index.ids(ADA, HASH)) == 200 - first
        before = index._collections[collection_name(ADA)].id
        await index.remove(ADA, HASH, names(8, first))
        churned = (first + 8) / (200 - first - 8) > CHURN
        assert (index._collections[collection_name(ADA)].id != before) is churned
        await index.close()
    assert await index.ids(ADA, HASH) == set(names(176, 24))
    await index.close()


async def test_the_vectors_of_another_embedder_count_as_none(index: MemoryIndex) -> None:
    await index.upsert(ADA, HASH, names(9), vectors(9))
    assert await index.ids(ADA, "other-8") == frozenset()
    assert (await index.nearest(ADA, "other-8", vectors(1)[0][:8], 5)).ids == ()
    await index.upsert(ADA, "other-8", ["n1"], vectors(1)[:, :8])
    assert await index.ids(ADA, "other-8") == {"n1"}
    assert await index.ids(ADA, HASH) == frozenset()


async def test_replace_holds_exactly_what_it_was_given(index: MemoryIndex) -> None:
    await index.upsert(ADA, HASH, names(9), vectors(9))
    await index.upsert(BO, HASH, names(2), vectors(2))
    await index.replace(ADA, HASH, names(3, 50), vectors(3))
    assert await index.ids(ADA, HASH) == set(names(3, 50))
    assert await index.keep_only([BO]) == 1
    assert await index.ids(ADA, HASH) == frozenset()
    assert await index.ids(BO, HASH) == set(names(2))
    await index.replace(BO, HASH, [], vectors(0))
    assert await index.ids(BO, HASH) == frozenset()


async def test_reads_and_writes_side_by_side(index: MemoryIndex) -> None:
    rows = vectors(400)
    await index.upsert(ADA, HASH, names(100), rows[:100])

    async def write(start: int) -> None:
        await index.upsert(ADA, HASH, names(20, start), rows[start : start + 20])

    async def read() -> None:
        found = await index.nearest(ADA, HASH, rows[5], 400)
        assert found.ids[0] == "m00005" and len(found.ids) >= 100

    writes = [write(start) for start in range(100, 400, 20)]
    await asyncio.gather(*writes, *(read() for _ in range(15)), index.replace(BO, HASH, names(50), rows[:50]))
    assert len(await index.ids(ADA, HASH)) == 400


async def test_close_lets_go_of_the_files(tmp_path: Path) -> None:
    index = MemoryIndex(tmp_path / "memory")
    await index.upsert(ADA, HASH, names(20), vectors(20))
    await index.close()
    await index.close()
    with closing(sqlite3.connect(tmp_path / "memory" / "chroma" / "chroma.sqlite3")) as database:
        database.execute("PRAGMA locking_mode = EXCLUSIVE")
        database.execute("BEGIN EXCLUSIVE")
    (tmp_path / "memory").rename(tmp_path / "elsewhere")
    moved = MemoryIndex(str(tmp_path / "elsewhere"))
    assert await moved.ids(ADA, HASH) == set(names(20))
    await moved.close()
    assert moved.notices == []


async def test_one_process_owns_the_folder(tmp_path: Path, index: MemoryIndex) -> None:
    await index.upsert(ADA, HASH, names(2), vectors(2))
    second = MemoryIndex(tmp_path / "memory")
    with pytest.raises(StorageError, match=r"in use by another process.*STUDIO_CHROMA_URL"):
        await second.ids(ADA, HASH)
    await second.close()
    await index.close()
    assert await second.ids(ADA, HASH) == set(names(2))
    await second.close()


async def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    index = MemoryIndex(tmp_path / "file" / "memory")
    with pytest.raises(StorageError, match="file"):
        await index.open()
    await index.close()


def garbage(file: Path) -> None:
    size = file.stat().st_size
    with file.open("r+b") as opened:
        opened.seek(size // 4)
        opened.write(bytes(number * 37 % 256 for number in range(max(1, size // 2))))


def cut(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def graph_file(name: str) -> Callable[[Path], Path]:
    return lambda root: next(root.glob(f"chroma/*/{name}"))


def database_file(root: Path) -> Path:
    return root / "chroma" / "chroma.sqlite3"


DAMAGE: dict[str, Callable[[Path], None]] = {
    "graph overwritten": lambda root: garbage(graph_file("data_level0.bin")(root)),
    "graph header overwritten": lambda root: garbage(graph_file("header.bin")(root)),
    "graph header cut": lambda root: cut(graph_file("header.bin")(root)),
    "graph cut": lambda root: cut(graph_file("data_level0.bin")(root)),
    "graph file missing": lambda root: graph_file("index_metadata.pickle")(root).unlink(),
    "graph folder missing": lambda root: shutil.rmtree(graph_file("header.bin")(root).parent),
    "database overwritten": lambda root: garbage(database_file(root)),
    "database replaced": lambda root: database_file(root).write_text("nonsense " * 5000) and None,
    "database cut": lambda root: cut(database_file(root)),
    "database emptied": lambda root: os.truncate(database_file(root), 0),
    "database missing": lambda root: database_file(root).unlink(),
    "seal missing": lambda root: (root / "seal.json").unlink(),
    "seal overwritten": lambda root: garbage(root / "seal.json"),
    "everything overwritten": lambda root: [garbage(file) for file in root.rglob("*") if file.is_file()] and None,
}


@pytest.fixture(scope="module")
def sound_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sound") / "memory"

    async def fill() -> None:
        index = MemoryIndex(folder)
        await index.upsert(ADA, HASH, names(1500), vectors(1500))  # beyond 1,000 the graph is on disk
        await index.close()

    asyncio.run(fill())
    return folder


@pytest.mark.parametrize("what", DAMAGE)
async def test_damage_is_noticed_at_open_and_moved_aside(what: str, sound_folder: Path, tmp_path: Path) -> None:
    root = tmp_path / "memory"
    shutil.copytree(sound_folder, root)
    DAMAGE[what](root)
    index = MemoryIndex(root)
    await index.open()
    assert len(index.notices) == 1
    assert "damaged-1" in index.notices[0] and "no memory is lost" in index.notices[0]
    assert any((root / "damaged-1").iterdir())
    assert await index.ids(ADA, HASH) == frozenset()
    await index.upsert(ADA, HASH, names(3), vectors(3))
    await index.close()

    again = MemoryIndex(root)
    assert await again.ids(ADA, HASH) == set(names(3))
    assert again.notices == []
    await again.close()


async def test_files_that_are_gone_are_told_and_a_sound_folder_is_not(sound_folder: Path, tmp_path: Path) -> None:
    root = tmp_path / "memory"
    shutil.copytree(sound_folder, root)
    index = MemoryIndex(root)
    assert len(await index.ids(ADA, HASH)) == 1500
    await index.close()
    assert index.notices == []
    shutil.rmtree(root / "chroma")
    await index.open()
    assert "gone" in index.notices[0] and not list(root.glob("damaged-*"))
    await index.close()
    shutil.rmtree(root)
    fresh = MemoryIndex(root)
    await fresh.open()
    assert fresh.notices == []
    await fresh.close()


KILLED = """
import asyncio, os, sys
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from tests.memory.test_index import ADA, HASH, MemoryIndex, names, vectors

async def main():
    index = MemoryIndex(Path(sys.argv[1]))
    rows = vectors(2400)
    for start in range(0, 2400, 120):
        await index.upsert(ADA, HASH, names(120, start), rows[start:start + 120])
        print(start + 120, flush=True)
    os.kill(os.getpid(), 9)

asyncio.run(main())
"""


async def test_a_killed_process_loses_nothing_it_had_written(tmp_path: Path) -> None:
    command = [sys.executable, "-c", KILLED, str(tmp_path / "memory"), str(ROOT)]
    ended = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    index = MemoryIndex(tmp_path / "memory")
    assert await index.ids(ADA, HASH) == set(names(int(ended.stdout.split()[-1])))
    rows = vectors(2400)
    assert (await index.nearest(ADA, HASH, rows[2399], 1)).ids == ("m02399",)
    assert index.notices == []
    await index.close()


@pytest.mark.parametrize("address", ["localhost:8000", "ftp://host:1", "http://", "http://host:99999", "chroma://x"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(Invalid, match="http://host:port"):
        MemoryIndex(address)
