"""The scripts of the page's own components, as far as they can be judged without a browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from studio.ui.component import COMPONENTS
from studio.ui.pages.stage import SHEET_PAGES

SCRIPTS = sorted(path for path in COMPONENTS.rglob("*.js") if path.name != "dom.js")


def declared(script: Path) -> set[str]:
    return set(
        re.findall(r"^(?:const|let|class|(?:async )?function) +([\w$]+)", script.read_text("utf-8"), re.MULTILINE)
    )


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.relative_to(COMPONENTS).as_posix())
def test_no_script_takes_a_name_of_the_shared_one(script: Path) -> None:
    assert declared(COMPONENTS / "dom.js") & declared(script) == set(), "they run as one: a second `const` is an error"


def test_no_page_of_the_sheet_takes_a_name_of_another() -> None:
    names = [name for part in SHEET_PAGES for name in declared(COMPONENTS / f"{part}.js")]
    names += declared(COMPONENTS / "sheet.js")
    assert sorted(names) == sorted(set(names)), "they run as one: a second `const` is an error"
