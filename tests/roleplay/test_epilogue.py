"""The last paragraph of a scene, and the scene that goes on from it."""

from __future__ import annotations

from contextlib import aclosing
from pathlib import Path

import pytest

from studio.domain.event import Kind
from studio.domain.scene import Ending
from studio.errors import ModelOutput
from studio.roleplay.epilogue import epilogue
from studio.roleplay.happenings import over
from studio.roleplay.steps import Committed
from tests.roleplay.company import PAIR, TWO, Voice, gathered, texts

SHORT = TWO.model_copy(update={"end": Ending(max_turns=2)})


async def test_an_epilogue_is_told_to_those_on_stage_and_the_curtain_stays_down(tmp_path: Path) -> None:
    answers = ["(Canary.)\nOne.", "Two.", "<think>Hm.</think>Narrator: The lamp\nwas lit at last.", "Three."]
    async with gathered(tmp_path, answers) as company:
        transcript = await company.turns(await company.begin(SHORT, PAIR), 2)
        transcript = await company.turn(transcript, whisper="Canary, for Bo alone.", to=("bo",), answer=False)
        why = over(transcript)
        transcript = await company.taken(epilogue(company.engine, transcript), transcript)
        told = transcript.events[-1]
        assert (told.kind, told.text, told.audience) == (Kind.NARRATION, "The lamp was lit at last.", ("ada", "bo"))
        assert told.parts == {"epilogue": True} and told.provenance is not None and told.usage is not None
        asked = company.model.requests[-1]
        assert why in asked.text and "Canary" not in asked.text and asked.caller == "narrator"
        assert over(transcript) == why and isinstance(company.steps[-1], Committed)
        await company.engine.remember(transcript)
        second = await company.begin(SHORT, PAIR, follows=transcript)
        assert second.session.continuity == transcript.session.continuity
        assert second.session.follows == told.id
        await company.turn(second)
        assert company.recollected is not None
        assert any("The lamp was lit at last." in item.memory.text for item in company.recollected.memories)


async def test_a_stopped_or_empty_epilogue_leaves_the_play_as_it_was(tmp_path: Path) -> None:
    async with gathered(tmp_path, ["One.", "Two.", "{}", *["It ended. " * 40]], chunk_chars=8) as company:
        transcript = await company.turns(await company.begin(SHORT, PAIR), 2)
        with pytest.raises(ModelOutput, match="wrote no epilogue"):
            await company.taken(epilogue(company.engine, transcript), transcript)
        steps = epilogue(company.engine, transcript)
        async with aclosing(steps):
            async for _ in steps:
                break
        assert texts((await company.stored(transcript)).events) == texts(transcript.events)


async def test_an_epilogue_can_close_a_scene_that_everybody_has_left(tmp_path: Path) -> None:
    async with gathered(tmp_path, Voice()) as company:
        transcript = await company.begin(TWO, PAIR)
        for who in ("ada", "bo"):
            transcript = await company.scribe.leave(transcript, who)
        transcript = await company.taken(epilogue(company.engine, transcript), transcript)
        assert transcript.events[-1].audience == () and over(transcript) == "Everybody has left the stage."
