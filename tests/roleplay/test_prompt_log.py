"""Every line's prompt is kept as it was sent, once nobody waits."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from studio.domain.event import Kind
from studio.errors import NotFound, StorageError
from studio.roleplay.prompt_log import prompt_of
from tests.roleplay.company import PAIR, TWO, Voice, gathered


async def test_each_line_and_each_ruling_keeps_the_very_request_it_came_of(tmp_path: Path) -> None:
    async with gathered(tmp_path, Voice(narrator='{"ruling": "It holds."}', wants_ruling=True)) as company:
        transcript = await company.turns(await company.begin(TWO, PAIR), 3)
        assert company.engine.prompts.of(transcript.events[-1]) == company.model.requests[-1]
        await company.engine.remember(transcript)
        made = [event for event in transcript.events if event.provenance]
        assert {event.kind for event in made} == {Kind.SPEECH, Kind.RULING}
        kept = [await prompt_of(company.archive, transcript.session, event.id) for event in made]
        assert kept == [request for request in company.model.requests if request in kept]
        assert len(kept) == len(company.model.requests)
        assert await prompt_of(company.archive, transcript.session, transcript.events[0].id) is None
        assert await company.engine.prompts.keep(transcript) == 0
        stranger = transcript.session.model_copy(update={"owner": "eve"})
        with pytest.raises(NotFound):
            await prompt_of(company.archive, stranger, made[0].id)


async def test_every_take_keeps_its_prompt(tmp_path: Path) -> None:
    async with gathered(tmp_path) as company:
        transcript = await company.turn(await company.begin(TWO, PAIR))
        first = transcript.events[-1]
        again = await company.again(transcript, first)
        await company.engine.remember(again)
        await company.engine.prompts.keep(await company.history.undo(again))
        both = [await prompt_of(company.archive, again.session, one.id) for one in (first, again.events[-1])]
        assert both[1] is not None and both[1].seed == company.model.requests[-1].seed


async def test_what_is_asked_meanwhile_waits_for_its_line(tmp_path: Path) -> None:
    async with gathered(tmp_path) as company:
        transcript = await company.turn(await company.begin(TWO, PAIR))
        keeping = asyncio.create_task(company.engine.prompts.keep(transcript))
        longer = await company.turn(transcript)
        await keeping
        await company.engine.prompts.keep(longer)
        for event in longer.events[1:]:
            assert await prompt_of(company.archive, longer.session, event.id) is not None


async def test_a_disk_that_refuses_costs_no_line_and_the_prompt_is_kept_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with gathered(tmp_path) as company:
        transcript = await company.turn(await company.begin(TWO, PAIR))

        async def full(*_: object) -> None:
            raise StorageError("The disk is full.")

        with monkeypatch.context() as patch:
            patch.setattr(company.archive.prompts, "add", full)
            with pytest.raises(StorageError):
                await company.engine.prompts.keep(transcript)
        assert await company.engine.prompts.keep(transcript) == 1
