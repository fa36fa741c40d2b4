"""A Chromium for the browser tests: Playwright's own, else the machine's. `python -m tests.chromium` fetches one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
MISSING = """No Chromium was found and none could be fetched. One of these brings one:
  .venv/bin/python -m playwright install chromium
  sudo apt-get install chromium
"""


def find() -> Path | None:
    """The browser the tests drive; None when there is none yet."""
    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
    if own.exists():
        return own
    found = (shutil.which(name) for name in NAMES)
    return next((Path(path) for path in found if path), None)


def ensure() -> Path:
    """The browser, fetched by Playwright or, for root on a Debian machine, from the distribution where none was found.

    Raises: SystemExit with what to do when nothing helped.
    """
    ways = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        ways += [["apt-get", "update"], ["apt-get", "install", "-y", "--no-install-recommends", "chromium"]]
    for way in ways:
        if found := find():
            return found
        print(f"No Chromium yet: {' '.join(way)}", flush=True)  # noqa: T201
        subprocess.run(way, check=False, timeout=600, stdin=subprocess.DEVNULL)
    if found := find():
        return found
    raise SystemExit(MISSING)


if __name__ == "__main__":
    ensure()
