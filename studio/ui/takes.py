"""Which of its siblings a line is. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from studio.domain.event import DIRECTOR, TURNS, Event, Kind
from studio.domain.transcript import Transcript

TAKES = frozenset({*TURNS, Kind.NARRATION, Kind.RULING})


def takes_of(events: Iterable[Event], path: Sequence[Event], viewer: str = DIRECTOR) -> dict[str, tuple[int, int]]:
    """For each event on the path with siblings: which take it is, and of how many (both from 1). A seated player's
    count holds only the takes their character perceived.

    A turn may open with a thought, so takes are told apart where the turn branches off: two takes of a line share the
    parent of the first event of their turn.
    """
    tree = {event.id: event for event in events}

    def branch(event: Event) -> tuple[str | None, bool]:
        first = tree.get(str(event.parts.get("turn", event.id)), event)
        return first.parent, event.kind in TURNS

    groups: dict[tuple[str | None, bool], list[str]] = {}
    for event in tree.values():
        if event.kind in TAKES and viewer in (DIRECTOR, *event.audience):
            groups.setdefault(branch(event), []).append(event.id)
    found = {}
    for event in path:
        group = groups.get(branch(event), []) if event.kind in TAKES else []
        if len(group) > 1:
            found[event.id] = (group.index(event.id) + 1, len(group))
    return found


def neighbour(
    tree: tuple[Event, ...], transcript: Transcript, event: str, step: int, viewer: str = DIRECTOR
) -> str | None:
    """The id of the take before (−1) or after (+1) an event's own, of those the viewer knows; None at either end."""
    takes = takes_of(tree, tree, viewer)
    here = next((one for one in transcript.told if one.id == event), None)
    if here is None or event not in takes:
        return None
    number, of = takes[event]
    first = {one.id: one for one in tree}
    branch = first.get(str(here.parts.get("turn", here.id)), here).parent
    for other in tree:
        same = first.get(str(other.parts.get("turn", other.id)), other).parent == branch
        if same and other.kind == here.kind and takes.get(other.id) == (number + step, of):
            return other.id
    return None
