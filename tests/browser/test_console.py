"""The director's console, at a desk and on a phone: branches, other hands, orders, and how a scene is closed."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Prompter, Served
from tests.browser.stage import Stage, texts

pytestmark = pytest.mark.browser

SWIPE = """(line, across) => {
  const box = line.getBoundingClientRect();
  const touch = (x) => new Touch({ identifier: 1, target: line, clientX: x, clientY: box.y + 10 });
  const send = (name, touches, now) =>
    line.dispatchEvent(new TouchEvent(name, { touches, changedTouches: [now], bubbles: true }));
  send("touchstart", [touch(200)], touch(200));
  send("touchend", [], touch(200 + across));
}"""


def test_branches_takes_and_checkpoints_by_mouse_and_keyboard(stage: Stage, prompter: Prompter) -> None:
    page = stage.page
    stage.begin("lift-b")
    stage.next(3)
    stage.more(stage.lines.first, "branch")
    expect(stage.lines).to_have_count(1)
    stage.notice.get_by_role("button", name="Undo").click()
    expect(stage.lines).to_have_count(3)

    page.locator("[role=log]").focus()
    page.keyboard.press("ArrowUp")
    expect(stage.lines.last).to_be_focused()
    page.keyboard.press("a")
    expect(stage.lines.last.locator(".takes-count")).to_have_text("2/2")
    stage.idle()
    expect(stage.lines.last).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(stage.lines.last.locator(".takes-count")).to_have_text("1/2")
    expect(stage.lines.last).to_be_focused()
    prompter.say("and then it *stopped*.")
    page.keyboard.press("c")
    expect(stage.lines.last.locator(".line-text")).to_contain_text("and so it goes. and then it stopped.")
    stage.idle()

    stage.more(stage.lines.nth(1), "name")
    page.get_by_label("Name of the checkpoint").fill("Before the bolt")
    page.keyboard.press("Enter")
    expect(stage.notice).to_contain_text("“Before the bolt” is a checkpoint now.")
    stage.look("branches")
    flagged = page.locator(".branch-row").filter(has_text="Before the bolt")
    expect(flagged).to_have_count(1)
    page.locator(".checkpoints").get_by_role("button", name="Before the bolt", exact=True).click()
    expect(stage.lines).to_have_count(2)
    expect(flagged).to_contain_text("you are here")
    page.locator("#undo").click()
    expect(stage.lines).to_have_count(3)
    page.get_by_role("button", name="Remove the checkpoint Before the bolt").click()
    expect(flagged).to_have_count(0)
    stage.notice.get_by_role("button", name="Undo").click()
    expect(flagged).to_have_count(1)
    page.keyboard.press("Escape")
    page.locator("#sheet-close").click()
    expect(page.get_by_role("tab", name="Now")).to_be_visible()


def test_the_director_lends_and_borrows_lines_and_keeps_the_directors_eyes(stage: Stage, prompter: Prompter) -> None:
    page = stage.page
    stage.begin("lift-b")
    expect(page.locator("#lend")).to_be_hidden()
    page.locator("#seat").select_option(label="as Mirela Dobre, once")
    expect(page.locator("#composer-text")).to_have_attribute("placeholder", "Speak as Mirela Dobre… *acts*")
    page.locator("#composer-text").fill("refuse to climb")
    prompter.say("I will not go up there.")
    page.locator("#lend").click()
    expect(page.locator("#composer-text")).to_have_value("I will not go up there.")
    stage.idle()
    assert "refuse to climb" in prompter.asked[-1].messages[-1].content
    expect(stage.lines).to_have_count(0)
    page.locator("#composer-text").press("End")
    page.locator("#composer-text").press_sequentially(" Ever.")
    page.locator("#composer-text").press("Enter")
    expect(stage.lines).to_have_count(2)
    stage.idle()
    assert stage.lines.first.get_attribute("data-actor") == "mirela-dobre"
    assert texts(stage.lines)[0] == "I will not go up there. Ever."
    expect(page.locator("#seat")).to_have_value("director")

    page.locator("#auto-turns").select_option("12")
    prompter.hold()
    page.locator("#auto").click()
    expect(stage.live.locator(".line-text")).to_contain_text("Line number")
    page.locator("#pause").click()
    expect(stage.state).to_have_text("Pausing after this line…")
    prompter.go_on.set()
    expect(stage.state).to_have_text("Paused")
    stage.idle()
    expect(stage.lines).to_have_count(3)

    stage.act(stage.lines.first, "up")
    expect(stage.lines.first.locator(".line-rated")).to_be_attached()
    stage.act(stage.lines.first, "note")
    page.get_by_label("Note on the line").fill("The turning point.")
    page.keyboard.press("Control+Enter")
    expect(stage.lines.first.locator(".line-notes")).to_have_text("The turning point.")
    stage.seat("Mirela Dobre")
    expect(page.locator(".line-notes")).to_have_count(0)


def test_orders_hold_and_what_is_dropped_in_reaches_those_it_is_meant_for(stage: Stage) -> None:
    page = stage.page
    stage.begin("lift-b")
    stage.company()
    kobus = page.locator("li[data-member=kobus-venter]")
    stage.member("kobus-venter", "mute")
    expect(kobus).to_contain_text("silent")
    stage.member("mirela-dobre", "move")
    page.get_by_label("Where Mirela Dobre goes").fill("the roof of the lift")
    page.keyboard.press("Enter")
    expect(page.locator("article").filter(has_text="Mirela Dobre goes to the roof of the lift.")).to_have_count(1)
    expect(page.locator("li[data-member=mirela-dobre]")).to_contain_text("at the roof of the lift")
    stage.member("gulsum-aydin", "word")
    expect(stage.lines).to_have_count(1)
    stage.idle()
    expect(stage.lines.first.locator(".line-heard")).to_have_text(
        re.compile("^heard by (Kobus, Aurelio|Aurelio, Kobus)$")
    )

    page.locator("#happen-before").select_option("kobus-venter")
    page.locator("#happen-text").fill("Something scratches at the door.")
    page.locator("#happen-go").click()
    told = page.locator("article").filter(has_text="Something scratches at the door.")
    expect(told.locator(".line-heard")).to_have_text("heard by Kobus")
    page.get_by_text("A thing appears or changes").click()
    page.locator("#prop-name").fill("a crowbar")
    page.locator("#prop-state").fill("under the bench")
    page.locator("#prop-go").click()
    expect(page.locator("article").filter(has_text="A crowbar: under the bench.")).to_have_count(1)
    page.get_by_text("events of the scene are still to come").click()
    before = page.locator(".beats li").count()
    page.locator(".beats button").first.click()
    expect(page.locator(".beats li")).to_have_count(before - 1)

    page.locator("#policy").select_option("manual")
    expect(page.locator("article").filter(has_text="From here on: you choose.")).to_have_count(1)
    page.locator("#next").click()
    expect(stage.state).to_have_text("Choose who speaks next.")
    for _ in range(2):
        page.locator("#undo").click()
    expect(page.locator("#policy")).not_to_have_value("manual")

    stage.seat("Gülsüm Aydın")
    expect(page.locator("article").filter(has_text="scratches")).to_have_count(0)
    expect(page.get_by_role("tab", name="Company")).to_have_count(0)
    expect(page.locator("[data-speaker=mirela-dobre]")).to_have_count(0)


def test_a_scene_is_closed_and_another_goes_on_from_it(stage: Stage, prompter: Prompter, served: Served) -> None:
    page = stage.page
    page.locator("#playbill [data-scene=own]").click()
    expect(page.get_by_role("button", name="Begin")).to_be_disabled()
    page.locator("#own-title").fill("The letter")
    page.locator("#own-premise").fill("A letter that was never sent is found.")
    cast = page.locator(".bill-cast .people:not(.people-small) .person-card")
    while cast.count() > 1:
        cast.last.click()
    stage.begin()
    stage.next()
    who = stage.lines.first.get_attribute("data-actor") or ""
    stage.company()
    stage.member(who, "off")
    expect(page.locator(".curtain")).to_contain_text("Everybody has left the stage.")
    prompter.say("The letter stayed on the table.")
    page.get_by_role("button", name="Epilogue").click()
    expect(page.locator("article[data-kind=narration]").last).to_contain_text("The letter stayed on the table.")
    stage.idle()
    expect(page.get_by_role("button", name="Epilogue")).to_have_count(0)
    page.reload()
    expect(page.locator(".curtain")).to_contain_text("Everybody has left the stage.")

    page.get_by_role("button", name="Next scene").click()
    expect(page.get_by_role("heading", name="What happens next?")).to_be_visible()
    expect(page.locator(".goes-on")).to_contain_text("The letter")
    page.locator("#own-premise").fill("A year later.")
    stage.begin()
    stage.next()
    assert stage.lines.first.get_attribute("data-actor") == who
    expect(stage.plays.locator(".play-title")).to_have_text(["A scene of your own", "The letter"])


def test_a_phone_swipes_through_takes_and_directs(visitor: Callable[..., Stage], prompter: Prompter) -> None:
    stage = visitor(phone=True)
    page = stage.page
    stage.begin("lift-b")
    stage.next()
    stage.lines.first.evaluate(SWIPE, -120)
    expect(stage.lines.first.locator(".takes-count")).to_have_text("2/2")
    stage.idle()
    stage.lines.first.evaluate(SWIPE, 120)
    expect(stage.lines.first.locator(".takes-count")).to_have_text("1/2")
    page.locator("#open-backstage").click()
    stage.company()
    stage.member("kobus-venter", "voice")
    expect(page.locator("#backstage")).to_be_hidden()
    expect(page.locator("#composer-text")).to_be_focused()
    stage.say("I can get the doors.")
    expect(stage.lines).to_have_count(3)
    assert stage.lines.nth(1).get_attribute("data-actor") == "kobus-venter"
    stage.idle()
    page.locator("#open-backstage").click()
    stage.look("branches")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator(".branch-go").first.click()
    expect(stage.lines).to_have_count(0)
