"""Random plays with entrances, exits, whispers, thoughts, undo, edits, branches, next scenes and unrelated plays: no
prompt ever holds what its reader did not witness on this very branch, and no secret but its owner's."""

from __future__ import annotations

import asyncio
import json
import random
import re
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.archive import Archive
from studio.domain.event import BOOKKEEPING, NARRATOR, OVERLAYS, TURNS, Event, Kind
from studio.domain.message import Request
from studio.domain.session import Choice
from studio.domain.transcript import Transcript
from studio.errors import Invalid
from studio.llm.embedding import HashEmbedder
from studio.llm.scripted import ScriptedModel
from studio.memory.index import MemoryIndex
from studio.memory.keeper import MemoryKeeper
from studio.roleplay.engine import Engine
from studio.roleplay.steps import Committed, Turn
from studio.run_context import RunContext
from tests.plays import CAST, PART_SECRET, SCENE, SECRET, Clock

CANARY = re.compile(r"\bc\d+x\b")
# Long lines outgrow the prompt after a few turns, so that memories are recalled and digests made.
PADDING = "the lamp is slow and the oil is low and the sea is at the door " * 7


class Voice:
    """Writes a canary into everything, asks for rulings now and then, and lets some notice them."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.count = 0

    def canary(self) -> str:
        self.count += 1
        return f"c{self.count}x"

    def __call__(self, request: Request, number: int) -> str:
        if request.purpose == "narrator":
            noticed = [member.name for member in CAST if self.rng.random() < 0.5]
            told = {
                "ruling": f"{self.canary()} It holds.",
                "narration": f"{self.canary()} {PADDING}",
                "noticed": noticed,
            }
            return json.dumps(told)
        trailer = json.dumps({"wants_ruling": self.rng.random() < 0.3})
        return f"({self.canary()} what nobody hears)\n{self.canary()} {PADDING}\n{trailer}"


class Play:
    """A studio in a folder, and an oracle for every prompt it makes."""

    def __init__(self, archive: Archive, folder: Path, seed: int) -> None:
        self.voice = Voice(seed)
        self.model = ScriptedModel(self.voice)
        self.keeper = MemoryKeeper(archive.memories, MemoryIndex(str(folder / "memory")), HashEmbedder(), Clock())
        context = RunContext(model=self.model, embedder=HashEmbedder(), rng=random.Random(seed), clock=Clock())
        self.engine = Engine(archive, self.keeper, context)
        self.archive = archive
        self.earlier: tuple[Event, ...] = ()
        self.transcript: Transcript

    async def start(self, follows: Transcript | None = None) -> None:
        self.earlier = (*self.earlier, *follows.events) if follows else ()
        scene = SCENE.model_copy(update={"opening": f"{self.voice.canary()} {PADDING}"})
        self.transcript = await self.engine.begin(
            "me", scene, CAST, seed=3, follows=follows, speaker_policy=Choice(name="natural")
        )

    def witnessed(self, reader: str, transcript: Transcript) -> set[str]:
        """Canaries this reader may see: those in the events of this path it perceived, as they now read."""
        path = (*self.earlier, *transcript.events)
        overlaid = {str(event.target): event for event in path if event.kind in OVERLAYS}
        allowed: set[str] = set()
        for event in path:
            if event.kind in BOOKKEEPING or (reader != NARRATOR and reader not in event.audience):
                continue
            allowed.update(CANARY.findall(overlaid.get(event.id, event).text))
        return allowed

    def inspect(self, transcript: Transcript) -> None:
        for request in self.model.requests:
            seen = set(CANARY.findall(request.text))
            assert seen <= self.witnessed(request.caller, transcript), (request.caller, seen)
            assert (SECRET in request.text) == (request.caller == "ada")
            assert (PART_SECRET in request.text) == (request.caller == "bo")
            if request.caller == NARRATOR:
                thoughts = {c for e in transcript.events if e.kind is Kind.THOUGHT for c in CANARY.findall(e.text)}
                assert not seen & thoughts
        self.model.requests.clear()

    async def turn(self, turn: Turn) -> None:
        try:
            async for step in self.engine.advance(self.transcript, turn):
                if isinstance(step, Committed):
                    self.transcript = step.transcript
        except Invalid:
            pass
        self.inspect(self.transcript)
        await self.engine.remember(self.transcript)

    async def act(self, name: str, number: int) -> None:
        transcript, engine, scribe = self.transcript, self.engine, self.engine.scribe
        someone = CAST[number % len(CAST)].id
        lines = [event for event in transcript.told if event.kind in TURNS]
        chosen = lines[number % len(lines)] if lines else None
        match name:
            case "say":
                await self.turn(Turn(line=f"{self.voice.canary()} {PADDING}", as_=someone))
            case "whisper":
                await self.turn(Turn(whisper=f"{self.voice.canary()} psst", to=(someone,), answer=False))
            case "direct":
                await self.turn(Turn(whisper="Something happens."))
            case "enter":
                self.transcript = await scribe.enter(transcript, someone, f"{self.voice.canary()} enters")
            case "leave" if len(transcript.present) > 1:
                self.transcript = await scribe.leave(transcript, someone, f"{self.voice.canary()} leaves")
            case "undo":
                self.transcript = await scribe.undo(transcript)
            case "redo":
                self.transcript = await scribe.redo(transcript)
            case "edit" if chosen:
                self.transcript = await scribe.edit(transcript, chosen.id, f"{self.voice.canary()} {PADDING}")
            case "hide" if chosen:
                self.transcript = await scribe.hide(transcript, chosen.id)
            case "branch" if chosen:
                everything = await self.archive.sessions.tree(transcript.session)
                self.transcript = await scribe.select(transcript, everything[number % len(everything)].id)
            case "again" if chosen and chosen.provenance:
                async for step in engine.regenerate(transcript, chosen.id):
                    if isinstance(step, Committed):
                        self.transcript = step.transcript
                self.inspect(self.transcript)
            case "next scene":
                await self.start(follows=transcript)
            case "new play":
                await self.start()
            case _:
                await self.turn(Turn())


COMMON = ("go", "go", "go", "go", "say", "whisper", "direct", "enter", "leave", "undo", "redo", "edit", "hide")
OPERATIONS = st.sampled_from((*COMMON, "branch", "again", "next scene", "new play"))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(OPERATIONS, st.integers(0, 50)), min_size=5, max_size=40), st.integers(0, 1000))
def test_nobody_is_told_what_they_did_not_witness(operations: list[tuple[str, int]], seed: int) -> None:
    async def run() -> None:
        with tempfile.TemporaryDirectory() as folder:
            archive = await Archive.open(f"sqlite:///{Path(folder) / 'studio.db'}")
            play = Play(archive, Path(folder), seed)
            try:
                await play.start()
                for name, number in operations:
                    await play.act(name, number)
            finally:
                await play.keeper.close()
                await archive.close()

    asyncio.run(run())
