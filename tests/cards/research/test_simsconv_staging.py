"""SimsConv dialogues as plays of the studio, and plays as dialogues."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from studio.cards.research.folder import read_folder
from studio.cards.research.simsconv import SimsBank, read_simsconv
from studio.cards.research.simsconv_staging import (
    character_from,
    dialogue_of,
    scene_from,
    scene_of,
    sims_of,
    transcript_from,
)
from studio.domain.character import Character
from studio.domain.event import Kind
from studio.domain.transcript import Transcript
from tests.cards.research.test_simsconv import NAME, sample
from tests.plays import ADA, Clock


def cast_of(bank: SimsBank) -> dict[str, Character]:
    return {one.name: character_from(one).model_copy(update={"id": f"c{n}"}) for n, one in enumerate(bank.characters)}


def played(bank: SimsBank, name: str, place: int) -> Transcript:
    one = bank.character(name)
    assert one is not None
    clock, rng = Clock(), random.Random(3)
    return transcript_from(one, one.dialogues[place], cast_of(bank), owner="me", clock=clock, rng=rng)


def test_a_character_comes_and_goes_whole() -> None:
    bank = read_simsconv(sample())
    one = bank.characters[0]
    text = "You are Aria, a 27-year-old woman of few words. A man told you so."
    character = character_from(one.model_copy(update={"profile": text}))
    assert (character.age, character.pronouns, character.backstory) == (27, "she/her", text)
    for other in bank.characters:
        assert sims_of(character_from(other), other.scenes, other.dialogues) == other
    assert sims_of(ADA).profile.startswith("Ada Voss is 61 years old.")


def test_thoughts_are_heard_by_nobody_else_and_narration_by_all() -> None:
    transcript = played(read_simsconv(sample()), NAME, 0)
    kinds = [event.kind for event in transcript.events]
    assert kinds == [Kind.NARRATION, Kind.SPEECH, Kind.THOUGHT, Kind.SPEECH, Kind.SPEECH, Kind.NARRATION]
    thought = transcript.events[2]
    assert thought.audience == (thought.actor,)
    others = {member.id for member in transcript.session.cast} - {thought.actor}
    assert len(others) == 2, "the strange speaker joins as somebody of their own"
    assert all(others <= set(event.audience) for event in transcript.events if event is not thought)
    assert all("lost the key" not in event.text for other in others for event in transcript.witnessed_by(other))
    assert transcript.session.tip == transcript.events[-1].id
    assert [event.parent for event in transcript.events[1:]] == [event.id for event in transcript.events[:-1]]


@pytest.mark.parametrize("place", [0, 1])
def test_a_play_goes_back_as_it_came(place: int) -> None:
    bank = read_simsconv(sample())
    one = bank.character(NAME)
    assert one is not None
    transcript = played(bank, NAME, place)
    back = dialogue_of(transcript, transcript.session.cast[0].id, one.dialogues[place].source)
    assert back.turns == one.dialogues[place].turns
    assert (back.settings, back.emotion) == (one.dialogues[place].settings, one.dialogues[place].emotion)
    assert back.source == one.dialogues[place].source
    assert back.topic == one.dialogues[place].topic


def test_an_edited_line_counts() -> None:
    transcript = played(read_simsconv(sample()), NAME, 0)
    changed = transcript.events[1].model_copy(update={"text": "You are late."})
    events = (transcript.events[0], changed, *transcript.events[2:])
    back = dialogue_of(Transcript(session=transcript.session, events=events), transcript.session.cast[0].id)
    assert back.turns[0].content == "You are late."


def test_a_scene_comes_and_goes() -> None:
    bank = read_simsconv(sample())
    one = bank.character(NAME)
    assert one is not None
    scene = scene_from(one.scenes[1], one.dialogues[0], {NAME: "odile", "Jonas Pell": "jonas"}, NAME)
    assert (scene.genre, scene.place, scene.emotion, scene.topics) == ("debate", "Pier 2", "Tense", ("small talk",))
    assert [part.character for part in scene.cast] == ["odile", "jonas"]
    assert scene_of(scene, one.scenes[1].profile, 1) == one.scenes[1]


def test_every_published_dialogue_goes_through_a_play(shared_data: Path) -> None:
    bank = read_simsconv(read_folder(shared_data / "data" / "simschat", (".txt", ".json")))
    cast, rng, clock = cast_of(bank), random.Random(1), Clock()
    for one in bank.characters:
        assert sims_of(cast[one.name], one.scenes, one.dialogues) == one
        for dialogue in one.dialogues[::4]:
            transcript = transcript_from(one, dialogue, cast, owner="me", clock=clock, rng=rng)
            assert dialogue_of(transcript, cast[one.name].id).turns == dialogue.turns
