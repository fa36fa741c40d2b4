"""The Match page: a feeling, reasons, a talk whose mood rises, a rating; kin, a council, a shelf."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Prompter, Served
from tests.browser.stage import Stage

pytestmark = pytest.mark.browser
FEELING = "I failed my exam again and I cannot tell my parents."


def come(stage: Stage, view: str = "talk") -> Page:
    page = stage.page
    page.get_by_role("tab", name="Match").click()
    expect(page.locator("#match .bill-title")).to_be_visible()
    expect(page.locator("#match [data-view]").first).to_be_visible()
    if view != "talk":
        page.locator(f"#match [data-view={view}]").click()
    return page


def found(page: Page, feeling: str = FEELING) -> None:
    page.locator("#match-feeling").fill(feeling)
    page.locator("#match-find").click()
    expect(page.locator("#match-results")).to_be_visible()


def test_a_feeling_finds_somebody_a_talk_lifts_the_mood_and_is_rated(
    stage: Stage, prompter: Prompter, served: Served
) -> None:
    served.studio.matching._pools.clear()
    page = come(stage)
    expect(page.locator("#match-learnt")).to_contain_text("0 ratings so far")
    assert not served.studio.matching._pools, "opening the page reads no bank"
    found(page)
    people = page.locator("#match-results .found")
    expect(people).to_have_count(5)
    expect(people.first.locator(".reasons li").first).to_be_visible()
    expect(people.first).to_contain_text("by counting words alone: place")
    expect(page.locator("#match-honest")).to_contain_text("r = 0.085")
    for at in (0, 1):
        people.nth(at).locator(".choose").check()
    expect(page.locator("#match-compare thead th")).to_have_count(3)

    people.first.locator("[data-act=talk]").click()
    expect(page.locator("#care")).to_contain_text("Not therapy")
    prompter.say("- Speak softly.\n- Ask.", "That sounds heavy. What did you do then?")
    stage.say("I failed again, and I have told nobody.")
    expect(stage.lines).to_have_count(2)
    stage.idle()
    moods = page.locator("#care-gauge")
    for mood, lines in (("1", 4), ("3", 6)):
        prompter.say(mood, f"I hear you; tell me more, line {lines}.")
        stage.say(f"It is a little better now that I say it, line {lines}.")
        expect(stage.lines).to_have_count(lines)
        stage.idle()
    expect(moods).to_have_attribute("data-moods", "1,3")
    expect(moods).to_contain_text("rising")

    come(stage)
    talk = page.locator("#match-talks .talk").first
    expect(talk).to_contain_text("mood:")
    talk.locator("[data-stars='4']").click()
    expect(page.locator("#match-notice .notice")).to_contain_text("counts as 4 of 5")
    expect(page.locator("#match-learnt")).to_contain_text("1 rating so far")
    expect(talk.locator("[data-stars='4']")).to_have_attribute("aria-pressed", "true")


def test_words_that_mean_danger_show_help_and_nobody_else(stage: Stage) -> None:
    page = come(stage)
    found(page, "I want to kill myself")
    expect(page.locator("#match-help")).to_contain_text("findahelpline.com")
    expect(page.locator("#match-results .found")).to_have_count(0)


@pytest.mark.parametrize(
    ("feeling", "told"),
    [("", "write a line about how you are"), ("worried " * 1400, "Only the first 4,000 characters")],
)
def test_odd_feelings_are_answered_in_words(stage: Stage, feeling: str, told: str) -> None:
    page = come(stage)
    found(page, feeling)
    expect(page.locator("#match-results")).to_contain_text(told)


def test_kin_is_found_on_the_map_by_pointer_and_by_key(stage: Stage) -> None:
    page = come(stage, "kin")
    page.locator("[data-star=mirela-dobre]").click()
    sheet = page.locator("#kin-sheet")
    expect(sheet.locator(".found-name")).to_have_text("Mirela Dobre")
    expect(sheet.locator(".kin-list li").first).to_be_visible()
    page.locator("[data-star=kobus-venter]").focus()
    page.keyboard.press("Enter")
    expect(sheet.locator(".found-name")).to_have_text("Kobus Venter")
    page.locator("#kin-bill").click()
    expect(page.locator("#playbill")).to_be_visible()


def test_a_council_is_weighed_again_without_asking_anybody(stage: Stage, prompter: Prompter) -> None:
    page = come(stage, "cast")
    page.locator("#cast-scene").select_option("lift-b")
    page.locator("#cast-lead").select_option("mirela-dobre")
    page.locator("#cast-method").select_option("borda")
    page.locator("#cast-role").fill("Somebody who keeps a secret")
    page.locator("#cast-go").click()
    picks = page.locator("#council .founds [data-pick]")
    expect(picks.first).to_be_visible()
    before = [one.get_attribute("data-pick") for one in picks.all()]
    asked = len(prompter.asked)
    sliders = page.locator("[data-weight]")
    assert sliders.count() > 1
    for at in range(1, sliders.count()):
        sliders.nth(at).fill("0")
        expect(sliders.nth(at)).to_have_value("0")
    expect(page.locator("#council-calls")).to_have_text("0 model calls")
    assert len(prompter.asked) == asked
    assert [one.get_attribute("data-pick") for one in picks.all()] != before
    picks.first.locator("[data-act=bill]").click()
    expect(page.locator("#playbill [data-scene=lift-b] input")).to_be_checked()


def test_the_shelf_is_ranked_anew_when_its_sentence_is_edited(stage: Stage) -> None:
    page = come(stage, "shelf")
    page.locator("#shelf-say").fill("a comedy")
    page.locator("#shelf-go").click()
    expect(page.locator("#shelf-sentence")).to_be_visible()
    offers = page.locator("#shelf-offers .offer")
    expect(offers.first).to_be_visible()
    before = [one.get_attribute("data-offer") for one in offers.all()]
    page.locator("#shelf-key").select_option("genre")
    page.locator("#shelf-value").fill("mystery")
    page.locator("#shelf-add").click()
    expect(page.locator("[data-slot=genre]")).to_contain_text("mystery")
    expect(offers.first).to_have_attribute("data-offer", "fog-on-the-tordis")
    assert [one.get_attribute("data-offer") for one in offers.all()] != before
    offers.first.locator("[data-act=like]").click()
    expect(page.locator("#match")).to_contain_text("From 2 things you did here")


def test_match_fits_a_phone(visitor: Callable[..., Stage]) -> None:
    page = come(visitor(phone=True))
    found(page)
    expect(page.locator("#match-results .found").first).to_be_visible()
    assert page.evaluate("document.scrollingElement.scrollWidth <= window.innerWidth")
    page.locator("#match [data-view=kin]").click()
    expect(page.locator(".star-mark").first).to_be_visible()
    assert page.evaluate("document.scrollingElement.scrollWidth <= window.innerWidth")
