"""What a turn costs: calls, prompt characters, waiting and CPU, and whether anything leaks.

The scene, stub latency and embedder are those of the published comparison with Concordia, Sotopia and TinyTroupe.
`uncached_chars_per_turn` counts, per caller, what a prefix cache could not save: cold starts and narrator included.
`wait_ms_per_turn` is the median turn's time beside model calls; `cpu_ms_per_turn` counts all threads, memory included;
`reference_ms` says how fast the machine was before and after (see `benchmarks.reference`).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncGenerator
from pathlib import Path

from benchmarks.archive_scene import SECRET, SeededEmbedder, StubVoice, cast, scene
from benchmarks.reference import reference_ms
from studio.archive import Archive
from studio.domain.message import Chunk, Request
from studio.domain.session import Choice
from studio.domain.transcript import Transcript
from studio.llm.scripted import ScriptedModel
from studio.memory.index import MemoryIndex
from studio.memory.keeper import MemoryKeeper
from studio.roleplay.engine import Engine
from studio.roleplay.steps import Committed
from studio.run_context import RunContext, system_clock
from studio.wiring import steady


class MeteredModel(ScriptedModel):
    """Records when each call began and ended, and in which turn."""

    def __init__(self, voice: StubVoice, latency_seconds: float) -> None:
        super().__init__(voice, latency_seconds=latency_seconds)
        self.turn = 0
        self.calls: list[tuple[int, float, float, Request]] = []

    async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        """As scripted, and noted."""
        start = time.perf_counter()
        async for chunk in super().stream(request):
            yield chunk
        self.calls.append((self.turn, start, time.perf_counter(), request))


def serial_depth(spans: list[tuple[float, float]], latency: float) -> int:
    """Length of the longest chain of calls that did not overlap."""
    depth, last = 0, -1.0
    for start, end in sorted(spans, key=lambda span: span[1]):
        if start >= last - latency * 0.2:
            depth, last = depth + 1, end
    return depth


async def play(options: argparse.Namespace, folder: Path) -> dict[str, object]:
    """Run the scene and add up."""
    people = cast(options.characters)
    model = MeteredModel(StubVoice(people, options.broken_rate), options.latency)
    archive = await Archive.open(f"sqlite:///{folder / 'studio.db'}")
    embedder = SeededEmbedder()
    keeper = MemoryKeeper(archive.memories, MemoryIndex(str(folder / "memory")), embedder, system_clock)
    context = RunContext(model=model, embedder=embedder, rng=random.Random(7))
    engine = Engine(archive, keeper, context)
    transcript = await engine.begin(
        "bench", scene(people, options.turns), people, seed=7, speaker_policy=Choice(name=options.speaker)
    )
    await engine.remember(transcript)
    waits, lost, remembering = [], 0, None
    steady()  # as a served studio is
    reference = reference_ms()
    cpu = time.process_time()
    for number in range(1, options.turns + 1):
        model.turn = number
        before = transcript.turns
        calls_before = len(model.calls)
        if options.absent and number == options.turns // 3:
            transcript = await engine.scribe.leave(transcript, people[2].id)
        if options.absent and number == options.turns // 2:
            transcript = await engine.scribe.enter(transcript, people[2].id)
        start = time.perf_counter()
        async for step in engine.advance(transcript):
            if isinstance(step, Committed):
                transcript = step.transcript
        spent = time.perf_counter() - start
        waits.append(spent - sum(end - begun for _, begun, end, _ in model.calls[calls_before:]))
        lost += transcript.turns == before
        if remembering:
            await remembering
        remembering = asyncio.create_task(engine.remember(transcript))
    if remembering:
        await remembering
    cpu = time.process_time() - cpu
    await keeper.close()
    await archive.close()
    report = summary(model, transcript, options)
    report["wait_ms_per_turn"] = round(1000 * statistics.median(waits), 2)
    report["wait_ms_mean"] = round(1000 * statistics.mean(waits), 2)
    report["cpu_ms_per_turn"] = round(1000 * cpu / options.turns, 2)
    report["reference_ms"] = [reference, reference_ms()]
    report["lost_turns"] = lost
    return report


def summary(model: MeteredModel, transcript: Transcript, options: argparse.Namespace) -> dict[str, object]:
    """The counts of a finished run."""
    longest: dict[int, int] = defaultdict(int)
    spans: dict[int, list[tuple[float, float]]] = defaultdict(list)
    last: dict[str, str] = {}
    seen: set[str] = set()
    identical = total = shared = 0
    for turn, start, end, request in model.calls:
        text = request.text
        longest[turn] = max(longest[turn], sum(len(message.content) for message in request.messages))
        spans[turn].append((start, end))
        identical += text in seen
        seen.add(text)
        before = last.get(request.caller, "")
        total += len(text)
        shared += next(
            (at for at, (a, b) in enumerate(zip(before, text, strict=False)) if a != b), min(len(before), len(text))
        )
        last[request.caller] = text
    sizes = [longest[turn] for turn in range(1, options.turns + 1)]
    depths = [serial_depth(spans[turn], options.latency) for turn in range(1, options.turns + 1)]
    return {
        "calls_per_turn": round(len(model.calls) / options.turns, 3),
        "serial_calls_per_turn": round(sum(depths) / options.turns, 3),
        "identical_prompts": identical,
        "prompt_chars": sizes,
        "prompt_chars_max": max(sizes),
        "shared_prefix": round(shared / max(1, total), 3),
        "uncached_chars_per_turn": round((total - shared) / options.turns),
        "unwitnessed_leaks": leaks(model, transcript),
        "secret_leaks": sum(
            SECRET in request.text and request.caller != transcript.session.cast[0].id
            for _, _, _, request in model.calls
        ),
    }


def leaks(model: MeteredModel, transcript: Transcript) -> int:
    """Canaries found in a prompt of somebody who did not perceive the event that carries them."""
    audience = {}
    for event in transcript.events:
        for canary in re.findall(r"\[(?:mind|line|told) \d+\]", event.text):
            audience[canary] = frozenset(event.audience)
    everyone = frozenset(member.id for member in transcript.session.cast)
    found = 0
    for _, _, _, request in model.calls:
        for canary in set(re.findall(r"\[(?:mind|line|told) \d+\]", request.text)):
            heard = audience.get(canary, everyone)
            allowed = len(heard) > 1 if request.caller == "narrator" else request.caller in heard
            found += not allowed
    return found


def main() -> None:
    """Parse flags, run in a temporary folder, print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=20)
    parser.add_argument("--characters", type=int, default=3, choices=range(1, 7))
    parser.add_argument("--latency", type=float, default=0.05, help="seconds a stub call takes")
    parser.add_argument("--broken-rate", type=float, default=0.0, help="share of unusable answers")
    parser.add_argument("--speaker", default="director", help="speaker policy")
    parser.add_argument("--absent", action="store_true", help="the third character is away from a third to half way")
    parser.add_argument("--json", action="store_true", help="only the JSON object")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report = asyncio.run(play(options, Path(folder)))
    if not options.json:
        for key, value in report.items():
            print(f"{key:26} {value}")
    print(json.dumps(report))


if __name__ == "__main__":
    main()
