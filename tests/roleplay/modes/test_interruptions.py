"""In every mode: stopped at any wait, or left by its model in the middle of any call, and read anew by another process,
a play goes on with the step that is missing; nothing is lost, nothing is done twice."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from pathlib import Path

import pytest

from studio.domain.event import Kind
from studio.domain.message import Chunk, Request
from studio.domain.transcript import Transcript
from studio.errors import ModelUnavailable
from studio.llm.scripted import ScriptedModel
from studio.roleplay.steps import Turn
from tests.plays import CAST, Clock
from tests.roleplay.company import LONG, OWNER, Company, gathered
from tests.roleplay.interruptions import interrupted
from tests.roleplay.modes.voices import MODES, Everything
from tests.roleplay.test_interruptions import Follower, nothing_unclosed

SCENE = LONG.model_copy(
    update={"cast": tuple(part.model_copy(update={"entrance": "start"}) for part in LONG.cast), "events": ()}
)
TURNS = 3
MOST_WAITS = 400
STRIDE = 4
"""Not every wait is tried in every turn, but turns in a row shift where the tries fall."""


class Steady:
    """Chance that always falls alike, so that two plays differ only by what was asked."""

    def random(self) -> float:
        return 0.9

    def randint(self, low: int, high: int) -> int:
        return high - 1

    def choice(self, of: Sequence[str]) -> str:
        return of[0]


class Mortal(ScriptedModel):
    """Answers as `Everything` does, and breaks off in the middle of call number `dies` (from 1)."""

    def __init__(self, dies: int = 0) -> None:
        numbers = itertools.count(1)
        everything = Everything(0, lambda text: f"{text} {next(numbers)}")
        everything.rng = Steady()  # type: ignore[assignment]
        super().__init__(everything, chunk_chars=12)
        self.dies = dies

    async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        number = len(self.requests) + 1
        async with aclosing(super().stream(request)) as chunks:
            async for chunk in chunks:
                yield chunk
                if number == self.dies:
                    raise ModelUnavailable("It fell silent.")


def shape(transcript: Transcript) -> list[tuple[str, str, str]]:
    """What happened, in order, but for the words: kind, actor, and the step it is in its mode. Decisions of one moment
    are asked for at once, so among them there is no order."""
    steps = []
    for event in transcript.told:
        marks = [
            event.parts.get(part, {}).get("step", part) for part in ("round", "panel", "quest") if part in event.parts
        ]
        marks += ["decision"] if event.parts.get("initiative") else []
        steps.append((event.kind.value, event.actor, " ".join(marks)))
    runs = itertools.groupby(steps, key=lambda step: step[0] == "thought" and step[2] == "decision")
    return [step for at_once, run in runs for step in (sorted(run) if at_once else run)]


def check_whole(transcript: Transcript) -> None:
    """The chain has no gap, no event comes twice, and thoughts are their owners' alone."""
    parent = None
    for event in transcript.events:
        assert event.parent == parent
        parent = event.id
        assert event.kind is not Kind.THOUGHT or event.audience == (event.actor,)
    assert len({event.id for event in transcript.events}) == len(transcript.events)


async def begun(company: Company, mode: str, seed: int = 3) -> Transcript:
    return await company.begin(SCENE, CAST, mode=MODES[mode], seed=seed)


async def whole(folder: Path, mode: str) -> tuple[list[tuple[str, str, str]], int]:
    """What happens in an undisturbed play, and how many calls it takes."""
    async with gathered(folder, model=Mortal()) as company:
        transcript = await company.turns(await begun(company, mode), TURNS)
        return shape(transcript), len(company.model.requests)


async def caught_up(company: Company, transcript: Transcript, expected: Sequence[object]) -> None:
    """Play on until there is as much as there should be, and compare."""
    for _ in range(TURNS):
        if len(shape(transcript)) >= len(expected):
            break
        transcript = await company.turn(transcript)
    check_whole(transcript)
    assert shape(transcript)[: len(expected)] == expected


@pytest.mark.parametrize("mode", MODES)
async def test_a_model_that_breaks_off_in_any_call_costs_that_step_alone(tmp_path: Path, mode: str) -> None:
    expected, calls = await whole(tmp_path / "whole", mode)
    async with gathered(tmp_path) as house:
        for dies in range(1, calls + 1):
            company = Company(house.archive, house.keeper, Mortal(dies), None, Clock(), dies)
            transcript = await begun(company, mode)
            with pytest.raises(ModelUnavailable, match="It fell silent"):
                for _ in range(TURNS):
                    transcript = await company.turn(transcript)
            stored = await company.stored(transcript)
            check_whole(stored)
            assert Counter(shape(stored)) <= Counter(expected), f"call {dies}"
            if dies < calls:
                another = Company(house.archive, house.keeper, Mortal(), None, Clock(), calls + dies)
                await caught_up(another, stored, expected)
    async with gathered(tmp_path, model=Mortal(), seed=1000) as company:
        await caught_up(company, await company.stored(stored), expected)


@pytest.mark.parametrize("mode", MODES)
async def test_a_turn_cancelled_at_any_wait_leaves_the_last_whole_event_standing(tmp_path: Path, mode: str) -> None:
    expected, _ = await whole(tmp_path / "whole", mode)
    async with gathered(tmp_path, model=Mortal()) as company:
        before = await begun(company, mode)
        with nothing_unclosed():
            at = 1
            while len(shape(before)) < len(expected) and at < MOST_WAITS:
                follower = Follower(before)
                stopped = await interrupted(follower.take(company.engine.advance(before, Turn())), at)
                await company.keeper.settled()
                assert asyncio.all_tasks() == {asyncio.current_task()}, "a task was left behind"
                stood = await company.stored(before)
                assert stood == follower.transcript, "the last play told of is the one that is stored"
                check_whole(stood)
                draft = await company.archive.sessions.draft(OWNER, stood.session.id)
                assert draft is None or draft.text
                before = stood
                at = at + STRIDE if stopped else 1 + at % STRIDE
        assert at < MOST_WAITS
        await caught_up(company, before, expected)
