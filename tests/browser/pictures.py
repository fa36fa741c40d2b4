"""The pictures in README.md and docs/stage.md, taken of the real page: `python -m tests.browser.pictures`."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, expect, sync_playwright

from studio.ui.visit import owner_of
from tests.browser.conftest import PHONE, Served, serve
from tests.browser.stage import Stage, arrived
from tests.chromium import ARGUMENTS, ensure

DOCS = Path(__file__).resolve().parents[2] / "docs"
SCENE = "lift-b"
DESK = {"width": 1280, "height": 960}
LINES = (
    (
        "gulsum-aydin",
        "Twenty minutes, it said. It said so an hour ago. *moves a bishop* One begins to suspect that the voice has "
        "never met a clock.",
    ),
    (
        "aurelio-bassi",
        "(If anybody so much as kneels on that case, it will chime.)\nMadam, the Aurum has a standard for delays. "
        "*slides the suitcase behind his knees* We do not discuss them.",
    ),
    ("kobus-venter", "I can get the doors, easy. *sets his shoulder* It's only a scrum with nobody in it."),
    ("mirela-dobre", "*looks at the hatch, and away again* Somebody light should go up. Not me. I am heavy today."),
    (
        "gulsum-aydin",
        "(A crane operator who will not climb. Now why is that?)\nAurelio, tell me one thing. *sets the board down* "
        "What is it in there that clinks?",
    ),
)


def main() -> None:
    """Play the beginning of a scene and take its picture, at a desk by day and on a phone by night."""
    chromium = ensure()
    with tempfile.TemporaryDirectory() as folder:
        house, close = serve(Path(folder), owner_of)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
            pictures(browser, house, DOCS)
            browser.close()
        close()


def pictures(browser: Browser, house: Served, folder: Path) -> list[Path]:
    """Take them all; the files, as they are named in the documents."""
    files = [folder / f"stage-{name}.png" for name in ("light", "phone", "inside", "table")]
    _take(browser, house, files[0], phone=False)
    _take(browser, house, files[1], phone=True)
    _take(browser, house, files[2], phone=False, sheet="knowledge")
    _take(browser, house, files[3], phone=False, sheet="table")
    return files


def _take(browser: Browser, house: Served, file: Path, *, phone: bool, sheet: str = "") -> None:
    context = browser.new_context(
        viewport=PHONE if phone else DESK,
        color_scheme="dark" if phone else "light",
        is_mobile=phone,
        has_touch=phone,
        reduced_motion="reduce",
        device_scale_factor=2 if phone else 1,
    )
    tab = context.new_page()
    tab.goto(house.address)
    stage = arrived(tab)
    stage.begin(SCENE)
    for count, (speaker, line) in enumerate(LINES, start=1):
        house.prompter.say(line)
        tab.locator(f"[data-speaker={speaker}]").click()
        expect(stage.lines).to_have_count(count)
        stage.idle()
    if sheet:
        stage.look(sheet)
    if sheet == "table":
        tab.locator("#chair-name").fill("Ines")
        tab.locator("#chair-give").click()
        expect(tab.locator("#chair-given")).to_be_visible()
        tab.evaluate("document.getElementById('chair-link').value = 'https://greenroom.example/?invite=…'")
    _steady(stage, phone)
    picture = Image.open(io.BytesIO(tab.screenshot(animations="disabled", caret="hide")))
    picture.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(file, optimize=True)
    context.close()


def _steady(stage: Stage, phone: bool) -> None:
    """Everything loaded and scrolled to where it reads best."""
    tab = stage.page
    tab.locator("details.thought summary").first.click()
    tab.mouse.move(5, 5)
    tab.evaluate("document.activeElement.blur()")
    tab.wait_for_function("[...document.images].every((image) => image.complete)")
    bottom = "document.scrollingElement.scrollHeight" if phone else "0"
    tab.evaluate(f"document.scrollingElement.scrollTo(0, {bottom})")


if __name__ == "__main__":
    main()
