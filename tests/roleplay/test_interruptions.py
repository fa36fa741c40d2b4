"""Stopped at any moment whatever, a play stands at its last whole event and goes on from there."""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from studio.domain.event import TURNS, Kind
from studio.domain.message import Request
from studio.domain.scene import Beat
from studio.domain.transcript import Transcript
from studio.roleplay import drafting
from studio.roleplay.steps import Committed, Recollected, Step, Streaming, Turn
from tests.plays import CAST
from tests.roleplay.company import LONG, OWNER, PADDING, Company, gathered
from tests.roleplay.interruptions import interrupted

MOST_WAITS = 300
EVENTFUL = LONG.model_copy(
    update={"events": tuple(Beat(when=turn, what=f"It strikes {turn}.") for turn in range(1, MOST_WAITS))}
)


def voice(request: Request, number: int) -> str:
    """Everything a turn can hold: thoughts, rulings, narration, plans, lines that leave the prompt soon."""
    if request.purpose == "narrator":
        told = {"narration": f"{number} rain", "ruling": f"{number} it holds", "cues": [{"speaker": "Ada"}]}
        return json.dumps(told)
    return f'(I say {number} and mean another)\n{number} {PADDING}\n{{"wants_ruling": {str(number % 2 == 0).lower()}}}'


def check_whole(transcript: Transcript) -> None:
    """The chain has no gap, no event comes twice, and no thought stands without the line it led to."""
    parent = None
    for event in transcript.events:
        assert event.parent == parent
        parent = event.id
    assert len({event.id for event in transcript.events}) == len(transcript.events)
    for event, following in itertools.pairwise((*transcript.events, None)):
        if event is not None and event.kind is Kind.THOUGHT:
            assert following is not None and following.kind in TURNS and following.parts["turn"] == event.id


@pytest.fixture
def eager_drafts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A draft is written with every chunk."""
    monkeypatch.setattr(drafting, "FIRST_AFTER_SECONDS", 0.0)
    monkeypatch.setattr(drafting, "EVERY_SECONDS", 0.0)


@contextmanager
def nothing_unclosed() -> Iterator[None]:
    """Every async generator begun inside is closed by whoever began it, not by the loop at a time of its own."""
    found: list[object] = []
    hooks = sys.get_asyncgen_hooks()
    sys.set_asyncgen_hooks(finalizer=found.append)
    try:
        yield
    finally:
        sys.set_asyncgen_hooks(*hooks)
    assert found == []


class Follower:
    """Takes steps and remembers the last play it was told of, as a page does."""

    def __init__(self, transcript: Transcript) -> None:
        self.transcript = transcript
        self.steps: list[Step] = []

    async def take(self, steps: AsyncGenerator[Step, None], most: int = 10_000) -> None:
        async with aclosing(steps):
            async for step in steps:
                self.steps.append(step)
                if isinstance(step, Committed):
                    self.transcript = step.transcript
                if len(self.steps) == most:
                    return


async def settled(company: Company, follower: Follower, before: Transcript) -> Transcript:
    """What must hold after an interruption; the play as it stands."""
    await company.keeper.settled()
    assert asyncio.all_tasks() == {asyncio.current_task()}, "a task was left behind"
    stored = await company.stored(before)
    assert stored == follower.transcript, "the last play told of is the one that is stored"
    check_whole(stored)
    draft = await company.archive.sessions.draft(OWNER, stored.session.id)
    if draft is not None:
        assert draft.parent in {event.id for event in stored.events}
        assert draft.text and draft.text in "".join(step.text for step in follower.steps if isinstance(step, Streaming))
    return stored


def asked(transcript: Transcript, company: Company) -> AsyncGenerator[Step, None]:
    turn = Turn(line=f"And {PADDING}", as_="bo", whisper="Let something happen.")
    return company.engine.advance(transcript, turn)


def retold(transcript: Transcript, company: Company) -> AsyncGenerator[Step, None]:
    line = next(event for event in reversed(transcript.events) if event.provenance and event.kind in TURNS)
    return company.engine.regenerate(transcript, line.id)


@pytest.mark.parametrize("work", [asked, retold])
async def test_a_turn_cancelled_at_any_wait_leaves_the_play_whole(
    tmp_path: Path, eager_drafts: None, work: Callable[[Transcript, Company], AsyncGenerator[Step, None]]
) -> None:
    async with gathered(tmp_path, voice, chunk_chars=60, chunk_seconds=0.0001) as company:
        before = await company.turns(await company.begin(EVENTFUL, CAST, speakers="director"), 14)
        await company.engine.remember(before)
        with nothing_unclosed():
            for at in range(1, MOST_WAITS):
                follower = Follower(before)
                stopped = await interrupted(follower.take(work(before, company)), at)
                stood = await settled(company, follower, before)
                if not stopped:
                    break
                if work is retold:
                    before = await back(company, stood, before)
                    continue
                assert stood.events[: len(before.events)] == before.events
                before = await company.turn(stood)
                assert len(before.events) > len(stood.events), "the next turn works"
    assert 8 < at < MOST_WAITS - 1
    assert any(isinstance(step, Recollected) and step.memories for step in follower.steps), "memory was at work"


async def back(company: Company, stood: Transcript, before: Transcript) -> Transcript:
    """Another take that was cut short changed nothing; one that was whole is put back, to be told again."""
    if stood.events == before.events:
        assert stood.session.version == before.session.version
        return stood
    return await company.history.select(stood, before.events[-1].id)


async def test_a_turn_closed_after_any_step_leaves_the_play_whole(tmp_path: Path, eager_drafts: None) -> None:
    async with gathered(tmp_path, voice, chunk_chars=60) as company:
        before = await company.turns(await company.begin(EVENTFUL, CAST, speakers="director"), 4)
        with nothing_unclosed():
            for most in range(1, MOST_WAITS):
                follower = Follower(before)
                await follower.take(asked(before, company), most)
                stood = await settled(company, follower, before)
                if len(follower.steps) < most:
                    break
                assert stood.events[: len(before.events)] == before.events
                before = await company.turn(stood)
        assert 8 < most < MOST_WAITS - 1
    kinds = [type(step).__name__ for step in follower.steps]
    assert kinds[:2] == ["Committed", "Committed"] and {"Decided", "Recollected", "Streaming"} <= set(kinds)
    assert any(isinstance(step, Committed) and "beat" in step.event.parts for step in follower.steps)


async def test_what_had_streamed_when_it_was_stopped_is_kept_as_a_draft(tmp_path: Path) -> None:
    async with gathered(tmp_path, ["Once upon a time.", "Instead, this."], chunk_chars=5) as company:
        before = await company.begin()
        follower = Follower(before)
        await follower.take(company.engine.advance(before), 5)
        assert [type(step).__name__ for step in follower.steps] == ["Decided", "Recollected", *["Streaming"] * 3]
        draft = await company.archive.sessions.draft(OWNER, before.session.id)
        assert draft is not None and (draft.actor, draft.parent) == ("ada", before.events[-1].id)
        assert "Once upon a tim".startswith(draft.text) and draft.text
        transcript = await company.turn(before)
        assert transcript.events[-1].text == "Instead, this."
        assert await company.archive.sessions.draft(OWNER, before.session.id) is None


async def test_every_change_cancelled_at_any_wait_is_done_or_not_done(tmp_path: Path) -> None:
    async with gathered(tmp_path, voice) as company:
        transcript = await company.turns(await company.begin(LONG, CAST), 4)
        scribe = company.scribe

        def changes(now: Transcript) -> list[Callable[[], Any]]:
            line = next(event for event in now.told if event.kind in TURNS)
            return [
                lambda: scribe.edit(now, line.id, "Another wording."),
                lambda: scribe.hide(now, line.id),
                lambda: company.history.undo(now),
                lambda: company.history.redo(now),
                lambda: company.history.select(now, now.events[2].id),
                lambda: scribe.leave(now, "bo"),
            ]

        for number in range(len(changes(transcript))):
            for at in range(1, 20):
                before = await company.stored(transcript)
                stopped = await interrupted(changes(before)[number](), at)
                now = await company.stored(transcript)
                assert now.session.version - before.session.version in (0, 1)
                assert (now.events == before.events) or now.session.version > before.session.version
                check_whole(now)
                transcript = now if stopped else await company.history.select(now, transcript.events[-1].id)
                if not stopped:
                    break
            assert not stopped
        assert len(await company.tree(transcript)) > 4


async def test_remembering_cancelled_at_any_wait_is_caught_up_on(tmp_path: Path) -> None:
    async with gathered(tmp_path, voice) as company:
        transcript = await company.turns(await company.begin(LONG, CAST), 3)
        for at in range(1, 50):
            if not await interrupted(company.engine.remember(transcript), at):
                break
        assert 1 < at < 49
        scopes = await company.archive.memories.scopes()
        heard = {member.id: sum(member.id in event.audience for event in transcript.events) for member in CAST}
        assert {scope.character: scope.count for scope in scopes} == heard
