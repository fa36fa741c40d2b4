"""Commands typed, quick replies, lines read aloud and found, a scene picked by chance, scenery, meters, the tour."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.conftest import Prompter
from tests.browser.stage import Stage, arrived

pytestmark = pytest.mark.browser


def typed(stage: Stage, text: str) -> None:
    field = stage.page.locator("#composer-text")
    field.fill(text)
    field.press("Enter")


def test_commands_do_what_the_buttons_do(stage: Stage, prompter: Prompter) -> None:
    page = stage.page
    stage.begin("lift-b")
    typed(stage, "/help")
    expect(page.locator("#slash-help")).to_contain_text("/whisper name text")
    typed(stage, "/next gulsum")
    expect(stage.lines).to_have_count(1)
    stage.idle()
    assert prompter.asked[-1].caller == "gulsum-aydin"
    typed(stage, "/as Mirela Dobre Hold the door!")
    expect(stage.lines.filter(has_text="Hold the door!")).to_have_count(1)
    stage.idle()
    typed(stage, "/roll 2d6+1")
    expect(page.locator("#transcript article").filter(has_text=re.compile(r"The dice say 2d6\+1: \d+"))).to_have_count(
        1
    )
    typed(stage, "/ooc Remember the suitcase.")
    expect(page.locator("#transcript")).to_contain_text("Remember the suitcase.")
    typed(stage, "/undo")
    expect(page.locator("#transcript")).not_to_contain_text("Remember the suitcase.")
    typed(stage, "/whisper kobus I have the key.")
    expect(page.locator("#transcript")).to_contain_text("I have the key.")
    stage.idle()
    asked = [one for one in prompter.asked if "I have the key" in one.text]
    assert {one.caller for one in asked} <= {"kobus-venter"}


def test_a_command_that_is_none_is_told_and_the_text_stays(stage: Stage) -> None:
    page = stage.page
    stage.begin("lift-b")
    told = page.locator("#slash-help")
    for text, answer in (
        ("/dance now", "There is no command /dance"),
        ("/as Nobody hello", "Nobody here is called “Nobody”"),
        ("/auto many", "no number of lines"),
        ("/roll sixteen", "is no roll"),
        ("/ooc", "needs some text"),
    ):
        typed(stage, text)
        expect(told).to_contain_text(answer)
        expect(page.locator("#composer-text")).to_have_value(text)
    typed(stage, "//dance is what he shouted")
    expect(page.locator("#transcript")).to_contain_text("/dance is what he shouted")


def test_new_lines_are_read_aloud_once_somebody_asks_for_it(stage: Stage) -> None:
    page = stage.page
    page.evaluate(
        """() => { window.heard = []; window.cancelled = 0;
        window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
        Object.defineProperty(window, "speechSynthesis", { configurable: true, value: {
            getVoices: () => [{ lang: "en-GB", name: "a" }, { lang: "en-US", name: "b" }, { lang: "de-DE", name: "c" }],
            speak: (one) => window.heard.push([one.text, one.voice && one.voice.name, one.pitch]),
            cancel: () => { window.cancelled += 1; } } }); }"""
    )
    stage.begin("lift-b")
    stage.next()
    assert page.evaluate("window.heard") == []
    page.locator("#aloud").click()
    expect(page.locator("#aloud")).to_have_attribute("aria-pressed", "true")
    stage.next(2)
    heard = page.evaluate("window.heard")
    assert len(heard) == 2 and all("*" not in text for text, *_ in heard)
    assert {voice for _, voice, _ in heard} <= {"a", "b"}
    page.locator("#aloud").click()
    stage.next()
    assert len(page.evaluate("window.heard")) == 2 and page.evaluate("window.cancelled") == 1


def test_a_scene_is_picked_by_chance(stage: Stage) -> None:
    page = stage.page
    seen = set()
    for _ in range(4):
        page.locator("#surprise").click()
        seen.add(page.locator("#playbill input[name=scene]:checked").get_attribute("value"))
    assert len(seen) > 1
    stage.begin()
    expect(page.locator(".script-title")).to_be_visible()


def test_a_line_is_found_and_gone_to(stage: Stage, prompter: Prompter) -> None:
    page = stage.page
    stage.begin("lift-b")
    prompter.say("The suitcase smells of <i>oranges</i>.", "I see.", "So do I.")
    stage.next(3)
    stage.look("find")
    page.locator("#find-text").fill("ORANGES")
    expect(page.locator("#find-count")).to_have_text("One line")
    expect(page.locator("#find-hits mark")).to_have_text("oranges")
    page.locator("#find-hits button").click()
    expect(page.locator(".line-found")).to_contain_text("smells of <i>oranges</i>")
    page.locator("#find-text").fill("xylophone")
    expect(page.locator("#find-count")).to_have_text("Nobody said that.")


def test_meters_show_what_was_cut_and_said_again(stage: Stage, prompter: Prompter) -> None:
    page = stage.page
    stage.begin("lift-b")
    prompter.say("Open the doors now.\nMirela Dobre: I will not.\nKobus Venter: Nor I.", "We wait.", "We wait.")
    stage.next(3)
    stage.look("meters")
    expect(page.locator(".sheet-meters [data-meter]").first).to_be_visible()
    expect(page.locator("#meter-faulty")).to_contain_text("spoke for somebody else")
    expect(page.locator("#meter-faulty .meter-cut").first).to_contain_text("Cut:")
    expect(page.locator("#meter-stalls")).to_be_visible()
    page.locator("#meter-faulty button").first.click()
    expect(page.locator(".line-found")).to_be_visible()
    stage.seat("Mirela Dobre")
    expect(page.locator("#sheet")).to_contain_text("The meters are the director")


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_quick_replies_are_said_edited_and_kept(visitor: Callable[..., Stage], phone: bool) -> None:
    stage = visitor(phone=phone)
    page = stage.page
    stage.begin("lift-b")
    replies = page.locator("#replies .reply")
    replies.filter(has_text="/next").click()
    expect(stage.lines).to_have_count(1)
    stage.idle()
    page.locator("#composer-text").fill("And then?")
    replies.filter(has_text="Go on.").click()
    expect(page.locator("#composer-text")).to_have_value("And then? Go on.")
    page.locator("#replies-edit").click()
    page.locator("#replies-text").fill("*counts the exits*\n/next")
    page.locator("#replies-save").click()
    expect(replies).to_have_text(["*counts the exits*", "/next"])
    page.reload()
    arrived(page)
    expect(replies).to_have_text(["*counts the exits*", "/next"])


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_the_tour_leads_from_the_bill_onto_the_stage(visitor: Callable[..., Stage], phone: bool) -> None:
    stage = visitor(phone=phone)
    page = stage.page
    page.locator("#tour-start").click()
    title = page.locator("#tour-title")
    seen = []
    while page.locator("#tour-on").is_visible():
        seen.append(title.inner_text())
        page.locator("#tour-on").click()
        expect(title).not_to_have_text(seen[-1])
    assert seen == ["Pick a scene", "Look over the cast"]
    expect(title).to_have_text("Press Begin")
    page.locator("#begin").click()
    expect(title).to_have_text("The script")
    page.keyboard.press("ArrowRight")
    expect(title).to_have_text("Whose turn is it?")
    card, window = page.locator(".tour-card").bounding_box(), page.viewport_size
    assert card and window
    assert card["x"] >= 0 and card["x"] + card["width"] <= window["width"] and card["y"] >= 0
    page.keyboard.press("Escape")
    expect(page.locator(".tour-card")).to_be_hidden()
    stage.next()


def test_the_scenery_is_of_the_scene_and_can_be_changed(stage: Stage, tmp_path: Path) -> None:
    page = stage.page
    stage.begin("fog-on-the-tordis")
    drawn = page.locator("svg.scenery.sc-night[data-ground=sea][data-air=fog]")
    expect(drawn).to_be_visible()
    file = tmp_path / "harbour.png"
    Image.new("RGB", (1600, 500), (40, 80, 120)).save(file)
    page.locator("#backdrop-file").set_input_files(file)
    hung = page.locator("img.scenery-picture")
    expect(hung).to_be_visible()
    assert hung.evaluate("(image) => image.decode().then(() => image.naturalWidth)") > 500
    page.locator("#undo").click()
    expect(drawn).to_be_visible()
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture at all")
    page.locator("#backdrop-file").set_input_files(broken)
    expect(stage.notice).to_contain_text("The picture did not arrive whole")
    page.locator("#scenery summary").click()
    page.locator("[data-act=scenery]").click()
    expect(drawn).to_be_hidden()
    page.reload()
    arrived(page)
    expect(page.locator(".scenery")).to_be_hidden()


def test_a_faulty_line_is_told_again_once_as_ordered(stage: Stage, prompter: Prompter) -> None:
    page = stage.page
    stage.begin("lift-b")
    stage.company()
    page.locator("#retry-long").check()
    expect(page.locator("#transcript")).to_contain_text("A faulty line is told again, once.")
    page.locator("#retry-words").fill("6")
    page.locator("#retry-words").press("Tab")
    expect(page.locator("#transcript").get_by_text("A faulty line is told again, once.")).to_have_count(2)
    prompter.say("This line goes on for a good deal longer than anybody asked.", "Short enough.")
    page.locator("#next").click()
    expect(stage.lines.last).to_contain_text("Short enough.")
    stage.idle()
    expect(stage.lines).to_have_count(1)
    expect(stage.lines.first.locator(".takes-count")).to_have_text("2/2")
    stage.look("meters")
    expect(page.locator(".sheet-meters [data-meter]").first).to_contain_text("1 again")
