"""The commands of the README's first screen, as far as they can be tried without installing anything anew."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent


def make(*arguments: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", *arguments],
        cwd=cwd,
        env={**os.environ, "MAKEFLAGS": "", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_help_lists_every_target() -> None:
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert phony
    listed = re.findall(r"^make (\w+)\s+\S", make("help").stdout, re.MULTILINE)
    assert sorted(listed) == sorted(phony[1].split())


def test_an_old_python_is_told_what_is_needed(tmp_path: Path) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "requirements.lock").touch()
    old = tmp_path / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.2" && exit 0\nexit 1\n', encoding="utf-8")
    old.chmod(0o755)
    done = make("run", "PYTHON=./python3", cwd=tmp_path)
    assert done.returncode != 0
    assert "3.11 or newer" in done.stdout and "Python 3.9.2" in done.stdout
    assert not (tmp_path / ".venv" / "run.stamp").exists()


def test_the_launcher_works_from_a_folder_with_blanks(tmp_path: Path) -> None:
    house = tmp_path / "green room's house"
    (house / ".venv" / "bin").mkdir(parents=True)
    for name in ("Makefile", "studio"):
        (house / name).symlink_to(ROOT / name)
    (house / ".venv" / "bin" / "python").symlink_to(shutil.which("true") or "/bin/true")
    assert make(".venv/bin/studio", cwd=house).returncode == 0
    launcher = (house / ".venv" / "bin" / "studio").read_text(encoding="utf-8")
    done = subprocess.run([house / ".venv" / "bin" / "studio"], cwd="/", check=False, timeout=20)
    assert done.returncode == 0, launcher


def test_ci_runs_what_a_person_types() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert re.findall(r"^make \w+$", script, re.MULTILINE) == ["make check", "make test"]
    assert "set -euo pipefail" in script and os.access(ROOT / ".ci" / "run", os.X_OK)
    check = yaml.safe_load((ROOT / ".github" / "workflows" / "check.yml").read_text(encoding="utf-8"))
    assert check["jobs"]["check"]["steps"][-1] == {"run": "bash .ci/run"}


def test_only_checked_commits_of_main_reach_the_space() -> None:
    space = yaml.safe_load((ROOT / ".github" / "workflows" / "space.yml").read_text(encoding="utf-8"))
    assert space[True] == {"workflow_run": {"workflows": ["check"], "types": ["completed"], "branches": ["main"]}}
    assert "conclusion == 'success'" in space["jobs"]["deploy"]["if"]
    assert space["permissions"] == {"contents": "read"}
