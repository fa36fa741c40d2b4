"""The play along its turns: who was there, who spoke and how they felt, where the narrator stepped in. Pure."""

from __future__ import annotations

from studio.domain.event import BOOKKEEPING, DIRECTOR, MOVE, TURNS, Event, Kind
from studio.domain.transcript import Transcript, present_after
from studio.domain.value import Value
from studio.roleplay.clipping import clipped
from studio.ui.present import Person, people_of
from studio.ui.tone import Tone, tone

TEXT_CHARS = 120
TURNS_MOST = 400


class Mark(Value):
    """Something at a turn (from 0) on a lane; lane −1 is the narrator's. `weight`: how much it matters, 1–10."""

    id: str
    lane: int
    at: float
    kind: str
    text: str
    feeling: str = ""
    tone: Tone = ""
    weight: int = 3


class Span(Value):
    """Somebody was on stage from one turn to another; `place`: elsewhere within the scene."""

    lane: int
    start: float
    end: float
    place: str = ""


class TimelinePage(Value):
    """Lanes are the people, in order. `turns`: how many there are; `first`: the turn the drawing begins with."""

    people: tuple[Person, ...] = ()
    turns: int = 0
    first: int = 0
    marks: tuple[Mark, ...] = ()
    spans: tuple[Span, ...] = ()


def timeline_of(transcript: Transcript, viewer: str = DIRECTOR) -> TimelinePage:
    """The whole path, or as far as one player's character perceived it. What lies between two turns stands half-way."""
    session = transcript.session
    lanes = {member.id: lane for lane, member in enumerate(session.cast)}
    seen = [e for e in transcript.told if e.kind not in BOOKKEEPING and viewer in (DIRECTOR, *e.audience)]
    marks: list[Mark] = []
    spans: list[Span] = []
    here = {id_: (0.0, "") for id_ in present_after(session, ()) if viewer in (DIRECTOR, id_) or _known(seen, id_)}
    turn = 0
    for event in seen:
        at = float(turn) if event.kind in TURNS else turn - 0.5
        turn += event.kind in TURNS
        who = str(event.parts.get("character", event.parts.get(MOVE, {}).get("character", "")))
        if event.kind is Kind.ENTER:
            here[who] = (at, "")
        elif who in here and (event.kind is Kind.LEAVE or MOVE in event.parts):
            start, place = here.pop(who)
            spans.append(Span(lane=lanes[who], start=start, end=at, place=place))
            if MOVE in event.parts:
                here[who] = (at, str(event.parts[MOVE]["place"]))
        marks.append(_mark(event, lanes.get(event.actor, -1), at))
    end = float(max(turn, 1))
    spans += [Span(lane=lanes[id_], start=start, end=end, place=place) for id_, (start, place) in here.items()]
    first = max(0, turn - TURNS_MOST)
    return TimelinePage(
        people=tuple(people_of(session)[member.id] for member in session.cast),
        turns=turn,
        first=first,
        marks=tuple(mark for mark in marks if mark.at >= first - 0.5),
        spans=tuple(
            span.model_copy(update={"start": max(span.start, float(first))}) for span in spans if span.end >= first
        ),
    )


def _known(seen: list[Event], character: str) -> bool:
    """Whether a player has any sign of somebody."""
    return any(event.actor == character or character in event.audience for event in seen)


def _mark(event: Event, lane: int, at: float) -> Mark:
    return Mark(
        id=event.id,
        lane=lane,
        at=at,
        kind=event.kind,
        text=clipped(" ".join(event.text.replace("*", "").split()), TEXT_CHARS),
        feeling=event.emotion,
        tone=tone(event.emotion),
        weight=event.salience or 3,
    )
