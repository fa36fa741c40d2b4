"""Tools in two stages, references between them, words for times, and a sandbox that knows what its owner knows."""

from __future__ import annotations

import json
import random
from datetime import UTC, date, datetime

import pytest

from studio.domain.event import Kind
from studio.roleplay.proactivity.decision import Call
from studio.roleplay.proactivity.sandbox import KNOWN, Sandbox, roll
from studio.roleplay.proactivity.times import days_of
from studio.roleplay.proactivity.tools import SANDBOX, Arguments, run_tools
from studio.roleplay.state import state_after
from tests.plays import Log

WEDNESDAY = date(2025, 9, 10)
NOW = datetime(2025, 9, 10, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("phrase", "first", "last"),
    [
        ("next Saturday", "2025-09-20", "2025-09-20"),
        ("this Saturday", "2025-09-13", "2025-09-13"),
        ("Friday", "2025-09-12", "2025-09-12"),
        ("this Wednesday", "2025-09-10", "2025-09-10"),
        ("this weekend", "2025-09-13", "2025-09-14"),
        ("this week", "2025-09-08", "2025-09-14"),
        ("Tomorrow!", "2025-09-11", "2025-09-11"),
        ("yesterday", "2025-09-09", "2025-09-09"),
    ],
)
def test_words_for_a_time_are_days(phrase: str, first: str, last: str) -> None:
    assert days_of(phrase, WEDNESDAY) == (date.fromisoformat(first), date.fromisoformat(last))


def test_other_words_are_left_alone() -> None:
    assert days_of("in a while", WEDNESDAY) is None


class Desk:
    """Notes what is run, in order."""

    def __init__(self) -> None:
        self.ran: list[tuple[str, dict[str, object]]] = []

    async def __call__(self, name: str, arguments: Arguments) -> dict[str, object]:
        self.ran.append((name, dict(arguments)))
        if name == "broken":
            return {"error": "it fell"}
        return {"city": "Brest", "place": {"street": "Rue A"}}


async def test_calls_without_arguments_come_first_and_fill_the_others() -> None:
    desk = Desk()
    weather = {"city": "$RESULT(get_current_gps_coordinates.city)", "time": "next Saturday"}
    calls = (
        Call(name="get_city_weather", parameters=weather),
        Call(name="broken", parameters={"query": "in $RESULT(get_current_gps_coordinates.place.street), please"}),
        Call(name="get_current_gps_coordinates"),
        Call(
            name="note", parameters={"text": '$CONTEXT("for dinner")', "all": "$RESULTS(get_current_gps_coordinates)"}
        ),
    )
    used = await run_tools(calls, desk, NOW)
    assert [name for name, _ in desk.ran] == ["get_current_gps_coordinates", "get_city_weather", "broken", "note"]
    days = {"start_date": "2025-09-20", "end_date": "2025-09-20"}
    assert desk.ran[1][1] == {"city": "Brest", "time": days}
    assert desk.ran[2][1] == {"query": "in Rue A, please"}
    assert desk.ran[3][1] == {"text": "for dinner", "all": {"city": "Brest", "place": {"street": "Rue A"}}}
    assert [use.tool for use in used] == [call.name for call in calls], "told in the order of the calls"
    assert json.loads(used[1].result) == {"error": "it fell"}


async def test_an_unknown_reference_is_empty_and_a_long_result_is_cut() -> None:
    async def run(name: str, arguments: Arguments) -> dict[str, object]:
        return {"text": "x" * 9000, **arguments}

    (used,) = await run_tools([Call(name="a", parameters={"q": "$RESULT(b.c)"})], run, NOW)
    assert json.loads(used.arguments) == {"q": ""}
    assert len(used.result) == 400 and used.result.endswith("…")


def sandbox(log: Log, viewer: str) -> Sandbox:
    async def search(query: str) -> tuple[str, ...]:
        return (f"{viewer} knows of {query}",)

    return Sandbox(log.transcript, state_after(log.transcript, viewer), search, random.Random(1), NOW)


async def test_all_twenty_answer_in_the_sandbox_and_say_so() -> None:
    box = sandbox(Log(), "ada")
    assert len(SANDBOX) == 20
    for tool in SANDBOX:
        result = await box.run(tool.name, dict.fromkeys(tool.arguments, "x"))
        assert result["sandbox"] is True and "error" not in result, tool.name
    assert await box.run("fly", {}) == {"error": "there is no tool 'fly'"}
    assert await box.run("google_map", {"destination": "x"}) == {"error": "google_map needs current_location"}
    assert len(KNOWN) == 23


async def test_the_studios_own_tools_look_at_what_their_character_knows() -> None:
    log = Log()
    log.add(Kind.RULING, "narrator", "Snap.", ["ada"], changes={"the rope": "cut"})
    log.add(
        Kind.NOTE, "narrator", state={"characters": {"bo": {"condition": "pale"}}, "world": {"positions": {"bo": "up"}}}
    )
    assert await sandbox(log, "ada").run("look_at", {"scene_object": "rope"}) == {"seen": "the rope: cut"}
    assert await sandbox(log, "bo").run("look_at", {"scene_object": "rope"}) == {"seen": "nothing out of the ordinary"}
    assert await sandbox(log, "ada").run("look_at", {"scene_object": "Bo"}) == {"position": "up", "condition": "pale"}
    assert await sandbox(log, "ada").run("look_at", {"scene_object": "cy"}) == {"seen": "Cy Marsh is not here"}
    assert await sandbox(log, "ada").run("memory_search", {"query": "fire"}) == {"memories": ["ada knows of fire"]}


def test_dice() -> None:
    thrown = roll("2d6+1", random.Random(1))
    assert isinstance(thrown["dice"], list)
    assert len(thrown["dice"]) == 2 and thrown["total"] == sum(thrown["dice"]) + 1
    assert roll("d20", random.Random(1))["total"] == roll("1D20", random.Random(1))["total"]
    for bad in ("", "2x6", "99d6", "0d6", "d0", "2d6; rm"):
        assert "error" in roll(bad, random.Random(1)), bad
