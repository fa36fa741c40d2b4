"""One reader of a long play in a real browser: how long it takes to open, to type, and to take in another line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

import numpy as np
from playwright.sync_api import Page, expect, sync_playwright

from tests.chromium import ARGUMENTS, ensure

OPENINGS = 5
MEMORY = "--enable-precise-memory-info"
KEYS = 120
KEY_MS = 60
LONG_WINDOW = 1000
SHOWN = 200
WAIT_MS = 60_000
READY = "#app-ready textarea, #app-ready input"
OPEN = """() => new Promise((done) => {
  const began = performance.now();
  const ready = () => document.querySelectorAll("#transcript .line").length >= 200
    && document.getElementById("run-state").dataset.state === "idle";
  const look = () => requestAnimationFrame(() => (ready() ? done(performance.now() - began) : look()));
  document.querySelector("#plays .play-open").click();
  look();
})"""
LISTEN = """() => {
  window.keyTimes = [];
  document.getElementById("composer-text").addEventListener("keydown", (event) => {
    requestAnimationFrame(() => requestAnimationFrame(() => window.keyTimes.push(performance.now() - event.timeStamp)));
  });
  window.updateTimes = [];
  const send = window.dispatchEvent.bind(window);
  window.dispatchEvent = (event) => {
    if (event.type !== "greenroom-part" || event.detail.name !== "transcript") return send(event);
    const began = performance.now();
    send(event);
    document.body.offsetHeight;
    window.updateTimes.push(performance.now() - began);
  };
}"""


@contextmanager
def _page() -> Iterator[Page]:
    path = ensure()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*ARGUMENTS, "--enable-precise-memory-info"])
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.set_default_timeout(WAIT_MS)
        expect.set_options(timeout=WAIT_MS)
        yield page
        browser.close()


def _arrive(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator(READY)).to_have_value("ready")
    expect(page.locator('[data-part="channel"]')).to_have_attribute("data-open", "yes")


def _idle(page: Page) -> None:
    expect(page.locator("#run-state")).not_to_have_attribute("data-state", "running")


def reader(address: str) -> dict[str, float | int]:
    """Open the one play of a house, write while lines come, and take in lines with `LONG_WINDOW` of them shown.

    Returns `open_5000_s`: the median from the click to a page that shows the newest lines and can be used;
    `input_p95_ms`: from a key to the second frame after it, while a line streams; `update_ms_at_1000`: the page's own
    work on another line, layout included, median; `lines_held` and `heap_mb`: what the page holds before more is asked
    for.
    """
    with _page() as page:
        _arrive(page, address)
        opened = []
        for _ in range(OPENINGS):
            opened.append(page.evaluate(OPEN) / 1000)
            held = page.locator("#transcript .line").count()
            heap = page.evaluate("performance.memory.usedJSHeapSize") / 1e6
            page.locator("#new-play").click()
            expect(page.locator("#stage[data-mode=bill]")).to_be_attached()
        page.evaluate(OPEN)
        page.evaluate(LISTEN)
        page.locator("#auto-turns").select_option("8")
        page.locator("#auto").click()
        page.locator("#composer-text").click()
        page.keyboard.type("the water is at the second step "[:32] * (KEYS // 32), delay=KEY_MS)
        _idle(page)
        keys = page.evaluate("window.keyTimes")
        while page.locator("#transcript .line").count() < LONG_WINDOW:
            before = page.locator("#transcript .line").count()
            page.locator("[data-key=earlier]").click()
            page.wait_for_function(f"document.querySelectorAll('#transcript .line').length > {before}")
        page.evaluate("window.updateTimes.length = 0")
        page.locator("#auto").click()
        expect(page.locator("#run-state")).to_have_attribute("data-state", "running")
        _idle(page)
        updates = page.evaluate("window.updateTimes")
    return {
        "open_5000_s": round(median(opened), 3),
        "open_5000_first_s": round(opened[0], 3),
        "input_p95_ms": round(float(np.percentile(keys, 95)), 1),
        "keys": len(keys),
        "update_ms_at_1000": round(median(updates), 1),
        "updates": len(updates),
        "lines_held": held,
        "heap_mb": round(heap, 1),
    }
