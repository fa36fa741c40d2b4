"""A town: its places and hours, what the log says of where everybody is, and what can be read from it. Pure.

Source: Park et al., Generative Agents, UIST 2023, sections 3 and 7.1, https://arxiv.org/abs/2304.03442
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import combinations
from typing import Any

from pydantic import Field

from studio.domain.event import TURNS, Event, Kind
from studio.domain.transcript import Transcript
from studio.domain.value import Value
from studio.memory.traits import stems

PART = "town"
ASLEEP = "asleep"
MINUTES_A_DAY = 1440


class Slot(Value):
    """From a minute of the day on, somebody means to do something somewhere."""

    at: int = Field(ge=0, lt=MINUTES_A_DAY)
    what: str
    where: str


class Town(Value):
    """What is fixed for a whole run: places, whose home is which, the first minute, the length of a step, how long a
    conversation gets and how likely two people who meet begin one. `rumour` is known to `knower` alone at first."""

    places: tuple[str, ...] = Field(min_length=1)
    homes: dict[str, str]
    begins: datetime
    wakes: int = Field(default=7 * 60, ge=0, lt=MINUTES_A_DAY)
    sleeps: int = Field(default=23 * 60, gt=0, le=MINUTES_A_DAY)
    step: int = Field(default=60, ge=5, le=240)
    lines: int = Field(default=4, ge=2, le=20)
    chance: float = Field(default=0.35, ge=0, le=1)
    rumour: str = ""
    knower: str = ""
    seed: int = 0


class Standing(Value):
    """Where the log stands: the last minute that was lived through to its end (−1: none), who is where and does what,
    whose plan is for which day, and the conversations of the minute under way, with how many lines each has."""

    done: int = -1
    places: dict[str, str] = {}
    doing: dict[str, str] = {}
    plans: dict[str, tuple[Slot, ...]] = {}
    planned: dict[str, int] = {}
    reflected: int = -1
    talks: dict[str, int] = {}
    spoke: dict[str, int] = {}


def told_of(event: Event) -> dict[str, Any]:
    """What an event says of the town."""
    found = event.parts.get(PART)
    return found if isinstance(found, dict) else {}


def standing(events: Iterable[Event]) -> Standing:
    """The town as these events leave it."""
    done, reflected = -1, -1
    places: dict[str, str] = {}
    doing: dict[str, str] = {}
    plans: dict[str, tuple[Slot, ...]] = {}
    planned: dict[str, int] = {}
    talks: dict[str, int] = {}
    spoke: dict[str, int] = {}
    for event in events:
        told = told_of(event)
        if "place" in told:
            places[told["who"]] = told["place"]
            doing[told["who"]] = told.get("doing", "")
        if "plan" in told:
            plans[event.actor] = tuple(Slot.model_validate(slot) for slot in told["plan"])
            planned[event.actor] = int(told["day"])
        if "talk" in told:
            talks[told["talk"]] = talks.get(told["talk"], 0) + 1
            spoke[event.actor] = event.story_minute
            spoke[told["with"]] = event.story_minute
        if "minute" in told:
            done = int(told["minute"])
            talks = {}
        reflected = int(told.get("reflected", reflected))
    return Standing(
        done=done,
        places=places,
        doing=doing,
        plans=plans,
        planned=planned,
        reflected=reflected,
        talks=talks,
        spoke=spoke,
    )


def town_of(transcript: Transcript) -> Town | None:
    """The town a session was begun with; None for a session that is no town."""
    for event in transcript.events[:1]:
        if told := told_of(event).get("begun"):
            return Town.model_validate(told)
    return None


def slot_at(plan: Sequence[Slot], minute: int) -> Slot | None:
    """What is planned for this minute of the day: the last slot that has begun."""
    begun = [slot for slot in plan if slot.at <= minute]
    return max(begun, key=lambda slot: slot.at) if begun else None


def tells(text: str, rumour: str) -> bool:
    """Whether a text tells of a rumour: of at least half of its telling words, and two of them."""
    wanted = stems(rumour)
    return len(stems(text) & wanted) >= max(2, -(-len(wanted) // 2)) if wanted else False


def knowing(events: Iterable[Event], rumour: str) -> dict[str, int]:
    """Who knows of a rumour, and since which minute: whoever perceived an event that tells of it."""
    since: dict[str, int] = {}
    for event in events:
        if event.kind is not Kind.NOTE and tells(event.text, rumour):
            for who in event.audience:
                since.setdefault(who, event.story_minute)
    return since


def acquainted(events: Iterable[Event]) -> dict[tuple[str, str], int]:
    """Which two have talked with each other, and since which minute."""
    since: dict[tuple[str, str], int] = {}
    for event in events:
        told = told_of(event)
        if event.kind in TURNS and "with" in told:
            first, second = sorted((event.actor, str(told["with"])))
            since.setdefault((first, second), event.story_minute)
    return since


def density(edges: int, people: int) -> float:
    """How many of all possible ties there are, 0 to 1: 2E ÷ (V(V − 1))."""
    return 2 * edges / (people * (people - 1)) if people > 1 else 0.0


class Hour(Value):
    """How far the rumour and the ties between people had got by a minute, as shares."""

    minute: int
    knowing: float
    density: float


class Report(Value):
    """What became of a town: hour by hour, who knows of the rumour and since when, and what it took."""

    people: int
    minutes: int
    conversations: int
    lines: int
    calls: int
    hours: tuple[Hour, ...]
    knowing: dict[str, int]
    ties: int


def report(transcript: Transcript, town: Town) -> Report:
    """The report of a town as its log stands."""
    events = transcript.told
    people = [member.id for member in transcript.session.cast]
    since, ties = knowing(events, town.rumour), acquainted(events)
    talks = {told_of(event)["talk"] for event in events if "talk" in told_of(event)}
    done = standing(transcript.events).done
    hours = [
        Hour(
            minute=minute,
            knowing=sum(at <= minute for at in since.values()) / len(people),
            density=density(sum(at <= minute for at in ties.values()), len(people)),
        )
        for minute in range(town.wakes, done + 1, 60)
    ]
    return Report(
        people=len(people),
        minutes=max(0, done - town.wakes),
        conversations=len(talks),
        lines=sum(event.kind in TURNS for event in events),
        calls=sum(event.usage.calls for event in transcript.events if event.usage),
        hours=tuple(hours),
        knowing=since,
        ties=len(ties),
    )


class Frame(Value):
    """A moment of a replay: what happened at a minute, and where everybody was after it."""

    minute: int
    places: dict[str, str]
    events: tuple[Event, ...]


def replay(transcript: Transcript) -> tuple[Frame, ...]:
    """The log of a town, minute by minute, as it was lived."""
    frames: list[Frame] = []
    here: list[Event] = []
    places: dict[str, str] = {}
    for event in transcript.told:
        told = told_of(event)
        if "place" in told:
            places = {**places, told["who"]: told["place"]}
        if event.kind is not Kind.NOTE:
            here.append(event)
        if "minute" in told:
            frames.append(Frame(minute=int(told["minute"]), places=places, events=tuple(here)))
            here = []
    return tuple(frames)


def clock_face(minute: int) -> str:
    """`Day 1, 07:05`."""
    return f"Day {minute // MINUTES_A_DAY + 1}, {minute % MINUTES_A_DAY // 60:02}:{minute % 60:02}"


def pairs(people: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Every two of them, in order."""
    return tuple(combinations(sorted(people), 2))
