"""How fast the machine is just now: a fixed piece of work, to be read beside every time a benchmark prints.

Two cores of a shared machine do the same work in 35 ms or in 70, as their neighbours let them. A time measured while
this takes twice as long as it can is no more than half ours.
"""

from __future__ import annotations

import json
import statistics
import time

RUNS = 7


def reference_ms() -> float:
    """The median CPU time of the work, in milliseconds of this thread."""
    return round(statistics.median(_once() for _ in range(RUNS)), 1)


def _once() -> float:
    start = time.thread_time()
    rows = {str(number): [number, number * 2, "x" * 20] for number in range(2000)}
    for _ in range(10):
        rows = json.loads(json.dumps(rows))
    total = 0
    for number in range(150_000):
        total += number * number % 7
    return 1000 * (time.thread_time() - start)
