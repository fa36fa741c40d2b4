"""A line written in a person's stead, and the rest of a line."""

from __future__ import annotations

from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.domain.event import Kind
from studio.domain.transcript import Transcript
from studio.errors import Invalid, ModelUnavailable, NotFound
from studio.roleplay.actor import Spoken
from studio.roleplay.steps import Committed, Lent, Streaming
from studio.roleplay.understudy import Understudy, joined
from tests.roleplay.company import PAIR, TWO, Company, Voice, gathered, lines


async def steps_of(steps: Any) -> list[Any]:
    async with aclosing(steps) as found:
        return [step async for step in found]


async def onward(company: Company, transcript: Transcript, event: str) -> Transcript:
    steps = await steps_of(Understudy(company.engine).go_on(transcript, event))
    assert isinstance(steps[-1], Committed) and all(isinstance(step, Streaming) for step in steps[:-1])
    assert steps[-2].text == steps[-1].transcript.told[-1].text or len(steps) > 1
    return steps[-1].transcript


async def test_a_draft_is_asked_for_as_any_line_is_and_stored_nowhere(company: Company) -> None:
    transcript = await company.turns(await company.begin(TWO, PAIR), 2)
    steps = await steps_of(Understudy(company.engine).impersonate(transcript, "bo", "Refuse, kindly."))
    assert isinstance(steps[-1], Spoken) and steps[-1].reply.text == "3 by bo."
    request = company.model.requests[-1]
    assert request.caller == "bo" and "Director, to you alone: Refuse, kindly." in request.messages[-1].content
    assert await company.stored(transcript) == transcript
    assert await company.archive.sessions.draft("me", transcript.session.id) is None


async def test_what_is_said_from_a_draft_tells_the_models_words_from_the_persons(company: Company) -> None:
    transcript = await company.begin(TWO, PAIR)
    spoken = (await steps_of(Understudy(company.engine).impersonate(transcript, "bo")))[-1]
    lent = Lent(text=spoken.reply.text, usage=spoken.usage, provenance=spoken.provenance)
    as_is = await company.turn(transcript, line=f" {lent.text} ", as_="bo", answer=False, lent=lent)
    said = as_is.events[-1]
    assert said.provenance == lent.provenance and said.usage == lent.usage
    assert said.parts["drafted"] == {"edited": False, "text": lent.text} and said.parts["by"] == "person"
    changed = await company.turn(as_is, line="Never!", as_="bo", answer=False, lent=lent)
    said = changed.events[-1]
    assert said.provenance is None and said.usage == lent.usage
    assert said.parts["drafted"] == {"edited": True, "text": lent.text}


async def test_a_line_goes_on_and_undo_takes_the_rest_away(tmp_path: Path) -> None:
    answers = ["I was only going to", "Ah.", "(I must hurry.)\ngoing to say that the lamp is out.", "So?"]
    async with gathered(tmp_path, answers) as company:
        transcript = await company.turns(await company.begin(TWO, PAIR), 2)
        line = transcript.events[1]
        longer = await onward(company, transcript, line.id)
        assert lines(longer) == [("ada", "I was only going to say that the lamp is out."), ("bo", "Ah.")]
        edit = longer.events[-1]
        assert edit.kind is Kind.EDIT and edit.audience == line.audience and edit.provenance is not None
        asked = company.model.requests[-1]
        assert asked.caller == "ada" and "Ah." not in asked.text and "…I was only going to" in asked.text
        assert lines(await company.history.undo(longer)) == lines(transcript)
        assert company.model.requests[-1].messages[-2].content == "I was only going to"


async def test_an_edited_line_goes_on_from_its_new_wording(tmp_path: Path) -> None:
    async with gathered(tmp_path, ["One.", "and on."]) as company:
        transcript = await company.turn(await company.begin(TWO, PAIR))
        line = transcript.events[-1]
        edited = await company.scribe.edit(transcript, line.id, "In other words")
        assert lines(await onward(company, edited, line.id)) == [("ada", "In other words and on.")]


async def test_who_is_not_there_writes_nothing(tmp_path: Path) -> None:
    async with gathered(tmp_path, [ModelUnavailable("gone")]) as company:
        transcript = await company.begin()
        understudy = Understudy(company.engine)
        for who, error in (("zed", NotFound), ("cy", Invalid)):
            with pytest.raises(error):
                await steps_of(understudy.impersonate(transcript, who))
        with pytest.raises(NotFound):
            await steps_of(understudy.go_on(transcript, "nothing"))
        with pytest.raises(Invalid, match="Only a line somebody speaks"):
            await steps_of(understudy.go_on(transcript, transcript.events[0].id))
        with pytest.raises(ModelUnavailable):
            await steps_of(understudy.impersonate(transcript, "ada"))
        assert await company.stored(transcript) == transcript


async def test_a_line_that_is_stopped_half_way_stays_as_it_was(tmp_path: Path) -> None:
    async with gathered(tmp_path, Voice(text="word " * 30), chunk_chars=4) as company:
        transcript = await company.turn(await company.begin(TWO, PAIR))
        steps = Understudy(company.engine).go_on(transcript, transcript.events[-1].id)
        async with aclosing(steps):
            async for _ in steps:
                break
        assert await company.stored(transcript) == transcript


def test_nothing_is_said_twice_where_a_line_goes_on() -> None:
    assert joined("I was only", "I was only joking.") == "I was only joking."
    assert (
        joined("He went down to the cellar", "to the cellar and found it.")
        == "He went down to the cellar and found it."
    )
    assert joined("No.", "No, never.") == "No. No, never."
    assert joined("So ", "  it goes.  ") == "So it goes."
    assert joined("Whole.", "") == "Whole."


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_line_never_loses_its_beginning(line: str, rest: str) -> None:
    assert joined(line, rest).startswith(line.rstrip())
