"""Whatever anybody writes is text: in names, titles, lines, searches and error messages nothing runs."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from studio.cards.reading import read_card
from studio.domain.character import Character
from studio.domain.scene import Part, Scene
from studio.errors import ModelUnavailable
from tests.browser.conftest import Prompter, Served
from tests.browser.stage import Stage
from tests.cards.samples import V3, packed

pytestmark = pytest.mark.browser

RUNS = "Object.assign(window,{pwned:1})"
PAYLOAD = (
    f"<img src=x onerror={RUNS}><script>{RUNS}</script>"
    f"<svg/onload={RUNS}>${{{RUNS}}}`${{{RUNS}}}`{{{{constructor}}}}{{{{{{this}}}}}} \\u0041\\x \" ' javascript:{RUNS}"
)
NAME = f"Zed {PAYLOAD}"[:200]


@pytest.fixture
def planted(served: Served) -> str:
    """A character and a scene whose every text is an attack; returns the scene's id."""
    served.plant(
        Character(
            id="zed",
            name=NAME,
            career=PAYLOAD,
            traits=(PAYLOAD,),
            backstory=PAYLOAD,
            secrets=(PAYLOAD,),
            goals=(PAYLOAD,),
            portrait=PAYLOAD,
        )
    )
    scene = Scene(
        id="zz-attack",
        title=NAME,
        genre=PAYLOAD,
        place=PAYLOAD,
        premise=PAYLOAD,
        opening=PAYLOAD,
        cast=(Part(character="zed", goal=PAYLOAD, secret=PAYLOAD), Part(character="ambrose-loss")),
    )
    return served.plant(scene)


def test_nothing_anybody_writes_ever_runs(planted: str, visitor: Callable[..., Stage], prompter: Prompter) -> None:
    stage = visitor()
    page = stage.page
    stage.begin(planted)
    expect(page.locator("article[data-kind=narration] .line-text")).to_have_text(PAYLOAD.strip())
    expect(page.locator(".script-title")).to_have_text(NAME.strip())

    prompter.say(f"(<b>I keep ${{location}} to `myself`</b> \\u0041)\n*{PAYLOAD}* {PAYLOAD}")
    page.locator("[data-speaker=zed]").click()
    expect(stage.lines).to_have_count(1)
    expect(stage.lines.last.locator(".line-name, .line-text").last).to_contain_text("<script>")
    page.locator("details.thought summary").click()
    stage.idle()

    stage.seat(NAME.strip())
    prompter.say(ModelUnavailable(PAYLOAD))
    stage.say(PAYLOAD)
    expect(stage.notice).to_contain_text("<script>")
    expect(stage.lines.nth(1).locator(".line-text")).to_have_text(PAYLOAD.strip())
    stage.notice.get_by_role("button", name="Dismiss").click()
    stage.act(stage.lines.nth(1), "edit")
    page.get_by_label("Edit the line").fill(f"again {PAYLOAD}")
    page.get_by_role("button", name="Save").click()
    expect(stage.lines.nth(1).locator(".line-text")).to_have_text(f"again {PAYLOAD}".strip())

    page.locator("[data-act=rename]").click()
    page.get_by_label("New title").fill(f"Renamed {PAYLOAD}")
    page.get_by_label("New title").press("Enter")
    expect(stage.plays.locator(".play-title")).to_contain_text("Renamed <img")
    page.get_by_label("Search your plays").press_sequentially("${")
    expect(page.get_by_text("No play matches “${”.").or_(stage.plays.first)).to_be_visible()

    page.get_by_role("tab", name="Library").click()
    page.locator("#library [data-kind=scene]").click()
    page.locator(f"#library [data-scene={planted}]").click()
    expect(page.locator(".sheet-title")).to_have_text(NAME.strip())
    page.locator(".sheet details summary").first.click()
    page.locator(".sheet-person").first.click()
    expect(page.locator(".sheet-title")).to_have_text(NAME.strip())

    page.get_by_role("tab", name="Models").click()
    page.locator("#model-name input, #model-name textarea").fill(PAYLOAD)
    page.locator("#model-use").click()
    expect(page.locator("#models-notice .notice")).to_be_visible()

    assert page.evaluate("window.pwned") is None
    assert page.locator("#transcript img[onerror], #transcript script, #library img[onerror], [onload]").count() == 0
    assert page.evaluate("[...document.querySelectorAll('a')].every(a => !a.href.startsWith('javascript:'))")


def test_a_very_long_line_keeps_the_page_in_shape(stage: Stage, prompter: Prompter) -> None:
    stage.begin()
    stage.seat("Ansgar Tuomela")
    line = "unbroken" * 6250
    stage.say(line)
    expect(stage.lines).to_have_count(2)
    first = stage.lines.first
    expect(first.get_by_role("button", name="Show the whole line (50,000 characters)")).to_be_visible()
    first.get_by_role("button", name="Show the whole line").click()
    expect(first.locator(".line-text")).to_have_text(line)
    assert stage.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_names_of_other_scripts_and_emoji_are_told_their_own_way(
    served: Served, visitor: Callable[..., Stage], prompter: Prompter
) -> None:
    people = {"noor": "نور الهدى بنت عبد الرحمن", "fox": "🦊 Fox", "long": "Wolfeschlegelsteinhausenbergerdorff " * 5}
    for id_, name in people.items():
        served.plant(Character(id=id_, name=name.strip()))
    scene = Scene(
        id="zz-names", title="Zz Names", premise="Three names.", cast=tuple(Part(character=id_) for id_ in people)
    )
    served.plant(scene)
    stage = visitor(phone=True)
    stage.begin("zz-names")
    for count, (id_, name) in enumerate(people.items(), start=1):
        prompter.say("مساء الخير يا أصدقاء" if id_ == "noor" else "Good evening 👋🏽")
        stage.page.locator(f"[data-speaker={id_}]").click()
        expect(stage.lines).to_have_count(count)
        expect(stage.lines.last.locator(".line-name")).to_have_text(name.strip())
        stage.idle()
    direction = "e => getComputedStyle(e).direction"
    assert stage.lines.first.locator("p").first.evaluate(direction) == "rtl"
    assert stage.lines.nth(1).locator("p").first.evaluate(direction) == "ltr"
    assert stage.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


HOSTILE = (
    f"<style>*{{display:none!important}}</style><link rel=stylesheet href=//elsewhere.invalid/x.css>"
    f"<svg><animate onbegin={RUNS} attributeName=x></animate><script>{RUNS}</script></svg>"
    f"<math><mtext><img src=x onerror={RUNS}></mtext></math><iframe srcdoc='<script>parent.{RUNS}</script>'></iframe>"
    f"<a href='javascript:{RUNS}'>click</a> [click](javascript:{RUNS}) ![x](http://elsewhere.invalid/seen.png) "
    "<form action=http://elsewhere.invalid/><button>go</button></form><base href=http://elsewhere.invalid/>"
    "<meta http-equiv=refresh content='0;url=http://elsewhere.invalid/'>{{user}} {{7*7}} </textarea></title>"
)


def test_nothing_of_an_imported_card_runs_is_shown_as_markup_or_is_fetched(
    served: Served, visitor: Callable[..., Stage], prompter: Prompter
) -> None:
    card = {**V3, "data": {**V3["data"], **dict.fromkeys(("name", "description", "personality", "scenario"), HOSTILE)}}
    card["data"] |= {"first_mes": HOSTILE, "tags": [HOSTILE], "nickname": HOSTILE, "mes_example": HOSTILE}
    drawing = base64.b64encode(f"<svg onload={RUNS}>{HOSTILE}</svg>".encode()).decode()
    card["data"]["assets"] = [
        {"type": "icon", "uri": f"data:image/svg+xml;base64,{drawing}", "name": "main", "ext": "svg"},
        {"type": "background", "uri": "http://elsewhere.invalid/seen.png", "name": "b", "ext": "png"},
    ]
    imported = read_card(packed(card), "hostile.json")
    assert imported.portrait is None, "a drawing with scripts is no portrait"
    served.plant(imported.character.model_copy(update={"id": "hostile"}))
    name = imported.character.name
    scene = Scene(
        id="zz-card", title="Zz Card", premise="x", cast=(Part(character="hostile"), Part(character="bettony-sloe"))
    )
    served.plant(scene)
    stage = visitor()
    page, asked = stage.page, []
    page.on("request", lambda request: asked.append(request.url))
    stage.begin("zz-card")
    first = stage.lines.first
    expect(first.locator(".line-text")).to_contain_text("<iframe srcdoc=")
    expect(first.locator(".line-text")).to_contain_text("Bettony")
    expect(first.locator(".line-name")).to_have_text(name)
    prompter.say(HOSTILE)
    page.locator("[data-speaker=hostile]").click()
    expect(stage.lines).to_have_count(2)
    stage.idle()
    page.get_by_role("tab", name="Library").click()
    page.locator("#library [data-kind=scene]").click()
    page.locator("#library [data-scene=zz-card]").click()
    expect(page.locator(".sheet-title")).to_be_visible()

    assert page.evaluate("window.pwned") is None
    inside = "#transcript :is(iframe, svg script, style, link, base, meta, form, math, animate), [href^='javascript:']"
    assert page.locator(inside).count() == 0
    assert [url for url in asked if "elsewhere.invalid" in url] == []
    picture = page.request.get(f"{served.address}/house/portraits/hostile")
    assert picture.status == 404 or picture.headers["content-type"].startswith("image/webp")
