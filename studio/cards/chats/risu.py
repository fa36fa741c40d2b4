"""RisuAI's chats: one (`risuChat`) or all of a character (`risuAllChats`)."""

from __future__ import annotations

from studio.cards.chats.base import Format, ImportedChat, ImportedMessage, Names, moment, senders, text_of
from studio.cards.json_text import Object
from studio.cards.report import Notes

_KINDS = ("risuChat", "risuAllChats")
_FROM_HERE_BACK = "allBefore"


def _claims(data: Object) -> bool:
    return data.get("type") in _KINDS


def _read(data: Object, names: Names, notes: Notes) -> tuple[ImportedChat, ...]:
    held = data.get("data")
    chats = [one for one in (held if isinstance(held, list) else [held]) if isinstance(one, dict)]
    notes.inert.append("RisuAI keeps a chat's greeting with the character; it is not in this file.")
    return tuple(_chat(chat, names, notes) for chat in chats)


def _chat(chat: Object, names: Names, notes: Notes) -> ImportedChat:
    listed = chat.get("message")
    messages: list[ImportedMessage] = []
    for number, raw in enumerate(listed if isinstance(listed, list) else [], start=1):
        if not isinstance(raw, dict) or "data" not in raw:
            notes.refused.append(f"Message {number} has no text; it was left out.")
            continue
        if raw.get("disabled") == _FROM_HERE_BACK:
            messages = [one.model_copy(update={"hidden": True}) for one in messages]
        by_user = raw.get("role") == "user"
        messages.append(
            ImportedMessage(
                sender=text_of(raw.get("name")) or (names.user if by_user else names.character),
                text=text_of(raw.get("data")),
                by_user=by_user,
                at=moment(raw.get("time")),
                hidden=bool(raw.get("disabled")) or raw.get("isComment") is True,
                extra={key: value for key, value in raw.items() if key != "data"},
            )
        )
    people = [one.sender for one in messages if one.by_user]
    return ImportedChat(
        program=FORMAT.name,
        title=text_of(chat.get("name")) or names.title,
        user=people[0] if people else names.user,
        characters=senders(tuple(messages)) or (names.character,),
        messages=tuple(messages),
        extra={key: value for key, value in chat.items() if key != "message"},
    )


FORMAT = Format("risu", _claims, _read)
