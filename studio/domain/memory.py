"""What one character remembers, and why a memory came to mind."""

from __future__ import annotations

from enum import StrEnum

from pydantic import AwareDatetime, Field

from studio.domain.provenance import Provenance
from studio.domain.value import Value


class MemoryKind(StrEnum):
    """What a memory is made from. Observations and events were lived through; all others were concluded from them."""

    OBSERVATION = "observation"
    EVENT = "event"
    REFLECTION = "reflection"
    SUMMARY = "summary"
    PERSONA = "persona"
    NOTE = "note"
    PLAN = "plan"
    PROFILE = "profile"


LIVED = frozenset({MemoryKind.OBSERVATION, MemoryKind.EVENT})


class MemoryDetails(Value):
    """What only some memories have.

    `depth`: 0 for what was lived through, 1 + the deepest of its evidence for an insight. `question`: what the insight
    answers. `topics`: the nouns a summary is found by. `subject`, `likes` and `reason`: a preference, whether it is for
    or against, and why it changed. `replaces`: the memory this one overrules. `grounds`: for each point of a profile,
    the events it rests on. `veiled`: digests of the words of topics that are to stay forgotten. `provenance`: the call
    that wrote it; None where rules did.
    """

    depth: int = Field(default=0, ge=0)
    question: str = ""
    topics: tuple[str, ...] = ()
    subject: str = ""
    likes: bool | None = None
    reason: str = ""
    replaces: str = ""
    grounds: dict[str, tuple[str, ...]] = {}
    veiled: tuple[tuple[str, ...], ...] = ()
    expires_at: AwareDatetime | None = None
    provenance: Provenance | None = None


PLAIN = MemoryDetails()


class Memory(Value):
    """A memory belongs to one character in one continuity. It may be recalled only where every one of its `sources`
    (event ids) lies on the path to the current head; a memory without sources (persona, note) always may.

    `evidence`: the memories it was concluded from. `about`: the character it tells of, where it tells of one.
    `forgotten_at`: since when it is out of mind; it can still be brought back.
    """

    id: str
    owner: str
    character: str
    continuity: str
    session: str
    text: str = Field(min_length=1)
    kind: MemoryKind = MemoryKind.OBSERVATION
    importance: float = Field(default=3, ge=1, le=10)
    created_at: AwareDatetime
    accessed_at: AwareDatetime
    sources: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    about: str = ""
    pinned: bool = False
    details: MemoryDetails = PLAIN
    forgotten_at: AwareDatetime | None = None


FIELDS = set(Memory.model_fields)
"""For memories made without validation: one set for all of them."""


class Recalled(Value):
    """A memory with its three scores, each scaled to 0–1 over the candidates, and their weighted sum. `why`: what
    else spoke for it, in a phrase."""

    memory: Memory
    recency: float
    importance: float
    relevance: float
    score: float
    why: str = ""
