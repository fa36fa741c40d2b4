"""A whole SimsChat bank from picks, with a scripted model: twenty-four calls."""

from __future__ import annotations

import json
import random
from collections import Counter

import pytest

from studio.cards.research.simsconv import SimsCharacter, read_simsconv, write_simsconv
from studio.cards.research.simsconv_values import EMOTIONS, SCENE_TYPES, TOPICS, Scene
from studio.domain.message import Request
from studio.errors import ModelOutput
from studio.generation.simschat.bank import compose_bank
from studio.generation.simschat.dialogues import DialogueForm, Draw, draws, play_scene, staged
from studio.generation.simschat.interview import numbered
from studio.generation.simschat.scenes import Deck, arranged
from studio.llm.scripted import ScriptedModel
from tests.generation.writers.test_writers import ANSWERS, PICKED, context

ODILE = SimsCharacter(name="Odile 'Odi' Marsh", profile="You are Odile Marsh.")
JONAS = SimsCharacter(name="Jonas Pell", profile="You are Jonas Pell.")
SCENE = Scene(type="Chat", location="Pier 1", background="Nell waits.")


def answers(request: Request, number: int) -> str:
    """What a fair model would say to each step."""
    match request.template.rpartition("/")[2]:
        case "expand":
            return ANSWERS["expand"]
        case "narrate":
            return ANSWERS["narrate"]
        case "simschat_scenes":
            scenes = [
                {"type": "x", "location": f"Pier {n}", "background": f"Nell waits at pier {n}."} for n in range(20)
            ]
            return json.dumps({"scenes": scenes})
        case "simschat_dialogue":
            partner = JONAS if "Jonas Pell" in request.text else ODILE
            turns = [
                {"role": "Nell", "action": "(speaking)", "content": f"Line {number}."},
                {"role": "Nell Cobb", "action": "(thinking)", "content": "Hm."},
                {"role": partner.name, "action": "(speaking)", "content": "Yes."},
                {"role": partner.name, "action": "(thinking)", "content": "No."},
            ]
            if "There is nobody else" in request.text:
                turns = [turns[0], turns[1], {**turns[0], "content": "Still here."}]
            return json.dumps({"setting": "They stand there.", "turns": turns})
        case "simschat_interview":
            return json.dumps({"questions": [f"{n}. Question {n}?" for n in range(1, 51)]})
    raise AssertionError(request.template)


async def test_the_whole_path_takes_twenty_four_calls() -> None:
    model = ScriptedModel(answers)
    made = await compose_bank(context(model), PICKED, (ODILE, JONAS))
    assert len(model.requests) == made.usage.calls == 24
    one = made.result.characters[0]
    assert one.name == "Nell Cobb" and one.profile.startswith("You are Nell Cobb,")
    assert (len(one.scenes), len(one.dialogues), len(one.questions)) == (20, 20, 50)
    assert Counter(scene.type for scene in one.scenes) == dict.fromkeys(SCENE_TYPES, 5)
    for dialogue in one.dialogues:
        assert dialogue.faults(one.name) == ()
        assert one.scene_of(dialogue) is not None
        assert dialogue.topic in TOPICS
    assert min(Counter(dialogue.emotion for dialogue in one.dialogues).values()) >= 1
    assert any("only Nell Cobb thinks" in note for note in made.notes)
    assert read_simsconv(write_simsconv(made.result)).characters == tuple(
        sorted(made.result.characters, key=lambda other: other.name)
    )


async def test_the_same_seed_asks_the_same_in_any_order() -> None:
    first, second = ScriptedModel(answers), ScriptedModel(answers, latency_seconds=0.001)
    for model in (first, second):
        await compose_bank(context(model, seed=9), PICKED, (ODILE, JONAS), scenes=6)
    key = "simschat_dialogue"
    assert sorted(r.text for r in first.requests if key in r.template) == sorted(
        r.text for r in second.requests if key in r.template
    )


async def test_one_that_fails_loses_no_other_and_nobody_to_talk_to_is_said() -> None:
    def broken(request: Request, number: int) -> str:
        return "{}" if "Pier 1." in request.text else answers(request, number)

    made = await compose_bank(context(ScriptedModel(broken)), PICKED, scenes=3)
    assert len(made.result.characters[0].dialogues) == 2
    assert any(note.startswith("Scene 2 was not played") for note in made.notes)
    assert any("monologue" in note for note in made.notes)


async def test_too_few_turns_are_an_error() -> None:
    answer = json.dumps({"setting": "x", "turns": [{"role": "Odi", "content": "Hi."}]})
    draw = Draw(place=0, partner=None, emotion="Fine", topic="jokes", seed=1)
    with pytest.raises(ModelOutput, match="1 usable turns"):
        await play_scene(context(ScriptedModel([answer])), ODILE, JONAS, SCENE, draw)


def test_names_are_made_whole_and_strangers_left_out() -> None:
    form = DialogueForm.model_validate(
        {
            "turns": [
                {"role": "Jonas", "content": "Late again."},
                {"role": "odi", "action": "thinking", "content": "He is right."},
                {"role": "The sea", "content": "Hush."},
                {"role": "Jonas Pell", "action": "(thinking)", "content": "Poor thing."},
            ]
        }
    )
    draw = Draw(place=4, partner="Jonas Pell", emotion="Sad", topic="gossip", seed=1)
    dialogue, notes = staged(form, ODILE, JONAS, SCENE, draw)
    assert [(turn.role, turn.kind) for turn in dialogue.turns] == [
        ("Jonas Pell", "speaking"),
        ("Odile 'Odi' Marsh", "thinking"),
    ]
    assert (dialogue.place, dialogue.settings, dialogue.topics) == (4, ("Nell waits.",), ("Gossip",))
    assert [note[:12] for note in notes] == ["'The sea' is", "A thought of", "Odile 'Odi' "]


def test_scenes_are_arranged() -> None:
    deck = Deck.model_validate(
        {
            "scenes": [
                {"type": "Speech", "location": "Pier", "background": "One. Two. Three."},
                {"location": "pier", "background": "Again."},
                {"location": "", "background": "Nowhere."},
                {"location": "Bar", "background": "Late."},
            ]
        }
    )
    scenes, notes = arranged(deck, ODILE, 3)
    assert [(scene.type, scene.location, scene.background, scene.source) for scene in scenes] == [
        ("Chat", "Pier", "One. Two.", "seed_scene_0_c1"),
        ("Debate", "Bar", "Late.", "seed_scene_0_c2"),
    ]
    assert len(notes) == 3


def test_chance_gives_every_emotion_its_turn() -> None:
    drawn = draws(32, ("A", "B"), random.Random(4))
    assert Counter(draw.emotion for draw in drawn) == dict.fromkeys(EMOTIONS, 2)
    assert {draw.partner for draw in drawn} == {"A", "B"}
    assert max(Counter(draw.topic for draw in drawn).values()) <= 3
    assert draws(2, (), random.Random(4))[0].partner is None


def test_questions_are_numbered_and_come_once() -> None:
    assert numbered(("3) Why?", "Why?", "", "How?", "Who?"), 2) == ("1. Why?", "2. How?")
