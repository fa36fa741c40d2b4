"""The worked examples of the paper and its published code, to the printed digits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from studio.memory.retrieval import (
    PRESETS,
    PresetName,
    Scores,
    cosine,
    is_idle,
    ranks,
    recency,
    scaled,
    score,
    within_budget,
)

# hours since last access, importance, relevance of a, b, c, d
AGES = np.array([72, 24, 1, 0.5])
IMPORTANCE = np.array([2.0, 8, 5, 1])
RELEVANCE = np.array([0.20, 0.65, 0.40, 0.90])
PAPER = PRESETS["paper"]


def order(scores: Scores) -> str:
    return "".join("abcd"[position] for position in np.argsort(-scores.total))


def test_the_worked_example_component_by_component() -> None:
    np.testing.assert_allclose(recency(AGES, 0.995), [0.697047, 0.886654, 0.995000, 0.997497], atol=5e-7)
    scores = score(AGES, IMPORTANCE, RELEVANCE, PAPER)
    np.testing.assert_allclose(scores.recency, [0, 0.631076, 0.991690, 1], atol=5e-7)
    np.testing.assert_allclose(scores.importance, [0.142857, 1, 0.571429, 0], atol=5e-7)
    np.testing.assert_allclose(scores.relevance, [0, 0.642857, 0.285714, 1], atol=5e-7)
    np.testing.assert_allclose(scores.total, [0.142857, 2.273933, 1.848832, 2.000000], atol=5e-7)
    assert order(scores) == "bdca"


def test_the_worked_example_with_the_weights_of_the_code() -> None:
    weights = PAPER.model_copy(update={"recency": 0.5, "relevance": 3.0, "importance": 2.0})
    scores = score(AGES, IMPORTANCE, RELEVANCE, weights)
    np.testing.assert_allclose(scores.total, [0.285714, 4.244109, 2.495845, 3.500000], atol=5e-7)
    assert order(scores) == "bdca"


def stream_scores(
    embedding: NDArray[np.floating], importance: NDArray[np.integer], last: NDArray[np.integer], preset: PresetName
) -> Scores:
    focal = 40 if len(embedding) > 40 else 0
    relevance = cosine(embedding, embedding[focal])
    return score((last.max() - last).astype(np.float64), importance.astype(np.float64), relevance, PRESETS[preset])


@pytest.mark.parametrize(
    ("preset", "expected"),
    [
        ("paper", {115: 2.210180, 110: 2.162695, 112: 2.141422, 107: 2.101971, 102: 2.099451}),
        ("genagents", {40: 1.176471, 42: 0.913450, 43: 0.910948, 45: 0.862025, 35: 0.845683}),
    ],
)
def test_the_published_sample_agent(shared_data: Path, preset: PresetName, expected: dict[int, float]) -> None:
    file = shared_data / "data" / "generative-agents" / "genagents_stream.npz"
    if not file.is_file():
        pytest.skip(f"{file.name} is not in the shared data folder")
    with np.load(file) as stream:
        assert stream["embedding"].shape == (116, 1536) and stream["last_retrieved"].max() == 116
        scores = stream_scores(stream["embedding"], stream["importance"], stream["last_retrieved"], preset)
        best = np.argsort(-scores.total)[:5]
        assert stream["node_id"][best].tolist() == list(expected)
    np.testing.assert_allclose(scores.total[best], list(expected.values()), atol=1e-5)


@pytest.mark.parametrize(
    ("preset", "expected"),
    [("paper", [1.0, 1.331664, 1.735583, 2.035294]), ("genagents", [1.0, 0.5, 0.835294, 0.917647])],
)
def test_an_invented_sample_of_the_same_form(preset: PresetName, expected: list[float]) -> None:
    embedding = np.array([[1, 0], [0, 1], [0.6, 0.8], [0.8, 0.6]], dtype=np.float16)
    importance, last = np.array([0, 85, 40, 20], dtype=np.int16), np.array([1, 2, 3, 4])
    np.testing.assert_allclose(stream_scores(embedding, importance, last, preset).total, expected, atol=3e-4)


def test_equal_candidates_say_nothing_and_divide_by_nothing() -> None:
    same = score(np.array([3.0, 3, 3]), IMPORTANCE[:3], np.full(3, 0.7), PAPER)
    np.testing.assert_array_equal(same.recency, 0.5)
    np.testing.assert_array_equal(same.relevance, 0.5)
    alone = score(np.array([5.0]), np.array([9.0]), np.array([0.1]), PAPER)
    assert alone.total.tolist() == [1.5]
    assert score(np.zeros(0), np.zeros(0), np.zeros(0), PAPER).total.size == 0


def test_rounding_noise_is_no_difference() -> None:
    np.testing.assert_array_equal(scaled(np.array([0.1 + 0.2, 0.3])), 0.5)


def test_a_time_stamp_from_the_future_is_fully_recent() -> None:
    assert recency(np.array([-40.0, 0.0]), 0.995).tolist() == [1.0, 1.0]


def test_by_rank_the_latest_is_the_most_recent() -> None:
    accessed = np.array([10.0, 30.0, 20.0, 30.0])
    assert ranks(accessed).tolist() == [3, 1, 2, 1]
    scores = score(ranks(accessed), np.ones(4), np.ones(4), PRESETS["ville"])
    assert scores.recency[1] == 1 and scores.recency[0] == 0


def test_a_vector_without_length_is_near_nothing() -> None:
    assert cosine(np.array([[0.0, 0.0], [2.0, 0.0]]), np.array([5.0, 0.0])).tolist() == [0, 1]
    assert cosine(np.array([[1.0, 0.0]]), np.zeros(2)).tolist() == [0]


@pytest.mark.parametrize(
    ("text", "idle"),
    [("bed is idle", True), ("Idle: the stove", True), ("the bridled horse", False), ("he sidled in", False)],
)
def test_idle_is_a_word_of_its_own(text: str, idle: bool) -> None:
    assert is_idle(text) is idle


def test_one_huge_memory_does_not_crowd_out_the_rest() -> None:
    sizes = [500, 40, 30, 50, 5]
    total = np.array([9.0, 8, 7, 6, 5])
    assert within_budget(total, sizes.__getitem__, budget=80, limit=3) == [1, 2]
    assert within_budget(total, sizes.__getitem__, budget=80, limit=4) == [1, 2, 4]
    assert within_budget(total, sizes.__getitem__, budget=600, limit=1) == [0]
    assert within_budget(total, sizes.__getitem__, budget=0, limit=3) == []


@given(st.lists(st.tuples(st.floats(-5, 5), st.integers(1, 60)), max_size=40), st.integers(0, 150), st.integers(1, 12))
def test_what_is_chosen_fits_and_is_in_order(scored: list[tuple[float, int]], budget: int, limit: int) -> None:
    total, sizes = np.array([one for one, _ in scored]), [size for _, size in scored]
    chosen = within_budget(total, sizes.__getitem__, budget, limit)
    assert sum(sizes[position] for position in chosen) <= budget and len(chosen) <= limit
    assert chosen == sorted(chosen, key=lambda position: (-total[position], position))
    alone = [position for position in np.argsort(-total, kind="stable") if sizes[position] <= budget]
    assert set(chosen) <= set(alone[:limit])
    assert bool(chosen) == bool(alone)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30))
def test_scaling_stays_within_nought_and_one(values: list[float]) -> None:
    result = scaled(np.array(values))
    assert ((result >= 0) & (result <= 1)).all()
