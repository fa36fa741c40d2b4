"""A town lived through by people nobody watches: who is where, who says what to whom, and how a rumour travels."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from studio.archive import Archive
from studio.domain.character import Character
from studio.domain.event import TURNS, Kind
from studio.domain.message import Request
from studio.domain.session import Choice
from studio.errors import Invalid, ModelUnavailable
from studio.llm.embedding import HashEmbedder
from studio.llm.scripted import ScriptedModel
from studio.memory.index import MemoryIndex
from studio.memory.keeper import MemoryKeeper
from studio.run_context import RunContext
from studio.simulation import town as towns
from studio.simulation import town_plans
from studio.simulation.town import MINUTES_A_DAY, Slot, density, knowing, replay, report, standing, tells, told_of
from studio.simulation.town_cast import published, town_for
from studio.simulation.town_run import TownRun
from tests.plays import NOON, Clock

RUMOUR = "Sam Moore is running for mayor in the spring election."
NAMES = ("Ada Voss", "Bo Lind", "Cy Marsh", "Dag Holm", "Eva Rask", "Finn Lie")
SIX = tuple(Character(id=f"r{place}", name=name, career="baker") for place, name in enumerate(NAMES))
NIGHT = MINUTES_A_DAY - 60


def voice(request: Request, number: int) -> str:
    """Plans nothing usable, passes on a rumour it remembers, and otherwise makes small talk."""
    remembers = "running for mayor" in request.text.partition("An interviewer")[0]
    if request.template.endswith("town_plan"):
        return "A quiet day."
    if request.template.endswith("town_ask"):
        return json.dumps({"knows": remembers, "said": "Yes." if remembers else "No."})
    if request.purpose == "memory":
        return json.dumps({"questions": [], "insights": []})
    return f"Have you heard? {RUMOUR}" if remembers else f"Fine weather, number {number}."


@asynccontextmanager
async def company(folder: Path, answers: object = voice, seed: int = 1) -> AsyncIterator[TownRun]:
    archive = await Archive.open(f"sqlite:///{folder / 'studio.db'}")
    keeper = MemoryKeeper(archive.memories, MemoryIndex(folder / "memory"), HashEmbedder(), Clock())
    context = RunContext(model=ScriptedModel(answers), embedder=HashEmbedder(), rng=random.Random(seed), clock=Clock())
    try:
        yield TownRun(archive, keeper, context)
    finally:
        await keeper.close()
        await archive.close()


def small_town(**fields: object) -> towns.Town:
    given = {"lines": 2, "step": 120, "chance": 0.9, "places": ("the café", "the park"), **fields}
    return town_for(SIX, NOON, rumour=RUMOUR, knower="r0", **given)


@pytest.mark.parametrize(
    ("people", "edges", "eta"),
    [(4, 3, 0.5), (25, 50, 0.166667), (1, 0, 0.0), (0, 0, 0.0), (2, 1, 1.0)],
)
def test_density_is_the_share_of_possible_ties(people: int, edges: int, eta: float) -> None:
    assert density(edges, people) == pytest.approx(eta, abs=5e-7)


def test_a_text_tells_of_a_rumour_by_its_words() -> None:
    assert tells("Sam Moore wants to be mayor, they say, after the election.", RUMOUR)
    assert not tells("Sam is ill.", RUMOUR) and not tells("The mayor of Bergen.", RUMOUR) and not tells("x", "")


@pytest.mark.parametrize(
    ("time", "minute"), [("7:30", 450), ("07.30", 450), ("7 pm", 1140), ("12 am", 0), ("25:00", None), ("noon", None)]
)
def test_times_are_read_as_people_write_them(time: str, minute: int | None) -> None:
    assert town_plans.minute_of(time) == minute


def test_a_plan_is_what_of_an_answer_can_be_used() -> None:
    town = small_town()
    answer = town_plans.DayPlan(
        day=[
            {"time": "9 am", "what": "work", "where": "at the café downtown"},
            {"time": "7:00", "what": "wake up", "where": "home"},
            {"time": "late", "what": "dance"},
            {"what": "nothing"},
            "blank",
            {"time": "18:00", "what": "walk in the park"},
        ]
    )
    assert town_plans.understood(answer, town, "the den") == (
        Slot(at=420, what="wake up", where="the den"),
        Slot(at=540, what="work", where="the café"),
        Slot(at=1080, what="walk in the park", where="the park"),
    )
    ordinary = town_plans.by_rules(SIX[0], town, "the den", random.Random(1))
    assert [slot.at for slot in ordinary] == sorted(slot.at for slot in ordinary) and ordinary[
        1
    ].what == "work as baker"
    assert towns.slot_at(ordinary, 430) == ordinary[0] and towns.slot_at(ordinary, 3) is None


async def test_a_rumour_travels_only_by_word_of_mouth(tmp_path: Path) -> None:
    async with company(tmp_path) as run:
        transcript = await run.begin("me", small_town(), SIX)
        assert knowing(transcript.told, RUMOUR) == {"r0": 420}
        async for moment in run.live(transcript, NIGHT):
            transcript = moment.transcript
        found = report(transcript, small_town())
        assert found.hours[0].knowing == pytest.approx(1 / 6) and found.hours[-1].knowing > 1 / 6
        shares = [hour.knowing for hour in found.hours]
        assert shares == sorted(shares) and [hour.density for hour in found.hours] == sorted(
            h.density for h in found.hours
        )
        since = knowing(transcript.told, RUMOUR)
        for event in transcript.told:
            if event.kind in TURNS and tells(event.text, RUMOUR):
                assert since[event.actor] <= event.story_minute, "somebody told what they could not know"
        for one in SIX:
            texts = [
                memory.text for memory in await run.archive.memories.of("me", one.id, transcript.session.id, limit=999)
            ]
            assert any(tells(text, RUMOUR) for text in texts) == (one.id in since)
        answers = await run.interview(transcript)
        assert all(known or not says for says, known in answers.values()), "nobody makes it up"
        assert any(says for says, _ in answers.values())


async def test_only_those_who_are_there_perceive_anything(tmp_path: Path) -> None:
    async with company(tmp_path) as run:
        transcript = await run.begin("me", small_town(), SIX)
        async for moment in run.live(transcript, 12 * 60):
            transcript = moment.transcript
    places: dict[str, str] = {}
    for event in transcript.told:
        told = told_of(event)
        if "place" in told:
            places[told["who"]] = told["place"]
        if event.kind is Kind.THOUGHT:
            assert event.audience == (event.actor,)
        if event.kind in TURNS:
            assert set(event.audience) == {who for who, place in places.items() if place == places[event.actor]}
            assert told["with"] in event.audience


async def test_stopped_anywhere_it_goes_on_as_if_it_had_not_been(tmp_path: Path) -> None:
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    whole.mkdir(), parts.mkdir()
    town = small_town(lines=3)
    async with company(whole) as run:
        transcript = await run.begin("me", town, SIX)
        async for moment in run.live(transcript, 13 * 60):
            transcript = moment.transcript
        expected = [
            (event.story_minute, event.actor, event.kind) for event in transcript.events if event.kind is not Kind.NOTE
        ]

    calls = 0

    def failing(request: Request, number: int) -> str:
        nonlocal calls
        calls += 1
        if calls % 11 == 0:
            raise ModelUnavailable("The model is away.")
        return voice(request, number)

    async with company(parts, failing) as run:
        transcript = await run.begin("me", town, SIX)
        session = transcript.session.id
    broken_off = 0
    while standing(transcript.events).done < 13 * 60 or not broken_off:
        async with company(parts, failing, seed=broken_off + 2) as run:
            transcript = await run.archive.sessions.transcript("me", session)
            try:
                async for moment in run.live(transcript, 13 * 60):
                    transcript = moment.transcript
            except ModelUnavailable:
                broken_off += 1
                transcript = await run.archive.sessions.transcript("me", session)
    found = [
        (event.story_minute, event.actor, event.kind) for event in transcript.events if event.kind is not Kind.NOTE
    ]
    assert sorted(found) == sorted(expected) and broken_off >= 3


async def test_a_replay_shows_every_minute_as_it_was(tmp_path: Path) -> None:
    async with company(tmp_path) as run:
        transcript = await run.begin("me", small_town(), SIX)
        lived = [
            (moment.minute, dict(standing(moment.transcript.events).places))
            async for moment in run.live(transcript, 11 * 60)
        ]
        transcript = await run.archive.sessions.transcript("me", transcript.session.id)
    frames = replay(transcript)
    assert [(frame.minute, frame.places) for frame in frames] == lived
    shown = [event for frame in frames for event in frame.events]
    assert shown == [event for event in transcript.told if event.kind is not Kind.NOTE]


async def test_bad_towns_are_refused(tmp_path: Path) -> None:
    async with company(tmp_path) as run:
        town = small_town()
        for wrong, residents, said in (
            (town, SIX[:1], "two residents"),
            (town.model_copy(update={"homes": {}}), SIX, "no home"),
            (town.model_copy(update={"knower": "nobody"}), SIX, "'nobody' is to know"),
        ):
            with pytest.raises(Invalid, match=said):
                await run.begin("me", wrong, residents)


async def test_twenty_five_people_live_a_day_unattended(tmp_path: Path, shared_data: Path) -> None:
    residents, homes = published((shared_data / "data/generative-agents/smallville_personas.json").read_text())
    assert len(residents) == 25 and len(homes) == 25
    knower = next(one.id for one in residents if one.name == "Sam Moore")
    town = town_for(residents, NOON, homes, rumour=RUMOUR, knower=knower, lines=2, step=120)
    async with company(tmp_path) as run:
        policy = Choice(name="memory_stream", parameters={"threshold": 60.0})
        transcript = await run.begin("me", town, residents, policy)
        async for moment in run.live(transcript, MINUTES_A_DAY):
            transcript = moment.transcript
        found = report(transcript, town)
        model = run.context.model
    assert found.people == 25 and found.minutes >= 16 * 60
    assert found.conversations >= 20 and found.lines == 2 * found.conversations
    plans = sum(request.template.endswith("town_plan") for request in model.requests)
    said = sum(request.template.endswith("town_line") for request in model.requests)
    gone_over = sum(request.purpose == "memory" for request in model.requests)
    assert (plans, said) == (50, found.lines), "a plan each, asked for twice as it cannot be used; a call a line"
    assert found.calls == len(model.requests) == plans + said + gone_over
    assert standing(transcript.events).reflected == 0
    assert found.hours[-1].density > found.hours[0].density and 1 / 25 <= found.hours[-1].knowing <= 1
