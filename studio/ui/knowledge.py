"""Who knows what: what happened against who perceived it, as the director or one player may see it. Pure."""

from __future__ import annotations

from studio.domain.event import BOOKKEEPING, DIRECTOR, NARRATOR, TURNS, Event, Kind
from studio.domain.transcript import Transcript
from studio.domain.value import Value
from studio.roleplay.clipping import clipped
from studio.ui.present import Person, people_of

ROWS_MOST = 150
TEXT_CHARS = 140


class Fact(Value):
    """A row: what happened, told by whom, and per column how its character came to know it: `said`, `heard`, `thought`,
    `secret`; empty: they do not know. `id`: the event, empty for a secret of the scene."""

    id: str = ""
    who: str = ""
    text: str
    kind: str
    known: tuple[str, ...]


class KnowledgePage(Value):
    """The table, oldest first. `more`: older rows that are not shown; `alone`: it is one player's."""

    people: tuple[Person, ...] = ()
    secrets: tuple[Fact, ...] = ()
    facts: tuple[Fact, ...] = ()
    more: int = 0
    alone: bool = False


def knowledge_of(transcript: Transcript, viewer: str = DIRECTOR) -> KnowledgePage:
    """The table. A player sees the column of their character, and of the rows what that character perceived."""
    session = transcript.session
    cast = [member for member in session.cast if viewer in (DIRECTOR, member.id)]
    people = people_of(session)
    told = [
        event
        for event in transcript.told
        if event.kind not in BOOKKEEPING and viewer in (DIRECTOR, *event.audience) and event.text.strip()
    ]
    secrets = []
    for member in cast:
        own = (session.scene.part(member.id).secret, *member.secrets)
        known = tuple("secret" if other.id == member.id else "" for other in cast)
        secrets += [Fact(who=member.name, text=text, kind="secret", known=known) for text in own if text]
    return KnowledgePage(
        people=tuple(people[member.id] for member in cast),
        secrets=tuple(secrets),
        facts=tuple(_fact(event, transcript, [member.id for member in cast]) for event in told[-ROWS_MOST:]),
        more=max(0, len(told) - ROWS_MOST),
        alone=viewer != DIRECTOR,
    )


def _fact(event: Event, transcript: Transcript, cast: list[str]) -> Fact:
    told = event.kind in (*TURNS, Kind.THOUGHT, Kind.WHISPER) and event.actor not in (NARRATOR, DIRECTOR)
    return Fact(
        id=event.id,
        who=transcript.session.name_of(event.actor) if told or event.kind is Kind.WHISPER else "",
        text=clipped(" ".join(event.text.replace("*", "").split()), TEXT_CHARS),
        kind=event.kind,
        known=tuple(_how(event, id_) for id_ in cast),
    )


def _how(event: Event, character: str) -> str:
    if character not in event.audience:
        return ""
    if event.kind is Kind.THOUGHT:
        return "thought"
    return "said" if event.actor == character else "heard"
