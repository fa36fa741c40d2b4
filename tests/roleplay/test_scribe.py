"""Every event's audience, parent and time; edits and deletions over whole turns."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from studio.domain.event import DIRECTOR, TURNS, Event, Kind
from studio.errors import Conflict, Invalid, NotFound, StorageError
from studio.roleplay.scribe import turn_start
from tests.plays import Log
from tests.roleplay.company import OWNER, PAIR, TWO, Company, Voice, gathered, lines, texts


async def test_a_chain_is_stored_whole_each_event_the_child_of_the_one_before(company: Company) -> None:
    transcript = await company.begin()
    scribe = company.scribe
    new = [scribe.event(transcript, Kind.NOTE, DIRECTOR, str(number), audience=()) for number in range(3)]
    stored = await scribe.store(transcript, *new)
    assert [event.parent for event in stored.events] == [None, *(event.id for event in stored.events[:3])]
    assert stored.session.version == transcript.session.version + 1
    assert await scribe.store(stored) is stored


async def test_times_never_go_back_and_story_minutes_count_turns(company: Company) -> None:
    transcript = await company.turns(await company.begin(), 4)
    transcript = await company.scribe.note(transcript, transcript.events[1].id, rating=-1)
    times = [event.at for event in transcript.events]
    assert times == sorted(times)
    assert [event.story_minute for event in transcript.events if event.kind in TURNS] == [1, 2, 3, 4]
    assert [event.story_minute for event in transcript.events if event.kind is Kind.ENTER] == [2]


async def test_who_comes_in_perceives_it_and_who_goes_perceives_that(company: Company) -> None:
    transcript = await company.begin()
    transcript = await company.scribe.enter(transcript, "cy", "Cy shakes off the rain.")
    transcript = await company.scribe.leave(transcript, "bo")
    transcript = await company.turn(transcript)
    assert [event.audience for event in transcript.events[1:]] == [
        ("ada", "bo", "cy"),
        ("ada", "bo", "cy"),
        ("ada", "cy"),
    ]
    assert texts(transcript.events[1:3]) == ["Cy shakes off the rain.", "Bo Lind leaves."]
    assert await company.scribe.enter(transcript, "cy") is transcript
    assert await company.scribe.leave(transcript, "bo") is transcript
    with pytest.raises(NotFound, match="Nobody called 'dee' is in the cast"):
        await company.scribe.enter(transcript, "dee")


async def test_an_edit_keeps_the_audience_and_the_old_text_stays_in_the_log(company: Company) -> None:
    transcript = await company.turns(await company.begin(), 3)
    target = transcript.events[1]
    edited = await company.scribe.edit(transcript, target.id, "  In other words.  ")
    again = await company.scribe.edit(edited, target.id, "In others yet.")
    assert lines(edited)[0] == ("ada", "In other words.") and lines(again)[0] == ("ada", "In others yet.")
    assert again.events[-1].audience == target.audience == ("ada", "bo")
    assert target in await company.tree(again)
    assert lines(await company.history.undo(again)) == lines(edited)


async def test_taking_a_line_out_takes_the_thought_behind_it_along_and_one_undo_brings_both_back(
    tmp_path: Path,
) -> None:
    async with gathered(tmp_path, Voice(thought="She must not know it.")) as company:
        transcript = await company.turns(await company.begin(TWO, PAIR), 2)
        hidden = await company.scribe.hide(transcript, transcript.events[-1].id)
        assert hidden.told == transcript.told[:-2]
        assert (await company.archive.sessions.list(OWNER))[0].turns == 1
        await company.turn(hidden)
        assert transcript.events[-1].text not in company.model.requests[-1].text
        back = await company.history.undo(await company.history.undo(await company.stored(hidden)))
        assert back.told == transcript.told
        assert (await company.scribe.hide(back, back.events[-2].id)).told == (*back.told[:-2], back.told[-1])


async def test_a_hidden_entrance_never_happened(company: Company) -> None:
    transcript = await company.turns(await company.begin(), 3)
    entrance = next(event for event in transcript.events if event.kind is Kind.ENTER)
    hidden = await company.scribe.hide(transcript, entrance.id)
    assert hidden.present == {"ada", "bo"}
    transcript = await company.turn(hidden)
    assert transcript.present == {"ada", "bo"} and transcript.events[-1].audience == ("ada", "bo")


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 100_001])
async def test_an_edit_into_nothing_or_too_much_is_refused(company: Company, text: str) -> None:
    transcript = await company.turn(await company.begin())
    with pytest.raises(Invalid, match=r"Delete it instead|100,000 is the limit"):
        await company.scribe.edit(transcript, transcript.events[-1].id, text)
    assert await company.stored(transcript) == transcript


async def test_a_line_of_another_branch_or_a_correction_cannot_be_corrected(company: Company) -> None:
    transcript = await company.turn(await company.begin())
    gone = transcript.events[-1]
    undone = await company.history.undo(transcript)
    edited = await company.scribe.edit(undone, undone.events[0].id, "Sun on the glass.")
    for target in (gone.id, edited.events[-1].id, "nothing"):
        for change in (company.scribe.edit(edited, target, "So."), company.scribe.hide(edited, target)):
            with pytest.raises(NotFound, match="not in this version of the play"):
                await change
    assert await company.stored(edited) == edited


async def test_a_rating_is_for_the_directors_eyes(company: Company) -> None:
    transcript = await company.turn(await company.begin())
    rated = await company.scribe.note(transcript, transcript.events[-1].id, rating=1)
    noted = await company.scribe.note(rated, transcript.events[-1].id, text="Lovely.")
    assert [event.kind for event in noted.events[-2:]] == [Kind.RATING, Kind.NOTE]
    assert all(event.audience == () for event in noted.events[-2:])
    await company.turn(noted)
    assert "Lovely." not in company.model.requests[-1].text


async def test_a_branch_is_begun_in_one_write_or_not_at_all(company: Company, tmp_path: Path) -> None:
    transcript = await company.turns(await company.begin(TWO, PAIR), 3)
    earlier = transcript.model_copy(update={"events": transcript.events[:2]})
    new = company.scribe.event(earlier, Kind.SPEECH, "bo", "Instead.")
    with closing(sqlite3.connect(tmp_path / "studio.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError, match="busy"):
            await company.scribe.store_at(earlier, new)
    assert await company.stored(transcript) == transcript, "the head stands where it stood"
    stored = await company.scribe.store_at(earlier, new)
    assert stored == await company.stored(stored) and texts(stored.events)[-1] == "Instead."
    assert stored.session.version == transcript.session.version + 1
    with pytest.raises(Conflict):
        await company.scribe.store_at(earlier, company.scribe.event(earlier, Kind.SPEECH, "bo", "Too late."))
    assert (await company.archive.sessions.list(OWNER))[0].turns == 2


def test_a_turn_begins_with_its_thought() -> None:
    log = Log()
    log.say("ada", "Alone.")
    thought = log.add(Kind.THOUGHT, "bo", "Hm.", ["bo"], turn="e0001")
    log.say("bo", "With a thought.", turn="e0001")

    def start() -> Event:
        return log.transcript.events[turn_start(log.transcript.events)]

    assert start() == thought
    log.say("ada", "Alone again.")
    assert start().text == "Alone again."
    log.say("bo", "Of a turn that is elsewhere.", turn="gone")
    assert start().text == "Of a turn that is elsewhere."
