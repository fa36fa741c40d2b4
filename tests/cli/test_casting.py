"""`studio character new`, `show` and `check`, as they are typed, with the scripted model."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.cli import main
from studio.library import Library

Studio = Callable[..., tuple[int, str, str]]


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Studio:
    monkeypatch.setenv("STUDIO_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("STUDIO_MODEL", "scripted")
    monkeypatch.setenv("STUDIO_EMBEDDER", "hash")

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["studio", *arguments])
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else 1 if stop.code else 0
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def test_dice_make_a_character_that_is_then_in_the_library(studio: Studio) -> None:
    locks = (
        "--lock",
        "name=Ada Voss",
        "--lock",
        "traits=neat, shy",
        "-l",
        "facts=Ada limps; Ada sings.",
        "-l",
        "age=61",
    )
    code, out, err = studio("character", "new", "--dice", "--seed", "7", *locks)
    assert (code, out) == (0, "ada-voss  Ada Voss\n")
    assert "--seed 7" in err
    made = json.loads(studio("character", "show", "ada-voss", "--json")[1])
    assert made["traits"] == ["neat", "shy"]
    assert made["facts"] == ["Ada limps", "Ada sings."]
    assert made["age"] == 61
    assert made["career"] and made["backstory"] and made["mbti"]
    again = json.loads(studio("character", "new", "--dice", "--seed", "7", *locks, "--dry", "--json")[1])
    assert again == {**made, "id": ""}
    assert studio("character", "list")[1].count("Ada Voss") == 1
    assert studio("character", "check", "ada-voss")[0] == 0


def test_without_a_seed_the_seed_is_said(studio: Studio) -> None:
    _, out, err = studio("character", "new", "--dice", "--dry", "--json", "--world", "space")
    seed = err.split("--seed ")[1].split(".")[0]
    assert studio("character", "new", "--dice", "--dry", "--json", "--world", "space", "--seed", seed)[1] == out


def test_show_tells_what_a_model_is_told(studio: Studio) -> None:
    code, out, err = studio("character", "show", "gulsum-aydin")
    assert code == 0
    assert out.startswith("Gülsüm") and "Secret, never told" in out
    assert "about" in err and "tokens" in err


def test_check_finds_errors_and_says_so_with_its_exit_code(studio: Studio, tmp_path: Path) -> None:
    assert studio("character", "check") == (0, "", "23 checked, nothing found.\n")
    folder = tmp_path / "data" / "characters"
    folder.mkdir(parents=True)
    (folder / "bad.yaml").write_text('name: Bad\ntraits: [neat, a slob]\ngreeting: "{{user}} nods {{twice}}."\n')
    code, out, err = studio("character", "check", "bad", "--no-hints")
    assert code == 1
    assert out.splitlines()[0].startswith("bad: error: traits.1: 'neat' and 'a slob' exclude each other.")
    assert "1 checked" in err
    rows = [json.loads(row) for row in studio("character", "check", "bad", "--json")[1].splitlines()]
    assert {row["severity"] for row in rows} == {"error", "warning", "hint"}
    assert all(row["character"] == "bad" and row["field"] and row["message"] for row in rows)


def test_a_model_writes_what_is_open(studio: Studio, tmp_path: Path) -> None:
    code, out, err = studio("character", "new", "-l", "name=Nell Cobb", "-l", "career=a pilot", "-w", "narrate")
    assert code == 0, err
    assert out == "nell-cobb  Nell Cobb\n"
    assert "backstory" in err and "1 call," in err
    made = Library(tmp_path, tmp_path / "data").character("nell-cobb")
    assert made.backstory.startswith("You are Nell Cobb")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("new",), "needs a name"),
        (("new", "--lock", "name"), "Say FIELD=VALUE"),
        (("new", "--dice", "--lock", "shoe=9"), "'shoe' is no field"),
        (("new", "--dice", "--lock", "age=old"), "'old' is no Age: give a whole number."),
        (("new", "--dice", "--lock", "mbti=WXYZ"), "'WXYZ' cannot be the mbti"),
        (("new", "--dice", "--lock", "big_five=1 2 3"), "five numbers from 1 to 7"),
        (("new", "--dice", "--world", "mars"), "There is no world 'mars'. Say today, past, fantasy, space."),
        (("new", "-l", "name=A", "-w", "opera"), "There is no 'opera' here"),
        (("check", "nobody-at-all"), "There is no character"),
    ],
)
def test_what_a_person_can_mend_is_one_clear_line(studio: Studio, arguments: tuple[str, ...], says: str) -> None:
    code, _, err = studio("character", *arguments)
    assert code == 2
    assert says in err and len(err.splitlines()) == 1
