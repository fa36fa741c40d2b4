"""Keeps what the characters remember: observes what happened, and calls to mind what bears on the moment."""

from __future__ import annotations

import contextlib
import sys
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC

import numpy as np

from studio.archive.memories import MemoryStore
from studio.archive.memory_queries import MemoryFilter
from studio.domain.event import DIRECTOR, NARRATOR, Event
from studio.domain.identifiers import derived
from studio.domain.memory import FIELDS, PLAIN, Memory, MemoryKind, Recalled
from studio.domain.session import Session
from studio.domain.value import Value
from studio.errors import StorageError
from studio.llm.embedding import Embedder, Vectors
from studio.llm.tokens import estimate
from studio.memory import retrieval
from studio.memory.bank import Bank
from studio.memory.base import Ask, MemoryPolicy, Scope
from studio.memory.index import MemoryIndex
from studio.memory.observation import hearers, importance_of, names_in, perceived
from studio.memory.recent_rows import RecentRows
from studio.memory.shelves import Shelves
from studio.run_context import Clock

EMBED_BATCH = 64
TEXTS_KEPT = 512
SESSIONS_KEPT = 256
EMBED_AT_ONCE = 256
PINS = 50


class MemoryReport(Value):
    """How the index stands against the database: `memories` stored, `unembedded` without a vector of the present
    embedder, `missing` from the index, `extra` in it, and what there is to tell the reader."""

    memories: int
    unembedded: int = 0
    missing: int = 0
    extra: int = 0
    notices: tuple[str, ...] = ()


class _Heard:
    """What this process has observed of one session."""

    def __init__(self) -> None:
        self.events: set[str] = set()
        self.names: set[str] = set()


class MemoryKeeper:
    """The one writer of memories. A memory is stored in the database first, with its vector; the index follows in
    batches. All of it may run side by side and be repeated."""

    def __init__(self, store: MemoryStore, index: MemoryIndex, embedder: Embedder, clock: Clock) -> None:
        self.store = store
        self.index = index
        self.embedder = embedder
        self.clock = clock
        self._shelves = Shelves(store, index, embedder.name, clock)
        self._recent = RecentRows(store)
        self._texts: OrderedDict[str, Vectors] = OrderedDict()
        self._sessions: OrderedDict[str, _Heard] = OrderedDict()
        self._complete: set[Scope] = set()
        self._counts: dict[Scope, int] | None = None
        self._pins: dict[Scope, tuple[Memory, ...]] = {}

    @property
    def notices(self) -> tuple[str, ...]:
        """What went wrong with the index and what was done about it, each once."""
        return (*self.index.notices, *self._shelves.notices)

    async def observe(self, session: Session, events: Sequence[Event]) -> int:
        """Let everybody in the audience of these events remember them, in their own words; how many memories are new.

        Pass the events as they now read, an edited one under the id of its edit; those observed before cost nothing,
        so the whole path may be passed each time. Each text is embedded once for all who heard it. Directors'
        bookkeeping is nobody's memory.

        Raises: StorageError; ModelError when the texts cannot be embedded. What was stored by then stays, and the same
        call can be made again.
        """
        heard = self._sessions.get(session.id)
        resumed = heard is None
        if heard is None:
            heard = self._sessions[session.id] = _Heard()
            if len(self._sessions) > SESSIONS_KEPT:
                self._sessions.popitem(last=False)
        self._sessions.move_to_end(session.id)
        fresh: list[tuple[Event, bool]] = []
        for event in events:
            if event.id not in heard.events:
                named = names_in(event.text, session) - heard.names
                heard.names |= named
                fresh.append((event, bool(named)))
        if resumed and fresh:
            fresh = await self._unknown(session, fresh)
        added = 0
        for start in range(0, len(fresh), EMBED_BATCH):
            batch = fresh[start : start + EMBED_BATCH]
            added += await self._remember(session, batch)
            heard.events.update(event.id for event, _ in batch)
        heard.events.update(event.id for event in events)
        return added

    async def recall(self, policy: MemoryPolicy, ask: Ask, *, noted: bool = True) -> tuple[Recalled, ...]:
        """What is pinned, then what comes to mind by this policy, its access `noted` unless it is only looked at.
        Nothing of another owner, character or continuity, of another branch, or still in the prompt is within the
        policy's reach.

        Raises: StorageError when the database cannot be read; ModelError when the focal text cannot be embedded.
        """
        await self.ready(ask.scope)
        recalled = await self._recalled(policy, ask)
        if not await self._recent.stand(ask.scope, [found.memory for found in recalled]):
            self._pins.pop(ask.scope, None)
            recalled = await self._recalled(policy, ask)
        if noted:
            self._recent.touched(ask.scope, [found.memory.id for found in recalled], ask.now)
        return recalled

    async def ready(self, scope: Scope) -> None:
        """See to it that the newest memories of a scope have vectors of the present embedder."""
        await self._embed_missing(scope, EMBED_AT_ONCE)

    def bank(self, ask: Ask) -> Bank:
        """The eligible memories of an ask."""
        return Bank(ask, self.store, self._recent, self._shelves, self._vector)

    async def keep(self, memories: Sequence[Memory], vectors: Vectors | None = None) -> int:
        """Store memories and index them, all or none; how many were new. `vectors`: one row a memory, where they are
        not to be those of the texts as they are.

        Raises: StorageError; ModelError when the texts cannot be embedded.
        """
        if not memories:
            return 0
        if vectors is None:
            vectors = await self.embed([memory.text for memory in memories])
        touches = self._recent.untold
        added = await self.store.add(memories, vectors, self.embedder.name, touches)
        self._recent.told(touches)
        scopes: dict[Scope, dict[str, Vectors]] = {}
        for memory, vector in zip(memories, vectors, strict=True):
            scopes.setdefault(_scope(memory), {})[memory.id] = vector
        for scope, rows in scopes.items():
            if added == len(memories):
                self._recent.added(scope, [memory for memory in memories if memory.id in rows])
            else:
                self._recent.forget(scope)  # some were there already, perhaps in other words
            await self._shelves.add(scope, rows)
            await self._look_up(scope)
        return added

    async def drop(self, memories: Iterable[Memory]) -> None:
        """Take memories out of the index and out of hand: they are out of mind, gone, or changed."""
        scopes: dict[Scope, list[str]] = {}
        for memory in memories:
            scopes.setdefault(_scope(memory), []).append(memory.id)
        for scope, gone in scopes.items():
            self._recent.forget(scope)
            self._pins.pop(scope, None)
            await self._shelves.drop(scope, gone)

    async def delete(self, owner: str, ids: Sequence[str]) -> int:
        """Delete memories for good, from database and index; how many there were.

        Raises: StorageError
        """
        gone = await self.store.fetch(owner, ids, forgotten=True)
        deleted = await self.store.delete(owner, ids)
        await self.drop(gone)
        return deleted

    async def check(self) -> MemoryReport:
        """Compare the index with the database for everybody, and mend what differs: index what is missing, take out
        what no memory stands for any more (after a purge). The report says what was found.

        Raises: StorageError
        """
        await self._shelves.flush()
        self._forget_state()
        counts = await self._count()
        vectors = missing = extra = 0
        for scope in counts:
            vectors += len((await self.store.vectors(*scope, self.embedder.name))[0])
            lacking, surplus = await self._shelves.level(scope)
            missing, extra = missing + lacking, extra + surplus
        await self.index.keep_only(counts)
        await self._shelves.flush()
        memories = sum(counts.values())
        return MemoryReport(
            memories=memories, unembedded=memories - vectors, missing=missing, extra=extra, notices=self.notices
        )

    async def reindex(
        self, *, embed: bool = True, progress: Callable[[int, int], None] = lambda done, total: None
    ) -> MemoryReport:
        """Build the whole index anew from the database. `embed`: what has no vector of the present embedder gets one;
        each batch is stored at once, so that an interrupted run loses nothing and the next goes on from there.
        `progress` is told how many memories are done, and of how many.

        Raises: StorageError; ModelError when a text cannot be embedded.
        """
        self._forget_state()
        counts = await self._count()
        memories = sum(counts.values())
        done = indexed = 0
        for scope, count in counts.items():
            indexed += await self.rebuild(scope, embed=embed)
            done += count
            progress(done, memories)
        await self.index.keep_only(counts)
        self._forget_state()
        return MemoryReport(memories=memories, unembedded=memories - indexed, notices=self.notices)

    async def rebuild(self, scope: Scope, *, embed: bool = True) -> int:
        """Build the index of one scope anew; how many memories it holds then.

        Raises: StorageError; ModelError when a text cannot be embedded.
        """
        if embed:
            self._complete.discard(scope)
            await self._embed_missing(scope, sys.maxsize)
        ids, matrix = await self.store.vectors(*scope, self.embedder.name)
        await self.index.replace(scope, self.embedder.name, ids, matrix)
        self._shelves.forget(scope)
        self._recent.forget(scope)
        return len(ids)

    async def purged(self, scopes: Iterable[Scope]) -> None:
        """A session of these was destroyed: nothing of it stays in hand or in the index.

        Raises: StorageError
        """
        for scope in scopes:
            self._recent.forget(scope)
            self._pins.pop(scope, None)
            self._shelves.forget(scope)
            if await self.store.count(*scope):
                await self._shelves.level(scope)
            else:
                await self.index.discard(scope)

    async def inspect(self) -> None:
        """Look whether the files of the index are as they were left, without reading them: what is missing or cut short
        is told in `notices` now, and rebuilt when it is next needed."""
        await self.index.glance()

    async def close(self) -> None:
        """Index what waits and let go of the index. What cannot be indexed now will be when it is next opened."""
        await self.settled()
        await self._shelves.flush()
        await self.index.close()
        self._forget_state()

    async def _recalled(self, policy: MemoryPolicy, ask: Ask) -> tuple[Recalled, ...]:
        pinned = await self._pinned(ask)
        left = sum(estimate(one.memory.text) for one in pinned)
        rest = ask.model_copy(
            update={"budget_tokens": ask.budget_tokens - left, "limit": ask.limit - len(pinned)} if pinned else {}
        )
        kept = {one.memory.id for one in pinned}
        found = await policy.recall(rest, self.bank(rest))
        return (*pinned, *(one for one in found if one.memory.id not in kept))

    async def _pinned(self, ask: Ask) -> tuple[Recalled, ...]:
        """What a person pinned, as far as there is room, the newest first."""
        if ask.scope not in self._pins:
            which = MemoryFilter(character=ask.character, continuity=ask.continuity, pinned=True)
            self._pins[ask.scope] = (await self.store.page(ask.owner, which, limit=PINS)).memories
        chosen: list[Memory] = []
        left = ask.budget_tokens
        for memory in self._pins[ask.scope]:
            needed = estimate(memory.text)
            if ask.admits(memory) and needed <= left and len(chosen) < ask.limit:
                chosen.append(memory)
                left -= needed
        if not chosen:
            return ()
        scores = retrieval.weigh(chosen, await self.bank(ask).relevance(chosen), ask.now, retrieval.PRESETS["paper"])
        return tuple(one.model_copy(update={"why": "pinned"}) for one in retrieval.told(chosen, scores))

    async def settled(self) -> None:
        """Store when memories last came to mind; usually the next observation does. What cannot be stored now, or is
        lost with the process, is no loss."""
        touches = self._recent.untold
        with contextlib.suppress(StorageError):
            await self.store.touch(touches)
            self._recent.told(touches)

    async def _unknown(self, session: Session, fresh: Sequence[tuple[Event, bool]]) -> list[tuple[Event, bool]]:
        ids = {(event.id, hearer): derived(event.id, hearer) for event, _ in fresh for hearer in hearers(event)}
        known = await self.store.known(session.owner, session.continuity, list(ids.values()))
        return [
            (event, first)
            for event, first in fresh
            if any(ids[event.id, hearer] not in known for hearer in hearers(event))
        ]

    async def _remember(self, session: Session, events: Iterable[tuple[Event, bool]]) -> int:
        memories: list[Memory] = []
        texts: list[str] = []
        for event, first_named in events:
            told = perceived(event, session)
            importance = importance_of(event, first_named=first_named)
            for hearer in hearers(event) if told else ():
                memories.append(_memory(session, event, hearer, importance))
                texts.append(told)
        if not memories:
            return 0
        return await self.keep(memories, await self.embed(texts))

    async def _look_up(self, scope: Scope) -> None:
        """Have at hand what the next recall of this scope needs, while nobody waits for it."""
        await self._embed_missing(scope, EMBED_AT_ONCE)
        await self._recent.newest(scope, 0)
        await self._shelves.load(scope)

    async def _vector(self, text: str) -> Vectors:
        row: Vectors = (await self.embed([text]))[0]
        return row

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """One row a text; texts seen lately, and the same text twice, cost one embedding."""
        rows = {text: self._texts[text] for text in texts if text in self._texts}
        unknown = [text for text in dict.fromkeys(texts) if text not in rows]
        if unknown:
            rows.update(zip(unknown, await self.embedder.embed(unknown), strict=True))
        for text in dict.fromkeys(texts):
            self._texts[text] = rows[text]
            self._texts.move_to_end(text)
        while len(self._texts) > TEXTS_KEPT:
            self._texts.popitem(last=False)
        return np.stack([rows[text] for text in texts])

    async def _embed_missing(self, scope: Scope, limit: int) -> None:
        """Embed the newest memories of a scope that have no vector of the present embedder: another wrote them."""
        if scope in self._complete:
            return
        bare = await self.store.unembedded(*scope, self.embedder.name)
        for start in range(0, min(limit, len(bare)), EMBED_BATCH):
            batch = await self.store.fetch(scope.owner, bare[start : min(start + EMBED_BATCH, limit)])
            if batch:
                vectors = await self.embed([memory.text for memory in batch])
                await self.store.add(batch, vectors, self.embedder.name)
                await self._shelves.add(scope, {memory.id: row for memory, row in zip(batch, vectors, strict=True)})
        self._complete.add(scope)

    async def _count(self) -> dict[Scope, int]:
        scopes = await self.store.scopes()
        self._counts = {Scope(found.owner, found.character, found.continuity): found.count for found in scopes}
        return self._counts

    def _forget_state(self) -> None:
        self._shelves.clear()
        self._recent.clear()
        self._complete.clear()
        self._counts = None
        self._pins.clear()


def _scope(memory: Memory) -> Scope:
    return Scope(memory.owner, memory.character, memory.continuity)


def _memory(session: Session, event: Event, hearer: str, importance: float) -> Memory:
    # Many thousands of these are kept at hand: made without validation they take half the room and a fifth of the time.
    return Memory.model_construct(
        FIELDS,
        id=derived(event.id, hearer),
        owner=session.owner,
        character=hearer,
        continuity=session.continuity,
        session=session.id,
        text=perceived(event, session, hearer),
        kind=MemoryKind.OBSERVATION,
        importance=importance,
        created_at=event.at.astimezone(UTC),
        accessed_at=event.at.astimezone(UTC),
        sources=(event.id,),
        evidence=(),
        about=event.actor if event.actor not in (NARRATOR, DIRECTOR) else "",
        pinned=False,
        details=PLAIN,
        forgotten_at=None,
    )
