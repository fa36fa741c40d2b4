"""Loops, letters, and when which reflector is asked."""

from __future__ import annotations

import pytest

from studio.domain.state import QuestStep
from studio.roleplay.quests.log import assembled, badge, carries
from studio.roleplay.quests.reflection import (
    deed_key,
    detect_loops,
    letter_in,
    outcome_in,
    reflected_without_asking,
    since_trajectory,
    trajectory_due,
    useful,
    warning,
)


@pytest.mark.parametrize(
    ("deeds", "expected"),
    [
        ("x x x", ["repeat_action"]),
        ("a x y x y", ["series2"]),
        ("x y z x y z", ["series3"]),
        ("wait wait wait", []),
        ("a x x a", []),
        ("x x", []),
        ("y x x x", ["repeat_action"]),
        ("x x x x", ["repeat_action"]),
        ("wait look wait look", []),
    ],
)
def test_loops_of_deeds(deeds: str, expected: list[str]) -> None:
    assert detect_loops(deeds.split()) == expected


def test_loops_of_outcomes_and_failures() -> None:
    assert detect_loops([], ["The door is shut.", "the door is shut", "The door is shut!"]) == ["unchanged"]
    assert detect_loops([], ["", "", ""]) == []
    assert detect_loops([], (), ["A", "B", "C", "B"]) == ["fail_streak"]
    assert detect_loops([], (), ["B", "A", "C", "B"]) == []


def test_a_loop_is_told_in_words() -> None:
    assert warning(["repeat_action", "fail_streak"]) == ("The same was tried 3 times; 3 attempts in a row led nowhere.")
    assert warning([]) == ""


def fired(count: int, tripped: set[int] = frozenset()) -> list[int]:  # type: ignore[assignment]
    """The steps at which the trajectory is looked at."""
    steps: list[QuestStep] = []
    for number in range(1, count + 1):
        due = trajectory_due(number, since_trajectory(steps), number in tripped)
        steps.append(QuestStep(number=number, trajectory_reflection="A" if due else ""))
    return [step.number for step in steps if step.trajectory_reflection]


def test_the_trajectory_is_looked_at_every_fifth_step_or_in_a_loop_but_not_at_once_again() -> None:
    assert fired(15) == [5, 10, 15]
    assert fired(5, {3, 4}) == [4]


def test_talk_is_not_judged_and_a_second_deed_at_nothing_has_changed_nothing() -> None:
    assert reflected_without_asking("note", ["door", ""]) == "note"
    assert reflected_without_asking("type", ["", ""]) == "C"
    assert reflected_without_asking("type", ["door", ""]) == ""
    assert reflected_without_asking("open door", ["", "door"]) == ""


@pytest.mark.parametrize(
    ("text", "letter"),
    [("It did.\nA", "A"), ("B, because C was not asked", "C"), ("Answer: C.", "C"), ("A door opens", "A"), ("no", "D")],
)
def test_the_last_letter_that_stands_alone_counts(text: str, letter: str) -> None:
    assert letter_in(text, "ABCD", "D") == letter


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("All there.\nSuccess", "success"),
        ("The seal is missing.\nFailed", "failed"),
        ("Success or Failed? Uncertain", "uncertain"),
        ("who knows", "uncertain"),
    ],
)
def test_in_doubt_the_outcome_is_uncertain(text: str, outcome: str) -> None:
    assert outcome_in(text) == outcome


def test_a_sample_that_is_always_or_never_solved_teaches_nothing() -> None:
    assert [n for n in range(9) if useful(n)] == [1, 2, 3, 4, 5, 6, 7]


def test_a_second_act_has_the_text_in_it_and_not_its_source() -> None:
    text = "12 Casks, <b>Brest</b>"
    assert carries(f"Tell the judge: {text}", text, "ledger")
    assert not carries(f"Tell the judge from the Ledger: {text}", text, "ledger")
    assert not carries("Tell the judge: 12 casks, Brest", text, "ledger")
    assert carries("Tell: the ledger burns", "the ledger burns", "ledger"), "the text itself may name it"
    told = assembled("Tell the judge what the Ledger says.", text, "the ledger")
    assert told == f'Tell the judge what there says. The text: "{text}"'
    assert carries(told, text, "the ledger")


def test_a_step_is_a_badge() -> None:
    step = QuestStep(number=4, action_reflection="C", trajectory_reflection="B", advice="Ask somebody else.")
    assert badge(step) == "Step 4: nothing changed. It leads nowhere. Ask somebody else."
    assert deed_key("Ask ", "the Guard!") == "ask the guard"
