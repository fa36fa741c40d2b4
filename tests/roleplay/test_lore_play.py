"""Lore in a play of the engine's: what fires reaches the prompt of whoever knows it, and the log says why."""

from __future__ import annotations

from pathlib import Path

from studio.domain.event import Kind
from studio.domain.lorebook import Lorebook, LoreEntry
from studio.roleplay.lore import traced
from studio.roleplay.lore_calling import Outcome
from tests.plays import ADA, BO
from tests.roleplay.company import TWO, Company, Voice, gathered

ENTRIES = (
    LoreEntry(id="harbour", constant=True, content="The harbour silted up, {{user}} knows."),
    LoreEntry(id="bell", keys=("bell",), content="The bell is cracked.", sticky=3, scope=("ada",)),
    LoreEntry(id="tide", keys=("bell",), content="The tide never lies.", probability=0),
    LoreEntry(id="never", keys=("zebra",), content="Nobody asks."),
)
SCENE = TWO.model_copy(update={"lorebook": Lorebook(name="Tides", entries=ENTRIES, scan_depth=1)})


async def test_lore_reaches_those_who_know_it_and_the_log_says_why(tmp_path: Path) -> None:
    async with gathered(tmp_path, Voice(text="Hm.")) as house:
        transcript = await house.begin(SCENE, (ADA, BO))
        transcript = await house.turn(transcript, line="Ring the bell!", as_="bo", speaker="ada")
        request = house.model.requests[-1]
        assert request.caller == "ada" and "The bell is cracked." in request.messages[-1].content
        assert "The harbour silted up, Bo Lind knows." in request.messages[0].content
        assert house.recollected is not None and house.recollected.lore == {"harbour": "constant", "bell": "bell"}
        line = transcript.events[-1]
        trace = {one.entry: one for one in traced(line)}
        assert {id_: one.place for id_, one in trace.items()} == {"harbour": "frame", "bell": "tail", "tide": ""}
        assert trace["bell"].sentence == "bell: called by “bell”."
        assert trace["tide"].outcome is Outcome.PROBABILITY

        transcript = await house.turn(transcript, speaker="bo")
        request = house.model.requests[-1]
        assert request.caller == "bo" and "cracked" not in request.text and "harbour" in request.messages[0].content
        transcript = await house.turn(transcript, speaker="ada")
        assert {one.entry: one.outcome for one in traced(transcript.events[-1])}["bell"] is Outcome.STICKY
        frames = {one.messages[0].content for one in house.model.requests if one.caller == "ada"}
        assert len(frames) == 1
        await house.again(transcript, transcript.events[-1])
        assert all(event.kind is Kind.SPEECH for event in transcript.events[1:])


async def test_a_play_without_lore_keeps_none(company: Company) -> None:
    transcript = await company.turns(await company.begin(TWO, (ADA, BO)), 2)
    assert not any("lore" in event.parts for event in transcript.events)
