"""Two at one play at once, from the desk down: nothing lost, nothing doubled, whoever was quicker."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from studio.domain.event import Event
from studio.errors import Conflict
from studio.llm.scripted import ScriptedModel
from studio.ui.acts import Acts, Sent
from studio.ui.desk import Desk
from studio.ui.frame import Frame
from studio.ui.visit import Visit
from tests.ui.seated import at_desk, begun, last

CHUNK_SECONDS = 0.03


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    def rule(request: object, number: int) -> str:
        return f"Answer {number} to whatever has been said so far."

    async with at_desk(tmp_path, ScriptedModel(rule, chunk_chars=6, chunk_seconds=CHUNK_SECONDS)) as desk:
        yield desk


async def act(acts: Acts, visit: Visit, verb: str, **sent: object) -> Frame:
    return await last(acts.stream(visit, Sent(act=verb, **sent)))  # type: ignore[arg-type]


async def tree_of(desk: Desk, visit: Visit) -> tuple[Event, ...]:
    """All that is stored of a play, once nobody writes to it any more."""
    async with desk.lock(visit):
        return (await desk.read(visit)).tree


def check(tree: tuple[Event, ...], *once: str) -> None:
    """Every event hangs on one before it, none comes twice, and of these texts each is there just once."""
    known: set[str | None] = {tree[0].parent}
    for event in tree:
        assert event.parent in known
        known.add(event.id)
    texts = Counter(event.text for event in tree if event.kind == "speech")
    assert all(texts[text] == 1 for text in once), texts
    assert max(texts.values()) == 1, "somebody's line is there twice"


async def tabs(desk: Desk) -> tuple[Acts, Visit, Visit]:
    """One play in two tabs of its owner."""
    acts = Acts(desk)
    one = await begun(desk)
    two = (await act(acts, one.model_copy(update={"page": "tab-2"}), "open", id=one.session)).visit
    assert two
    return acts, one, two


async def test_of_two_who_speak_at_once_one_is_first_and_the_other_keeps_their_words(desk: Desk) -> None:
    acts, one, two = await tabs(desk)
    first, second = await asyncio.gather(
        act(acts, one, "send", text="I was first.", speaker="ada"),
        act(acts, two, "send", text="No, I was.", speaker="bo"),
        return_exceptions=True,
    )
    (lost,) = [visit for visit, answer in ((one, first), (two, second)) if isinstance(answer, Conflict)]
    text, speaker = ("I was first.", "ada") if lost is one else ("No, I was.", "bo")
    given_back = await desk.mishap(lost, Conflict("moved on"), restore=text)
    assert given_back.controls and given_back.controls.restore == text
    caught_up = (await act(acts, lost, "catch-up")).visit
    assert caught_up
    await act(acts, caught_up, "send", text=text, speaker=speaker)
    check(await tree_of(desk, one), "I was first.", "No, I was.")


async def test_a_branch_taken_while_a_line_streams_waits_and_is_told(desk: Desk) -> None:
    acts, one, two = await tabs(desk)
    for _ in range(2):
        one = (await act(acts, one, "next")).visit or one
    two = (await act(acts, two, "catch-up")).visit or two
    here = (await desk.read(two)).transcript.events[-2].id
    streaming = acts.stream(one, Sent(act="next"))
    async for frame in streaming:
        if frame.live and frame.live.text:
            break
    branching = asyncio.create_task(act(acts, two, "branch", id=here))
    one = (await last(streaming)).visit or one
    with pytest.raises(Conflict):
        await branching
    two = (await act(acts, two, "catch-up")).visit or two
    branched = await act(acts, two, "branch", id=here)
    tree = await tree_of(desk, one)
    check(tree)
    assert [event.text for event in tree if event.kind == "speech"][-3:] == [
        f"Answer {number} to whatever has been said so far." for number in (1, 2, 3)
    ]
    assert branched.visit and (await desk.read(branched.visit)).transcript.events[-1].id == here


async def test_an_undo_during_auto_comes_after_it_or_not_at_all(desk: Desk) -> None:
    acts, one, two = await tabs(desk)
    playing = acts.stream(one, Sent(act="auto", turns=3))
    async for frame in playing:
        if frame.live and frame.live.text:
            break
    seen = (await act(acts, two, "catch-up")).visit or two
    undoing = asyncio.create_task(act(acts, seen, "undo"))
    await last(playing)
    with pytest.raises(Conflict):
        await undoing
    tree = await tree_of(desk, one)
    check(tree)
    assert sum(event.kind == "speech" for event in tree) == 3
    seen = (await act(acts, seen, "catch-up")).visit or seen
    undone = await act(acts, seen, "undo")
    assert undone.script and sum(line.kind == "speech" for line in undone.script.lines) == 2
    assert len(await tree_of(desk, one)) == len(tree), "what was undone stays in the log"


async def test_a_tab_closed_in_mid_line_leaves_a_draft_that_the_other_tab_can_keep(desk: Desk) -> None:
    acts, one, two = await tabs(desk)
    streaming = acts.stream(one, Sent(act="next"))
    async for frame in streaming:
        if frame.live and len(frame.live.text) > 12:
            break
    await streaming.aclose()
    seen = await act(acts, two, "catch-up")
    assert seen.script and seen.script.draft and seen.visit and seen.controls and seen.controls.state == "idle"
    words = seen.script.draft.text
    kept = await act(acts, seen.visit, "keep")
    assert kept.script and kept.script.lines[-1].text == words and kept.script.draft is None
    check(await tree_of(desk, two), words)
