"""Hints for tasks, found by the task that is most alike, in words alone or in meaning as well.

Source: ColorAgent (2025), knowledge retrieval; https://arxiv.org/abs/2510.19386
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping

from pydantic import TypeAdapter, ValidationError

from studio.domain.lorebook import Lorebook
from studio.domain.value import Value
from studio.errors import Invalid
from studio.llm.embedding import Embedder, Vectors

LORE_PREFIX = "quest:"
_TOKEN = re.compile(r"[a-z0-9]+")
_FORM: TypeAdapter[dict[str, list[str]]] = TypeAdapter(dict[str, list[str]])


class Knowledge(Value):
    """A task found, how alike it is (0–1, cosine), and its hints."""

    task: str
    similarity: float
    hints: tuple[str, ...] = ()


class KnowledgeBase:
    """Tasks and their hints. Alike is measured by words: tf as counted, idf = ln((N + 1) / (df + 1)) + 1, cosine."""

    def __init__(self, hints: Mapping[str, Iterable[str]]) -> None:
        self._hints = {task: tuple(hint.strip() for hint in told if hint.strip()) for task, told in hints.items()}
        counts = {task: Counter(_TOKEN.findall(task.lower())) for task in self._hints}
        seen = Counter(token for counted in counts.values() for token in counted)
        self._size = len(counts)
        self._idf = {token: self._weight(found) for token, found in seen.items()}
        self._embedded: dict[str, Vectors] = {}
        self._vectors = {task: self._vector(counted) for task, counted in counts.items()}

    def __len__(self) -> int:
        return self._size

    def query(self, text: str, k: int = 1) -> tuple[Knowledge, ...]:
        """The `k` tasks most alike, the best first, of equals the one noted first. Tasks without a word in common are
        left out."""
        asked = self._vector(Counter(_TOKEN.findall(text.lower())))
        scored = [
            (sum(w * vector.get(t, 0.0) for t, w in asked.items()), task) for task, vector in self._vectors.items()
        ]
        best = sorted((one for one in scored if one[0] > 0), key=lambda one: -one[0])[:k]
        return tuple(Knowledge(task=task, similarity=score, hints=self._hints[task]) for score, task in best)

    async def query_meaning(self, text: str, embedder: Embedder, k: int = 1) -> tuple[Knowledge, ...]:
        """The same by the mean of two cosines, that of the words and that of the embeddings.

        Either alone misses what the other finds: of the published probe the words find 102, embeddings 101, both 103.
        Raises: ModelError when the embedding model does not answer.
        """
        if not (self._hints and text.strip()):
            return ()
        if embedder.name not in self._embedded:
            self._embedded = {embedder.name: await embedder.embed(list(self._hints))}
        (asked,) = await embedder.embed([text])
        words = {one.task: one.similarity for one in self.query(text, self._size)}
        near = self._embedded[embedder.name] @ asked
        scored = [
            ((words.get(task, 0.0) + float(close)) / 2, task) for task, close in zip(self._hints, near, strict=True)
        ]
        best = sorted(scored, key=lambda one: -one[0])[:k]
        return tuple(Knowledge(task=task, similarity=score, hints=self._hints[task]) for score, task in best)

    def _weight(self, found: int) -> float:
        return math.log((self._size + 1) / (found + 1)) + 1

    def _vector(self, counted: Counter[str]) -> dict[str, float]:
        raw = {token: count * self._idf.get(token, self._weight(0)) for token, count in counted.items()}
        norm = math.sqrt(sum(weight * weight for weight in raw.values()))
        return {token: weight / norm for token, weight in raw.items()} if norm else {}


def read_knowledge(text: str) -> dict[str, list[str]]:
    """Tasks and hints from a JSON file `{task: [hint, …]}`.

    Raises: Invalid for a file of another form.
    """
    try:
        return _FORM.validate_python(json.loads(text))
    except (ValueError, ValidationError) as error:
        raise Invalid(f"This is no file of hints ({{task: [hint, …]}}): {error!s:.200}") from error


def noted(text: str) -> dict[str, list[str]]:
    """Tasks and hints from lines `task = hint; hint`. A line without `=` is a hint for every task."""
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        task, sign, hints = line.partition("=")
        if sign and task.strip():
            found.setdefault(task.strip(), []).extend(hint.strip() for hint in hints.split(";") if hint.strip())
    return found


def told_by_lore(book: Lorebook | None) -> dict[str, list[str]]:
    """Hints in a scene's lorebook: entries named `quest: task` that anybody may know, a hint a line."""
    found: dict[str, list[str]] = {}
    for entry in book.entries if book else ():
        name = entry.title.strip()
        if entry.enabled and not (entry.scope or entry.withheld_from) and name.lower().startswith(LORE_PREFIX):
            found.setdefault(name[len(LORE_PREFIX) :].strip(), []).extend(entry.content.splitlines())
    return found
