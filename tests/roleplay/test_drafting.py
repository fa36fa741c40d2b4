"""The unfinished line is on disk while it streams, and never in the way of the finished one."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncGenerator
from contextlib import aclosing, closing
from pathlib import Path

import pytest

from studio.domain.event import Draft
from studio.domain.message import Chunk, Request
from studio.domain.transcript import Transcript
from studio.errors import ModelUnavailable
from studio.llm.scripted import ScriptedModel
from studio.roleplay import drafting
from studio.roleplay.drafting import Drafting
from studio.roleplay.steps import Streaming, Turn
from tests.roleplay.company import OWNER, PAIR, TWO, Company, gathered, lines


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """A draft is due with every word."""
    monkeypatch.setattr(drafting, "FIRST_AFTER_SECONDS", 0.0)
    monkeypatch.setattr(drafting, "EVERY_SECONDS", 0.0)


class Dying(ScriptedModel):
    """Breaks off in the middle of its first answer."""

    async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        async with aclosing(super().stream(request)) as chunks:
            async for chunk in chunks:
                yield chunk
                if len(self.requests) == 1:
                    raise ModelUnavailable("The line went dead.")


async def drafting_for(company: Company) -> tuple[Drafting, Transcript]:
    transcript = await company.begin(TWO, PAIR)
    return Drafting(company.archive, transcript.session, transcript.events[-1].id, "ada"), transcript


async def draft_of(company: Company, transcript: Transcript) -> Draft | None:
    return await company.archive.sessions.draft(OWNER, transcript.session.id)


async def text_of(company: Company, transcript: Transcript) -> str:
    draft = await draft_of(company, transcript)
    return draft.text if draft else ""


async def test_a_quick_line_needs_no_draft(company: Company) -> None:
    line, transcript = await drafting_for(company)
    for text in ("A", "A word", "A word is soon said."):
        line.note(text)
    await line.settled()
    assert await draft_of(company, transcript) is None


async def test_a_slow_line_is_drafted_while_it_streams(company: Company, eager: None) -> None:
    line, transcript = await drafting_for(company)
    for text in ("A", "A word"):
        line.note(text)
        await line.settled()
        assert await text_of(company, transcript) == text
    draft = await draft_of(company, transcript)
    assert draft and (draft.actor, draft.parent) == ("ada", transcript.events[-1].id)


async def test_what_was_cut_short_is_kept_to_its_last_word_even_when_quick(company: Company) -> None:
    line, transcript = await drafting_for(company)
    line.note("Only half of wh")
    await line.kept()
    assert await text_of(company, transcript) == "Only half of wh"


async def test_what_came_to_nothing_leaves_no_draft_of_its_beginnings(company: Company, eager: None) -> None:
    line, transcript = await drafting_for(company)
    line.note("Bo")
    await line.settled()
    assert await text_of(company, transcript) == "Bo"
    line.note("")
    await line.kept()
    assert await draft_of(company, transcript) is None


async def test_an_earlier_draft_stays_until_there_is_something_newer(company: Company) -> None:
    line, transcript = await drafting_for(company)
    line.note("The first try.")
    await line.kept()
    nothing = Drafting(company.archive, transcript.session, transcript.events[-1].id, "bo")
    await nothing.kept()
    assert await text_of(company, transcript) == "The first try."


async def test_a_draft_that_cannot_be_written_costs_nobody_their_line(
    company: Company, tmp_path: Path, eager: None
) -> None:
    line, transcript = await drafting_for(company)
    with closing(sqlite3.connect(tmp_path / "studio.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        line.note("While it is locked")
        await line.settled()
    assert await draft_of(company, transcript) is None
    await line.kept()
    assert await text_of(company, transcript) == "While it is locked", "what was not written is tried again"


async def test_a_session_erased_meanwhile_is_not_brought_back(company: Company) -> None:
    line, transcript = await drafting_for(company)
    await company.archive.sessions.purge(OWNER, transcript.session.id)
    line.note("To whom?")
    await line.kept()
    assert await company.archive.sessions.list(OWNER) == ()


async def test_a_stored_line_leaves_no_draft_behind(tmp_path: Path, eager: None) -> None:
    async with gathered(
        tmp_path, lambda request, number: "A line of some length, in pieces.", chunk_chars=3
    ) as company:
        transcript = await company.begin(TWO, PAIR)
        for _ in range(5):
            transcript = await company.turn(transcript)
            assert await draft_of(company, transcript) is None


async def test_drafts_are_written_while_the_model_still_speaks(tmp_path: Path, eager: None) -> None:
    line = "One two three four five six."
    async with gathered(tmp_path, [line], chunk_chars=4) as company:
        transcript = await company.begin(TWO, PAIR)
        seen = ""
        async for step in company.engine.advance(transcript, Turn()):
            while isinstance(step, Streaming) and step.text and not seen:
                seen = await text_of(company, transcript)
    assert seen and line.startswith(seen) and seen != line


async def test_a_model_that_dies_in_mid_line_leaves_its_words_as_a_draft(tmp_path: Path) -> None:
    model = Dying(lambda request, number: "This is half of what I say.", chunk_chars=13)
    async with gathered(tmp_path, model=model) as company:
        transcript = await company.begin(TWO, PAIR)
        with pytest.raises(ModelUnavailable):
            await company.turn(transcript)
        assert await company.stored(transcript) == transcript
        assert await text_of(company, transcript) == "This is half"
        transcript = await company.turn(transcript)
        assert lines(transcript) == [("ada", "This is half of what I say.")]
        assert await draft_of(company, transcript) is None
