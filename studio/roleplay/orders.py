"""What the director has ordered for the rest of a play: who is silent, how the next speaker is chosen, how long it goes
on; and what the director lets happen. Orders are notes in the log, so that they follow branches, undo and redo. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pydantic import ValidationError

from studio.domain.event import DIRECTOR, MOVE, NARRATOR, Kind
from studio.domain.session import Choice
from studio.domain.state import STATE, PlayState, WorldState
from studio.domain.transcript import Transcript
from studio.domain.value import Value
from studio.errors import Invalid, NotFound
from studio.roleplay.happenings import ORDERS, Happening, bounded, position
from studio.roleplay.meters import Bounds
from studio.roleplay.speakers.base import SPEAKERS

PLACE_CHARS = 80
THING_CHARS = 80
MOST_TURNS = 10_000


class Orders(Value):
    """The orders in force. `muted`: who is given no word but by name; `speakers`: in place of the session's policy;
    `max_turns`: in place of the scene's; `second_try`: the bounds beyond which a line is told again once; None where
    nothing was ordered. `backdrop`: a picture in place of the drawing over the script; empty: the drawing."""

    muted: tuple[str, ...] = ()
    speakers: Choice | None = None
    max_turns: int | None = None
    second_try: Bounds | None = None
    backdrop: str | None = None


def standing_orders(transcript: Transcript) -> Orders:
    """The orders at the end of a path: of each the last one given. What cannot be understood does not count."""
    orders = Orders()
    for event in transcript.told:
        if event.kind is Kind.NOTE and ORDERS in event.parts:
            try:
                given = Orders.model_validate(event.parts[ORDERS])
            except ValidationError:
                continue
            orders = orders.model_copy(update={name: getattr(given, name) for name in given.model_fields_set})
    return orders


def policy_of(transcript: Transcript) -> Choice:
    """How the next speaker is chosen now."""
    return standing_orders(transcript).speakers or transcript.session.speaker_policy


def mute(transcript: Transcript, character: str, silent: bool) -> Happening:
    """Let somebody be silent until told otherwise, or speak again. Raises: NotFound."""
    name = _member(transcript, character)
    muted = {*standing_orders(transcript).muted} - {character} | ({character} if silent else set())
    text = f"{name} says nothing unless given the word." if silent else f"{name} speaks again."
    return _order(text, Orders(muted=tuple(sorted(muted))))


def follow(policy: Choice) -> Happening:
    """Choose the next speakers in another way from now on. Raises: NotFound, Invalid."""
    SPEAKERS.build(policy)
    return _order(f"From here on: {SPEAKERS.methods[policy.name].card.title.lower()}.", Orders(speakers=policy))


def play_on(transcript: Transcript, turns: int) -> Happening:
    """Let the scene go on for so many turns more, though it was at its end. Raises: Invalid."""
    limit = transcript.turns + turns
    if turns < 1 or limit > MOST_TURNS:
        raise Invalid(f"A scene can go on for 1 to {MOST_TURNS - transcript.turns} turns; {turns} were asked for.")
    return _order(f"The play goes on, to turn {limit} at most.", Orders(max_turns=limit))


def second_try(bounds: Bounds | None) -> Happening:
    """Let a line that is beyond these bounds be told again, once; None: no more."""
    text = "A faulty line is told again, once." if bounds else "Lines stand as they are first told."
    return _order(text, Orders(second_try=bounds))


def backdrop(picture: str) -> Happening:
    """Hang a picture over the script, by its name in the library; empty: the drawing again."""
    text = "Another backdrop is hung." if picture else "The painted backdrop is hung again."
    return _order(text, Orders(backdrop=picture))


def move(transcript: Transcript, character: str, place: str) -> Happening:
    """Somebody goes to another place within the scene; an empty text: back to where it plays. Those who see them go
    and those who see them come perceive it.

    Raises: NotFound for somebody who is not in the cast; Invalid when they are off stage or there already, or the
        place is no name.
    """
    name = _member(transcript, character)
    place = " ".join(place.split())
    if len(place) > PLACE_CHARS:
        raise Invalid(f"A place has {PLACE_CHARS} characters at most; this one has {len(place)}.")
    place = next((known for known in transcript.places.values() if known.casefold() == place.casefold()), place)
    if character not in transcript.present:
        raise Invalid(f"{name} is not on stage. Bring them in first.")
    if transcript.places.get(character, "") == place:
        raise Invalid(f"{name} is there already.")
    there = {id_ for id_ in transcript.present if transcript.places.get(id_, "") == place}
    return Happening(
        kind=Kind.NARRATION,
        actor=NARRATOR,
        text=f"{name} goes {'to ' if _is_named(place) else ''}{place}." if place else f"{name} comes back.",
        audience=tuple(sorted({*transcript.earshot(character), *there, character})),
        parts={"by": "person", MOVE: {"character": character, "place": place}, STATE: position(character, place)},
    )


def happen(transcript: Transcript, text: str, witnesses: Iterable[str] = ()) -> Happening:
    """Something happens. `witnesses`: who perceives it; none named: everybody on stage.

    Raises: Invalid for an empty text, and for a witness who is off stage.
    """
    if not text.strip():
        raise Invalid("Say what happens: the text is empty.")
    return _told(transcript, bounded(text), witnesses, {})


def prop(transcript: Transcript, thing: str, state: str, witnesses: Iterable[str] = ()) -> Happening:
    """A thing is there from now on, or is in another state.

    Raises: Invalid for a thing without a name, and for a witness who is off stage.
    """
    thing, state = " ".join(thing.split()), bounded(state)
    if not thing or len(thing) > THING_CHARS:
        raise Invalid(f"A thing's name has 1 to {THING_CHARS} characters; this one has {len(thing)}.")
    changed = PlayState(world=WorldState(objects={thing: state or "here"}))
    parts = {STATE: changed.model_dump(mode="json", exclude_unset=True)}
    text = f"{thing[0].upper()}{thing[1:]}: {state}" if state else f"There is {thing}."
    return _told(transcript, text if text.endswith((".", "!", "?", "…")) else f"{text}.", witnesses, parts)


def beat(transcript: Transcript, number: int) -> Happening:
    """One of the scene's own events, before its time. Raises: NotFound when it is told already, or there is none."""
    untold = dict(pending_beats(transcript))
    if number not in untold:
        raise NotFound(f"Event {number + 1} of this scene has been told already, or there is none.")
    return _told(transcript, untold[number], (), {"beat": number})


def pending_beats(transcript: Transcript) -> tuple[tuple[int, str], ...]:
    """The scene's events that are still to come: their number and text."""
    told = {event.parts.get("beat") for event in transcript.events}
    return tuple(
        (number, what.what) for number, what in enumerate(transcript.session.scene.events) if number not in told
    )


def aside(text: str) -> Happening:
    """An out-of-character note that nobody in the play perceives. Raises: Invalid for an empty one."""
    if not text.strip():
        raise Invalid("The note is empty.")
    return Happening(kind=Kind.NOTE, actor=DIRECTOR, text=bounded(text), audience=(), parts={"aside": True})


def _order(text: str, orders: Orders) -> Happening:
    parts = {ORDERS: orders.model_dump(mode="json", exclude_unset=True)}
    return Happening(kind=Kind.NOTE, actor=DIRECTOR, text=text, audience=(), parts=parts)


def _told(transcript: Transcript, text: str, witnesses: Iterable[str], parts: Mapping[str, object]) -> Happening:
    wanted = sorted(set(witnesses))
    for who in wanted:
        if who not in transcript.present:
            raise Invalid(f"{_member(transcript, who)} is not on stage and perceives nothing. Bring them in first.")
    audience = tuple(wanted) or tuple(sorted(transcript.present))
    return Happening(kind=Kind.NARRATION, actor=NARRATOR, text=text, audience=audience, parts={"by": "person", **parts})


def _member(transcript: Transcript, character: str) -> str:
    if character not in {member.id for member in transcript.session.cast}:
        raise NotFound(f"Nobody called '{character}' is in the cast of this play.")
    return transcript.session.name_of(character)


def _is_named(place: str) -> bool:
    """Whether a place reads well after `to`: `the balcony` does, `upstairs` and `onto the roof` do not."""
    first = place.partition(" ")[0].casefold()
    return first in ("the", "a", "an", "his", "her", "their", "its") or place[0].isupper()
