"""The Town page: begun, lived, stopped, gone on with, looked back on."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Prompter
from tests.browser.stage import Stage

pytestmark = pytest.mark.browser


def come(stage: Stage) -> Page:
    page = stage.page
    page.get_by_role("tab", name="Town").click()
    expect(page.locator("#town-form, #town-state").first).to_be_visible()
    return page


def begin(page: Page, hours: str) -> None:
    for who in ("mirela-dobre", "kobus-venter", "gulsum-aydin"):
        page.locator(f"[data-resident-pick={who}]").click()
    page.locator("#town-rumour").fill("The <b>mill</b> by the river was sold to a travelling theatre.")
    page.locator("#town-hours").select_option(hours)
    page.locator("#town-begin").click()
    expect(page.locator("#town-state")).to_be_visible()


def test_a_town_lives_to_a_chart_and_is_looked_back_on(stage: Stage) -> None:
    page = come(stage)
    begin(page, "4")
    expect(page.locator("#town-state")).to_have_attribute("data-state", "idle")
    expect(page.locator(".town-now")).to_have_text("Day 1, 11:00")
    expect(page.locator("#town-chart .chart-knowing")).to_be_attached()
    expect(page.locator("#town-counts")).to_contain_text(re.compile(r"[1-9]\d* model calls"))
    expect(page.locator("#town-residents [data-resident]")).to_have_count(3)
    expect(page.locator("[data-resident=mirela-dobre]")).to_contain_text("knows since")
    expect(page.locator(".reason")).to_contain_text("<b>mill</b>")
    page.locator("#town-chart summary").click()
    expect(page.locator("#town-chart tbody tr")).to_have_count(5)
    page.locator("#town-replay").fill("0")
    expect(page.locator("#town-replay")).to_have_attribute("aria-label", re.compile("Day 1, 07:00"))
    page.locator("#town-on-hours").select_option("1")
    page.locator("#town-on").click()
    expect(page.locator(".town-now")).to_have_text("Day 1, 12:00")
    expect(page.locator("#town-state")).to_have_attribute("data-state", "idle")
    page.reload()
    come(stage)
    expect(page.locator(".town-now")).to_have_text("Day 1, 12:00")


def test_a_town_is_stopped_and_goes_on_from_there(stage: Stage, prompter: Prompter) -> None:
    page = come(stage)
    prompter.hold(after=1)
    begin(page, "2")
    expect(page.locator("#town-state")).to_have_attribute("data-state", "running")
    page.locator("#town-stop").click()
    expect(page.locator("#town-state")).to_have_attribute("data-state", "idle")
    prompter.go_on.set()
    page.locator("#town-on-hours").select_option("1")
    page.locator("#town-on").click()
    expect(page.locator(".town-now")).to_have_text("Day 1, 08:00")


def test_a_town_needs_two_and_fits_a_phone(visitor: Callable[..., Stage]) -> None:
    page = come(visitor(phone=True))
    page.locator("[data-resident-pick=mirela-dobre]").click()
    page.locator("#town-begin").click()
    expect(page.locator("#town-notice .notice")).to_contain_text("two residents at least")
    assert page.evaluate("document.scrollingElement.scrollWidth <= window.innerWidth")
