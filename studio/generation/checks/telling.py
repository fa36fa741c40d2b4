"""What never reaches the model, and what is not there to be told."""

from __future__ import annotations

from collections.abc import Iterator

from studio.generation.checks.finding import Case, Finding, Severity
from studio.generation.fields import TITLES, get

SHOWN = (
    "career",
    "aspiration",
    "traits",
    "skills",
    "mbti",
    "tropes",
    "appearance",
    "identity.social",
    "identity.personal",
    "identity.life_context",
    "backstory",
    "speech.style",
    "speech.habits",
    "goals",
    "secrets",
    "facts",
    "timeline_point",
    "knowledge_boundary",
)


def told_nowhere(case: Case) -> Iterator[Finding]:
    """Something filled in that stands nowhere in what a model is told, because the whole is too long."""
    for path in SHOWN:
        value = get(case.introduced, path)
        listed = isinstance(value, tuple)
        for place, text in enumerate(value if isinstance(value, tuple) else (str(value or ""),)):
            if text and " ".join(text.split()) not in " ".join(case.told.split()):
                yield Finding(
                    check="told_nowhere",
                    field=f"{path}.{place}" if listed else path,
                    severity=Severity.WARNING,
                    message=f"{TITLES[path]}: this is not told to the model, or not whole, because there is too much "
                    "else. Shorten the backstory, the identity or the facts.",
                )


def unsaid(case: Case) -> Iterator[Finding]:
    """Scores that only traits could make felt, where there are none."""
    who = case.character
    if who.big_five and not who.traits and not who.identity.personal:
        yield Finding(
            check="unsaid",
            field="big_five",
            severity=Severity.WARNING,
            message="A model is not told numbers, and no trait shows them. Add traits, or say them under "
            f"'{TITLES['identity.personal']}'.",
        )


def gaps(case: Case) -> Iterator[Finding]:
    """What a play lives on and is not there."""
    who = case.character
    missing = (
        ("goals", who.goals, "Nobody plays well who wants nothing. Add a goal that can be won or lost in talk."),
        ("speech.examples", who.speech.examples, "Two or three lines show a voice better than any description."),
        ("speech.style", who.speech.style, "Say in a phrase how they speak."),
        ("backstory", who.backstory or who.facts, "Say where they come from, or a few facts."),
    )
    for field, value, mend in missing:
        if not value:
            yield Finding(check="gaps", field=field, severity=Severity.HINT, message=f"It is empty. {mend}")
