"""How long until somebody can do something: `python -m benchmarks.startup --json`.

`help_s`: `studio --help`, best of five. `interactive_s`: from the start of the process, with an empty data folder,
until the page's own configuration is served. `rss_mb`: what that process then holds.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from urllib.error import URLError

ROOT = Path(__file__).resolve().parent.parent
HELP_RUNS = 5
WAIT_SECONDS = 120.0
POLL_SECONDS = 0.02


def help_seconds() -> float:
    """Wall time of `studio --help`, the best of `HELP_RUNS`."""
    best = float("inf")
    for _ in range(HELP_RUNS):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-m", "studio", "--help"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        best = min(best, time.perf_counter() - started)
    return best


def free_port() -> int:
    """A port nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def interactive() -> tuple[float, float]:
    """Seconds until the page can be used, and megabytes the process holds then.

    Raises: SystemExit when it stops or does not answer within `WAIT_SECONDS`.
    """
    port = free_port()
    with tempfile.TemporaryDirectory() as data:
        given = {"STUDIO_DATA_DIR": data, "STUDIO_HOST": "127.0.0.1", "STUDIO_PORT": str(port)}
        started = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "app.py"], cwd=ROOT, env={**os.environ, **given}, stdout=subprocess.DEVNULL
        )
        try:
            while not _serves(port):
                if process.poll() is not None:
                    raise SystemExit(f"app.py stopped with {process.returncode} before it served its page.")
                if time.perf_counter() - started > WAIT_SECONDS:
                    raise SystemExit(f"app.py served nothing within {WAIT_SECONDS:.0f} s.")
                time.sleep(POLL_SECONDS)
            return time.perf_counter() - started, resident_megabytes(process.pid)
        finally:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _serves(port: int) -> bool:
    """Whether the page's configuration comes: the browser needs it before anything can be clicked."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/config", timeout=5) as answer:
            return "components" in json.load(answer)
    except (URLError, ConnectionError, TimeoutError):
        return False


def resident_megabytes(pid: int) -> float:
    """Resident memory of a process, in MB; 0 where the system does not tell."""
    status = Path(f"/proc/{pid}/status")
    lines = status.read_text(encoding="utf-8").splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1000 for line in lines if line.startswith("VmRSS:")), 0.0)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="only the JSON object")
    arguments = parser.parse_args()
    help_s = help_seconds()
    interactive_s, rss_mb = interactive()
    figures = {"help_s": round(help_s, 3), "interactive_s": round(interactive_s, 2), "rss_mb": round(rss_mb, 1)}
    if not arguments.json:
        for key, value in figures.items():
            print(f"{key:26} {value}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
