"""Example lines a model can learn a voice from."""

from __future__ import annotations

import re
from collections.abc import Iterator

from studio.generation.checks.finding import Case, Finding, Severity, shown

SHORTEST, LONGEST = 2, 60
"""Words of an example line: a turn is one to three sentences."""


def lines_out_of_bounds(case: Case) -> Iterator[Finding]:
    """Lines too short to show anything, too long to be one turn, or with a name before them."""
    who = case.character
    names = "|".join(re.escape(name) for name in sorted({who.name, who.first_name}, key=len, reverse=True))
    tag = re.compile(rf"^\s*(?:{names})\s*:", re.IGNORECASE)
    for field, text in case.lines:
        words = len(text.split())
        spoken = re.sub(r"\*[^*]*\*", " ", text).strip()
        if found := tag.match(text):
            yield _line(field, f"It begins with {shown(found[0])}. Leave the name out: the line is all that is said.")
        elif not spoken:
            yield _line(field, "Nothing is said in it. Show how they talk, not only what they do.")
        elif words < SHORTEST:
            yield _line(field, f"{shown(text)} is too short to show a voice. Give a whole sentence.")
        elif words > LONGEST:
            yield _line(field, f"It has {words} words; more than {LONGEST} is no single turn. Cut it, or split it.")


def _line(field: str, message: str) -> Finding:
    return Finding(check="lines_out_of_bounds", field=field, severity=Severity.WARNING, message=message)
