"""Undo, redo, other versions, branches and checkpoints: the head moves, the log only grows."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from studio.domain.event import Kind
from studio.errors import Conflict, Invalid, NotFound
from tests.roleplay.company import OWNER, PAIR, TWO, Company, Voice, gathered, lines, texts


async def test_undo_and_redo_go_by_whole_turns(tmp_path: Path) -> None:
    async with gathered(tmp_path, Voice(thought="Better not say that.")) as company:
        states = [await company.begin(TWO, PAIR)]
        for _ in range(3):
            states.append(await company.turn(states[-1]))
        transcript = states[-1]
        for earlier in reversed(states[:-1]):
            transcript = await company.history.undo(transcript)
            assert transcript.events == earlier.events == (await company.stored(transcript)).events
            assert (await company.archive.sessions.list(OWNER))[0].turns == earlier.turns
        for later in states[1:]:
            transcript = await company.history.redo(transcript)
            assert transcript.events == later.events == (await company.stored(transcript)).events
        assert await company.history.redo(transcript) == transcript


async def test_everything_can_be_undone_to_the_empty_stage_and_played_again(company: Company) -> None:
    transcript = await company.turn(await company.begin(TWO, PAIR))
    for _ in range(2):
        transcript = await company.history.undo(transcript)
    assert transcript.events == () == (await company.stored(transcript)).events
    assert await company.history.undo(transcript) == transcript
    redone = await company.history.redo(transcript)
    assert texts(redone.events) == [TWO.opening]
    transcript = await company.turn(await company.history.undo(redone))
    assert [event.parent for event in transcript.events] == [None] and len(await company.tree(transcript)) == 3


async def test_the_first_line_of_a_next_scene_is_undone_to_where_it_goes_on_from(company: Company) -> None:
    first = await company.turn(await company.begin(TWO, PAIR))
    second = await company.begin(TWO, PAIR, follows=first)
    undone = await company.history.undo(second)
    redone = await company.history.redo(undone)
    assert undone.events == () and redone.events == second.events
    again = await company.turn(await company.history.undo(redone))
    assert again.events[0].parent == first.events[-1].id


async def test_after_undo_a_new_line_is_another_branch_and_redo_follows_the_newest(company: Company) -> None:
    transcript = await company.turns(await company.begin(TWO, PAIR), 2)
    other = await company.turn(await company.history.undo(transcript), line="Otherwise.", as_="bo", answer=False)
    assert await company.history.redo(other) == other
    back = await company.history.redo(await company.history.undo(other))
    assert back.events == other.events
    assert (await company.history.select(back, transcript.events[-1].id)).events == transcript.events


async def test_selecting_shows_the_newest_end_of_that_branch(company: Company) -> None:
    transcript = await company.turns(await company.begin(TWO, PAIR), 3)
    again = await company.again(transcript, transcript.events[1])
    longer = await company.turn(again)
    shown = await company.history.select(longer, transcript.events[1].id)
    assert shown.events == transcript.events
    assert (await company.history.select(shown, longer.events[1].id)).events == longer.events


async def test_another_session_s_event_cannot_be_selected(company: Company) -> None:
    one, other = await company.begin(TWO, PAIR), await company.turn(await company.begin(TWO, PAIR))
    with pytest.raises(NotFound):
        await company.history.select(one, other.events[-1].id)
    assert await company.stored(one) == one


async def test_undo_of_another_take_brings_back_the_first_and_what_followed_it(company: Company) -> None:
    transcript = await company.turns(await company.begin(TWO, PAIR), 3)
    again = await company.again(transcript, transcript.events[1])
    longer = await company.turn(again)
    back = await company.history.undo(await company.history.undo(longer))
    assert back.events == transcript.events == (await company.stored(back)).events
    redone = await company.history.redo(back)
    assert redone.events == again.events
    assert (await company.history.redo(redone)).events == longer.events


async def test_every_jump_is_undone_and_redone(company: Company) -> None:
    transcript = await company.turns(await company.begin(TWO, PAIR), 4)
    early = await company.history.branch(transcript, transcript.events[2].id)
    assert early.events == transcript.events[:3]
    other = await company.turn(early, line="Otherwise.", as_="bo", answer=False)
    there = await company.history.go(other, transcript.events[3].id)
    assert there.events == transcript.events[:4]
    shown = [there]
    for expected in (other.events, early.events, transcript.events, transcript.events[:-1]):
        shown.append(await company.history.undo(shown[-1]))
        assert shown[-1].events == expected == (await company.stored(shown[-1])).events
    now = shown[-1]
    for before in reversed(shown[:-1]):
        now = await company.history.redo(now)
        assert now.events == before.events == (await company.stored(now)).events


async def test_the_steps_outlive_the_process(tmp_path: Path) -> None:
    async with gathered(tmp_path) as company:
        transcript = await company.turns(await company.begin(TWO, PAIR), 3)
        early = await company.history.branch(transcript, transcript.events[1].id)
        undone = await company.history.undo(early)
    async with gathered(tmp_path, seed=2) as company:
        assert (await company.history.redo(undone)).events == early.events


async def test_a_branch_takes_whole_turns_and_what_was_remarked_of_them(tmp_path: Path) -> None:
    async with gathered(tmp_path, Voice(thought="Hm, better not.")) as company:
        transcript = await company.turns(await company.begin(TWO, PAIR), 3)
        thought, line = transcript.events[1:3]
        transcript = await company.scribe.edit(transcript, line.id, "In other words.")
        transcript = await company.scribe.note(transcript, line.id, rating=1)
        transcript = await company.scribe.note(
            transcript, transcript.events[-3].id, text="Of a line that stays behind."
        )
        branched = await company.history.branch(transcript, thought.id)
        assert lines(branched) == [("ada", "In other words.")]
        assert [event.kind for event in branched.events[3:]] == [Kind.EDIT, Kind.RATING]
        assert len(await company.tree(branched)) == len(transcript.events) + 2
        undone = await company.history.undo(branched)
        assert undone.events == transcript.events
        onward = await company.turn(await company.history.redo(undone))
        assert (await company.history.select(onward, transcript.events[-1].id)).events == transcript.events
        assert (await company.history.branch(onward, onward.events[-1].id)).events == onward.events


async def test_a_later_remark_on_the_other_branch_stands(company: Company) -> None:
    transcript = await company.turns(await company.begin(TWO, PAIR), 2)
    line, last = transcript.events[1:3]
    again = await company.again(transcript, last)
    again = await company.scribe.edit(again, line.id, "As the second take has it.")
    first = await company.history.select(again, last.id)
    assert lines(first)[0] == ("ada", "As the second take has it.")
    first = await company.scribe.edit(first, line.id, "As the first take has it.")
    second = await company.history.go(first, again.events[-1].id)
    assert lines(second)[0] == ("ada", "As the second take has it.")


async def test_checkpoints_are_named_kept_and_taken_away(company: Company) -> None:
    transcript = await company.turns(await company.begin(TWO, PAIR), 2)
    here = transcript.events[-1].id
    named = await company.history.name(transcript, "  before   the quarrel ", here)
    assert named.session.heads == {"main": here, "before the quarrel": here}
    onward = await company.turn(named)
    assert onward.session.heads["before the quarrel"] == here and onward.session.tip != here
    back = await company.history.go(onward, here)
    assert back.events == transcript.events and back.session.heads["before the quarrel"] == here
    gone = await company.history.name(back, "before the quarrel", None)
    assert (await company.stored(gone)).session.heads == {"main": here}
    for name in ("", "   ", "x" * 81, "main"):
        with pytest.raises(Invalid, match=r"checkpoint"):
            await company.history.name(gone, name, here)
    other = await company.turn(await company.begin(TWO, PAIR))
    with pytest.raises(NotFound):
        await company.history.name(gone, "elsewhere", other.events[-1].id)


async def test_of_two_who_jump_at_once_one_learns_of_it(company: Company) -> None:
    transcript = await company.turns(await company.begin(TWO, PAIR), 3)
    jumps = [company.history.branch(transcript, transcript.events[number].id) for number in (1, 2)]
    came = await asyncio.gather(*jumps, return_exceptions=True)
    assert sum(isinstance(one, Conflict) for one in came) == 1
    stored = await company.stored(transcript)
    assert len((await company.archive.trails.get(stored.session)).back) == 1
    assert stored.events in (transcript.events[:2], transcript.events[:3])


async def test_a_purged_session_takes_its_steps_along(company: Company) -> None:
    transcript = await company.turns(await company.begin(TWO, PAIR), 2)
    back = await company.history.undo(transcript)
    await company.archive.sessions.purge(OWNER, transcript.session.id)
    with pytest.raises(NotFound):
        await company.archive.trails.get(back.session)
    await company.archive.check()
