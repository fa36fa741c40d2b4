"""A day's plan: from a model's answer, or by rules. Pure."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from pydantic import BaseModel, ValidationError

from studio.domain.character import Character
from studio.simulation.town import MINUTES_A_DAY, Slot, Town

FEWEST, MOST = 1, 12
_TIME = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?\s*(am|pm)?", re.I)


class DayPlan(BaseModel):
    """A day in chunks."""

    day: list[object] = []


class Chunk(BaseModel):
    """One of them, as a model puts it."""

    time: str
    what: str
    where: str = ""


def minute_of(time: str) -> int | None:
    """The minute of the day a time names: `7:30`, `07.30`, `7 pm`; None where it names none."""
    found = _TIME.search(time)
    if not found:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        hour = hour % 12 + (12 if found[3].lower() == "pm" else 0)
    total = hour * 60 + minute
    return total if hour < 24 and minute < 60 and total < MINUTES_A_DAY else None


def place_named(text: str, town: Town, home: str) -> str:
    """The place of the town a text means; the home where it means none."""
    said = text.casefold().strip()
    if said in ("home", "at home", "my home"):
        return home
    named = [place for place in town.places if place.casefold() in said or (said and said in place.casefold())]
    return max(named, key=len) if named else home


def understood(answer: DayPlan, town: Town, home: str) -> tuple[Slot, ...]:
    """The plan of an answer: chunks that name a time and something to do, in order of time; empty where none does."""
    slots: dict[int, Slot] = {}
    for given in answer.day:
        try:
            chunk = Chunk.model_validate(given)
        except ValidationError:
            continue
        minute, what = minute_of(chunk.time), " ".join(chunk.what.split())
        if minute is not None and what:
            slots[minute] = Slot(at=minute, what=what[:200], where=place_named(chunk.where or what, town, home))
    return tuple(slots[minute] for minute in sorted(slots))[:MOST]


def by_rules(character: Character, town: Town, home: str, chance: random.Random) -> tuple[Slot, ...]:
    """An ordinary day: breakfast, work, lunch among others, work, an evening out, home. Where somebody works and goes
    out is theirs, drawn by chance."""
    commons = [place for place in town.places if place not in town.homes.values()] or list(town.places)
    work, lunch, evening = chance.choice(commons), chance.choice(commons), chance.choice(commons)
    job = f"work as {character.career}" if character.career else "work"
    wakes = town.wakes
    hours: Sequence[tuple[int, str, str]] = (
        (wakes, "have breakfast", home),
        (wakes + 90, job, work),
        (12 * 60, "have lunch", lunch),
        (13 * 60, job, work),
        (17 * 60, "spend the evening with others", evening),
        (20 * 60, "rest at home", home),
    )
    return tuple(Slot(at=at, what=what, where=where) for at, what, where in hours if at < MINUTES_A_DAY)
