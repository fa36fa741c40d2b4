"""Imported chats as events of a session, and plays as chats.

The versions of a message are siblings in the tree of events; the one that counts is on the path to the head. What the
file said of a message stays with its event, so that a chat that was only read goes back as it came. What a chat cannot
say (who heard a line, what was thought) travels in our own block within the message.

Differs: other programs send the whole history to every character, so everybody the session begins with hears
everything that is not hidden; a hidden message is heard by nobody.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from studio.cards.chats.base import ImportedChat, ImportedMessage, senders
from studio.cards.chats.sillytavern import COMMENT_TYPE, NARRATOR_TYPE, PROGRAM, message_type
from studio.cards.lore_names import inside
from studio.domain.character import Character
from studio.domain.event import BOOKKEEPING, DIRECTOR, NARRATOR, TURNS, Event, Kind
from studio.domain.identifiers import slug, uuid7
from studio.domain.session import Session
from studio.domain.transcript import Transcript, present_after
from studio.domain.value import Value
from studio.errors import Invalid

PART = "imported"
"""Where an event keeps what its file said of it, under `parts`."""
BLOCK = "greenroom"
"""Where a message keeps what a chat has no field for, under `extra`."""
_PARTS = ("to", "character", "by")
LONGEST_NAME = 200


class Staged(Value):
    """A chat as events. Each chain goes on from the parent of its first event and is stored with one `append`, after
    the head was moved to that parent; at the end the head belongs to `head`."""

    chains: tuple[tuple[Event, ...], ...] = ()
    head: str | None = None

    @property
    def events(self) -> tuple[Event, ...]:
        """All events, each after its parent, siblings in the order of the versions."""
        return tuple(event for chain in self.chains for event in chain)


def cast_of(chat: ImportedChat) -> tuple[Character, ...]:
    """The people of a chat, as bare characters, for a session of their own: those who speak, then the user."""
    names = dict.fromkeys((*chat.characters, *senders(_spoken(chat))))
    user = chat.user if any(message.by_user for message in chat.messages) else ""
    cast: dict[str, Character] = {}
    for place, name in enumerate((*names, user) if user not in names else names):
        plain = " ".join(name.split())[:LONGEST_NAME]
        id_ = slug(plain, f"character-{place + 1}")
        while id_ in cast or id_ in (NARRATOR, DIRECTOR):
            id_ = f"{id_[:56]}-{place + 1}"
        if plain:
            cast[id_] = Character(id=id_, name=plain, persona_type="user" if name == user else "original")
    return tuple(cast.values())


def stage(
    chat: ImportedChat,
    session: Session,
    *,
    clock: Callable[[], datetime],
    rng: random.Random,
    actors: Mapping[str, str] | None = None,
) -> Staged:
    """The chat's messages as events at the beginning of a session without any. Pure but for clock and chance.

    `actors`: character ids by the names in the chat, where the session's cast has not the same names.
    Raises: Invalid when somebody speaks who is neither in the cast nor among `actors`.
    """
    who = _actors(chat, session, actors or {})
    stager = _Stager(chat, session, who, clock(), rng)
    for message in chat.messages:
        stager.add(message)
    return stager.staged()


def _actors(chat: ImportedChat, session: Session, given: Mapping[str, str]) -> dict[str, str]:
    ids = {member.id for member in session.cast}
    known = {member.name.casefold(): member.id for member in session.cast}
    found: dict[str, str] = {}
    for message in _spoken(chat):
        name = message.sender
        id_ = given.get(name) or known.get(" ".join(name.split())[:LONGEST_NAME].casefold()) or slug(name, "")
        if id_ not in ids and id_ not in (NARRATOR, DIRECTOR):
            raise Invalid(f"'{name[:60]}' speaks in the chat, but nobody in the cast has that name. Say who it is.")
        found[name] = id_
    return found


def _spoken(chat: ImportedChat) -> tuple[ImportedMessage, ...]:
    """The messages somebody speaks: no narration, no comment, none of ours that says itself whose it is."""
    return tuple(
        message
        for message in chat.messages
        if message_type(message.extra) not in (NARRATOR_TYPE, COMMENT_TYPE) and not _block(message).get("actor")
    )


def _block(message: ImportedMessage) -> dict[str, Any]:
    return inside(inside(message.extra.get("extra")).get(BLOCK))


class _Stager:
    """A chat on its way into the tree."""

    def __init__(
        self, chat: ImportedChat, session: Session, actors: Mapping[str, str], now: datetime, rng: random.Random
    ) -> None:
        self.chat, self.session, self.actors, self.rng = chat, session, actors, rng
        self.everyone = tuple(sorted(present_after(session, ())))
        self.ids = frozenset(member.id for member in session.cast)
        count = sum(2 * max(len(message.swipes), 1) for message in chat.messages)
        self.clock = now - timedelta(milliseconds=count)
        self.time = next((message.at for message in chat.messages if message.at), now)
        self.minute = 0
        self.parent = session.follows
        self.chains: list[list[Event]] = [[]]
        self.waiting: list[list[Event]] = []

    def add(self, message: ImportedMessage) -> None:
        """Put a message and its other versions into the tree."""
        self.time = message.at or self.time
        parent = self.parent
        before = [self._version(message, place, parent) for place in range(message.chosen)]
        if before:
            self._close()
            self.chains += [*before, []]
        line = self._version(message, message.chosen, parent)
        self.chains[-1] += line
        self.parent = line[-1].id
        self.waiting += [
            self._version(message, place, parent) for place in range(message.chosen + 1, len(message.swipes))
        ]
        self.minute += line[-1].kind in TURNS

    def staged(self) -> Staged:
        """All of it."""
        self._close()
        return Staged(chains=tuple(tuple(chain) for chain in self.chains if chain), head=self.parent)

    def _close(self) -> None:
        """Put the later versions after the stretch of the path their parents are on."""
        self.chains += self.waiting
        self.waiting = []

    def _version(self, message: ImportedMessage, place: int, parent: str | None) -> list[Event]:
        """One version of a message: the thought before it, if any, and the line."""
        block = _block(message)
        kind, actor = self._kind(message, block)
        thoughts = block.get("thoughts")
        thought = thoughts[place] if isinstance(thoughts, list) and place < len(thoughts) else None
        events: list[Event] = []
        if isinstance(thought, str) and thought and actor in self.ids:
            first = self._event(Kind.THOUGHT, actor, thought, parent, (actor,), {})
            events.append(first.model_copy(update={"parts": {"turn": first.id}}))
        parts: dict[str, Any] = {key: block[key] for key in _PARTS if key in block}
        if message.by_user and self.chat.program == PROGRAM and not block:
            parts["by"] = "person"
        if place == message.chosen:
            parts[PART] = {"program": self.chat.program, "message": copy.deepcopy(message.extra)}
            if not self.chains[0]:
                parts[PART]["chat"] = copy.deepcopy(self.chat.extra)
        if events:
            parts["turn"] = events[0].id
        text = message.swipes[place] if message.swipes else message.text
        audience = () if message.hidden and not block.get("audience") else self._audience(block)
        return [*events, self._event(kind, actor, text, events[0].id if events else parent, audience, parts)]
