"""The Memory page: play, then read, ask, pin, edit, forget, bring back."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Prompter
from tests.browser.stage import Stage

pytestmark = pytest.mark.browser


def played(stage: Stage, prompter: Prompter, count: int) -> Page:
    """A play of so many lines, then the Memory page."""
    said = [f"The copper kettle number {number} fell off the wagon at the {number}th mile." for number in range(20)]
    prompter.say(*said)
    stage.begin("lift-b")
    if count == 12:
        stage.page.locator("#auto-turns").select_option("12")
        stage.page.locator("#auto").click()
        expect(stage.lines).to_have_count(count)
        stage.idle()
    else:
        stage.next(count)
    return come(stage)


def come(stage: Stage) -> Page:
    page = stage.page
    page.get_by_role("tab", name="Memory").click()
    expect(page.locator("#memory .bill-title")).to_be_visible()
    return page


def remembered(page: Page) -> None:
    """Until the hearers have remembered: they do so while the person reads."""
    expect(page.locator("#memory-lines .memory-line").first).to_be_visible()


def ask(page: Page, text: str) -> None:
    page.locator("#memory-focal").fill(text)
    page.locator("#memory-ask").click()
    expect(page.locator("#memory-recalled .scored-one").first).to_be_visible()


def test_lines_played_are_remembered_pinned_edited_forgotten_and_brought_back(stage: Stage, prompter: Prompter) -> None:
    played(stage, prompter, 12)
    page = stage.page
    page.get_by_role("tab", name="Stage").click()
    stage.next(8)
    come(stage)
    remembered(page)
    page.locator("#memory .mind").first.click()
    page.locator("#memory-search").fill("kettle")
    lines = page.locator("#memory-lines .memory-line")
    expect(page.locator("#memory-count")).to_contain_text("with “kettle”")
    expect(lines.first).to_contain_text("kettle")
    assert lines.count() >= 5

    ask(page, "copper kettle number 7")
    found = page.locator("#memory-recalled .scored-one")
    expect(found.first.locator(".score")).to_have_count(3)

    target = lines.filter(has_text="kettle number 7 ")
    expect(target).to_have_count(1)
    id_ = target.get_attribute("data-memory")
    line = page.locator(f"#memory-lines [data-memory='{id_}']")
    line.locator("[data-act=pin]").click()
    expect(line).to_have_class(re.compile("memory-pinned"))
    line.locator("[data-act=edit]").click()
    page.locator("#memory-edit").fill("A silver kettle sank in the harbour.")
    page.locator("#memory-keep").click()
    page.locator("#memory-search").fill("silver")
    expect(lines).to_have_count(1)
    expect(lines.first).to_contain_text("silver kettle")
    ask(page, "what sank in the harbour?")
    expect(found.filter(has_text="silver kettle")).to_have_count(1)

    line.locator("[data-act=forget]").click()
    expect(page.locator("#memory-notice .notice")).to_contain_text("out of mind")
    expect(lines).to_have_count(0)
    page.locator("#memory-ask").click()
    expect(found.filter(has_text="silver kettle")).to_have_count(0)
    page.locator("#memory-notice [data-act=undo]").click()
    expect(lines).to_have_count(1)
    page.locator("#memory-ask").click()
    expect(found.filter(has_text="silver kettle")).to_have_count(1)

    line.locator("[data-act=open]").click()
    expect(line).to_contain_text("It was lived through")
    page.locator("[data-view=map]").click()
    expect(page.locator(".spot").first).to_be_visible()
    page.locator(".spot").first.focus()
    expect(page.locator(".map-told")).not_to_contain_text("Point at one")
    page.locator("[data-view=written]").click()
    expect(page.locator("#memory-view")).to_contain_text("There is no written memory here")
    page.locator("[data-view=known]").click()
    expect(page.locator("#memory-view")).to_contain_text("Nothing is known of anybody yet")


def test_a_note_is_given_and_one_mind_is_not_anothers(
    stage: Stage, visitor: Callable[..., Stage], prompter: Prompter
) -> None:
    page = played(stage, prompter, 2)
    remembered(page)
    minds = page.locator("#memory .mind")
    first, second = minds.nth(0).get_attribute("data-mind"), minds.nth(1).get_attribute("data-mind")
    page.locator(f"[data-mind={first}]").click()
    page.locator("#memory-note").fill("The <b>password</b> is heron.")
    page.keyboard.press("Enter")
    expect(page.locator("#memory-lines")).to_contain_text("The <b>password</b> is heron.")
    page.locator(f"[data-mind={second}]").click()
    expect(page.locator(f"[data-mind={second}]")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#memory-lines")).not_to_contain_text("heron")

    other = come(visitor())
    expect(other.locator("#memory-empty")).to_be_visible()
    expect(other.locator("#memory .mind")).to_have_count(0)


def test_memory_fits_a_phone(visitor: Callable[..., Stage], prompter: Prompter) -> None:
    page = played(visitor(phone=True), prompter, 2)
    remembered(page)
    assert page.evaluate("document.scrollingElement.scrollWidth <= window.innerWidth")
    page.locator("[data-view=map]").click()
    expect(page.locator(".mindmap")).to_be_visible()
    assert page.evaluate("document.scrollingElement.scrollWidth <= window.innerWidth")
