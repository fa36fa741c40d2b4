"""Long documents as memories: cut into overlapping windows of turns, so that each is short enough to be one vector; and
back from windows to documents. Pure.

Source: measured on PersonaBench (Tan et al., 2025, https://arxiv.org/abs/2502.20616): a session scored by its best
window of four turns is found more often than by one vector of the whole session.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

TURNS, STEP = 4, 3


def windows(turns: Sequence[str], size: int = TURNS, step: int = STEP) -> tuple[str, ...]:
    """The turns in stretches of `size`, each beginning `step` after the one before; the last may be shorter."""
    if len(turns) <= size:
        return ("\n".join(turns),) if turns else ()
    starts = range(0, len(turns) - size + step, step)
    return tuple("\n".join(turns[start : start + size]) for start in starts if start < len(turns))


def best_first(groups: Iterable[str], most: int) -> tuple[str, ...]:
    """Each document once, at the place of its best window, of windows best first."""
    return tuple(dict.fromkeys(groups))[:most]
