"""text-generation-webui's chats: pairs of a user's line and an answer, with the versions of each in the metadata."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import JsonValue

from studio.cards.chats.base import Format, ImportedChat, ImportedMessage, Names, moment, text_of
from studio.cards.json_text import Object
from studio.cards.lore_names import inside
from studio.cards.report import Notes

BEGINNING = "<|BEGIN-VISIBLE-CHAT|>"
"""Stands for the user's line where a greeting opens the chat."""


def _claims(data: Object) -> bool:
    return _pairs(data, "internal", "data") is not None


def _pairs(data: Object, *names: str) -> list[JsonValue] | None:
    return next((pairs for name in names if isinstance(pairs := data.get(name), list)), None)


def _read(data: Object, names: Names, notes: Notes) -> tuple[ImportedChat, ...]:
    internal = _pairs(data, "internal", "data") or []
    visible = _pairs(data, "visible", "data_visible") or []
    metadata = inside(data.get("metadata"))
    messages: list[ImportedMessage] = []
    for row, pair in enumerate(internal):
        if not isinstance(pair, list):
            notes.refused.append(f"Row {row + 1} is no pair of lines; it was left out.")
            continue
        shown = visible[row] if row < len(visible) else None
        messages += _row(row, pair, shown if isinstance(shown, list) else [], metadata, names)
    rest = {key: value for key, value in data.items() if key not in ("internal", "visible", "data", "data_visible")}
    return (
        ImportedChat(
            program=FORMAT.name,
            title=names.title,
            user=names.user,
            characters=(names.character,),
            messages=tuple(messages),
            extra={key: value for key, value in rest.items() if key != "metadata"},
        ),
    )


def _row(
    row: int, pair: list[JsonValue], visible: list[JsonValue], metadata: Object, names: Names
) -> Iterator[ImportedMessage]:
    for place, (role, sender) in enumerate((("user", names.user), ("assistant", names.character))):
        text = text_of(pair[place]) if place < len(pair) else ""
        text = text or (text_of(visible[place]) if place < len(visible) else "")
        if not text or text == BEGINNING:
            continue
        about = inside(metadata.get(f"{role}_{row}"))
        swipes, chosen = _versions(about, text)
        yield ImportedMessage(
            sender=sender,
            text=text,
            by_user=place == 0,
            at=moment(about.get("timestamp")),
            swipes=swipes,
            chosen=chosen,
            extra={key: value for key, value in about.items() if key != "versions"},
        )


def _versions(about: Object, text: str) -> tuple[tuple[str, ...], int]:
    """All versions of a line and the place of the one that counts: what stands in the chat itself."""
    listed = about.get("versions")
    versions = [text_of(inside(one).get("content")) for one in listed] if isinstance(listed, list) else []
    versions = [one for one in versions if one]
    if len(versions) < 2 and (not versions or versions == [text]):
        return (), 0
    chosen = about.get("current_version_index")
    if isinstance(chosen, int) and 0 <= chosen < len(versions) and versions[chosen] == text:
        return tuple(versions), chosen
    if text not in versions:
        versions.append(text)
    return tuple(versions), versions.index(text)


FORMAT = Format("text-generation-webui", _claims, _read)
