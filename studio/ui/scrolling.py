"""Which lines of a long play the page holds: a window that grows to a limit, and then moves. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from studio.ui.present import WINDOW, WINDOW_MOST

Where = Literal["earlier", "later", "newest", "line"]


def scrolled(seen: Sequence[str], window: int, until: str, where: Where, line: str = "") -> tuple[int, str]:
    """The window and the event it ends with (empty: the newest) after a step. `seen`: the ids of all lines.

    A `line` that is shown already, or is not there, changes nothing.
    """
    size = len(seen)
    end = seen.index(until) + 1 if until in seen else size
    start = max(0, end - window)
    match where:
        case "newest":
            start, end = max(0, size - WINDOW), size
        case "earlier":
            start = max(0, start - WINDOW)
            end = min(end, start + WINDOW_MOST)
        case "later":
            end = min(size, end + WINDOW)
            start = max(start, end - WINDOW_MOST)
        case "line" if line in seen and not start <= seen.index(line) < end:
            end = min(size, seen.index(line) + WINDOW // 2)
            start = max(0, end - WINDOW)
    return max(WINDOW, end - start), "" if end == size else seen[end - 1]
