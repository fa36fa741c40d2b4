"""Random plays on random branches, for several owners and continuities at once: what comes to mind is exactly what a
search through everything ever said, in plain Python, says may."""

from __future__ import annotations

import asyncio
import itertools
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.archive import Archive
from studio.domain.event import Event, Kind
from studio.domain.identifiers import derived
from studio.domain.memory import Recalled
from studio.domain.session import Session
from studio.llm.embedding import HashEmbedder
from studio.memory import shelves
from studio.memory.base import Ask
from studio.memory.index import MemoryIndex
from studio.memory.keeper import MemoryKeeper
from studio.memory.memory_stream import MemoryStream
from studio.memory.recent_window import RecentWindow
from tests.plays import NOON, Clock, session

CHARACTERS = ("ada", "bo", "cy")
WORDS = ("lamp", "oil", "sailor", "bell", "boots", "key", "idle", "storm", "letter")
EVERYTHING = 10_000
# Session 1 goes on from session 0; session 2 is an unrelated play of the same owner; session 3 has the continuity of
# session 0 and another owner.
CONTINUITY, OWNER = (0, 0, 1, 0), (0, 0, 0, 1)

NUMBER = itertools.count()


class Line(NamedTuple):
    session: int
    parent: int
    actor: str
    audience: frozenset[str]
    words: tuple[str, ...]
    thought: bool


LINES = st.builds(
    Line,
    session=st.sampled_from((0, 0, 0, 1, 1, 2, 3)),
    parent=st.integers(0, 5),
    actor=st.sampled_from(CHARACTERS),
    audience=st.frozensets(st.sampled_from(CHARACTERS)),
    words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(tuple),
    thought=st.booleans(),
)
ASKS = st.tuples(st.integers(0, 60), st.sampled_from(CHARACTERS), st.integers(0, 6), st.sampled_from(WORDS))


class Play:
    """The events of four sessions, and what may be recalled of them by going through all."""

    def __init__(self, lines: list[Line], follows: int) -> None:
        run = next(NUMBER)
        self.sessions: list[Session] = [
            session(id=f"s{run}-{n}", owner=f"o{run}-{OWNER[n]}", continuity=f"c{run}-{CONTINUITY[n]}")
            for n in range(4)
        ]
        self.events: list[tuple[int, Event]] = []
        self.parent: dict[str, str | None] = {}
        for position, line in enumerate(lines):
            own = [event for number, event in self.events if number == line.session]
            parent = own[-1 - min(line.parent, len(own) - 1)].id if own else None
            if not own and line.session == 1:
                earlier = [event for number, event in self.events if number == 0]
                parent = earlier[follows % len(earlier)].id if earlier else None
            event = Event(
                id=f"e{run}-{position}",
                session=self.sessions[line.session].id,
                kind=Kind.THOUGHT if line.thought else Kind.SPEECH,
                actor=line.actor,
                text=" ".join(line.words),
                audience=(line.actor,) if line.thought else tuple(sorted(line.audience)),
                at=NOON + timedelta(minutes=7 * position),
            )
            self.events.append((line.session, event))
            self.parent[event.id] = parent

    def path(self, tip: str | None) -> list[str]:
        found: list[str] = []
        while tip is not None:
            found.append(tip)
            tip = self.parent[tip]
        return found[::-1]

    def eligible(self, ask: Ask) -> list[Event]:
        return [
            event
            for number, event in self.events
            if (self.sessions[number].owner, self.sessions[number].continuity) == (ask.owner, ask.continuity)
            and ask.character in event.audience
            and event.id in ask.lineage
            and event.id not in ask.window
        ]


@pytest.fixture(scope="module")
def world() -> Iterator[tuple[asyncio.Runner, Archive, Path]]:
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner() as runner:
        archive = runner.run(Archive.open(f"sqlite:///{Path(folder) / 'studio.db'}"))
        yield runner, archive, Path(folder) / "memory"
        runner.run(archive.close())


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(
    lines=st.lists(LINES, min_size=1, max_size=60),
    follows=st.integers(0, 20),
    asks=st.lists(ASKS, min_size=1, max_size=6),
    cuts=st.lists(st.integers(1, 12), min_size=1, max_size=4),
    flush_at=st.sampled_from((1, 4, 1000)),
    restart=st.booleans(),
)
def test_recall_is_what_a_search_through_everything_finds(
    world: tuple[asyncio.Runner, Archive, Path],
    lines: list[Line],
    follows: int,
    asks: list[tuple[int, str, int, str]],
    cuts: list[int],
    flush_at: int,
    restart: bool,
) -> None:
    runner, archive, folder = world
    play = Play(lines, follows)

    async def run() -> None:
        keeper = MemoryKeeper(archive.memories, MemoryIndex(folder), HashEmbedder(32), Clock())
        try:
            await observe(keeper, play, cuts)
            if restart:
                await keeper.index.close()  # what waited on the shelf is lost
                keeper = MemoryKeeper(archive.memories, keeper.index, HashEmbedder(32), Clock())
            for asked in asks:
                await compare(keeper, play, *asked)
        finally:
            await keeper.close()

    with patch.object(shelves, "FLUSH_AT", flush_at), patch.object(shelves, "RECENT", 6):
        runner.run(run())


async def observe(keeper: MemoryKeeper, play: Play, cuts: list[int]) -> None:
    for number, played in enumerate(play.sessions):
        own = [event for line_session, event in play.events if line_session == number]
        start = 0
        for cut in itertools.cycle(cuts):
            if start >= len(own):
                break
            await keeper.observe(played, own[: start + cut])
            start += cut


async def compare(keeper: MemoryKeeper, play: Play, tip: int, character: str, window: int, focal: str) -> None:
    number, event = play.events[tip % len(play.events)]
    played, path = play.sessions[number], play.path(event.id)
    ask = Ask(
        owner=played.owner,
        character=character,
        continuity=played.continuity,
        session=played.id,
        focal=focal,
        now=NOON + timedelta(days=2),
        lineage=frozenset(path),
        window=frozenset(path[len(path) - window :]),
        budget_tokens=EVERYTHING,
        limit=EVERYTHING,
    )
    eligible = play.eligible(ask)
    recalled = await keeper.recall(MemoryStream(recency_weight=0, limit=1000), ask)
    awake = [one for one in eligible if "idle" not in one.text.split()]
    assert {one.memory.id for one in recalled} == {derived(one.id, character) for one in awake}
    for one in recalled:
        source = next(known for known in awake if known.id == one.memory.sources[0])
        mine = source.actor == character
        assert one.memory.text.endswith(source.text) and one.memory.text.startswith("I ") is mine
    await weigh_again(recalled, awake, ask, played)

    newest = await keeper.recall(RecentWindow(), ask)
    earlier = [one for one in eligible if one.session != played.id]
    assert [one.memory.sources[0] for one in newest] == [one.id for one in reversed(earlier)]


async def weigh_again(recalled: tuple[Recalled, ...], awake: list[Event], ask: Ask, played: Session) -> None:
    """Relevance by plain loops over the texts as anybody would tell them."""
    if not recalled:
        return
    verb = {Kind.SPEECH: "said", Kind.THOUGHT: "thought"}
    told = [f"{played.name_of(one.actor)} {verb[one.kind]}: {one.text}" for one in awake]
    vectors = await HashEmbedder(32).embed([ask.focal, *told])
    cosines = {one.id: float(np.dot(vectors[0], row)) for one, row in zip(awake, vectors[1:], strict=True)}
    low, high = min(cosines.values()), max(cosines.values())
    for one in recalled:
        found = cosines[one.memory.sources[0]]
        expected = (found - low) / (high - low) if high - low > 1e-6 else 0.5
        assert one.relevance == pytest.approx(expected, abs=1e-4)
    totals = [one.score for one in recalled]
    assert totals == sorted(totals, reverse=True)
