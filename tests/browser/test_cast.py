"""The Cast page: compose, mend, save, play, and nothing lost on the way."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Prompter
from tests.browser.stage import Stage, arrived

pytestmark = pytest.mark.browser

EXPANDED = {
    "name": "Odile Marsh",
    "gender": "female",
    "age": "52",
    "tone": "dry, every third sentence a joke",
    "career": "a lighthouse keeper on the Skerry",
    "personality": "Neat to a fault and slow to trust.",
    "advantages_and_disadvantages": "Remembers every ship, forgives none.",
    "hobby": "Paints buoys.",
    "family_relationship": "A sister who writes at Easter.",
    "social_relationship": "Known to the harbour by lamp signal.",
    "living_conditions": "Four rooms stacked in a tower.",
}


class Bench:
    """The Cast page of one visitor."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.page = stage, stage.page

    def come(self) -> Bench:
        """Open the tab."""
        self.page.get_by_role("tab", name="Cast").click()
        expect(self.page.locator("#cast-list .company-member").first).to_be_visible()
        return self

    def start(self) -> Bench:
        """Put somebody new on the bench."""
        self.come()
        self.page.locator("#welcome-new").click()
        expect(self.page.locator("#cast-name")).to_be_focused()
        return self

    def section(self, name: str) -> None:
        """Turn to a section of the form."""
        self.page.locator(f"#cast-tab-{name}").click()
        expect(self.page.locator(f"#cast-panel-{name}")).to_be_visible()

    def state(self, name: str) -> None:
        """Wait until what is on the bench is `draft` or `saved`, and nothing is on its way."""
        expect(self.page.locator("#cast-state")).to_have_attribute("data-state", name)

    def save(self) -> None:
        """Save, and wait for it."""
        self.page.locator("#cast-save").click()
        self.state("saved")

    def add(self, field: str, *words: str) -> None:
        """Type chips."""
        for word in words:
            self.page.locator(f"#cast-{field}").fill(word)
            self.page.locator(f"#cast-{field}").press("Enter")

    def chips(self, field: str) -> Locator:
        """The chips of a field."""
        return self.page.locator(f"[data-row={field}] .cast-chip")

    @property
    def marks(self) -> Locator:
        """What is to be mended, wherever it stands."""
        return self.page.locator("#cast .mark-error")

    def member(self, name: str) -> Locator:
        """Somebody in the list."""
        return self.page.locator("#cast-list .company-member").filter(has_text=name)


@pytest.fixture
def bench(stage: Stage) -> Bench:
    """One visitor's bench."""
    return Bench(stage)


def test_compose_expand_mend_save_and_play(bench: Bench, prompter: Prompter) -> None:
    page = bench.start().page
    page.locator("#cast-seed").fill("7")
    page.locator("[data-lock=traits]").click()
    bench.add("traits", "neat", "slob")
    expect(bench.marks).to_contain_text("'neat' and 'slob' exclude each other")
    page.locator("#cast-roll").click()
    expect(page.get_by_text("Rolled with seed 7")).to_be_visible()
    expect(bench.chips("traits")).to_have_text(["neat", "slob"])
    expect(page.locator("#cast-career")).not_to_have_value("")
    page.locator("#cast-undo").click()
    expect(page.locator("#cast-career")).to_have_value("")
    page.locator("#cast-redo").click()
    expect(page.locator("#cast-career")).not_to_have_value("")

    page.locator("#cast-anew").check()
    prompter.say(json.dumps(EXPANDED))
    prompter.hold(after=12)
    page.locator("#cast-expand").click()
    expect(page.locator("#cast-pen .pen")).to_contain_text("Expand")
    expect(page.locator("[data-row=name] .cast-live")).to_have_text("Odile Marsh")
    prompter.go_on.set()
    expect(page.locator("#cast-name")).to_have_value("Odile Marsh")
    expect(page.locator("#cast-age")).to_have_value("52")
    expect(page.locator(".cast-live")).to_have_count(0)

    page.get_by_role("button", name="Take out slob").click()
    expect(bench.marks).to_have_count(0)
    told = page.locator("#cast-told")
    expect(told.locator("[data-part=name]")).to_contain_text("Odile Marsh, 52")
    bench.save()
    expect(bench.member("Odile Marsh").locator("img")).to_be_visible()

    page.locator("#cast-play").click()
    expect(page.locator("#playbill [data-character=odile-marsh] input")).to_be_checked()
    page.locator("#playbill [data-scene=lift-b]").click()
    expect(page.locator("#playbill [data-character=odile-marsh] input")).to_be_checked()
    bench.stage.begin()
    prompter.say("*lights the lamp* You are late, all of you.")
    page.locator("[data-speaker=odile-marsh]").click()
    expect(bench.stage.lines).to_have_count(1)
    bench.stage.idle()
    expect(bench.stage.lines.first).to_contain_text("You are late")
    assert "Odile Marsh, 52" in prompter.asked[-1].messages[0].content


def test_a_writer_is_stopped_and_what_came_so_far_stays(bench: Bench, prompter: Prompter) -> None:
    page = bench.start().page
    page.locator("#cast-name").fill("Bo Lind")
    prompter.say("You are Bo Lind, who was late for everything but the flood.")
    prompter.hold(after=6)
    page.locator("#cast-narrate").click()
    expect(page.locator("#cast-pen .pen-text")).to_contain_text("You are Bo Lind, who was")
    page.locator("#cast-stop").click()
    bench.section("identity")
    expect(page.locator("#cast-backstory")).to_have_value("You are Bo Lind, who was")
    assert prompter.broken_off.wait(20)
    page.locator("#cast-undo").click()
    expect(page.locator("#cast-backstory")).to_have_value("")


def test_a_draft_outlasts_a_reload_and_belongs_to_its_writer(bench: Bench, visitor: Callable[..., Stage]) -> None:
    page = bench.start().page
    page.locator("#cast-name").fill("Ada Voss")
    bench.section("ties")
    page.locator("[data-add=secrets]").click()
    page.locator("#cast-secrets textarea").fill("She moved the boundary stone.")
    bench.state("draft")
    page.reload()
    arrived(page)
    bench.come()
    expect(page.locator("#cast-name")).to_have_value("Ada Voss")
    bench.section("ties")
    expect(page.locator("#cast-secrets textarea")).to_have_value("She moved the boundary stone.")
    assert "boundary" not in page.evaluate("JSON.stringify({ ...localStorage, ...sessionStorage })")
    other = Bench(visitor()).come()
    expect(other.member("Ada Voss")).to_have_count(0)


def test_lore_is_written_tried_and_fires_on_the_stage_with_its_reason(bench: Bench, prompter: Prompter) -> None:
    page = bench.come().page
    bench.member("Kobus Venter").click()
    expect(page.locator("#cast-name")).to_have_value("Kobus Venter")
    bench.section("lore")
    page.locator("#cast-lore-start").click()
    entry = page.locator(".entry-open")
    entry.locator("[data-field=name]").fill("The chime")
    entry.locator("[data-field=keys]").fill("suitcase, /chim(e|ing)/i")
    entry.locator("[data-field=keys]").press("Enter")
    entry.get_by_label("Content").fill("The suitcase chimes when it is knelt on.")
    page.locator("#cast-trial").fill("What is in that suitcase?")
    trace = page.locator(".trace-fired")
    expect(trace).to_have_text("The chime: called by “suitcase”.")
    page.locator("#cast-trial").fill("Nothing of interest.")
    expect(page.locator(".trace")).to_contain_text("Nothing is called up by this.")
    expect(page.locator(".trace")).to_contain_text("The chime: not mentioned.")
    bench.save()

    page.get_by_role("tab", name="Stage").click()
    bench.stage.begin("lift-b")
    bench.stage.seat("Aurelio Bassi")
    bench.stage.say("Whose suitcase is this?")
    expect(bench.stage.lines).to_have_count(2)
    bench.stage.idle()
    bench.stage.seat("the director")
    page.locator("[data-speaker=kobus-venter]").click()
    expect(bench.stage.lines).to_have_count(3)
    bench.stage.idle()
    expect(page.locator("#backstage .lore")).to_contain_text("The chime: called by “suitcase”.")
    assert any("chimes when it is knelt on" in message.content for message in prompter.asked[-1].messages)


def test_leaving_with_unsaved_changes_is_asked_about(bench: Bench) -> None:
    page = bench.come().page
    bench.member("Linh Pham").click()
    page.locator("#cast-career").fill("a retired pirate")
    page.get_by_role("tab", name="Library").click()
    asked = page.get_by_role("dialog")
    expect(asked).to_contain_text("Linh Pham has changes that are not saved")
    asked.get_by_role("button", name="Stay").click()
    expect(page.locator("#cast-career")).to_be_visible()
    bench.member("Hemi Parata").click()
    page.get_by_role("dialog").get_by_role("button", name="Leave the draft").click()
    expect(page.locator("#cast-name")).to_have_value("Hemi Parata")
    expect(bench.member("Linh Pham")).to_contain_text("Not saved")
    bench.member("Linh Pham").click()
    expect(page.locator("#cast-career")).to_have_value("a retired pirate")
    leaving: list[str] = []
    page.on("dialog", lambda dialog: (leaving.append(dialog.type), dialog.accept()))
    page.reload()
    assert leaving == ["beforeunload"]
    arrived(page)
    bench.come()
    expect(page.locator("#cast-career")).to_have_value("a retired pirate")
    page.get_by_role("tab", name="Library").click()
    page.get_by_role("dialog").get_by_role("button", name="Save and go").click()
    expect(page.locator("#library [data-character=linh-pham]")).to_contain_text("a retired pirate")


def test_versions_come_back_and_removals_are_undone(bench: Bench) -> None:
    page = bench.come().page
    bench.member("Mirela Dobre").click()
    page.locator("#cast-career").fill("a lion tamer")
    bench.save()
    page.locator("#cast-career").fill("a lion")
    bench.save()
    bench.section("history")
    expect(page.locator(".version")).to_have_count(3)
    expect(page.locator(".version").first).to_contain_text("Changed: Career")
    page.get_by_role("button", name="Bring back version 1").click()
    bench.section("compose")
    expect(page.locator("#cast-career")).to_have_value("a tower crane operator")
    page.locator("#cast-undo").click()
    expect(page.locator("#cast-career")).to_have_value("a lion")
    page.locator("#cast-redo").click()
    bench.save()

    page.locator("#cast-menu summary").click()
    page.locator("#cast-copy").click()
    expect(page.locator("#cast-name")).to_have_value("Mirela Dobre (copy)")
    page.locator("#cast-menu summary").click()
    page.locator("#cast-discard").click()
    expect(page.locator("#welcome-new")).to_be_visible()
    page.locator("#cast-notice").get_by_role("button", name="Undo").click()
    expect(page.locator("#cast-name")).to_have_value("Mirela Dobre (copy)")
    bench.save()
    page.locator("#cast-menu summary").click()
    page.locator("#cast-remove").click()
    expect(bench.member("Mirela Dobre (copy)")).to_have_count(0)
    page.locator("#cast-notice").get_by_role("button", name="Undo").click()
    expect(bench.member("Mirela Dobre (copy)")).to_have_count(1)


def test_two_tabs_on_one_character_lose_nothing(bench: Bench, visitor: Callable[..., Stage]) -> None:
    page = bench.come().page
    bench.member("Poldi Hrubesch").click()
    other = Bench(visitor(context=page.context)).come()
    other.member("Poldi Hrubesch").click()
    page.locator("#cast-age").fill("61")
    bench.save()
    other.page.locator("#cast-age").fill("62")
    other.page.locator("#cast-save").click()
    notice = other.page.locator("#cast-notice .notice")
    expect(notice).to_contain_text("saved in another tab")
    notice.get_by_role("button", name="Save this one").click()
    other.state("saved")
    other.section("history")
    expect(other.page.locator(".version")).to_have_count(3)


def test_questionnaires_are_scored_as_they_are_answered(bench: Bench) -> None:
    page = bench.come().page
    bench.member("Nkechi Duru").click()
    expect(page.locator("#cast-name")).to_have_value("Nkechi Duru")
    bench.section("identity")
    survey = page.locator("[data-survey=bfi]")
    survey.locator("> summary").click()
    for item, step in ((6, 7), (21, 1)):
        survey.locator(f"[data-item='{item}']").locator(f"input[value='{step}']").check()
    expect(survey.locator("> summary")).to_contain_text("2 of 30 answered")
    facet = survey.locator(".survey-facet").filter(has_text="Assertiveness")
    expect(facet).to_contain_text("very high")
    survey.get_by_role("button", name="Take the scores over").click()
    expect(page.locator("#cast-identity-personal")).to_have_value("Extraversion is very high (takes charge).")
    form = page.locator("[data-survey=social]")
    form.locator("> summary").click()
    page.locator("#social-residence").fill("Tromsø")
    form.get_by_role("button", name="Write it into the text").click()
    expect(page.locator("#cast-identity-social")).to_have_value("- Residence: Tromsø")
    bench.save()
    page.reload()
    arrived(page)
    page.get_by_role("tab", name="Library").click()
    page.locator("#library [data-character=nkechi-duru]").click()
    page.locator("#edit-character").click()
    bench.section("identity")
    expect(survey.locator("> summary")).to_contain_text("2 of 30 answered")


def test_a_portrait_is_drawn_chosen_and_never_anything_but_a_picture(bench: Bench) -> None:
    page: Page = bench.start().page
    page.locator("#cast-name").fill("Cy Marsh")
    page.locator("#cast-draw").click()
    portrait = page.locator("#cast-portrait img")
    expect(portrait).to_be_visible()
    drawn = portrait.get_attribute("src")
    picture = io.BytesIO()
    Image.new("RGB", (1800, 1200), "teal").save(picture, "PNG")
    page.locator("#cast-file").set_input_files(
        {"name": "me.png", "mimeType": "image/png", "buffer": picture.getvalue()}
    )
    expect(portrait).not_to_have_attribute("src", drawn or "")
    assert page.request.get(portrait.get_attribute("src") or "").headers["content-type"] == "image/webp"
    page.locator("#cast-file").set_input_files(
        {"name": "x.png", "mimeType": "image/png", "buffer": b"<svg onload=alert(1)>"}
    )
    expect(page.locator(".cast-says")).to_contain_text("no picture the browser can read")
    page.locator("#cast-undo").click()
    expect(portrait).to_have_attribute("src", drawn or "")


def test_a_phone_composes_without_scrolling_sideways(visitor: Callable[..., Stage]) -> None:
    bench = Bench(visitor(phone=True))
    page = bench.page
    page.get_by_role("tab", name="Cast").click()
    page.locator("#welcome-roll").click()
    bench.state("draft")
    expect(page.locator("#cast-play")).to_be_in_viewport()
    for section in ("identity", "voice", "ties", "lore", "openings", "origin", "history", "compose"):
        bench.section(section)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, section
    page.locator("#cast-tab-told").click()
    expect(page.locator("#told-total")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator("#cast-open-list").click()
    expect(bench.member("Jory Tregenza")).to_be_visible()
    page.locator("#cast-shade").click(position={"x": 380, "y": 400})
    expect(page.locator("#cast-list")).to_be_hidden()
