"""Chats of other programs into the archive: each becomes a play that can be gone on with."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from studio.archive import Archive
from studio.cards.chats.base import ImportedChat
from studio.cards.chats.reading import read_chats
from studio.cards.chats.staging import cast_of, stage
from studio.cards.lore_names import inside
from studio.cards.report import ImportReport, visible
from studio.domain.character import Character
from studio.domain.identifiers import uuid7
from studio.domain.scene import Ending, Part, Scene
from studio.domain.session import Session
from studio.domain.value import Value
from studio.errors import Invalid

UNFINISHED = " (import not finished)"
LONGEST_TITLE = 200
ROOM_TO_PLAY = 200
"""Turns an imported play may still have."""
MOST_TURNS = 10_000


class ImportedPlays(Value):
    """The sessions made of one file, in its order, and what became of it."""

    sessions: tuple[Session, ...]
    report: ImportReport


async def import_chats(
    data: bytes,
    filename: str,
    archive: Archive,
    *,
    owner: str,
    rng: random.Random,
    library: Iterable[Character] = (),
    user: str = "",
    character: str = "",
) -> ImportedPlays:
    """The chats in a file as sessions of `owner`, each with all versions of its messages.

    Whoever has the name of somebody in `library` is played by them, everybody else by a bare character of the name.
    `user`, `character`: what to call whom the file does not name. A chat that cannot be stored whole is not there at
    all; one that the process died over says so in its title.
    Raises: Invalid; StorageError.
    """
    read = await asyncio.to_thread(read_chats, data, filename, user=user, character=character)
    known = {one.name.casefold(): one for one in library}
    sessions = [await _stored(chat, archive, owner, rng, known) for chat in read.chats]
    return ImportedPlays(sessions=tuple(sessions), report=read.report)


async def _stored(
    chat: ImportedChat, archive: Archive, owner: str, rng: random.Random, known: Mapping[str, Character]
) -> Session:
    new = _session(chat, owner, rng, archive.clock, known)
    staged = await asyncio.to_thread(stage, chat, new, clock=archive.clock, rng=rng)
    store, title = archive.sessions, new.title
    session = await store.create(new.model_copy(update={"title": title[: LONGEST_TITLE - 30] + UNFINISHED}))
    whole = False
    try:
        for chain in staged.chains:
            session = await store.move_head(session, chain[0].parent)
            session = await store.append(session, chain)
        session = await store.move_head(session, staged.head)
        session = await store.update(session, title=title)
        whole = True
    finally:
        if not whole:
            await asyncio.shield(store.purge(owner, session.id))
    return session


def _session(
    chat: ImportedChat,
    owner: str,
    rng: random.Random,
    clock: Callable[[], datetime],
    known: Mapping[str, Character],
) -> Session:
    cast = tuple(_played_by(member, known) for member in cast_of(chat))
    if not cast:
        raise Invalid("Nobody speaks in the chat, and it names nobody. There is nothing to import.")
    ids = [member.id for member in cast]
    if len(set(ids)) < len(ids):  # two names of the chat for one of the library
        cast = cast_of(chat)
    at = clock()
    id_ = uuid7(at, rng)
    title = visible(chat.title)[:LONGEST_TITLE].strip() or f"Chat with {cast[0].name}"[:LONGEST_TITLE]
    scenario = inside(chat.extra.get("chat_metadata")).get("scenario")
    scene = Scene(
        id="imported",
        title=title,
        premise=scenario if isinstance(scenario, str) else "",
        cast=tuple(Part(character=member.id) for member in cast),
        end=Ending(max_turns=min(MOST_TURNS, len(chat.messages) + ROOM_TO_PLAY)),
    )
    return Session(
        id=id_,
        owner=owner,
        continuity=id_,
        title=title,
        scene=scene,
        cast=cast,
        created_at=at,
        updated_at=at,
    )


def _played_by(member: Character, known: Mapping[str, Character]) -> Character:
    found = known.get(member.name.casefold())
    return found if found and member.persona_type != "user" else member
