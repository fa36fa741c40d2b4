"""Likeness by the words two texts share: TF-IDF with cosine, in NumPy. Knows no synonyms, needs no model, and is the
baseline every scorer is shown against."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

_WORD = re.compile(r"\w\w+")


@cache
def stop_words() -> frozenset[str]:
    """English words that say nothing of what a text is about."""
    return frozenset(files("studio.matching").joinpath("lexicon/stop_words.txt").read_text(encoding="utf-8").split())


def words(text: str) -> list[str]:
    """The words of a text, case-folded, two letters or more, in order."""
    return _WORD.findall(text.casefold().replace("’", "'").replace("'", ""))


def content_words(text: str) -> list[str]:
    """The words that carry meaning, cut to a rough stem so that `exam` meets `exams` and `worried` meets `worry`."""
    return [stem(word) for word in words(text) if word not in stop_words()]


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """A rough English stem: what is left without the commonest endings. Wrong for some words, the same for a word and
    its plural."""
    for ending, instead in (("iness", "y"), ("ies", "y"), ("ied", "y"), ("ingly", ""), ("edly", ""), ("ing", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return _undoubled(word[: -len(ending)] + instead)
    for ending in ("ness", "ers", "ed", "er", "ly", "es", "s", "e"):
        if word.endswith(ending) and not word.endswith("ss") and len(word) - len(ending) >= 3:
            return _undoubled(word[: -len(ending)])
    return word


def _undoubled(word: str) -> str:
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz" else word


class LexicalIndex:
    """A fixed set of texts that can be compared with any text. Weights: term frequency times
    ln((1 + n) / (1 + df)) + 1, rows of length 1. `stems`: rough stems without stop words instead of plain words."""

    def __init__(self, texts: Sequence[str], *, stems: bool = False) -> None:
        self._tokens = content_words if stems else words
        self.size = len(texts)
        counts = [Counter(self._tokens(text)) for text in texts]
        spread = Counter(term for row in counts for term in row)
        self._term = {term: at for at, term in enumerate(sorted(spread))}
        df = np.array([spread[term] for term in sorted(spread)], dtype=np.float64)
        self.idf: Numbers = np.log((1 + self.size) / (1 + df)) + 1
        rows = np.fromiter((at for at, row in enumerate(counts) for _ in row), dtype=np.int64)
        terms = np.fromiter((self._term[term] for row in counts for term in row), dtype=np.int64)
        weights = np.fromiter((times for row in counts for times in row.values()), dtype=np.float64)
        weights *= self.idf[terms] if len(terms) else 1.0
        lengths = np.sqrt(np.bincount(rows, weights**2, minlength=self.size))
        weights /= np.maximum(lengths[rows], 1e-12) if len(rows) else 1.0
        order = np.argsort(terms, kind="stable")
        self._rows, self._weights = rows[order], weights[order]
        self._starts = np.searchsorted(terms[order], np.arange(len(self._term) + 1))

    def query(self, text: str) -> dict[int, float]:
        """A text as weights of the terms that occur here, by term number, of length 1 over all its terms; terms nobody
        here uses weigh as the rarest do."""
        unknown = float(np.log(1 + self.size) + 1)
        counted = Counter(self._tokens(text))
        weighed = {
            term: times * (float(self.idf[self._term[term]]) if term in self._term else unknown)
            for term, times in counted.items()
        }
        length = float(np.sqrt(sum(weight**2 for weight in weighed.values()))) or 1.0
        return {self._term[term]: weight / length for term, weight in weighed.items() if term in self._term}

    def cosines(self, text: str) -> Numbers:
        """The cosine of a text with each text of the index, 0 to 1, shape (size,)."""
        found = np.zeros(self.size)
        for term, weight in self.query(text).items():
            span = slice(self._starts[term], self._starts[term + 1])
            found[self._rows[span]] += weight * self._weights[span]
        return found

    def knows(self, text: str) -> bool:
        """Whether the text shares a word with any text of the index."""
        return bool(self.query(text))


def cosine(first: str, second: str, index: LexicalIndex) -> float:
    """The cosine of two texts under the index's weights, 0 to 1."""
    one, other = index.query(first), index.query(second)
    return float(sum(weight * other.get(term, 0.0) for term, weight in one.items()))
