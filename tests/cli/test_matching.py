"""The matching commands as they are typed."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.cli import main
from tests.matching.people import PUBLISHED, lines

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


def test_a_bank_is_built_checked_and_matched(studio: Studio, tmp_path: Path) -> None:
    code, out, err = studio("bank", "build", "--per-type", "1", "--seed", "5", "--name", "tiny")
    assert code == 0 and "16 people" in out, err
    assert "tiny" in studio("bank", "list")[1]
    code, out, _ = studio("bank", "check", "tiny")
    assert code == 0 and "16 people" in out
    code, out, err = studio("match", "I failed my exam", "--bank", "tiny", "--top", "3", "--type", "infj", "--json")
    assert code == 0, err
    ranking = json.loads(out)
    assert [match["profile"]["mbti"] for match in ranking["matches"]] == ["INFJ"] and ranking["eligible"] == 1
    code, out, _ = studio("match", "--seeker", "intj-00", "--bank", "tiny", "--top", "2")
    assert code == 0 and out.startswith("Not therapy") and "[intj-00]" not in out and "Counting words alone" in out


def test_a_bank_of_one_s_own_comes_in(studio: Studio, tmp_path: Path) -> None:
    file = tmp_path / "mine.jsonl"
    file.write_text(lines(PUBLISHED, {"name": "Ole"}), encoding="utf-8")
    assert studio("bank", "import", str(file), "--name", "pier", "--source", "a friend")[0] == 0
    assert "a friend" in studio("bank", "list")[1]
    code, out, _ = studio("match", "the fog", "--bank", "pier")
    assert code == 0 and "Minna Voss" in out
    file.write_text("[]\n", encoding="utf-8")
    code, _, err = studio("bank", "import", str(file))
    assert code == 2 and "line 1" in err
    file.write_text(lines({"id": "a", "name": "A", "told": {}}, {"id": "b", "name": "A", "told": {}}), encoding="utf-8")
    code, out, err = studio("bank", "check", str(file))
    assert code == 2 and "twin" in out and "wrong with this bank" in err


def test_what_cannot_be_matched_is_said(studio: Studio) -> None:
    for arguments, said in (
        (["match", ""], "Nothing to go by"),
        (["match", "hm", "--scorer", "magic"], "magic"),
        (["match", "hm", "--bank", "none"], "none"),
        (["match", "hm", "--type", "XXXX"], "four letters"),
        (["match", "hm", "--mbti", "lion"], "four letters"),
        (["match", "--seeker", "nobody-at-all"], "nobody-at-all"),
        (["recommend", "--kind", "boat"], "boat"),
        (["cast", "pick", "--lead", "kobus-venter", "--pool", "all"], "tag:NAME"),
    ):
        code, _, err = studio(*arguments)
        assert code == 2 and said in err, arguments


def test_a_cry_for_help_is_answered_with_help(studio: Studio) -> None:
    code, out, err = studio("match", "Ich will nicht mehr leben")
    assert code == 0 and out == "" and "0800 111 0 111" in err


def test_casting_kin_and_recommending(studio: Studio) -> None:
    code, out, err = studio("cast", "pick", "--lead", "kobus-venter", "--scene", "lift-b", "--mode", "borda", "--json")
    assert code == 0, err
    casting = json.loads(out)
    assert len(casting["selected"]) == 2 and casting["usage"]["calls"] == 0
    code, out, _ = studio("cast", "pick", "--lead", "kobus-venter", "--mode", "borda", "--weights", "related=5")
    assert code == 0 and "related: weight" in out
    code, out, _ = studio("kin", "kobus-venter", "--json")
    assert code == 0 and json.loads(out)["target"] == "kobus-venter"
    code, out, _ = studio("recommend")
    assert code == 0 and "What kind of story" in out
    code, out, _ = studio("recommend", "a comedy", "--kind", "scene", "--explain")
    assert code == 0 and "You seem to want: comedy" in out


def test_the_benches_on_invented_data(studio: Studio, tmp_path: Path) -> None:
    code, _, err = studio("bench", "aloha", "--data", str(tmp_path))
    assert code == 2 and "communities.csv" in err
    code, _, err = studio("bench", "characterchat", "--data", str(tmp_path))
    assert code == 2 and "profile_trans_output.jsonl" in err
    code, _, err = studio("bench", "partnermas", "--data", str(tmp_path))
    assert code == 2 and ".jsonl" in err
    code, _, err = studio("bench", "smartagent", "--data", str(tmp_path))
    assert code == 2 and "episodes" in err
    episode = {
        "events": [{"type": "like", "facets": ["genre:mystery"]}],
        "items": {"a": ["genre:mystery"]},
        "gold_yes": ["a"],
    }
    (tmp_path / "one.jsonl").write_text(lines(episode), encoding="utf-8")
    code, out, _ = studio("bench", "smartagent", "--data", str(tmp_path), "--json")
    assert code == 0 and json.loads(out)["implicit"] == 1.0
    folder = tmp_path / "talks" / "dialogue"
    folder.mkdir(parents=True)
    turns = [{"role": who, "action": "(speaking)", "content": f"{who} {n}"} for n in range(6) for who in ("Bo", "Ada")]
    (folder / "generated_agent_dialogue_Ada.json").write_text(json.dumps([{"dialogue": turns}]), encoding="utf-8")
    code, out, _ = studio("bench", "aloha", "--data", str(tmp_path / "talks"), "--json")
    assert code == 0 and json.loads(out)["both"]["n"] == 6


def test_the_benches_on_published_data(studio: Studio, shared_data: Path) -> None:
    data = shared_data / "data"
    report = json.loads(studio("bench", "characterchat", "--data", str(data / "characterchat"), "--json")[1])
    assert (report["profiles"], report["dialogues"], report["turns"]) == (70, 50, 766)
    assert report["choices_against_the_window"] == 0 and report["second_line_is_the_worry"] == 1.0
    assert report["planned_dialogues"] == 10240 and report["self_pairs"] == 0
    foretelling = report["foretelling"]
    assert "r = 0.085" in foretelling["sentence"] and "No gain" in foretelling["sentence"]
    facts = json.loads(studio("bench", "aloha", "--data", str(data / "aloha"), "--json")[1])["communities"]
    assert facts["positives"] == {"SHELDON": 96, "PICARD": 52, "MONICA": 104}
    assert facts["published_precision_at_100_percent"] == 45.10
    cast = json.loads(studio("bench", "partnermas", "--data", str(data / "partnermas"), "--json")[1])
    assert (cast["match_rate_percent"], cast["random_percent"]) == (45.05, 22.79)
    cout = json.loads(studio("bench", "smartagent", "--data", str(data / "smartagent"), "--json")[1])
    assert (cout["explicit"], cout["implicit"]) == (1.0, 1.0)


def test_two_of_a_bank_talk(studio: Studio) -> None:
    code, out, err = studio("talk", "--seeker", "infp-01", "--supporter", "esfj-02", "--json")
    assert code == 0, err
    held = json.loads(out)
    assert held["closed"] in ("better", "long enough") and len(held["lines"]) <= 21
    code, out, _ = studio("talk", "--seeker", "kobus-venter", "--supporter", "esfj-02", "--rate")
    assert code == 0 and out.startswith("Not therapy") and "Closed:" in out
    code, _, err = studio("talk", "--seeker", "esfj-02", "--supporter", "esfj-02")
    assert code == 2 and "same person" in err
    code, _, err = studio("talk", "--seeker", "a", "--supporter", "esfj-02", "--selector", "magic")
    assert code == 2 and "magic" in err
