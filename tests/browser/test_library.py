"""The library: look, search, narrow down, open, mark, bring in, take out, play."""

from __future__ import annotations

import copy
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from studio.cards.png_chunks import keyword, text, walk
from studio.domain.character import Character
from studio.library.yaml_file import write
from tests.browser.conftest import Served
from tests.browser.stage import Stage, arrived
from tests.cards import samples

pytestmark = pytest.mark.browser
NAME = "Ola <b>Lind</b>"


def come(stage: Stage, kind: str = "") -> Page:
    """The library, at one kind of thing."""
    page = stage.page
    page.get_by_role("tab", name="Library").click()
    expect(page.locator("#library .holding").first).to_be_visible()
    if kind:
        page.locator(f"#library [data-kind={kind}]").click()
        expect(page.locator(f"#library [data-kind={kind}]")).to_have_attribute("aria-pressed", "true")
    return page


def drop(page: Page, *files: tuple[str, bytes]) -> None:
    """Drag files onto the page and let go."""
    sent = [{"name": name, "bytes": list(data)} for name, data in files]
    transfer = page.evaluate_handle(
        """files => { const transfer = new DataTransfer();
        for (const one of files) transfer.items.add(new File([new Uint8Array(one.bytes)], one.name));
        return transfer; }""",
        sent,
    )
    page.dispatch_event("#librarypage", "dragover", {"dataTransfer": transfer})
    page.dispatch_event("#librarypage", "drop", {"dataTransfer": transfer})


def saved(page: Page, entry: str, folder: Path) -> bytes:
    """What an entry of the sheet's menu gives to keep."""
    page.locator("#detail-save summary").click()
    with page.expect_download() as download:
        page.locator(f"#detail-save [data-act={entry}]").click()
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    return file.read_bytes()


def test_a_scene_is_found_read_and_played(stage: Stage) -> None:
    page = come(stage, "scene")
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
    page.get_by_role("tab", name="Library").click()
    expect(page.locator("#library-search")).to_have_value("")  # the tab's own greeting has come
    page.locator("#library [data-kind=session]").click()
    page.locator("#library [data-session]").first.click()
    expect(page.locator(".script-title")).to_have_text("Lift B")


def test_a_search_without_a_match_says_so(stage: Stage) -> None:
    page = come(stage)
    page.locator("#library-search").press_sequentially("xylophone emergency")
    expect(page.get_by_text("No character matches “xylophone emergency”.")).to_be_visible()
    page.locator("#library-everything").click()
    expect(page.locator("#library .holding").first).to_be_visible()
    expect(page.locator("#library-search")).to_have_value("")


def test_the_list_is_narrowed_down_and_marked(stage: Stage) -> None:
    page = come(stage)
    everybody = page.locator("#library .holding")
    count = everybody.count()
    page.locator("#library-filters summary").click()
    (kind,) = page.locator("[data-filter=mbti]").select_option(index=1)
    expect(page.locator("#library-count")).to_contain_text("character")
    expect(everybody).not_to_have_count(count)
    page.locator("#library-clear").click()
    expect(everybody).to_have_count(count)
    assert kind

    page.get_by_role("button", name="Favourite: Mirela Dobre").click()
    page.locator("[data-filter=favourites]").click()
    expect(everybody).to_have_count(1)
    page.locator("#library [data-character=mirela-dobre]").click()
    page.locator("#detail-tag").fill("night shift")
    page.keyboard.press("Enter")
    expect(page.locator("#library [data-character=mirela-dobre]")).to_contain_text("night shift")
    page.locator("#detail-folder").fill("Act one")
    page.locator("#detail-folder-put").click()
    expect(page.locator("#library [data-character=mirela-dobre]")).to_contain_text("Act one")
    page.locator("[data-filter=favourites]").click()
    expect(everybody).to_have_count(count)
    page.locator("[data-filter=folder]").select_option("Act one")
    expect(everybody).to_have_count(1)
    page.reload()
    come(stage)  # before the page has arrived
    expect(page.locator("#library [data-character=mirela-dobre]")).to_contain_text("night shift")


def test_a_card_is_dragged_in_told_of_listed_and_saved_again_unharmed(stage: Stage, tmp_path: Path) -> None:
    page = come(stage)
    spec = copy.deepcopy(samples.V3)
    spec["data"]["name"] = NAME
    spec["data"]["extensions"]["regex_scripts"] = [{"findRegex": "/a/", "replaceString": "b"}]
    card = samples.png(samples.text_chunk(spec, "ccv3"), base=samples.picture(64, 64))
    drop(page, ("ola.png", card), ("broken.png", b"\x89PNG\r\n\x1a\nnothing more"))
    told = page.locator("[data-file='ola.png']")
    expect(page.locator("#incoming-state")).to_have_attribute("data-state", "done")
    expect(told).to_contain_text("came in")
    expect(page.locator("[data-file='broken.png'] .report-error")).to_be_visible()
    told.locator("summary").click()
    expect(told.locator(".report-part").first).to_be_visible()
    told.get_by_role("button", name="Open").click()
    expect(page.locator("#library-detail .sheet-title")).to_have_text(NAME)
    assert card_text(saved(page, "take-png", tmp_path)) == card_text(card), "not a byte of the card's data is another"

    drop(page, ("ola.png", card))
    expect(page.locator("[data-file='ola.png']")).to_contain_text("was here already")

    page.locator("#detail-remove").click()
    expect(page.locator("#library-notice .notice")).to_contain_text("in the trash")
    expect(page.locator("#library .holding").filter(has_text=NAME)).to_have_count(0)
    page.locator("#library-notice [data-act=bring]").click()
    expect(page.locator("#library .holding").filter(has_text=NAME)).to_have_count(1)


def card_text(card: bytes) -> bytes:
    """The character data of a PNG card as they stand in it."""
    return next(text(card, chunk) for chunk in walk(card).items if keyword(card, chunk) == "ccv3")


def test_a_zip_of_many_comes_in_and_those_chosen_go_out(stage: Stage, tmp_path: Path) -> None:
    page = come(stage)
    people = [Character(id=f"walker-{number}", name=f"Walker {number}", career="walker") for number in range(7)]
    bundle = tmp_path / "walkers.zip"
    with zipfile.ZipFile(bundle, "w") as archive:
        for one in people:
            archive.writestr(f"walkers/{one.id}.yaml", write(one))
    page.locator("#library-bring").click()
    page.locator("#incoming-files").set_input_files(bundle)
    expect(page.locator("#incoming-state")).to_have_attribute("data-state", "done")
    expect(page.locator("#incoming-state")).to_contain_text("7 came in")
    page.locator("#library-search").fill("walker")
    expect(page.locator("#library .holding")).to_have_count(7)
    for number in (1, 2):
        page.get_by_label(f"Choose Walker {number}").check()
    expect(page.locator("#library-chosen")).to_contain_text("2 chosen")
    page.locator("#chosen-save summary").click()
    with page.expect_download() as download:
        page.locator("#chosen-save [data-act=zip-yaml]").click()
    out = tmp_path / "out.zip"
    download.value.save_as(out)
    with zipfile.ZipFile(out) as archive:
        assert sorted(archive.namelist()) == ["walker-1.yaml", "walker-2.yaml"]
    page.locator("#chosen-tag").fill("hill")
    page.locator("#chosen-tag-go").click()
    expect(page.locator("#library [data-character=walker-2]")).to_contain_text("hill")
    page.locator("#chosen-remove").click()
    expect(page.locator("#library .holding")).to_have_count(5)
    page.locator("#library-notice [data-act=bring]").click()
    expect(page.locator("#library .holding")).to_have_count(7)


def test_ten_thousand_are_listed_by_the_page_and_found(stage: Stage, served: Served) -> None:
    page = come(stage)
    folder = served.studio.settings.shipped_dir / "characters"
    planted = []
    for number in range(10_000):
        one = Character(id=f"zz-crowd-{number}", name=f"Zz Crowd {number}", career="passer-by", tags=("crowd",))
        file = folder / f"{one.id}.yaml"
        file.write_bytes(write(one))
        planted.append(file)
    try:
        page.reload()
        come(arrived(page))
        expect(page.locator("#library-count")).to_contain_text(" of 10,0")
        expect(page.locator("#library .holding")).to_have_count(48)
        page.locator("#page-next").click()
        expect(page.locator("#library-count")).to_contain_text("49–96")
        expect(page.locator("#library .holding")).to_have_count(48)
        page.locator("#library-search").fill("crowd 9876")
        expect(page.locator("#library .holding")).to_have_count(1)
        expect(page.locator("#library [data-character=zz-crowd-9876]")).to_be_visible()
    finally:
        for file in planted:
            file.unlink()


def test_nobody_sends_or_fetches_without_a_ticket(stage: Stage, served: Served) -> None:
    request = stage.page.request
    assert request.put(f"{served.address}/house/incoming/guess?name=a.png", data=b"x").status == 404
    assert request.get(f"{served.address}/house/outgoing/guess").status == 404


def test_the_library_fits_a_phone(visitor: object) -> None:
    page = come(visitor(phone=True), "scene")  # type: ignore[operator]
    page.locator("#library [data-scene=lift-b]").click()
    expect(page.locator("#play-scene")).to_be_in_viewport()
    page.locator("#library-bring").click()
    expect(page.locator("#incoming-panel")).to_be_in_viewport()
    assert page.evaluate("document.scrollingElement.scrollWidth <= window.innerWidth")
