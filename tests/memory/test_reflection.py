"""When a character reflects, and what of an answer becomes an insight."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from studio.domain.memory import MemoryKind
from studio.llm.embedding import HashEmbedder
from studio.memory import reflection
from studio.memory.reflection import Insights, grounded, importance_from, novel, triggers
from tests.memory.mind import lived, said


def test_the_meter_of_the_published_stream_runs_full_where_it_should(shared_data: Path) -> None:
    stream = np.load(shared_data / "data/generative-agents/genagents_stream.npz")
    fired, left = triggers((stream["importance"] / 10).tolist())
    ids = [int(stream["node_id"][position]) for position, _ in fired]
    assert ids == [22, 50, 75, 102]
    assert [round(reading, 1) for _, reading in fired] == [155.0, 154.0, 150.5, 152.5]
    assert round(left, 1) == 85.5


def test_a_full_meter_starts_again_from_nothing() -> None:
    assert triggers([10.0] * 31) == ([(14, 150.0), (29, 150.0)], 10.0)
    assert triggers([]) == ([], 0.0)


def test_only_what_came_after_the_last_reflection_counts() -> None:
    before, insight, after = lived(1, "old"), lived(2, "so", kind=MemoryKind.REFLECTION), lived(3, "new", importance=6)
    assert reflection.since_last([before, insight, after]) == (after,)
    assert reflection.since_last([before, after]) == (before, after)
    assert reflection.meter([before, after]) == 10.0


@pytest.mark.parametrize(
    ("answer", "importance"),
    [
        ("7/10", 7),
        ("seven", 7),
        (8, 8),
        (11, 10),
        ("0", 1),
        ("about 6.5", 6.5),
        ("very", None),
        (None, None),
        (True, None),
    ],
)
def test_importance_is_read_from_whatever_a_model_says(answer: object, importance: float | None) -> None:
    assert importance_from(answer) == importance


def test_insights_rest_on_what_exists_and_nothing_else_is_kept() -> None:
    given = [
        {"insight": "Bo hides the key.", "because": [1, 3, 3, 9], "importance": "7/10"},
        {"insight": "Bo hides the key.", "because": [2]},
        {"insight": "  ", "because": [1]},
        {"insight": "Nothing bears it.", "because": [0, 12]},
        {"insight": "No numbers.", "because": "all"},
        "this is blank",
        {"insight": "Cy is late.", "because": [4], "importance": "who knows"},
    ]
    kept = grounded(Insights(insights=given), count=4, most=5)
    assert kept == (("Bo hides the key.", (0, 2), 7.0), ("Cy is late.", (3,), None))
    assert len(grounded(Insights(insights=given), count=4, most=1)) == 1


async def test_what_is_all_but_known_is_not_new() -> None:
    texts = ["the key hangs in the bell", "the key hangs in the bell!", "wet boots", "the sailor drowned"]
    rows = await HashEmbedder().embed(texts)
    assert novel(rows, rows[3:]) == [0, 2]
    assert novel(rows[:0], rows) == []


def test_rules_find_what_people_keep_coming_back_to() -> None:
    talk = [
        said(1, "The key is gone from the bell."),
        said(2, "I never had that key.", "cy"),
        said(3, "Somebody moved the key and the bell rope."),
        said(4, "Look inside the bell, and you have your key."),
        said(5, "I keep nothing.", "ada"),
    ]
    names = {"ada": "Ada Voss", "bo": "Bo Lind", "cy": "Cy Marsh"}
    assert reflection.by_rules(talk, names, 5) == (
        ("Bo Lind keeps coming back to the bell and the key.", (0, 2, 3), "bo"),
    )
