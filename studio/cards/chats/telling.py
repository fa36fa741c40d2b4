"""Plays as chats, in SillyTavern's form: what was read from a chat goes back as it came, the rest is told anew."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from studio.cards.chats.base import USER, ImportedChat, ImportedMessage, moment, text_of
from studio.cards.chats.sillytavern import COMMENT_TYPE, NARRATOR_TYPE, PROGRAM, stamp
from studio.cards.chats.staging import BLOCK, PART
from studio.cards.lore_names import inside
from studio.domain.event import TURNS, Event, Kind
from studio.domain.session import Session
from studio.domain.transcript import Transcript

_VOICES = TURNS | {Kind.WHISPER}
_KEPT = ("to", "character", "by")


def chat_of(
    transcript: Transcript, tree: Iterable[Event] = (), *, person: str = "", thoughts: bool = True
) -> ImportedChat:
    """The play as a chat; write it with `write_sillytavern`.

    `tree`: all events of the session, oldest first; the versions of a line are found there. `person`: the character
    the reader played, beside the lines the log knows to be a person's. `thoughts`: private thoughts too, each with the
    line it led to. What nobody heard, and whispers, are hidden from the models there.
    """
    session = transcript.session
    versions = _Versions(tree)
    inner = {event.id: event.text for event in transcript.told if event.kind is Kind.THOUGHT} if thoughts else {}
    messages = tuple(
        _message(event, session, versions.of(event), inner, person)
        for event in transcript.told
        if event.kind not in (Kind.THOUGHT, Kind.RATING) and (event.text or event.kind is not Kind.NOTE)
    )
    header = next((inside(inside(event.parts.get(PART)).get("chat")) for event in transcript.events), {})
    first = inside(transcript.events[0].parts.get(PART)) if transcript.events else {}
    return ImportedChat(
        program=PROGRAM,
        title=session.title,
        user=next((message.sender for message in messages if message.by_user), USER),
        characters=tuple(member.name for member in session.cast if member.id != person),
        messages=messages,
        extra=copy.deepcopy(header) if first.get("program") == PROGRAM else {},
    )


class _Versions:
    """The versions of every line: siblings in the tree by the same speaker."""

    def __init__(self, tree: Iterable[Event]) -> None:
        self.children: dict[str | None, list[Event]] = {}
        self.by_id: dict[str, Event] = {}
        for event in tree:
            self.children.setdefault(event.parent, []).append(event)
            self.by_id[event.id] = event

    def of(self, line: Event) -> list[tuple[Event | None, Event]]:
        """Each version with the thought before it, oldest first; the line itself among them."""
        start = self.by_id.get(str(line.parts.get("turn", line.id)))
        if start is None:
            return [(None, line)]
        found: list[tuple[Event | None, Event]] = []
        for sibling in self.children[start.parent]:
            thought = sibling if sibling.kind is Kind.THOUGHT else None
            spoken = next(iter(self.children.get(sibling.id, ())), None) if thought else sibling
            if spoken is not None and (spoken.actor, spoken.kind) == (line.actor, line.kind):
                found.append((thought, line if spoken.id == line.id else spoken))
        return found


def _message(
    event: Event,
    session: Session,
    versions: Sequence[tuple[Event | None, Event]],
    inner: Mapping[str, str],
    person: str,
) -> ImportedMessage:
    kept = inside(event.parts.get(PART))
    texts = tuple(version.text for _, version in versions)
    chosen = next((place for place, (_, version) in enumerate(versions) if version.id == event.id), 0)
    by_user = event.kind in _VOICES and (event.parts.get("by") == "person" or event.actor == person)
    hidden = not event.audience or event.kind is Kind.WHISPER
    if kept.get("program") == PROGRAM:
        raw: dict[str, Any] = copy.deepcopy(inside(kept.get("message")))
        sender, at = text_of(raw.get("name")) or session.name_of(event.actor), moment(raw.get("send_date"))
        by_user = raw.get("is_user") is True
    else:
        sender, at = session.name_of(event.actor), event.at
        raw = _raw(event, sender, [thought for thought, _ in versions], inner, told=not kept)
    several = len(texts) > 1
    return ImportedMessage(
        sender=sender,
        text=event.text,
        by_user=by_user,
        at=at,
        hidden=hidden,
        swipes=texts if several else (event.text,) if isinstance(raw.get("swipes"), int) else (),
        chosen=chosen if several else 0,
        extra=raw
        if not several
        else {**raw, "swipes": len(texts)}
        if "swipes" in raw
        else _with_swipes(raw, event, texts),
    )


def _raw(
    event: Event, name: str, thoughts: Sequence[Event | None], inner: Mapping[str, str], *, told: bool
) -> dict[str, Any]:
    """A message of our own. `told`: with a block that says what a chat has no field for."""
    extra: dict[str, Any] = {}
    if event.kind is Kind.NOTE:
        extra["type"] = COMMENT_TYPE
    elif event.kind not in _VOICES:
        extra["type"] = NARRATOR_TYPE
    thought = inner.get(str(event.parts.get("turn", "")))
    if thought:
        extra["reasoning"] = thought
    if told:
        extra[BLOCK] = _block(event, [inner.get(one.id, one.text) if one and inner else None for one in thoughts])
    raw: dict[str, Any] = {
        "name": name,
        "is_user": False,
        "is_system": False,
        "send_date": stamp(event.at),
        "mes": None,
    }
    if event.kind in _VOICES:
        raw["original_avatar"] = f"{event.actor}.png"
    return {**raw, "extra": extra}


def _block(event: Event, thoughts: Sequence[str | None]) -> dict[str, Any]:
    block: dict[str, Any] = {"kind": event.kind.value, "actor": event.actor, "audience": [*event.audience]}
    block |= {key: copy.deepcopy(event.parts[key]) for key in _KEPT if key in event.parts}
    if any(thoughts):
        block["thoughts"] = [*thoughts]
    if event.emotion:
        block["emotion"] = event.emotion
    if event.salience:
        block["salience"] = event.salience
    return block


def _with_swipes(raw: dict[str, Any], event: Event, texts: Sequence[str]) -> dict[str, Any]:
    record: dict[str, Any] = {"send_date": stamp(event.at), "gen_started": None, "gen_finished": None, "extra": {}}
    return {**raw, "swipe_id": 0, "swipes": len(texts), "swipe_info": [copy.deepcopy(record) for _ in texts]}
