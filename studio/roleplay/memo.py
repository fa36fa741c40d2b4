"""What was worked out before, for the very same frozen values: worked out again it would come to the same."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

ResultT = TypeVar("ResultT")


class Memo(Generic[ResultT]):
    """The last `kept` results by key. One is used again only while all it was made from is unchanged."""

    def __init__(self, kept: int) -> None:
        self._kept = kept
        self._results: OrderedDict[Hashable, tuple[tuple[object, ...], ResultT]] = OrderedDict()

    def get(self, key: Hashable, made_from: tuple[object, ...], make: Callable[[], ResultT]) -> ResultT:
        """The result kept under `key` where it was made from equal values; else a new one."""
        found = self._results.get(key)
        if found is not None and all(a is b or a == b for a, b in zip(found[0], made_from, strict=True)):
            self._results.move_to_end(key)
            return found[1]
        result = make()
        self._results[key] = made_from, result
        self._results.move_to_end(key)
        while len(self._results) > self._kept:
            self._results.popitem(last=False)
        return result
