"""What holds for every format: golden bytes, round trips, and hostile text staying text."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest

from studio.domain.event import Event
from studio.domain.session import Session
from studio.domain.transcript import Transcript
from studio.export.base import EXPORTERS
from studio.export.html import Html
from studio.export.markdown import Markdown
from studio.export.raw import Raw
from tests.export.plays import GOLDEN, play, rows_of, session

HOSTILE = '<img src=x onerror="alert(1)"> & <script>alert(2)</script> [a](javascript:alert(3)) *`_|\u202e'


@pytest.mark.parametrize("name", sorted(EXPORTERS.methods))
def test_the_bytes_are_the_agreed_ones(name: str) -> None:
    exporter = EXPORTERS.methods[name]()
    assert "".join(exporter.export((play(),))) == (GOLDEN / f"play{exporter.ending}").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(EXPORTERS.methods))
def test_every_export_says_where_it_comes_from(name: str) -> None:
    text = "".join(EXPORTERS.methods[name]().export((play(),)))
    for fact in (session().id, "0.1.0", "starter", "last-ferry", "e15", "e14"):
        assert fact in text
    assert "somebody" not in text, "the owner is nobody's business"


def test_raw_gives_back_the_very_transcript() -> None:
    header, *rows = (json.loads(row) for row in rows_of("".join(Raw().export((play(),)))))
    back = Transcript(
        session=Session.model_validate({**header["session"], "owner": "somebody"}),
        events=tuple(Event.model_validate(row["event"]) for row in rows),
    )
    assert back == play()


class Page(HTMLParser):
    """Collects elements, attributes and visible text; fails on anything that could act."""

    def __init__(self) -> None:
        super().__init__()
        self.text, self.ids, self.open = "", [], []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in {"script", "img", "iframe", "link", "object", "form"}, tag
        assert not [name for name, _ in attrs if name.startswith("on") or name in {"href", "src"}]
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data


def read(text: str) -> Page:
    page = Page()
    page.feed(text)
    page.close()
    assert not page.open
    return page


def hostile() -> Transcript:
    first = play()
    cast = tuple(
        member.model_copy(update={"name": f"{HOSTILE}{member.name}", "career": HOSTILE}) for member in session().cast
    )
    scene = session().scene.model_copy(update={"premise": HOSTILE, "place": HOSTILE, "mood": HOSTILE})
    changed = first.session.model_copy(update={"cast": cast, "scene": scene, "title": HOSTILE})
    return Transcript(
        session=changed, events=tuple(event.model_copy(update={"text": HOSTILE}) for event in first.events)
    )


def test_hostile_text_stays_text_in_html() -> None:
    page = read("".join(Html(thoughts=True).export((hostile(),))))
    assert page.text.count(HOSTILE.split("*", maxsplit=1)[0]) > 10


def test_html_names_its_lines_by_event() -> None:
    assert read("".join(Html().export((play(),)))).ids == [
        "e01",
        "e03",
        "e04",
        "e06",
        "e08",
        "e09",
        "e10",
        "e13",
        "e14",
    ]
    assert "e02" in read("".join(Html(thoughts=True).export((play(),)))).ids


def test_html_can_do_without_faces() -> None:
    assert 'class="face"' in "".join(Html().export((play(),)))
    assert 'class="face"' not in "".join(Html(faces=False).export((play(),)))


def test_html_keeps_actions_and_line_ends() -> None:
    text = "".join(Html().export((play(),)))
    assert "<em>coils the rope</em> You&#x27;re late, Mira." in text
    assert "The ward was full.<br>Can you still take me?" in text


def test_hostile_text_stays_text_in_markdown() -> None:
    text = "".join(Markdown(thoughts=True).export((hostile(),)))
    body, _, comment = text.partition("<!-- events:")
    assert not re.search(r"(?<!\\)[<>\[\]`|]", body)
    assert "-->" in comment


@pytest.mark.parametrize("line", ["# no heading", "- no list", "1. no list", "=== no rule", "> no quote", "+ no list"])
def test_a_spoken_line_cannot_become_structure(line: str) -> None:
    first = play()
    event = first.events[2].model_copy(update={"text": f"Well.\n{line}"})
    text = "".join(Markdown().export((Transcript(session=first.session, events=(event,)),)))
    assert f"\n{line}" not in text
    assert line.split(" ", 1)[1] in text


@pytest.mark.parametrize("exporter", [Markdown, Html])
def test_scripts_leave_out_what_is_no_part_of_the_play(exporter: type[Markdown] | type[Html]) -> None:
    quiet, loud = ("".join(exporter(thoughts=thoughts).export((play(),))) for thoughts in (False, True))
    for text in (quiet, loud):
        assert "Let the engine fail" not in text and "No chance" not in text and "nobody wants" not in text
        assert "For you, always." in text and "whispers to Teo Brandt" in text
    assert "contract" not in quiet and "contract" in loud


def test_files_are_named_by_our_own_id() -> None:
    named = play(title="../../etc/passwd")
    assert {EXPORTERS.methods[name]().file_name(named).split(".")[0] for name in EXPORTERS.methods} == {session().id}
