"""What is known of a pair before they talk, as numbers: the learned scorer's input."""

from __future__ import annotations

import numpy as np

from studio.matching.base import Seeker
from studio.matching.pool import Numbers, Pool, country

NAMES = ("similarity", "differs_EI", "differs_NS", "differs_FT", "differs_JP", "same_country", "age_gap")
TITLES = {
    "similarity": "how near their story is to what you say",
    "differs_EI": "one of you turned outwards, one inwards",
    "differs_NS": "one of you for ideas, one for facts",
    "differs_FT": "one of you led by feeling, one by thinking",
    "differs_JP": "one of you for plans, one for openness",
    "same_country": "from the same country",
    "age_gap": "the years between you",
}
DECADE = 10.0


def table(seeker: Seeker, pool: Pool, similarity: Numbers) -> Numbers:
    """Shape (n, 7), columns as `NAMES`: the cosine, whether each letter differs (0.5 where either is unknown), whether
    both are from one country, and the age gap in decades (2 where unknown)."""
    n = len(pool)
    found = np.zeros((n, len(NAMES)))
    found[:, 0] = similarity
    own = seeker.mbti or ""
    letters = pool.letters.view("U1").reshape(n, 4)
    for at in range(4):
        column = np.full(n, 0.5)
        if own:
            column = np.where(letters[:, at] == "", 0.5, (letters[:, at] != own[at]).astype(np.float64))
        found[:, 1 + at] = column
    if seeker.region:
        found[:, 5] = (pool.countries == country(seeker.region)).astype(np.float64)
    gap = np.full(n, 2.0) if seeker.age is None else np.abs(pool.ages - seeker.age) / DECADE
    found[:, 6] = np.where(np.isnan(gap), 2.0, gap)
    return found
