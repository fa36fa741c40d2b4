"""The `studio` command as it is typed, on a data folder of its own, with the scripted model."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from studio import __version__
from studio.cli import main
from studio.export.base import EXPORTERS
from tests import house

ROOT = Path(__file__).resolve().parent.parent.parent
SCENE = "lift-b"


@dataclass(frozen=True)
class Done:
    """What a command left: exit code, standard output, standard error."""

    code: int
    out: str
    err: str


Studio = Callable[..., Done]


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Studio:
    monkeypatch.setenv("STUDIO_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("STUDIO_MODEL", "scripted")
    monkeypatch.setenv("STUDIO_EMBEDDER", "hash")

    def run(*arguments: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["studio", *arguments])
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else 1 if stop.code else 0
        captured = capsys.readouterr()
        return Done(code, captured.out, captured.err)

    return run


def played(studio: Studio, *arguments: str) -> list[dict[str, object]]:
    done = studio("play", SCENE, "--turns", "3", "--seed", "7", "--json", *arguments)
    assert done.code == 0, done.err
    return [json.loads(line) for line in done.out.splitlines()]


def test_help_imports_nothing_heavy() -> None:
    heavy = ["gradio", "litellm", "chromadb", "sqlalchemy", "onnxruntime", "numpy", "httpx", "xllamacpp", "jinja2"]
    code = f"""
import sys
sys.argv = ["studio", "--help"]
try:
    import studio.__main__
except SystemExit:
    pass
print([name for name in {heavy} if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_help_names_every_command(studio: Studio) -> None:
    done = studio("--help")
    assert done.code == 0
    for command in "run play sessions export models memory backup restore character scene".split():  # noqa: SIM905
        assert f"\n  {command} " in done.out


def test_version(studio: Studio) -> None:
    assert studio("--version").out == f"{__version__}\n"


def test_a_play_as_json_lines(studio: Studio) -> None:
    *events, last = played(studio)
    summary = last["summary"]
    assert isinstance(summary, dict) and summary["turns"] == 3
    assert sum(event["kind"] in ("speech", "action") for event in events) == 3
    assert all(event["name"] and event["session"] == summary["session"] for event in events)


def test_the_same_seed_gives_the_same_speakers(studio: Studio) -> None:
    first, second = played(studio), played(studio)
    assert [row.get("actor") for row in first] == [row.get("actor") for row in second]
    assert [row.get("text") for row in first] == [row.get("text") for row in second]


def test_a_play_as_a_script(studio: Studio) -> None:
    done = studio("play", SCENE, "--turns", "2", "--speaker", "round_robin", "--memory", "hybrid")
    assert done.code == 0, done.err
    assert "2 turns" in done.out and "kept as session" in done.out


def test_what_was_played_is_listed_and_exported(studio: Studio, tmp_path: Path) -> None:
    session = str(played(studio)[0]["session"])
    assert session in studio("sessions").out
    assert "Lift B" in studio("sessions", "lift").out
    assert session not in studio("sessions", "no such play").out
    for format_, exporter in EXPORTERS.methods.items():
        shown = studio("export", session, "--format", format_)
        assert shown.code == 0 and session in shown.out
        written = studio("export", session, "-f", format_, "-o", str(tmp_path))
        assert written.code == 0
        assert (tmp_path / f"{session}{exporter.ending}").read_text(encoding="utf-8") == shown.out


def test_several_plays_in_one_file(studio: Studio) -> None:
    ids = [str(played(studio)[0]["session"]) for _ in range(2)]
    rows = [json.loads(line) for line in studio("export", *ids, "-f", "raw").out.splitlines()]
    assert [row["session"]["id"] for row in rows if "session" in row] == ids


def test_a_backup_brings_everything_back(studio: Studio, tmp_path: Path) -> None:
    session = str(played(studio)[0]["session"])
    own = tmp_path / "data" / "characters" / "ned.yaml"
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_text("name: Ned\n", encoding="utf-8")
    before = studio("export", session, "-f", "raw").out
    file = tmp_path / "kept.zip"
    assert studio("backup", str(file)).code == 0 and file.is_file()
    own.unlink()
    later = str(played(studio)[0]["session"])
    restored = studio("restore", str(file))
    assert restored.code == 0, restored.err
    assert "What was there before is at" in restored.out
    assert studio("export", session, "-f", "raw").out == before
    assert own.is_file()
    assert studio("export", later, "-f", "raw").code == 2


def test_memory_is_checked_and_indexed_anew(studio: Studio) -> None:
    played(studio)
    counted = studio("memory", "check")
    assert counted.code == 0 and " memories. 0 were missing" in counted.out
    anew = studio("memory", "reindex")
    assert anew.code == 0 and anew.out.split(" memories")[0] == counted.out.split(" memories")[0]


def test_the_models_there_are(studio: Studio) -> None:
    listed = studio("models", "list")
    assert listed.code == 0, listed.err
    assert "* scripted " in listed.out and "  starter " in listed.out and "  gguf/" in listed.out


def test_a_model_once_used_is_used_from_then_on(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STUDIO_MODEL")
    assert "* starter " in studio("models", "list").out
    used = studio("models", "use", "scripted")
    assert used.code == 0 and "scripted" in used.out
    assert "* scripted " in studio("models", "list").out
    assert all("scripted" in row["provenance"]["model"] for row in played(studio) if row.get("provenance"))
    monkeypatch.setenv("STUDIO_MODEL", "starter")
    assert "* starter " in studio("models", "list").out, "the environment has the last word"


def test_a_model_that_cannot_be_used_is_not_chosen(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STUDIO_MODEL")
    assert studio("models", "use", "gguf/no-such-file").code == 2
    assert "* starter " in studio("models", "list").out


def test_what_is_fetched_already_is_only_checked(studio: Studio, tmp_path: Path, assets: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "assets").symlink_to(assets)
    done = studio("models", "pull", "starter")
    assert done.code == 0 and "starter is here and whole." in done.err


def test_run_starts_the_page_as_asked(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(
        "from studio.settings import Settings\nasked = Settings()\nprint(asked.host, asked.port, asked.model)\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-m", "studio", "run", "--host", "0.0.0.0", "--port", "8123", "--model", "scripted"],
        cwd=ROOT,
        env={**os.environ, "STUDIO_SHIPPED_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (0, "0.0.0.0 8123 scripted\n"), done.stderr


def test_the_library_is_listed_and_shown(studio: Studio) -> None:
    characters, scenes = studio("character", "list"), studio("scene", "list")
    assert len(characters.out.splitlines()) >= 16 and len(scenes.out.splitlines()) >= 8
    assert characters.err == scenes.err == "", "a shipped file has a problem"
    id_ = characters.out.split()[0]
    shown = studio("character", "show", id_)
    assert shown.code == 0 and "Secret, never told" in shown.out and "Sounds like" in shown.out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("play", "lift-c"), "lift-b"),
        (("play", SCENE, "--speaker", "dictator"), "round_robin"),
        (("play", SCENE, "--memory", "elephant"), "memory_stream"),
        (("character", "show", "nobody-at-all"), "There is no character"),
        (("export", "no-such-session", "-f", "raw"), "no-such-session"),
        (("export", "no-such-session", "-f", "pdf"), "markdown"),
        (("restore", "no-such-file.zip"), "no-such-file.zip"),
        (("models", "use", ""), "Name a model"),
        (("models", "pull", "no-such-model"), "gguf/"),
    ],
)
def test_what_a_person_can_mend_is_one_clear_line(studio: Studio, arguments: Sequence[str], says: str) -> None:
    done = studio(*arguments)
    assert done.code == 2
    assert says in done.err and len(done.err.splitlines()) == 1 and "Traceback" not in done.err


def test_a_file_that_cannot_be_written_is_named(studio: Studio, tmp_path: Path) -> None:
    session = str(played(studio)[0]["session"])
    done = studio("export", session, "-f", "raw", "-o", str(tmp_path / "no" / "folder" / "play.jsonl"))
    assert done.code == 2 and "could not be written" in done.err


def test_a_model_that_does_not_answer_is_exit_1_with_the_play_kept(studio: Studio) -> None:
    done = studio("play", SCENE, "--turns", "2", "--json", "--model", "openai/none", "--speaker", "round_robin")
    assert done.code in (1, 2)
    assert len(done.err.splitlines()) == 1 and done.err.strip()


def test_a_damaged_database_is_an_error_and_left_alone(studio: Studio, tmp_path: Path) -> None:
    file = tmp_path / "data" / "studio.db"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"this was a database once" * 400)
    done = studio("sessions")
    assert done.code == 1 and str(file) in done.err
    assert file.read_bytes().startswith(b"this was a database once")


def test_the_exceptions_to_late_imports_are_used() -> None:
    modules = house.read(ROOT)
    for name, allowed in house.LATE.items():
        late = {found.name for found in house.imports(modules[name], modules) if found.late}
        assert set(allowed) <= late, f"{name}: an exception nobody needs any more: take it out"


def test_a_scene_of_research_data_is_listed_then_brought_in_with_its_cast(studio: Studio, tmp_path: Path) -> None:
    people = [{"id": 1, "name": "Ilse"}, {"id": 2, "name": "Tom"}]
    acts = [{"action_id": 0, "character_id": 1, "action": "Ilse bars the door.", "dialogue": "None"}]
    scene = {"id": 4, "event": "The barred door", "characters": people, "actions": acts}
    file = tmp_path / "chapel.json"
    file.write_text(json.dumps({"title": "Chapel", "scenes": [scene]}), encoding="utf-8")
    listed = studio("scene", "import", str(file))
    assert "The barred door (Ilse, Tom)" in listed.out
    brought = studio("scene", "import", str(file), "--scene", "4")
    assert brought.out == "chapel-4\n"
    assert "chapel-4" in studio("scene", "list").out
