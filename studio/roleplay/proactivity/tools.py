"""The tools somebody may use before they speak, run in a sandbox: nothing outside the play is ever asked or changed."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime

from studio.domain.state import ToolUse
from studio.domain.value import Value
from studio.roleplay.proactivity.decision import Call
from studio.roleplay.proactivity.times import dated

RESULT_CHARS = 400
_REFERENCE = re.compile(r"\$RESULTS?\(\s*([\w-]+)(?:\.([\w.-]+))?\s*\)")
_LITERAL = re.compile(r"^\$CONTEXT\(\s*[\"'](.*)[\"']\s*\)$", re.DOTALL)

Arguments = Mapping[str, object]
Run = Callable[[str, Arguments], Awaitable[dict[str, object]]]
"""Runs one tool by name. What it returns is JSON; an `error` in it says what went wrong."""


class Tool(Value):
    """A tool as a model is told of it."""

    name: str
    description: str
    arguments: tuple[str, ...] = ()


SANDBOX = (
    Tool(name="get_city_weather", description="The weather in a city at a time", arguments=("city", "time")),
    Tool(name="get_current_datetime", description="The date and time now"),
    Tool(name="get_current_gps_coordinates", description="Where you are"),
    Tool(name="wikipedia_search", description="An encyclopedia's article", arguments=("query",)),
    Tool(name="google_search", description="What the web says", arguments=("query",)),
    Tool(name="check_agenda_time_conflict", description="Whether you are free at a time", arguments=("time",)),
    Tool(name="get_online_product_price", description="What a thing costs", arguments=("product_name",)),
    Tool(name="get_health_data", description="Your pulse and steps"),
    Tool(name="get_medical_knowledge", description="What medicine says", arguments=("query",)),
    Tool(name="vllm", description="What is on a picture", arguments=("prompt", "image_path")),
    Tool(name="google_map", description="A way from here to there", arguments=("current_location", "destination")),
    Tool(name="book_uber", description="Order a car", arguments=("current_location", "destination")),
    Tool(name="play_music", description="Put music on"),
    Tool(name="add_to_agenda", description="Write down an appointment", arguments=("event", "time")),
    Tool(name="check_bus_schedule", description="When the bus comes", arguments=("bus_stop",)),
    Tool(name="set_timer", description="Be reminded after a while", arguments=("duration",)),
    Tool(name="search_rednote", description="What people post about something", arguments=("query",)),
    Tool(
        name="add_meeting",
        description="Call a meeting",
        arguments=("meeting_topic", "start_time", "meeting_location"),
    ),
    Tool(name="send_email", description="Write to somebody", arguments=("receiver", "subject", "content")),
    Tool(name="query_stock", description="A share's price on a day", arguments=("stock_code", "date")),
)
"""The twenty of the benchmark. In the sandbox they answer plausibly and change nothing."""

STUDIO = (
    Tool(name="memory_search", description="What you remember of something", arguments=("query",)),
    Tool(name="roll_dice", description="Throw dice, such as 2d6+1", arguments=("expr",)),
    Tool(name="look_at", description="The state of a thing or person near you", arguments=("scene_object",)),
)


async def run_tools(calls: Iterable[Call], run: Run, now: datetime) -> tuple[ToolUse, ...]:
    """First every call without arguments, then the others in order, with what the first ones found filled in.

    `$RESULT(tool.field)` and `$RESULTS(tool)` stand for results, `$CONTEXT("…")` for a text; words for a time become
    dates where an argument asks for a time. A tool that fails yields an error, and the run goes on.
    """
    calls = tuple(calls)
    results: dict[str, dict[str, object]] = {}
    used: dict[int, ToolUse] = {}
    for with_arguments in (False, True):
        for position, call in enumerate(calls):
            if bool(call.parameters) is not with_arguments:
                continue
            arguments = {name: filled(name, value, results, now) for name, value in call.parameters.items()}
            result = await run(call.name, arguments)
            results[call.name] = result
            told = ToolUse(tool=call.name, arguments=_json(arguments) if arguments else "", result=_json(result))
            used[position] = told
    return tuple(used[position] for position in sorted(used))


def filled(name: str, value: object, results: Mapping[str, Mapping[str, object]], now: datetime) -> object:
    """An argument's value with references to earlier results in their place, and words for a time as dates."""
    if not isinstance(value, str):
        return value
    literal = _LITERAL.match(value.strip())
    if literal:
        return dated(name, literal[1], now.date())
    whole = _REFERENCE.fullmatch(value.strip())
    if whole:
        return _found(whole, results)
    text = _REFERENCE.sub(lambda match: _plain(_found(match, results)), value)
    return dated(name, text, now.date())


def _found(reference: re.Match[str], results: Mapping[str, Mapping[str, object]]) -> object:
    found: object = results.get(reference[1], {})
    for step in (reference[2] or "").split("."):
        if step:
            found = found.get(step, "") if isinstance(found, Mapping) else ""
    return found


def _plain(found: object) -> str:
    return found if isinstance(found, str) else _json(found)


def _json(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= RESULT_CHARS else text[: RESULT_CHARS - 1] + "…"
