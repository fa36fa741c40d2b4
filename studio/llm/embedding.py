"""Texts as vectors."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import threading
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import SecretStr

from studio.errors import ModelOutput
from studio.llm.assets import EMBEDDING, TOKENIZER, Assets
from studio.llm.failures import Failure, failure, timed_out
from studio.llm.litellm_connection import Connection, library_errors, load_litellm
from studio.settings import Settings

Vectors = NDArray[np.float32]

LONGEST_TOKENS = 256
THREADS = min(2, os.cpu_count() or 1)
"""Of the embedded model: two halve the wait for a question (8.3 → 5 ms); more gain little on so small a model."""
BATCH = 32


class Embedder(Protocol):
    """Unit-length vectors, one row a text. `name` is stored beside every vector: vectors of two names never mix."""

    @property
    def name(self) -> str:
        """Model name and revision."""
        ...

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        ...

    async def embed(self, texts: list[str]) -> Vectors:
        """Shape (len(texts), dimension), float32, each row of length 1."""
        ...


class HashEmbedder:
    """Word hashes as vectors: the same text gives the same vector everywhere, shared words give nearness.

    For tests and benchmarks; it knows no synonyms.
    """

    def __init__(self, dimension: int = 384) -> None:
        self.name = f"hash-{dimension}"
        self.dimension = dimension

    async def embed(self, texts: list[str]) -> Vectors:
        """As the contract says."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.lower()) or [text]:
                digest = hashlib.blake2b(word.encode(), digest_size=8).digest()
                index = int.from_bytes(digest[:6], "big") % self.dimension
                vectors[row, index] += 1.0 if digest[7] % 2 else -1.0
            norm = float(np.linalg.norm(vectors[row]))
            if norm == 0:
                vectors[row, 0], norm = 1.0, 1.0
            vectors[row] /= norm
        return vectors


class MiniLmEmbedder:
    """all-MiniLM-L6-v2 (Reimers and Gurevych, 2019) in int8, run on this machine: about 4 ms for a short text.

    The files are fetched and loaded by the first call. Texts beyond 256 tokens are cut there. Each text runs alone:
    as fast as a padded batch on one thread, and its vector depends on nothing but itself.
    """

    def __init__(self, assets: Assets) -> None:
        self.name = "all-MiniLM-L6-v2-int8"
        self.dimension = 384
        self._assets = assets
        self._loading = threading.Lock()
        self._tokenizer: Any = None
        self._session: Any = None

    async def embed(self, texts: list[str]) -> Vectors:
        """As the contract says.

        Raises: ModelUnavailable where the model's files cannot be fetched or loaded.
        """
        if self._session is None:
            model, tokenizer = await self._assets.fetch(EMBEDDING), await self._assets.fetch(TOKENIZER)
            await asyncio.to_thread(self._load, model, tokenizer)
        batches = [texts[start : start + BATCH] for start in range(0, len(texts), BATCH)]
        parts = [await asyncio.to_thread(self._embed, batch) for batch in batches]
        return np.concatenate(parts) if parts else np.zeros((0, self.dimension), dtype=np.float32)

    def _load(self, model: Path, tokenizer: Path) -> None:
        with self._loading:
            if self._session is not None:
                return
            import onnxruntime
            import tokenizers

            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = THREADS
            options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # a waiting thread takes nothing
            options.inter_op_num_threads = 1
            self._tokenizer = tokenizers.Tokenizer.from_file(str(tokenizer))
            self._tokenizer.no_padding()
            self._tokenizer.enable_truncation(LONGEST_TOKENS)
            self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])

    def _embed(self, texts: list[str]) -> Vectors:
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            ids = np.array([self._tokenizer.encode(text).ids], dtype=np.int64)
            feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
            states: Vectors = self._session.run(None, feed)[0][0]
            mean = states.mean(axis=0)  # no padding, so the mean over all tokens is the mean under the mask
            vectors[row] = mean / np.linalg.norm(mean)
        return vectors


class LitellmEmbedder:
    """An embedding model of a provider, by its LiteLLM name. `dimension` is 0 until the first answer told it."""

    def __init__(
        self, name: str, *, api_base: str = "", api_key: SecretStr | None = None, timeout_seconds: float = 60.0
    ) -> None:
        self.name = name
        self.dimension = 0
        self._timeout = timeout_seconds
        self._connection = Connection(name, name, api_base, api_key, timeout_seconds)

    async def embed(self, texts: list[str]) -> Vectors:
        """As the contract says.

        Raises: ModelUnavailable, ModelRefused, ModelOutput; Invalid for a name no provider claims.
        """
        await self._connection.ready()
        rows: list[list[float]] = []
        for start in range(0, len(texts), BATCH):
            rows += await self._rows(texts[start : start + BATCH])
        if not rows:
            return np.zeros((0, self.dimension), dtype=np.float32)
        if len(rows) != len(texts) or len({len(row) for row in rows}) != 1:
            raise ModelOutput(f"{self.name} gave {len(rows)} vectors for {len(texts)} texts. Choose another embedder.")
        vectors: Vectors = np.array(rows, dtype=np.float32)
        norms: Vectors = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not np.isfinite(norms).all() or not norms.all():
            raise ModelOutput(f"{self.name} gave a vector without direction. Choose another embedder.")
        self.dimension = vectors.shape[1]
        unit: Vectors = vectors / norms
        return unit

    async def close(self) -> None:
        """Closes idle connections. The embedder can still be called afterwards."""
        await self._connection.close()

    async def _rows(self, texts: list[str]) -> list[list[float]]:
        failed: Failure
        try:
            async with asyncio.timeout(self._timeout):
                answer = await load_litellm().aembedding(
                    input=texts, encoding_format="float", **self._connection.arguments()
                )
            return [list(map(float, item["embedding"])) for item in answer.data]
        except TimeoutError:
            failed = timed_out(self._connection.endpoint, self._timeout, started=False)
        except library_errors() as error:
            failed = failure(error, self._connection.endpoint)
        raise failed.error


def open_embedder(settings: Settings) -> Embedder:
    """The embedder of these settings. Nothing is fetched or loaded before its first use.

    A provider's embedder is given the studio's address and key where it is the chat model's provider; else the
    provider's own variables in the environment serve.
    """
    if settings.embedder == "hash":
        return HashEmbedder()
    if not settings.embedder:
        return MiniLmEmbedder(Assets(settings.data_dir / "assets", settings.hub))
    if settings.embedder.partition("/")[0] != settings.model.partition("/")[0]:
        return LitellmEmbedder(settings.embedder, timeout_seconds=settings.timeout_seconds)
    return LitellmEmbedder(
        settings.embedder,
        api_base=settings.api_base,
        api_key=settings.api_key,
        timeout_seconds=settings.timeout_seconds,
    )
