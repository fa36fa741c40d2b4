"""The script on the stage: a transcript and a viewer in, what the page prints out. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from studio.domain.character import Character
from studio.domain.event import DIRECTOR, NARRATOR, TURNS, Draft, Event, Kind
from studio.domain.session import Session
from studio.domain.transcript import Transcript, present_after
from studio.domain.value import Value
from studio.roleplay.happenings import EPILOGUE, ORDERS
from studio.roleplay.orders import standing_orders
from studio.roleplay.supporting import course_of, support_of
from studio.ui.scenery import Scenery, scenery_of

WINDOW = 200
WINDOW_MOST = 1000
"""Lines the page holds at once, however many are asked for."""
SUPPORTIVE = "supportive"
EPILOGUE_NEAR = 8
_PICTURE = re.compile(r"portraits/([0-9a-f]{40})\.[a-z]+")
SHOWN = frozenset(Kind) - {Kind.RATING, Kind.EDIT, Kind.TOMBSTONE}
_PERCEIVED = frozenset({*TURNS, Kind.NARRATION, Kind.RULING})


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
    """One event as it is printed. `lead`: the speaker changed, so the name is printed. `take` of `takes`: siblings.

    For the director's eyes: `why` it was this speaker, `heard` by whom where not by everybody on stage, the `rating` of
    the line and the `notes` on it, and what a ruling `changed`. `made`: a model wrote it, so it can be told again.
    """

    id: str
    kind: str
    actor: str
    text: str
    lead: bool = True
    to: str = ""
    edited: bool = False
    take: int = 1
    takes: int = 1
    made: bool = False
    why: str = ""
    heard: str = ""
    rating: int = 0
    notes: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


class Live(Value):
    """The line being made right now. An empty `actor`: nothing is."""

    actor: str = ""
    person: Person | None = None
    thought: str = ""
    text: str = ""


class Care(Value):
    """What stands over a supportive talk: how whoever is listened to is doing, in words and as moods 0–5."""

    seeker: str
    gauge: str
    moods: tuple[int, ...] = ()


class Script(Value):
    """The transcript component. `earlier` and `later`: how many older and newer lines are not shown; `closed`: the
    scene has its epilogue; `directs`: whether lines can be changed from here."""

    session: str = ""
    title: str = ""
    subtitle: str = ""
    people: dict[str, Person] = {}
    lines: tuple[Line, ...] = ()
    earlier: int = 0
    later: int = 0
    curtain: str = ""
    closed: bool = False
    draft: Line | None = None
    viewer: str = DIRECTOR
    directs: bool = True
    care: Care | None = None
    scenery: Scenery | None = None


def hue_of(id_: str) -> int:
    """A colour angle of 0–359 that stays with an id."""
    return int.from_bytes(hashlib.blake2b(id_.encode(), digest_size=2).digest()) % 360


def initials_of(name: str) -> str:
    """Up to two letters to stand for a face."""
    words = [word for word in name.split() if word[0].isalnum()] or [name.strip() or "?"]
    return "".join(word[0].upper() for word in (words if len(words) == 1 else (words[0], words[-1])))


def portrait_address(id_: str, portrait: str) -> str:
    """Where a character's picture is served: by the digest of what is in it, else by id."""
    found = _PICTURE.fullmatch(portrait)
    return f"house/pictures/{found[1]}" if found else f"house/portraits/{id_}"


def backdrop_address(transcript: Transcript) -> str:
    """Where the picture over the script is served; empty: none was hung."""
    picture = standing_orders(transcript).backdrop or ""
    return portrait_address("", picture) if _PICTURE.fullmatch(picture) else ""


def face_of(id_: str, name: str, portrait: str, about: str = "") -> Person:
    """Somebody of whom no more is known than what stands in a list."""
    return Person(
        id=id_,
        name=name,
        portrait=portrait_address(id_, portrait),
        initials=initials_of(name),
        hue=hue_of(id_),
        about=about,
    )


def person_of(character: Character, about: str = "") -> Person:
    """A character as a face and a name."""
    return face_of(character.id, character.name, character.portrait, about)


def people_of(session: Session) -> dict[str, Person]:
    """The cast by id, with the narrator and the director, who have no face."""
    everybody = (NARRATOR, DIRECTOR, *(member.id for member in session.cast))
    return {id_: _somebody(session, id_) for id_ in everybody}


def _somebody(session: Session, id_: str) -> Person:
    member = next((one for one in session.cast if one.id == id_), None)
    return person_of(member) if member else Person(id=id_, name=session.name_of(id_), initials="✦")


def visible(transcript: Transcript, viewer: str) -> tuple[Event, ...]:
    """What a viewer may see, oldest first: the director everything, a seated player what their character witnessed."""
    told = (event for event in transcript.told if event.kind in SHOWN and (event.text or event.kind is not Kind.NOTE))
    return tuple(event for event in told if viewer == DIRECTOR or viewer in event.audience)


def shown_to(transcript: Transcript, viewer: str) -> tuple[Event, ...]:
    """What is printed as lines for a viewer, oldest first."""
    return tuple(event for event in visible(transcript, viewer) if not _remark(event))


def script_of(
    transcript: Transcript,
    viewer: str,
    *,
    takes: Mapping[str, tuple[int, int]] | None = None,
    window: int = WINDOW,
    until: str = "",
    draft: Draft | None = None,
    curtain: str = "",
    directs: bool = True,
) -> Script:
    """The script as this viewer sees it: `window` lines up to the event `until`, or its newest ones.

    `takes`: event id → (which of its siblings this is, how many there are), from 1.
    """
    session = transcript.session
    seen = shown_to(transcript, viewer)
    end = next((at for at, event in enumerate(seen, start=1) if event.id == until), len(seen)) if until else len(seen)
    edited = {event.target for event in transcript.events if event.kind is Kind.EDIT}
    eyes = _Eyes(transcript) if viewer == DIRECTOR else None
    lines: list[Line] = []
    previous: Event | None = None
    for event in seen[max(0, end - window) : end]:
        take, of = (takes or {}).get(event.id, (1, 1))
        line = Line(
            id=event.id,
            kind="order" if ORDERS in event.parts else event.kind,
            actor=event.actor,
            text=event.text,
            lead=previous is None or _voice(previous) != _voice(event),
            to=_addressees(event, session),
            edited=event.id in edited,
            take=take,
            takes=of,
            made=event.provenance is not None,
        )
        lines.append(eyes.over(line, event) if eyes else line)
        previous = event
    scene = session.scene
    unfinished = draft if draft and (viewer in (DIRECTOR, draft.actor)) else None
    return Script(
        session=session.id,
        title=session.title,
        subtitle=" · ".join(part for part in (scene.place, scene.time, scene.mood) if part),
        people=people_of(session),
        lines=tuple(lines),
        earlier=max(0, end - window),
        later=len(seen) - end,
        curtain=curtain,
        closed=any(event.parts.get(EPILOGUE) for event in transcript.told[-EPILOGUE_NEAR:]),
        draft=Line(id="draft", kind="speech", actor=unfinished.actor, text=unfinished.text) if unfinished else None,
        viewer=viewer,
        directs=directs,
        care=care_of(transcript),
        scenery=scenery_of(scene).model_copy(update={"picture": backdrop_address(transcript)}),
    )


def care_of(transcript: Transcript) -> Care | None:
    """How a supportive talk goes; None for any other play."""
    session = transcript.session
    if session.mode.name != SUPPORTIVE or len(session.cast) < 2:
        return None
    course = course_of(transcript, str(session.mode.parameters.get("seeker", "")))
    moods = [kept.mood for event in transcript.told if (kept := support_of(event)) and kept.mood is not None]
    return Care(seeker=session.name_of(course.seeker), gauge=course.gauge, moods=tuple(moods))


def live_of(transcript: Transcript, viewer: str, actor: str, thought: str, text: str) -> Live:
    """The line being made, as far as this viewer perceives it: nobody reads another's mind, or hears what is said off
    stage or in another place."""
    if viewer not in (DIRECTOR, actor):
        thought = ""
        if viewer not in transcript.earshot(actor):
            return Live()
    return Live(actor=actor, person=_somebody(transcript.session, actor), thought=thought, text=text)


class _Eyes:
    """What the director sees of a line beyond the line."""

    def __init__(self, transcript: Transcript) -> None:
        self.session = transcript.session
        self.ratings: dict[str, int] = {}
        self.notes: dict[str, tuple[str, ...]] = {}
        self.away: dict[str, frozenset[str]] = {}
        present = present_after(transcript.session, ())
        for event in transcript.told:
            on = str(event.parts.get("on", ""))
            if event.kind is Kind.RATING:
                self.ratings[on] = int(event.parts.get("rating", 0))
            elif on:
                self.notes[on] = (*self.notes.get(on, ()), event.text)
            elif event.kind in _PERCEIVED:
                self.away[event.id] = present - set(event.audience)
            elif event.kind is Kind.ENTER:
                present = present | {str(event.parts.get("character", event.actor))}
            elif event.kind is Kind.LEAVE:
                present = present - {str(event.parts.get("character", event.actor))}

    def over(self, line: Line, event: Event) -> Line:
        """The line with all that."""
        changes = event.parts.get("changes")
        return line.model_copy(
            update={
                "why": _reason(event),
                "heard": self._heard(event) if self.away.get(event.id) else "",
                "rating": self.ratings.get(event.id, 0),
                "notes": self.notes.get(event.id, ()),
                "changed": tuple(f"{thing}: {now}" for thing, now in changes.items())
                if isinstance(changes, dict)
                else (),
            }
        )

    def _heard(self, event: Event) -> str:
        hearers = [one.first_name for one in self.session.cast if one.id in event.audience and one.id != event.actor]
        return ", ".join(hearers) or "nobody"


def _remark(event: Event) -> bool:
    """What is printed beside a line, not as one."""
    return event.kind is Kind.NOTE and "on" in event.parts


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
