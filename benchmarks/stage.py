"""A long play and many visitors: `python -m benchmarks.stage --json`.

Figures of the page (a real Chromium over a play of `--events` events) are told by `stage_page.reader`, those of the
visitors (`--visitors` at once, their model in the studio's own process, so that what is added is all of ours) by
`stage_visitors.crowd`. Both studios run on loopback in processes of their own, one after the other.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

from benchmarks.reference import reference_ms
from benchmarks.stage_page import reader
from benchmarks.stage_visitors import crowd
from benchmarks.startup import free_port

ROOT = Path(__file__).resolve().parent.parent
WAIT_SECONDS = 120.0
POLL_SECONDS = 0.1


@contextmanager
def house(*options: str) -> Iterator[str]:
    """A studio of `benchmarks.stage_house`; its address. Raises: SystemExit when it does not open."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "benchmarks.stage_house", str(port), folder, *options]
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        address = f"http://127.0.0.1:{port}"
        try:
            _wait(process, address)
            yield address
        finally:
            if process.stdin:
                process.stdin.close()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(process: subprocess.Popen[bytes], address: str) -> None:
    began = time.perf_counter()
    while time.perf_counter() - began < WAIT_SECONDS:
        if process.poll() is not None:
            raise SystemExit(f"The studio stopped with {process.returncode}.")
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=5):
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(POLL_SECONDS)
    raise SystemExit(f"The studio did not open within {WAIT_SECONDS:.0f} s.")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="only the JSON object")
    parser.add_argument("--events", type=int, default=5000)
    parser.add_argument("--visitors", type=int, default=50)
    arguments = parser.parse_args()
    with house("--events", str(arguments.events), "--tokens", "12") as address:
        figures = reader(address)
    with house() as address:
        figures |= asyncio.run(crowd(address, arguments.visitors))
    figures["reference_ms"] = round(reference_ms(), 1)
    if not arguments.json:
        for key, value in figures.items():
            print(f"{key:28} {value}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
