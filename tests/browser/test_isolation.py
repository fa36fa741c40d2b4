"""Two visitors at once."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from studio.ui import elements
from tests.browser.conftest import Prompter, Served
from tests.browser.stage import Stage, arrived

pytestmark = pytest.mark.browser


def test_two_visitors_never_see_each_others_plays(visitor: Callable[..., Stage], prompter: Prompter) -> None:
    ada, bo = visitor(), visitor()
    ada.begin("lift-b")
    prompter.hold()
    prompter.say("Something only Ada may read.")
    ada.page.locator("#next").click()
    expect(ada.live.locator(".line-text")).to_contain_text("Something only")
    bo.begin("the-frog-vote")
    bo.next()
    prompter.go_on.set()
    expect(ada.lines).to_have_count(1)
    ada.idle()
    assert "Something only Ada may read." in ada.page.locator("#transcript").inner_text()
    assert "Something only" not in bo.page.locator("body").inner_text()
    for stage, title in ((ada, "Lift B"), (bo, "The Frog Vote")):
        stage.page.reload()
        arrived(stage.page)
        expect(stage.plays.locator(".play-title")).to_have_text([title])


def test_anothers_session_id_opens_nothing(visitor: Callable[..., Stage], served: Served) -> None:
    ada, bo = visitor(), visitor()
    ada.begin("lift-b")
    theirs = ada.plays.first.get_attribute("data-id")
    bo.begin("the-frog-vote")
    bo.plays.locator(".play-open").first.evaluate(
        "(button, id) => { const element = document.querySelector('#plays .gr-plays').parentElement; "
        "button.parentElement.dataset.id = id; }",
        theirs,
    )
    page = bo.page
    config = page.evaluate("fetch('config').then(answer => answer.json())")
    composer = next(part["id"] for part in config["components"] if part["props"].get("elem_id") == elements.COMPOSER)
    opening = next(event for event in config["dependencies"] if [composer, "act"] in event["targets"])
    answer = page.evaluate(
        """async ([fn_index, trigger_id, id]) => {
            const session_hash = "borrowed";
            await fetch("gradio_api/queue/join", { method: "POST", headers: { "Content-Type": "application/json" },
              body: JSON.stringify({ data: [null], fn_index, trigger_id, session_hash,
                                     event_data: { act: "open", id } }) });
            const stream = await fetch("gradio_api/queue/data?session_hash=" + session_hash);
            return await stream.text();
        }""",
        [opening["id"], opening["targets"][0][0], theirs],
    )
    assert "process_completed" in answer
    assert "Lift B" not in answer
    assert "Gentlemen do not push" not in answer


def test_a_key_stays_out_of_the_browser_the_database_and_the_page(
    visitor: Callable[..., Stage], served: Served
) -> None:
    stage = visitor()
    page = stage.page
    page.get_by_role("tab", name="Models").click()
    page.locator("#model-name input, #model-name textarea").fill("openai/some-model")
    page.locator("#model-base input, #model-base textarea").fill("http://127.0.0.1:9/v1")
    page.locator("#model-key input").fill("sk-very-secret-key")
    page.locator("#model-use").click()
    expect(page.locator("#models-notice .notice")).to_contain_text("openai/some-model writes from now on")
    expect(page.locator("#model-key input")).to_have_value("")
    kept = page.evaluate("JSON.stringify({ ...localStorage, ...sessionStorage }) + document.cookie")
    assert "sk-very-secret-key" not in kept + page.content()
    database = served.studio.settings.data_dir
    assert all(b"sk-very-secret-key" not in file.read_bytes() for file in database.glob("studio.db*"))

    other = visitor()
    other.page.get_by_role("tab", name="Models").click()
    expect(other.page.locator(".writer-title")).not_to_have_text("openai/some-model")
    assert json.dumps(kept)
