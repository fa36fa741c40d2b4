"""A play told to a terminal: what is printed, in which order, and what is left when it breaks off."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

from studio.archive import Archive
from studio.cli.performance import JsonPrinter, ScriptPrinter, perform
from studio.domain.session import Choice
from studio.domain.transcript import Transcript
from studio.errors import ModelUnavailable, StudioError
from studio.llm.embedding import HashEmbedder
from studio.llm.scripted import ScriptedModel
from studio.memory.index import MemoryIndex
from studio.memory.keeper import MemoryKeeper
from studio.roleplay.engine import Engine
from studio.roleplay.steps import Committed
from studio.run_context import RunContext
from tests.plays import CAST, SCENE, Clock

LINES = (
    "(The wick is too short.)\nBo, *taps the glass* hand me the *long* pole.",
    "Aunt Ada, there is somebody on the stairs!",
    "Inspection. Nobody move.",
    "Good evening to you too.",
)


@asynccontextmanager
async def playing(
    folder: Path, answers: Iterable[str | Exception], policy: str = "round_robin"
) -> AsyncIterator[tuple[Engine, Transcript]]:
    clock = Clock()
    archive = await Archive.open(f"sqlite:///{folder / 'studio.db'}", clock=clock)
    embedder = HashEmbedder()
    keeper = MemoryKeeper(archive.memories, MemoryIndex(str(folder / "memory")), embedder, clock)
    model = ScriptedModel(answers, chunk_chars=7)
    context = RunContext(model=model, embedder=embedder, rng=random.Random(7), clock=clock)
    engine = Engine(archive, keeper, context)
    try:
        yield engine, await engine.begin("me", SCENE, CAST, seed=7, speaker_policy=Choice(name=policy))
    finally:
        await keeper.close()
        await archive.close()


async def told(
    folder: Path,
    answers: Iterable[str | Exception],
    turns: int,
    *,
    live: bool | None = None,
    policy: str = "round_robin",
) -> tuple[str, StudioError | None]:
    """What is printed; `live` None: as JSON lines."""
    pieces: list[str] = []
    printer = JsonPrinter(pieces.append) if live is None else ScriptPrinter(pieces.append, live=live)
    async with playing(folder, answers, policy) as (engine, transcript):
        error = await perform(engine, transcript, turns, printer)
    return "".join(pieces), error


async def test_json_gives_each_event_and_a_summary(tmp_path: Path) -> None:
    text, error = await told(tmp_path, LINES, 3)
    *events, last = (json.loads(line) for line in text.splitlines())
    assert error is None
    assert events[0]["kind"] == "narration" and events[0]["name"] == "Narrator"
    spoken = [(event["name"], event["text"]) for event in events if event["kind"] == "speech"]
    assert [name for name, _ in spoken] == ["Ada Voss", "Bo Lind", "Cy Marsh"]
    assert spoken[1] == ("Bo Lind", LINES[1])
    thought = next(event for event in events if event["kind"] == "thought")
    assert thought["audience"] == ["ada"] and thought["text"] == "The wick is too short."
    assert list(last) == ["summary"]
    summary = last["summary"]
    assert summary["turns"] == 3 and summary["calls"] == 3 and summary["completion_tokens"] > 0
    assert summary["session"] == events[0]["session"] and summary["seconds"] >= 0
    assert (summary["cost"], summary["ended"], summary["error"]) == (0, "", "")


async def test_a_script_reads_like_a_play(tmp_path: Path) -> None:
    text, _ = await told(tmp_path, LINES, 2, live=False)
    assert text.index("Rain on the glass") < text.index("Ada Voss (to themselves): The wick is too short.")
    assert "\nAda Voss: Bo, *taps the glass* hand me the *long* pole.\n" in text
    assert f"\nBo Lind: {LINES[1]}\n" in text
    assert "2 turns, 2 calls" in text and "free" in text


async def test_a_live_script_shows_each_word_once(tmp_path: Path) -> None:
    live, _ = await told(tmp_path, LINES, 2, live=True)
    for words in ("The wick is too short.", "hand me the *long* pole.", "somebody on the stairs!"):
        assert live.count(words) == 1
    assert live.index("The wick") < live.index("hand me")


async def test_the_scene_ends_by_itself(tmp_path: Path) -> None:
    text, error = await told(tmp_path, (f"Line {number}." for number in range(99)), 0)
    summary = json.loads(text.splitlines()[-1])["summary"]
    assert error is None and summary["turns"] == SCENE.end.max_turns and summary["ended"]


async def test_a_model_that_fails_leaves_the_play_and_a_summary(tmp_path: Path) -> None:
    text, error = await told(tmp_path, [LINES[1], *[ModelUnavailable("The model is away.")] * 9], 5)
    assert isinstance(error, ModelUnavailable)
    summary = json.loads(text.splitlines()[-1])["summary"]
    assert summary["turns"] == 1 and "away" in summary["error"]


async def test_a_policy_that_waits_for_a_person_does_not_spin(tmp_path: Path) -> None:
    text, error = await told(tmp_path, (), 5, policy="manual")
    summary = json.loads(text.splitlines()[-1])["summary"]
    assert error is None and summary["turns"] == 0 and "waits for a person" in summary["ended"]


async def test_a_play_in_which_nobody_has_anything_to_say_ends(tmp_path: Path) -> None:
    class Silent:
        """Stores something at every turn, and lets nobody speak."""

        def __init__(self, engine: Engine) -> None:
            self.scribe = engine.scribe
            self.remember = engine.remember

        async def advance(self, transcript: Transcript) -> AsyncIterator[Committed]:
            stored = await self.scribe.note(transcript, transcript.events[0].id, text="Nothing.")
            yield Committed(event=stored.events[-1], transcript=stored)

    pieces: list[str] = []
    async with playing(tmp_path, LINES) as (engine, transcript):
        await perform(Silent(engine), transcript, 0, JsonPrinter(pieces.append))  # type: ignore[arg-type]
    summary = json.loads("".join(pieces).splitlines()[-1])["summary"]
    assert (summary["turns"], summary["ended"]) == (0, "Nobody had anything to say for 5 turns.")
