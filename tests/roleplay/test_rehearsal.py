"""A rehearsal is told what the play would be told."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from studio.domain.character import Character
from studio.domain.lorebook import Lorebook, LoreEntry
from studio.llm.client import Capabilities
from studio.llm.scripted import ScriptedModel
from studio.roleplay.persona import PERSONA_CHARS, joined, persona, persona_told
from studio.roleplay.rehearsal import rehearse
from tests.plays import ADA, BO, CAST, SCENE, SECRET, Clock
from tests.roleplay.company import LONG, gathered

BOOK = Lorebook(
    entries=(
        LoreEntry(id="lamp", keys=("lamp",), content="The lamp burns colza.", constant=True),
        LoreEntry(id="tide", keys=("tide",), content="High water is at nine."),
    )
)


@pytest.mark.parametrize("simple", [False, True])
async def test_it_is_the_very_prompt_of_the_first_turn(tmp_path: Path, simple: bool) -> None:
    ada = ADA.model_copy(update={"lorebook": BOOK})
    cast = (ada, *CAST[1:])
    model = ScriptedModel(lambda request, number: "Good evening.", capabilities=Capabilities(follows_script=not simple))
    async with gathered(tmp_path, model=model) as company:
        transcript = await company.begin(LONG, cast)
        await company.turn(transcript, speaker="ada")
    (played,) = [request for request in model.requests if request.caller == "ada"]
    rehearsed = rehearse(LONG, cast, ada, clock=Clock(), simple=simple)
    assert rehearsed.request.messages == played.messages
    assert joined(rehearsed.frame) == played.messages[0].content
    assert [one.entry for one in rehearsed.lore if one.fired] == ["lamp"]


def test_somebody_from_outside_the_scene_joins_it() -> None:
    guest = Character(id="zoe", name="Zoe Arc", secrets=("She is the owner.",))
    rehearsed = rehearse(SCENE, CAST, guest, clock=Clock())
    system = rehearsed.request.messages[0].content
    assert system.startswith("You are Zoe Arc")
    assert BO.name in system and SECRET not in system


def test_the_pieces_of_a_persona_are_the_fields_it_tells_and_joined_the_whole() -> None:
    told = persona_told(ADA)
    assert joined(told) == persona(ADA)
    assert dict(told)["traits"].startswith("Character: stubborn")
    names = [name for name, _ in told]
    assert names.index("name") < names.index("traits") < names.index("speech.style")


def test_the_pieces_of_a_persona_cut_short_are_cut_where_it_is() -> None:
    rng = random.Random(7)
    words = " ".join(rng.choice(("salt", "rope", "lantern")) for _ in range(900))
    long = ADA.model_copy(update={"backstory": words, "appearance": words, "goals": (words,), "secrets": (words,) * 3})
    told = persona_told(long)
    assert joined(told) == persona(long)
    assert len(joined(told)) <= PERSONA_CHARS
    assert "facts" not in dict(told)
    assert joined(persona_told(long, 400)).endswith("…")
