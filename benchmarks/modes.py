"""What a turn costs in every mode: calls and tokens, counted with a scripted model on the scene of `benchmarks.turns`.

A turn is a line or deed of a character; what leads to it and follows from it (beliefs, decisions, outcomes) counts
towards it. The model does as asked and answers at the length of that comparison: 60 tokens a line. Tokens are
characters ÷ 4. Nothing here depends on how fast the machine is, so the same code gives the same figures.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.archive_scene import SECRET, SPEECH, SeededEmbedder, cast, scene
from studio.archive import Archive
from studio.domain.event import TURNS
from studio.domain.message import Request
from studio.domain.session import Choice
from studio.domain.transcript import Transcript
from studio.llm.scripted import ScriptedModel
from studio.memory.index import MemoryIndex
from studio.memory.keeper import MemoryKeeper
from studio.roleplay.engine import Engine
from studio.roleplay.modes.base import MODES
from studio.roleplay.steps import Committed
from studio.run_context import RunContext

CHARACTERS = 3
PLAYED = 20
MOST_ADVANCES = 80
SUMMARY = (
    "The water rises at the east stair, the ledger is not found, and each of them waits for the others to move first."
)
VARIANTS: dict[str, Choice] = {
    "lean": Choice(name="lean"),
    "trait_activation": Choice(name="trait_activation"),
    "panel": Choice(name="panel"),
    "panel, by the cast": Choice(name="panel", parameters={"form": "ensemble", "task": "How do we get out?"}),
    "initiative": Choice(name="initiative"),
    "quest": Choice(name="quest", parameters={"goal": "Get the ledger out before dawn.", "beats": 900}),
    "characterbox": Choice(name="characterbox", parameters={"rounds": 0}),
}


def variants() -> dict[str, Choice]:
    """Every mode as it is counted: as listed here, and any other with its defaults."""
    listed = {choice.name for choice in VARIANTS.values()}
    return VARIANTS | {name: Choice(name=name) for name in MODES.methods if name not in listed}


class Voice:
    """Answers whatever any mode asks, at usual length. In full rounds every third act affects somebody; on a moment two
    of three see a need; a panel of the cast agrees in its second round."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names
        self._next = 0
        self._counts: dict[str, int] = {}

    def __call__(self, request: Request, number: int) -> str:
        count = self._counts[request.purpose] = self._counts.get(request.purpose, 0) + 1
        line = f"{SPEECH} [line {number}]"
        match request.purpose:
            case "actor":
                return f"(Nobody may hear [mind {number}].)\n{line}"
            case "narrator":
                return self._plan(number)
            case "panel line":
                name = self._names[request.caller]
                said = f"Caution: wait for the water. [mind {number}]\n{name} (you): a draft of it, then."
                return f"Participants: {name} (you); Caution; Pride\n{said}\nPride: say it now.\nFinal answer: {line}"
            case "panel comment":
                return json.dumps({"comment": line, "approve": count > CHARACTERS - 1})
            case "initiative":
                thought = f"<think>I could help. [mind {number}]</think>"
                return f'{thought}\n"Proactive score": {2 + count % 3}\n## Tool Calling: None'
            case "influence":
                return self._influence(request, count)
            case _:
                return self._said(request.purpose, number, line)

    def _said(self, purpose: str, number: int, line: str) -> str:
        told = {
            "synopsis": "\n".join(f"[{name}]: searches the next shelf" for name in self._names.values()),
            "action": f"Lifts the lamp over the next row of shelves [line {number}].",
            "whereabouts": "Position: by the east shelves\nState: tired, sleeves wet",
            "surroundings": "Description: The water stands a step higher.",
            "moment": json.dumps({"vision": f"A lamp goes out. [told {number}]", "audio": "", "notifications": []}),
            "quest observe": json.dumps(
                {"action": "search", "target": f"shelf {number}", "outcome": f"{SUMMARY} [told {number}]"}
            ),
            "quest classify": "It is something else.\nD",
            "quest action": "It did in part.\nA",
            "quest trajectory": "They come nearer.\nA",
        }
        return told.get(purpose, line if purpose in ("dialogue", "reaction", "panel draft") else SUMMARY)

    def _plan(self, number: int) -> str:
        cues = []
        for _ in range(4):
            name = list(self._names.values())[self._next % len(self._names)]
            self._next += 1
            cues.append({"speaker": name, "cue": "Press for an answer.", "reason": "They have been quiet longest."})
        return json.dumps({"narration": f"Water runs down the shelves [told {number}].", "cues": cues})

    def _influence(self, request: Request, count: int) -> str:
        tail = request.messages[-1].content
        actor = next(name for name in self._names.values() if f"{name} just did this" in tail)
        others = [name for name in self._names.values() if name != actor]
        target = others[0] if count % 3 == 0 else actor
        return f"[{actor}];;[{target}];;[the lamp is raised into their face]"


class Clock:
    """A second passes whenever somebody looks."""

    def __init__(self) -> None:
        self._now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        self._now += timedelta(seconds=1)
        return self._now


async def play(mode: Choice, folder: Path) -> dict[str, float | int]:
    """Twenty turns in one mode, added up."""
    people = cast(CHARACTERS)
    model = ScriptedModel(Voice({person.id: person.name for person in people}))
    clock = Clock()
    archive = await Archive.open(f"sqlite:///{folder / 'studio.db'}", clock=clock)
    embedder = SeededEmbedder()
    keeper = MemoryKeeper(archive.memories, MemoryIndex(str(folder / "memory")), embedder, clock)
    engine = Engine(archive, keeper, RunContext(model=model, embedder=embedder, rng=random.Random(7), clock=clock))
    director = Choice(name="director")
    transcript = await engine.begin("bench", scene(people, 1000), people, seed=7, speaker_policy=director, mode=mode)
    advances = 0
    while transcript.turns < PLAYED and advances < MOST_ADVANCES:
        advances += 1
        async for step in engine.advance(transcript):
            if isinstance(step, Committed):
                transcript = step.transcript
        await engine.remember(transcript)
    await keeper.close()
    await archive.close()
    return counted(model.requests, transcript)


def counted(requests: list[Request], transcript: Transcript) -> dict[str, float | int]:
    """Calls and tokens a turn, the largest prompt, prompts that came twice, and what leaked."""
    turns = max(1, sum(event.kind in TURNS for event in transcript.told))
    prompts = [request.text for request in requests]
    written = sum(event.usage.completion_tokens for event in transcript.events if event.usage)
    return {
        "turns": turns,
        "calls_per_turn": round(len(requests) / turns, 2),
        "prompt_tokens_per_turn": round(sum(map(len, prompts)) / 4 / turns),
        "written_tokens_per_turn": round(written / turns),
        "largest_prompt_chars": max(map(len, prompts)),
        "identical_prompts": len(prompts) - len(set(prompts)),
        "leaks": leaks(requests, transcript),
    }


def leaks(requests: list[Request], transcript: Transcript) -> int:
    """Canaries and the secret in a prompt of somebody who should not have them. What a reader wrote itself a moment
    before (a deed, before its line) is its own."""
    everyone = frozenset(member.id for member in transcript.session.cast)
    heard: dict[str, frozenset[str]] = {}
    for event in transcript.events:
        for canary in re.findall(r"\[(?:mind|line|told) \d+\]", event.text):
            heard[canary] = heard.get(canary, frozenset()) | frozenset(event.audience)
    found = 0
    for request in requests:
        reader = request.caller.partition("/")[0]
        for canary in set(re.findall(r"\[(?:mind|line|told) \d+\]", request.text)):
            audience = heard.get(canary, everyone)
            found += not (len(audience) > 1 if reader == "narrator" else reader in audience)
        found += SECRET in request.text and reader != transcript.session.cast[0].id
    return found


async def table(names: list[str]) -> dict[str, dict[str, float | int]]:
    """Every variant's figures by name."""
    figures = {}
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            figures[name] = await play(variants()[name], Path(folder))
    return figures


def main() -> None:
    """Parse flags, play every mode, print a table and one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mode", action="append", choices=list(variants()), help="only this one; repeatable")
    parser.add_argument("--json", action="store_true", help="only the JSON object")
    options = parser.parse_args()
    figures = asyncio.run(table(options.mode or list(variants())))
    if not options.json:
        columns = list(next(iter(figures.values())))
        print(f"{'mode':20} " + " ".join(f"{column:>23}" for column in columns))
        for name, row in figures.items():
            print(f"{name:20} " + " ".join(f"{row[column]:>23}" for column in columns))
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
