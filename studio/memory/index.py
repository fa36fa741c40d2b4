"""Nearest memories by vector: Chroma, embedded in a folder or on a server. The only importer of chromadb.

It holds ids and vectors and nothing else (Chroma keeps deleted text in its file), one collection a character and
continuity, by cosine, always with vectors of ours. Everything in it can be rebuilt from the database.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar
from urllib.parse import SplitResult, urlsplit

import numpy as np

from studio.errors import Invalid, StorageError
from studio.llm.embedding import Vectors
from studio.memory.base import Scope
from studio.memory.index_folder import IndexFolder
from studio.memory.retrieval import Numbers, cosine

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection
    from chromadb.config import Settings

ResultT = TypeVar("ResultT")
BATCH = 1000
CHURN = 0.1
SMALL, LEAST_ASKED = 1024, 256
"""Asked for three neighbours among texts that are much alike, Chroma misses the very text. So a small collection is
asked for everything, and what is missing is noticed; a large one for hundreds."""
SERVER_SECONDS = 30.0
PREFIX = "memory-"
BUILDING = "-new"
_LOOKS_REMOTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://|[\w.-]+:\d+$")
# Chroma's own 16 and 100 leave up to a third of the rows out of reach where many texts are much alike.
CONFIGURATION = {"hnsw": {"space": "cosine", "max_neighbors": 32, "ef_construction": 200}}


class Nearest(NamedTuple):
    """Ids, best first, and their cosines with what was asked for."""

    ids: tuple[str, ...]
    cosines: Numbers


def collection_name(scope: Scope) -> str:
    """The collection of a scope: a digest, so that no user's text names anything."""
    return PREFIX + hashlib.blake2b("\x1f".join(scope).encode(), digest_size=16).hexdigest()


class MemoryIndex:
    """`where`: a folder (one process owns it) or the URL of a Chroma server. Opened by the first call that needs it.

    Vectors belong to an embedder, by name: a collection that holds those of another counts as empty, and is emptied by
    the first write.

    A folder found damaged is moved aside, `notices` says so, and the index starts empty. Every call may raise
    StorageError: the index is out of reach, and what the database holds is not touched by that.

    Raises: Invalid for an address that is none of a Chroma server.
    """

    def __init__(self, where: Path | str) -> None:
        self.place = str(where)
        self.notices: list[str] = []
        self._address = _address(where) if isinstance(where, str) else None
        self._folder = IndexFolder(Path(where)) if self._address is None else None
        self._client: ClientAPI | None = None
        self._collections: dict[str, Collection] = {}
        self._changing = threading.RLock()

    @property
    def shared(self) -> bool:
        """Whether other processes may write to it too."""
        return self._folder is None

    async def open(self) -> None:
        """Import Chroma and open the folder or reach the server now rather than at the first call."""
        await self._call(self._opened)

    async def glance(self) -> None:
        """Notice missing or cut files of the folder before anybody needs them. Chroma is not loaded."""
        if self._folder is not None and self._client is None:
            folder = self._folder
            damage = await asyncio.to_thread(folder.gaps)
            if damage:
                self.notices.append(
                    f"The memory index in {self.place} is damaged: {damage}. It will be rebuilt from the database; no "
                    f"memory is lost."
                )

    async def close(self) -> None:
        """Let go of all files and connections. Closing twice is harmless; the next call opens again."""
        await asyncio.to_thread(self._close)

    async def ids(self, scope: Scope, embedder: str) -> frozenset[str]:
        """The ids indexed for a scope."""
        return await self._call(lambda: self._ids(collection_name(scope), embedder))

    async def nearest(self, scope: Scope, embedder: str, vector: Vectors, count: int) -> Nearest:
        """The `count` nearest of a scope, fewer only when there are no more."""
        return await self._call(lambda: self._nearest(collection_name(scope), embedder, vector, count))

    async def upsert(self, scope: Scope, embedder: str, ids: Sequence[str], vectors: Vectors) -> None:
        """Write these ids with their vectors, one row an id. A call costs about 10 ms whatever it writes: batch."""
        if ids:
            await self._call(lambda: self._upsert(collection_name(scope), embedder, list(ids), vectors))

    async def remove(self, scope: Scope, embedder: str, ids: Iterable[str]) -> None:
        """Take these ids out; unknown ones are passed over."""
        if gone := list(ids):
            await self._call(lambda: self._remove(collection_name(scope), embedder, gone))

    async def replace(self, scope: Scope, embedder: str, ids: Sequence[str], vectors: Vectors) -> None:
        """Make the scope hold exactly these, in a collection built anew."""
        await self._call(lambda: self._replace(collection_name(scope), embedder, list(ids), vectors))

    async def discard(self, scope: Scope) -> None:
        """Drop the collection of a scope; nothing is opened for it where there is no index yet."""
        if self._client is None and self._folder is not None and not self._folder.chroma.exists():
            return
        await self._call(lambda: self._discard(collection_name(scope)))

    async def keep_only(self, scopes: Iterable[Scope]) -> int:
        """Drop the collections of all other scopes; how many there were."""
        names = {collection_name(scope) for scope in scopes}
        return await self._call(lambda: self._keep_only(names))

    async def _call(self, work: Callable[[], ResultT]) -> ResultT:
        if self._folder is not None:
            return await asyncio.to_thread(self._guarded, work)
        try:
            async with asyncio.timeout(SERVER_SECONDS):
                return await asyncio.to_thread(self._guarded, work)
        except TimeoutError as error:
            raise StorageError(f"The Chroma server at {self.place} did not answer in {SERVER_SECONDS:g} s.") from error

    def _guarded(self, work: Callable[[], ResultT]) -> ResultT:
        import httpx
        from chromadb.errors import ChromaError, NotFoundError

        try:
            try:
                return work()
            except NotFoundError:  # another process built a collection anew
                self._collections.clear()
                return work()
        except (ChromaError, httpx.HTTPError, OSError, ValueError, RuntimeError) as error:
            where = "in" if self._folder else "at"
            raise StorageError(f"The memory index {where} {self.place} failed: {error}") from error

    def _opened(self) -> ClientAPI:
        with self._changing:
            if self._client is None:
                if self._address is not None:
                    self._client = self._remote(self._address)
                elif self._folder is not None:
                    self._client = self._embedded(self._folder)
            return self._client

    def _embedded(self, folder: IndexFolder) -> ClientAPI:
        import chromadb
        from chromadb.errors import ChromaError

        folder.claim()
        try:
            if damage := folder.damage():
                self._set_aside(folder, damage)
            try:
                client = chromadb.PersistentClient(folder.chroma, _settings())
            except ChromaError as error:
                self._set_aside(folder, str(error))
                client = chromadb.PersistentClient(folder.chroma, _settings())
            folder.seal()
            return client
        except BaseException:
            folder.release()
            raise

    def _set_aside(self, folder: IndexFolder, damage: str) -> None:
        place = folder.set_aside()
        kept = f"It was moved to {place.name}, which can be deleted, and" if place else "It"
        self.notices.append(
            f"The memory index in {self.place} could not be read: {damage}. {kept} is being rebuilt from the database; "
            f"no memory is lost."
        )

    def _remote(self, address: SplitResult) -> ClientAPI:
        import chromadb

        secure = address.scheme == "https"
        port = address.port or (443 if secure else 80)
        return chromadb.HttpClient(str(address.hostname), port, ssl=secure, settings=_settings())

    def _close(self) -> None:
        with self._changing:
            client, self._client = self._client, None
            self._collections.clear()
            if client is not None:
                if self._folder is None:  # Chroma leaves its connections open
                    client._server._session.close()
                    client._admin_client._server._session.close()
                client.close()
                self._sealed()
            if self._folder:
                self._folder.release()

    def _found(self, name: str, embedder: str) -> Collection | None:
        from chromadb.errors import NotFoundError

        collection = self._collections.get(name)
        if collection is None:
            with self._changing:
                try:
                    collection = self._opened().get_collection(name, embedding_function=None)
                except NotFoundError:
                    return None
                self._collections[name] = collection
        return collection if (collection.metadata or {}).get("embedder") == embedder else None

    def _made(self, name: str, embedder: str) -> Collection:
        collection = self._found(name, embedder)
        if collection is None:
            self._dropped(name)
            collection = self._opened().create_collection(
                name,
                configuration=CONFIGURATION,
                metadata={"embedder": embedder, "churn": 0},
                embedding_function=None,
                get_or_create=True,
            )
            self._collections[name] = collection
        return collection

    def _dropped(self, name: str) -> None:
        from chromadb.errors import NotFoundError

        self._collections.pop(name, None)
        with suppress(NotFoundError):
            self._opened().delete_collection(name)

    def _ids(self, name: str, embedder: str) -> frozenset[str]:
        collection = self._found(name, embedder)
        return frozenset(collection.get(include=[])["ids"]) if collection else frozenset()

    def _nearest(self, name: str, embedder: str, vector: Vectors, count: int) -> Nearest:
        collection = self._found(name, embedder)
        if collection is None or count < 1:
            return Nearest((), np.zeros(0))
        size = collection.count()
        asked = size if size <= SMALL else min(max(count, LEAST_ASKED), size)
        found = collection.query(query_embeddings=vector[None], n_results=max(1, asked), include=["distances"])
        ids = tuple(found["ids"][0])
        if len(ids) < asked:
            # Some rows cannot be reached through the graph, above all after deletes and rewrites (chroma issue 7758)
            # and among texts much alike: compare with every row, and where there was churn build the graph anew.
            churned = (collection.metadata or {}).get("churn")
            ids, matrix = self._rebuilt(name, embedder) if churned else _rows(collection)
            cosines = cosine(matrix, vector)
            order = np.argsort(-cosines, kind="stable")[:count]
            return Nearest(tuple(ids[position] for position in order), cosines[order])
        return Nearest(ids[:count], 1.0 - np.array(found["distances"][0][:count], dtype=np.float64))

    def _upsert(self, name: str, embedder: str, ids: list[str], vectors: Vectors) -> None:
        with self._changing:
            collection = self._made(name, embedder)
            before = collection.count()
            _write(collection, ids, vectors)
            rewritten = len(ids) - (collection.count() - before)
            self._churned(name, embedder, collection, rewritten)

    def _remove(self, name: str, embedder: str, ids: list[str]) -> None:
        with self._changing:
            collection = self._found(name, embedder)
            if collection is not None:
                before = collection.count()
                for start in range(0, len(ids), BATCH):
                    collection.delete(ids=ids[start : start + BATCH])
                self._churned(name, embedder, collection, before - collection.count())

    def _churned(self, name: str, embedder: str, collection: Collection, rows: int) -> None:
        churn = int((collection.metadata or {}).get("churn", 0)) + rows
        if rows and churn > CHURN * collection.count():
            self._rebuilt(name, embedder)
        elif rows:
            collection.modify(metadata={"embedder": embedder, "churn": churn})
        self._sealed()

    def _rebuilt(self, name: str, embedder: str) -> tuple[tuple[str, ...], Vectors]:
        with self._changing:
            ids, matrix = _rows(self._made(name, embedder))
            self._replace(name, embedder, list(ids), matrix)
            return ids, matrix

    def _replace(self, name: str, embedder: str, ids: list[str], vectors: Vectors) -> None:
        # Built beside the old one and then put in its place, so that whoever reads meanwhile finds all.
        with self._changing:
            building = name + BUILDING
            self._dropped(building)
            fresh = self._made(building, embedder)
            _write(fresh, ids, vectors)
            self._dropped(name)
            fresh.modify(name=name)
            self._collections[name] = self._collections.pop(building)
            self._sealed()

    def _keep_only(self, names: set[str]) -> int:
        with self._changing:
            there = [collection.name for collection in self._opened().list_collections()]
            gone = [name for name in there if name.startswith(PREFIX) and name not in names]
            for name in gone:
                self._dropped(name)
            self._sealed()
            return len(gone)

    def _discard(self, name: str) -> None:
        with self._changing:
            self._dropped(name)
            self._sealed()

    def _sealed(self) -> None:
        if self._folder:
            self._folder.seal()


def _write(collection: Collection, ids: list[str], vectors: Vectors) -> None:
    for start in range(0, len(ids), BATCH):
        batch = slice(start, start + BATCH)
        collection.upsert(ids=ids[batch], embeddings=vectors[batch])


def _rows(collection: Collection) -> tuple[tuple[str, ...], Vectors]:
    found = collection.get(include=["embeddings"])
    return tuple(found["ids"]), np.array(found["embeddings"], dtype=np.float32)


def _address(where: str) -> SplitResult | None:
    """The parts of a server's URL; None for the path of a folder."""
    if not _LOOKS_REMOTE.match(where):
        return None
    try:
        address = urlsplit(where)
        if address.scheme in ("http", "https") and address.hostname and address.port != 0:
            return address
    except ValueError:
        pass
    raise Invalid(f"STUDIO_CHROMA_URL is {where!r}: give it as http://host:port.")


def _settings() -> Settings:
    from chromadb.config import Settings

    # Our own .env holds nothing of Chroma's.
    return Settings(_env_file=None, anonymized_telemetry=False)
