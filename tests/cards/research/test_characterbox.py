"""CharacterBox files: read whole, and staged so that a play begins where the scene does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from studio.cards.research.characterbox import read_characterbox, staged
from studio.errors import Invalid

SCENE: dict[str, Any] = {
    "id": 4,
    "event": "The door is barred",
    "time": "Night",
    "location": "A chapel",
    "description": "Two people wait for a third.",
    "characters": [
        {"id": 1, "name": "Ilse", "gender": "Female", "description": "A bell-ringer.", "position": "At the door."},
        {"id": 2, "name": "Tom", "states": "Out of breath.", "position": None},
    ],
    "actions": [
        {"action_id": 0, "character_id": 1, "action": "Ilse bars the chapel door.", "dialogue": "Not tonight."},
        {"action_id": 1, "character_id": 2, "action": "Tom listens.", "dialogue": "None"},
        {"action_id": 2, "character_id": 9, "action": "Somebody laughs.", "dialogue": "Ha."},
    ],
    "chunk": {"id": 0, "text": ""},
}


def file_of(*scenes: dict[str, Any]) -> str:
    return json.dumps({"title": "The Chapel", "scenes": list(scenes)})


def test_a_scene_is_staged_as_it_begins() -> None:
    title = read_characterbox(file_of(SCENE))
    scene, cast = staged(title.title, title.scene(4))
    assert (scene.id, scene.title, scene.place, scene.time) == (
        "the-chapel-4",
        "The door is barred",
        "A chapel",
        "Night",
    )
    assert [member.name for member in cast] == ["Ilse", "Tom"]
    first, second = scene.cast
    assert (first.character, first.position, first.condition) == (cast[0].id, "At the door.", "")
    assert (second.position, second.condition) == ("", "Out of breath.")
    assert scene.opening.splitlines() == ["Ilse bars the chapel door.", "Ilse: Not tonight.", "Tom listens."]
    assert scene.language == "English"
    assert title.notes == ("Scene 4: 1 action of somebody who is not in it left out.",)


def test_two_of_one_name_are_two_people() -> None:
    twins = {**SCENE, "characters": [{"id": 1, "name": "Tom"}, {"id": 2, "name": "Tom"}], "actions": []}
    _, cast = staged("", read_characterbox(file_of(twins)).scenes[0])
    assert len({member.id for member in cast}) == 2


@pytest.mark.parametrize(
    "text", ["", "[]", '{"title": "x", "scenes": [{}]}', file_of({**SCENE, "characters": []}), "[" * 100_000]
)
def test_another_file_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="no CharacterBox file"):
        read_characterbox(text)


def test_a_number_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(Invalid, match=r"no scene 7\. There are: 4 to 4"):
        read_characterbox(file_of(SCENE)).scene(7)


@pytest.mark.parametrize(
    ("file", "scenes", "people", "acts", "silent"),
    [
        ("extracted_scenes/Harry_Potter", 70, 171, 178, 0),
        ("extracted_scenes/三国演义", 51, 130, 136, 0),
        ("extracted_scenes/西游记", 46, 120, 131, 0),
        ("generated_data/The_Matrix", 53, 137, 143, 20),
        ("generated_data/The_Lord_of_the_Rings", 51, 113, 107, 2),
    ],
)
def test_published_files_are_read_whole(
    shared_data: Path, file: str, scenes: int, people: int, acts: int, silent: int
) -> None:
    text = (shared_data / "data" / "characterbox" / f"{file}.json").read_text(encoding="utf-8")
    title = read_characterbox(text)
    told = [act for scene in title.scenes for act in scene.actions]
    assert len(title.scenes) == scenes
    assert sum(len(scene.characters) for scene in title.scenes) == people
    assert len(told) == acts and title.notes == ()
    assert sum(act.silent for act in told) == silent
    for one in title.scenes:
        scene, cast = staged(title.title, one)
        assert {part.character for part in scene.cast} == {member.id for member in cast}
        assert scene.language == ("Chinese" if any(letter >= "\u4e00" for letter in title.title) else "English")
