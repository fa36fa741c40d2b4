"""What is known of people as a ledger: an entry that overrules another names it, with the reason, and neither is lost.
Pure.

Source: Jiang et al., PersonaMem, COLM 2025, https://arxiv.org/abs/2504.14225 (preferences that change over time)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from studio.domain.memory import Memory, MemoryKind
from studio.memory.traits import stems


def entries(memories: Iterable[Memory]) -> tuple[Memory, ...]:
    """The persona statements among them, oldest first."""
    found = [one for one in memories if one.kind is MemoryKind.PERSONA]
    return tuple(sorted(found, key=lambda one: (one.created_at, one.id)))


def active(memories: Iterable[Memory]) -> tuple[Memory, ...]:
    """The entries no other one overrules, oldest first."""
    every = entries(memories)
    overruled = {one.details.replaces for one in every}
    return tuple(one for one in every if one.id not in overruled)


def same_subject(newer: str, older: str) -> bool:
    """Whether a newer statement speaks to an older one: on the same thing, or on all of a kind the older is one of.
    `music` speaks to `country music`; `country music` does not speak to `music`."""
    said = stems(newer)
    return bool(said) and said <= stems(older)


def overruled_by(about: str, subject: str, likes: bool | None, known: Sequence[Memory]) -> Memory | None:
    """The active entry on a person that a statement contradicts; None where it contradicts none."""
    if likes is None or not subject:
        return None
    for one in reversed(active(known)):
        stated = one.details
        if one.about == about and stated.likes is (not likes) and same_subject(subject, stated.subject):
            return one
    return None


def states_already(about: str, text: str, subject: str, likes: bool | None, known: Sequence[Memory]) -> bool:
    """Whether an active entry says the same in these words, or is for or against the same thing."""
    for one in active(known):
        if one.about != about:
            continue
        if one.text == text:
            return True
        if (
            subject
            and likes is not None
            and one.details.likes is likes
            and stems(subject) == stems(one.details.subject)
        ):
            return True
    return False


def timelines(memories: Iterable[Memory]) -> tuple[tuple[Memory, ...], ...]:
    """The entries in threads, oldest first within each: what overrules stands behind what it overruled."""
    threads: dict[str, list[Memory]] = {}
    thread_of: dict[str, str] = {}
    for one in entries(memories):
        begun = thread_of.get(one.details.replaces, one.id)
        thread_of[one.id] = begun
        threads.setdefault(begun, []).append(one)
    return tuple(map(tuple, threads.values()))
