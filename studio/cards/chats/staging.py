"""Imported chats as events of a session.

The versions of a message are siblings in the tree of events; the one that counts is on the path to the head. What the
file said of a message stays with its event, so that a chat that was only read goes back as it came. What a chat cannot
say (who heard a line, what was thought) travels in our own block within the message.

Differs: other programs send the whole history to every character, so everybody the session begins with hears
everything that is not hidden; a hidden message is heard by nobody.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from studio.cards.chats.base import ImportedChat, ImportedMessage
from studio.cards.chats.sillytavern import COMMENT_TYPE, NARRATOR_TYPE, message_type
from studio.cards.lore_names import inside
from studio.domain.character import Character
from studio.domain.event import DIRECTOR, NARRATOR, TURNS, Event, Kind
from studio.domain.identifiers import slug, uuid7
from studio.domain.session import Session
from studio.domain.transcript import present_after
from studio.domain.value import Value
from studio.errors import Invalid

PART = "imported"
"""Where an event keeps what its file said of it, under `parts`."""
BLOCK = "greenroom"
"""Where a message keeps what a chat has no field for, under `extra`."""
_SAYABLE = frozenset(kind.value for kind in Kind) - {Kind.EDIT, Kind.TOMBSTONE, Kind.RATING, Kind.THOUGHT}
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
    """The people of a chat, as bare characters, for a session of their own: the characters, then the users."""
    people = {message.sender: message.by_user for message in reversed(_spoken(chat))}
    named = [*dict.fromkeys((*chat.characters, *people))]
    cast: dict[str, Character] = {}
    for place, name in enumerate(sorted(named, key=lambda name: people.get(name, False))):
        plain = " ".join(name.split())[:LONGEST_NAME]
        id_ = slug(plain, f"character-{place + 1}")
        while id_ in cast or id_ in (NARRATOR, DIRECTOR):
            id_ = f"{id_[:56]}-{place + 1}"
        if plain:
            cast[id_] = Character(id=id_, name=plain, persona_type="user" if people.get(name) else "original")
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
    """Whose lines are whose: by name, and for our own messages by the id they had in another cast."""
    ids = {member.id for member in session.cast}
    known = {member.name.casefold(): member.id for member in session.cast}
    found: dict[str, str] = {}
    for message in _spoken(chat):
        name, block = message.sender, _block(message)
        was = block["actor"] if isinstance(block.get("actor"), str) else ""
        if was in ids or was in (NARRATOR, DIRECTOR):
            continue
        id_ = given.get(name) or known.get(" ".join(name.split())[:LONGEST_NAME].casefold()) or slug(name, "")
        if id_ not in ids and id_ not in (NARRATOR, DIRECTOR):
            raise Invalid(f"'{name[:60]}' speaks in the chat, but nobody in the cast has that name. Say who it is.")
        found |= {name: id_, was: id_} if was else {name: id_}
    return found


def _spoken(chat: ImportedChat) -> tuple[ImportedMessage, ...]:
    """The messages that are somebody's: neither narration nor comment."""
    return tuple(
        message for message in chat.messages if message_type(message.extra) not in (NARRATOR_TYPE, COMMENT_TYPE)
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
        # Ids tell the order; they end where the clock stands, before any event to come.
        self.tick = now - timedelta(milliseconds=sum(2 * max(len(message.swipes), 1) for message in chat.messages))
        self.at = next((message.at for message in chat.messages if message.at), now)
        self.minute = 0
        self.parent = session.follows
        self.chains: list[list[Event]] = [[]]
        self.later: list[list[Event]] = []

    def add(self, message: ImportedMessage) -> None:
        """Put a message and its other versions into the tree."""
        self.at = message.at or self.at
        versions = [self._version(message, place) for place in range(max(len(message.swipes), 1))]
        if message.chosen:
            self._end_chain()
            self.chains += [*versions[: message.chosen], []]
        self.chains[-1] += versions[message.chosen]
        self.later += versions[message.chosen + 1 :]
        line = versions[message.chosen][-1]
        self.parent = line.id
        self.minute += line.kind in TURNS

    def staged(self) -> Staged:
        """All of it."""
        self._end_chain()
        return Staged(chains=tuple(tuple(chain) for chain in self.chains if chain), head=self.parent)

    def _end_chain(self) -> None:
        """Versions that come after the chosen one hang on events of the chain that ends here."""
        self.chains += self.later
        self.later = []

    def _version(self, message: ImportedMessage, place: int) -> list[Event]:
        """One version of a message: the thought before it, if any, and the line."""
        block = _block(message)
        kind, actor = self._role(message, block)
        parts: dict[str, Any] = {}
        if message.by_user or block.get("by") == "person":
            parts["by"] = "person"
        if kind is Kind.WHISPER:
            parts["to"] = self._ids(block.get("to"))
        if kind in (Kind.ENTER, Kind.LEAVE):
            parts["character"] = self._id(block.get("character"))
        if place == message.chosen:
            parts[PART] = {"program": self.chat.program, "message": copy.deepcopy(message.extra)}
            if self.parent == self.session.follows:
                parts[PART]["chat"] = copy.deepcopy(self.chat.extra)
        audience = self._audience(message, block, kind)
        text = message.swipes[place] if message.swipes else message.text
        line = self._event(kind, actor, text, audience, parts, block)
        thoughts = block.get("thoughts")
        thought = thoughts[place] if isinstance(thoughts, list) and place < len(thoughts) else None
        if not isinstance(thought, str) or not thought or actor not in self.ids:
            return [line]
        before = self._event(Kind.THOUGHT, actor, thought, (actor,), {}, {})
        # The thought came first, so it takes the earlier id.
        turn, id_ = line.id, before.id
        before = before.model_copy(update={"id": turn, "parts": {"turn": turn}})
        return [before, line.model_copy(update={"id": id_, "parent": turn, "parts": {**parts, "turn": turn}})]

    def _role(self, message: ImportedMessage, block: Mapping[str, object]) -> tuple[Kind, str]:
        """What kind of event a message is, and whose."""
        said, actor, character = block.get("kind"), self._id(block.get("actor")), self._id(block.get("character"))
        if isinstance(said, str) and said in _SAYABLE and (actor in self.ids or actor in (NARRATOR, DIRECTOR)):
            kind = Kind(said)
            if kind not in (Kind.ENTER, Kind.LEAVE) or character in self.ids:
                return kind, actor
        type_ = message_type(message.extra)
        if type_ == COMMENT_TYPE:
            return Kind.NOTE, DIRECTOR
        actor = NARRATOR if type_ == NARRATOR_TYPE else self.actors.get(message.sender, NARRATOR)
        return (Kind.SPEECH if actor in self.ids else Kind.NARRATION), actor

    def _id(self, was: object) -> str:
        """The id in this cast of somebody a message of ours names by another."""
        id_ = was if isinstance(was, str) else ""
        return id_ if id_ in self.ids else self.actors.get(id_, id_)

    def _ids(self, were: object) -> list[str]:
        """The same of a list; those who are not in the cast are left out, but for the narrator."""
        found = map(self._id, were) if isinstance(were, list) else ()
        return sorted(id_ for id_ in set(found) if id_ in self.ids or id_ == NARRATOR)

    def _audience(self, message: ImportedMessage, block: Mapping[str, object], kind: Kind) -> tuple[str, ...]:
        told = block.get("audience")
        if isinstance(told, list):
            return tuple(id_ for id_ in self._ids(told) if id_ != NARRATOR)
        return () if message.hidden or kind is Kind.NOTE else self.everyone

    def _event(
        self,
        kind: Kind,
        actor: str,
        text: str,
        audience: tuple[str, ...],
        parts: dict[str, Any],
        block: Mapping[str, object],
    ) -> Event:
        self.tick += timedelta(milliseconds=1)
        emotion, salience = block.get("emotion"), block.get("salience")
        return Event(
            id=uuid7(self.tick, self.rng),
            session=self.session.id,
            parent=self.parent,
            kind=kind,
            actor=actor,
            text=text,
            audience=audience,
            parts=parts,
            at=self.at,
            story_minute=self.minute + (kind in TURNS),
            emotion=emotion if isinstance(emotion, str) else "",
            salience=salience if isinstance(salience, int) and 1 <= salience <= 10 else None,
        )
