"""A result is used again only while what it was made from is unchanged."""

from __future__ import annotations

from studio.roleplay.memo import Memo


def test_equal_values_are_not_worked_on_again_and_changed_ones_are() -> None:
    memo: Memo[str] = Memo(2)
    made: list[str] = []

    def of(text: str) -> str:
        return memo.get("key", (text,), lambda: made.append(text) or text.upper())

    assert [of("a"), of("a"), of("b"), of("a")] == ["A", "A", "B", "A"]
    assert made == ["a", "b", "a"]


def test_the_longest_unused_goes_first() -> None:
    memo: Memo[int] = Memo(2)
    made: list[int] = []

    def of(number: int) -> int:
        return memo.get(number, (), lambda: made.append(number) or number)

    for number in (1, 2, 1, 3, 1, 2):
        assert of(number) == number
    assert made == [1, 2, 3, 2]
