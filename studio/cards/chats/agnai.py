"""Agnai's chats: an export of the messages that were loaded, with handles for people and ids for characters."""

from __future__ import annotations

from studio.cards.chats.base import Format, ImportedChat, ImportedMessage, Names, moment, senders, text_of
from studio.cards.json_text import Object
from studio.cards.report import Notes

_NOBODY = frozenset({"", "imported"})
"""Ids that name no character."""


def _claims(data: Object) -> bool:
    return isinstance(data.get("messages"), list)


def _read(data: Object, names: Names, notes: Notes) -> tuple[ImportedChat, ...]:
    listed = data.get("messages")
    messages: list[ImportedMessage] = []
    for number, raw in enumerate(listed if isinstance(listed, list) else [], start=1):
        if isinstance(raw, dict) and "msg" in raw:
            messages.append(_message(raw, names))
        else:
            notes.refused.append(f"Message {number} has no text; it was left out.")
    people = [one.sender for one in messages if one.by_user]
    return (
        ImportedChat(
            program=FORMAT.name,
            title=names.title,
            user=people[0] if people else names.user,
            characters=senders(tuple(messages)) or (names.character,),
            messages=tuple(messages),
            extra={key: value for key, value in data.items() if key != "messages"},
        ),
    )


def _message(raw: Object, names: Names) -> ImportedMessage:
    by_user = bool(raw.get("userId"))
    character = text_of(raw.get("characterId"))
    handle = text_of(raw.get("handle")) or (names.user if by_user else "")
    text = text_of(raw.get("msg"))
    retries = raw.get("retries")
    earlier = tuple(text_of(one) for one in retries if text_of(one)) if isinstance(retries, list) else ()
    return ImportedMessage(
        sender=handle or (names.character if character in _NOBODY else character),
        text=text,
        by_user=by_user,
        at=moment(raw.get("createdAt")),
        swipes=(text, *earlier) if earlier else (),
        extra={key: value for key, value in raw.items() if key not in ("msg", "retries")},
    )


FORMAT = Format("agnai", _claims, _read)
