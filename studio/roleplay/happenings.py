"""What happens on stage without any model: a person's line, timed entrances and beats, the end. Pure."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from studio.cards.played import macro_names, person_in, teller
from studio.domain.character import Character
from studio.domain.event import BOOKKEEPING, DIRECTOR, NARRATOR, TURNS, Event, Kind
from studio.domain.provenance import Provenance, Usage
from studio.domain.scene import Scene
from studio.domain.session import Decision, Session
from studio.domain.state import PlayState, WorldState
from studio.domain.transcript import Transcript
from studio.domain.value import Value
from studio.errors import Invalid
from studio.roleplay.reply import storable
from studio.roleplay.speakers.base import Cue, Situation, claimed
from studio.roleplay.steps import Lent, Turn

LINE_LIMIT = 100_000
MOST_GREETINGS = 20
ORDERS = "orders"
"""The key in the parts of a director's note that holds from there on (see `orders`)."""
EPILOGUE = "epilogue"
"""The key in the parts of the narration that closes a scene."""
NARRATOR_ENDS = "The narrator sees the scene at its end."


class Happening(Value):
    """An event to be: everything but its id and time."""

    kind: Kind
    actor: str
    text: str
    audience: tuple[str, ...]
    parts: dict[str, Any] = {}
    usage: Usage | None = None
    provenance: Provenance | None = None


class Direction(Value):
    """What the narrator decided, ready to store: its events, the plan, and what the next turn's event carries of it.
    `ended`: it sees the scene at its end, and one of the events says so."""

    events: tuple[Event, ...] = ()
    plan: tuple[Cue, ...] = ()
    fresh: bool = False
    parts: dict[str, Any] = {}
    usage: Usage = Usage()
    ended: bool = False


def check_cast(scene: Scene, cast: Sequence[Character]) -> None:
    """Raises: Invalid when the cast is empty, names somebody twice, or uses an id that has a meaning of its own."""
    if not cast:
        raise Invalid(f"'{scene.title}' has no cast. Choose at least one character.")
    ids = [member.id for member in cast]
    twice = sorted({member.name for member in cast if ids.count(member.id) > 1})
    if twice:
        raise Invalid(f"{', '.join(twice)} is in the cast twice. Choose each character once.")
    reserved = sorted({NARRATOR, DIRECTOR} & set(ids))
    if reserved:
        raise Invalid(f"A character's id cannot be '{reserved[0]}': the studio means somebody else by it. Rename it.")


def readable(session: Session) -> Session:
    """The session as it will be read back. Raises: Invalid for a scene or cast that could be stored but never read
    again, as a copy with changes may be."""
    try:
        return Session.model_validate(session.model_dump())
    except ValidationError as error:
        problem = error.errors()[0]
        place = ".".join(str(part) for part in problem["loc"])
        raise Invalid(f"'{session.title:.80}' cannot be played: {place}: {problem['msg']}.") from error


def opening(transcript: Transcript) -> Happening | None:
    """How a play begins: the usual one of `openings`."""
    return next(iter(openings(transcript)), None)


def openings(transcript: Transcript) -> tuple[Happening, ...]:
    """How a play may begin, the usual way first: the scene's own opening, else the greetings of the first on stage who
    has any."""
    session, everyone = transcript.session, tuple(sorted(transcript.present))
    if session.scene.opening.strip():
        text = session.scene.opening.strip()
        return (Happening(kind=Kind.NARRATION, actor=NARRATOR, text=text, audience=everyone),)
    for member in session.cast:
        if member.id in everyone and (texts := greetings(transcript, member)):
            return tuple(Happening(kind=Kind.SPEECH, actor=member.id, text=text, audience=everyone) for text in texts)
    return ()


def greetings(transcript: Transcript, character: Character) -> tuple[str, ...]:
    """A character's first greetings as they are said in this play, macros replaced, the usual one first; each once."""
    session = transcript.session
    names = macro_names(session, character, person_in(transcript))
    written = (character.greeting, *character.alternate_greetings)[:MOST_GREETINGS]
    tellers = (teller(session, character, names, random.Random(session.seed)) for _ in written)
    told = (storable(tell(text)).strip() for tell, text in zip(tellers, written, strict=True))
    return tuple(dict.fromkeys(filter(None, told)))


def said(transcript: Transcript, turn: Turn) -> tuple[Happening, ...]:
    """What a person said or whispered.

    A line without a seat is the director's own narration. Raises: Invalid for a speaker, hearer or nominee that is not
    on stage, a hearer out of earshot, and a text over 100,000 characters.
    """
    present = transcript.present
    heard = {turn.as_, *turn.to} - {NARRATOR} if turn.speaks else set()
    for who in sorted({*heard, turn.speaker} - {""}):
        if who not in present:
            raise Invalid(f"{transcript.session.name_of(who)} is not on stage. Bring them in first.")
    events: list[Happening] = []
    seated = turn.as_ in present
    near = transcript.earshot(turn.as_ if seated else NARRATOR)
    for who in sorted({*turn.to} - near - {NARRATOR}):
        raise Invalid(f"{transcript.session.name_of(who)} is out of earshot. Go there first, or call them over.")
    everyone = tuple(sorted(near))
    if turn.whisper.strip():
        hearers = tuple(sorted({*turn.to, *([turn.as_] if seated else [])} - {NARRATOR}))
        by = turn.as_ if seated else DIRECTOR
        parts = {"to": list(turn.to) or [NARRATOR], "by": "person"}
        text = bounded(turn.whisper)
        events.append(Happening(kind=Kind.WHISPER, actor=by, text=text, audience=hearers, parts=parts))
    if turn.line.strip():
        kind, by = (Kind.SPEECH, turn.as_) if seated else (Kind.NARRATION, NARRATOR)
        text = bounded(turn.line)
        line = Happening(kind=kind, actor=by, text=text, audience=everyone, parts={"by": "person"})
        events.append(_lent(line, turn.lent) if turn.lent and seated else line)
    return tuple(events)


def _lent(line: Happening, lent: Lent) -> Happening:
    """A line a model drafted and a person says: the model's own where they changed nothing, else theirs, with the draft
    beside it."""
    kept = {"edited": line.text != lent.text.strip(), "text": lent.text}
    parts = {**line.parts, "drafted": kept}
    provenance = None if kept["edited"] else lent.provenance
    return line.model_copy(update={"parts": parts, "usage": lent.usage, "provenance": provenance})


def position(character: str, place: str) -> dict[str, object]:
    """The change of state in which somebody is at a place; an empty text: no longer anywhere in particular."""
    state = PlayState(world=WorldState(positions={character: place}))
    return state.model_dump(mode="json", exclude_unset=True)


def bounded(text: str) -> str:
    """The text as it can be stored, without blanks around it. Raises: Invalid when it is over 100,000 characters."""
    if len(text) > LINE_LIMIT:
        raise Invalid(f"That line has {len(text):,} characters; {LINE_LIMIT:,} is the limit. Split it in two.")
    return storable(text).strip()


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


def remarks(transcript: Transcript, position: int) -> tuple[Event, ...]:
    """Edits, deletions, notes and ratings made at `position` or later of events before it: what another version of what
    follows must not lose."""
    before = {event.id for event in transcript.events[:position]}
    later = (event for event in transcript.events[position:] if event.kind in BOOKKEEPING)
    return tuple(event for event in later if (event.target or event.parts.get("on")) in before)


def over(transcript: Transcript) -> str:
    """Why the scene has ended, or an empty text. The narrator's word for it, or the mode's, holds until somebody goes
    on."""
    limit = turn_limit(transcript)
    if transcript.turns >= limit:
        return f"The scene has run its {limit} turns."
    if not transcript.present:
        return "Everybody has left the stage."
    for event in reversed(transcript.told):
        if event.kind in TURNS or event.kind is Kind.ENTER or event.parts.get("by") == "person":
            break
        if "max_turns" in event.parts.get(ORDERS, {}):
            break
        if event.parts.get("ended"):
            ended = event.parts["ended"]
            return ended if isinstance(ended, str) else NARRATOR_ENDS
    return ""


def turn_limit(transcript: Transcript) -> int:
    """After how many turns the scene is over: as its author has it, or the director ordered last."""
    for event in reversed(transcript.told):
        limit = event.parts.get(ORDERS, {}).get("max_turns")
        if isinstance(limit, int):
            return limit
    return transcript.session.scene.end.max_turns


def may_end(transcript: Transcript) -> bool:
    """Whether the narrator may call the end: the scene names one, and everybody could have spoken twice."""
    session = transcript.session
    return bool(session.scene.end.when) and transcript.turns >= 2 * len(session.cast)


def waits_for(situation: Situation, turn: Turn) -> Decision | None:
    """A person's own turn, when they are to be waited for and somebody just spoke to whom they play."""
    if not (turn.wait and turn.played):
        return None
    handed = claimed(situation)
    return handed.model_copy(update={"by": "user"}) if handed and handed.speaker in turn.played else None
