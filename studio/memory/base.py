"""What a memory policy is asked, what it may reach, and what it answers."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from pydantic import AwareDatetime, Field

from studio.domain.memory import Memory, Recalled
from studio.domain.value import Value
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
    resting on any of them is not eligible. `session` is the one being played.
    """

    owner: str
    character: str
    continuity: str
    session: str = ""
    focal: str
    now: AwareDatetime
    lineage: frozenset[str]
    window: frozenset[str] = frozenset()
    budget_tokens: int = Field(ge=0)
    limit: int = Field(ge=0)

    @property
    def scope(self) -> Scope:
        """Whose memories are asked for."""
        return Scope(self.owner, self.character, self.continuity)

    def admits(self, memory: Memory) -> bool:
        """Whether a memory is this character's, lies on this branch, and is not in the prompt already."""
        return (
            memory.character == self.character
            and memory.continuity == self.continuity
            and memory.owner == self.owner
            and self.lineage.issuperset(memory.sources)
            and self.window.isdisjoint(memory.sources)
        )


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


class MemoryPolicy(CardedMethod):
    """One verb: what comes to mind. A policy chooses among what the bank admits; it stores nothing."""

    @abstractmethod
    async def recall(self, ask: Ask, bank: MemoryBank) -> tuple[Recalled, ...]:
        """At most `ask.limit` memories whose texts fit `ask.budget_tokens`, with the scores that brought them up.

        Raises: StorageError
        """
