"""The parts of the stage one after the other, at a desk and on a phone; on every sheet no grave violation."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from random import Random

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from studio.archive import Archive
from studio.archive.schema import session as rows
from studio.domain.event import Event, Kind
from studio.domain.identifiers import uuid7
from tests.browser.conftest import Prompter, Served
from tests.browser.stage import Stage, arrived
from tests.browser.test_accessibility import grave

pytestmark = pytest.mark.browser
SIZES = pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])


def backstage(stage: Stage, phone: bool, *, opened: bool = True) -> None:
    """On a phone the side panel is a drawer."""
    page = stage.page
    drawer = page.locator("#stage[data-backstage]")
    if not phone or opened == (drawer.count() == 1):
        return
    if opened:
        page.locator("#open-backstage").click()
    else:
        if page.locator("#sheet-close").is_visible():
            page.locator("#sheet-close").click()
            expect(page.locator("#stage[data-sheet]")).to_have_count(0)
        page.keyboard.press("Escape")
    expect(drawer).to_have_count(int(opened))


def look(stage: Stage, phone: bool, kind: str) -> None:
    """Open a sheet, whatever is open now."""
    backstage(stage, phone)
    if stage.page.locator("#sheet-close").is_visible():
        stage.page.locator("#sheet-close").click()
        expect(stage.page.locator("#stage[data-sheet]")).to_have_count(0)
        backstage(stage, phone)
    stage.look(kind)


@SIZES
def test_a_play_is_directed_branched_and_looked_into(
    visitor: Callable[..., Stage], prompter: Prompter, phone: bool
) -> None:
    stage = visitor(phone=phone, dark=phone)
    page = stage.page
    stage.begin("lift-b")
    prompter.say("(I wonder who pressed it.)\nWho pressed the button?", "Not I.", "Nor I.")
    stage.next(3)
    prompter.say("It was me, then.")
    second = stage.lines.nth(1)
    if phone:
        second.locator(".line-text").tap()
        second.locator("[data-act=more] summary").tap()
        second.locator(".menu-list [data-act=branch]").tap()
    else:
        stage.more(second, "branch")
    expect(stage.notice).to_contain_text("You are on a new branch")
    expect(stage.lines).to_have_count(2)
    stage.next()
    backstage(stage, phone)
    stage.company()
    page.locator("#happen-text").fill("The light flickers.")
    page.locator("#happen-go").click()
    expect(page.locator("#transcript")).to_contain_text("The light flickers.")
    for kind, shown in (
        ("branches", ".branch-row"),
        ("minds", ".sheet-minds"),
        ("knowledge", ".sheet-knowledge table"),
        ("timeline", ".sheet-timeline"),
        ("meters", ".sheet-meters [data-meter]"),
        ("prompt", ".sheet-prompt"),
        ("find", ".sheet-find"),
        ("table", "#chair-give"),
    ):
        look(stage, phone, kind)
        expect(page.locator(shown).first).to_be_visible()
        assert grave(page) == [], kind
        assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth"), f"{kind} scrolls sideways"
    look(stage, phone, "branches")
    rows = page.locator(".branch-row")
    expect(rows.filter(has_text="Nor I.")).to_have_count(1)
    rows.filter(has_text="Nor I.").locator(".branch-go").click()
    expect(page.locator("#transcript")).to_contain_text("Nor I.")
    backstage(stage, phone, opened=False)
    page.locator("#undo").click()
    expect(page.locator("#transcript")).to_contain_text("It was me, then.")


@SIZES
def test_a_play_runs_in_another_mode(visitor: Callable[..., Stage], prompter: Prompter, phone: bool) -> None:
    stage = visitor(phone=phone)
    page = stage.page
    page.locator("#playbill [data-scene=lift-b]").click()
    page.locator(".house-rules summary").click()
    page.get_by_label("How it is played").select_option("characterbox")
    stage.begin()
    page.locator("#next").click()
    expect(stage.lines.first).to_be_visible()
    stage.idle()
    purposes = {request.purpose for request in prompter.asked}
    assert {"scene_belief", "action"} <= purposes, purposes
    look(stage, phone, "prompt")
    expect(page.locator(".sheet-prompt")).to_be_visible()


def planted(served: Served, session: str, count: int) -> None:
    """So many more lines of a play, as if they had been spoken. In a thread: Playwright keeps a loop in this one."""

    async def plant() -> None:
        archive = await Archive.open(served.studio.settings.database)
        try:
            mine = select(rows.c.owner).where(rows.c.id == session)
            owner = await archive.database.read(lambda connection: str(connection.execute(mine).scalar()))
            play = await archive.sessions.get(owner, session)
            cast, parent, at, events = [one.id for one in play.cast], play.tip, play.updated_at, []
            for number in range(count):
                at += timedelta(seconds=5)
                actor, text = cast[number % len(cast)], f"Planted line {number}, *turned over*."
                line = Event(
                    id=uuid7(at, Random(number)),
                    session=session,
                    parent=parent,
                    kind=Kind.SPEECH,
                    actor=actor,
                    text=text,
                    audience=tuple(cast),
                    at=at,
                )
                events.append(line)
                parent = line.id
            await archive.sessions.append(play, events)
        finally:
            await archive.close()

    with ThreadPoolExecutor(max_workers=1) as pool:
        pool.submit(asyncio.run, plant()).result()


@SIZES
def test_a_long_play_keeps_the_page_small(visitor: Callable[..., Stage], served: Served, phone: bool) -> None:
    stage = visitor(phone=phone)
    page = stage.page
    stage.begin("lift-b")
    planted(served, stage.plays.first.get_attribute("data-id") or "", 900)
    page.reload()
    arrived(page)
    lines = page.locator("#transcript .line")
    expect(lines).to_have_count(200)
    expect(lines.last).to_contain_text("Planted line 899")
    page.locator("[data-key=earlier]").click()
    expect(lines).to_have_count(400)
    stage.say("Is anybody still awake?")
    expect(page.locator("#transcript")).to_contain_text("Is anybody still awake?")
    stage.idle()
    assert lines.count() <= 402, "the window stays as wide as it was asked for"
    look(stage, phone, "find")
    page.locator("#find-text").fill("Planted line 7,")
    page.locator("#find-text").press("Enter")
    page.locator(".sheet-find .link-line").first.click()
    expect(page.locator(".line-found")).to_contain_text("Planted line 7,")
    assert lines.count() <= 200, "what was looked for is shown with its surroundings, not with all that came after"
    backstage(stage, phone, opened=False)
    page.get_by_role("button", name="later lines").click()
    expect(lines).not_to_have_count(200)
    page.get_by_role("button", name="To the newest line").click()
    expect(lines).to_have_count(200)
    expect(page.get_by_role("button", name="later lines")).to_have_count(0)
