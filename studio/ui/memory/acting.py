"""What a person does to a character's memories, each with the way to take it back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from studio.memory.curation import Curator, Done
from studio.ui.desk import Desk
from studio.ui.feedback import Notice
from studio.ui.memory.values import Wish
from studio.ui.visit import Visit

Deed = Callable[[Visit, Wish], Awaitable[Notice]]


class Hand:
    """Grants wishes. Raises: NotFound for another owner's memories, as if they were not there; Invalid; Conflict."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.deeds: dict[str, Deed] = {
            "edit": self.edit,
            "pin": self.pin,
            "forget": self.forget,
            "erase": self.erase,
            "write": self.write,
        }

    @property
    def _curator(self) -> Curator:
        return self._desk.studio.curator

    async def edit(self, visit: Visit, wish: Wish) -> Notice:
        """Another text or importance."""
        id_ = wish.ids[0] if wish.ids else ""
        return _undoable(await self._curator.edit(visit.owner, id_, text=wish.text, importance=wish.importance))

    async def pin(self, visit: Visit, wish: Wish) -> Notice:
        """Pin or unpin."""
        return _undoable(await self._curator.pin(visit.owner, wish.ids, pinned=wish.pinned))

    async def forget(self, visit: Visit, wish: Wish) -> Notice:
        """Out of mind, with what was concluded from it."""
        return _undoable(await self._curator.forget(visit.owner, wish.ids))

    async def erase(self, visit: Visit, wish: Wish) -> Notice:
        """Gone for good."""
        return Notice(text=(await self._curator.erase(visit.owner, wish.ids)).told)

    async def write(self, visit: Visit, wish: Wish) -> Notice:
        """A memory by hand."""
        look = wish.look
        return Notice(text=(await self._curator.note(visit.owner, look.character, look.continuity, wish.text)).told)

    async def undo(self, visit: Visit, act: str) -> Notice:
        """Take something back."""
        return Notice(text=(await self._curator.undo(visit.owner, act)).told)


def _undoable(done: Done) -> Notice:
    return Notice(text=done.told, action="undo", action_label="Undo", sent={"key": done.id})
