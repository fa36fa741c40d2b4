"""The library: look, search, open, play."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.stage import Stage

pytestmark = pytest.mark.browser


def test_a_scene_is_found_read_and_played(stage: Stage) -> None:
    page = stage.page
    page.get_by_role("tab", name="Library").click()
    expect(page.locator("#library .person-card").first).to_be_visible()
    page.locator("#library-search").press_sequentially("suitcase")
    expect(page.locator("#library .scene-card")).to_have_count(1)
    page.locator("#library [data-scene=lift-b]").click()
    sheet = page.locator("#library-detail")
    expect(sheet.locator(".sheet-title")).to_have_text("Lift B")
    secret = sheet.get_by_text("The suitcase holds the Aurum's guest silver")
    expect(secret).to_be_hidden()
    sheet.get_by_text("What each one hides (for the director)").click()
    expect(secret).to_be_visible()
    sheet.locator(".sheet-person").filter(has_text="Jory Tregenza").click()
    expect(sheet.locator(".sheet-title")).to_have_text("Jory Tregenza")
    expect(sheet).to_contain_text("breathless Cornish")
    page.locator("#library [data-scene=lift-b]").click()
    page.locator("#play-scene").click()
    expect(page.locator("#playbill [data-scene=lift-b] input")).to_be_checked()
    stage.begin()
    expect(page.locator(".script-title")).to_have_text("Lift B")


def test_a_search_without_a_match_says_so(stage: Stage) -> None:
    page = stage.page
    page.get_by_role("tab", name="Library").click()
    page.locator("#library-search").press_sequentially("xylophone emergency")
    expect(page.get_by_text("No scene matches “xylophone emergency”.")).to_be_visible()
    expect(page.get_by_text("No character matches “xylophone emergency”.")).to_be_visible()
