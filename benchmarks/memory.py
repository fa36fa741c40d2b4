"""How memory holds up as it grows: `python -m benchmarks.memory --n 10000 --json`.

Twenty characters in five plays remember `n` memories: every event is heard by the four of its play. Then they recall,
with the policy and the budget of a play in progress, each time for a focal text nobody has asked for before.

`add_per_s`: memories stored and indexed a second, without the embedding model (`embed_ms`: the model, for one text).
`recall_*_ms`: from question to answer, embedding the question included; `recall_cpu_ms` counts all threads, and says
more than the clock where others use the machine. `recall_at_8`: how many of the eight nearest
in truth (NumPy over every vector in the database) the keeper finds. `cold_open_s`: a new process, from opening the
database to its first answer. `disk_mb`: database and index. `rss_mb`: this process in the end.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

import numpy as np

from benchmarks.memory_baselines import compared
from benchmarks.startup import resident_megabytes
from studio.archive import Archive
from studio.domain.character import Character
from studio.domain.event import Event, Kind
from studio.domain.memory import Recalled
from studio.domain.scene import Part, Scene
from studio.domain.session import Choice, Session
from studio.llm.assets import EMBEDDING, TOKENIZER, Assets
from studio.llm.embedding import Embedder, HashEmbedder, MiniLmEmbedder, Vectors
from studio.memory import retrieval
from studio.memory.base import Ask, MemoryBank, MemoryPolicy, Scope
from studio.memory.index import MemoryIndex
from studio.memory.keeper import MemoryKeeper
from studio.memory.policies import POLICIES
from studio.run_context import system_clock
from studio.settings import Settings
from studio.wiring import steady

ROOT = Path(__file__).resolve().parent.parent
PLAYS, HEARERS = 5, 4
TURN_EVENTS = 3
RECALLS = 200
CHECKED = 100
WINDOW = 30
START = datetime(2026, 1, 1, tzinfo=UTC)
DOING = [
    *("left the key", "counted the barrels", "saw the boat", "burned the letter", "hid the money", "sold the horse"),
    *("rang the bell twice", "dreamt of snow", "forgave the captain", "lost the ring", "paid the doctor", "lied"),
]
WHERE = [
    *("under the stairs", "before the storm", "in the harbour office", "at your wedding", "behind the chapel"),
    *("when the priest was ill", "with the smugglers", "after the trial", "as a child", "by the salt road"),
]
SO = [
    *("and I am ashamed of it", "so trust nobody", "and it cost us dearly", "which is why I stay", "and Mira laughed"),
    *("but do not tell Tomas", "and then the rain began", "for forty coins", "as my father did", "God help me"),
]
WHO = ("I", "You", "We", "My sister", "The inspector", "Old Tomas", "Nobody", "That sailor", "The widow", "Her brother")


class TimedEmbedder:
    """An embedder, how long it worked and what that cost."""

    def __init__(self, inner: Embedder) -> None:
        self.inner = inner
        self.name = inner.name
        self.dimension = inner.dimension
        self.seconds = self.cpu_seconds = 0.0
        self.texts = 0

    async def embed(self, texts: list[str]) -> Vectors:
        """As the inner one."""
        started, cpu = time.perf_counter(), time.process_time()
        vectors = await self.inner.embed(texts)
        self.seconds += time.perf_counter() - started
        self.cpu_seconds += time.process_time() - cpu
        self.texts += len(texts)
        return vectors


class NearestEight(MemoryPolicy):
    """The eight nearest, as the keeper finds them."""

    async def recall(self, ask: Ask, bank: MemoryBank) -> tuple[Recalled, ...]:
        """Best first; every score is the cosine."""
        found = await bank.nearest(8)
        cosines = await bank.relevance(found)
        return retrieval.told(found, retrieval.Scores(cosines, cosines, cosines, cosines))


def line(rng: random.Random) -> str:
    """Something somebody might say: twelve thousand sentences, in two hundred years."""
    when = rng.randrange(1700, 1900)
    return f"{rng.choice(WHO)} {rng.choice(DOING)} {rng.choice(WHERE)} in {when}, {rng.choice(SO)}."


def play(number: int) -> Session:
    """One of the plays, with its own cast and continuity."""
    cast = tuple(Character(id=f"p{number}c{k}", name=f"Person {number}{k}") for k in range(HEARERS))
    parts = tuple(Part(character=member.id) for member in cast)
    scene = Scene(id="harbour", title="The harbour", premise="A long winter.", cast=parts)
    return Session(
        id=f"play-{number}",
        owner="local",
        continuity=f"play-{number}",
        title="The harbour",
        scene=scene,
        cast=cast,
        created_at=START,
        updated_at=START,
    )


def events_of(session: Session, count: int, rng: random.Random) -> list[Event]:
    """What happens in a play: everybody speaks in turn, everybody hears it."""
    audience = tuple(member.id for member in session.cast)
    return [
        Event(
            id=f"{session.id}-{position:06}",
            session=session.id,
            kind=Kind.SPEECH,
            actor=audience[position % len(audience)],
            text=line(rng),
            audience=audience,
            at=START + timedelta(minutes=position),
        )
        for position in range(count)
    ]


@lru_cache
def path_of(session: str, events: int) -> tuple[frozenset[str], frozenset[str]]:
    """The ids of all events of a play, and of the last `WINDOW`, which are still in the prompt."""
    ids = [f"{session}-{position:06}" for position in range(events)]
    return frozenset(ids), frozenset(ids[-WINDOW:]) if events > 2 * WINDOW else frozenset()


def ask_of(session: Session, events: int, focal: str, character: str) -> Ask:
    """A question in mid-play."""
    lineage, window = path_of(session.id, events)
    return Ask(
        owner=session.owner,
        character=character,
        continuity=session.continuity,
        session=session.id,
        focal=focal,
        now=START + timedelta(minutes=events),
        lineage=lineage,
        window=window,
        budget_tokens=400,
        limit=8,
    )


def chosen_embedder(name: str) -> Embedder:
    """MiniLM where its files lie in the data folder already, else word hashes; or the one that is named."""
    settings = Settings()
    assets = Assets(settings.data_dir / "assets", settings.hub)
    there = assets.has(EMBEDDING) and assets.has(TOKENIZER)
    return MiniLmEmbedder(assets) if name == "minilm" or (not name and there) else HashEmbedder()


def keeper_in(folder: Path, archive: Archive, embedder: Embedder) -> MemoryKeeper:
    """A keeper over what is in the folder."""
    return MemoryKeeper(archive.memories, MemoryIndex(folder / "memory"), embedder, system_clock)


async def cold(folder: Path, events: int, embedder: Embedder, policy: MemoryPolicy) -> float:
    """Seconds from opening the database to the first answer. The embedding model is loaded before."""
    await embedder.embed(["warm"])
    session = play(0)
    started = time.perf_counter()
    archive = await Archive.open(f"sqlite:///{folder / 'studio.db'}")
    keeper = keeper_in(folder, archive, embedder)
    await keeper.recall(policy, ask_of(session, events, "Who has the key?", session.cast[0].id))
    seconds = time.perf_counter() - started
    await keeper.close()
    await archive.close()
    return seconds


async def true_share(keeper: MemoryKeeper, asks: list[Ask]) -> float:
    """Mean share of the eight truly nearest that the keeper finds, by cosine, so that equals count as equal."""
    shares = []
    for ask in asks:
        everything = ask.model_copy(update={"window": frozenset()})
        found = await keeper.recall(NearestEight(), everything)
        _, matrix = await keeper.store.vectors(*ask.scope, keeper.embedder.name)
        truth = np.sort(retrieval.cosine(matrix, (await keeper.embedder.embed([ask.focal]))[0]))[::-1][:8]
        shares.append(sum(one.score >= truth[-1] - 1e-5 for one in found) / max(1, len(truth)))
    return statistics.fmean(shares)


async def measured(
    count: int, embedder: TimedEmbedder, folder: Path, policy: MemoryPolicy, *, against: bool
) -> dict[str, object]:
    """Everything but the cold start."""
    rng = random.Random(7)
    await embedder.embed(["warm"])
    steady()  # as a served studio is
    archive = await Archive.open(f"sqlite:///{folder / 'studio.db'}")
    keeper = keeper_in(folder, archive, embedder)
    await keeper.index.open()
    each = max(1, count // (PLAYS * HEARERS))
    sessions = [play(number) for number in range(PLAYS)]
    told = [events_of(session, each, rng) for session in sessions]
    embedder.seconds = embedder.cpu_seconds = embedder.texts = 0
    cpu, started = time.process_time(), time.perf_counter()
    added = 0
    for first in range(0, each, TURN_EVENTS):
        for session, events in zip(sessions, told, strict=True):
            added += await keeper.observe(session, events[first : first + TURN_EVENTS])
    await keeper.close()
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    embed_ms = embedder.seconds / embedder.texts * 1000
    cpu_ms = (cpu - embedder.cpu_seconds) / (each * PLAYS) * 1000
    add_seconds = seconds - embedder.seconds

    asks = []
    for _ in range(RECALLS):
        session = rng.choice(sessions)
        asks.append(ask_of(session, each, line(rng), rng.choice(session.cast).id))
    for session in sessions:  # each character's first recall reads what is there: that is what `cold_open_s` shows
        for member in session.cast:
            await keeper.recall(policy, ask_of(session, each, "Who has the key?", member.id))
    waits = []
    cpu_before = time.process_time()
    for ask in asks:
        asked = time.perf_counter()
        await keeper.recall(policy, ask)
        waits.append((time.perf_counter() - asked) * 1000)
    recall_cpu = (time.process_time() - cpu_before) / len(asks) * 1000
    share = await true_share(keeper, asks[:CHECKED])
    resident = resident_megabytes(os.getpid())
    table = await compare(keeper, sessions, asks) if against else {}
    await keeper.close()
    await archive.close()
    return {
        "n": added,
        "policy": policy.card.name,
        "embedder": embedder.name,
        "add_per_s": round(added / add_seconds, 1),
        "add_cpu_ms_per_event": round(cpu_ms, 2),
        "embed_ms": round(embed_ms, 2),
        "recall_p50_ms": round(statistics.median(waits), 2),
        "recall_p95_ms": round(sorted(waits)[int(0.95 * len(waits))], 2),
        "recall_cpu_ms": round(recall_cpu, 2),
        "recall_at_8": round(share, 4),
        "rss_mb": round(resident, 1),
        **({"compared": table} if table else {}),
    }


async def compare(keeper: MemoryKeeper, sessions: list[Session], asks: list[Ask]) -> dict[str, dict[str, float]]:
    """The same memories and questions in plain Chroma and NumPy."""
    scopes = [Scope("local", member.id, session.continuity) for session in sessions for member in session.cast]
    stored = [(await keeper.store.vectors(*scope, keeper.embedder.name))[1] for scope in scopes]
    whose = [number for number, matrix in enumerate(stored) for _ in range(len(matrix))]
    questions = await keeper.embedder.embed([ask.focal for ask in asks])
    asked_of = [scopes.index(ask.scope) for ask in asks]
    return await asyncio.to_thread(compared, np.concatenate(stored), whose, questions, asked_of)


def megabytes(folder: Path) -> float:
    """What the files of a folder take."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=10_000, help="memories in all")
    parser.add_argument("--embedder", choices=("minilm", "hash"), default="", help="default: MiniLM if it is there")
    parser.add_argument("--policy", choices=sorted(POLICIES.methods), default="memory_stream")
    parser.add_argument("--compare", action="store_true", help="the same in plain Chroma and NumPy, too")
    parser.add_argument("--json", action="store_true", help="only the JSON object")
    parser.add_argument("--cold", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    embedder = chosen_embedder(options.embedder)
    policy = POLICIES.build(Choice(name=options.policy))
    each = max(1, options.n // (PLAYS * HEARERS))
    if options.cold:
        print(asyncio.run(cold(options.cold, each, embedder, policy)))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        report = asyncio.run(measured(options.n, TimedEmbedder(embedder), folder, policy, against=options.compare))
        disk = megabytes(folder)
        again = [sys.executable, "-m", "benchmarks.memory", "--n", str(options.n), "--cold", name]
        again += ["--policy", options.policy, *(["--embedder", options.embedder] if options.embedder else [])]
        opened = subprocess.run(again, cwd=ROOT, check=True, capture_output=True, text=True)
        report["cold_open_s"] = round(float(opened.stdout), 3)
    report["disk_mb"] = round(disk, 1)
    if not options.json:
        for key, value in report.items():
            print(f"{key:>22}  {value}")
    print(json.dumps(report))


if __name__ == "__main__":
    main()
