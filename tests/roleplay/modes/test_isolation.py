"""In every mode, nobody's prompt holds what they did not witness, whoever comes and goes, whispers, undoes and edits.

What may be read is reckoned here, apart from the code under test: the texts of events somebody perceived, what these
say of things anybody can see, and what is somebody's own (beliefs, guidance, decisions). What a narrator may read is
what everybody on stage perceived, with its own guidance and what was whispered to it.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from studio.archive import Archive
from studio.domain.event import NARRATOR, OVERLAYS, TURNS, Event, Kind
from studio.domain.message import Request
from studio.domain.scene import Ending
from studio.domain.transcript import Transcript
from studio.llm.embedding import HashEmbedder
from studio.memory.index import MemoryIndex
from studio.memory.keeper import MemoryKeeper
from studio.roleplay import recollection, views
from studio.roleplay.steps import Turn
from tests.plays import CAST, PART_SECRET, SCENE, SECRET, Clock
from tests.roleplay.modes.voices import MODES, Everything
from tests.roleplay.test_isolation import CANARY, PADDING, Play, Voice, on_stage

GO = [("go", 0)] * 2
COMINGS = [
    *GO,
    ("enter", 2),
    *GO,
    ("whisper", 0),
    ("leave", 1),
    *GO,
    ("say", 0),
    ("ask", 2),
    ("go", 0),
    ("enter", 1),
    *GO,
]
MENDED = [
    *GO,
    ("edit", 0),
    ("hide", 1),
    ("again", 2),
    ("undo", 0),
    ("direct", 0),
    ("branch", 7),
    *GO,
    ("next scene", 0),
]
STORIES = {"comings and goings": COMINGS, "mended, and a sequel": [*MENDED, *GO, ("again", 1), ("ask", 4), *GO]}
PLAYS = [(mode, story) for mode in MODES for story in STORIES if mode != "lean"]
PLAYS.remove(("supportive", "comings and goings"))
"""`lean` has its own test, with plays made up at random; a supportive talk is between two who stay."""


def texts_in(value: object) -> list[str]:
    """Every text within a value."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for inner in value.values() for text in texts_in(inner)]
    return [text for inner in value for text in texts_in(inner)] if isinstance(value, list | tuple) else []


def canaries(*values: object) -> set[str]:
    return {canary for value in values for text in texts_in(value) for canary in CANARY.findall(text)}


def seen_in(event: Event) -> set[str]:
    """What an event says of things anybody who perceived it can see."""
    state: dict[str, Any] = event.parts.get("state", {})
    people = [person.get("condition") for person in state.get("characters", {}).values()]
    quest = state.get("quest", {})
    public = canaries(state.get("world"), people, state.get("round"))
    if event.kind is Kind.NOTE and event.parts.get("quest", {}).get("step") in ("begin", "act", "brief", "reflection"):
        public |= canaries(quest.get("acts"), quest.get("step"))
    return public


def own_in(event: Event, reader: str, readers: frozenset[str] = frozenset()) -> set[str]:
    """What an event holds that is this reader's own; a narrator's guidance only for those who were in that round."""
    state: dict[str, Any] = event.parts.get("state", {})
    person = state.get("characters", {}).get(reader, {})
    beat = event.parts.get("round", {})
    guidance = beat.get("guidance", {})
    manner = event.parts.get("support") if event.actor == reader else None
    told = canaries(person.get("beliefs"), person.get("initiative"), guidance.get(reader), manner)
    return told | canaries(guidance) if reader == NARRATOR and readers <= set(beat.get("order", ())) else told


class ModePlay(Play):
    """A play in a mode, with an oracle for every event it writes and every prompt it makes."""

    def __init__(self, archive: Archive, keeper: MemoryKeeper, mode: str, seed: int, owner: str) -> None:
        super().__init__(archive, keeper, owner, seed)
        self.mode = mode
        everything = Everything(seed, lambda text: f"{self.voice.canary()} {text}", PADDING)
        self.model._answers = everything
        self.read = 0

    async def start(self, follows: Transcript | None = None) -> None:
        self.earlier = (*self.earlier, *follows.events) if follows else ()
        opening = f"{self.voice.canary()} {PADDING}"
        scene = SCENE.model_copy(update={"opening": opening, "end": Ending(max_turns=10_000)})
        self.transcript = await self.engine.begin(
            self.owner, scene, CAST, seed=3, follows=follows, mode=MODES[self.mode]
        )
        if follows is None:
            self.noted = {member.id: await self.note(member.id) for member in CAST}

    async def act(self, name: str, number: int) -> None:
        if name == "ask":
            to = (CAST[number % len(CAST)].id,) if number < len(CAST) else ()
            await self.turn(Turn(whisper=f"/panel {self.voice.canary()} what now?", to=to))
            self.inspect(self.transcript)
        else:
            await super().act(name, number)

    def hearers(self, event: Event, before: tuple[Event, ...]) -> set[str]:
        here = on_stage(before)
        if event.kind is Kind.RULING and not ({"quest", "round"} & set(event.parts)):
            hidden = {one.target for one in before if one.kind is Kind.TOMBSTONE}
            acted = next((e.actor for e in reversed(before) if e.kind in TURNS and e.id not in hidden), "")
            return here | ({acted} & here)
        return here if event.kind is Kind.RULING else super().hearers(event, before)

    def readable(self, reader: str, readers: frozenset[str]) -> set[str]:
        """Canaries this reader may see, on this branch and in the scenes before it. `readers`: whom it writes for."""
        path = (*self.earlier, *self.transcript.events)
        overlaid = {str(event.target): event for event in path if event.kind in OVERLAYS}
        allowed = {self.noted[reader]} if reader in self.noted else set()
        for event in path:
            own = own_in(event, reader, readers) if not readers - {reader} or reader == NARRATOR else set()
            shared = readers <= set(event.audience) and event.kind not in OVERLAYS
            if reader == NARRATOR and event.kind is Kind.THOUGHT:
                shared = False
            to_narrator = reader == NARRATOR and event.kind is Kind.WHISPER and NARRATOR in event.parts.get("to", ())
            if shared or to_narrator:
                allowed |= canaries(overlaid.get(event.id, event).text) | seen_in(event)
            if reader == NARRATOR or reader in event.audience or (own_in(event, reader) and event.kind is Kind.NOTE):
                allowed |= own
        return allowed

    def inspect(self, transcript: Transcript) -> None:
        self.transcript = transcript
        for position, event in enumerate(transcript.events):
            if event.id in self.checked:
                continue
            self.checked.add(event.id)
            if event.kind is not Kind.NOTE:
                assert set(event.audience) == self.hearers(event, transcript.events[:position]), event
            assert event.kind is not Kind.THOUGHT or event.audience == (event.actor,)
        present = frozenset(on_stage(transcript.events))
        for request in self.model.requests:
            self.inspect_request(request, present)
        self.read += len(self.model.requests)
        self.model.requests.clear()
        self._said.clear()

    def inspect_request(self, request: Request, present: frozenset[str]) -> None:
        reader = request.caller.partition("/")[0]
        readers = present if reader == NARRATOR else frozenset({reader})
        if reader.startswith("support-"):  # reads two people's talk, and what it makes of it reaches both
            reader, readers = NARRATOR, frozenset({"ada", "bo"})
        unseen = canaries(request.text) - self.readable(reader, readers)
        fresh = {canary for canary in unseen if canary in self.not_stored_yet(request)}
        assert unseen <= fresh, (self.mode, request.caller, request.purpose, unseen - fresh)
        assert SECRET not in request.text or reader == "ada", request.purpose
        assert PART_SECRET not in request.text or reader == "bo", request.purpose

    def not_stored_yet(self, request: Request) -> set[str]:
        """What this very reader wrote earlier in this turn, towards an answer that is not stored as it came: a deed
        before its line, the text carried into a quest's second act, a plan that could not be used."""
        return {
            canary
            for before, answer in self.said
            if before.caller in (request.caller, "support-manner")
            or {before.purpose, request.purpose} == {"quest extract", "quest rewrite"}
            for canary in canaries(answer)
        }

    @property
    def said(self) -> list[tuple[Request, str]]:
        return self._said

    def listen(self) -> None:
        """Keep what every reader answered."""
        answers = self.model._answers
        self._said: list[tuple[Request, str]] = []

        def heard(request: Request, number: int) -> str:
            answer = answers(request, number)  # type: ignore[operator]
            self._said.append((request, answer))
            return str(answer)

        self.model._answers = heard


@pytest.mark.parametrize(("mode", "story"), PLAYS)
def test_nobody_is_told_what_they_did_not_witness_in_any_mode(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str, story: str
) -> None:
    monkeypatch.setattr(recollection, "MEMORY_TOKENS", 100_000)
    monkeypatch.setattr(recollection, "MEMORY_LIMIT", 30)
    monkeypatch.setattr(views, "PROMPT_CHARS", 2000)

    async def plays() -> None:
        archive = await Archive.open(f"sqlite:///{tmp_path / 'studio.db'}")
        keeper = MemoryKeeper(archive.memories, MemoryIndex(str(tmp_path / "memory")), HashEmbedder(), Clock())
        try:
            play = ModePlay(archive, keeper, mode, 5, "me")
            play.listen()
            await play.start()
            for name, number in STORIES[story]:
                await play.act(name, number)
            assert play.read >= 8, "too little was read to prove anything"
        finally:
            await keeper.close()
            await archive.close()

    Voice.count = 0
    asyncio.run(plays())
