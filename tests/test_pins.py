"""What is pinned in more than one place is pinned to one version, and nothing unknown runs at Python's start."""

from __future__ import annotations

import re
import site
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock")

# Each of these runs code at every start of Python: exactly where a stolen package hides.
KNOWN_PTH = re.compile(
    r"(distutils-precedence|a1_coverage|coloredlogs|matplotlib.*|_virtualenv|virtualenv|pywin32|easy-install|"
    r"__?editable__?.*|.*greenroom.*)\.pth"
)


def front_matter() -> dict[str, object]:
    return dict(yaml.safe_load((ROOT / "README.md").read_text(encoding="utf-8").split("---\n")[1]))


def pins(file: str) -> dict[str, str]:
    """Project name → version of every pinned line of a requirements or lock file."""
    found = re.findall(
        r"^([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", (ROOT / file).read_text("utf-8"), re.MULTILINE
    )
    return {re.sub(r"[-_.]+", "-", name).lower(): wanted for name, wanted in found}


def test_the_space_runs_the_pinned_gradio() -> None:
    assert front_matter()["sdk_version"] == pins("requirements.txt")["gradio"]


def test_the_space_settings_are_whole() -> None:
    matter = front_matter()
    assert matter["sdk"] == "gradio" and matter["license"] == "apache-2.0"
    assert (ROOT / str(matter["app_file"])).is_file()
    assert str(matter["python_version"]).startswith("3.1"), "the Space's own default is too old"
    assert len(str(matter["short_description"])) <= 60, "the Hub refuses a longer one"
    colours = {"red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"}
    assert {matter["colorFrom"], matter["colorTo"]} <= colours


@pytest.mark.parametrize("lock", LOCKS)
def test_the_locks_hold_every_direct_pin(lock: str) -> None:
    locked = pins(lock)
    direct = pins("requirements.txt") | (pins("requirements-dev.txt") if "dev" in lock else {})
    assert direct and {name: locked.get(name) for name in direct} == direct, "run 'make lock'"


def test_both_locks_agree() -> None:
    run, dev = (pins(lock) for lock in LOCKS)
    assert {name: dev.get(name) for name in run} == run, "run 'make lock'"


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_line_has_hashes_and_no_other_source(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert len(re.findall(r"^[A-Za-z0-9_.-]+==.*\\\n    --hash=sha256:", text, re.MULTILINE)) == len(pins(lock))
    assert "://" not in text


def test_every_requirement_is_an_exact_pin() -> None:
    for file in ("requirements.txt", "requirements-dev.txt"):
        lines = [line for line in (ROOT / file).read_text("utf-8").splitlines() if line and line[0] not in "#-"]
        assert len(lines) == len(pins(file)), file


@pytest.mark.parametrize("name", ["litellm", "gradio", "chromadb"])
def test_what_is_installed_is_what_is_pinned(name: str) -> None:
    assert version(name) == pins("requirements.txt")[name]


def test_nothing_unknown_runs_when_python_starts() -> None:
    folders = [Path(folder) for folder in site.getsitepackages()]
    files = [file for folder in folders for file in folder.glob("*.pth")]
    lively = [file for file in files if re.search(r"^import[ \t]", file.read_text("utf-8", "replace"), re.MULTILINE)]
    unknown = [file.name for file in lively if not KNOWN_PTH.fullmatch(file.name)]
    assert not unknown, f"{unknown} run code at every start of Python. Look inside, then remove or allow them here."
    customised = [str(file) for folder in folders for file in folder.glob("*customize.py")]
    assert not customised, f"{customised} run at every start of Python, and nothing we install brings them."
