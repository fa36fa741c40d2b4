"""Embedding everything anew as long work: stopped or killed, it goes on where it was."""

from __future__ import annotations

from studio.domain.job import Item, Job, NewItem, Result
from studio.memory.base import Scope
from studio.memory.keeper import MemoryKeeper


class Reindexing:
    """The work named `reindex`: each item is what one character remembers in one story. Its texts get vectors of the
    present embedder, stored a batch at a time, and its part of the index is built anew."""

    name = "reindex"
    at_once = 1

    def __init__(self, keeper: MemoryKeeper) -> None:
        self._keeper = keeper

    async def items(self) -> tuple[NewItem, ...]:
        """Everybody's memories, for `Jobs.start`.

        Raises: StorageError
        """
        scopes = await self._keeper.store.scopes()
        return tuple(
            NewItem(
                name=f"{one.character}, {one.count} memories",
                source={"owner": one.owner, "character": one.character, "continuity": one.continuity},
            )
            for one in scopes
        )

    async def do(self, job: Job, item: Item) -> Result:
        """One character's. Raises: StorageError; ModelError when a text cannot be embedded."""
        source = {key: str(value) for key, value in item.source.items()}
        scope = Scope(source["owner"], source["character"], source["continuity"])
        return Result(report={"memories": await self._keeper.rebuild(scope)})

    async def finish(self, job: Job) -> None:
        """Nothing was kept for it."""
