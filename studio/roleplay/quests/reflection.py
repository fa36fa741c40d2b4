"""Whether a quest gets anywhere: loops found without a model, and when which reflector is asked. Pure.

Source: ColorAgent (2025), hierarchical reflection; https://arxiv.org/abs/2510.19386
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile
from typing import Literal

from pydantic import Field

from studio.domain.state import QuestStep
from studio.domain.value import Value

IDLE = frozenset({"wait", "swipe", "look", "listen"})
"""Deeds that may well be repeated."""
NOTE = "note"
"""A deed that is none: talk or thought that tries nothing."""
EVERY = 5
REST = 3
SEEN_STEPS = 5


class Loops(Value):
    """How often is too often: the same deed in a row, a series of two or three, the same outcome, failures in a row."""

    repeats: int = Field(default=3, ge=2)
    series: int = Field(default=2, ge=2)
    unchanged: int = Field(default=3, ge=2)
    failures: int = Field(default=3, ge=2)


DEFAULTS = Loops()
TOLD = {
    "repeat_action": "the same was tried {count} times",
    "series2": "two things are done over and over",
    "series3": "three things are done over and over",
    "unchanged": "nothing has changed for {count} steps",
    "fail_streak": "{count} attempts in a row led nowhere",
}


def detect_loops(
    deeds: Sequence[str],
    outcomes: Sequence[str] = (),
    reflections: Sequence[str] = (),
    limits: Loops = DEFAULTS,
) -> list[str]:
    """The loops a quest is in now, by name: `repeat_action`, `series2`, `series3`, `unchanged`, `fail_streak`. The
    newest deed, outcome and reflection come last; waiting and looking may be repeated."""
    found = []
    last = deeds[-limits.repeats :]
    if len(last) == limits.repeats and len(set(last)) == 1 and _verb(last[0]) not in IDLE:
        found.append("repeat_action")
    found += [f"series{length}" for length in (2, 3) if _series(deeds, length, limits.series)]
    seen = [_plain(outcome) for outcome in outcomes[-limits.unchanged :]]
    if len(seen) == limits.unchanged and len(set(seen)) == 1 and seen[0]:
        found.append("unchanged")
    failed = list(takewhile(lambda letter: letter in ("B", "C"), reversed(reflections)))
    if len(failed) >= limits.failures:
        found.append("fail_streak")
    return found


def loops_of(steps: Sequence[QuestStep], outcomes: Sequence[str], limits: Loops = DEFAULTS) -> list[str]:
    """The loops these steps end in."""
    deeds = [step.deed for step in steps]
    return detect_loops(deeds, outcomes, [step.action_reflection for step in steps], limits)


def warning(found: Sequence[str], limits: Loops = DEFAULTS) -> str:
    """Loops in words, for whoever is in them."""
    counts = {"repeat_action": limits.repeats, "unchanged": limits.unchanged, "fail_streak": limits.failures}
    told = [TOLD[name].format(count=counts.get(name, limits.series)) for name in found]
    return f"{'; '.join(told).capitalize()}." if told else ""


def trajectory_due(number: int, since: int, tripped: bool) -> bool:
    """Whether the trajectory is looked at in step `number` (from 1): at every fifth step or when a detector trips, but
    not until three steps have passed without (`since`)."""
    return since >= REST and (number % EVERY == 0 or tripped)


def since_trajectory(steps: Sequence[QuestStep]) -> int:
    """Steps that have passed since the trajectory was last looked at."""
    return sum(1 for _ in takewhile(lambda step: not step.trajectory_reflection, reversed(steps)))


def reflected_without_asking(deed: str, targets: Sequence[str]) -> Literal["", "C", "note"]:
    """What is known of a deed without a call: `note` for mere talk, C for the second deed in a row at nothing
    (`targets`: what the newest deeds were aimed at, the last one last); else empty."""
    if _verb(deed) == NOTE:
        return "note"
    return "C" if len(targets) >= 2 and not targets[-1] and not targets[-2] else ""


def letter_in(text: str, letters: str, default: str = "") -> str:
    """The letter an answer gives: the last one of these that stands alone; `default` where none does."""
    found = re.findall(rf"(?<![A-Za-z])([{letters}])(?![A-Za-z'’])", text)
    return str(found[-1]) if found else default


def outcome_in(text: str) -> Literal["success", "failed", "uncertain"]:
    """What a judge of the whole says; anything but a clear word is uncertain."""
    words = re.findall(r"success|failed|failure|uncertain", text.lower())
    if not words or "uncertain" in words:
        return "uncertain"
    return "success" if words[-1] == "success" else "failed"


def useful(successes: int, tries: int = 8) -> bool:
    """Whether a sample teaches anything: neither always nor never solved."""
    return 0 < successes < tries


def deed_key(verb: str, target: str) -> str:
    """A deed as it is compared with others."""
    return " ".join(part for part in (_plain(verb), _plain(target)) if part)


def _series(deeds: Sequence[str], length: int, times: int) -> bool:
    last = list(deeds[-length * times :])
    if len(last) < length * times:
        return False
    pattern = last[:length]
    return last == pattern * times and pattern[0] != pattern[1] and not all(_verb(deed) in IDLE for deed in pattern)


def _verb(deed: str) -> str:
    return deed.partition(" ")[0]


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))
