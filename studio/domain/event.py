"""One thing that happened, and who perceived it."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import AwareDatetime, Field

from studio.domain.provenance import Provenance, Usage
from studio.domain.value import Value

SCHEMA = 1
NARRATOR = "narrator"
DIRECTOR = "director"


class Kind(StrEnum):
    """What sort of thing happened. The last four are the director's bookkeeping, not part of the fiction."""

    SPEECH = "speech"
    ACTION = "action"
    THOUGHT = "thought"
    NARRATION = "narration"
    RULING = "ruling"
    ENTER = "enter"
    LEAVE = "leave"
    WHISPER = "whisper"
    NOTE = "note"
    RATING = "rating"
    EDIT = "edit"
    TOMBSTONE = "tombstone"


OVERLAYS = frozenset({Kind.EDIT, Kind.TOMBSTONE})
BOOKKEEPING = frozenset({Kind.NOTE, Kind.RATING, *OVERLAYS})
TURNS = frozenset({Kind.SPEECH, Kind.ACTION})


MOVE = "move"
"""The key in `Event.parts` under which somebody goes to another place within the scene: `{"character": id, "place":
text}`, an empty text for where the scene plays."""


class Event(Value):
    """Append-only. `audience` is the explicit set of character ids who perceived it, frozen when it is written.

    `actor` is a character id, `narrator` or `director`. `parts` by kind: edit `{"replaces": event id}`, tombstone
    `{"hides": event id}`, enter and leave `{"character": id}`, whisper `{"to": ids}`, ruling `{"changes": {...}}`,
    a spoken turn `{"decision": {...}, "trailer": {...}, "cut": [...]}`. Of any kind: `{"state": {...}}`, what the event
    changed beside its text, as `studio.domain.state` says.
    """

    id: str
    session: str
    parent: str | None = None
    schema_: int = Field(default=SCHEMA, alias="schema")
    kind: Kind
    actor: str
    text: str = ""
    parts: dict[str, Any] = {}
    audience: tuple[str, ...] = ()
    at: AwareDatetime
    story_minute: int = 0
    emotion: str = ""
    salience: int | None = Field(default=None, ge=1, le=10)
    usage: Usage | None = None
    provenance: Provenance | None = None

    model_config = {"populate_by_name": True}

    @property
    def target(self) -> str | None:
        """The event an overlay edits or hides."""
        found = self.parts.get("replaces") or self.parts.get("hides")
        return str(found) if found else None


class Draft(Value):
    """A line that was streaming when the process stopped: shown, never part of the play until it is kept."""

    session: str
    parent: str | None
    actor: str
    text: str
    updated_at: AwareDatetime
