"""Character.AI's chats as the CAI Tools browser extension saves them: every history of one character."""

from __future__ import annotations

from studio.cards.chats.base import Format, ImportedChat, ImportedMessage, Names, moment, senders, text_of
from studio.cards.json_text import Object
from studio.cards.lore_names import inside
from studio.cards.report import Notes


def _claims(data: Object) -> bool:
    return "histories" in data


def _read(data: Object, names: Names, notes: Notes) -> tuple[ImportedChat, ...]:
    held = data.get("histories")
    listed = held.get("histories") if isinstance(held, dict) else held
    histories = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return tuple(_chat(history, f"History {place}", names, notes) for place, history in enumerate(histories, start=1))


def _chat(history: Object, what: str, names: Names, notes: Notes) -> ImportedChat:
    listed = history.get("msgs")
    messages: list[ImportedMessage] = []
    for number, raw in enumerate(listed if isinstance(listed, list) else [], start=1):
        if not isinstance(raw, dict) or "text" not in raw:
            notes.refused.append(f"{what}, message {number} has no text; it was left out.")
            continue
        source = inside(raw.get("src"))
        by_user = source.get("is_human") is True
        messages.append(
            ImportedMessage(
                sender=text_of(source.get("name")) or (names.user if by_user else names.character),
                text=text_of(raw.get("text")),
                by_user=by_user,
                at=moment(raw.get("created")),
                extra={key: value for key, value in raw.items() if key != "text"},
            )
        )
    people = [one.sender for one in messages if one.by_user]
    return ImportedChat(
        program=FORMAT.name,
        title=names.title,
        user=people[0] if people else names.user,
        characters=senders(tuple(messages)) or (names.character,),
        messages=tuple(messages),
        extra={key: value for key, value in history.items() if key != "msgs"},
    )


FORMAT = Format("character.ai", _claims, _read)
