"""The script on the stage: a transcript and a viewer in, what the page prints out. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from studio.domain.character import Character
from studio.domain.event import DIRECTOR, NARRATOR, TURNS, Draft, Event, Kind
from studio.domain.session import Session
from studio.domain.transcript import Transcript
from studio.domain.value import Value

WINDOW = 200
_PICTURE = re.compile(r"portraits/([0-9a-f]{40})\.[a-z]+")
SHOWN = frozenset(Kind) - {Kind.RATING, Kind.EDIT, Kind.TOMBSTONE}


class Person(Value):
    """A face and a name. `portrait` is an address of ours; where it has no picture, initials stand
    on a colour of their own."""

    id: str
    name: str
    portrait: str = ""
    initials: str = ""
    hue: int = 0
    about: str = ""


class Line(Value):
    """One event as it is printed. `lead`: the speaker changed, so the name is printed. `take` of `takes`: siblings."""

    id: str
    kind: str
    actor: str
    text: str
    lead: bool = True
    to: str = ""
    edited: bool = False
    take: int = 1
    takes: int = 1
    why: str = ""


class Live(Value):
    """The line being made right now. An empty `actor`: nothing is."""

    actor: str = ""
    person: Person | None = None
    thought: str = ""
    text: str = ""


class Script(Value):
    """The transcript component. `earlier`: how many older lines are not shown."""

    session: str = ""
    title: str = ""
    subtitle: str = ""
    people: dict[str, Person] = {}
    lines: tuple[Line, ...] = ()
    earlier: int = 0
    curtain: str = ""
    draft: Line | None = None
    viewer: str = DIRECTOR


def hue_of(id_: str) -> int:
    """A colour angle of 0–359 that stays with an id."""
    return int.from_bytes(hashlib.blake2b(id_.encode(), digest_size=2).digest()) % 360


def initials_of(name: str) -> str:
    """Up to two letters to stand for a face."""
    words = [word for word in name.split() if word[0].isalnum()] or [name.strip() or "?"]
    return "".join(word[0].upper() for word in (words if len(words) == 1 else (words[0], words[-1])))


def portrait_address(character: Character) -> str:
    """Where a character's picture is served: by the digest of what is in it, else by id."""
    found = _PICTURE.fullmatch(character.portrait)
    return f"house/pictures/{found[1]}" if found else f"house/portraits/{character.id}"


def person_of(character: Character, about: str = "") -> Person:
    """A character as a face and a name."""
    return Person(
        id=character.id,
        name=character.name,
        portrait=portrait_address(character),
        initials=initials_of(character.name),
        hue=hue_of(character.id),
        about=about,
    )


def people_of(session: Session) -> dict[str, Person]:
    """The cast by id, with the narrator and the director, who have no face."""
    unseen = {id_: Person(id=id_, name=session.name_of(id_), initials="✦") for id_ in (NARRATOR, DIRECTOR)}
    return unseen | {member.id: person_of(member) for member in session.cast}


def visible(transcript: Transcript, viewer: str) -> tuple[Event, ...]:
    """What a viewer may see, oldest first: the director everything, a seated player what their character witnessed."""
    told = (event for event in transcript.told if event.kind in SHOWN and (event.text or event.kind is not Kind.NOTE))
    return tuple(event for event in told if viewer == DIRECTOR or viewer in event.audience)


def script_of(
    transcript: Transcript,
    viewer: str,
    *,
    takes: Mapping[str, tuple[int, int]] | None = None,
    window: int = WINDOW,
    draft: Draft | None = None,
    curtain: str = "",
) -> Script:
    """The script as this viewer sees it, its newest `window` lines.

    `takes`: event id → (which of its siblings this is, how many there are), from 1.
    """
    session = transcript.session
    seen = visible(transcript, viewer)
    edited = {event.target for event in transcript.events if event.kind is Kind.EDIT}
    lines: list[Line] = []
    previous: Event | None = None
    for event in seen[max(0, len(seen) - window) :]:
        take, of = (takes or {}).get(event.id, (1, 1))
        line = Line(
            id=event.id,
            kind=event.kind,
            actor=event.actor,
            text=event.text,
            lead=previous is None or _voice(previous) != _voice(event),
            to=_addressees(event, session),
            edited=event.id in edited,
            take=take,
            takes=of,
            why=_reason(event) if viewer == DIRECTOR else "",
        )
        lines.append(line)
        previous = event
    scene = session.scene
    unfinished = draft if draft and (viewer in (DIRECTOR, draft.actor)) else None
    return Script(
        session=session.id,
        title=session.title,
        subtitle=" · ".join(part for part in (scene.place, scene.time, scene.mood) if part),
        people=people_of(session),
        lines=tuple(lines),
        earlier=max(0, len(seen) - window),
        curtain=curtain,
        draft=Line(id="draft", kind="speech", actor=unfinished.actor, text=unfinished.text) if unfinished else None,
        viewer=viewer,
    )


def live_of(session: Session, viewer: str, actor: str, thought: str, text: str, present: frozenset[str]) -> Live:
    """The line being made, as far as this viewer perceives it: nobody reads another's mind or hears from offstage."""
    if viewer not in (DIRECTOR, actor):
        thought = ""
        if viewer not in present:
            return Live()
    return Live(actor=actor, person=people_of(session).get(actor), thought=thought, text=text)


def _voice(event: Event) -> tuple[str, bool]:
    """Lines of one voice in a row are printed under one name."""
    return event.actor, event.kind in (*TURNS, Kind.THOUGHT)


def _addressees(event: Event, session: Session) -> str:
    if event.kind is not Kind.WHISPER:
        return ""
    hearers = [id_ for id_ in event.parts.get("to", ()) if id_ != event.actor] or [NARRATOR]
    return ", ".join("the narrator" if id_ == NARRATOR else session.name_of(id_) for id_ in hearers)


def _reason(event: Event) -> str:
    return str(event.parts.get("decision", {}).get("reason", ""))
