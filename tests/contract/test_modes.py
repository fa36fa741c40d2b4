"""What every way to run a play must hold, whoever wrote it."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from studio.domain.event import TURNS, Kind
from studio.domain.session import Choice
from studio.domain.state import STATE, PlayState
from studio.roleplay.modes.base import MODES
from studio.roleplay.state import state_after
from tests.plays import CAST
from tests.roleplay.company import LONG, gathered
from tests.roleplay.modes.voices import Everything

EVERY = pytest.mark.parametrize("mode", MODES.methods)


@EVERY
async def test_it_plays_with_its_defaults_and_accounts_for_every_call(tmp_path: Path, mode: str) -> None:
    numbers = itertools.count(1)
    async with gathered(tmp_path, Everything(2, lambda text: f"{text} {next(numbers)}")) as company:
        transcript = await company.begin(LONG, CAST, mode=Choice(name=mode))
        transcript = await company.turns(transcript, 4)
        assert any(event.kind in TURNS for event in transcript.told)
        assert sum(event.usage.calls for event in transcript.events if event.usage) == len(company.model.requests)
        cast = {member.id for member in CAST}
        for event in transcript.events:
            assert set(event.audience) <= cast
            assert event.kind is not Kind.THOUGHT or event.audience == (event.actor,)
            assert event.kind not in TURNS or event.provenance is not None, "a line says which model wrote it"
            if STATE in event.parts:
                change = PlayState.model_validate(event.parts[STATE])
                assert change.model_fields_set, "what says nothing is left out"
        state = state_after(transcript)
        assert set(state.characters) == cast


@EVERY
async def test_any_line_is_told_again_and_the_play_goes_on(tmp_path: Path, mode: str) -> None:
    numbers = itertools.count(1)
    async with gathered(tmp_path, Everything(2, lambda text: f"{text} {next(numbers)}")) as company:
        transcript = await company.turns(await company.begin(LONG, CAST, mode=Choice(name=mode)), 4)
        lines = [event for event in transcript.told if event.kind in TURNS]
        transcript = await company.again(transcript, lines[-1])
        assert lines[-1].id not in {event.id for event in transcript.events}
        assert [event.actor for event in transcript.told if event.kind in TURNS][len(lines) - 1] == lines[-1].actor
        transcript = await company.again(transcript, lines[0])
        assert next(event.actor for event in transcript.told if event.kind in TURNS) == lines[0].actor
        before = len(transcript.events)
        transcript = await company.turn(transcript)
        assert len(transcript.events) > before


@EVERY
async def test_a_person_plays_along_and_nobody_speaks_for_them(tmp_path: Path, mode: str) -> None:
    numbers = itertools.count(1)
    async with gathered(tmp_path, Everything(2, lambda text: f"{text} {next(numbers)}")) as company:
        transcript = await company.begin(LONG, CAST, mode=Choice(name=mode))
        for number in range(5):
            line = {"line": f"I say {number}."} if number % 2 else {}
            transcript = await company.turn(transcript, as_="ada", **line)
        theirs = [event for event in transcript.told if event.actor == "ada" and event.kind in TURNS]
        assert all(event.parts.get("by") == "person" for event in theirs)
        assert [event.text for event in theirs] == ["I say 1.", "I say 3."]
        assert any(event.actor == "bo" and event.kind in TURNS for event in transcript.told)
