"""The tree of a play as an outline: what is told now runs down the left, other versions stand indented where they part
from it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from studio.domain.event import BOOKKEEPING, DIRECTOR, TURNS, Event, Kind
from studio.domain.transcript import Transcript
from studio.domain.value import Value
from studio.roleplay.clipping import clipped

TEXT_CHARS = 90
SHORTEST_FOLD = 3
KEPT_AT_THE_END = 4
DEEPEST = 8
ROWS_MOST = 600


class BranchRow(Value):
    """A turn. `id`: its last event, to jump to; `lane`: how far it is indented; `above`: the row it goes on from (−1:
    none). `told`: it lies on the path shown; `here`: the play stands at it; `end`: nothing goes on from it. `folded`:
    how many turns this row stands for, where it is more than one."""

    id: str
    lane: int = 0
    above: int = -1
    speaker: str = ""
    kind: str = ""
    text: str = ""
    told: bool = False
    here: bool = False
    end: bool = False
    names: tuple[str, ...] = ()
    folded: int = 0


class Branches(Value):
    """The outline, oldest first. `named`: checkpoints and the events they stand at; `more`: rows that are not shown."""

    rows: tuple[BranchRow, ...] = ()
    named: tuple[tuple[str, str], ...] = ()
    more: int = 0


class _Node:
    """A turn with what was remarked right after it."""

    def __init__(self, first: Event) -> None:
        self.events = [first]
        self.children: list[_Node] = []

    @property
    def line(self) -> Event:
        """What the turn comes to: its last event of the fiction."""
        return next((event for event in reversed(self.events) if event.kind not in BOOKKEEPING), self.events[0])

    def takes(self, event: Event) -> bool:
        """Whether an only child belongs to the same turn."""
        first = self.events[0]
        turn = str(first.parts.get("turn", first.id))
        return event.kind in BOOKKEEPING or event.parts.get("turn") == turn


def branches_of(tree: Sequence[Event], transcript: Transcript, viewer: str = DIRECTOR) -> Branches:
    """The outline of a whole tree, as the director sees it, or as far as a seated player's character perceived it."""
    seen = {event.id for event in tree if viewer in (DIRECTOR, *event.audience)}
    nearest: dict[str | None, str | None] = {}
    for event in tree:
        nearest[event.id] = event.id if event.id in seen else nearest.get(event.parent)
    roots = _nodes([event for event in tree if event.id in seen], nearest)
    path = {event.id for event in transcript.events}
    tip = nearest.get(transcript.events[-1].id) if transcript.events else None
    names: dict[str | None, tuple[str, ...]] = {}
    for name, at in sorted(transcript.session.heads.items()):
        if name != transcript.session.head:
            names[nearest.get(at)] = (*names.get(nearest.get(at), ()), name)
    rows = _folded(_rows(roots, path, tip, names, transcript))
    named = tuple(
        (name, at) for name, at in sorted(transcript.session.heads.items()) if name != transcript.session.head
    )
    return Branches(rows=_newest(rows), named=named, more=max(0, len(rows) - ROWS_MOST))


def _nodes(events: Iterable[Event], nearest: dict[str | None, str | None]) -> list[_Node]:
    """Turns as a tree; `events` oldest first."""
    children: dict[str | None, list[Event]] = {}
    for event in events:
        children.setdefault(nearest.get(event.parent), []).append(event)
    roots = [_Node(event) for event in children.get(None, ())]
    waiting = list(roots)
    while waiting:
        node = waiting.pop()
        following = children.get(node.events[-1].id, [])
        while len(following) == 1 and node.takes(following[0]):
            node.events.append(following[0])
            following = children.get(node.events[-1].id, [])
        node.children = [_Node(event) for event in following]
        waiting.extend(node.children)
    return roots


def _rows(
    roots: list[_Node],
    path: set[str],
    tip: str | None,
    names: dict[str | None, tuple[str, ...]],
    transcript: Transcript,
) -> list[BranchRow]:
    rows: list[BranchRow] = []

    def begun(nodes: list[_Node], lane: int, above: int) -> list[tuple[_Node, int, int]]:
        """Those that part here, then the one that goes on; as a stack, last first."""
        if not nodes:
            return []
        onward = next((node for node in nodes if node.events[0].id in path), nodes[-1])
        parted = [(node, min(lane + 1, DEEPEST), above) for node in nodes if node is not onward]
        return [(onward, lane, above), *reversed(parted)]

    waiting = begun(roots, 0, -1)
    while waiting:
        node, lane, above = waiting.pop()
        line = node.line
        rows.append(
            BranchRow(
                id=node.events[-1].id,
                lane=lane,
                above=above,
                speaker=transcript.session.name_of(line.actor) if line.kind in (*TURNS, Kind.THOUGHT) else "",
                kind=line.kind,
                text=clipped(" ".join(line.text.replace("*", "").split()), TEXT_CHARS),
                told=node.events[0].id in path,
                here=tip in {event.id for event in node.events},
                end=not node.children,
                names=tuple(name for event in node.events for name in names.get(event.id, ())),
            )
        )
        waiting.extend(begun(node.children, lane, len(rows) - 1))
    return rows


def _folded(rows: list[BranchRow]) -> list[BranchRow]:
    """Long stretches without anything to choose become one row."""
    forks = {above for above, count in _counted(row.above for row in rows).items() if count > 1}
    last_told = [number for number, row in enumerate(rows) if row.told][-KEPT_AT_THE_END:]

    def plain(number: int) -> bool:
        row = rows[number]
        follows = row.above == number - 1 and number > 0 and rows[number - 1].lane == row.lane
        kept = row.end or row.here or row.names or number in forks or number - 1 in forks or number in last_told
        return follows and not kept

    shown: list[BranchRow] = []
    place: dict[int, int] = {-1: -1}
    number = 0
    while number < len(rows):
        stop = number
        while stop < len(rows) and plain(stop):
            stop += 1
        if stop - number >= SHORTEST_FOLD:
            folded = rows[stop - 1].model_copy(
                update={"folded": stop - number, "above": place[rows[number].above], "text": "", "speaker": ""}
            )
            place.update(dict.fromkeys(range(number, stop), len(shown)))
            shown.append(folded)
            number = stop
            continue
        place[number] = len(shown)
        shown.append(rows[number].model_copy(update={"above": place[rows[number].above]}))
        number += 1
    return shown


def _newest(rows: list[BranchRow]) -> tuple[BranchRow, ...]:
    cut = max(0, len(rows) - ROWS_MOST)
    return tuple(row.model_copy(update={"above": max(-1, row.above - cut)}) for row in rows[cut:])


def _counted(numbers: Iterable[int]) -> dict[int, int]:
    counts: dict[int, int] = {}
    for number in numbers:
        counts[number] = counts.get(number, 0) + 1
    return counts
