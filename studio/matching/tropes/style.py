"""A manner of speaking borrowed from kin: lines of those who belong with a character, ranked for what was just heard.

Source: Li et al., ALOHA, AAAI 2020, sections 3.4 and 4, https://arxiv.org/abs/1910.08293.
Differs: the paper trains a bi-encoder per target; here word likeness ranks, so that it works at once, without training
and without a model. What is asked is the same: the true line among distractors of characters outside the community.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from studio.domain.value import Value
from studio.errors import Invalid
from studio.matching.lexical import LexicalIndex
from studio.matching.tropes.community import Community
from studio.matching.tropes.naming import decamel
from studio.matching.tropes.ranks import RankReport, rank_of, report

Numbers = NDArray[np.float64]
SHOWN_TROPES = 8
DISTRACTORS = 19
PROFILE_WEIGHT = 1.0


class Line(Value):
    """What a character said, and what it had just heard."""

    character: str
    heard: str
    said: str


class RankedLine(Value):
    """A line with how well it answers (`score`, 0–2) and why."""

    line: Line
    score: float
    reason: str


def persona_text(tropes: Sequence[str], seed: int = 0) -> str:
    """A character told by at most eight of its tropes, drawn by the seed: `i am badass bookworm.` for each."""
    drawn = random.Random(seed).sample(list(tropes), min(SHOWN_TROPES, len(tropes)))
    return " ".join(f"i am {decamel(trope)}." for trope in drawn)


class StyleRanker:
    """Ranks lines by how much they share with what was heard and with who is to speak."""

    def __init__(self, lines: Iterable[Line], personas: Iterable[str] = ()) -> None:
        self.lines = tuple(lines)
        if not self.lines:
            raise Invalid("There are no lines to learn a manner from. Import a chat or play a scene first.")
        self._personas = tuple(personas)

    @cached_property
    def _index(self) -> LexicalIndex:
        said = [line.said for line in self.lines]
        return LexicalIndex([*said, *(line.heard for line in self.lines), *self._personas], stems=True)

    def scores(self, heard: str, persona: str = "") -> Numbers:
        """How well each line answers `heard` in the mouth of `persona`, 0–2, in the order of `lines`."""
        total = self._index.cosines(heard) + PROFILE_WEIGHT * self._index.cosines(persona)
        return total[: len(self.lines)]

    def by_kin(
        self, community: Community, heard: str, persona: str = "", *, count: int = 5, zero_shot: bool = True
    ) -> tuple[RankedLine, ...]:
        """The best lines of the positive community, at most two a character, best first. `zero_shot`: never one of the
        target's own; else its own come in too. Empty where no kin has lines."""
        frequency = {one.id: one.frequency for one in community.neighbours if one.standing == "positive"}
        if not zero_shot:
            frequency[community.target] = max(frequency.values(), default=1)
        scores = self.scores(heard, persona)
        order = np.lexsort((np.arange(len(scores)), -np.round(scores, 9)))
        chosen: list[RankedLine] = []
        taken: dict[str, int] = {}
        for at in order:
            line = self.lines[at]
            if line.character in frequency and taken.get(line.character, 0) < 2:
                taken[line.character] = taken.get(line.character, 0) + 1
                reason = f"kin, {frequency[line.character]} times among the likes of the likes"
                chosen.append(RankedLine(line=line, score=round(float(scores[at]), 6), reason=reason))
            if len(chosen) == count:
                break
        return tuple(chosen)

    def answer(self, community: Community, heard: str, persona: str = "") -> str:
        """The best-ranked line of the kin as it stands: an answer without any model. Empty where no kin has lines."""
        ranked = self.by_kin(community, heard, persona, count=1)
        return ranked[0].line.said if ranked else ""


def bench(
    ranker: StyleRanker,
    persona_of: dict[str, str],
    *,
    use_heard: bool = True,
    use_persona: bool = True,
    distractors: int = DISTRACTORS,
    seed: int = 0,
    outsiders: dict[str, frozenset[str]] | None = None,
) -> RankReport:
    """How often the true line is ranked first among lines of others. `outsiders`: whose lines may distract from a
    character's (its negative community); without it, everybody else's. Pools smaller than asked are used whole."""
    generator = random.Random(seed)
    lines = ranker.lines
    ranks, pools = [], []
    by_persona = {
        id_: ranker.scores("", persona_of.get(id_, "")) if use_persona else np.zeros(len(lines))
        for id_ in sorted({line.character for line in lines})
    }
    others = {
        id_: [
            at
            for at, line in enumerate(lines)
            if (line.character in outsiders[id_] if outsiders and id_ in outsiders else line.character != id_)
        ]
        for id_ in by_persona
    }
    for at, line in enumerate(lines):
        pool = others[line.character]
        drawn = generator.sample(pool, min(distractors, len(pool)))
        scores = by_persona[line.character].copy()
        if use_heard:
            scores = scores + ranker.scores(line.heard)
        ranks.append(rank_of([float(scores[one]) for one in (at, *drawn)], 0))
        pools.append(1 + len(drawn))
    return report(ranks, pools)
