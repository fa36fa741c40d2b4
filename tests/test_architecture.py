"""The house keeps its rules, and the rules find what breaks them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests import house

ROOT = Path(__file__).resolve().parent.parent
EVERY = pytest.mark.parametrize("rule", house.RULES, ids=lambda rule: rule.__name__)

PLANTED = {
    house.floors: ("studio/domain/bad.py", "from studio.llm import client", "imports studio.llm"),
    house.owners: ("studio/llm/bad.py", "def _f():\n    import yaml", "only studio.library may"),
    house.late_imports: ("studio/memory/bad.py", "def _f():\n    from studio.domain import good", "at the top"),
    house.cycles: ("studio/domain/bad.py", "from . import good", "studio.domain.bad → studio.domain.good"),
    house.effects: ("studio/llm/bad.py", "SERVER = open('x')", "calls open() at import"),
    house.names: ("studio/domain/utils.py", "", "'utils' says nothing"),
    house.environment: ("studio/llm/bad.py", "import os\nKEY = os.environ['KEY']", "add a field to Settings"),
    house.sizes: ("studio/llm/bad.py", "def _f():\n" + "    x = 1\n" * 60, "_f has 61 lines"),
    house.docstrings: ("studio/llm/bad.py", "def speak():\n    pass", "speak has no docstring"),
    house.prompts: ("studio/llm/bad.py", f"SAY = '{'Say it. ' * 9}'\nM = Message('user', SAY)", "prompts/llm/"),
}


@EVERY
def test_the_house_keeps(rule: house.Rule) -> None:
    broken = sorted(set(rule(house.read(ROOT))))
    assert not broken, "\n" + "\n".join(broken)


@EVERY
def test_a_planted_violation_is_found(rule: house.Rule, tmp_path: Path) -> None:
    path, planted, message = PLANTED[rule]
    files = {
        "studio/domain/good.py": "from studio.domain import bad" if rule is house.cycles else "",
        "studio/llm/__init__.py": "",
        path: planted,
    }
    for file, text in files.items():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(f'"""A module."""\n{text}\n', encoding="utf-8")
    broken = list(rule(house.read(tmp_path)))
    assert len(broken) == 1 and message in broken[0], broken


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (house.effects, "print('hello')"),
        (house.effects, "with lock:\n    pass"),
        (house.environment, "from os import getenv\nKEY = getenv('KEY')"),
        (house.environment, "import os\nos.environ['KEY'] = 'x'"),
        (house.sizes, "\n" * 400),
        (house.prompts, f"M = {{'role': 'user', 'content': f'{'Say it. ' * 9}{{name}}'}}"),
    ],
)
def test_other_forms_are_found_too(rule: house.Rule, text: str, tmp_path: Path) -> None:
    (tmp_path / "studio" / "llm").mkdir(parents=True)
    (tmp_path / "studio" / "llm" / "bad.py").write_text(f'"""A module."""\n{text}\n', encoding="utf-8")
    assert list(rule(house.read(tmp_path)))


GUARD = """
import sys
REFUSED = {"socket.connect", "socket.bind", "socket.getaddrinfo", "subprocess.Popen", "os.mkdir", "sqlite3.connect"}
def guard(event, args):
    if event in REFUSED or event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+"):
        frame = sys._getframe(1)
        while frame and not frame.f_globals.get("__name__", "").startswith("studio."):
            if frame.f_code.co_filename.startswith("<frozen importlib"):
                return  # a library's own import, not a call of ours
            frame = frame.f_back
        raise SystemExit(f"importing did {event} {args}")
sys.addaudithook(guard)
import importlib
for name in sys.argv[1:]:
    importlib.import_module(name)
"""


def imported(modules: list[str], folder: Path) -> tuple[int, str, str]:
    """Exit code, output and errors of a guarded import of these modules."""
    command = [sys.executable, "-B", "-c", GUARD, *modules]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)
    return done.returncode, done.stdout, done.stderr


def test_importing_every_module_touches_nothing() -> None:
    modules = [name for name in house.read(ROOT) if name.startswith("studio") and name != "studio.__main__"]
    assert imported(modules, ROOT) == (0, "", "")


@pytest.mark.parametrize(
    "text", ["import pathlib\npathlib.Path('x').write_text('')", "import tempfile\ntempfile.mkdtemp()"]
)
def test_an_import_that_acts_is_caught(text: str, tmp_path: Path) -> None:
    (tmp_path / "studio").mkdir()
    (tmp_path / "studio" / "bad.py").write_text(text, encoding="utf-8")
    code, _, errors = imported(["studio.bad"], tmp_path)
    assert code == 1 and "importing did" in errors


def test_readme_shows_the_tree() -> None:
    shown = set(house.tree_lines((ROOT / "README.md").read_text(encoding="utf-8")))
    real = {f"studio/{path.name}/" for path in (ROOT / "studio").iterdir() if any(path.glob("*.py"))}
    real |= {f"studio/{path.name}" for path in (ROOT / "studio").glob("[!_]*.py")}
    assert not real - shown, f"README.md's tree lacks a line for: {sorted(real - shown)}"
    gone = sorted(path for path in shown if not (ROOT / path).exists())
    assert not gone, f"README.md's tree shows what does not exist: {gone}"
