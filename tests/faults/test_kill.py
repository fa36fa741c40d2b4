"""Killed at any moment, a play has every line whose storing was announced, and the unfinished one as a draft."""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from studio.archive import Archive
from studio.domain.event import TURNS, Event, Kind
from studio.domain.transcript import Transcript
from studio.run_context import system_clock
from tests.fake_endpoint import FakeEndpoint, Reply, Seen
from tests.faults.player import play, play_rounds
from tests.plays import CAST
from tests.roleplay.company import LONG, OWNER, PAIR, TWO, gathered
from tests.roleplay.modes.voices import MODES

ROOT = Path(__file__).resolve().parent.parent.parent
KILLS = 20
ROUND_KILLS = 10
SCENE = LONG.model_copy(
    update={"cast": tuple(part.model_copy(update={"entrance": "start"}) for part in LONG.cast), "events": ()}
)


def heard(here: Connection, count: int) -> list[str]:
    """The next `count` things the player says."""
    return [here.recv_bytes().decode() for _ in range(count)]


def rest(here: Connection) -> list[str]:
    """What it still said before it was killed."""
    told: list[str] = []
    with suppress(EOFError, ConnectionResetError):
        while True:
            told.append(here.recv_bytes().decode())
    return told


def check_whole(transcript: Transcript, tree: tuple[Event, ...]) -> None:
    """One unbroken chain, nothing beside it, and no thought without the line it led to."""
    assert transcript.events == tree
    for event, following in zip(tree, (*tree[1:], None), strict=True):
        assert following is None or following.parent == event.id
        assert event.kind is not Kind.THOUGHT or (following and following.parts.get("turn") == event.id)


async def test_a_play_killed_at_random_moments_loses_nothing_and_plays_on(tmp_path: Path) -> None:
    async with gathered(tmp_path, clock=system_clock) as company:
        session = (await company.begin(TWO, PAIR, speakers="director")).session.id
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.faults.player"])
    chance = random.Random(41)
    announced: list[str] = []
    drafts = 0
    for life in range(KILLS):
        here, there = context.Pipe()
        player = context.Process(target=play, args=(tmp_path, session, 100 + life, there))
        player.start()
        there.close()
        told = heard(here, chance.randrange(1, 80))
        player.kill()
        player.join()
        told += rest(here)
        here.close()
        announced += [message.removeprefix("event ") for message in told if message.startswith("event ")]

        archive = await Archive.open(f"sqlite:///{tmp_path / 'studio.db'}")
        await archive.check()
        transcript = await archive.sessions.transcript(OWNER, session)
        check_whole(transcript, await archive.sessions.tree(transcript.session))
        stored = [event.id for event in transcript.events]
        assert [id_ for id_ in stored if id_ in set(announced)] == announced, "a line that was stored is gone"

        draft = await archive.sessions.draft(OWNER, session)
        written = [message for message in told if message.startswith(("draft ", "event "))]
        if written and written[-1].startswith("draft ") and stored[-1] in announced[-1:]:
            assert draft is not None, "what had streamed is gone"
            assert draft.text.startswith(written[-1].removeprefix("draft ")) and draft.parent == stored[-1]
        if draft is not None:
            drafts += 1
            assert draft.parent in stored and draft.text not in {event.text for event in transcript.events}
        announced = stored
        await archive.close()
    assert drafts > 3, "the player was never killed in mid-line"

    async with gathered(tmp_path, clock=system_clock, seed=999) as company:
        before = await company.archive.sessions.transcript(OWNER, session)
        after = await company.turns(before, 2)
        assert after.events[: len(before.events)] == before.events
        assert await company.archive.sessions.draft(OWNER, session) is None
        await company.engine.remember(after)
        report = await company.keeper.check()
        assert report.memories == sum(len(event.audience) for event in after.events)
        assert (await company.keeper.check()).missing == 0


async def test_a_round_killed_in_the_middle_goes_on_with_the_step_that_is_missing(tmp_path: Path) -> None:
    async with gathered(tmp_path, clock=system_clock) as company:
        session = (await company.begin(SCENE, CAST, mode=MODES["characterbox"])).session.id
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.faults.player"])
    chance = random.Random(7)
    stored: list[str] = []
    for life in range(ROUND_KILLS):
        here, there = context.Pipe()
        player = context.Process(target=play_rounds, args=(tmp_path, session, 100 + life, there))
        player.start()
        there.close()
        told = heard(here, chance.randrange(2, 30))
        player.kill()
        player.join()
        told += rest(here)
        here.close()
        archive = await Archive.open(f"sqlite:///{tmp_path / 'studio.db'}")
        transcript = await archive.sessions.transcript(OWNER, session)
        assert transcript.events == await archive.sessions.tree(transcript.session)
        now = [event.id for event in transcript.events]
        assert now[: len(stored)] == stored, "what stood before stands"
        announced = [message.removeprefix("event ") for message in told if message.startswith("event ")]
        assert [id_ for id_ in now if id_ in set(announced)] == announced, "a step that was stored is gone"
        stored = now
        await archive.close()
    steps = [
        (beat.get("number"), beat.get("step"), beat.get("who"), event.kind)
        for event in transcript.events
        if (beat := event.parts.get("round")) and beat.get("step") not in ("influence", "reaction")
    ]
    assert len(steps) > 20 and {step for _, step, _, _ in steps} >= {"belief", "act"}
    assert len(steps) == len(set(steps)), "a step was done twice"


async def test_a_play_killed_at_the_terminal_is_there_when_it_is_opened_again(tmp_path: Path) -> None:
    """`studio play` over real HTTP, killed in the middle of its fourth line."""

    def rule(seen: Seen) -> Reply:
        if len(endpoint.requests) < 4:
            return Reply(f"Line {len(endpoint.requests)}, and no more.")
        return Reply(pieces=tuple(f"word {number} " for number in range(12)), gap_seconds=0.1, hang_after=11)

    with FakeEndpoint(rule) as endpoint:
        environment = {
            "STUDIO_DATA_DIR": str(tmp_path),
            "STUDIO_MODEL": "openai/test",
            "STUDIO_API_BASE": endpoint.url,
            "STUDIO_API_KEY": "sk-test",
            "STUDIO_EMBEDDER": "hash",
        }
        command = [sys.executable, "-m", "studio", "play", "lift-b", "--json", "--speaker", "round_robin"]
        player = await asyncio.create_subprocess_exec(
            *command, cwd=ROOT, env={**os.environ, **environment}, stdout=asyncio.subprocess.PIPE
        )
        assert player.stdout is not None
        events: list[dict[str, str]] = []
        while sum(event["kind"] in TURNS for event in events) < 3:
            events.append(json.loads(await player.stdout.readline()))
        session = events[0]["session"]
        archive = await Archive.open(f"sqlite:///{tmp_path / 'studio.db'}")
        while (draft := await archive.sessions.draft("local", session)) is None or "word 3" not in draft.text:
            assert player.returncode is None
        player.kill()
        await player.wait()
        await archive.close()
    again = await Archive.open(f"sqlite:///{tmp_path / 'studio.db'}")
    transcript = await again.sessions.transcript("local", session)
    assert [event.id for event in transcript.events] == [event["id"] for event in events]
    check_whole(transcript, await again.sessions.tree(transcript.session))
    kept = await again.sessions.draft("local", session)
    assert kept is not None and kept.text.startswith("word 0 word 1 word 2 word 3")
    assert kept.parent == transcript.events[-1].id
    await again.close()
