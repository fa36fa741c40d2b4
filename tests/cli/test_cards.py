"""`studio character import` and `export`, `studio lorebook import` and `export`, as they are typed."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from studio.cards.reading import read_card
from studio.cli import main
from tests.cards import samples

Studio = Callable[..., tuple[int, str, str]]

WORLD = {
    "entries": {
        "0": {"uid": 0, "key": ["quay"], "content": "The quay floods.", "comment": "quay", "disable": False},
        "1": {"uid": 1, "key": ["lamp", "light"], "content": "The lamp is lit at six.", "comment": "lamp"},
    }
}


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Studio:
    monkeypatch.setenv("STUDIO_DATA_DIR", str(tmp_path / "data"))

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


def put(file: Path, data: bytes) -> str:
    file.write_bytes(data)
    return str(file)


def test_a_card_comes_in_and_goes_out(studio: Studio, tmp_path: Path) -> None:
    card = samples.png(samples.text_chunk(samples.V3, "ccv3"))
    file = put(tmp_path / "Ola.png", card)
    code, out, err = studio("character", "import", file, "--json")
    report = json.loads(out)
    assert (code, err) == (0, "") and (report["id"], report["spec"]) == ("ola-lind", "chara_card_v3")
    assert report["kept"] and report["inert"] and report["changed"] == report["refused"] == [] and not report["known"]
    assert "1 regex script" in " ".join(report["inert"])

    code, out, _ = studio("character", "import", file)
    assert code == 0 and "ola-lind" in out and "is here already: nothing was written" in out
    assert "kept" in out and "inert" in out

    for kind in ("png", "json", "charx"):
        target = tmp_path / f"out.{kind}"
        code, out, err = studio("character", "export", "ola-lind", "--format", kind, "-o", str(target))
        assert (code, out, err) == (0, "", f"{target}\n")
        assert read_card(target.read_bytes(), "x").character == read_card(card, "x").character, kind
    code, _, err = studio("character", "export", "ola-lind", "-f", "json", "-o", str(tmp_path))
    assert code == 0 and err == f"{tmp_path / 'ola-lind.json'}\n"
    assert studio("character", "export", "ola-lind", "-o", str(tmp_path / "by-ending.charx"))[0] == 0
    assert (tmp_path / "by-ending.charx").read_bytes().startswith(b"PK")


def test_somebody_shipped_goes_out_with_a_picture(studio: Studio, tmp_path: Path) -> None:
    assert studio("character", "export", "ambrose-loss", "-o", str(tmp_path / "a.png"))[0] == 0
    imported = read_card((tmp_path / "a.png").read_bytes(), "a.png")
    assert imported.character.name == "Ambrose Loss" and imported.portrait is not None


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("character", "import", "no-such-file.png"), "no-such-file.png could not be read"),
        (("character", "import", "{broken}"), "'broken.png': The file is cut short"),
        (("character", "import", "{nameless}"), "The card has no name"),
        (("character", "export", "nobody-at-all", "-o", "x.png"), "There is no character"),
        (("character", "export", "ambrose-loss", "-o", "x.gif"), "png, json or charx"),
        (("lorebook", "import", "{broken}", "--character", "ambrose-loss"), "holds no lorebook"),
        (("lorebook", "import", "{bookless}", "--character", "ambrose-loss"), "holds no lorebook"),
        (("session", "import", "{group}"), "group chats/<name>.jsonl"),
        (("lorebook", "import", "{broken}"), "--character ID or --scene ID"),
        (("lorebook", "export", "--scene", "nowhere", "-o", "x"), "There is no scene"),
        (("lorebook", "export", "--character", "ambrose-loss", "-o", "x", "-f", "novel"), "world-info or card"),
    ],
)
def test_what_cannot_be_done_is_one_clear_line(
    studio: Studio, tmp_path: Path, arguments: Sequence[str], says: str
) -> None:
    files = {
        "broken": put(tmp_path / "broken.png", samples.picture()[:-20]),
        "bookless": put(tmp_path / "bookless.png", samples.png(samples.text_chunk(samples.V1))),
        "group": put(tmp_path / "group.json", b'{"id": "1", "name": "Quay", "members": ["ada.png"]}'),
        "nameless": put(tmp_path / "nameless.json", samples.packed({**samples.V1, "name": ""})),
    }
    code, out, err = studio(*(argument.format(**files) for argument in arguments))
    assert (code, out) == (2, "") and says in err and len(err.splitlines()) == 1, err


def test_a_card_without_a_name_can_be_given_one(studio: Studio, tmp_path: Path) -> None:
    file = put(tmp_path / "nameless.json", samples.packed({**samples.V1, "name": ""}))
    code, out, _ = studio("character", "import", file, "--name", "Ola Lind")
    assert code == 0 and out.startswith("ola-lind ")


@pytest.mark.parametrize("whose", [("--character", "ola-lind"), ("--scene", "lift-b")])
def test_a_lorebook_comes_in_beside_what_is_there_and_goes_out(
    studio: Studio, tmp_path: Path, whose: tuple[str, str]
) -> None:
    studio("character", "import", put(tmp_path / "ola.json", samples.packed(samples.V1)))
    world = put(tmp_path / "Harbour.json", json.dumps(WORLD).encode())
    code, out, err = studio("lorebook", "import", world, *whose, "--json")
    report = json.loads(out)
    assert (code, err) == (0, "") and (report["id"], report["title"]) == (whose[1], "Harbour")
    assert (report["added"], report["spec"]) == (2, "world_info")
    target = tmp_path / "out.json"
    assert studio("lorebook", "export", *whose, "-o", str(target))[0] == 0
    written = json.loads(target.read_bytes())["entries"]
    assert {entry["content"] for entry in WORLD["entries"].values()} <= {one["content"] for one in written.values()}

    more = {"entries": {"0": {**WORLD["entries"]["1"]}, "1": {"uid": 1, "key": ["tide"], "content": "Nine."}}}
    _, out, _ = studio("lorebook", "import", put(tmp_path / "more.json", json.dumps(more).encode()), *whose)
    assert "1 entry added, 1 were there already" in out
    assert studio("lorebook", "export", *whose, "-o", str(target), "--format", "card")[0] == 0
    entries = json.loads(target.read_bytes())["data"]["entries"]
    assert [entry["content"] for entry in entries][-3:] == ["The quay floods.", "The lamp is lit at six.", "Nine."]
    assert len({entry["id"] for entry in entries}) == len(entries)
    _, out, _ = studio("lorebook", "import", world, *whose, "--replace", "--json")
    assert json.loads(out)["added"] == 2


def test_a_chat_comes_in_as_a_play_and_goes_out_again(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUDIO_EMBEDDER", "hash")
    lines = [
        {"chat_metadata": {}, "user_name": "Bo", "character_name": "Ada"},
        {"name": "Ada", "is_user": False, "mes": "Out.", "swipe_id": 1, "swipes": ["In.", "Out."], "extra": {}},
        {"name": "Bo", "is_user": True, "mes": "Fine.", "extra": {}},
    ]
    data = "\n".join(json.dumps(line, separators=(",", ":")) for line in lines).encode()
    code, out, err = studio("session", "import", put(tmp_path / "Night.jsonl", data), "--json")
    report = json.loads(out)
    assert (code, err) == (0, "") and report["spec"] == "sillytavern" and "2 messages" in report["kept"][0]
    assert report["sessions"] == [{"id": report["id"], "title": "Night", "cast": ["Ada", "Bo"]}]
    target = tmp_path / "out.jsonl"
    assert studio("export", report["id"], "-f", "sillytavern", "-o", str(target))[0] == 0
    assert target.read_bytes() == data
    assert "Night (Ada, Bo)" in studio("sessions")[1]
    code, out, err = studio("session", "import", put(tmp_path / "no.json", b"{}"))
    assert (code, out) == (2, "") and "no chat of a form that is known" in err
