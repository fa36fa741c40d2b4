"""From words for a time to dates. Pure."""

from __future__ import annotations

import re
from datetime import date, timedelta

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
TIME_ARGUMENTS = frozenset({"time", "date", "datetime", "when", "time_range"})
WEEK = 7


def days_of(phrase: str, today: date) -> tuple[date, date] | None:
    """First and last day of what a phrase means; None for one that is not understood.

    Knows today, yesterday, tomorrow, this week (Monday to Sunday), this weekend, and this or next weekday: this one is
    the coming one (today counts), next one the one after it.
    """
    words = " ".join(re.findall(r"[a-z]+", phrase.lower()))
    near = {"today": 0, "tonight": 0, "yesterday": -1, "tomorrow": 1}
    if words in near:
        day = today + timedelta(days=near[words])
        return day, day
    monday = today - timedelta(days=today.weekday())
    if words == "this week":
        return monday, monday + timedelta(days=6)
    if words == "this weekend":
        return monday + timedelta(days=5), monday + timedelta(days=6)
    found = re.fullmatch(rf"(?:(this|next) )?({'|'.join(DAYS)})", words)
    if found is None:
        return None
    day = today + timedelta(days=(DAYS.index(found[2]) - today.weekday()) % WEEK)
    day += timedelta(days=WEEK) if found[1] == "next" else timedelta()
    return day, day


def dated(name: str, value: object, today: date) -> object:
    """An argument's value; where it names a time in words, the days it means as ISO dates."""
    if name.lower() not in TIME_ARGUMENTS or not isinstance(value, str):
        return value
    days = days_of(value, today)
    return {"start_date": days[0].isoformat(), "end_date": days[1].isoformat()} if days else value
