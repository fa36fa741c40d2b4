"""The pictures in the documents can be taken anew, and every one that is shown is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser

from tests.browser.conftest import Prompter, Served
from tests.browser.pictures import DOCS, pictures

pytestmark = pytest.mark.browser


def test_every_picture_shown_is_taken_of_the_page(
    chromium: Browser, served: Served, prompter: Prompter, tmp_path: Path
) -> None:
    taken = pictures(chromium, served, tmp_path)
    for file in taken:
        with Image.open(file) as picture:
            assert min(picture.size) >= 700 and len(picture.getcolors(256) or []) > 40, f"{file.name} shows nothing"
            with Image.open(DOCS / file.name) as kept:
                assert kept.size == picture.size, "take it anew: python -m tests.browser.pictures"
    shown = {
        name
        for document in (DOCS.parent / "README.md", *DOCS.glob("*.md"))
        for name in re.findall(r"!\[[^\]]*\]\((?:docs/)?([\w.-]+\.png)\)", document.read_text("utf-8"))
    }
    assert shown <= {file.name for file in taken} and shown
