"""A company to play with: a real archive and memory index in a folder, a scripted model, and what came of each turn."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any

from studio.archive import Archive
from studio.domain.character import Character
from studio.domain.event import NARRATOR, TURNS, Event, Kind
from studio.domain.message import Request
from studio.domain.scene import Ending, Part, Scene
from studio.domain.session import Choice, Decision
from studio.domain.transcript import Transcript
from studio.llm.embedding import HashEmbedder
from studio.llm.scripted import ScriptedModel
from studio.memory.index import MemoryIndex
from studio.memory.keeper import MemoryKeeper
from studio.roleplay.engine import Engine
from studio.roleplay.history import History
from studio.roleplay.steps import Committed, Decided, Ended, Recollected, Step, Streaming, Turn
from studio.run_context import RunContext
from tests.plays import ADA, BO, CAST, SCENE, Clock

OWNER = "me"
LONG = SCENE.model_copy(update={"end": Ending(max_turns=10_000)})
TWO = LONG.model_copy(update={"cast": (Part(character="ada"), Part(character="bo")), "events": ()})
PAIR = (ADA, BO)
PADDING = "the lamp is slow and the oil is low and the sea is at the door " * 7
"""A line of this length leaves the prompt after a few turns, so that memory has something to do."""


def plan(*names: str, **fields: Any) -> str:
    """A narrator's answer that gives the word to these in turn."""
    return json.dumps({"cues": [{"speaker": name, "cue": "Go on."} for name in names], **fields})


class Voice:
    """Answers for everybody: characters a line with a running number and their id, the narrator a plan or as given.

    `thought` and `trailer` go around every line.
    """

    def __init__(self, narrator: str = "", thought: str = "", text: str = "", **trailer: Any) -> None:
        self.narrator = narrator
        self.thought = thought
        self.text = text
        self.trailer = trailer

    def __call__(self, request: Request, number: int) -> str:
        if request.purpose == "narrator":
            return self.narrator or plan("Ada", "Bo", "Ada", "Bo")
        lines = [f"({self.thought})"] if self.thought else []
        lines.append(f"{number} by {request.caller}. {self.text}")
        if self.trailer:
            lines.append(json.dumps(self.trailer))
        return "\n".join(lines)


class Company:
    """An engine with its archive, and the steps of the turn that was played last."""

    def __init__(
        self, archive: Archive, keeper: MemoryKeeper, model: Any, narrator: Any, clock: Any, seed: int
    ) -> None:
        self.archive = archive
        self.keeper = keeper
        self.model = model
        context = RunContext(model=model, embedder=HashEmbedder(), rng=random.Random(seed), clock=clock)
        self.engine = Engine(archive, keeper, context, narrator)
        self.steps: list[Step] = []

    @property
    def scribe(self) -> Any:
        return self.engine.scribe

    @property
    def history(self) -> History:
        return self.engine.history

    async def begin(
        self, scene: Scene = SCENE, cast: Sequence[Character] = CAST, speakers: str = "round_robin", **fields: Any
    ) -> Transcript:
        policy = Choice(name=speakers) if speakers else None
        return await self.engine.begin(OWNER, scene, cast, speaker_policy=policy, **{"seed": 3, **fields})

    async def turn(self, transcript: Transcript, **turn: Any) -> Transcript:
        """The play after one turn; its steps are in `steps`."""
        return await self.taken(self.engine.advance(transcript, Turn(**turn)), transcript)

    async def again(self, transcript: Transcript, event: Event) -> Transcript:
        """The play after another take of a line."""
        return await self.taken(self.engine.regenerate(transcript, event.id), transcript)

    async def taken(self, steps: Any, transcript: Transcript) -> Transcript:
        self.steps = []
        async with aclosing(steps):
            async for step in steps:
                self.steps.append(step)
                if isinstance(step, Committed):
                    transcript = step.transcript
        assert transcript == await self.stored(transcript), "what was told differs from what is stored"
        return transcript

    async def turns(self, transcript: Transcript, count: int) -> Transcript:
        for _ in range(count):
            transcript = await self.turn(transcript)
        return transcript

    async def stored(self, transcript: Transcript) -> Transcript:
        """The play as the archive has it."""
        return await self.archive.sessions.transcript(transcript.session.owner, transcript.session.id)

    async def tree(self, transcript: Transcript) -> tuple[Event, ...]:
        return await self.archive.sessions.tree(transcript.session)

    @property
    def kinds(self) -> list[str]:
        """The steps of the last turn by name; a committed one by the kind of its event."""
        return [step.event.kind.value if isinstance(step, Committed) else type(step).__name__ for step in self.steps]

    @property
    def ended(self) -> str:
        return next((step.reason for step in self.steps if isinstance(step, Ended)), "")

    @property
    def decision(self) -> Decision | None:
        return next((step.decision for step in self.steps if isinstance(step, Decided)), None)

    @property
    def recollected(self) -> Recollected | None:
        return next((step for step in self.steps if isinstance(step, Recollected)), None)

    @property
    def streamed(self) -> list[Streaming]:
        return [step for step in self.steps if isinstance(step, Streaming)]

    def calls(self, purpose: str) -> int:
        """How often the model was asked as narrator or actor."""
        return sum(request.purpose == purpose for request in self.model.requests)


@asynccontextmanager
async def gathered(
    folder: Path,
    answers: Callable[[Request, int], str] | Iterable[str | Exception] | None = None,
    *,
    model: Any = None,
    narrator: Any = None,
    clock: Any = None,
    seed: int = 1,
    **options: Any,
) -> AsyncIterator[Company]:
    """A company in this folder; what is there already is played on with. `options` are the scripted model's."""
    clock = clock or Clock()
    archive = await Archive.open(f"sqlite:///{folder / 'studio.db'}", busy_timeout_seconds=0.05, clock=clock)
    keeper = MemoryKeeper(archive.memories, MemoryIndex(str(folder / "memory")), HashEmbedder(), clock)
    model = model or ScriptedModel(Voice() if answers is None else answers, **options)
    try:
        yield Company(archive, keeper, model, narrator, clock, seed)
    finally:
        await keeper.close()
        await archive.close()


def lines(transcript: Transcript) -> list[tuple[str, str]]:
    """Who spoke, and what, as it counts now."""
    return [(event.actor, event.text) for event in transcript.told if event.kind in TURNS]


def texts(events: Iterable[Event]) -> list[str]:
    return [event.text for event in events]


def told_by_narrator(transcript: Transcript) -> list[Event]:
    return [event for event in transcript.told if event.actor == NARRATOR and event.kind is not Kind.NOTE]
