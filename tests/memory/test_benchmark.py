"""The benchmark measures what it says, on a small run."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KEYS = {"n", "add_per_s", "recall_p50_ms", "recall_p95_ms", "recall_at_8", "cold_open_s", "disk_mb", "rss_mb"}


def test_the_last_line_is_one_json_object_with_every_figure() -> None:
    command = [sys.executable, "-m", "benchmarks.memory", "--n", "2000", "--embedder", "hash", "--json"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=170, check=False)
    assert run.returncode == 0, run.stderr
    report = json.loads(run.stdout.splitlines()[-1])
    assert report.keys() >= KEYS
    assert report["n"] == 2000 and report["embedder"] == "hash-384"
    assert report["recall_at_8"] >= 0.99, "the index loses neighbours"
    assert all(report[key] > 0 for key in KEYS)
