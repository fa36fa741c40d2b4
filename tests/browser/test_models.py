"""Which model writes: what is told, chosen and tried."""

from __future__ import annotations

import threading

import pytest
from playwright.sync_api import expect

from tests.browser.stage import Stage
from tests.fake_endpoint import FakeEndpoint, Reply

pytestmark = pytest.mark.browser


def _open(stage: Stage) -> None:
    stage.page.get_by_role("tab", name="Models").click()
    expect(stage.page.locator(".writer-row").first).to_be_visible()


def _choose(stage: Stage, endpoint: FakeEndpoint) -> None:
    _open(stage)
    page = stage.page
    page.locator("#model-name input, #model-name textarea").fill("openai/test")
    page.locator("#model-base input, #model-base textarea").fill(endpoint.url)
    page.locator("#model-key input").fill("sk-test")
    page.locator("#model-use").click()
    expect(page.locator("#models-notice .notice")).to_contain_text("openai/test writes from now on")
    expect(page.locator(".writer-title")).to_have_text("openai/test")


def test_what_runs_is_named_with_its_limits(stage: Stage) -> None:
    _open(stage)
    expect(stage.page.locator(".writer-now")).to_contain_text("The house’s own model")
    expect(stage.page.locator(".writer-limits")).to_contain_text("does not follow a scene")
    expect(stage.page.locator("[data-writer=starter]")).to_contain_text("in use")


def test_a_key_is_asked_for_where_one_is_needed(stage: Stage) -> None:
    _open(stage)
    page = stage.page
    page.locator("[data-writer='openai/gpt-4.1-mini'] button").click()
    expect(page.locator("#model-name input, #model-name textarea")).to_have_value("openai/gpt-4.1-mini")
    expect(page.locator("#model-key input")).to_be_focused()


def test_a_nameless_model_is_not_opened(stage: Stage) -> None:
    _open(stage)
    stage.page.locator("#model-use").click()
    expect(stage.page.locator("#models-notice .notice")).to_contain_text("Enter the model's name first")


def test_a_model_over_http_is_tried_and_plays(stage: Stage) -> None:
    with FakeEndpoint([Reply("Good evening to you.")], otherwise=Reply("The lamp is lit, *yawns*.")) as endpoint:
        _choose(stage, endpoint)
        stage.page.locator("#model-try").click()
        expect(stage.page.locator("#models-notice .notice")).to_contain_text("openai/test says: Good evening to you.")
        stage.page.get_by_role("tab", name="Stage").click()
        stage.page.get_by_text("House rules").click()
        stage.page.locator("#house-speakers").select_option("round_robin")
        stage.begin()
        stage.next()
        expect(stage.lines.first.locator("em")).to_have_text("yawns")
        expect(stage.page.locator(".figures")).to_contain_text("openai/test")
        assert {seen.key for seen in endpoint.requests} == {"sk-test"}


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (Reply(status=401, body='{"error": {"message": "no such key"}}'), "The model declined."),
        (Reply(status=500, body="oops"), "The model did not answer."),
        (Reply(""), "The model gave no usable line."),
        (Reply("One two three four five six", die_after=3), "The model did not answer."),
    ],
    ids=["refused", "broken", "empty", "dies mid-stream"],
)
def test_a_failing_server_is_told_calmly_and_retry_works(stage: Stage, bad: Reply, told: str) -> None:
    mended = threading.Event()
    with FakeEndpoint(lambda seen: Reply("At last, a line.") if mended.is_set() else bad) as endpoint:
        _choose(stage, endpoint)
        stage.page.get_by_role("tab", name="Stage").click()
        stage.page.get_by_text("House rules").click()
        stage.page.locator("#house-speakers").select_option("round_robin")
        stage.begin()
        stage.page.locator("#next").click()
        expect(stage.notice).to_contain_text(told)
        stage.idle()
        expect(stage.lines).to_have_count(0)
        mended.set()
        stage.notice.get_by_role("button", name="Retry").click()
        expect(stage.lines.locator(".line-text")).to_have_text(["At last, a line."])
        expect(stage.page.locator(".draft")).to_have_count(0)
