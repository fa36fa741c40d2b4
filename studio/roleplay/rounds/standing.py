"""Where a play in rounds stands, read from its log. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import Field, ValidationError

from studio.domain.event import TURNS, Event
from studio.domain.transcript import Transcript
from studio.domain.value import Value

PART = "round"
"""The key in `Event.parts` under which an event says which beat of a round it is."""


class Beat(Value):
    """A step of round `number`. `who`: whose step it is. `order` comes with the steps that open a round, `guidance`
    (character id → what to do next) with the synopsis, `target` with an influence (empty: nobody but the actor), the
    `action` and the `line` with an act or reaction, as the model gave them. `declined`: the model would not answer."""

    number: int = Field(ge=1)
    step: Literal["belief", "synopsis", "act", "influence", "reaction", "result", "update", "close"]
    who: str = ""
    order: tuple[str, ...] = ()
    guidance: dict[str, str] = {}
    target: str = ""
    action: str = ""
    line: str = ""
    declined: bool = False

    def part(self) -> dict[str, object]:
        """As an event's parts carry it."""
        return {PART: self.model_dump(mode="json", exclude_defaults=True)}


class Standing(Value):
    """`number` is 0 before the first round. `acted`: who is done with this round, in that order. `open`: an act whose
    consequences are not known yet, `influence` what is known of them, `reaction` what its target did."""

    number: int = 0
    order: tuple[str, ...] = ()
    believed: frozenset[str] = frozenset()
    guidance: dict[str, str] | None = None
    acted: tuple[str, ...] = ()
    open: Event | None = None
    influence: Event | None = None
    target: str = ""
    reaction: Event | None = None
    closed: bool = True

    @property
    def queue(self) -> tuple[str, ...]:
        """Who is still to act, in order."""
        busy = self.open.actor if self.open else ""
        return tuple(id_ for id_ in self.order if id_ not in self.acted and id_ != busy)


def beat_of(event: Event) -> Beat | None:
    """The beat an event is, None for one that belongs to no round."""
    if PART not in event.parts:
        return None
    try:
        return Beat.model_validate(event.parts[PART])
    except ValidationError:
        return None


def standing_of(transcript: Transcript) -> Standing:
    """Where the play stands. Somebody who has left has nothing more to do."""
    standing = Standing()
    for event in transcript.told:
        beat = beat_of(event)
        if beat is not None:
            standing = _after(standing, event, beat)
        elif event.kind in TURNS and not standing.closed:
            standing = _heard(standing, event)
    present = transcript.present
    order = tuple(id_ for id_ in standing.order if id_ in present)
    standing = standing.model_copy(update={"order": order})
    if standing.open and standing.open.actor not in present:
        standing = _resolved(standing)
    if standing.influence and not standing.reaction and standing.target not in present:
        standing = standing.model_copy(update={"target": ""})
    return standing


def _after(standing: Standing, event: Event, beat: Beat) -> Standing:
    if beat.number > standing.number:
        standing = Standing(number=beat.number, order=beat.order, closed=False)
    match beat.step:
        case "belief":
            return standing.model_copy(update={"believed": standing.believed | {beat.who}})
        case "synopsis":
            return standing.model_copy(update={"guidance": beat.guidance, "order": beat.order or standing.order})
        case "act" if beat.declined:
            return standing.model_copy(update={"acted": _with(standing.acted, beat.who)})
        case "act":
            return standing.model_copy(update={"open": event, "influence": None, "reaction": None, "target": ""})
        case "influence":
            return standing.model_copy(update={"influence": event, "target": beat.target})
        case "reaction":
            acted = _with(standing.acted, beat.who)
            return standing.model_copy(update={"reaction": event, "acted": acted})
        case "result" | "update":
            return _resolved(standing)
        case _:
            return standing.model_copy(update={"closed": True})


def _heard(standing: Standing, event: Event) -> Standing:
    """A line a person spoke: the reaction waited for, else that character's act if it still has one to come."""
    if standing.influence and not standing.reaction and event.actor == standing.target:
        acted = _with(standing.acted, event.actor)
        return standing.model_copy(update={"reaction": event, "acted": acted})
    if standing.open is None and standing.guidance is not None and event.actor in standing.queue:
        return standing.model_copy(update={"open": event, "influence": None, "reaction": None, "target": ""})
    return standing


def _resolved(standing: Standing) -> Standing:
    acted = _with(standing.acted, standing.open.actor) if standing.open else standing.acted
    done = {"acted": acted, "open": None, "influence": None, "reaction": None, "target": ""}
    return standing.model_copy(update=done)


def _with(acted: tuple[str, ...], who: str) -> tuple[str, ...]:
    return acted if not who or who in acted else (*acted, who)


def next_order(standing: Standing, cast: Iterable[str], present: frozenset[str]) -> tuple[str, ...]:
    """The order of the round after this one: as they came to act in this one, then whoever has not, as in `cast`."""
    order = [*standing.acted, *(id_ for id_ in cast if id_ not in standing.acted)]
    return tuple(id_ for id_ in order if id_ in present)
