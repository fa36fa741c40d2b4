"""No serious or critical axe violation on any page, by day and by night, at a desk and on a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from studio.errors import ModelUnavailable
from tests.browser.conftest import Prompter
from tests.browser.stage import Stage

pytestmark = pytest.mark.browser


def grave(page: Page) -> list[str]:
    """What axe finds serious or critical on a page, with where and why."""
    found = Axe().run(page).response["violations"]
    return [
        f"{violation['id']}: {violation['help']}: {node['target']} {node['failureSummary']}"
        for violation in found
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize(("phone", "dark"), [(False, False), (True, True)], ids=["desk by day", "phone by night"])
def test_every_page_is_free_of_grave_violations(
    visitor: Callable[..., Stage], prompter: Prompter, phone: bool, dark: bool
) -> None:
    stage = visitor(phone=phone, dark=dark)
    page = stage.page
    assert grave(page) == [], "the bill"

    stage.begin("lift-b")
    prompter.say("(A thought.)\nA line with *an action*.")
    stage.next()
    page.locator("details.thought summary").click()
    stage.act(stage.lines.first, "again")
    expect(stage.lines.first.locator(".takes-count")).to_have_text("2/2")
    stage.idle()
    stage.say("Let it rain.")
    expect(stage.lines).to_have_count(2)
    stage.idle()
    prompter.say(ModelUnavailable("Nobody answers."))
    page.locator("#next").click()
    expect(stage.notice).to_be_visible()
    stage.idle()
    assert grave(page) == [], "the stage"

    if phone:
        page.get_by_role("button", name="Backstage").click()
        expect(page.get_by_role("heading", name="Why this speaker")).to_be_in_viewport()
        assert grave(page) == [], "the drawer"
        page.keyboard.press("Escape")

    page.get_by_role("tab", name="Cast").click()
    page.locator("#welcome-roll").click()
    expect(page.locator("#cast-state")).to_have_attribute("data-state", "draft")
    page.locator("#cast-traits").fill("neat, slob")
    page.locator("#cast-traits").press("Enter")
    expect(page.locator("#cast .mark-error").first).to_be_visible()
    assert grave(page) == [], "the cast"
    page.locator("#cast-tab-lore").click()
    page.locator("#cast-lore-start").click()
    page.locator(".entry-open summary").first.click()
    assert grave(page) == [], "the lorebook"
    if phone:
        page.locator("#cast-tab-told").click()
        assert grave(page) == [], "the prompt"
    page.locator("#cast-save").click()
    expect(page.locator("#cast-state")).to_have_attribute("data-state", "saved")

    page.get_by_role("tab", name="Library").click()
    page.locator("#library [data-kind=scene]").click()
    page.locator("#library [data-scene=lift-b]").click()
    expect(page.locator("#play-scene")).to_be_visible()
    page.locator("#library-filters summary").click()
    page.locator("#library .choose").first.check()
    page.locator("#library-bring").click()
    expect(page.locator("#incoming-panel")).to_be_visible()
    assert grave(page) == [], "the library"

    page.get_by_role("tab", name="Memory").click()
    page.locator("#memory-focal").fill("what was said?")
    page.locator("#memory-ask").click()
    expect(page.locator("#memory-lines .memory-line").first).to_be_visible()
    assert grave(page) == [], "the memory"
    page.locator("[data-view=map]").click()
    expect(page.locator(".spot").first).to_be_visible()
    assert grave(page) == [], "the map"

    page.get_by_role("tab", name="Match").click()
    page.locator("#match-feeling").fill("I failed my exam.")
    page.locator("#match-find").click()
    expect(page.locator("#match-results .found").first).to_be_visible()
    assert grave(page) == [], "who suits"
    for view, shown in (("kin", ".star-mark"), ("cast", "#cast-go"), ("shelf", "#shelf-go")):
        page.locator(f"#match [data-view={view}]").click()
        expect(page.locator(shown).first).to_be_visible()
        assert grave(page) == [], view

    page.get_by_role("tab", name="Town").click()
    page.locator("[data-resident-pick=mirela-dobre]").click()
    page.locator("[data-resident-pick=kobus-venter]").click()
    page.locator("#town-hours").select_option("2")
    page.locator("#town-begin").click()
    expect(page.locator("#town-chart")).to_be_visible()
    expect(page.locator("#town-state")).to_have_attribute("data-state", "idle")
    assert grave(page) == [], "the town"

    page.get_by_role("tab", name="Models").click()
    expect(page.locator(".writer-row").first).to_be_visible()
    assert grave(page) == [], "the models"
