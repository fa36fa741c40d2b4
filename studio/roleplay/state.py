"""From a transcript to what the play has come to. Pure.

A second reader of the log beside `views`, with the same rule: a character is told what the events it perceived changed,
and nothing of what others keep to themselves.
"""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import ValidationError

from studio.domain.event import DIRECTOR, TURNS, Event, Kind
from studio.domain.session import Session
from studio.domain.state import STATE, CharacterState, PlayState, WorldState
from studio.domain.transcript import Transcript, present_after
from studio.roleplay.speakers.base import named

PRIVATE = ("goals", "plan", "beliefs", "relations", "temperament", "initiative")
"""What of a character nobody else is told."""
PLACES = frozenset({"place", "location", "where"})


def state_after(transcript: Transcript, viewer: str = DIRECTOR) -> PlayState:
    """The state at the end of a path, as the director knows it or as one character does (`viewer`: its id).

    A character's feelings come from the end of its lines, relations too, things and places from rulings; what else a
    mode writes down is in the `state` of its events. Nothing an event says of somebody outside the cast counts, nor
    what cannot be understood.
    """
    perceived = tuple(event for event in transcript.told if viewer == DIRECTOR or viewer in event.audience)
    return _folded(transcript.session, perceived, viewer)


def state_shared(transcript: Transcript, readers: Iterable[str]) -> PlayState:
    """The state as all of these characters know it, with nothing in it that one of them keeps to themselves: what a
    narrator may know when it writes for them."""
    hearers = frozenset(readers)
    shared = tuple(event for event in transcript.told if hearers <= set(event.audience))
    return _folded(transcript.session, shared, "")


def _folded(session: Session, perceived: tuple[Event, ...], viewer: str) -> PlayState:
    state = opening(session)
    for event in perceived:
        change = change_of(event, session)
        if change is not None:
            state = state.changed(change)
    present = present_after(session, perceived)
    people = {
        member.id: _screened(state.characters[member.id], viewer in (DIRECTOR, member.id)).model_copy(
            update={"present": member.id in present}
        )
        for member in session.cast
    }
    positions = {id_: where for id_, where in state.world.positions.items() if id_ in present}
    world = state.world.model_copy(update={"positions": positions})
    return state.model_copy(update={"characters": people, "world": world})


def opening(session: Session) -> PlayState:
    """The state before anything has happened, from the scene and the cast."""
    scene = session.scene
    people = {}
    for member in session.cast:
        part = scene.part(member.id)
        goals = tuple(goal for goal in (part.goal, *member.goals) if goal)
        person = CharacterState(goals=goals, relations=dict(member.relationships), condition=part.condition)
        people[member.id] = person
    positions = {part.character: part.position for part in scene.cast if part.position}
    world = WorldState(place=scene.place or scene.setting, time=scene.time, positions=positions)
    return PlayState(characters=people, world=world)


def change_of(event: Event, session: Session) -> PlayState | None:
    """What an event changed, None for nothing: a `PlayState` that sets the changed fields alone."""
    change = PlayState()
    if event.kind in TURNS and session_has(session, event.actor):
        felt = _felt(event, session)
        if felt.model_fields_set:
            change = PlayState(characters={event.actor: felt})
    elif event.kind is Kind.RULING:
        world = _ruled(event)
        if world.model_fields_set:
            change = PlayState(world=world)
    written = _written(event, session)
    if written is not None:
        change = change.changed(written) if change.model_fields_set else written
    return change if change.model_fields_set else None


def session_has(session: Session, id_: str) -> bool:
    """Whether somebody of that id is in the cast."""
    return any(member.id == id_ for member in session.cast)


def _felt(event: Event, session: Session) -> CharacterState:
    """What the end of a line says of its speaker."""
    told: dict[str, object] = {"emotion": event.emotion} if event.emotion else {}
    trailer = event.parts.get("trailer")
    relations = trailer.get("relations") if isinstance(trailer, dict) else None
    if isinstance(relations, dict) and relations:
        others = tuple(member for member in session.cast if member.id != event.actor)
        meant = {(found.id if (found := named(str(to), others)) else str(to)): how for to, how in relations.items()}
        told["relations"] = {to: str(how) for to, how in meant.items()}
    return CharacterState.model_validate(told)


def _ruled(event: Event) -> WorldState:
    """What a ruling says is different now."""
    changes = event.parts.get("changes")
    if not isinstance(changes, dict) or not changes:
        return WorldState()
    told: dict[str, object] = {}
    objects: dict[str, str] = {}
    for thing, now in changes.items():
        known = str(thing).strip().casefold()
        if known in PLACES or known == "time":
            told["time" if known == "time" else "place"] = str(now)
        else:
            objects[str(thing)] = str(now)
    return WorldState.model_validate({**told, **({"objects": objects} if objects else {})})


def _written(event: Event, session: Session) -> PlayState | None:
    if STATE not in event.parts:
        return None
    try:
        written = PlayState.model_validate(event.parts[STATE])
    except ValidationError:
        return None
    if "characters" not in written.model_fields_set:
        return written
    known = {id_: person for id_, person in written.characters.items() if session_has(session, id_)}
    return written.model_copy(update={"characters": known})


def _screened(person: CharacterState, own: bool) -> CharacterState:
    if own:
        return person
    blank = CharacterState()
    return person.model_copy(update={field: getattr(blank, field) for field in PRIVATE})
