"""Plain ways to find a document, for comparison: TF-IDF, BM25, the newest, and Chroma as it comes."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from studio.llm.embedding import Vectors
from studio.memory.base import Scope
from studio.memory.index import MemoryIndex
from studio.memory.retrieval import Numbers

K1, B = 1.5, 0.75
_TOKEN = re.compile(r"[a-z0-9]+")


def tokens(text: str) -> list[str]:
    """Runs of letters and digits, in lower case."""
    return _TOKEN.findall(text.lower())


class Words:
    """The words of some documents: how often each stands where, and in how many documents."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.counts = [Counter(tokens(text)) for text in texts]
        self.lengths = np.array([sum(counts.values()) for counts in self.counts], dtype=np.float64)
        self.documents = Counter(word for counts in self.counts for word in counts)

    def tfidf(self, question: str) -> Numbers:
        """Cosine of the TF-IDF vectors (smoothed IDF) of the question and each document."""
        asked = Counter(tokens(question))
        known = {word: self._weight(word) for word in asked}
        scores = np.zeros(len(self.counts))
        for position, counts in enumerate(self.counts):
            product = sum(asked[word] * known[word] * counts[word] * known[word] for word in asked if word in counts)
            if product:
                length = math.sqrt(sum((count * self._weight(word)) ** 2 for word, count in counts.items()))
                scores[position] = product / length
        return scores

    def _weight(self, word: str) -> float:
        return math.log((1 + len(self.counts)) / (1 + self.documents[word])) + 1

    def bm25(self, question: str) -> Numbers:
        """Okapi BM25 with k1 1.5 and b 0.75."""
        scores = np.zeros(len(self.counts))
        mean = float(self.lengths.mean()) or 1.0
        for word in tokens(question):
            among = self.documents[word]
            if not among:
                continue
            weight = math.log(1 + (len(self.counts) - among + 0.5) / (among + 0.5))
            for position, counts in enumerate(self.counts):
                if count := counts[word]:
                    length = 1 - B + B * self.lengths[position] / mean
                    scores[position] += weight * count * (K1 + 1) / (count + K1 * length)
        return scores


def best(scores: Numbers, most: int) -> list[int]:
    """Positions of what scored best, best first; the earlier of equals first."""
    return [int(position) for position in np.argsort(-scores, kind="stable")[:most]]


async def plain_chroma(index: MemoryIndex, scope: Scope, embedder: str, vector: Vectors, most: int) -> list[int]:
    """Positions of the nearest by Chroma, whose ids are positions."""
    found = await index.nearest(scope, embedder, vector, most)
    return [int(id_) for id_ in found.ids]
