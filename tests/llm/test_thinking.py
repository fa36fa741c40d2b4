"""Thought is dropped, speech is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.llm.thinking import Spoken


def heard(pieces: list[str]) -> str:
    spoken = Spoken()
    return "".join([*map(spoken.add, pieces), spoken.rest()])


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("Good evening.", "Good evening."),
        ("<think>They ask. I know.</think>\n\nGood evening.", "Good evening."),
        ("  \n<think>Hm.</think>Good evening.", "Good evening."),
        ("<think>I never stop thinking", ""),
        ("<thin ice> ahead", "<thin ice> ahead"),
        ("I said <think>out loud</think> so.", "I said <think>out loud</think> so."),
        ("<", "<"),
        ("", ""),
    ],
)
def test_a_leading_thought_is_dropped_however_it_is_cut(said: str, expected: str) -> None:
    assert heard([said]) == expected
    assert heard(list(said)) == expected


@given(st.lists(st.text(alphabet="a <>/think\n", max_size=6), max_size=12))
def test_cutting_makes_no_difference(pieces: list[str]) -> None:
    assert heard(pieces) == heard(["".join(pieces)])


@given(st.text())
def test_ordinary_text_passes_unchanged(text: str) -> None:
    if not text.lstrip().startswith("<think>"):
        assert heard(list(text)) == text
