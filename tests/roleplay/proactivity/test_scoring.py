"""The measures of the benchmark: worked by hand, and on the published predictions."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from studio.errors import Invalid
from studio.roleplay.proactivity.scoring import (
    Item,
    by_level,
    load_items,
    overlap,
    score_predictions,
    tool_names,
    unreadable,
)


def item(gold: int, predicted: object, tools: str = "None", **fields: Any) -> Item:
    return Item.model_validate(
        {"Proactive score": gold, "Tools": tools, "predictions": {"proactive_score": predicted, **fields}}
    )


def test_decisions_and_scores_by_hand() -> None:
    pairs = zip((5, 1, 4, 2), ("4", "2", "1", "5"), strict=True)
    metrics = score_predictions({str(n): item(gold, given) for n, (gold, given) in enumerate(pairs)})
    assert (metrics.accuracy, metrics.missed, metrics.false_alarms) == (0.5, 0.25, 0.25)
    assert metrics.rmse == pytest.approx(2.2361, abs=5e-5)
    assert metrics.score_accuracy == 0


def test_tools_are_compared_as_sets_of_names() -> None:
    precision, recall, f1 = overlap(frozenset({"weather", "datetime", "agenda"}), frozenset({"map", "weather"}))
    assert (precision, f1) == (0.5, pytest.approx(0.4))
    assert recall == pytest.approx(0.3333, abs=5e-5)
    assert overlap(frozenset({"None"}), frozenset({"None"})) == (1, 1, 1), "a right silence is right"
    assert tool_names('[{"name": "a"}]') == tool_names("[{'name': 'a'}]") == {"a"}
    assert tool_names("[{name: a}]") == tool_names("{}") == {"Error"}
    assert tool_names("[" * 9000) == {"Error"}
    assert tool_names("None") == tool_names("[]") == {"None"}


def test_arguments_count_misses_strays_and_failures() -> None:
    gold = '[{"name": "weather"}]'
    runs = [{"tool_name": "weather", "results": "an Error"}, {"tool_name": "map", "results": "ok"}]
    items = {"miss": item(5, "1", gold), "runs": item(5, "5", gold, tools_results=runs)}
    assert score_predictions(items).arguments == 0
    runs.append({"tool_name": "weather", "results": "sunny"})
    assert score_predictions({"runs": item(5, "5", gold, tools_results=runs)}).arguments == pytest.approx(1 / 3)


def test_an_index_of_medium_counts_as_needed_and_no_score_as_silence() -> None:
    medium = Item.model_validate({"Proactive score": 2, "Proactive index": "medium", "predictions": {}})
    assert medium.needed
    assert score_predictions({"a": medium}).missed == 1
    assert score_predictions({"a": item(1, None)}).accuracy == 1


@pytest.mark.parametrize("text", ["", "[]", "{", '{"a": 3}'])
def test_a_file_of_another_kind_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match=r"no ContextAgent file|nothing to score"):
        score_predictions(load_items(text))


def test_the_published_predictions_score_as_published(shared_data: Path) -> None:
    folder = shared_data / "data" / "contextagent"
    items = load_items((folder / "replay_cab295_qwen7b.json").read_text(encoding="utf-8"))
    metrics = score_predictions(items)
    wanted = {
        "n": 295,
        "accuracy": 0.8610,
        "missed": 0.0373,
        "false_alarms": 0.1017,
        "score_accuracy": 0.6271,
        "rmse": 1.3864,
        "precision": 0.6148,
        "recall": 0.6047,
        "f1": 0.5952,
        "arguments": 0.3560,
    }
    assert {name: round(value, 4) for name, value in metrics.model_dump().items()} == wanted
    levels = by_level(items)
    assert [round(levels[level].accuracy, 4) for level in (1, 2, 3)] == [0.8150, 0.9302, 0.9808]
    assert [round(levels[level].f1, 4) for level in (1, 2, 3)] == [0.6628, 0.3690, 0.5222]
    with (folder / "replay_cab295_qwen7b_official_metrics.csv").open(encoding="utf-8") as file:
        official = {row["Metric"]: float(row["Overall"]) for row in csv.DictReader(file)}
    assert official["F1_Tool_Names"] == wanted["f1"] and official["Argument_Accuracy"] == wanted["arguments"]


def test_the_training_set_is_read_whole(shared_data: Path) -> None:
    items = load_items((shared_data / "data" / "contextagent" / "cab_train.json").read_text(encoding="utf-8"))
    assert len(items) == 600
    assert sum(item.needed for item in items.values()) == 302
    assert sum(item.tools == "None" for item in items.values()) == 294
    assert unreadable(items) == ("example-411", "example-448", "example-449")
    names = {name for item in items.values() for name in tool_names(item.tools)} - {"None", "Error"}
    assert len(names) == 19
    assert json.dumps(sorted(names))
