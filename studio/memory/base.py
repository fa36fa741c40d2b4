"""What a memory policy is asked, what it may reach, and what it answers.

Recall happens inside a turn and costs no model call. Consolidation, by which new memories are made of old ones, happens
after the reader has seen the line, at scene breaks above all; what comes of it is stored in one transaction, so that
nothing half made is ever remembered.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from pydantic import AwareDatetime, Field

from studio.domain.identifiers import derived
from studio.domain.memory import LIVED, PLAIN, Memory, MemoryDetails, MemoryKind, Recalled
from studio.domain.message import Message, Request
from studio.domain.provenance import Usage
from studio.domain.value import Value
from studio.llm.client import Model
from studio.llm.embedding import Vectors
from studio.memory.retrieval import Numbers
from studio.registry import CardedMethod


class Scope(NamedTuple):
    """Whose memories: those of one character in one continuity of one owner."""

    owner: str
    character: str
    continuity: str


class Ask(Value):
    """A character calls to mind what bears on `focal`.

    `lineage`: the events that count on this branch and in the earlier sessions of the continuity, edited or hidden ones
    left out; a memory is eligible when all its sources are among them. `window`: events still in the prompt; a memory
    of any of them is not eligible, nor is a conclusion from nothing else. `session` is the one being played. `people`:
    the ids of the characters it is about.
    """

    owner: str
    character: str
    continuity: str
    session: str = ""
    focal: str
    now: AwareDatetime
    lineage: frozenset[str]
    window: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    budget_tokens: int = Field(ge=0)
    limit: int = Field(ge=0)

    @property
    def scope(self) -> Scope:
        """Whose memories are asked for."""
        return Scope(self.owner, self.character, self.continuity)

    def admits(self, memory: Memory) -> bool:
        """Whether a memory is this character's, lies on this branch, has not lapsed and is not in the prompt."""
        return bool(self.admitted((memory,)))

    def admitted(self, memories: Iterable[Memory]) -> list[Memory]:
        """Those of them that are admitted, in their order."""
        owner, character, continuity, now = self.owner, self.character, self.continuity, self.now
        on_branch, untold, told = self.lineage.issuperset, self.window.isdisjoint, self.window.issuperset
        found = []
        for memory in memories:
            sources = memory.sources
            if memory.continuity != continuity or memory.character != character or memory.owner != owner:
                continue
            if sources and (
                not on_branch(sources) or not (untold(sources) if memory.kind in LIVED else not told(sources))
            ):
                continue
            expires_at = memory.details.expires_at
            if expires_at is None or expires_at > now:
                found.append(memory)
        return found


class MemoryBank(Protocol):
    """The eligible memories of one ask, and nothing else: what is not admitted cannot be reached through it."""

    async def nearest(self, count: int) -> tuple[Memory, ...]:
        """The `count` most relevant to the focal text, best first; fewer only when there are no more."""
        ...

    async def newest(self, count: int) -> tuple[Memory, ...]:
        """The `count` newest, newest first; fewer only when there are no more."""
        ...

    async def relevance(self, memories: Sequence[Memory]) -> Numbers:
        """Cosine of each with the focal text, −1 to 1; 0 for all when there is no focal text."""
        ...

    async def matching(self, count: int) -> tuple[tuple[Memory, float], ...]:
        """The `count` that share the most telling words with the focal text, best first, each with its BM25 score."""
        ...

    async def concluded(self) -> tuple[Memory, ...]:
        """All that were not lived through but made from others, newest first."""
        ...


class Occasion(StrEnum):
    """When a character goes over what it remembers: after a turn, at the end of a scene, or because somebody asked."""

    TURN = "turn"
    BREAK = "break"
    ASKED = "asked"


class Consolidated(Value):
    """Memories to store, memories to forget for good, and what it took. `problems`: answers that were unusable and
    what was done instead, each a sentence."""

    made: tuple[Memory, ...] = ()
    forgotten: tuple[str, ...] = ()
    usage: Usage = Usage()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sitting:
    """A character goes over what it remembers.

    `ask` says whose memory, which branch, and when; its window is empty and its focal text too. `bank`: the eligible
    memories with respect to a text. `names`: everybody in the cast, id → name; `persons`: those among them whom a
    person plays. `model`: None where only rules are to work.
    """

    ask: Ask
    occasion: Occasion
    bank: Callable[[str], MemoryBank]
    embed: Callable[[list[str]], Awaitable[Vectors]]
    names: Mapping[str, str] = field(default_factory=dict)
    persons: frozenset[str] = frozenset()
    persona: str = ""
    model: Model | None = None
    seed: int | None = None

    @property
    def name(self) -> str:
        """Who goes over it."""
        return self.names.get(self.ask.character, self.ask.character)

    @property
    def now(self) -> datetime:
        """When."""
        return self.ask.now

    async def latest(self, count: int) -> tuple[Memory, ...]:
        """The `count` newest that may be remembered on this branch and all that was concluded, oldest first."""
        bank = self.bank("")
        found = {one.id: one for one in (*await bank.concluded(), *await bank.newest(count))}
        return tuple(sorted(found.values(), key=lambda one: (one.created_at, one.id)))

    def request(self, prompt: str, template: str, *, max_tokens: int) -> Request:
        """A call in the character's name. Low temperature: conclusions, not inventions."""
        return Request(
            messages=(Message(role="user", content=prompt),),
            caller=f"{self.ask.character}/memory",
            purpose="memory",
            max_tokens=max_tokens,
            temperature=0.3,
            seed=self.seed,
            template=template,
        )

    def concluded(
        self,
        text: str,
        kind: MemoryKind,
        evidence: Sequence[Memory],
        *,
        importance: float = 5,
        about: str = "",
        details: MemoryDetails = PLAIN,
        created_at: datetime | None = None,
    ) -> Memory:
        """A memory concluded from others: it rests on all their events, one step deeper than the deepest of them. The
        same conclusion from the same evidence has the same id."""
        ask = self.ask
        sources = unique(source for one in evidence for source in one.sources)
        deepest = max((one.details.depth for one in evidence), default=-1)
        ids = tuple(one.id for one in evidence)
        return Memory(
            id=derived(*ask.scope, kind.value, text, *sorted(ids)),
            owner=ask.owner,
            character=ask.character,
            continuity=ask.continuity,
            session=ask.session or (evidence[-1].session if evidence else ""),
            text=text,
            kind=kind,
            importance=min(10.0, max(1.0, importance)),
            created_at=created_at or self.now,
            accessed_at=created_at or self.now,
            sources=sources,
            evidence=ids,
            about=about,
            details=details.model_copy(update={"depth": 1 + deepest}),
        )


def unique(ids: Iterable[str]) -> tuple[str, ...]:
    """Each once, in their order."""
    return tuple(dict.fromkeys(ids))


class MemoryPolicy(CardedMethod):
    """A policy chooses among what the bank admits, and may conclude new memories from old ones; it stores nothing."""

    @abstractmethod
    async def recall(self, ask: Ask, bank: MemoryBank) -> tuple[Recalled, ...]:
        """At most `ask.limit` memories whose texts fit `ask.budget_tokens`, with the scores that brought them up.

        Raises: StorageError
        """

    @property
    def room_tokens(self) -> int:
        """How many tokens of memories it wants to tell in a turn; 0: as many as is usual."""
        return 0

    def stirs(self, occasion: Occasion) -> bool:
        """Whether `consolidate` may have something to do on this occasion; asked before anything is read."""
        return False

    async def consolidate(self, sitting: Sitting) -> Consolidated:
        """New memories made of old ones, outside any turn. Nothing by default.

        Raises: StorageError; ModelUnavailable, ModelRefused, ModelBudget: nothing is stored then.
        """
        return Consolidated()
