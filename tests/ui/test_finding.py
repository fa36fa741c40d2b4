"""Finding lines: only those the viewer may see, newest first, wherever they stand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from studio.domain.event import DIRECTOR
from studio.ui.desk import Desk
from studio.ui.finding import find_of
from studio.ui.performance import Performance
from studio.ui.present import WINDOW
from tests.ui.seated import at_desk, begun, last, scripted


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    lines = [
        "<think>The *Kettle* is mine alone.</think> The KETTLE whistled  twice.",
        "Nothing here.",
        "A kettle, again.",
    ]
    async with at_desk(tmp_path, scripted(lines)) as opened:
        yield opened


async def test_lines_are_found_whatever_their_case_and_only_by_who_may_see_them(desk: Desk) -> None:
    visit = await begun(desk)
    for _ in range(3):
        visit = (await last(Performance(desk).next(visit))).visit or visit
    transcript = (await desk.read(visit)).transcript
    found = find_of(transcript, DIRECTOR, "  kettle ")
    assert found.total == len(found.hits) >= 2
    assert [hit.turn for hit in found.hits] == sorted((hit.turn for hit in found.hits), reverse=True)
    assert all(hit.found.casefold() == "kettle" and "*" not in hit.before + hit.after for hit in found.hits)
    speaker = next(event.actor for event in transcript.told if "again" in event.text)
    others = [member.id for member in transcript.session.cast if member.id != speaker]
    for viewer in others:
        seen = {event.id for event in transcript.told if viewer in event.audience}
        assert {hit.id for hit in find_of(transcript, viewer, "kettle").hits} <= seen
    assert find_of(transcript, DIRECTOR, "xylophone").total == 0
    assert find_of(transcript, DIRECTOR, "   ") == find_of(transcript, DIRECTOR, "")


async def test_a_line_beyond_the_window_is_brought_onto_the_page(desk: Desk) -> None:
    visit = await begun(desk)
    visit = (await last(Performance(desk).next(visit))).visit or visit
    first = (await desk.read(visit)).transcript.told[0].id
    frame = await desk.scroll(visit.model_copy(update={"window": 1}), "line", first)
    assert frame.script is not None and first in {line.id for line in frame.script.lines}
    assert frame.visit is not None and frame.visit.window >= WINDOW
