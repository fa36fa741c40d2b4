"""What is wrong with a character, found without asking a model. Pure.

Each check is a function from a case to findings, in the file named after what it looks at. A finding names the field
and the mend. Checks are shy: a fault that is only likely is a warning or a hint, an error is worth stopping for.
"""

from __future__ import annotations

from studio.domain.character import Character
from studio.domain.options import Options
from studio.generation.checks.finding import Case, Check, Finding, Severity
from studio.generation.checks.origin import stereotyped, without_consent, without_source
from studio.generation.checks.repetition import repeated
from studio.generation.checks.secrecy import leaking
from studio.generation.checks.size import cut_short
from studio.generation.checks.telling import gaps, told_nowhere, unsaid
from studio.generation.checks.temper import at_odds, opposed, too_young_or_old
from studio.generation.checks.voice import lines_out_of_bounds
from studio.generation.checks.words import broken_off, leftover, speaking_for_the_reader

__all__ = ["CHECKS", "Finding", "Severity", "check"]

CHECKS: tuple[Check, ...] = (
    opposed,
    at_odds,
    too_young_or_old,
    without_consent,
    without_source,
    stereotyped,
    told_nowhere,
    unsaid,
    gaps,
    speaking_for_the_reader,
    leftover,
    broken_off,
    leaking,
    repeated,
    lines_out_of_bounds,
    cut_short,
)


def check(character: Character, options: Options | None = None) -> tuple[Finding, ...]:
    """Everything found, errors first, then in the order of the form. Without the `options` nobody knows which traits
    contradict each other, nor at what age a career is begun."""
    case = Case(character, options)
    found = [finding for look in CHECKS for finding in look(case)]
    return tuple(sorted(found, key=Finding.rank))
