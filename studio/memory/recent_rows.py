"""The newest memories of each scope as this process last read or wrote them, so that a recall reads few from the disk.

Whatever comes to mind is compared with the database before it is used (`stand`): another process may have changed,
forgotten or added something, and then the scope is read anew.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from studio.archive.memories import MemoryStore, Touch
from studio.domain.memory import Memory
from studio.memory.base import Scope

ROWS = 6000
HELD_ROWS = 120_000
"""Of all scopes together; a row takes about a kilobyte."""


class _Scope:
    def __init__(self) -> None:
        self.rows: dict[str, Memory] = {}
        self.older: dict[str, Memory] = {}  # read once, not among the newest
        self.order: list[str] = []  # oldest first
        self.sorted = True
        self.count = 0  # as stored

    @property
    def held(self) -> int:
        return len(self.rows) + len(self.older)

    @property
    def whole(self) -> bool:
        return len(self.rows) == self.count

    def put(self, memories: Iterable[Memory]) -> None:
        for memory in memories:
            if memory.id not in self.rows:
                last = self.rows[self.order[-1]] if self.order else None
                self.sorted = self.sorted and (last is None or _age(last) < _age(memory))
                self.order.append(memory.id)
            self.rows[memory.id] = memory
        if len(self.rows) > ROWS + ROWS // 4:
            kept = self.newest(ROWS)
            self.rows = {memory.id: memory for memory in kept}
            self.order = [memory.id for memory in reversed(kept)]

    def newest(self, limit: int, offset: int = 0) -> list[Memory]:
        if not limit:
            return []
        if not self.sorted:
            self.order.sort(key=lambda id_: _age(self.rows[id_]))
            self.sorted = True
        end = len(self.order) - offset
        return [self.rows[id_] for id_ in reversed(self.order[max(0, end - limit) : max(0, end)])]


def _age(memory: Memory) -> tuple[datetime, str]:
    return memory.created_at, memory.id


class RecentRows:
    """One for a keeper. Every change the keeper makes is told to it after the database holds it."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self._scopes: OrderedDict[Scope, _Scope] = OrderedDict()
        self._touches: dict[str, Touch] = {}

    async def newest(self, scope: Scope, limit: int, offset: int = 0) -> Sequence[Memory]:
        """As `MemoryStore.of`: newest first.

        Raises: StorageError
        """
        held = await self._held(scope)
        if held.whole or offset + limit <= len(held.rows):
            return held.newest(limit, offset)
        return self._touched_now(await self._store.of(*scope, limit=limit, offset=offset))

    async def fetch(self, scope: Scope, ids: Collection[str]) -> Sequence[Memory]:
        """As `MemoryStore.fetch`, of one scope's memories."""
        held = await self._held(scope)
        unknown = [id_ for id_ in ids if id_ not in held.rows and id_ not in held.older]
        if unknown:
            stored = await self._store.fetch(scope.owner, unknown)
            held.older.update((memory.id, memory) for memory in self._touched_now(stored))
            self._make_room(scope)
        rows, older = held.rows, held.older
        return [rows.get(id_) or older[id_] for id_ in dict.fromkeys(ids) if id_ in rows or id_ in older]

    def _make_room(self, scope: Scope) -> None:
        """Let go of the scopes nobody asked for longest, as long as all together hold too many rows."""
        count = sum(held.held for held in self._scopes.values())
        for other in list(self._scopes):
            if count <= HELD_ROWS:
                return
            if other != scope:
                count -= self._scopes.pop(other).held

    async def stand(self, scope: Scope, memories: Sequence[Memory]) -> bool:
        """Whether the database still holds these as they are here, and the newest memory is the one known of. If not,
        what was held is forgotten, and the next look is a fresh one."""
        held = self._scopes.get(scope)
        newest, stored = await self._store.standing(*scope, [memory.id for memory in memories])
        known = held.newest(1) if held is not None else []
        if held is not None and newest != (known[0].id if known else ""):
            self._scopes.pop(scope, None)
            return False
        if any(_told(stored.get(memory.id)) != _told(memory) for memory in memories):
            self._scopes.pop(scope, None)
            return False
        return True

    def added(self, scope: Scope, memories: Sequence[Memory]) -> None:
        """The database took these in, all of them new to it."""
        held = self._scopes.get(scope)
        if held is not None:
            held.put(memories)
            held.count += len(memories)
            self._make_room(scope)

    def touched(self, scope: Scope, ids: Iterable[str], at: datetime) -> None:
        """These came to mind; the database learns of it with the next write (`untold`)."""
        ids = tuple(ids)
        self._touches.update((id_, Touch(scope.owner, id_, at)) for id_ in ids)
        held = self._scopes.get(scope)
        if held is not None:
            held.put(self._touched_now([held.rows[id_] for id_ in ids if id_ in held.rows]))
            older = self._touched_now([held.older[id_] for id_ in ids if id_ in held.older])
            held.older.update((memory.id, memory) for memory in older)

    @property
    def untold(self) -> tuple[Touch, ...]:
        """The touches the database does not know of yet."""
        return tuple(self._touches.values())

    def told(self, touches: Iterable[Touch]) -> None:
        """The database knows of these now."""
        for touch in touches:
            if self._touches.get(touch.memory) == touch:
                del self._touches[touch.memory]

    def _touched_now(self, memories: Sequence[Memory]) -> Sequence[Memory]:
        touches = self._touches
        return [
            memory.model_copy(update={"accessed_at": touches[memory.id].at}) if memory.id in touches else memory
            for memory in memories
        ]

    def forget(self, scope: Scope) -> None:
        """Read this scope anew when it is next asked for."""
        self._scopes.pop(scope, None)

    def clear(self) -> None:
        """Read everything anew."""
        self._scopes.clear()

    async def _held(self, scope: Scope) -> _Scope:
        held = self._scopes.get(scope)
        if held is None:
            stored = await self._store.of(*scope, limit=ROWS)
            count = await self._store.count(*scope) if len(stored) == ROWS else 0
            held = _Scope()
            held.put(self._touched_now(stored))
            held.count = max(count, len(stored))
            self._scopes[scope] = held
            self._make_room(scope)
        self._scopes.move_to_end(scope)
        return held


def _told(memory: Memory | None) -> Memory | None:
    """A memory but for when it last came to mind, which decides nothing about what is told."""
    return memory and memory.model_copy(update={"accessed_at": memory.created_at})
