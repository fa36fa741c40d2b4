"""A ranking as a person sees it: filtered, varied, with reasons, and with what plain word counting would have said."""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from studio.domain.character import Mbti
from studio.domain.value import Value
from studio.errors import Invalid
from studio.matching.base import Matcher, RatedPair, Scored, Seeker, seeking
from studio.matching.features import NAMES, table
from studio.matching.pool import Mask, Numbers, Pool
from studio.matching.profile import Profile
from studio.matching.reasons import Reason, reasons_for
from studio.matching.similarity import similarities
from studio.run_context import RunContext

LAMBDA = 0.7
CONSIDERED = 60
TELLERS = 2
"""How many of a varied ranking may have been through the very same."""
FAR = 0.2
"""Below this cosine the nearest story is not near."""


class Filters(Value):
    """Who may be found. Empty fields let everybody pass; somebody of unknown age passes no age limit."""

    types: tuple[Mbti, ...] = ()
    gender: str = ""
    region: str = ""
    least_age: int | None = Field(default=None, ge=0)
    most_age: int | None = Field(default=None, ge=0)
    exclude: tuple[str, ...] = ()


class Match(Value):
    """Somebody found. `rank` counts from 1; `score` is on the ranking's scale; `words_rank` is where plain word
    counting puts them."""

    profile: Profile
    rank: int
    score: float
    reasons: tuple[Reason, ...]
    words_rank: int


class Ranking(Value):
    """The best of those `eligible`, best first. `baseline` are the ids plain word counting would have given, `overlap`
    how many of them are here too; `measured` says what gain was measured; `notes` what the reader should know."""

    matcher: str
    matches: tuple[Match, ...]
    low: float
    high: float
    pool: int
    eligible: int
    baseline: tuple[str, ...]
    overlap: int
    measured: str
    notes: tuple[str, ...] = ()
    milliseconds: float = 0.0


async def rank(
    matcher: Matcher,
    seeker: Seeker,
    pool: Pool,
    context: RunContext,
    *,
    count: int = 5,
    evidence: tuple[RatedPair, ...] = (),
    filters: Filters | None = None,
    diversity: float = 1.0 - LAMBDA,
) -> Ranking:
    """The `count` best supporters for a seeker, who is never one of them. `diversity` 0 ranks by score alone; the
    paper has none, 0.3 gives up a little nearness for difference (maximal marginal relevance, λ = 1 − diversity).

    Raises: Invalid when there is nothing to go by or nobody passes the filters; as `Matcher.score`.
    """
    started = time.perf_counter()
    if not 0 <= diversity <= 1:
        raise Invalid(f"Diversity is {diversity:g}: use 0 (nearest only) to 1 (as different as can be).")
    seeker, notes = seeking(seeker)
    eligible = passing(pool, filters or Filters(), seeker)
    if not eligible.any():
        raise Invalid(
            f"Nobody of the {len(pool)} in this bank passes the filters, the seeker left out. Loosen one of them."
        )
    scored = await matcher.score(seeker, pool, evidence, eligible, context)
    ranking = await asyncio.to_thread(_ranked, matcher, seeker, pool, scored, eligible, count, diversity, notes)
    return ranking.model_copy(update={"milliseconds": round(1000 * (time.perf_counter() - started), 2)})


def _ranked(
    matcher: Matcher,
    seeker: Seeker,
    pool: Pool,
    scored: Scored,
    eligible: Mask,
    count: int,
    diversity: float,
    notes: tuple[str, ...],
) -> Ranking:
    values = np.where(scored.scored, scored.values, -np.inf)
    best = _top(values, max(CONSIDERED, 4 * count))
    best = best[np.isfinite(values[best])]
    chosen = varied(best, values, pool, count, diversity)
    by_words = np.where(eligible, pool.lexical.cosines(seeker.text), -np.inf)
    place = {int(at): rank for rank, at in enumerate(_top(by_words, len(pool)), start=1)}
    baseline = tuple(pool.profiles[at].id for at in _top(by_words, min(count, int(eligible.sum()))))
    matches = tuple(
        Match(
            profile=pool.profiles[at],
            rank=rank,
            score=round(float(scored.values[at]), 6),
            reasons=reasons_for(seeker, pool, at, scored),
            words_rank=place[at],
        )
        for rank, at in enumerate(chosen, start=1)
    )
    return Ranking(
        matcher=matcher.card.name,
        matches=matches,
        low=scored.low,
        high=scored.high,
        pool=len(pool),
        eligible=int(eligible.sum()),
        baseline=baseline,
        overlap=len({match.profile.id for match in matches} & set(baseline)),
        measured=scored.measured,
        notes=(*notes, *_honesty(seeker, pool, scored, matches), *scored.notes),
    )


def _honesty(seeker: Seeker, pool: Pool, scored: Scored, matches: Sequence[Match]) -> list[str]:
    """What a reader must know to take the order for what it is."""
    notes = []
    near = scored.parts.get("similarity")
    if near is not None and matches and float(np.max(near)) < FAR:
        notes.append("No story here is near to what you wrote: take the order as little better than chance.")
    if not pool.lexical.knows(seeker.text):
        notes.append(
            "What you wrote shares no word with this bank. Stories are compared in English best; in another language "
            "the order says less."
        )
    if matches and float(np.ptp([match.score for match in matches])) < 1e-9 and len(matches) > 1:
        notes.append("All of these score the same, so their order means nothing.")
    return notes


def passing(pool: Pool, filters: Filters, seeker: Seeker) -> Mask:
    """Who passes the filters, shape (n,). The seeker passes none: nobody supports themselves."""
    mask = np.ones(len(pool), dtype=np.bool_)
    if filters.types:
        mask &= np.isin(pool.letters, filters.types)
    if filters.gender:
        mask &= pool.genders == filters.gender.casefold()
    if filters.region:
        wanted = filters.region.casefold()
        mask &= np.array([wanted in profile.region.casefold() for profile in pool.profiles], dtype=np.bool_)
    if filters.least_age is not None:
        mask &= pool.ages >= filters.least_age
    if filters.most_age is not None:
        mask &= pool.ages <= filters.most_age
    for id_ in (*filters.exclude, seeker.id):
        if id_ in pool.position:
            mask[pool.position[id_]] = False
    return mask


def _top(values: Numbers, count: int) -> NDArray[np.int64]:
    """Positions of the largest values, largest first, ties by position."""
    count = min(count, len(values))
    if count < len(values):
        border = np.partition(values, len(values) - count)[len(values) - count]
        near = np.flatnonzero(values >= border)
    else:
        near = np.arange(len(values))
    order = np.lexsort((near, -values[near]))
    top: NDArray[np.int64] = near[order][:count]
    return top


def varied(best: NDArray[np.int64], values: Numbers, pool: Pool, count: int, diversity: float) -> list[int]:
    """`count` of `best` by maximal marginal relevance: score over what is middling here, less likeness to those already
    chosen (`likeness`). A story that two have told already is passed over while others come at all near.

    Source: Carbonell and Goldstein, SIGIR 1998.
    """
    left = [int(at) for at in best]
    if diversity <= 0 or len(left) <= 1:
        return left[:count]
    low = float(np.median(values[np.isfinite(values)]))
    span = float(values[left].max()) - low or 1.0
    relevance = {at: (float(values[at]) - low) / span for at in left}
    chosen: list[int] = []
    floor = 0.5 * (1 - diversity)
    while left and len(chosen) < count:

        def worth(at: int) -> float:
            near = max((likeness(pool.profiles[at], pool.profiles[other]) for other in chosen), default=0.0)
            return (1 - diversity) * relevance[at] - diversity * near

        told = Counter(_lived(pool.profiles[at]) for at in chosen)
        fresh = [at for at in left if relevance[at] >= floor and told[_lived(pool.profiles[at])] < TELLERS]
        pick = max(fresh or left, key=lambda at: (worth(at), relevance[at], -at))
        chosen.append(pick)
        left.remove(pick)
    return chosen


def likeness(first: Profile, second: Profile) -> float:
    """How alike two supporters are, 0 to 1: in what they went through, or in letters, tropes, trade, place, age and
    gender, whichever is more."""
    letters = sum(a == b for a, b in zip(first.mbti or "", second.mbti or "", strict=False)) / 4
    tropes = len(set(first.tropes) & set(second.tropes)) / max(1, min(len(first.tropes), len(second.tropes)))
    job = float(bool(first.job) and first.job == second.job)
    place = float(bool(first.region) and first.region == second.region)
    years = abs((first.age or 0) - (second.age or 0))
    age = max(0.0, 1 - years / 30)
    outline = (letters + min(1.0, tropes) + job + place + age + float(first.gender == second.gender)) / 6
    lived, other = (_lived(profile) for profile in (first, second))
    shared = len(lived & other) / max(1, min(len(lived), len(other)))
    return max(shared, outline)


def _lived(profile: Profile) -> frozenset[str]:
    """The sentences of what somebody went through, numbers left out."""
    text = profile.memories.get("growth_experience", profile.facts.get("growth_experience", ""))
    return _sentences(text)


@lru_cache(maxsize=4096)
def _sentences(text: str) -> frozenset[str]:
    return frozenset(sentence for sentence in re.split(r"(?<=[.!?])\s+|\d+", text) if sentence)


async def rated(seeker: Seeker, supporter: str, rating: float, pool: Pool, context: RunContext) -> RatedPair:
    """A rating (1–5) of a talk as evidence for the learned scorers, with what was known of the two.

    Raises: Invalid for a rating outside 1–5, a supporter who is not in the pool, or one who is the seeker.
    """
    if not 1 <= rating <= 5:
        raise Invalid(f"A rating is 1 to 5, not {rating:g}.")
    if supporter not in pool.position:
        raise Invalid(f"'{supporter[:80]}' is not in this bank, so the rating cannot be learned from.")
    if supporter == seeker.id:
        raise Invalid("Seeker and supporter are the same person. Choose two.")
    seeker, _ = seeking(seeker)
    at = pool.position[supporter]
    near = await similarities(seeker.text, pool, context)
    row = table(seeker, pool, near)[at]
    return RatedPair(
        seeker=seeker.id,
        supporter=supporter,
        rating=rating,
        similarity=float(near[at]),
        embedder=context.embedder.name,
        features={name: round(float(row[column]), 6) for column, name in enumerate(NAMES)},
        at=context.clock(),
    )
