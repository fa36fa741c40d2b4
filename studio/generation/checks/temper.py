"""Traits, type, scores and age that cannot all be true of one person."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from studio.domain.options import bare
from studio.generation.checks.finding import Case, Finding, Severity
from studio.generation.temperament import contradictions, letters, strained


def opposed(case: Case) -> Iterator[Finding]:
    """Two traits or tropes of which each excludes the other."""
    if case.options is None:
        return
    who = case.character
    named = [(f"traits.{n}", trait) for n, trait in enumerate(who.traits)]
    named += [(f"tropes.{n}", trope) for n, trope in enumerate(who.tropes)]
    for (_, one), (field, other) in combinations(named, 2):
        if bare(other) in case.options.opposed.get(bare(one), frozenset()):
            yield Finding(
                check="opposed",
                field=field,
                severity=Severity.ERROR,
                message=f"'{one}' and '{other}' exclude each other. Keep one.",
            )
        elif bare(one) == bare(other):
            yield Finding(
                check="opposed", field=field, severity=Severity.WARNING, message=f"'{other}' stands twice. Keep one."
            )


def at_odds(case: Case) -> Iterator[Finding]:
    """A type that the Big Five contradict, and traits that contradict either."""
    who = case.character
    if who.mbti and who.big_five:
        for axis in contradictions(who.mbti, who.big_five):
            letter, score = who.mbti[axis.place], getattr(who.big_five, axis.domain)
            yield Finding(
                check="at_odds",
                field="mbti",
                severity=Severity.WARNING,
                message=f"{who.mbti} has {letter}, but {_said(axis.domain)} is {score:g} of 7. "
                f"The scores suggest {letters(who.big_five)}.",
            )
    for place, name in enumerate(who.traits if case.options else ()):
        trait = case.options.trait(name) if case.options else None
        if trait is not None and strained(trait, who.big_five, who.mbti):
            domain = max(trait.leans, key=lambda one: abs(trait.leans[one]))
            against = f"{_said(domain)} {getattr(who.big_five, domain):g} of 7" if who.big_five else who.mbti
            yield Finding(
                check="at_odds",
                field=f"traits.{place}",
                severity=Severity.WARNING,
                message=f"'{name}' sits badly with {against}. Change one of the two.",
            )


def too_young_or_old(case: Case) -> Iterator[Finding]:
    """A career nobody has at that age."""
    who = case.character
    if case.options is None or who.age is None or not who.career:
        return
    career = next((one for one in case.options.careers.options if bare(one.name) == bare(who.career)), None)
    if career is not None and not career.youngest <= who.age <= career.oldest:
        yield Finding(
            check="too_young_or_old",
            field="age",
            severity=Severity.WARNING,
            message=f"{who.age} is an odd age for {career.name}: {career.youngest} to {career.oldest} is usual. "
            "Change one, or say in the backstory how it came about.",
        )


def _said(domain: str) -> str:
    return "open-mindedness" if domain == "openness" else domain.replace("_", " ")
