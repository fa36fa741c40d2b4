"""A chat as any program keeps it: who wrote what, when, in which versions."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from pydantic import AwareDatetime, Field, JsonValue, model_validator

from studio.cards.json_text import Object
from studio.cards.report import ImportReport, Notes
from studio.domain.value import Value

USER, CHARACTER = "User", "Character"
"""What somebody is called whom no file names."""

_FORMATS = (
    "%B %d, %Y %I:%M%p",
    "%B %d, %Y %I:%M %p",
    "%b %d, %Y %H:%M",
    "%Y-%m-%d@%Hh%Mm%Ss",
    "%Y-%m-%d@%Hh%Mm%Ss%fms",
    "%Y-%m-%d %H:%M:%S",
)
_DIGITS = re.compile(r"\d{9,16}(\.\d{1,6})?")
_LATEST_SECONDS = 253_402_300_799
_MILLISECONDS_FROM = 100_000_000_000


class ImportedMessage(Value):
    """One message. `swipes`: all its versions in order, of which `chosen` is the one that counts; empty where there is
    but one. `hidden`: kept out of every prompt. `extra`: the message's own object as its file had it, without texts."""

    sender: str
    text: str
    by_user: bool = False
    at: AwareDatetime | None = None
    hidden: bool = False
    swipes: tuple[str, ...] = ()
    chosen: int = Field(default=0, ge=0)
    extra: dict[str, Any] = {}

    @model_validator(mode="after")
    def _the_chosen_one_counts(self) -> ImportedMessage:
        if self.swipes and (self.chosen >= len(self.swipes) or self.swipes[self.chosen] != self.text):
            raise ValueError("the chosen swipe is not the text of the message")
        return self


class UnreadLine(Value):
    """A line of a file that could not be read. `number` counts from 1."""

    number: int
    text: str
    why: str


class ImportedChat(Value):
    """One chat. `user` and `characters` are names as written; `extra` is what the file says of the chat itself."""

    program: str
    title: str = ""
    user: str = USER
    characters: tuple[str, ...] = ()
    messages: tuple[ImportedMessage, ...] = ()
    extra: dict[str, Any] = {}
    unread: tuple[UnreadLine, ...] = ()


class ChatImport(Value):
    """The chats of one file, and what became of them on the way in."""

    chats: tuple[ImportedChat, ...]
    report: ImportReport


class Names(NamedTuple):
    """What to call those whom a file does not name."""

    title: str
    user: str
    character: str


class Format(NamedTuple):
    """How one program's chats are recognised and read. `read` never fails on an object it claims."""

    name: str
    claims: Callable[[Object], bool]
    read: Callable[[Object, Names, Notes], tuple[ImportedChat, ...]]


def moment(value: JsonValue) -> datetime | None:
    """A time as chats write it: ISO 8601, seconds or milliseconds since 1970, 'June 15, 2024 12:30pm' or
    '2024-6-15@12h30m00s'. One without a zone counts as UTC. None for anything else.
    """
    if isinstance(value, bool) or value is None or isinstance(value, list | dict):
        return None
    text = " ".join(str(value).split())[:60]
    if _DIGITS.fullmatch(text):
        number = float(text)
        seconds = number / 1000 if number >= _MILLISECONDS_FROM else number
        return datetime.fromtimestamp(seconds, UTC) if seconds <= _LATEST_SECONDS else None
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return _written_out(text)


def _written_out(text: str) -> datetime | None:
    squeezed = re.sub(r"\s*@\s*(\d+h)\s*(\d+m)\s*(\d+s)\s*", r"@\1\2\3", text)
    for form in _FORMATS:
        try:
            return datetime.strptime(squeezed, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None


def text_of(value: JsonValue) -> str:
    """A text; numbers are written out, anything else is empty."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def senders(messages: tuple[ImportedMessage, ...]) -> tuple[str, ...]:
    """Who speaks without being the user, in the order of first lines."""
    return tuple(dict.fromkeys(one.sender for one in messages if not one.by_user))
