"""KoboldAI Lite's saved stories: one long text in pieces, where marks or names at a line's head part the turns."""

from __future__ import annotations

import re
from collections.abc import Iterator

from studio.cards.chats.base import Format, ImportedChat, ImportedMessage, Names, senders, text_of
from studio.cards.json_text import Object
from studio.cards.lore_names import inside
from studio.cards.report import Notes, counted

INPUT, OUTPUT = "{{[INPUT]}}", "{{[OUTPUT]}}"
_MARKS = re.compile(r"\{\{\[(INPUT|OUTPUT)\]\}\}")
_BETWEEN = "||$||"
_ASIDE = frozenset({"prompt", "actions", "savedsettings", "worldinfo"})


def _claims(data: Object) -> bool:
    return "savedsettings" in data and isinstance(data.get("actions"), list)


def _read(data: Object, names: Names, notes: Notes) -> tuple[ImportedChat, ...]:
    settings = inside(data.get("savedsettings"))
    user = text_of(settings.get("chatname")) or names.user
    opponents = tuple(name for name in text_of(settings.get("chatopponent")).split(_BETWEEN) if name.strip())
    opponents = opponents or (names.character,)
    actions = data.get("actions")
    pieces = [data.get("prompt"), *(actions if isinstance(actions, list) else [])]
    story = "".join(text_of(piece) for piece in pieces)
    messages = tuple(_marked(story, user, opponents) if _MARKS.search(story) else _named(story, user, opponents))
    if lore := data.get("worldinfo"):
        number = len(lore) if isinstance(lore, list) else 1
        notes.inert.append(f"{counted(number, 'lore entry', 'lore entries')}: import the file as a lorebook too.")
    notes.changed.append("The story is one text there; it was cut into messages where marks or names stand.")
    return (
        ImportedChat(
            program=FORMAT.name,
            title=names.title,
            user=user,
            characters=tuple(dict.fromkeys((*opponents, *senders(messages)))),
            messages=messages,
            extra={key: value for key, value in data.items() if key not in _ASIDE},
        ),
    )


def _marked(story: str, user: str, opponents: tuple[str, ...]) -> Iterator[ImportedMessage]:
    """Turns of an instruct story: what follows a mark is its side's; what stands before the first is the others'."""
    side, at = "OUTPUT", 0
    for mark in [*_MARKS.finditer(story), None]:
        text = story[at : mark.start() if mark else len(story)].strip()
        if text and side == "INPUT":
            yield ImportedMessage(sender=user, text=_without_name(text, user), by_user=True)
        elif text:
            sender = next((name for name in opponents if text.startswith(f"{name}:")), opponents[0])
            yield ImportedMessage(sender=sender, text=_without_name(text, sender))
        if mark:
            side, at = mark[1], mark.end()


def _named(story: str, user: str, opponents: tuple[str, ...]) -> Iterator[ImportedMessage]:
    """Turns of a chat story: a known name and a colon at the head of a line begin one."""
    known = "|".join(re.escape(name) for name in sorted((user, *opponents), key=len, reverse=True))
    heads = [*re.finditer(rf"^({known}):[ \t]*", story, re.MULTILINE)]
    opening = story[: heads[0].start() if heads else len(story)].strip()
    if opening:
        yield ImportedMessage(sender=opponents[0], text=opening)
    for head, following in zip(heads, [*heads, None][1:], strict=True):
        text = story[head.end() : following.start() if following else len(story)].strip()
        yield ImportedMessage(sender=head[1], text=text, by_user=head[1] == user)


def _without_name(text: str, name: str) -> str:
    return text.removeprefix(f"{name}:").lstrip() if text.startswith(f"{name}:") else text


FORMAT = Format("koboldai_lite", _claims, _read)
