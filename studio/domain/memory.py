"""What one character remembers, and why a memory came to mind."""

from __future__ import annotations

from enum import StrEnum

from pydantic import AwareDatetime, Field

from studio.domain.value import Value


class MemoryKind(StrEnum):
    """What a memory is made from."""

    OBSERVATION = "observation"
    EVENT = "event"
    REFLECTION = "reflection"
    SUMMARY = "summary"
    PERSONA = "persona"
    NOTE = "note"


class Memory(Value):
    """A memory belongs to one character in one continuity. It may be recalled only where every one of its `sources`
    (event ids) lies on the path to the current head; a memory without sources (persona, note) always may.
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


class Recalled(Value):
    """A memory with its three scores, each scaled to 0–1 over the candidates, and their weighted sum."""

    memory: Memory
    recency: float
    importance: float
    relevance: float
    score: float
