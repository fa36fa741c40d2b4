"""Points for the three tasks: by hand, and on the published answers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from studio.errors import Invalid
from studio.roleplay.synergy.checkers import (
    ItemScore,
    Task,
    TaskItem,
    keeps_form,
    load_task,
    parse_answer,
    picks,
    score_item,
    short_aliases,
    total,
)
from studio.roleplay.synergy.transcripts import parse_panel

FILES: dict[Task, tuple[str, str]] = {
    "trivia": ("trivia_creative_writing_100_n_5", "trivia_creative_writing_n5"),
    "codenames": ("codenames_50", "codenames_collaborative"),
    "logic": ("logic_grid_puzzle_200", "logic_grid_puzzle"),
}


def test_a_story_earns_a_point_for_every_answer_it_mentions() -> None:
    item = TaskItem(questions=["q", "r"], answers=[["Ferry Bar", "ferry"], ["Zebra"]])
    assert score_item("trivia", item, "A FERRY came.") == ItemScore(right=1, of=2, mentions=("ferry",))


def test_a_guess_is_a_set_of_words() -> None:
    item = TaskItem(word_list=["ferry", "lamp", "salt"], target_words=["ferry", "Salt"])
    assert score_item("codenames", item, " Salt., ferry , ferry.") == ItemScore(
        right=2, of=2, mentions=("ferry", "salt")
    )
    assert score_item("codenames", item, "lamp").right == 0


@pytest.mark.parametrize(
    ("target", "answer", "right"),
    [
        ("1", "10", False),
        ("2", "The second house.", True),
        ("2", "2 or 3", False),
        ("2", "House 2, the second", True),
        ("3", "", False),
        ("x", "x", False),
    ],
)
def test_a_house_is_named_alone(target: str, answer: str, right: bool) -> None:
    assert picks(answer, target) is right
    assert score_item("logic", TaskItem(targets=[target]), answer) == ItemScore(right=int(right), of=1)


def test_answers_stand_where_each_way_puts_them() -> None:
    assert parse_answer("trivia", "standard", "A story.") == ("A story.", True)
    assert parse_answer("trivia", "cot", "Plan: x\nStory: Once.") == ("Once.", True)
    assert parse_answer("logic", "standard", "Answer:\n 3") == ("3", True)
    assert parse_answer("logic", "cot", "3") == ("3", False)
    assert parse_answer("logic", "spp", "… Final answer: 3") == ("3", True)


def test_points_are_added_over_items_that_have_an_answer() -> None:
    score = total([ItemScore(right=1, of=5), None, ItemScore(right=4, of=5)])
    assert (score.right, score.of, score.missing, score.percent) == (5, 10, 1, 50)
    assert total([]).percent == 0


def test_a_model_that_loses_the_form_is_found_out_after_five() -> None:
    assert keeps_form([False] * 4)
    assert not keeps_form([True, True, True, False, False])
    assert keeps_form([False, True, True, True, True])
    assert keeps_form([False] * 5 + [True] * 4 + [False])


def test_a_line_that_is_no_item_is_named() -> None:
    with pytest.raises(Invalid, match="Line 2 is no task"):
        load_task('{"topic": "x"}\nnonsense')


@pytest.mark.parametrize(
    ("task", "method", "right", "of", "missing"),
    [
        ("trivia", "spp", 380, 475, 5),
        ("trivia", "standard", 371, 495, 1),
        ("codenames", "spp", 80, 97, 0),
        ("codenames", "standard", 70, 94, 2),
        ("logic", "spp", 132, 199, 1),
        ("logic", "standard", 113, 200, 0),
    ],
)
def test_the_published_answers_score_as_published(
    shared_data: Path, task: Task, method: str, right: int, of: int, missing: int
) -> None:
    name, replay = FILES[task]
    folder = shared_data / "data" / "spp"
    items = {item.idx: item for item in load_task((folder / f"{name}.jsonl").read_text(encoding="utf-8"))}
    lines = (folder / f"replay_{replay}_gpt4_w_sys_mes_{method}.jsonl").read_text(encoding="utf-8").splitlines()
    scores: list[ItemScore | None] = []
    people: list[int] = []
    for record in map(json.loads, lines):
        if record.get("missing"):
            scores.append(None)
            continue
        score = score_item(task, items[record["idx"]], record["parsed"])
        scores.append(score)
        official = record["official"]
        counted = official.get("correct_count", official.get("matched_count", official.get("correct")))
        if record["parsed_ok"] or method == "spp":
            assert int(counted) == score.right, record["idx"]
        if method == "spp":
            raw = record.get("raw") or record["raw_guesser"]
            assert parse_answer(task, "spp", raw) == (record["parsed"], record["parsed_ok"])
            panel = parse_panel(raw)
            assert panel.panelists
            people.append(len(panel.panelists))
    reached = total(scores)
    assert (reached.right, reached.of, reached.missing) == (right, of, missing)
    if (task, method) == ("trivia", "spp"):
        assert round(sum(people) / len(people), 2) == 5.77
        assert sum(json.loads(line).get("parsed_ok") is False for line in lines) == 2


def test_the_task_files_are_read_whole(shared_data: Path) -> None:
    found = {
        task: load_task((shared_data / "data" / "spp" / f"{name}.jsonl").read_text(encoding="utf-8"))
        for task, (name, _) in FILES.items()
    }
    assert [len(found[task]) for task in ("trivia", "codenames", "logic")] == [100, 50, 200]
    assert sum(len(item.target_words) for item in found["codenames"]) == 97
    answers = [item.targets[0] for item in found["logic"]]
    assert [answers.count(str(house)) for house in range(1, 6)] == [49, 74, 38, 27, 12]
    assert short_aliases(found["trivia"]) == 36
