"""What a person does with a character's memories: read them with what they rest on, edit, pin, forget, bring back."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence

from studio.archive.memory_changes import Act
from studio.archive.memory_queries import MemoryCount, MemoryFilter, MemoryPage
from studio.domain.identifiers import derived, uuid7
from studio.domain.memory import Memory, MemoryKind, Recalled
from studio.domain.value import Value
from studio.errors import Invalid, NotFound
from studio.memory import ledger, note, reflection
from studio.memory.base import Ask, MemoryPolicy
from studio.memory.keeper import MemoryKeeper

LONGEST_TEXT = 20_000
DEEPEST = 8
MOST_KNOWN = 2000
_NAMES = {
    MemoryKind.OBSERVATION: "memory",
    MemoryKind.EVENT: "memory",
    MemoryKind.REFLECTION: "insight",
    MemoryKind.SUMMARY: "summary",
    MemoryKind.PERSONA: "trait",
    MemoryKind.NOTE: "note",
    MemoryKind.PLAN: "plan",
    MemoryKind.PROFILE: "version of the written memory",
}


class Done(Value):
    """Something that was done and can be taken back under `id` until its memories are forgotten for good."""

    id: str
    memories: tuple[Memory, ...]
    told: str


class Grounds(Value):
    """A memory with what it was concluded from, down to what was lived through. `missing`: evidence that is gone."""

    memory: Memory
    evidence: tuple[Grounds, ...] = ()
    missing: tuple[str, ...] = ()


class Known(Value):
    """Something known of a person that still holds, what it was learnt from, and what it overruled, newest first."""

    statement: Memory
    learnt_from: tuple[Memory, ...]
    overruled: tuple[Memory, ...]


class Answer(Value):
    """What would come to mind, best first, and how full the reflection meter is: what was lived through since the last
    reflection adds up to so much importance."""

    recalled: tuple[Recalled, ...]
    meter: float
    full: float = reflection.FULL


class Curator:
    """Acts of a person on the memories of one owner at a time. Another owner's are never found."""

    def __init__(self, keeper: MemoryKeeper, rng: random.Random) -> None:
        self._keeper = keeper
        self._rng = rng

    # --- reading ----------------------------------------------------------------------------------------------

    async def page(self, owner: str, which: MemoryFilter, *, limit: int = 50, offset: int = 0) -> MemoryPage:
        """A page of memories: a timeline, a search, what is pinned, what is out of mind."""
        return await self._keeper.store.page(owner, which, limit=limit, offset=offset)

    async def ask(self, policy: MemoryPolicy, ask: Ask) -> Answer:
        """What would come to mind by this policy, at this time, for this text. Asking leaves no trace: nothing counts
        as remembered by it, so one may ask what if.

        Raises: StorageError; ModelError when the text cannot be embedded.
        """
        await self._keeper.settled()
        await self._keeper.ready(ask.scope)
        bank = self._keeper.bank(ask)
        recalled = await policy.recall(ask, bank)
        whole = self._keeper.bank(ask.model_copy(update={"window": frozenset(), "focal": ""}))
        lived = reflection.since_last(tuple(reversed(await whole.newest(MOST_KNOWN))))
        return Answer(recalled=recalled, meter=reflection.meter(lived))

    async def grounds(self, owner: str, id_: str) -> Grounds:
        """A memory with its evidence, as a tree.

        Raises: NotFound
        """
        (root,) = await self._found(owner, [id_])
        return await self._grounds(root, DEEPEST, frozenset())

    async def _grounds(self, memory: Memory, left: int, above: frozenset[str]) -> Grounds:
        wanted = [one for one in memory.evidence if one not in above] if left else []
        found = await self._keeper.store.fetch(memory.owner, wanted, forgotten=True)
        there = {one.id for one in found}
        evidence = [await self._grounds(one, left - 1, above | {memory.id}) for one in found]
        missing = tuple(one for one in wanted if one not in there)
        return Grounds(memory=memory, evidence=tuple(evidence), missing=missing)

    async def conclusions(self, owner: str, id_: str) -> tuple[Memory, ...]:
        """Everything concluded from a memory, however indirectly: what would go with it."""
        return await self._keeper.store.resting_on(owner, [id_])

    async def profile(self, owner: str, about: str, *, character: str = "", continuity: str = "") -> tuple[Known, ...]:
        """What is known of a person by all of the owner's characters, or by one, newest first: with the lines it was
        learnt from, and what it overruled."""
        which = MemoryFilter(about=about, character=character, continuity=continuity, kinds=(MemoryKind.PERSONA,))
        found = (await self._keeper.store.page(owner, which, limit=MOST_KNOWN)).memories
        lines = await self._keeper.store.fetch(owner, [id_ for one in found for id_ in one.evidence])
        by_id = {one.id: one for one in lines}
        known = []
        for thread in ledger.timelines(found):
            last = thread[-1]
            known.append(
                Known(
                    statement=last,
                    learnt_from=tuple(by_id[id_] for id_ in last.evidence if id_ in by_id),
                    overruled=tuple(reversed(thread[:-1])),
                )
            )
        return tuple(sorted(known, key=lambda one: one.statement.created_at, reverse=True))

    async def because(self, owner: str, id_: str, point: str) -> tuple[Memory, ...]:
        """The lines a point of a written memory was learnt from, as the character heard them.

        Raises: NotFound
        """
        (written,) = await self._found(owner, [id_])
        events = written.details.grounds.get(point, ())
        return await self._keeper.store.fetch(owner, [derived(event, written.character) for event in events])

    async def counts(self, owner: str) -> tuple[MemoryCount, ...]:
        """Who remembers what kinds of things, and of whom: what a page lets choose from."""
        return await self._keeper.store.counts(owner)

    async def versions(self, owner: str, character: str, continuity: str) -> tuple[Memory, ...]:
        """The written memory of a character, newest version first."""
        which = MemoryFilter(character=character, continuity=continuity, kinds=(MemoryKind.PROFILE,))
        return (await self._keeper.store.page(owner, which, limit=MOST_KNOWN)).memories

    # --- acting -----------------------------------------------------------------------------------------------

    async def edit(self, owner: str, id_: str, *, text: str = "", importance: float | None = None) -> Done:
        """Another text or importance. What was concluded from the old text stays.

        Raises: NotFound; Invalid for an empty or far too long text, or an importance outside 1 to 10.
        """
        (memory,) = await self._found(owner, [id_])
        wanted = text.strip() or memory.text
        if len(wanted) > LONGEST_TEXT:
            raise Invalid(f"That memory has {len(wanted):,} characters; {LONGEST_TEXT:,} is the limit. Shorten it.")
        if importance is not None and not 1 <= importance <= 10:
            raise Invalid(f"Importance is {importance:g}: give a number from 1 to 10.")
        changed = memory.model_copy(
            update={"text": wanted, "importance": memory.importance if importance is None else float(importance)}
        )
        return await self._done(owner, "edit", [changed], "The memory was changed.")

    async def pin(self, owner: str, ids: Sequence[str], *, pinned: bool = True) -> Done:
        """Let these come to mind before all others, as far as there is room, and never fade; or no longer.

        Raises: NotFound
        """
        memories = [one.model_copy(update={"pinned": pinned}) for one in await self._found(owner, ids)]
        told = f"{_counted(memories)} {'pinned' if pinned else 'no longer pinned'}."
        return await self._done(owner, "pin" if pinned else "unpin", memories, told)

    async def forget(self, owner: str, ids: Sequence[str]) -> Done:
        """Put memories out of mind, with everything concluded from them. They can be brought back until erased.

        Raises: NotFound
        """
        memories = [one for one in await self._found(owner, ids) if one.forgotten_at is None]
        drawn = [one for one in await self._keeper.store.resting_on(owner, ids) if one.forgotten_at is None]
        now = self._keeper.clock()
        gone = [one.model_copy(update={"forgotten_at": now}) for one in (*memories, *drawn)]
        await self._keeper.keep(_rewritten(memories, drawn))
        return await self._done(owner, "forget", gone, f"{_went(memories, drawn)} out of mind.")

    async def undo(self, owner: str, act: str) -> Done:
        """Take back what was done under this id.

        Raises: NotFound when there is nothing to take back; Conflict when it was taken back already or something else
            was done since.
        """
        memories = await self._keeper.store.undo(owner, act, self._keeper.clock())
        await self._reindexed(memories)
        return Done(id=act, memories=memories, told=f"{_counted(memories)} as before.")

    async def erase(self, owner: str, ids: Sequence[str]) -> Done:
        """Forget for good: rows, vectors, words and history of these and of everything concluded from them are gone,
        and the events they came from will not be remembered again. This cannot be taken back.

        Raises: NotFound
        """
        memories = await self._found(owner, ids)
        drawn = await self._keeper.store.resting_on(owner, ids)
        await self._keeper.keep(_rewritten(memories, drawn))
        deleted = await self._keeper.delete(owner, [one.id for one in (*memories, *drawn)])
        told = f"{_went(memories, drawn)} gone for good, with {deleted} entries of the index."
        return Done(id="", memories=(*memories, *drawn), told=told)

    async def note(self, owner: str, character: str, continuity: str, text: str, *, importance: float = 5) -> Done:
        """A memory written by hand; it holds on every branch.

        Raises: Invalid for an empty text.
        """
        if not text.strip():
            raise Invalid("A note needs some text.")
        now = self._keeper.clock()
        made = Memory(
            id=uuid7(now, self._rng),
            owner=owner,
            character=character,
            continuity=continuity,
            session="",
            text=text.strip()[:LONGEST_TEXT],
            kind=MemoryKind.NOTE,
            importance=importance,
            created_at=now,
            accessed_at=now,
        )
        await self._keeper.keep([made])
        return Done(id="", memories=(made,), told="The note was added.")

    async def _done(self, owner: str, act: Act, memories: Sequence[Memory], told: str) -> Done:
        now = self._keeper.clock()
        id_ = uuid7(now, self._rng)
        await self._keeper.store.change(owner, id_, act, memories, now)
        await self._reindexed(memories)
        return Done(id=id_, memories=tuple(memories), told=told)

    async def _reindexed(self, memories: Sequence[Memory]) -> None:
        await self._keeper.drop(memories)
        await self._keeper.keep([one for one in memories if one.forgotten_at is None])

    async def _found(self, owner: str, ids: Sequence[str]) -> tuple[Memory, ...]:
        found = await self._keeper.store.fetch(owner, ids, forgotten=True)
        missing = set(ids) - {one.id for one in found}
        if missing or not ids:
            raise NotFound(f"There is no memory '{min(missing, default='')}'.")
        return found


def _rewritten(gone: Iterable[Memory], drawn: Sequence[Memory]) -> list[Memory]:
    """The written memory, where its present version goes with what it rests on: a new version without the points that
    rest on it."""
    left = {source for one in gone for source in one.sources}
    versions = [one for one in drawn if one.kind is MemoryKind.PROFILE and one.forgotten_at is None]
    if not versions:
        return []
    last = max(versions, key=lambda one: (one.created_at, len(one.sources), one.id))
    points = [point for point in note.bullets(last.text) if not left.intersection(last.details.grounds.get(point, ()))]
    sources = tuple(source for source in last.sources if source not in left)
    if not points:
        return []
    grounds = {point: last.details.grounds[point] for point in points if point in last.details.grounds}
    text = note.written(points)
    return [
        last.model_copy(
            update={
                "id": derived(last.id, text, *sources),
                "text": text,
                "sources": sources,
                "details": last.details.model_copy(update={"grounds": grounds}),
            }
        )
    ]


def _counted(memories: Iterable[Memory]) -> str:
    """`2 memories and 1 insight are`."""
    counts = Counter(_NAMES[one.kind] for one in memories)
    parts = [f"{count} {_plural(name, count)}" for name, count in counts.items()]
    listed = " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]])) if parts else "Nothing"
    return f"{listed} {'is' if sum(counts.values()) <= 1 else 'are'}"


def _went(memories: Sequence[Memory], drawn: Sequence[Memory]) -> str:
    return _counted([*memories, *drawn])


def _plural(name: str, count: int) -> str:
    if count == 1:
        return name
    first, *rest = name.split(" ")
    plural = {"memory": "memories", "summary": "summaries"}.get(first, f"{first}s")
    return " ".join([plural, *rest])
