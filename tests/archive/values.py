"""Small plays to store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count

import numpy as np

from studio.archive import Archive
from studio.domain.character import Character
from studio.domain.event import Event, Kind
from studio.domain.identifiers import derived
from studio.domain.memory import Memory
from studio.domain.scene import Part, Scene
from studio.domain.session import Session
from studio.llm.embedding import Vectors

NOON = datetime(2025, 6, 1, 12, tzinfo=UTC)
ANN, BOB = "ann", "bob"
_numbers = count()


def session(id_: str = "tea", owner: str = ANN, **fields: object) -> Session:
    """A session nobody has played yet."""
    given = {
        "id": id_,
        "owner": owner,
        "continuity": f"story of {owner}",
        "title": "Tea at noon",
        "scene": Scene(id="kitchen", title="The Kitchen", premise="Two friends.", cast=(Part(character="ada"),)),
        "cast": (Character(id="ada", name="Ada Brandt"), Character(id="teo", name="Téo Ünlü")),
        "created_at": NOON,
        "updated_at": NOON,
    }
    return Session.model_validate({**given, **fields})


def line(of: Session, text: str = "Hello.", parent: str | None = None, **fields: object) -> Event:
    """An event that follows the tip, or another parent."""
    number = next(_numbers)
    given = {
        "id": f"event-{number:08d}",
        "session": of.id,
        "parent": parent if parent is not None else of.tip or of.follows,
        "kind": Kind.SPEECH,
        "actor": "ada",
        "text": text,
        "audience": ("ada", "teo"),
        "at": NOON + timedelta(seconds=number),
    }
    return Event.model_validate({**given, **fields})


def chain(of: Session, length: int, text: str = "Line") -> tuple[Event, ...]:
    """Events that follow the tip, each the one before."""
    events: list[Event] = []
    for number in range(length):
        parent = events[-1].id if events else None
        events.append(line(of, f"{text} {number}", parent=parent))
    return tuple(events)


def memory(name: str, owner: str = ANN, **fields: object) -> Memory:
    """A memory of Ada's."""
    given = {
        "id": derived(owner, name),
        "owner": owner,
        "character": "ada",
        "continuity": f"story of {owner}",
        "session": "tea",
        "text": name,
        "created_at": NOON,
        "accessed_at": NOON,
    }
    return Memory.model_validate({**given, **fields})


def vectors(count: int, width: int = 4) -> Vectors:
    """So many different vectors."""
    return np.arange(count * width, dtype=np.float32).reshape(count, width) / 7


async def played(archive: Archive, length: int = 3, at: Session | None = None) -> tuple[Session, tuple[Event, ...]]:
    """A stored session with so many lines, and the lines."""
    stored = await archive.sessions.create(at or session())
    events = chain(stored, length)
    return await archive.sessions.append(stored, events), events


def ids(events: Sequence[Event]) -> list[str]:
    """The ids of events, in order."""
    return [event.id for event in events]


def ticking() -> Iterator[datetime]:
    """A minute later at every look, from noon on."""
    return (NOON + timedelta(minutes=number) for number in count(1))
