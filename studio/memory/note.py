"""One readable text of everything known: cut into chunks to read, kept as bullets, held to a length. Pure.

Source: Jiang et al., PersonaMem-v2, 2025, https://arxiv.org/abs/2512.06688
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from studio.llm.tokens import estimate
from studio.memory import traits

NO_NOTE = "No previous memory"
CHUNK_TOKENS, MOST_CHUNKS = 5000, 8
CAP_TOKENS = 2000
LOST_SHARE = 0.5
_BULLET = re.compile(r"^\s*(?:[-*•–]|\d+[.)])\s+(.+?)\s*$")
_FENCE = re.compile(r"^\s*```.*$")
_QUESTION = re.compile(r"^\(?[a-d]\)\s|\?$", re.I)


def chunks_in(tokens: int, size: int = CHUNK_TOKENS, most: int = MOST_CHUNKS) -> int:
    """How many chunks a history of so many tokens is read in."""
    return min(most, math.ceil(tokens / size))


def calls(tokens: int, questions: int) -> int:
    """Model calls for reading a history and answering so many questions: one a chunk and one a question."""
    return chunks_in(tokens) + questions


def chunks(
    messages: Sequence[str],
    size: int = CHUNK_TOKENS,
    most: int = MOST_CHUNKS,
    measure: Callable[[str], int] = estimate,
) -> tuple[tuple[int, ...], ...]:
    """Positions of the messages of each chunk, in order. Of what is longer than all chunks hold the *middle* is left
    out; a message longer than a chunk is one of its own."""
    sizes = [measure(message) for message in messages]
    kept = list(range(len(messages)))
    room = size * most
    if sum(sizes) > room:
        head, tail = _within(kept, sizes, room // 2), _within(kept[::-1], sizes, room - room // 2)
        kept = [*head, *(position for position in reversed(tail) if position not in set(head))]
    found: list[list[int]] = []
    filled = 0
    for position in kept:
        if not found or (filled + sizes[position] > size and len(found) < most):
            found.append([])
            filled = 0
        found[-1].append(position)
        filled += sizes[position]
    return tuple(map(tuple, found))


def _within(order: Iterable[int], sizes: Sequence[int], room: int) -> list[int]:
    found: list[int] = []
    for position in order:
        room -= sizes[position]
        if room < 0 and found:
            break
        found.append(position)
    return found


def bullets(text: str) -> tuple[str, ...]:
    """The points of a note, each once: its bulleted or numbered lines, or all its lines where none is. Fences, headings
    and multiple-choice questions are no points."""
    lines = [line for line in text.splitlines() if line.strip() and not _FENCE.match(line)]
    marked = [match[1] for line in lines if (match := _BULLET.match(line))]
    points = marked or [line.strip() for line in lines if not line.lstrip().startswith("#")]
    kept = (" ".join(point.split()) for point in points)
    return tuple(dict.fromkeys(point for point in kept if point and not _QUESTION.search(point) and point != NO_NOTE))


def written(points: Iterable[str]) -> str:
    """The points as a note."""
    return "\n".join(f"- {point}" for point in points)


def held(points: Sequence[str], cap_tokens: int = CAP_TOKENS) -> tuple[str, ...]:
    """As many points from the first on as the cap leaves room for: a hard cut, between points."""
    kept: list[str] = []
    for point in points:
        if estimate(written([*kept, point])) > cap_tokens:
            break
        kept.append(point)
    return tuple(kept)


def keeps_enough(before: Sequence[str], after: Sequence[str]) -> bool:
    """Whether a rewritten note still has the substance of the old one: not less than half of its points. What lost more
    was rewritten badly."""
    return len(after) >= LOST_SHARE * len(before)


def grounds(
    points: Iterable[str], lines: Mapping[str, str], known: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    """What each point rests on: ids of the lines (id → text) it shares most telling words with, two words at least,
    after what it was already `known` to rest on."""
    found: dict[str, tuple[str, ...]] = {}
    said = {id_: frozenset(traits.stems(text)) for id_, text in lines.items()}
    for point in points:
        stems = traits.stems(point)
        shared = {id_: len(stems & words) for id_, words in said.items()}
        most = max(shared.values(), default=0)
        fresh = [id_ for id_, count in shared.items() if count == most] if most >= min(2, len(stems)) else []
        found[point] = tuple(dict.fromkeys([*known.get(point, ()), *fresh[:3]]))
    return found


class Kept(NamedTuple):
    """A note's points after what must not be in it was taken out, and what was taken out."""

    points: tuple[str, ...]
    dropped: tuple[str, ...]


def guarded(points: Iterable[str], forgotten: Iterable[frozenset[str]], *, private: bool) -> Kept:
    """Without what was asked to be forgotten and, unless `private` is allowed, without what is nobody's business."""
    topics = tuple(forgotten)
    kept: list[str] = []
    dropped: list[str] = []
    for point in points:
        out = any(traits.mentions_veiled(point, topic) for topic in topics) or (not private and traits.private(point))
        (dropped if out else kept).append(point)
    return Kept(tuple(kept), tuple(dropped))


def by_rules(points: Sequence[str], lines: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """A note brought up to date without a model: what the lines (speaker, text) say of people in so many words, each
    new point in the place of those it overrules."""
    kept = list(points)
    for speaker, text in lines:
        for said in traits.statements(text, speaker):
            kept = [point for point in kept if not _overrules(said, said.who or speaker, point)]
            if said.text not in kept:
                kept.append(said.text)
    return tuple(kept)


def _overrules(said: traits.Statement, of: str, point: str) -> bool:
    if said.likes is None or not said.subject or not point.startswith(of):
        return False
    return said.likes is not traits.is_for(point) and traits.stems(said.subject) <= traits.stems(point)
