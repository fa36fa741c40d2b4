"""Random plays with entrances, exits, whispers, thoughts, undo, edits, branches, next scenes and unrelated plays: no
prompt ever holds what its reader did not witness on this very branch, and no secret but its owner's.

Prompts are kept short and memory long, so that all that may be recalled is. Each of the rules was broken once to see
this test fail: who hears what is written, who is shown what, edits and deletions (in a next scene too), branches,
continuities, whose memory it is, and what the narrator may know.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from studio.archive import Archive
from studio.domain.event import BOOKKEEPING, NARRATOR, OVERLAYS, TURNS, Event, Kind
from studio.domain.identifiers import derived
from studio.domain.memory import Memory, MemoryKind
from studio.domain.message import Request
from studio.domain.scene import Ending
from studio.domain.session import Choice
from studio.domain.transcript import Transcript
from studio.errors import Invalid
from studio.llm.embedding import HashEmbedder
from studio.llm.scripted import ScriptedModel
from studio.memory.index import MemoryIndex
from studio.memory.keeper import MemoryKeeper
from studio.roleplay import recollection, views
from studio.roleplay.engine import Engine
from studio.roleplay.steps import Committed, Recollected, Turn
from studio.run_context import RunContext
from tests.plays import CAST, PART_SECRET, SCENE, SECRET, Clock

CANARY = re.compile(r"\bc\d+x\b")
# Long lines outgrow the prompt after a few turns, so that memories are recalled and digests made.
PADDING = "the lamp is slow and the oil is low and the sea is at the door " * 7
NAMES = {member.name: member.id for member in CAST}


class Voice:
    """Writes a canary into everything, asks for rulings now and then, and lets some notice them. No canary comes twice,
    not even in another play."""

    count = 0

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.noticed: dict[str, set[str]] = {}

    def canary(self) -> str:
        Voice.count += 1
        return f"c{Voice.count}x"

    def __call__(self, request: Request, number: int) -> str:
        if request.purpose == "narrator":
            ruling = self.canary()
            noticed = [member.name for member in CAST if self.rng.random() < 0.5]
            self.noticed[ruling] = {NAMES[name] for name in noticed}
            narration = f"{self.canary()} {PADDING}"
            return json.dumps({"ruling": f"{ruling} It holds.", "narration": narration, "noticed": noticed})
        trailer = json.dumps({"wants_ruling": self.rng.random() < 0.3})
        return f"({self.canary()} what nobody hears)\n{self.canary()} {PADDING}\n{trailer}"


def on_stage(events: tuple[Event, ...]) -> set[str]:
    """Who is on stage after these events, by this test's own reckoning."""
    hidden = {event.target: event.kind is Kind.TOMBSTONE for event in events if event.kind in OVERLAYS}
    present = {"ada", "bo"}
    for event in events:
        if event.kind in (Kind.ENTER, Kind.LEAVE) and not hidden.get(event.id):
            who = {event.parts["character"]}
            present = present | who if event.kind is Kind.ENTER else present - who
    return present


class Play:
    """A studio, and an oracle for every event it writes and every prompt it makes."""

    def __init__(self, archive: Archive, keeper: MemoryKeeper, owner: str, seed: int) -> None:
        self.voice = Voice(seed)
        self.model = ScriptedModel(self.voice)
        context = RunContext(model=self.model, embedder=HashEmbedder(), rng=random.Random(owner), clock=Clock())
        self.engine = Engine(archive, keeper, context)
        self.archive = archive
        self.owner = owner
        self.earlier: tuple[Event, ...] = ()
        self.transcript: Transcript
        self.noted: dict[str, str] = {}
        self.checked: set[str] = set()
        self.recalled = 0

    async def start(self, follows: Transcript | None = None) -> None:
        self.earlier = (*self.earlier, *follows.events) if follows else ()
        opening = f"{self.voice.canary()} {PADDING}"
        scene = SCENE.model_copy(update={"opening": opening, "end": Ending(max_turns=10_000)})
        self.transcript = await self.engine.begin(
            self.owner, scene, CAST, seed=3, follows=follows, speaker_policy=Choice(name="natural")
        )
        if follows is None:
            self.noted = {member.id: await self.note(member.id) for member in CAST}

    async def note(self, character: str) -> str:
        """Something this character knows in this story alone, from no event; the canary in it."""
        session, canary = self.transcript.session, self.voice.canary()
        memory = Memory(
            id=derived(session.id, character),
            owner=session.owner,
            character=character,
            continuity=session.continuity,
            session=session.id,
            text=f"{canary} is mine to know",
            kind=MemoryKind.NOTE,
            created_at=session.created_at,
            accessed_at=session.created_at,
        )
        vectors = await self.engine.context.embedder.embed([memory.text])
        await self.archive.memories.add([memory], vectors, self.engine.context.embedder.name)
        return canary

    def hearers(self, event: Event, before: tuple[Event, ...]) -> set[str]:
        """Who must have perceived an event, by this test's own reckoning."""
        here = on_stage(before)
        match event.kind:
            case Kind.THOUGHT:
                return {event.actor}
            case Kind.WHISPER:
                return {*event.parts["to"], event.actor} & set(NAMES.values())
            case Kind.ENTER:
                return here | {event.parts["character"]}
            case Kind.EDIT | Kind.TOMBSTONE:
                return next(set(one.audience) for one in before if one.id == event.target)
            case Kind.RULING:
                hidden = {one.target for one in before if one.kind is Kind.TOMBSTONE}
                standing = (one for one in reversed(before) if one.kind in TURNS and one.id not in hidden)
                acted = next((one.actor for one in standing), "")
                noticed = self.voice.noticed[CANARY.findall(event.text)[0]] & here
                return (noticed or here) | ({acted} & here)
            case _:
                return here

    def witnessed(self, reader: str, transcript: Transcript) -> set[str]:
        """Canaries this reader may see: those in the events of this path it perceived, as they now read."""
        path = (*self.earlier, *transcript.events)
        overlaid = {str(event.target): event for event in path if event.kind in OVERLAYS}
        allowed = {self.noted[reader]} if reader in self.noted else set()
        for event in path:
            if event.kind in BOOKKEEPING or (reader != NARRATOR and reader not in event.audience):
                continue
            allowed.update(CANARY.findall(overlaid.get(event.id, event).text))
        return allowed

    def inspect(self, transcript: Transcript) -> None:
        for position, event in enumerate(transcript.events):
            if event.id not in self.checked and event.kind is not Kind.NOTE:
                assert set(event.audience) == self.hearers(event, transcript.events[:position]), event
                self.checked.add(event.id)
        for request in self.model.requests:
            seen = set(CANARY.findall(request.text))
            assert seen <= self.witnessed(request.caller, transcript), (request.caller, seen)
            assert (SECRET in request.text) == (request.caller == "ada")
            assert (PART_SECRET in request.text) == (request.caller == "bo")
            if request.caller == NARRATOR:
                self.inspect_narrator(request, seen, transcript)
        self.model.requests.clear()

    def inspect_narrator(self, request: Request, seen: set[str], transcript: Transcript) -> None:
        """What it is shown everybody on stage perceived: it writes for all of them. Its own whispers are its own."""
        path = (*self.earlier, *transcript.events)
        schema: dict[str, Any] = request.schema_ or {}
        named = {NAMES[name] for name in schema["properties"]["noticed"]["items"]["enum"]}
        asked = set(CANARY.findall(request.messages[-1].content.rpartition("\n\n")[2]))
        for event in path:
            carried = set(CANARY.findall(event.text))
            if carried & seen - asked and event.kind not in BOOKKEEPING:
                assert event.kind is not Kind.THOUGHT and named <= set(event.audience), event

    async def take(self, steps) -> None:  # type: ignore[no-untyped-def]
        async for step in steps:
            if isinstance(step, Committed):
                self.transcript = step.transcript
            elif isinstance(step, Recollected):
                self.recalled += len(step.memories)

    async def turn(self, turn: Turn) -> None:
        with suppress(Invalid):
            await self.take(self.engine.advance(self.transcript, turn))
        self.inspect(self.transcript)
        await self.engine.remember(self.transcript)

    async def again(self, chosen: Event) -> None:
        """Another take leaves what came before as it reads now."""
        before = {event.id: event.text for event in self.transcript.told}
        await self.take(self.engine.regenerate(self.transcript, chosen.id))
        self.inspect(self.transcript)
        now = {event.id: event.text for event in self.transcript.told}
        assert {id_: text for id_, text in now.items() if id_ in before}.items() <= before.items()

    async def act(self, name: str, number: int) -> None:
        transcript, scribe = self.transcript, self.engine.scribe
        someone = CAST[number % len(CAST)].id
        lines = [event for event in transcript.told if event.kind in TURNS]
        chosen = lines[number % len(lines)] if lines else None
        match name:
            case "say":
                await self.turn(Turn(line=f"{self.voice.canary()} {PADDING}", as_=someone))
            case "whisper":
                await self.turn(Turn(whisper=f"{self.voice.canary()} psst", to=(someone,), answer=False))
            case "direct":
                await self.turn(Turn(whisper=f"{self.voice.canary()} happens."))
            case "enter":
                self.transcript = await scribe.enter(transcript, someone, f"{self.voice.canary()} enters")
            case "leave" if len(transcript.present) > 1:
                self.transcript = await scribe.leave(transcript, someone, f"{self.voice.canary()} leaves")
            case "undo":
                self.transcript = await self.engine.history.undo(transcript)
            case "redo":
                self.transcript = await self.engine.history.redo(transcript)
            case "edit" if chosen:
                self.transcript = await scribe.edit(transcript, chosen.id, f"{self.voice.canary()} {PADDING}")
            case "hide" if chosen:
                self.transcript = await scribe.hide(transcript, chosen.id)
            case "branch" if chosen:
                everything = await self.archive.sessions.tree(transcript.session)
                self.transcript = await self.engine.history.select(transcript, everything[number % len(everything)].id)
            case "again" if chosen and chosen.provenance:
                await self.again(chosen)
            case "next scene":
                await self.start(follows=transcript)
            case "new play":
                await self.start()
            case _:
                await self.turn(Turn())
        self.inspect(self.transcript)


COMMON = ("go", "go", "go", "go", "say", "whisper", "direct", "enter", "leave", "undo", "redo", "edit", "hide")
OPERATIONS = st.sampled_from((*COMMON, "branch", "again", "next scene", "new play"))
LONG = [("go", 0)] * 6
APART = [("enter", 2), ("leave", 1), *LONG, ("whisper", 0), ("leave", 2), ("enter", 1), *LONG, ("direct", 0), *LONG]
MENDED = [*LONG, ("edit", 0), ("hide", 1), ("edit", 2), *LONG, ("again", 5), *LONG]
BRANCHED = [*LONG, *[("undo", 0)] * 4, *LONG, ("again", 3), *LONG, ("branch", 20), ("go", 0)]
SEQUEL = [
    *LONG,
    ("edit", 0),
    ("hide", 1),
    ("undo", 0),
    ("hide", 2),
    ("next scene", 0),
    *LONG,
    ("next scene", 0),
    ("go", 0),
]
STRANGERS = [*LONG, ("new play", 0), *LONG, ("next scene", 0), *LONG]


def test_nobody_is_told_what_they_did_not_witness(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recollection, "MEMORY_TOKENS", 100_000)
    monkeypatch.setattr(recollection, "MEMORY_LIMIT", 30)
    monkeypatch.setattr(views, "PROMPT_CHARS", 2000)
    played = recalled = 0

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(st.tuples(OPERATIONS, st.integers(0, 50)), min_size=5, max_size=40), st.integers(0, 1000))
    @example(APART, 1)
    @example(MENDED, 2)
    @example(BRANCHED, 3)
    @example(SEQUEL, 4)
    @example(STRANGERS, 5)
    def plays(operations: list[tuple[str, int]], seed: int) -> None:
        nonlocal played, recalled
        played += 1
        play = Play(archive, keeper, f"owner {played}", seed)
        runner.run(performed(play, operations))
        recalled += play.recalled

    with asyncio.Runner() as runner:
        archive = runner.run(Archive.open(f"sqlite:///{tmp_path / 'studio.db'}"))
        keeper = MemoryKeeper(archive.memories, MemoryIndex(str(tmp_path / "memory")), HashEmbedder(), Clock())
        try:
            plays()
        finally:
            runner.run(keeper.close())
            runner.run(archive.close())
    assert recalled > 800, "too little was recalled to prove anything"


async def performed(play: Play, operations: list[tuple[str, int]]) -> None:
    await play.start()
    for name, number in operations:
        await play.act(name, number)
