"""A whole play with the real starter model, from the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
TURNS = 8


@pytest.mark.model
@pytest.mark.timeout(600)
def test_the_starter_plays_a_scene_and_reads_little_of_it_twice(tmp_path: Path, assets: Path) -> None:
    (tmp_path / "assets").symlink_to(assets)
    command = [
        sys.executable,
        "-m",
        "studio",
        "play",
        "tea-on-level-two",
        "--turns",
        str(TURNS),
        "--seed",
        "7",
        "--json",
    ]
    environment = {**os.environ, "STUDIO_DATA_DIR": str(tmp_path), "STUDIO_MODEL": "starter"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=580)
    assert done.returncode == 0, done.stderr

    *events, last = [json.loads(line) for line in done.stdout.splitlines()]
    summary = last["summary"]
    spoken = [event for event in events if event["kind"] == "speech"]
    assert len(spoken) == summary["turns"] == TURNS
    names = {event["name"] for event in spoken}
    for event in spoken:
        others = tuple(f"{name}:" for name in names - {event["name"]})
        assert event["text"].strip() and not any(line.startswith(others) for line in event["text"].splitlines())
    assert summary["calls"] >= TURNS and summary["seconds"] > 0 and summary["cost"] == 0

    later = [event["usage"] for event in spoken[4:]]
    read, evaluated = (sum(usage[key] for usage in later) for key in ("prompt_tokens", "evaluated_tokens"))
    assert evaluated <= 0.35 * read
