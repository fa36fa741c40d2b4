"""The first journey of a visitor, and everything else one does on a stage."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from studio.errors import ModelUnavailable
from tests.browser.conftest import Prompter, Served
from tests.browser.stage import Stage, arrived, texts

pytestmark = pytest.mark.browser


def test_the_first_journey(stage: Stage, prompter: Prompter, tmp_path: Path) -> None:
    page = stage.page
    expect(page.get_by_role("heading", name="What shall we play tonight?")).to_be_visible()
    stage.begin()
    stage.next(3)
    assert [text.splitlines()[0] for text in texts(stage.lines)] == [
        f"Line number {number} taps the glass and so it goes." for number in (1, 2, 3)
    ]

    stage.seat("Perpetua Sørli")
    expect(page.locator("#composer-text")).to_have_attribute("placeholder", "Speak as Perpetua Sørli… *acts*")
    stage.say("I *never* liked that bolt.")
    expect(stage.lines).to_have_count(5)
    stage.idle()
    mine = stage.lines.nth(3)
    expect(mine.locator(".line-text em")).to_have_text("never")
    assert stage.lines.nth(4).get_attribute("data-actor") != "perpetua-sorli"

    prompter.say("This line will never be finished by anybody")
    prompter.hold(after=4)
    page.locator("#next").click()
    expect(stage.live.locator(".line-text")).to_contain_text("This line will")
    page.locator("#stop").click()
    stage.idle("stopped")
    assert prompter.broken_off.wait(10)
    expect(stage.lines).to_have_count(5)
    expect(page.locator(".draft")).to_have_count(0)  # another character's unfinished line is not a player's to see
    stage.seat("the director")
    page.locator(".draft").get_by_role("button", name="Discard it").click()
    expect(page.locator(".draft")).to_have_count(0)

    stage.act(stage.lines.nth(4), "again")
    expect(stage.lines.nth(4).locator(".takes-count")).to_have_text("2/2")
    stage.idle()
    again = texts(stage.lines)[4]
    page.get_by_role("button", name="Previous take").click()
    expect(stage.lines.nth(4).locator(".takes-count")).to_have_text("1/2")
    assert texts(stage.lines)[4] != again
    page.get_by_role("button", name="Next take").click()
    expect(stage.lines.nth(4).locator(".line-text")).to_have_text(again)

    for shown in ("1/2", "2/2", "1/2"):
        page.locator("#undo").click()
        expect(stage.lines.nth(4).locator(".takes-count")).to_have_text(shown)
    for _ in ("the beat that fell due while the broken-off line was made", "the line before it"):
        page.locator("#undo").click()
    expect(stage.lines).to_have_count(4)
    before = texts(stage.lines)
    page.reload()
    arrived(page)
    expect(stage.lines).to_have_count(4)
    assert texts(stage.lines) == before
    page.locator("#redo").click()
    expect(stage.lines).to_have_count(5)

    page.get_by_label("Export this play").click()
    with page.expect_download() as download:
        page.locator("[data-format=messages_jsonl]").click()
    file = tmp_path / "play.jsonl"
    download.value.save_as(file)
    rows = [json.loads(row) for row in file.read_text(encoding="utf-8").splitlines()]
    said = [message["content"] for row in rows for message in row["messages"] if message["role"] == "assistant"]
    assert any("I *never* liked that bolt." in text for text in said)


def test_a_line_streams_under_its_speakers_name_with_the_action_in_italics(stage: Stage, prompter: Prompter) -> None:
    stage.begin("lift-b")
    prompter.say("I would *lean on the door* if I were you.")
    prompter.hold(after=4)
    stage.page.locator("[data-speaker=gulsum-aydin]").click()
    expect(stage.live.locator(".line-name")).to_have_text("Gülsüm Aydın")
    expect(stage.live.locator("em")).to_have_text("lean on")
    expect(stage.state).to_have_attribute("data-state", "running")
    expect(stage.page.locator("#undo")).to_be_disabled()
    prompter.go_on.set()
    expect(stage.lines.last.locator("em")).to_have_text("lean on the door")
    expect(stage.live).to_have_count(0)
    expect(stage.page.locator(".chosen-name")).to_have_text("Gülsüm Aydın")
    expect(stage.page.locator(".reason")).to_have_text("You gave them the word.")


def test_thoughts_are_folded_and_hidden_from_other_seats(stage: Stage, prompter: Prompter) -> None:
    stage.begin("lift-b")
    prompter.say("(Nobody may look into that suitcase.)\nShall we all sit down?")
    stage.page.locator("[data-speaker=aurelio-bassi]").click()
    expect(stage.lines).to_have_count(1)
    thought = stage.page.locator("details.thought")
    expect(thought.locator(".line-text")).to_be_hidden()
    thought.locator("summary").click()
    expect(thought.locator(".line-text")).to_have_text("Nobody may look into that suitcase.")
    stage.seat("Mirela Dobre")
    expect(thought).to_have_count(0)
    expect(stage.lines).to_have_count(1)
    expect(stage.page.locator("#backstage")).to_contain_text("You see with Mirela Dobre’s eyes")
    stage.seat("Aurelio Bassi")
    expect(thought).to_have_count(1)


def test_a_whisper_reaches_the_narrator_and_no_character(stage: Stage, prompter: Prompter) -> None:
    stage.begin("lift-b")
    stage.say("Let the light go out.")
    expect(stage.page.locator("article[data-kind=whisper]")).to_contain_text("Let the light go out.")
    stage.idle()
    stage.seat("Kobus Venter")
    expect(stage.page.locator("article[data-kind=whisper]")).to_have_count(0)


def test_auto_plays_as_many_turns_as_asked_and_can_be_stopped(stage: Stage, prompter: Prompter) -> None:
    stage.begin()
    stage.page.locator("#auto-turns").select_option("3")
    stage.page.locator("#auto").click()
    expect(stage.lines).to_have_count(3)
    stage.idle()
    prompter.hold()
    stage.page.locator("#auto").click()
    expect(stage.live.locator(".line-text")).to_contain_text("Line number")
    stage.page.locator("#stop").click()
    stage.idle("stopped")
    expect(stage.lines).to_have_count(3)
    stage.page.locator(".draft").get_by_role("button", name="Keep it as it is").click()
    expect(stage.lines).to_have_count(4)
    expect(stage.lines.last.locator(".line-text")).to_have_text("Line number")


def test_an_edit_shows_the_new_wording_and_undo_the_old(stage: Stage) -> None:
    stage.begin()
    stage.next()
    (old,) = texts(stage.lines)
    stage.act(stage.lines.first, "edit")
    field = stage.page.get_by_label("Edit the line")
    field.fill("Said *otherwise*.")
    field.press("Control+Enter")
    expect(stage.lines.first.locator(".line-text")).to_have_text("Said otherwise.")
    expect(stage.lines.first).to_contain_text("edited")
    stage.page.locator("#undo").click()
    expect(stage.lines.first.locator(".line-text")).to_have_text(old)


def test_a_line_taken_out_comes_back_with_undo(stage: Stage) -> None:
    stage.begin()
    stage.next(2)
    stage.act(stage.lines.first, "hide")
    expect(stage.lines).to_have_count(1)
    stage.notice.get_by_role("button", name="Undo").click()
    expect(stage.lines).to_have_count(2)


def test_a_model_that_fails_is_told_calmly_and_retry_goes_on(stage: Stage, prompter: Prompter) -> None:
    stage.begin()
    stage.next()
    stage.seat("Ansgar Tuomela")
    prompter.say(ModelUnavailable("Nobody answers at http://127.0.0.1:9. Start the server, then retry."))
    stage.say("Hello, is anybody there?")
    expect(stage.notice).to_contain_text("The model did not answer. Nobody answers at http://127.0.0.1:9.")
    expect(stage.lines).to_have_count(2)
    stage.idle()
    stage.notice.get_by_role("button", name="Retry").click()
    expect(stage.lines).to_have_count(3)
    stage.idle()
    expect(stage.notice).to_have_count(0)
    assert sum("is anybody there" in text for text in texts(stage.lines)) == 1


def test_a_second_tab_follows_by_itself(stage: Stage, visitor: Callable[..., Stage], prompter: Prompter) -> None:
    stage.begin()
    stage.next()
    second = visitor(context=stage.page.context)
    expect(second.lines).to_have_count(1)
    second.page.locator("#composer-text").fill("Half a thought")
    prompter.hold()
    prompter.say("Spoken on the other page.")
    stage.page.locator("#next").click()
    expect(second.live).to_contain_text("Spoken on")
    expect(second.state).to_have_attribute("data-state", "running")
    expect(second.page.locator("#stop")).to_be_hidden()
    prompter.go_on.set()
    expect(second.lines).to_have_count(2)
    second.idle()
    expect(second.page.locator("#composer-text")).to_have_value("Half a thought")
    second.page.locator("#composer-text").press("Enter")
    expect(stage.page.locator("article").filter(has_text="Half a thought")).to_have_count(1)


def test_a_second_tab_learns_that_the_play_moved_on_and_keeps_its_words(
    stage: Stage, visitor: Callable[..., Stage]
) -> None:
    """Where there is no socket, as behind some proxies, everything goes through the queue."""
    stage.begin()
    stage.next()
    stage.page.context.route_web_socket("**/house/channel/**", lambda socket: socket.close())
    second = visitor(context=stage.page.context)
    expect(second.lines).to_have_count(1)
    stage.next()
    second.say("A line nobody has heard.")
    expect(second.notice).to_contain_text("This play moved on elsewhere.")
    expect(second.page.locator("#composer-text")).to_have_value("A line nobody has heard.")
    expect(second.lines).to_have_count(1)
    second.notice.get_by_role("button", name="Reload").click()
    expect(second.lines).to_have_count(2)
    second.page.locator("#composer-text").press("Enter")
    expect(second.page.locator("article").filter(has_text="A line nobody has heard.")).to_have_count(1)


def test_a_play_is_renamed_archived_restored_and_erased(stage: Stage) -> None:
    page = stage.page
    stage.begin("lift-b")
    page.get_by_role("button", name="Rename Lift B").click()
    page.get_by_label("New title").fill("The bolt")
    page.get_by_label("New title").press("Enter")
    expect(stage.plays.locator(".play-title")).to_have_text("The bolt")
    expect(page.locator(".script-title")).to_have_text("The bolt")
    stage.next()
    page.get_by_role("button", name="New play").click()
    stage.begin("the-frog-vote")
    expect(stage.plays).to_have_count(2)
    page.get_by_label("Search your plays").press_sequentially("bolt")
    expect(stage.plays).to_have_count(1)
    page.get_by_role("button", name="Archive The bolt").click()
    expect(stage.notice).to_contain_text("“The bolt” is in the archive.")
    expect(stage.plays).to_have_count(0)
    stage.notice.get_by_role("button", name="Undo").click()
    expect(stage.plays).to_have_count(1)
    page.get_by_role("button", name="Archive The bolt").click()
    page.get_by_role("button", name="Archived plays").click()
    expect(stage.plays).to_have_count(1)
    page.get_by_role("button", name="Erase The bolt").click()
    page.get_by_role("button", name="Erase for good").click()
    expect(stage.plays).to_have_count(0)


def test_a_second_play_of_a_scene_is_told_from_the_first(stage: Stage) -> None:
    stage.begin("lift-b")
    stage.page.get_by_role("button", name="New play").click()
    stage.begin("lift-b")
    expect(stage.plays.locator(".play-title")).to_have_text(["Lift B, second night", "Lift B"])


def test_the_end_of_a_scene_is_told(stage: Stage, served: Served) -> None:
    stage.begin()
    stage.page.locator("#auto-turns").select_option("12")
    for _ in range(4):
        if stage.page.locator(".curtain").count():
            break
        stage.page.locator("#auto").click()
        expect(stage.state).to_have_attribute("data-state", "running")
        stage.idle()
    expect(stage.page.locator(".curtain")).to_contain_text("The scene has run its")


def test_somebody_offstage_is_brought_in_and_sent_off(stage: Stage) -> None:
    page = stage.page
    stage.begin("lift-b")
    expect(page.locator("[data-speaker=jory-tregenza]")).to_have_count(0)
    stage.company()
    page.get_by_role("button", name="Bring in Jory Tregenza").click()
    expect(page.locator("article[data-kind=enter]")).to_contain_text("Jory Tregenza comes in.")
    page.locator("[data-speaker=jory-tregenza]").click()
    expect(stage.lines).to_have_count(1)
    expect(stage.lines.first).to_have_attribute("data-actor", "jory-tregenza")
    stage.idle()
    stage.member("jory-tregenza", "off")
    expect(page.locator("article[data-kind=leave]")).to_contain_text("Jory Tregenza leaves.")


def test_the_cast_can_be_changed_before_it_begins(stage: Stage) -> None:
    page = stage.page
    page.locator("#playbill [data-scene=lift-b]").click()
    page.locator(".people [data-character=kobus-venter]").first.click()
    page.get_by_text("Bring in somebody else").click()
    page.locator(".people-small [data-character=ambrose-loss]").click()
    page.locator("#begin-seat").select_option(label="I play Mirela Dobre")
    stage.begin()
    expect(page.locator("#seat")).to_have_value("mirela-dobre")
    names = page.locator("#seat option").all_inner_texts()
    assert "Ambrose Loss" in " ".join(names) and "Kobus Venter" not in names


def test_nobody_cast_means_no_beginning(stage: Stage) -> None:
    for card in stage.page.locator(".bill-cast .people:not(.people-small) .person-card").all():
        card.click()
    expect(stage.page.locator("#begin")).to_be_disabled()
    expect(stage.page.get_by_text("Choose at least one character.")).to_be_visible()
