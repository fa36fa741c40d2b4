"""Another take of a line: a sibling of the first, with everything the person had mended since."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.domain.event import Kind
from studio.errors import Invalid, ModelUnavailable
from tests.plays import ADA, BO
from tests.roleplay.company import OWNER, PAIR, TWO, Company, Voice, gathered, lines, texts


async def test_another_take_is_a_sibling_and_the_old_one_stays(tmp_path: Path) -> None:
    async with gathered(tmp_path, Voice(thought="What now, then?")) as company:
        transcript = await company.turns(await company.begin(TWO, PAIR), 3)
        old = transcript.events[-2:]
        again = await company.again(transcript, old[-1])
        new = again.events[-2:]
        assert [event.kind for event in new] == [Kind.THOUGHT, Kind.SPEECH]
        assert new[0].parent == old[0].parent and new[1].actor == old[1].actor and new[1].text != old[1].text
        assert again.events[:-2] == transcript.events[:-2]
        assert [event for event in await company.tree(again) if event in (*old, *new)] == [*old, *new]
        first, second = company.model.requests[-2:]
        assert first.messages == second.messages and first.seed != second.seed
        back = await company.history.select(again, old[-1].id)
        assert back.events == transcript.events
        assert (await company.archive.sessions.list(OWNER))[0].turns == 3


async def test_the_play_keeps_its_old_line_until_the_new_one_is_whole(tmp_path: Path) -> None:
    answers: list[str | Exception] = ["First.", "Second.", ModelUnavailable("gone"), "Third."]
    async with gathered(tmp_path, answers) as company:
        transcript = await company.turns(await company.begin(TWO, PAIR), 2)
        with pytest.raises(ModelUnavailable):
            await company.again(transcript, transcript.events[-1])
        assert await company.stored(transcript) == transcript
        again = await company.again(transcript, transcript.events[-1])
        assert texts(again.events)[1:] == ["First.", "Third."]
        assert again.session.version == transcript.session.version + 1, "line and head move in one write"


async def test_an_edit_made_since_is_not_lost_by_another_take(tmp_path: Path) -> None:
    async with gathered(tmp_path, lambda request, number: f"Answer {number}.") as company:
        transcript = await company.turn(await company.begin(TWO, PAIR), line="I sold teh lamp.", as_="ada")
        said, answer = transcript.events[-2:]
        transcript = await company.scribe.edit(transcript, said.id, "I sold the lamp.")
        transcript = await company.scribe.note(transcript, said.id, rating=1)
        again = await company.again(transcript, answer)
        assert lines(again) == [("ada", "I sold the lamp."), ("bo", "Answer 2.")]
        assert "I sold the lamp." in company.model.requests[-1].text
        assert "teh" not in company.model.requests[-1].text
        assert [event.kind for event in again.events[-3:]] == [Kind.SPEECH, Kind.EDIT, Kind.RATING]
        third = await company.again(again, again.events[-3])
        assert lines(third) == [("ada", "I sold the lamp."), ("bo", "Answer 3.")]
        undone = await company.history.undo(third)
        assert undone.events == again.events
        assert (await company.history.redo(undone)).events == third.events


async def test_a_line_taken_out_since_stays_out_in_another_take(tmp_path: Path) -> None:
    async with gathered(tmp_path, Voice(thought="Say nothing of it.")) as company:
        transcript = await company.turns(await company.begin(TWO, PAIR), 2)
        first, last = transcript.events[2], transcript.events[-1]
        transcript = await company.scribe.hide(transcript, first.id)
        again = await company.again(transcript, last)
        assert [actor for actor, _ in lines(again)] == ["bo"]
        assert first.text not in company.model.requests[-1].text


async def test_an_older_line_told_again_begins_another_branch(company: Company) -> None:
    transcript = await company.turns(await company.begin(TWO, PAIR), 4)
    again = await company.again(transcript, transcript.events[2])
    assert len(lines(again)) == 2
    assert {event.id for event in transcript.events} < {event.id for event in await company.tree(again)}
    assert (await company.archive.sessions.list(OWNER))[0].turns == 2


async def test_only_a_line_a_model_wrote_can_be_told_again(company: Company) -> None:
    transcript = await company.turn(await company.begin(), line="Mine.", as_="ada")
    for event in transcript.events[:2]:
        with pytest.raises(Invalid, match="a model wrote"):
            await company.again(transcript, event)
    other = await company.turn(await company.begin())
    with pytest.raises(Invalid, match="a model wrote"):
        await company.again(transcript, other.events[-1])


async def test_a_plan_is_kept_by_another_take_of_the_line_that_carries_it(company: Company) -> None:
    transcript = await company.turn(await company.begin(TWO, PAIR, speakers="director"))
    again = await company.turns(await company.again(transcript, transcript.events[-1]), 3)
    assert company.calls("narrator") == 1
    assert [actor for actor, _ in lines(again)] == ["ada", "bo", "ada", "bo"]


async def test_alternate_greetings_are_takes_of_the_first_line(company: Company) -> None:
    others = ("You, {{user}}?", "", "Later.", "You, {{user}}?", "Never.")
    ada = ADA.model_copy(update={"greeting": "Evening.", "alternate_greetings": others})
    transcript = await company.begin(TWO.model_copy(update={"opening": ""}), (ada, BO))
    assert lines(transcript) == [("ada", "Evening.")]
    tree = await company.tree(transcript)
    assert texts(tree) == ["Evening.", "You, Bo Lind?", "Later.", "Never."]
    assert {event.parent for event in tree} == {None}
    transcript = await company.history.select(transcript, tree[2].id)
    transcript = await company.turn(transcript, speaker="bo")
    assert lines(transcript)[0] == ("ada", "Later.") and len(lines(transcript)) == 2
    back = await company.history.select(transcript, tree[0].id)
    assert lines(back) == [("ada", "Evening.")]
