"""Values as rows and back. Whatever was stored comes back equal."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from sys import intern
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError, from_json, to_json
from sqlalchemy import Result, Select

from studio.archive.database import RowError
from studio.domain.event import TURNS, Draft, Event
from studio.domain.memory import FIELDS, PLAIN, Memory, MemoryDetails, MemoryKind
from studio.domain.revision import Revision, Sketch
from studio.domain.session import Session, SessionSummary
from studio.errors import Invalid

Values = dict[str, Any]
Wanted = Select[*tuple[Any, ...]]
_HEADS = TypeAdapter(dict[str, str])
_PARTS = TypeAdapter(dict[str, Any])


def stamp(at: datetime) -> str:
    """A time as stored: UTC, microseconds, always of the same length."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def folded(text: str) -> str:
    """A text as searched: letter case and the ways to write one letter make no difference."""
    return unicodedata.normalize("NFKC", text).casefold()


def json(value: object) -> str:
    """A value as stored JSON text.

    Raises: Invalid for what JSON cannot say.
    """
    try:
        return to_json(value).decode()
    except PydanticSerializationError as error:
        raise Invalid(f"{value!r:.200} cannot be stored: {error}.") from error


def search_text(session: Session) -> str:
    """What a search looks through: the titles and the names of the cast."""
    return folded("\n".join((session.title, session.scene.title, *(member.name for member in session.cast))))


def dicts(result: Result[*tuple[Any, ...]]) -> Iterator[Values]:
    """Rows by column name; several times quicker than `mappings()` is for whole rows."""
    names = tuple(result.keys())
    return (dict(zip(names, row, strict=True)) for row in result)


def session_row(session: Session) -> Values:
    """The row of table `session`, but for what only the store counts."""
    return {
        "id": session.id,
        "owner": session.owner,
        "continuity": session.continuity,
        "title": session.title,
        "scene_title": session.scene.title,
        "cast_names": json([member.name for member in session.cast]),
        "search": search_text(session),
        "model": session.model,
        "seed": str(session.seed),
        "memory_policy": session.memory_policy.model_dump_json(),
        "speaker_policy": session.speaker_policy.model_dump_json(),
        "mode": session.mode.model_dump_json(),
        "heads": json(session.heads),
        "head": session.head,
        "version": session.version,
        "follows": session.follows,
        "created_at": stamp(session.created_at),
        "updated_at": stamp(session.updated_at),
        "archived_at": session.archived_at and stamp(session.archived_at),
    }


def body_row(session: Session) -> Values:
    """The row of table `session_body`."""
    return {"session": session.id, "scene": session.scene.model_dump_json(), "cast": json(session.cast)}


CHANGEABLE = ("title", "search", "cast_names", "model", "memory_policy", "speaker_policy", "mode", "archived_at")
_SESSION_JSON = ("memory_policy", "speaker_policy", "mode", "heads", "scene", "cast")


def session_from(row: Values) -> Session:
    """A session from its columns and its body.

    Raises: RowError
    """
    try:
        values = {**row}
        for column in _SESSION_JSON:
            values[column] = from_json(values[column])
        return Session.model_validate(values)
    except (ValidationError, ValueError, TypeError) as error:
        raise RowError(f"session '{row['id']}' cannot be read") from error


def heads_from(heads: str, id_: str) -> dict[str, str]:
    """The heads of a session, name → event id.

    Raises: RowError
    """
    try:
        return _HEADS.validate_json(heads)
    except ValidationError as error:
        raise RowError(f"session '{id_}' cannot be read") from error


def summary_from(row: Values) -> SessionSummary:
    """A line of the list of sessions.

    Raises: RowError
    """
    try:
        return SessionSummary(
            id=row["id"],
            title=row["title"],
            scene_title=row["scene_title"],
            cast_names=from_json(row["cast_names"]),
            turns=row["turns"],
            model=row["model"],
            updated_at=row["updated_at"],
            archived=row["archived_at"] is not None,
            has_draft=bool(row["has_draft"]),
        )
    except (ValidationError, ValueError, TypeError) as error:
        raise RowError(f"session '{row['id']}' cannot be read") from error


def event_row(event: Event, position: int) -> Values:
    """The row of table `event`."""
    return {
        "id": event.id,
        "session": event.session,
        "position": position,
        "parent": event.parent,
        "schema": event.schema_,
        "kind": event.kind.value,
        "actor": event.actor,
        "text": event.text,
        "parts": json(event.parts),
        "audience": json(event.audience),
        "at": stamp(event.at),
        "story_minute": event.story_minute,
        "emotion": event.emotion,
        "salience": event.salience,
        "usage": event.usage.model_dump_json() if event.usage else None,
        "provenance": event.provenance.model_dump_json() if event.provenance else None,
    }


def events_from(result: Result[*tuple[Any, ...]]) -> tuple[Event, ...]:
    """Events from their rows, in the same order.

    Raises: RowError
    """
    return tuple(map(event_from, dicts(result)))


def event_from(row: Values) -> Event:
    """An event from its row.

    Raises: RowError
    """
    try:
        values = {**row, "parts": from_json(row["parts"]), "audience": from_json(row["audience"])}
        for column in ("usage", "provenance"):
            if values[column]:
                values[column] = from_json(values[column])
        return Event.model_validate(values)
    except (ValidationError, ValueError, TypeError) as error:
        raise RowError(f"event '{row['id']}' cannot be read") from error


def target(parts: str) -> str | None:
    """The event an overlay names, from its stored parts.

    Raises: RowError
    """
    try:
        found = _PARTS.validate_json(parts)
    except ValidationError as error:
        raise RowError(f"an edit with the parts {parts!r:.100} cannot be read") from error
    return found.get("replaces") or found.get("hides")


def turns_in(events: Sequence[Event]) -> int:
    """How many of these are spoken or acted lines."""
    return sum(event.kind in TURNS for event in events)


def draft_row(new: Draft) -> Values:
    """The row of table `draft`."""
    return {**new.model_dump(exclude={"updated_at"}), "updated_at": stamp(new.updated_at)}


def draft_from(row: Values) -> Draft:
    """A draft from its row.

    Raises: RowError
    """
    try:
        return Draft.model_validate(row)
    except ValidationError as error:
        raise RowError(f"the draft of session '{row['session']}' cannot be read") from error


def memory_row(memory: Memory) -> Values:
    """The row of table `memory`."""
    return {
        "id": memory.id,
        "owner": memory.owner,
        "character": memory.character,
        "continuity": memory.continuity,
        "session": memory.session,
        "text": memory.text,
        "kind": memory.kind.value,
        "importance": memory.importance,
        "created_at": stamp(memory.created_at),
        "accessed_at": stamp(memory.accessed_at),
        "sources": json(memory.sources),
        "evidence": json(memory.evidence),
        "about": memory.about,
        "pinned": int(memory.pinned),
        "details": memory.details.model_dump_json(exclude_defaults=True),
        "forgotten_at": memory.forgotten_at and stamp(memory.forgotten_at),
    }


_KINDS = {kind.value: kind for kind in MemoryKind}


def memory_from(row: Values) -> Memory:
    """A memory from its row. A row as the studio writes them is taken at its word, ten times quicker than it is
    validated: a recall reads hundreds; anything odd is validated.

    Raises: RowError
    """
    try:
        values = {
            **row,
            "owner": intern(row["owner"]),
            "character": intern(row["character"]),
            "continuity": intern(row["continuity"]),
            "session": intern(row["session"]),
            "kind": _KINDS[row["kind"]],
            "created_at": datetime.fromisoformat(row["created_at"]),
            "accessed_at": datetime.fromisoformat(row["accessed_at"]),
            "sources": _ids(row["sources"]),
            "evidence": _ids(row["evidence"]),
            "pinned": bool(row["pinned"]),
            "details": PLAIN if row["details"] == "{}" else MemoryDetails.model_validate(from_json(row["details"])),
            "forgotten_at": row["forgotten_at"] and datetime.fromisoformat(row["forgotten_at"]),
        }
        if not _sound(values):
            return Memory.model_validate(values)
        return _constructed(values)
    except (ValidationError, ValueError, TypeError, KeyError) as error:
        raise RowError(f"memory '{row['id']}' cannot be read") from error


def _constructed(values: Values) -> Memory:
    # What `model_construct` does, without its loop over the fields, which takes longer than reading the row.
    made = object.__new__(Memory)
    for name, value in (("__dict__", values), ("__pydantic_fields_set__", FIELDS)):
        object.__setattr__(made, name, value)
    for name in ("__pydantic_extra__", "__pydantic_private__"):
        object.__setattr__(made, name, None)
    return made


def _ids(stored: str) -> tuple[str, ...]:
    if stored == "[]":
        return ()
    found = from_json(stored)
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise ValueError(stored)
    return tuple(found)


def _sound(values: Values) -> bool:
    times = (values["created_at"], values["accessed_at"])
    return (
        values.keys() == FIELDS
        and all(isinstance(values[name], str) for name in ("id", "text", "about"))
        and bool(values["text"])
        and isinstance(values["importance"], float)
        and 1 <= values["importance"] <= 10
        and all(at.tzinfo is UTC for at in times)
    )


def revision_from(row: Values) -> Revision:
    """A saved state from its row.

    Raises: RowError
    """
    try:
        return Revision.model_validate(row)
    except ValidationError as error:
        raise RowError(f"version {row['number']} of '{row['item']}' cannot be read") from error


def sketch_from(row: Values) -> Sketch:
    """What was not saved yet, from its row.

    Raises: RowError
    """
    try:
        return Sketch.model_validate(row)
    except ValidationError as error:
        raise RowError(f"what was written of '{row['key']}' cannot be read") from error
