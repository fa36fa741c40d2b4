"""SillyTavern's chats, one JSON object a line: of one character, of a group, of its forebears and of Chub.

A file that is whole comes back byte for byte. What is out of order is mended on the way in and told: the chosen version
of a message is its text, and each version has its record.
"""

from __future__ import annotations

import copy
from datetime import UTC, datetime

from pydantic import JsonValue

from studio.cards.chats.base import (
    ImportedChat,
    ImportedMessage,
    Names,
    UnreadLine,
    moment,
    senders,
    text_of,
)
from studio.cards.json_text import Object, decoded, read_object, write_object
from studio.cards.report import Notes, counted, shown
from studio.errors import Invalid

PROGRAM = "sillytavern"
MAX_BYTES = 256 << 20
LONGEST_SHOWN = 2000
UNUSED = "unused"
NARRATOR_TYPE, COMMENT_TYPE = "narrator", "comment"
_HEADER = frozenset({"chat_metadata", "user_name", "character_name", "character_names", "create_date"})


def is_header(raw: Object) -> bool:
    """Whether a line says something of the chat and not in it."""
    return "mes" not in raw and not _HEADER.isdisjoint(raw)


def read_sillytavern(data: bytes, names: Names, notes: Notes) -> ImportedChat:
    """The chat in a JSONL file. A line that cannot be read is told by its number and kept aside.

    Raises: Invalid when no line can be read, or the file is over 256 MiB.
    """
    if len(data) > MAX_BYTES:
        raise Invalid(f"The chat has {len(data):,} bytes; {MAX_BYTES:,} at most are read. Split it in two.")
    header: Object | None = None
    raws: list[tuple[int, Object]] = []
    unread: list[UnreadLine] = []
    for number, line in enumerate(decoded(data, "The chat", notes).split("\n"), start=1):
        if not line.strip("\0 \t\r\ufeff"):
            continue
        try:
            raw = read_object(line.encode(errors="surrogatepass"), f"Line {number}", notes)
        except Invalid as error:
            unread.append(UnreadLine(number=number, text=line[:LONGEST_SHOWN], why=str(error)))
            notes.refused.append(f"{error} It was left out.")
            continue
        if header is None and not raws and is_header(raw):
            header = raw
        elif "mes" in raw:
            raws.append((number, raw))
        else:
            unread.append(UnreadLine(number=number, text=line[:LONGEST_SHOWN], why="It holds no message."))
            notes.refused.append(f"Line {number} holds no message; it was left out.")
    if header is None and not raws:
        raise Invalid("No line of the chat can be read. Export it from SillyTavern anew.")
    if header is None:
        notes.changed.append("The chat has no first line about itself; one is written when it is exported.")
    return _chat(header or {}, raws, tuple(unread), names, notes)


def write_sillytavern(chat: ImportedChat) -> bytes:
    """The chat as a JSONL file: compact, without a last line break."""
    own = chat.program == PROGRAM
    header: Object = {"chat_metadata": {}, "user_name": UNUSED, "character_name": UNUSED}
    lines = [chat.extra if own and chat.extra else header]
    lines += [_written(one, one.extra if own else {}) for one in chat.messages]
    return b"\n".join(write_object(line) for line in lines)


def _chat(
    header: Object, raws: list[tuple[int, Object]], unread: tuple[UnreadLine, ...], names: Names, notes: Notes
) -> ImportedChat:
    named = text_of(header.get("user_name"))
    user = named if named and named != UNUSED else ""
    user = user or next((text_of(raw.get("name")) for _, raw in raws if raw.get("is_user") is True), "") or names.user
    others = header.get("character_names")
    listed = [text_of(name) for name in others] if isinstance(others, list) else [text_of(header.get("character_name"))]
    main = next((name for name in listed if name and name != UNUSED), names.character)
    messages = tuple(_message(raw, f"Line {number}", user, main, notes) for number, raw in raws)
    spoken = tuple(one for one in messages if message_type(one.extra) not in (NARRATOR_TYPE, COMMENT_TYPE))
    characters = [name for name in listed if name and name != UNUSED]
    return ImportedChat(
        program=PROGRAM,
        title=names.title,
        user=user,
        characters=tuple(dict.fromkeys((*characters, *senders(spoken)))),
        messages=messages,
        extra=header,
        unread=unread,
    )


def message_type(raw: Object) -> str:
    """What sort of message it says it is: `narrator`, `comment`, …; empty for an ordinary one."""
    extra = raw.get("extra")
    return text_of(extra.get("type")) if isinstance(extra, dict) else ""


def _message(raw: Object, what: str, user: str, main: str, notes: Notes) -> ImportedMessage:
    by_user = raw.get("is_user") is True
    text = _flat(raw.get("mes"), what, notes)
    swipes, chosen = _swipes(raw, text, what, notes)
    # The texts are told elsewhere; what stands in for them holds their places.
    kept = copy.deepcopy({**raw, "mes": None, **({"swipe_id": chosen, "swipes": len(swipes)} if swipes else {})})
    if not swipes and isinstance(raw.get("swipes"), int):
        kept["swipes"] = None
        notes.changed.append(f"{what}: 'swipes' was {shown(str(raw['swipes']), 20)}; it is none now.")
    records = kept.get("swipe_info")
    if isinstance(records, list) and swipes and len(records) != len(swipes):
        if len(records) > len(swipes):
            notes.refused.append(f"{what}: {counted(len(records) - len(swipes), 'record')} of no swipe left out.")
        kept["swipe_info"] = _records(records, len(swipes), raw)
        notes.changed.append(f"{what}: there were {len(records)} records of {len(swipes)} swipes; now each has one.")
    return ImportedMessage(
        sender=text_of(raw.get("name")) or (user if by_user else main),
        text=text,
        by_user=by_user,
        at=moment(raw.get("send_date")),
        hidden=raw.get("is_system") is True,
        swipes=swipes,
        chosen=chosen,
        extra=kept,
    )


def _flat(value: JsonValue, what: str, notes: Notes) -> str:
    """A text; of Chub's objects the text within."""
    if isinstance(value, dict):
        notes.changed.append(f"{what}: the text lay in an object, as Chub writes it; it is plain now.")
        return text_of(value.get("message"))
    if value is not None and not isinstance(value, str):
        notes.changed.append(f"{what}: the text was {shown(str(value), 30)}; it is a text now.")
    return text_of(value)


def _swipes(raw: Object, text: str, what: str, notes: Notes) -> tuple[tuple[str, ...], int]:
    """All versions and the place of the one that is the text; a text that is none of them becomes the last."""
    listed = raw.get("swipes")
    if not isinstance(listed, list) or not listed:
        return (), 0
    swipes = tuple(_flat(swipe, what, notes) for swipe in listed)
    chosen = raw.get("swipe_id")
    if (
        isinstance(chosen, int)
        and not isinstance(chosen, bool)
        and 0 <= chosen < len(swipes)
        and swipes[chosen] == text
    ):
        return swipes, chosen
    if text in swipes:
        notes.changed.append(f"{what}: the chosen swipe was {shown(str(chosen), 20)}; it is the one that is shown.")
        return swipes, swipes.index(text)
    notes.changed.append(f"{what}: the text shown was none of its {len(swipes)} swipes; it is the last of them now.")
    return (*swipes, text), len(swipes)


def _records(records: list[JsonValue], number: int, raw: Object) -> list[JsonValue]:
    new: Object = {key: raw.get(key) for key in ("send_date", "gen_started", "gen_finished")}
    return [*records[:number], *({**new, "extra": {}} for _ in range(number - len(records)))]


def _written(message: ImportedMessage, own: Object) -> Object:
    """The message as a line: its own object, saying what the message says now."""
    raw: Object = copy.deepcopy(own) or {"name": "", "is_user": False, "is_system": False, "send_date": "", "mes": ""}
    for key, value in (("is_user", message.by_user), ("is_system", message.hidden)):
        if (raw.get(key) is True) is not value:
            raw[key] = value
    if text_of(raw.get("name")) != message.sender and (raw.get("name") or not own):
        raw["name"] = message.sender
    if moment(raw.get("send_date")) != message.at:
        raw["send_date"] = stamp(message.at) if message.at else ""
    raw["mes"] = message.text
    if len(message.swipes) > 1 or isinstance(raw.get("swipes"), int):
        raw["swipes"] = [*message.swipes] or [message.text]
        raw["swipe_id"] = message.chosen
        records = raw.get("swipe_info")
        if isinstance(records, list) or not own:
            raw["swipe_info"] = _records(records if isinstance(records, list) else [], len(message.swipes) or 1, raw)
    if not own:
        raw["extra"] = {}
    return raw


def stamp(at: datetime) -> str:
    """A time as SillyTavern writes it: '2026-03-01T12:00:00.000Z'."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
