"""The same memories in plain Chroma and in a NumPy array, for comparison with the studio's own way.

`one collection`: everybody's vectors in one, each query filtered by whose they are. `one a character`: a collection
each. `NumPy scan`: every vector of the character compared, which is also the truth recall is measured by. Vectors are
made once; what is timed is adding, and finding the eight nearest without embedding the question.
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import chromadb
import numpy as np
from chromadb.config import Settings as ChromaSettings

from studio.llm.embedding import Vectors
from studio.memory.index import CONFIGURATION

BATCH, NEAREST = 256, 8
Row = dict[str, float]
Find = Callable[[int, Vectors], list[int]]
"""Whose (a number), a question's vector → row numbers of the nearest."""


def compared(vectors: Vectors, whose: Sequence[int], questions: Vectors, asked_of: Sequence[int]) -> dict[str, Row]:
    """The table: way → figures. Row `i` of `vectors` belongs to character `whose[i]`; question `j` is asked of
    `asked_of[j]`."""
    owners = np.array(whose)
    rows_of = {who: np.flatnonzero(owners == who) for who in sorted(set(whose))}
    blocks = {who: np.ascontiguousarray(vectors[rows]) for who, rows in rows_of.items()}

    def scan(who: int, question: Vectors) -> list[int]:
        scores = np.einsum("ij,j->i", blocks[who], question)
        count = min(NEAREST, len(scores))
        best = np.argpartition(-scores, count - 1)[:count]
        return [int(rows_of[who][place]) for place in best[np.argsort(-scores[best], kind="stable")]]

    truth = [scan(who, question) for who, question in zip(asked_of, questions, strict=True)]
    table = {"NumPy scan": _timed(scan, vectors, questions, asked_of, truth)}
    for name, make in (("Chroma, one collection", _one), ("Chroma, one a character", _each)):
        folder = Path(tempfile.mkdtemp())
        client = chromadb.PersistentClient(folder, ChromaSettings(_env_file=None, anonymized_telemetry=False))
        started = time.perf_counter()
        find = make(client, vectors, whose)
        seconds = time.perf_counter() - started
        row = _timed(find, vectors, questions, asked_of, truth)
        client.close()
        disk = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6
        table[name] = {"add_per_s": round(len(vectors) / seconds, 1), **row, "disk_mb": round(disk, 1)}
        shutil.rmtree(folder)
    return table


def _one(client: chromadb.ClientAPI, vectors: Vectors, whose: Sequence[int]) -> Find:
    collection = client.create_collection("all", configuration=CONFIGURATION, embedding_function=None)
    for start in range(0, len(vectors), BATCH):
        stretch = range(start, min(start + BATCH, len(vectors)))
        collection.add(
            ids=[str(row) for row in stretch],
            embeddings=vectors[start : start + BATCH],
            metadatas=[{"who": int(whose[row])} for row in stretch],
        )

    def find(who: int, question: Vectors) -> list[int]:
        found = collection.query(query_embeddings=question[None], n_results=NEAREST, where={"who": who}, include=[])
        return [int(id_) for id_ in found["ids"][0]]

    return find


def _each(client: chromadb.ClientAPI, vectors: Vectors, whose: Sequence[int]) -> Find:
    owners = np.array(whose)
    collections = {}
    for who in sorted(set(whose)):
        made = client.create_collection(f"who-{who}", configuration=CONFIGURATION, embedding_function=None)
        rows = np.flatnonzero(owners == who)
        for start in range(0, len(rows), BATCH):
            stretch = rows[start : start + BATCH]
            made.add(ids=[str(row) for row in stretch], embeddings=vectors[stretch])
        collections[who] = made

    def find(who: int, question: Vectors) -> list[int]:
        found = collections[who].query(query_embeddings=question[None], n_results=NEAREST, include=[])
        return [int(id_) for id_ in found["ids"][0]]

    return find


def _timed(
    find: Find, vectors: Vectors, questions: Vectors, asked_of: Sequence[int], truth: Sequence[Sequence[int]]
) -> Row:
    for who in sorted(set(asked_of)):  # whatever is loaded at first use is loaded
        find(who, questions[0])
    waits, shares = [], []
    for who, question, true in zip(asked_of, questions, truth, strict=True):
        started = time.perf_counter()
        found = find(who, question)
        waits.append((time.perf_counter() - started) * 1000)
        least = float(vectors[true[-1]] @ question) - 1e-5
        shares.append(sum(float(vectors[row] @ question) >= least for row in found) / len(true))
    return {
        "recall_p50_ms": round(statistics.median(waits), 2),
        "recall_p95_ms": round(sorted(waits)[int(0.95 * len(waits))], 2),
        "recall_at_8": round(statistics.fmean(shares), 4),
    }
