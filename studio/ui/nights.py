"""Titles that tell the plays of one scene apart. Pure."""

from __future__ import annotations

import itertools

NIGHTS = ("second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def night(title: str, taken: frozenset[str]) -> str:
    """A title that tells this play from earlier ones of the same scene: `Title`, `Title, second night`, …"""
    if title not in taken:
        return title
    names = itertools.chain(NIGHTS, (f"{number}th" for number in itertools.count(11)))
    return next(name for name in (f"{title}, {ordinal} night" for ordinal in names) if name not in taken)
