"""Secrets that stand where everybody reads them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from studio.generation.checks.finding import Case, Finding, Passage, Severity, shown
from studio.generation.coverage import stems

RUN = 6
"""So many words in a row are no chance."""
SHARE = 0.6
LEAST_STEMS = 3

_SENTENCE = re.compile(r"[^.!?…\n]+")
_WORD = re.compile(r"\w+(?:['’]\w+)?")


def leaking(case: Case) -> Iterator[Finding]:
    """A secret told in a greeting (an error: every reader sees it) or in what others may read about the character."""
    for secret in case.secrets:
        for passage in case.openings:
            if tells(passage.text, secret.text, case.character.name):
                yield _leak(passage, secret, Severity.ERROR)
        for passage in (*case.descriptions, *case.lines):
            if tells(passage.text, secret.text, case.character.name):
                yield _leak(passage, secret, Severity.WARNING)


def _leak(passage: Passage, secret: Passage, severity: Severity) -> Finding:
    return Finding(
        check="leaking",
        field=passage.field,
        severity=severity,
        message=f"It tells the secret {shown(secret.text)}. Take the telling detail out, or let it be no secret.",
    )


def tells(text: str, secret: str, name: str) -> bool:
    """Whether a text gives a secret away: six words of it in a row, or one sentence that has three fifths of its
    meaningful words and at least three, the owner's name not counted."""
    words, said = (" ".join(_WORD.findall(part.casefold())) for part in (secret, text))
    told = words.split()
    runs = (" ".join(told[place : place + RUN]) for place in range(len(told) - RUN + 1))
    if any(f" {run} " in f" {said} " for run in runs):
        return True
    needed = stems(secret) - stems(name)
    if len(needed) < LEAST_STEMS:
        return False
    enough = max(LEAST_STEMS, SHARE * len(needed))
    return any(len(needed & stems(sentence)) >= enough for sentence in _SENTENCE.findall(text))
