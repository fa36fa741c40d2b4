"""Whether the right memory comes to mind: `python -m benchmarks.recall --json`, on published conversations.

Every data set is remembered as a play would be, and every question recalled by each policy and by plain baselines:
recall@5, NDCG@5 and mean reciprocal rank over what is to be found (a session, a dialogue, an answer), by category.
Without a model; with `--model NAME`, the PersonaBench questions are answered from what was recalled as well, one call
each, and scored by the words of the answer.

The data are looked for in `STUDIO_SHARED_DATA` or in `--data`; see recall_data.py for what each set asks.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from benchmarks.memory import chosen_embedder
from benchmarks.recall_answers import scored
from benchmarks.recall_baselines import Words, best, plain_chroma
from benchmarks.recall_data import NAMES, Collection, Question, counted, load
from benchmarks.recall_scores import Found, found
from studio.archive import Archive
from studio.domain.event import Event, Kind
from studio.domain.identifiers import derived
from studio.domain.memory import PLAIN, Memory, MemoryDetails, MemoryKind
from studio.domain.words import nouns
from studio.llm.embedding import Embedder, Vectors
from studio.llm.models import Models
from studio.memory.base import Ask, MemoryPolicy, Scope
from studio.memory.event_memory import EventMemory
from studio.memory.hybrid import Hybrid
from studio.memory.index import MemoryIndex
from studio.memory.keeper import MemoryKeeper
from studio.memory.memory_stream import MemoryStream
from studio.memory.observation import importance_of
from studio.memory.windows import best_first
from studio.run_context import system_clock
from studio.settings import Settings

K, DEEP = 5, 60
START = datetime(2026, 1, 1, tzinfo=UTC)
POLICIES: dict[str, MemoryPolicy] = {
    "hybrid": Hybrid(),
    "memory_stream": MemoryStream(limit=DEEP),
    "memory_stream ville": MemoryStream(preset="ville", limit=DEEP),
    "memory_stream genagents": MemoryStream(preset="genagents"),
}
WHOLE: dict[str, MemoryPolicy] = {
    "event_memory paper": EventMemory(talks_told=DEEP, least_cosine=-1),
    "event_memory code": EventMemory(mode="code", talks_told=DEEP),
}
"""Policies that remember a talk as a whole, by its topics."""
BASELINES = ("plain chroma", "bm25", "tf-idf", "newest")
Rank = Callable[[Question], Awaitable[list[int]]]


class Remembered:
    """One collection in an archive and an index of its own scope."""

    def __init__(
        self, keeper: MemoryKeeper, plain: MemoryIndex, collection: Collection, number: int, *, windowed: bool
    ) -> None:
        self.windowed = windowed
        self.keeper = keeper
        self.plain = plain
        self.collection = collection
        self.scope = Scope("bench", f"who-{number}", "bench")
        self.words = Words([document.text for document in collection.documents])
        self.positions: dict[str, int] = {}

    async def remember(self) -> None:
        """Store every document, a minute apart, as important as the rules find it."""
        memories = []
        for position, document in enumerate(self.collection.documents):
            at = START + timedelta(minutes=position)
            event = Event(id="e", session="s", kind=Kind.SPEECH, actor="a", text=document.text, at=at)
            memories.append(
                Memory(
                    id=derived(*self.scope, str(position)),
                    owner=self.scope.owner,
                    character=self.scope.character,
                    continuity=self.scope.continuity,
                    session="",
                    text=document.text or "…",
                    kind=MemoryKind.OBSERVATION if self.windowed else MemoryKind.SUMMARY,
                    details=PLAIN if self.windowed else MemoryDetails(topics=tuple(sorted(nouns(document.text)))),
                    importance=importance_of(event),
                    created_at=at,
                    accessed_at=at,
                    about=document.about,
                )
            )
        self.positions = {memory.id: position for position, memory in enumerate(memories)}
        for start in range(0, len(memories), 256):
            await self.keeper.keep(memories[start : start + 256])
        ids = [str(position) for position in range(len(memories))]
        vectors = await self.keeper.embed([memory.text for memory in memories])
        await self.plain.upsert(self.scope, self.keeper.embedder.name, ids, vectors)

    def by(self, name: str) -> Rank:
        """A way to rank the documents for a question: positions, best first."""

        async def policy(question: Question) -> list[int]:
            ask = self._ask(question)
            recalled = await (POLICIES | WHOLE)[name].recall(ask, self.keeper.bank(ask))
            ranked = sorted(recalled, key=lambda one: -one.score)
            return [self.positions[one.memory.id] for one in ranked]

        async def chroma(question: Question) -> list[int]:
            vector = (await self.keeper.embed([question.text]))[0]
            return await plain_chroma(self.plain, self.scope, self.keeper.embedder.name, vector, DEEP)

        async def plain(question: Question) -> list[int]:
            if name == "newest":
                return list(reversed(range(len(self.words.counts))))[:DEEP]
            scores = self.words.bm25(question.text) if name == "bm25" else self.words.tfidf(question.text)
            return best(scores, DEEP)

        return policy if name in POLICIES | WHOLE else chroma if name == "plain chroma" else plain

    def groups(self, positions: Sequence[int]) -> tuple[str, ...]:
        """What is found, each once, best first."""
        return best_first((self.collection.documents[position].group for position in positions), DEEP)

    def texts(self, groups: Sequence[str]) -> list[str]:
        """What was remembered of each of these, whole."""
        return ["\n".join(one.text for one in self.collection.documents if one.group == group) for group in groups]

    def _ask(self, question: Question) -> Ask:
        named = {document.about for document in self.collection.documents if document.about}
        return Ask(
            owner=self.scope.owner,
            character=self.scope.character,
            continuity=self.scope.continuity,
            focal=question.text,
            now=START + timedelta(minutes=len(self.collection.documents) + 60),
            lineage=frozenset(),
            people=frozenset(name for name in named if name.split()[0] in question.text),
            budget_tokens=10**7,
            limit=DEEP,
        )


class Kept:
    """An embedder that embeds a text once in its life."""

    def __init__(self, inner: Embedder) -> None:
        self.inner = inner
        self.name = inner.name
        self.dimension = inner.dimension
        self._known: dict[str, Vectors] = {}

    async def embed(self, texts: list[str]) -> Vectors:
        """As the inner one."""
        unknown = [text for text in dict.fromkeys(texts) if text not in self._known]
        if unknown:
            self._known.update(zip(unknown, await self.inner.embed(unknown), strict=True))
        return np.stack([self._known[text] for text in texts])


Table = dict[str, dict[str, dict[str, float]]]
"""Way → category → figures."""


async def measured(name: str, folder: Path, embedder: Embedder, *, windowed: bool, ways: Sequence[str]) -> Table:
    """One data set by every way."""
    rows: dict[str, list[tuple[str, Found]]] = {way: [] for way in ways}
    async with remembered_in(load(name, folder, windowed=windowed), embedder, windowed=windowed) as every:
        for remembered in every:
            for way in ways:
                rank = remembered.by(way)
                for question in remembered.collection.questions:
                    groups = remembered.groups(await rank(question))
                    rows[way].append((question.category, found(groups, question.gold, K)))
    return {way: _by_category(name, found_) for way, found_ in rows.items()}


@asynccontextmanager
async def remembered_in(
    collections: Sequence[Collection], embedder: Embedder, *, windowed: bool = True
) -> AsyncIterator[list[Remembered]]:
    """All of them in one archive, each in its own scope."""
    with tempfile.TemporaryDirectory() as place:
        archive = await Archive.open(f"sqlite:///{Path(place) / 'studio.db'}")
        keeper = MemoryKeeper(archive.memories, MemoryIndex(Path(place) / "memory"), embedder, system_clock)
        plain = MemoryIndex(Path(place) / "plain")
        every = [
            Remembered(keeper, plain, collection, number, windowed=windowed)
            for number, collection in enumerate(collections)
        ]
        for remembered in every:
            await remembered.remember()
        yield every
        await keeper.close()
        await plain.close()
        await archive.close()


def _by_category(name: str, rows: Sequence[tuple[str, Found]]) -> dict[str, dict[str, float]]:
    categories: dict[str, list[Found]] = {"all": [one for _, one in rows]}
    if name.startswith("personabench"):
        categories["without Subjective"] = [one for category, one in rows if category != "Subjective"]
    for category, one in sorted(rows, key=lambda row: row[0]):
        categories.setdefault(category, []).append(one)
    return {
        category: {
            "n": len(each),
            "recall_at_5": round(statistics.fmean(one.recall for one in each), 4),
            "ndcg_at_5": round(statistics.fmean(one.ndcg for one in each), 4),
            "hit_at_1": round(statistics.fmean(one.hit for one in each), 4),
            "mrr": round(statistics.fmean(one.reciprocal_rank for one in each), 4),
        }
        for category, each in categories.items()
    }


async def run(options: argparse.Namespace) -> dict[str, object]:
    """Everything asked for."""
    folder = options.data or Path(os.environ.get("STUDIO_SHARED_DATA", "../shared")) / "data"
    embedder = Kept(chosen_embedder(options.embedder))
    report: dict[str, object] = {"embedder": embedder.name, "k": K}
    for name in options.sets:
        started = time.perf_counter()
        ways = options.ways or [*POLICIES, *BASELINES]
        report[name] = await measured(name, folder, embedder, windowed=True, ways=ways)
        if name.startswith(("personabench", "simschat")):
            whole = [way for way in (*ways, *WHOLE) if way in BASELINES or way in WHOLE]
            report[f"{name}, whole talks"] = await measured(name, folder, embedder, windowed=False, ways=whole)
        counts = counted(load(name, folder))
        if not options.json:
            _show(name, report, counts, time.perf_counter() - started)
    if options.model:
        report["answers"] = await answers(options, folder, embedder)
    return report


async def answers(options: argparse.Namespace, folder: Path, embedder: Embedder) -> dict[str, dict[str, float]]:
    """The first questions of PersonaBench at noise 0.5 answered by a model: from what each way finds, and from the
    sessions that hold the answer (`gold`)."""
    name, ways = "personabench-0.5", options.ways or ["hybrid", "memory_stream", "plain chroma", "bm25"]
    models = Models(Settings())
    try:
        model = await models.open(options.model)
        table: dict[str, dict[str, float]] = {}
        async with remembered_in(load(name, folder), embedder) as every:
            for way in (*ways, "gold"):
                asked: list[tuple[Collection, Question, list[str]]] = []
                for remembered in every:
                    for question in remembered.collection.questions:
                        if len(asked) == options.limit:
                            break
                        groups = sorted(min(part) for part in question.gold)
                        if way != "gold":
                            groups = list(remembered.groups(await remembered.by(way)(question)))
                        asked.append((remembered.collection, question, remembered.texts(groups[:K])))
                table[way] = await scored(model, asked)
        return table
    finally:
        await models.close()


def _show(name: str, report: dict[str, object], counts: dict[str, int], seconds: float) -> None:
    print(f"\n{name}: {counts['memories']} memories, {counts['questions']} questions, {seconds:.0f} s")
    for title, table in report.items():
        if title.split(",")[0] == name and isinstance(table, dict):
            print(f"  {title}\n  {'':<26}{'recall@5':>9}{'NDCG@5':>9}{'hit@1':>9}{'MRR':>9}")
            for way, categories in table.items():
                row = categories["all"]
                figures = (row["recall_at_5"], row["ndcg_at_5"], row["hit_at_1"], row["mrr"])
                print(f"  {way:<26}" + "".join(f"{figure:9.3f}" for figure in figures))


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", nargs="*", default=list(NAMES), choices=NAMES)
    parser.add_argument("--ways", nargs="*", default=[], choices=[*POLICIES, *BASELINES])
    parser.add_argument("--data", type=Path, help="the folder with the data sets")
    parser.add_argument("--embedder", choices=("minilm", "hash"), default="", help="default: MiniLM if it is there")
    parser.add_argument("--model", default="", help="answer the PersonaBench questions with this model, too")
    parser.add_argument("--limit", type=int, default=20, help="questions to answer")
    parser.add_argument("--json", action="store_true", help="only the JSON object")
    report = asyncio.run(run(parser.parse_args()))
    print(json.dumps(report))


if __name__ == "__main__":
    main()
