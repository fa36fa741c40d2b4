"""The same thing said twice."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from studio.generation.checks.finding import Case, Finding, Passage, Severity, shown
from studio.generation.coverage import stems

ALIKE = 0.8
"""Shared beginnings of words over all, from which two texts say the same."""
LEAST_STEMS = 3


def repeated(case: Case) -> Iterator[Finding]:
    """Entries of one list that say the same; each costs room in every prompt."""
    who = case.character
    lists = {
        "facts": who.facts,
        "goals": who.goals,
        "secrets": who.secrets,
        "skills": who.skills,
        "speech.habits": who.speech.habits,
        "speech.examples": who.speech.examples,
        "alternate_greetings": (who.greeting, *who.alternate_greetings) if who.greeting else who.alternate_greetings,
    }
    for field, texts in lists.items():
        first = 0 if field != "alternate_greetings" or not who.greeting else -1
        passages = [Passage(f"{field}.{place}", text) for place, text in enumerate(texts, first)]
        for one, other in combinations(passages, 2):
            if same(one.text, other.text, who.name):
                yield Finding(
                    check="repeated",
                    field=other.field,
                    severity=Severity.WARNING,
                    message=f"It says the same as {shown(one.text)}. Keep one.",
                )


def same(one: str, other: str, name: str) -> bool:
    """Whether two texts say the same: equal but for case, blanks and punctuation, or nearly all words in common."""
    if one.casefold().split() == other.casefold().split():
        return True
    mine, theirs = stems(one) - stems(name), stems(other) - stems(name)
    if min(len(mine), len(theirs)) < LEAST_STEMS:
        return False
    return len(mine & theirs) >= ALIKE * len(mine | theirs)
