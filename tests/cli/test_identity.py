"""`studio identity score` and `prompt`, as they are typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.test_casting import Studio, studio
from tests.generation.questionnaires.test_scores import BFI, PVQ

__all__ = ["studio"]


def put(folder: Path, answers: object) -> str:
    file = folder / "answers.json"
    file.write_text(json.dumps(answers), encoding="utf-8")
    return str(file)


def test_a_questionnaire_is_scored(studio: Studio, tmp_path: Path) -> None:
    code, out, err = studio("identity", "score", put(tmp_path, BFI))
    assert (code, err) == (0, "")
    assert out.splitlines()[0].split() == ["Extraversion", "3.50", "slightly", "below", "average"]
    assert "  Trust" in out
    code, out, _ = studio("identity", "score", put(tmp_path, PVQ))
    assert out.splitlines()[0].split() == ["Self-Direction", "6.50", "+2.21", "central"]
    keyed = {f"D2LP-{number + (number > 19)}": answer for number, answer in PVQ.items()}
    scores = json.loads(studio("identity", "score", put(tmp_path, keyed), "--json")[1])
    assert scores["mean"] == pytest.approx(4.285714, abs=1e-6)


def test_doubts_are_said_aside(studio: Studio, tmp_path: Path) -> None:
    code, out, err = studio("identity", "score", put(tmp_path, dict.fromkeys(range(1, 31), 4)))
    assert code == 0 and out and "Every answer is 4" in err


def test_a_prompt_is_printed_by_parts(studio: Studio) -> None:
    code, out, _ = studio("identity", "prompt", "gulsum-aydin", "--parts", "c")
    assert code == 0 and "What your days are like" in out and "Gülsüm" not in out


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ([1, 2], "holds no answers"),
        ({"1": 9, **{str(n): 4 for n in range(2, 31)}}, "The answer to 1 is '9'"),
        ({"1": 4}, "Say --form bfi or --form pvq"),
    ],
)
def test_bad_answers_are_one_clear_line(studio: Studio, tmp_path: Path, answers: object, says: str) -> None:
    code, _, err = studio("identity", "score", put(tmp_path, answers))
    assert code == 2 and says in err and len(err.splitlines()) == 1
    assert studio("identity", "prompt", "gulsum-aydin", "--parts", "X")[0] == 2
