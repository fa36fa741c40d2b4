"""The outline of a tree of versions."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from studio.domain.event import DIRECTOR, Event, Kind
from studio.domain.transcript import Transcript
from studio.ui.branches import Branches, branches_of
from tests.plays import NOON, session

ALL = ("ada", "bo")


def event(
    id_: str, parent: str | None, kind: Kind = Kind.SPEECH, heard: tuple[str, ...] = ALL, **parts: object
) -> Event:
    told = {"kind": kind, "actor": "ada", "text": f"*{id_}* text", "audience": heard, "parts": parts, "at": NOON}
    return Event.model_validate({"id": id_, "session": "s1", "parent": parent, **told})


def outline(tree: list[Event], tip: str, viewer: str = DIRECTOR, **heads: str) -> Branches:
    by_id = {one.id: one for one in tree}
    path, here = [], tip
    while here in by_id:
        path.append(by_id[here])
        here = by_id[here].parent or ""
    told = Transcript(session=session(heads={"main": tip, **heads}), events=tuple(reversed(path)))
    return branches_of(tree, told, viewer)


def test_other_versions_are_indented_where_they_part() -> None:
    tree = [event("a", None), event("b", "a"), event("c", "a"), event("d", "c"), event("e", "b")]
    rows = outline(tree, "d").rows
    assert [(row.id, row.lane, row.above, row.told, row.end) for row in rows] == [
        ("a", 0, -1, True, False),
        ("b", 1, 0, False, False),
        ("e", 1, 1, False, True),
        ("c", 0, 0, True, False),
        ("d", 0, 3, True, True),
    ]
    assert [row.id for row in rows if row.here] == ["d"] and rows[0].text == "a text" and rows[0].speaker == "Ada Voss"


def test_a_turn_is_one_row_with_its_thought_and_what_was_remarked_of_it() -> None:
    tree = [
        event("t", None, Kind.THOUGHT, ("ada",)),
        event("l", "t", turn="t"),
        event("r", "l", Kind.RATING, (), on="l", rating=1),
        event("n", "r"),
    ]
    rows = outline(tree, "n", named="r").rows
    assert [(row.id, row.text) for row in rows] == [("r", "l text"), ("n", "n text")]
    assert rows[0].names == ("named",)
    assert outline(tree, "l", named="r").rows[0].here


def test_a_long_stretch_without_a_choice_is_one_row() -> None:
    tree = [event(f"e{number:02}", f"e{number - 1:02}" if number else None) for number in range(30)]
    branches = outline(tree, "e29", there="e10")
    assert [(row.id, row.folded) for row in branches.rows] == [
        ("e00", 0),
        ("e09", 9),
        ("e10", 0),
        ("e25", 15),
        ("e26", 0),
        ("e27", 0),
        ("e28", 0),
        ("e29", 0),
    ]
    assert branches.named == (("there", "e10"),) and [row.above for row in branches.rows] == list(range(-1, 7))


def test_a_player_sees_the_tree_of_what_they_perceived() -> None:
    tree = [
        event("a", None),
        event("hidden", "a", heard=("bo",)),
        event("b", "hidden"),
        event("c", "hidden"),
        event("d", "a", heard=("bo",)),
    ]
    rows = outline(tree, "c", "ada", mark="hidden").rows
    assert [(row.id, row.lane) for row in rows] == [("a", 0), ("b", 1), ("c", 0)]
    assert rows[0].names == ("mark",)
    assert outline(tree, "d", "ada").rows[0].here


def test_an_empty_play_has_an_empty_tree() -> None:
    assert outline([], "nothing").rows == ()


@given(st.lists(st.integers(0, 40), max_size=40), st.integers(0, 40))
def test_every_row_hangs_on_an_earlier_one_and_no_turn_is_lost(parents: list[int], tip: int) -> None:
    tree = [event("e0", None)]
    for number, parent in enumerate(parents, start=1):
        tree.append(event(f"e{number}", f"e{parent % number}"))
    rows = outline(tree, f"e{tip % len(tree)}").rows
    assert sum(row.folded or 1 for row in rows) == len(tree)
    assert all(row.above < number for number, row in enumerate(rows))
    assert sum(row.here for row in rows) == 1
    assert [row.id for row in rows if row.told and row.lane > 0] == []
