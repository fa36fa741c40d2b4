"""How much of a prompt the character takes up."""

from __future__ import annotations

from collections.abc import Iterator

from studio.generation.checks.finding import Case, Finding, Severity
from studio.llm.tokens import estimate
from studio.prompts import render
from studio.roleplay.persona import PERSONA_CHARS

COMFORTABLE_TOKENS = 550
"""What leaves a small model, with 2,000 tokens it can keep in mind, room for a scene and what was said."""


def cut_short(case: Case) -> Iterator[Finding]:
    """A description too long for small models, or too long for any, so that it is told shortened."""
    whole = render("shared/character", c=case.introduced)
    if len(whole) > PERSONA_CHARS:
        yield Finding(
            check="cut_short",
            field="backstory",
            severity=Severity.WARNING,
            message=f"All together is {len(whole):,} characters; {PERSONA_CHARS:,} are told, so examples, identity, "
            "then backstory and facts are left out or shortened. Put what is rarely needed into a lorebook.",
        )
    elif (tokens := estimate(whole)) > COMFORTABLE_TOKENS:
        yield Finding(
            check="cut_short",
            field="backstory",
            severity=Severity.HINT,
            message=f"About {tokens} tokens in every prompt; small models play better below {COMFORTABLE_TOKENS}.",
        )
