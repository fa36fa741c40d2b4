"""How long a ranking takes: warm, over the shipped bank and over a hundred thousand.

The large pool repeats the shipped profiles under new ids, with random unit vectors in place of embeddings, which cost
the same to compare. `embed_ms` is the feeling as a vector, alone; `load_ms` a bank read from disk and `words_ms` its
word index, both once a start. `covered` is how often one of the five found went through what was told, by topic.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import time
from collections.abc import Awaitable, Callable

import numpy as np

from studio.llm.embedding import Embedder, HashEmbedder, Vectors, open_embedder
from studio.llm.scripted import ScriptedModel
from studio.matching.bank.store import SHIPPED, Bank
from studio.matching.base import Seeker
from studio.matching.cosine import Cosine
from studio.matching.learned import Learned
from studio.matching.pool import Pool
from studio.matching.ranking import rank
from studio.matching.topics import about
from studio.run_context import RunContext
from studio.settings import Settings

FEELINGS = (
    ("I failed my exam again and do not know how to tell anybody.", "study"),
    ("I was fired on Friday and cannot say it at home.", "work"),
    ("Somebody I loved died last year and nobody mentions it any more.", "grief"),
    ("I moved to a new city and am alone every weekend.", "lonely"),
    ("I panic in shops and dread going out.", "anxiety"),
    ("I owe money and leave the letters closed.", "money"),
    ("My husband and I have divorced and I do not know how to be alone.", "love"),
    ("My best friend has not spoken to me since summer.", "friend"),
)


def widened(bank: Bank, size: int, embedder: Embedder) -> Pool:
    """A pool of `size` from the bank's profiles, vectors drawn."""
    profiles = bank.profiles
    many = [
        profiles[at % len(profiles)].model_copy(
            update={"id": f"p{at}", "name": f"{profiles[at % len(profiles)].name} {at}"}
        )
        for at in range(size)
    ]
    pool = Pool(many)
    vectors: Vectors = np.random.default_rng(0).normal(size=(size, embedder.dimension)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    pool.hold(embedder, "story", vectors)
    return pool


async def timed(work: Callable[[int], Awaitable[object]], runs: int) -> float:
    """The median of so many runs, in milliseconds."""
    spent = []
    for run in range(runs):
        start = time.perf_counter()
        await work(run)
        spent.append(1000 * (time.perf_counter() - start))
    return round(statistics.median(spent), 2)


async def measure(options: argparse.Namespace) -> dict[str, object]:
    """All figures."""
    settings = Settings()
    folder = settings.shipped_dir / "characters" / "banks" / SHIPPED
    start = time.perf_counter()
    bank = Bank(folder)
    loaded = bank.profiles
    load = 1000 * (time.perf_counter() - start)
    embedder = HashEmbedder() if options.hash else open_embedder(settings)
    context = RunContext(model=ScriptedModel([]), embedder=embedder, rng=random.Random(0))
    pool = Pool.of_bank(bank)
    start = time.perf_counter()
    pool.lexical.knows("")
    words = 1000 * (time.perf_counter() - start)
    await pool.vectors(embedder)

    async def one(run: int, among: Pool, scorer: Cosine | Learned, with_: RunContext) -> object:
        text, _ = FEELINGS[run % len(FEELINGS)]
        return await rank(scorer, Seeker(feeling=text, mbti="INFP", age=27), among, with_)

    await one(0, pool, Cosine(), context)
    rank_1024 = await timed(lambda run: one(run, pool, Cosine(), context), options.runs)
    embed = await timed(lambda run: embedder.embed([f"{FEELINGS[run % 8][0]} {run}"]), options.runs)
    covered, by_words = await quality(pool, context)
    report: dict[str, object] = {
        "profiles": len(loaded),
        "load_ms": round(load, 1),
        "words_ms": round(words, 1),
        "rank_1024_ms": rank_1024,
        "embed_ms": embed,
        "covered": covered,
        "covered_by_words": by_words,
        "embedder": embedder.name,
    }
    if options.large:
        hashed = HashEmbedder()
        large = await asyncio.to_thread(widened, bank, options.large, hashed)
        other = RunContext(model=ScriptedModel([]), embedder=hashed, rng=random.Random(0))
        await one(0, large, Cosine(), other)
        key = "rank_100k_ms" if options.large == 100_000 else "rank_large_ms"
        report[key] = await timed(lambda run: one(run, large, Cosine(), other), min(options.runs, 8))
        report["large"] = options.large
    return report


async def quality(pool: Pool, context: RunContext) -> tuple[float, float]:
    """The share of feelings for which at least one of the five found, and of the five that word counting finds, has a
    growth experience on the same topic."""
    found = words = 0
    for text, topic in FEELINGS:
        ranking = await rank(Cosine(), Seeker(feeling=text), pool, context)
        stories = [match.profile.memories.get("growth_experience", "") for match in ranking.matches]
        plain = [pool.profiles[pool.position[id_]].memories.get("growth_experience", "") for id_ in ranking.baseline]
        found += any(topic in about(story, most=19) for story in stories)
        words += any(topic in about(story, most=19) for story in plain)
    return round(found / len(FEELINGS), 3), round(words / len(FEELINGS), 3)


def main() -> None:
    """Print the figures; with `--json` as one object, last."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--runs", type=int, default=24)
    parser.add_argument("--large", type=int, default=100_000, help="size of the large pool; 0 leaves it out")
    parser.add_argument("--hash", action="store_true", help="word hashes instead of the embedding model")
    options = parser.parse_args()
    report = asyncio.run(measure(options))
    if options.json:
        print(json.dumps(report))
    else:
        for name, value in report.items():
            print(f"{name:<18} {value}")


if __name__ == "__main__":
    main()
