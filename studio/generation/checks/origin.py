"""Where a character comes from, and whether it may be played."""

from __future__ import annotations

from collections.abc import Iterator

from studio.domain.persona import KIND_OF, needs_consent
from studio.generation.checks.finding import Case, Finding, Severity


def without_consent(case: Case) -> Iterator[Finding]:
    """A living person, or a player, of whom nobody noted that they agreed."""
    who = case.character
    if needs_consent(who):
        yield Finding(
            check="without_consent",
            field="consent",
            severity=Severity.ERROR if who.persona_type == "real" else Severity.WARNING,
            message="Somebody who lives is played here, and it says nowhere that they agreed. Note who did, when, and "
            "to what; until then the character is not given away.",
        )


def without_source(case: Case) -> Iterator[Finding]:
    """Somebody from a work, from history or from life without a word on where it is told of them."""
    who = case.character
    if who.persona_type in ("fictional", "historical", "real") and not who.sources:
        yield Finding(
            check="without_source",
            field="sources",
            severity=Severity.HINT,
            message="Say where this is told of them, and what its licence allows.",
        )


def stereotyped(case: Case) -> Iterator[Finding]:
    """A kind of person without anything of their own: a model fills the rest with what it thinks of the group."""
    who = case.character
    if KIND_OF[who.persona_type] == "demographic" and not (who.facts or who.risk_notes):
        yield Finding(
            check="stereotyped",
            field="facts",
            severity=Severity.WARNING,
            message="A model plays a group by its clichés. Add facts that go against them, or note the risk; "
            "nobody here speaks for a group.",
        )
