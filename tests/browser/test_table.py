"""Several people at one play, each in a browser of their own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from studio.errors import ModelUnavailable
from tests.browser.conftest import Prompter
from tests.browser.stage import Stage, arrived, texts

pytestmark = pytest.mark.browser


def invited(host: Stage, name: str, role: str, character: str = "", calls: bool = True) -> str:
    """The host makes a chair; its link."""
    page = host.page
    if not page.locator("#sheet-title").is_visible():
        host.look("table")
    page.locator("#chair-role").select_option(role)
    if character:
        page.locator("#chair-character").select_option(character)
    if role == "player":
        page.locator("#chair-calls").set_checked(calls)
    page.locator("#chair-name").fill(name)
    page.locator("#chair-give").click()
    expect(page.locator("#chair-given")).to_contain_text(f"The link for {name}")
    return page.locator("#chair-link").input_value()


def follow(guest: Stage, link: str) -> None:
    """A guest opens the link."""
    guest.page.goto(link)
    arrived(guest.page)
    expect(guest.page.locator("#stage[data-mode=play]")).to_be_attached()
    expect(guest.page.locator("#table-strip")).to_be_visible()


def test_two_people_play_one_scene_and_each_sees_their_own(visitor: Callable[..., Stage], prompter: Prompter) -> None:
    host, guest = visitor(), visitor()
    host.begin("lift-b")
    people = host.page.locator("#composer [data-speaker]")
    mine, other = (people.nth(number).get_attribute("data-speaker") or "" for number in (0, 1))
    follow(guest, invited(host, "Ines", "player", mine))
    expect(host.page.locator("#table-strip")).to_contain_text("Ines")
    expect(host.page.locator(".sitter-here")).to_have_count(2)
    expect(guest.page.locator("#seat")).to_be_disabled()
    expect(guest.page.locator("#undo")).to_be_hidden()
    host.page.locator("#sheet-close").click()

    # a line the host calls for reaches the guest while it is being made, without the thought before it
    prompter.hold(after=7)
    prompter.say("(Nobody may know of the letter.)\nMind the doors, all of you, please.")
    host.page.locator(f"#composer [data-speaker={other}]").click()
    expect(guest.live).to_contain_text("Mind the")
    expect(guest.state).to_have_attribute("data-state", "running")
    expect(guest.page.locator("#stop")).to_be_hidden()
    prompter.go_on.set()
    for stage in (host, guest):
        expect(stage.lines.last).to_contain_text("Mind the doors, all of you, please.")
        stage.idle()
    expect(host.page.locator("#transcript")).to_contain_text("a thought kept back")
    assert "letter" not in guest.page.locator("body").inner_text()
    assert guest.page.locator(".line-verbs").count() == 0

    # the guest speaks, as their character alone; somebody answers; the host sees both
    prompter.say("So I have heard.")
    guest.say("I only take the stairs.")
    expect(host.lines.nth(-2)).to_contain_text("I only take the stairs.")
    expect(host.lines.last).to_contain_text("So I have heard.")
    host.idle()
    expect(host.lines.nth(-2).locator(".line-name")).to_have_text(
        guest.page.locator("#seat option:checked").inner_text()
    )

    # what the host whispers to another stays between them
    host.page.locator("#hearer").select_option(other)
    prompter.say("Understood.")
    host.say("Keep the key in your glove.")
    expect(host.page.locator("#transcript")).to_contain_text("Keep the key in your glove.")
    host.idle()
    expect(guest.lines.last).to_contain_text("Understood.")
    assert "glove" not in guest.page.locator("body").inner_text()


def test_a_chair_is_taken_away_at_once(visitor: Callable[..., Stage]) -> None:
    host, guest, late = visitor(), visitor(), visitor()
    host.begin("lift-b")
    link = invited(host, "Bo", "watcher")
    follow(guest, link)
    expect(guest.page.locator("#composer-text")).to_be_hidden()
    expect(guest.page.locator("#next")).to_be_hidden()
    expect(host.page.locator("#chairs .dot-on")).to_have_count(1)
    host.page.get_by_role("button", name="Take away the chair of Bo").click()
    expect(guest.notice).to_contain_text("Your chair at that table was taken away")
    expect(guest.page.locator("#stage[data-mode=bill]")).to_be_attached()
    late.page.goto(link)
    arrived(late.page)
    expect(late.notice).to_contain_text("Ask whoever sent it for a new link")
    expect(late.page.locator("#stage[data-mode=bill]")).to_be_attached()


def test_one_line_at_a_time_is_kept_on_the_server(visitor: Callable[..., Stage], prompter: Prompter) -> None:
    host, guest = visitor(), visitor(phone=True)
    host.begin("lift-b")
    mine = host.page.locator("#composer [data-speaker]").first.get_attribute("data-speaker") or ""
    follow(guest, invited(host, "Cy", "player", mine, calls=False))
    expect(guest.page.locator("#next")).to_be_hidden()
    before = host.lines.count()
    prompter.say(ModelUnavailable("The model is out."))
    guest.say("First of all, good evening.")
    expect(host.lines.nth(before)).to_contain_text("First of all, good evening.")
    guest.say("And another thing.")
    expect(guest.notice).to_contain_text("You spoke last")
    expect(guest.page.locator("#composer-text")).to_have_value("And another thing.")
    assert "And another thing." not in " ".join(texts(host.lines))


def test_a_guest_speaks_up_while_the_host_lets_the_play_run(visitor: Callable[..., Stage], prompter: Prompter) -> None:
    host, guest = visitor(), visitor()
    host.begin("lift-b")
    mine = host.page.locator("#composer [data-speaker]").first.get_attribute("data-speaker") or ""
    follow(guest, invited(host, "Ines", "player", mine, calls=False))
    host.page.locator("#sheet-close").click()
    host.page.locator("#auto-turns").select_option("100")
    prompter.hold(after=3)
    host.page.locator("#auto").click()
    expect(guest.live).to_be_visible()
    expect(guest.state).to_have_attribute("data-state", "running")
    guest.say("If I may say something.")
    expect(guest.state).to_have_text("You speak after this line…")
    prompter.go_on.set()
    expect(host.lines.filter(has_text="If I may say something.")).to_have_count(1)
    for stage in (host, guest):
        stage.idle()
    assert host.lines.count() <= 4, "the long run has paused"
