"""What ships with the studio: a cast worth meeting, scenes that start by themselves, a face for everybody."""

from __future__ import annotations

import io
import re
from collections import Counter
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from studio.cards.portrait import draw_portrait
from studio.domain.character import Character
from studio.domain.scene import Scene
from studio.library import Library
from studio.library.yaml_file import read, write
from studio.prompts import render

ROOT = Path(__file__).resolve().parent.parent
LIBRARY = Library(ROOT, ROOT / "nobody")
CHARACTERS = {character.id: character for character in LIBRARY.characters()}
SCENES = {scene.id: scene for scene in LIBRARY.scenes()}
FILES = sorted([*ROOT.glob("characters/*.yaml"), *ROOT.glob("scenes/*.yaml")])
EACH_CHARACTER = pytest.mark.parametrize("character", CHARACTERS.values(), ids=CHARACTERS)
EACH_SCENE = pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)


def words(text: str) -> int:
    return len(text.split())


def thumbnail(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data)) as picture:
        return picture.convert("RGB").resize((32, 32), Image.Resampling.BOX)


def difference(one: Image.Image, other: Image.Image) -> float:
    """Mean difference of the channels, 0–255."""
    return sum(ImageStat.Stat(ImageChops.difference(one, other)).mean) / 3


def test_every_file_loads() -> None:
    assert LIBRARY.problems == ()
    assert len(CHARACTERS) == len(list((ROOT / "characters").glob("*.yaml"))) >= 18
    assert len(SCENES) == len(list((ROOT / "scenes").glob("*.yaml"))) >= 9


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_files_are_written_as_the_library_writes_them(file: Path) -> None:
    model = Character if file.parent.name == "characters" else Scene
    assert file.read_bytes() == write(read(file.read_bytes(), model, file))


# The cast -----------------------------------------------------------------------------------------------------------


def test_the_cast_covers_types_ages_and_tempers() -> None:
    cast = CHARACTERS.values()
    assert {character.mbti for character in cast} == {
        a + b + c + d for a in "EI" for b in "NS" for c in "FT" for d in "JP"
    }
    ages = sorted(character.age for character in cast if character.age is not None)
    assert ages[0] <= 17
    assert ages[-1] >= 80
    assert all(later - earlier <= 12 for earlier, later in pairwise(ages))
    assert {character.pronouns.split("/")[0] for character in cast} >= {"she", "he", "they", "it"}
    assert max(Counter(character.career for character in cast).values()) == 1
    assert sum(character.lorebook is not None for character in cast) >= 2
    for trait in ("openness", "conscientiousness", "extraversion", "agreeableness", "negative_emotionality"):
        scores = [getattr(character.big_five, trait) for character in cast]
        assert max(scores) - min(scores) >= 3.5, trait


@EACH_CHARACTER
def test_everybody_is_told_in_full(character: Character) -> None:
    for field in (
        "pronouns",
        "career",
        "aspiration",
        "appearance",
        "backstory",
        "greeting",
        "tags",
        "skills",
        "tropes",
    ):
        assert getattr(character, field), field
    assert all((character.identity.social, character.identity.personal, character.identity.life_context))
    assert character.big_five is not None
    assert len(character.traits) >= 3
    assert character.goals
    assert len(character.secrets) == 1
    detail = r"[0-9]|\"|\b[A-Z]|\b(two|three|five|six|nine|eleven)\b"
    assert re.search(detail, character.secrets[0][1:]), "a secret holds a detail that can be checked"
    assert character.speech.style
    assert 2 <= len(character.speech.habits) <= 4
    assert 3 <= len(character.speech.examples) <= 4
    assert 4 <= len(character.facts) <= 8


@EACH_CHARACTER
def test_texts_keep_prompts_small(character: Character) -> None:
    assert len(render("shared/character", c=character)) <= 1_800
    assert words(character.backstory) <= 90
    assert words(character.greeting) <= 70
    assert len(character.appearance) <= 130
    assert "\n" not in character.appearance


@EACH_CHARACTER
def test_statements_read_as_sentences(character: Character) -> None:
    for statement in character.statements():
        assert statement.startswith(character.first_name), statement
        assert not re.search(r"\.\.$|  | to to |: to be to ", statement), statement
    assert all(fact.endswith(".") for fact in character.facts)
    assert all(goal.startswith("to ") for goal in character.goals)
    for text in (*character.secrets, *character.relationships.values(), character.backstory, character.greeting):
        assert text.rstrip("*\"'”")[-1] in ".?!", text


@EACH_CHARACTER
def test_relationships_point_at_somebody_else_in_the_cast(character: Character) -> None:
    assert set(character.relationships) <= set(CHARACTERS) - {character.id}


@EACH_CHARACTER
def test_own_lore_is_scoped_to_people_who_exist(character: Character) -> None:
    for entry in character.lorebook.entries if character.lorebook else ():
        assert entry.content
        assert entry.keys
        assert set(entry.scope) <= {character.id}


def test_no_two_people_share_a_line_or_a_fact() -> None:
    for field in ("examples", "habits"):
        lines = Counter(line for character in CHARACTERS.values() for line in getattr(character.speech, field))
        assert max(lines.values()) == 1
    for character in CHARACTERS.values():
        others = [other for other in CHARACTERS.values() if other is not character]
        assert not any(set(character.facts) & set(other.facts) for other in others)


def test_nobody_speaks_in_worn_phrases() -> None:
    worn = r"testament to|tapestry|dance of|a mix of|delve|whispers? of|bustling|enigmatic|piercing|nestled|unwavering"
    for file in FILES:
        assert not re.search(worn, file.read_text(encoding="utf-8"), re.IGNORECASE), file.name


# The scenes ---------------------------------------------------------------------------------------------------------


def test_the_scenes_cover_the_kinds_people_look_for() -> None:
    wanted = {"drama", "comedy", "mystery", "negotiation", "support talk", "classroom", "science fiction", "tavern"}
    assert wanted < {scene.genre for scene in SCENES.values()}
    assert max(Counter(scene.genre for scene in SCENES.values()).values()) == 1
    assert sum(any(part.entrance_turn != 0 for part in scene.cast) for scene in SCENES.values()) >= 2
    assert Counter(len(scene.cast) for scene in SCENES.values()).most_common(1)[0][0] == 3
    assert any(scene.lorebook and any(entry.scope for entry in scene.lorebook.entries) for scene in SCENES.values())
    assert {part.character for scene in SCENES.values() for part in scene.cast} == set(CHARACTERS)


@EACH_SCENE
def test_every_scene_is_told_in_full(scene: Scene) -> None:
    assert [character.id for character in LIBRARY.cast_of(scene)] == [part.character for part in scene.cast]
    assert 2 <= len(scene.cast) <= 5
    for field in ("setting", "place", "time", "mood", "premise", "topics", "tags"):
        assert getattr(scene, field), field
    assert scene.end.when
    assert scene.end.max_turns <= 30
    assert len(scene.premise) <= 450
    assert all(part.goal.startswith("to ") for part in scene.cast)
    assert sum(part.entrance_turn == 0 for part in scene.cast) >= 2
    assert any(part.secret for part in scene.cast)


@EACH_SCENE
def test_goals_and_secrets_are_each_ones_own(scene: Scene) -> None:
    assert len({part.goal for part in scene.cast}) == len(scene.cast)
    shared = (
        f"{scene.premise} {scene.opening} {scene.place} {scene.setting} {' '.join(beat.what for beat in scene.events)}"
    )
    for part in scene.cast:
        assert part.secret not in shared
        assert all(secret not in shared for secret in CHARACTERS[part.character].secrets)


@EACH_SCENE
def test_openings_start_in_motion(scene: Scene) -> None:
    sentences = re.findall(r"[^.!?]+[.!?]+[\"”]?", scene.opening)
    assert 2 <= len(sentences) <= 3, sentences
    assert words(scene.opening) <= 70
    for part in scene.cast:
        late, named = part.entrance_turn != 0, CHARACTERS[part.character].name in scene.opening
        assert not (late and named), "nobody is seen before they enter"


@EACH_SCENE
def test_beats_come_in_order_and_before_the_end(scene: Scene) -> None:
    turns = [beat.when for beat in scene.events]
    assert 1 <= len(turns) <= 3
    assert turns == sorted(set(turns))
    assert turns[-1] < scene.end.max_turns
    assert all((part.entrance_turn or 0) < scene.end.max_turns for part in scene.cast)


@EACH_SCENE
def test_scene_lore_is_scoped_to_its_cast(scene: Scene) -> None:
    cast = {part.character for part in scene.cast}
    for entry in scene.lorebook.entries if scene.lorebook else ():
        assert entry.keys
        assert set(entry.scope) <= cast


# The faces ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def faces() -> dict[str, bytes]:
    found = {}
    for character in CHARACTERS.values():
        file = LIBRARY.portrait_path(character)
        assert file is not None, f"{character.id} has no portrait"
        found[character.id] = file.read_bytes()
    return found


def test_portraits_are_small_and_nobody_elses(faces: dict[str, bytes]) -> None:
    assert all(len(data) <= 30_000 for data in faces.values())
    assert {file.stem for file in (ROOT / "characters" / "portraits").iterdir()} == set(faces)


def test_portraits_are_what_the_characters_look_like_now(faces: dict[str, bytes]) -> None:
    for id_, data in faces.items():
        drawn = thumbnail(draw_portrait(CHARACTERS[id_], 128))
        assert difference(thumbnail(data), drawn) < 3, f"{id_} changed: delete the old portrait and draw it anew"


def test_portraits_tell_people_apart(faces: dict[str, bytes]) -> None:
    small = {id_: thumbnail(data) for id_, data in faces.items()}
    closest = min((difference(small[one], small[other]), one, other) for one, other in combinations(small, 2))
    assert closest[0] > 20, closest
