"""The recall benchmark: scored as published, on the published data where they lie, and on a small invented set."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import recall
from benchmarks.recall_answers import scored
from benchmarks.recall_baselines import Words, best
from benchmarks.recall_data import Collection, Document, Question, counted, load, options_of
from benchmarks.recall_scores import answered, found
from studio.llm.embedding import HashEmbedder
from studio.llm.scripted import ScriptedModel
from studio.memory.windows import best_first, windows

SESSIONS = ["s9", "s2", "s5", "s1", "s7"]


def test_a_ranking_is_scored_as_worked_out() -> None:
    scores = found(SESSIONS, [{"s2", "s4"}, {"s1"}], 5)
    assert scores.recall == 1.0 and scores.ndcg == pytest.approx(0.650921, abs=5e-7)
    assert (scores.hit, scores.reciprocal_rank) == (0.0, 0.5)
    assert found([], [{"s1"}], 5) == (0, 0, 0, 0)
    assert found(SESSIONS, [{"s9"}], 5) == (1, 1, 1, 1)


@pytest.mark.parametrize(
    ("gold", "given", "figures"),
    [
        ("Harvard University", "Harvard.", (1, 0.5, 2 / 3)),
        (("green tea", "merlot"), "Merlot, Green Tea", (1, 1, 1)),
        (39, "39", (1, 1, 1)),
        ("oolong", "I do not know", (0, 0, 0)),
        ("oolong", "", (0, 0, 0)),
    ],
)
def test_an_answer_is_scored_by_its_words(gold: object, given: str, figures: tuple[float, float, float]) -> None:
    assert answered(gold, given) == pytest.approx(figures)


async def test_a_reader_who_knows_the_answer_scores_full_and_says_nothing_outdated() -> None:
    questions = [Question("Tea?", (frozenset("a"),), "x", "oolong", ("green tea",)), Question("Age?", (), "x", 39)]
    told = {question.text: str(question.answer) for question in questions}
    model = ScriptedModel(lambda request, _: next(said for text, said in told.items() if text in request.text))
    row = await scored(model, [(Collection("Ode", (), ()), question, ["I drink oolong."]) for question in questions])
    assert row == {"n": 2, "precision": 1, "recall": 1, "f1": 1, "outdated_recall": 0}
    assert "I drink oolong." in model.requests[0].text and "Ode asks: Tea?" in model.requests[0].text


def test_long_documents_are_cut_into_windows_and_put_together_again() -> None:
    turns = [str(number) for number in range(10)]
    assert windows(turns) == ("0\n1\n2\n3", "3\n4\n5\n6", "6\n7\n8\n9")
    assert windows(turns[:4]) == ("0\n1\n2\n3",) and windows(turns[:5])[-1].endswith("4") and windows([]) == ()
    assert best_first(["b", "a", "b", "c"], 2) == ("b", "a")


def test_options_are_read_however_they_are_written() -> None:
    assert options_of('["(a) x", "(b) y"]') == options_of("['(a) x', '(b) y']") == ["(a) x", "(b) y"]
    for broken in ("[", "[1]", "7"):
        with pytest.raises(ValueError, match="no options"):
            options_of(broken)


@pytest.mark.parametrize(("noise", "recall_", "ndcg"), [("0.0", 0.225, 0.183), ("0.5", 0.204, 0.172)])
def test_bm25_over_sessions_is_as_published(shared_data: Path, noise: str, recall_: float, ndcg: float) -> None:
    rows = []
    people = load(f"personabench-{noise}", shared_data / "data", windowed=False)
    assert counted(people)["questions"] == 133 and len(people) == 3
    for person in people:
        groups = [document.group for document in person.documents]
        for question in person.questions:
            assert set().union(*question.gold) <= set(groups), "every gold session is there"
        words = Words([document.text for document in person.documents])
        asked = [question for question in person.questions if question.category != "Subjective"]
        rows += [found([groups[p] for p in best(words.bm25(one.text), 5)], one.gold, 5) for one in asked]
    assert len(rows) == 116
    assert sum(row.recall for row in rows) / len(rows) == pytest.approx(recall_, abs=0.005)
    assert sum(row.ndcg for row in rows) / len(rows) == pytest.approx(ndcg, abs=0.005)


def test_every_published_set_loads_whole(shared_data: Path) -> None:
    sizes = {name: counted(load(name, shared_data / "data"))["questions"] for name in recall.NAMES}
    assert sizes == {
        "personabench-0.0": 133,
        "personabench-0.5": 133,
        "simschat": 899,
        "characterchat": 682,
        "personamem": 445,
    }


LINES = ["the key hangs in the bell", "herring for supper", "a storm is coming", "the inspector writes a letter"]


async def test_an_invented_set_is_measured_by_every_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "simschat" / "dialogue"
    folder.mkdir(parents=True)
    talks = [
        {
            "dialogue": [
                {"role": "Ada Voss", "content": f"{line}, said {word}"} for word in ("one", "two", "three", "four")
            ]
        }
        for line in LINES
    ]
    (folder / "ada.json").write_text(json.dumps([*talks, {"dialogue": [{"role": "Bo", "content": "Too short."}]}]))
    ways = [*recall.POLICIES, *recall.BASELINES]
    table = await recall.measured("simschat", tmp_path, HashEmbedder(), windowed=True, ways=ways)
    assert set(table) == set(ways) and all(row["all"]["n"] == 4 for row in table.values())
    for way in ("hybrid", "plain chroma", "bm25", "tf-idf"):
        assert table[way]["all"]["hit_at_1"] == 1.0, way
    assert table["newest"]["all"]["hit_at_1"] == 0.25
    whole = await recall.measured("simschat", tmp_path, HashEmbedder(), windowed=False, ways=["event_memory code"])
    assert whole["event_memory code"]["all"]["hit_at_1"] == 1.0
    assert Document("g", "t").about == ""
