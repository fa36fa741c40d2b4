"""The first visit with nothing configured: `app.py` as it is, and the real starter model writing the lines."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import DESK, ROOT, free_port
from tests.browser.stage import arrived, texts

START_MS = 120_000
LINE_MS = 120_000


@pytest.mark.browser
@pytest.mark.model
@pytest.mark.timeout(600)
def test_a_first_visit_ends_with_three_lines_of_the_starter(chromium: Browser, tmp_path: Path, assets: Path) -> None:
    (tmp_path / "assets").symlink_to(assets)
    port = free_port()
    environment = {**os.environ, "STUDIO_DATA_DIR": str(tmp_path), "STUDIO_PORT": str(port)}
    studio = subprocess.Popen(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    context = chromium.new_context(viewport=DESK, reduced_motion="reduce")
    try:
        assert studio.stdout is not None
        assert f":{port}" in studio.stdout.readline()
        page = context.new_page()
        page.set_default_timeout(START_MS)
        expect.set_options(timeout=LINE_MS)
        page.goto(f"http://127.0.0.1:{port}")
        stage = arrived(page)
        expect(page.get_by_text("starter model, a toy")).to_be_visible()
        stage.begin()
        stage.next(3)
        assert all(texts(stage.lines))
        page.reload()
        stage = arrived(page)
        expect(stage.lines).to_have_count(3)
    finally:
        context.close()
        studio.terminate()
        studio.wait(60)
        if studio.stdout is not None:
            studio.stdout.close()
