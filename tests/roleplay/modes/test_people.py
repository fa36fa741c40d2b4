"""In every mode: no model speaks for a character that somebody at the table plays."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.domain.event import TURNS
from studio.roleplay.steps import Committed, Turn
from tests.plays import CAST
from tests.roleplay.company import gathered
from tests.roleplay.modes.test_interruptions import SCENE, Mortal
from tests.roleplay.modes.voices import MODES

PLAYED = ("bo", "cy")


@pytest.mark.parametrize("mode", MODES)
async def test_no_model_speaks_for_whom_people_play(tmp_path: Path, mode: str) -> None:
    async with gathered(tmp_path, model=Mortal()) as company:
        transcript = await company.begin(SCENE, CAST, mode=MODES[mode], seed=3)
        for wait in (False, True, False, True):
            async for step in company.engine.advance(transcript, Turn(people=PLAYED, wait=wait)):
                transcript = step.transcript if isinstance(step, Committed) else transcript
        spoken = {event.actor for event in transcript.events if event.kind in TURNS and event.provenance is not None}
        assert not spoken & {*PLAYED}
        assert "ada" in spoken, "the others go on"
