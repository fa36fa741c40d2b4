"""Where the lore that was called up stands in a prompt. Pure.

A prompt begins with a frame that should never change through a scene, and ends in a tail that is new each turn. So only
what is always there stands in the frame, before or after the persona as its book asks; what a key called stands in the
tail, around the director's cue, or at its depth among the messages. What finds no room is cut, and that is told.

Differs: SillyTavern puts an entry called by a key into the frame too, which makes a server read the whole prompt anew
whenever an entry comes or goes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from studio.domain.lorebook import Lorebook, LoreEntry, Position
from studio.domain.value import Value
from studio.roleplay.clipping import clipped
from studio.roleplay.lore_calling import Fired

LORE_CHARS = 1000
"""Of a prompt, for what changes from turn to turn."""
STEADY_CHARS = 800
"""Of the frame, for what is always there."""
SIMPLE_CHARS = 200
LEAST_CHARS = 120
"""An entry with less room than that is left out, not shortened."""
AROUND_CHARS = 20
"""What stands around an entry in a prompt."""
CHARS_PER_TOKEN = 4

Role = Literal["system", "user", "assistant"]
Zone = Literal["frame", "tail", "note", "depth", "outlet"]

_FIRST = frozenset({Position.BEFORE_CHARACTER, Position.BEFORE_EXAMPLES})
_NOTES = frozenset({Position.BEFORE_NOTE, Position.AFTER_NOTE})


class Inset(Value):
    """A text among the messages: at `depth` 0 behind the newest, at 1 before it, and so on."""

    depth: int
    role: Role
    text: str


class Seat(Value):
    """What became of one entry: where it stands and how it reads; no zone when it was cut. `placeless`: because no text
    names its outlet."""

    zone: Zone | None = None
    text: str = ""
    placeless: bool = False


class Placed(Value):
    """Lore by where it stands: around the persona in the frame (`before`, `after`), in the tail, around the director's
    cue there, among the messages (`insets`), at named places of the persona (`outlets`). `room`: characters of every
    prompt of this character kept free for what comes and goes. `seats`: of each entry, in the order given."""

    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    tail: tuple[str, ...] = ()
    before_cue: tuple[str, ...] = ()
    after_cue: tuple[str, ...] = ()
    insets: tuple[Inset, ...] = ()
    outlets: dict[str, str] = {}
    room: int = 0
    seats: tuple[Seat, ...] = ()


NOTHING = Placed()


def room_for(books: Iterable[Lorebook], *, simple: bool = False) -> int:
    """How many characters of a prompt lore that comes and goes may take: what its books allow, within bounds."""
    allowed = sum(CHARS_PER_TOKEN * book.token_budget for book in books if any(one.enabled for one in book.entries))
    return min(SIMPLE_CHARS if simple else LORE_CHARS, allowed)


def place(fired: Sequence[Fired], room: int, outlets: frozenset[str] = frozenset(), *, simple: bool = False) -> Placed:
    """Each entry in its place; where room runs out the highest priority, then the highest order is served first.

    `outlets`: the places the persona names. `simple`: for a model that is told everything in its tail.
    """
    seats = _seats(fired, room, outlets, simple)
    told = [(one.entry, seat) for one, seat in zip(fired, seats, strict=True)]

    def at(zone: Zone, wanted: Callable[[LoreEntry], bool] = lambda entry: True) -> tuple[str, ...]:
        return tuple(seat.text for entry, seat in told if seat.zone == zone and wanted(entry))

    named: dict[str, list[str]] = {}
    for entry, seat in told:
        if seat.zone == "outlet":
            named.setdefault(entry.outlet.strip(), []).append(seat.text)
    return Placed(
        before=at("frame", lambda entry: entry.position in _FIRST),
        after=at("frame", lambda entry: entry.position not in _FIRST),
        tail=at("tail"),
        before_cue=at("note", lambda entry: entry.position is Position.BEFORE_NOTE),
        after_cue=at("note", lambda entry: entry.position is Position.AFTER_NOTE),
        insets=tuple(
            Inset(depth=entry.depth, role=entry.role, text=seat.text) for entry, seat in told if seat.zone == "depth"
        ),
        outlets={name: "\n".join(texts) for name, texts in named.items()},
        room=room,
        seats=seats,
    )


def _seats(fired: Sequence[Fired], room: int, outlets: frozenset[str], simple: bool) -> tuple[Seat, ...]:
    left = {True: 0 if simple else STEADY_CHARS, False: room}
    seats: dict[int, Seat] = {}
    by_weight = sorted(range(len(fired)), key=lambda at: (-fired[at].entry.priority, -fired[at].entry.order, at))
    for at in by_weight:
        one = fired[at]
        if one.entry.position is Position.OUTLET and one.entry.outlet.strip() not in outlets:
            seats[at] = Seat(placeless=True)
            continue
        zone = _zone(one, simple)
        in_frame = zone in ("frame", "outlet")
        text = _fitting(one.entry.content, left[in_frame])
        if in_frame and not text:  # rather in the tail than nowhere
            in_frame, zone, text = False, "tail", _fitting(one.entry.content, left[False])
        left[in_frame] -= len(text) + AROUND_CHARS
        seats[at] = Seat(zone=zone, text=text) if text else Seat()
    return tuple(seats[at] for at in range(len(fired)))


def _fitting(content: str, room: int) -> str:
    """As much of an entry as there is room for; nothing where that would be a scrap."""
    content = content.strip()
    return content if len(content) <= room else clipped(content, room) if room >= LEAST_CHARS else ""


def _zone(one: Fired, simple: bool) -> Zone:
    position = one.entry.position
    if simple:
        return "tail"
    if position in _NOTES:
        return "note"
    if position is Position.AT_DEPTH:
        return "depth"
    if not one.steady:
        return "tail"
    return "outlet" if position is Position.OUTLET else "frame"
