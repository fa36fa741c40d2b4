"""What happens on stage without any model: a person's line, timed entrances and beats, the end. Pure."""

from __future__ import annotations

from typing import Any

from studio.domain.event import DIRECTOR, NARRATOR, Event, Kind
from studio.domain.provenance import Usage
from studio.domain.session import Decision
from studio.domain.transcript import Transcript
from studio.domain.value import Value
from studio.errors import Invalid
from studio.roleplay.speakers.base import Cue, Situation, claimed
from studio.roleplay.steps import Turn

LINE_LIMIT = 100_000


class Happening(Value):
    """An event to be: everything but its id and time."""

    kind: Kind
    actor: str
    text: str
    audience: tuple[str, ...]
    parts: dict[str, Any] = {}


class Direction(Value):
    """What the narrator decided, ready to store: its events, the plan, and what the next turn's event carries of it."""

    events: tuple[Event, ...] = ()
    plan: tuple[Cue, ...] = ()
    fresh: bool = False
    parts: dict[str, Any] = {}
    usage: Usage = Usage()
    ended: bool = False


def said(transcript: Transcript, turn: Turn) -> tuple[Happening, ...]:
    """What a person said or whispered.

    A line without a seat is the director's own narration. Raises: Invalid for a seat or hearer that is not on stage
    and for a text over 100,000 characters.
    """
    present = transcript.present
    for who in (turn.as_, *turn.to):
        if who and who != NARRATOR and who not in present:
            raise Invalid(f"{transcript.session.name_of(who)} is not on stage. Bring them in first.")
    events: list[Happening] = []
    everyone = tuple(sorted(present))
    seated = turn.as_ in present
    if turn.whisper.strip():
        hearers = tuple(sorted({*turn.to, *([turn.as_] if seated else [])} - {NARRATOR}))
        by = turn.as_ if seated else DIRECTOR
        parts = {"to": list(turn.to) or [NARRATOR], "by": "person"}
        text = _bounded(turn.whisper)
        events.append(Happening(kind=Kind.WHISPER, actor=by, text=text, audience=hearers, parts=parts))
    if turn.line.strip():
        kind, by = (Kind.SPEECH, turn.as_) if seated else (Kind.NARRATION, NARRATOR)
        text = _bounded(turn.line)
        events.append(Happening(kind=kind, actor=by, text=text, audience=everyone, parts={"by": "person"}))
    return tuple(events)


def _bounded(text: str) -> str:
    if len(text) > LINE_LIMIT:
        raise Invalid(f"That line has {len(text):,} characters; {LINE_LIMIT:,} is the limit. Split it in two.")
    return text.strip()


def entrances(transcript: Transcript) -> tuple[str, ...]:
    """The characters whose entrance is due and who have never come in."""
    entered = {event.parts.get("character") for event in transcript.events if event.kind is Kind.ENTER}
    due = []
    for member in transcript.session.cast:
        turn = transcript.session.scene.part(member.id).entrance_turn
        if turn and turn <= transcript.turns and member.id not in entered and member.id not in transcript.present:
            due.append(member.id)
    return tuple(due)


def beats(transcript: Transcript) -> tuple[tuple[int, str], ...]:
    """The scene's timed events that are due and not yet told: their number and text."""
    told = {event.parts.get("beat") for event in transcript.events}
    return tuple(
        (number, beat.what)
        for number, beat in enumerate(transcript.session.scene.events)
        if beat.when <= transcript.turns and number not in told
    )


def over(transcript: Transcript) -> str:
    """Why the scene has ended, or an empty text."""
    limit = transcript.session.scene.end.max_turns
    if transcript.turns >= limit:
        return f"The scene has run its {limit} turns."
    if not transcript.present:
        return "Everybody has left the stage."
    return ""


def may_end(transcript: Transcript) -> bool:
    """Whether the narrator may call the end: the scene names one, and everybody could have spoken twice."""
    session = transcript.session
    return bool(session.scene.end.when) and transcript.turns >= 2 * len(session.cast)


def waits_for(situation: Situation, turn: Turn) -> Decision | None:
    """The seated person's own turn, when they asked to be waited for and somebody just spoke to them."""
    if not (turn.wait and turn.as_):
        return None
    handed = claimed(situation)
    return handed.model_copy(update={"by": "user"}) if handed and handed.speaker == turn.as_ else None
