"""The path from the root of a session to a head, and what it means once edits and deletions are laid over it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from pydantic import ConfigDict

from studio.domain.event import BOOKKEEPING, MOVE, OVERLAYS, TURNS, Event, Kind
from studio.domain.session import Session
from studio.domain.value import Value


class Transcript(Value):
    """A session and the events on the path to its head, oldest first. `tree`: those on all its branches, for whoever
    asked the archive for them."""

    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))

    session: Session
    events: tuple[Event, ...] = ()
    tree: tuple[Event, ...] = ()

    def __copy__(self) -> Transcript:
        """A copy works everything out anew: it is made to be changed."""
        return Transcript.model_construct(session=self.session, events=self.events)

    def extended(self, events: Iterable[Event], session: Session) -> Transcript:
        """This transcript with newly stored events at its end and the session as the archive returned it."""
        added = tuple(events)
        longer = Transcript.model_construct(session=session, events=(*self.events, *added))
        if "told" in self.__dict__ and not any(event.kind in OVERLAYS for event in added):
            longer.__dict__["told"] = (*self.told, *added)  # what overlays told so far stands as it stood
        return longer

    @cached_property
    def told(self) -> tuple[Event, ...]:
        """The events as they count now: edits applied (audience of what they replace kept), hidden ones left out.

        The order is that of the first telling. Notes and ratings stay; overlays themselves are gone.
        """
        return overlaid(self.events)

    @cached_property
    def present(self) -> frozenset[str]:
        """The characters on stage at the end of the path."""
        return present_after(self.session, self.told)

    @cached_property
    def places(self) -> dict[str, str]:
        """Character id → where within the scene they have gone; who is not in it is where the scene plays."""
        return places_after(self.told)

    def earshot(self, of: str) -> frozenset[str]:
        """Those on stage who hear somebody, themselves among them: all who are in the same place. The narrator and the
        director are heard everywhere."""
        if not self.places or of not in {member.id for member in self.session.cast}:
            return self.present
        here = self.places.get(of, "")
        return frozenset(id_ for id_ in self.present if self.places.get(id_, "") == here)

    def witnessed_by(self, character: str) -> tuple[Event, ...]:
        """The events of the fiction this character perceived, as they count now."""
        return tuple(event for event in self.told if character in event.audience and event.kind not in BOOKKEEPING)

    @cached_property
    def turns(self) -> int:
        """Character turns so far: spoken or acted lines that still count."""
        return sum(event.kind in TURNS for event in self.told)


def overlaid(events: Iterable[Event]) -> tuple[Event, ...]:
    """Apply edit and tombstone events to the events they name; a later overlay wins. Pure."""
    events = tuple(events)
    final: dict[str, Event | None] = {}
    for event in events:
        target = event.target
        if event.kind is Kind.EDIT and target:
            final[target] = event
        elif event.kind is Kind.TOMBSTONE and target:
            final[target] = None
    if not final:
        return tuple(event for event in events if event.kind not in OVERLAYS)
    told = []
    for event in events:
        if event.kind in OVERLAYS:
            continue
        overlay = final.get(event.id, event)
        if overlay is None:
            continue
        told.append(event if overlay is event else event.model_copy(update={"text": overlay.text}))
    return tuple(told)


def present_after(session: Session, told: Iterable[Event]) -> frozenset[str]:
    """Who is on stage after these events: everyone whose part opens the scene, then each enter and leave."""
    present = {member.id for member in session.cast if session.scene.part(member.id).entrance_turn == 0}
    for event in told:
        if event.kind is Kind.ENTER:
            present.add(str(event.parts.get("character", event.actor)))
        elif event.kind is Kind.LEAVE:
            present.discard(str(event.parts.get("character", event.actor)))
    return frozenset(present)


def places_after(told: Iterable[Event]) -> dict[str, str]:
    """Where within the scene people are after these events, those who left the place it plays at alone."""
    places: dict[str, str] = {}
    for event in told:
        if event.kind in (Kind.ENTER, Kind.LEAVE):
            places.pop(str(event.parts.get("character", event.actor)), None)
        elif MOVE in event.parts:
            moved = event.parts[MOVE]
            places[str(moved["character"])] = str(moved["place"])
    return {id_: place for id_, place in places.items() if place}
