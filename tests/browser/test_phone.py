"""On a phone, and with the keyboard alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Prompter
from tests.browser.stage import Stage

pytestmark = pytest.mark.browser

CONTROLS = "#stage button, #stage select, #stage textarea, #stage summary, #tabs [role=tab]"
SMALL = """(controls) => [...document.querySelectorAll(controls)]
  .filter((e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
  .filter((e) => !e.closest(".takes, .thought"))
  .map((e) => [e.id || e.ariaLabel || e.textContent.trim(), e.getBoundingClientRect()])
  .filter(([name, box]) => box.height < 40 || box.width < 36)
  .map(([name, box]) => `${name} ${box.width}×${box.height}`)"""


def _fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_phone_plays_without_scrolling_sideways(visitor: Callable[..., Stage], prompter: Prompter) -> None:
    stage = visitor(phone=True)
    page = stage.page
    _fits(page)
    expect(page.locator("#begin")).to_be_in_viewport()
    stage.begin("lift-b")
    stage.next(4)
    _fits(page)
    expect(page.locator("#next")).to_be_in_viewport()
    expect(page.locator("#composer-text")).to_be_in_viewport()
    expect(stage.lines.last.locator(".line-text")).to_be_in_viewport()
    assert page.evaluate(SMALL, CONTROLS) == []

    expect(page.locator("#plays")).to_be_hidden()
    page.get_by_role("button", name="Plays", exact=True).click()
    expect(stage.plays.first).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(page.locator("#plays")).to_be_hidden()
    page.get_by_role("button", name="Backstage").click()
    expect(page.get_by_role("heading", name="Why this speaker")).to_be_in_viewport()
    page.locator("#drawer-shade").click(position={"x": 10, "y": 400})
    expect(page.locator("#backstage")).to_be_hidden()

    for tab in ("Library", "Models"):
        page.get_by_role("tab", name=tab).click()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        _fits(page)


def test_the_whole_journey_with_the_keyboard_alone(stage: Stage, prompter: Prompter) -> None:
    page = stage.page
    page.locator("#begin").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#stage[data-mode=play]")).to_be_attached()
    stage.idle()
    page.locator("#next").focus()
    page.keyboard.press("Enter")
    expect(stage.lines).to_have_count(1)
    stage.idle()
    expect(page.locator("#next")).to_be_focused()
    page.keyboard.press("Alt+KeyW")
    expect(page.locator("#composer-text")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    expect(page.locator("#seat")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#composer-text")).to_have_attribute("placeholder", "Speak as Perpetua Sørli… *acts*")
    page.keyboard.press("Alt+KeyW")
    page.keyboard.type("First line")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("second line")
    page.keyboard.press("Enter")
    expect(stage.lines).to_have_count(3)
    expect(stage.lines.nth(1).locator("p")).to_have_text(["First line", "second line"])
    stage.idle()
    prompter.hold()
    page.keyboard.press("Alt+KeyA")
    expect(stage.live.locator(".line-text")).to_contain_text("Line number")
    page.keyboard.press("Escape")
    stage.idle("stopped")
    page.keyboard.press("Alt+KeyN")
    expect(stage.lines).to_have_count(4)
    stage.idle()
    page.keyboard.press("Alt+KeyU")
    expect(stage.lines).to_have_count(3)
    page.keyboard.press("Alt+KeyU")
    expect(stage.lines).to_have_count(2)
    page.keyboard.press("Alt+KeyR")
    expect(stage.lines).to_have_count(3)


def test_only_the_newest_lines_are_on_the_page_until_more_are_asked_for(stage: Stage) -> None:
    stage.begin()
    stage.next()
    assert stage.page.locator("article").count() < 200
    expect(stage.page.get_by_role("button", name="earlier lines")).to_have_count(0)
