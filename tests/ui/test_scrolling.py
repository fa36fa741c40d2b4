"""The window over a long play."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from studio.ui.present import WINDOW, WINDOW_MOST
from studio.ui.scrolling import scrolled

LONG = [f"e{number}" for number in range(5000)]


def test_it_grows_to_its_limit_and_then_moves() -> None:
    window, until = WINDOW, ""
    for _ in range(4):
        window, until = scrolled(LONG, window, until, "earlier")
    assert (window, until) == (WINDOW_MOST, "")
    window, until = scrolled(LONG, window, until, "earlier")
    assert (window, until) == (WINDOW_MOST, "e4799")
    assert scrolled(LONG, window, until, "later") == (WINDOW_MOST, "")
    assert scrolled(LONG, window, until, "newest") == (WINDOW, "")


def test_a_line_is_shown_among_its_neighbours() -> None:
    assert scrolled(LONG, WINDOW, "", "line", "e70") == (WINDOW, "e169")
    assert scrolled(LONG, WINDOW, "", "line", "e4900") == (WINDOW, "")
    assert scrolled(LONG, WINDOW, "e300", "line", "gone") == (WINDOW, "e300")


@given(
    size=st.integers(0, 3000),
    steps=st.lists(
        st.tuples(st.sampled_from(["earlier", "later", "newest", "line"]), st.integers(0, 3000)), max_size=20
    ),
)
def test_whatever_is_asked_for_no_more_than_the_limit_is_held(size: int, steps: list[tuple[str, int]]) -> None:
    seen = LONG[:size]
    window, until = WINDOW, ""
    for where, number in steps:
        window, until = scrolled(seen, window, until, where, f"e{number}")  # type: ignore[arg-type]
        end = seen.index(until) + 1 if until else size
        shown = seen[max(0, end - window) : end]
        assert WINDOW <= window <= WINDOW_MOST and (shown or not seen)
        if where == "line" and number < size:
            assert f"e{number}" in shown
