"""How well memories are found by what they mean: `python -m benchmarks.embedding --json`.

Fifty memories as characters keep them and, for each, a question that asks for it in other words
(`benchmarks/data/paraphrases.json`, written for this). Each question is ranked against all fifty memories by the
embedded MiniLM, by the hash vectors that tests use, and by TF-IDF over words as a yardstick.

`top1`, `top3`: share of questions whose memory comes first, or among the first three. `query_ms`: the shortest and the
median time to embed one question. `load_s`: from nothing to the first vector, the files being there.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import re
import statistics
import time
from collections import Counter
from pathlib import Path

import numpy as np

from studio.llm.assets import Assets
from studio.llm.embedding import Embedder, HashEmbedder, MiniLmEmbedder, Vectors
from studio.settings import Settings

PAIRS = Path(__file__).parent / "data" / "paraphrases.json"


def tf_idf(memories: list[str], queries: list[str]) -> tuple[Vectors, Vectors]:
    """Unit vectors of both lists over the words of the memories."""
    bags = [Counter(re.findall(r"\w+", text.lower())) for text in memories]
    spread = Counter(word for bag in bags for word in bag)
    place = {word: index for index, word in enumerate(sorted(spread))}
    rarity = {word: math.log((1 + len(memories)) / (1 + count)) + 1 for word, count in spread.items()}

    def rows(texts: list[str]) -> Vectors:
        vectors = np.zeros((len(texts), len(place)), dtype=np.float32)
        for row, text in enumerate(texts):
            for word, count in Counter(re.findall(r"\w+", text.lower())).items():
                if word in place:
                    vectors[row, place[word]] = count * rarity[word]
        unit: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        return unit

    return rows(memories), rows(queries)


def found(memories: Vectors, queries: Vectors) -> dict[str, float]:
    """`top1` and `top3`: row k of `queries` asks for row k of `memories`. Ties count against us."""
    near = queries @ memories.T
    ranks = [int((row >= row[index]).sum()) for index, row in enumerate(near)]
    return {f"top{limit}": round(statistics.mean(rank <= limit for rank in ranks), 3) for limit in (1, 3)}


async def timed(embedder: Embedder, queries: list[str]) -> dict[str, float]:
    """Milliseconds for one question alone."""
    times = []
    for query in queries:
        started = time.perf_counter()
        await embedder.embed([query])
        times.append((time.perf_counter() - started) * 1000)
    return {"query_ms_min": round(min(times), 2), "query_ms_median": round(statistics.median(times), 2)}


async def measure(settings: Settings) -> dict[str, object]:
    """The whole result, by method."""
    pairs = json.loads(await asyncio.to_thread(PAIRS.read_text, encoding="utf-8"))
    memories, queries = [pair["memory"] for pair in pairs], [pair["query"] for pair in pairs]
    mini_lm = MiniLmEmbedder(Assets(settings.data_dir / "assets", settings.hub))
    result: dict[str, object] = {"pairs": len(pairs)}
    started = time.perf_counter()
    await mini_lm.embed(["wake up"])
    result["load_s"] = round(time.perf_counter() - started, 2)
    for name, embedder in (("mini_lm", mini_lm), ("hash", HashEmbedder())):
        scores = found(await embedder.embed(memories), await embedder.embed(queries))
        result[name] = {**scores, **await timed(embedder, queries)}
    result["tf_idf"] = found(*tf_idf(memories, queries))
    return result


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print the JSON object alone")
    arguments = parser.parse_args()
    result = asyncio.run(measure(Settings()))
    if not arguments.json:
        for name, value in result.items():
            print(f"{name:10} {value}")
    print(json.dumps(result))


if __name__ == "__main__":
    main()
