"""CharacterBox scene files: what happens where, who is there and how, and what was done in it, ready to be played.

A file is one title: `{title, scenes: [{id, event, time, location, description, characters, actions, plot, …}]}`.
Source: Wang et al., CharacterBox, NAACL 2025, https://arxiv.org/abs/2412.05631 (files as in its repository).
"""

from __future__ import annotations

import json
import re

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from studio.cards.report import counted, visible
from studio.domain.character import Character
from studio.domain.identifiers import slug
from studio.domain.scene import Part
from studio.domain.scene import Scene as StageScene
from studio.domain.value import Value
from studio.errors import Invalid

SILENT = frozenset({"", "none", "none.", "无"})
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


class BoxCharacter(BaseModel):
    """Somebody in a scene: where they stand and how they are as it begins."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: int
    name: str = Field(min_length=1)
    gender: str = ""
    description: str = ""
    position: str = ""
    states: str = ""

    @field_validator("gender", "description", "position", "states", mode="before")
    @classmethod
    def _text(cls, value: object) -> object:
        return "" if value is None else value


class BoxAction(BaseModel):
    """What somebody did, and said with it; `None` for nothing."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    action_id: int
    character: str = ""
    character_id: int
    action: str = ""
    dialogue: str = ""

    @field_validator("action", "dialogue", mode="before")
    @classmethod
    def _text(cls, value: object) -> object:
        return "" if value is None else value

    @property
    def silent(self) -> bool:
        """Whether nothing was said."""
        return self.dialogue.strip().casefold() in SILENT


class BoxScene(BaseModel):
    """A scene as the file has it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: int
    event: str = ""
    time: str = ""
    location: str = ""
    description: str = ""
    characters: tuple[BoxCharacter, ...] = Field(min_length=1)
    actions: tuple[BoxAction, ...] = ()
    plot: str = ""


class BoxTitle(Value):
    """A title with its scenes, and what was odd about the file."""

    title: str
    scenes: tuple[BoxScene, ...]
    notes: tuple[str, ...] = ()

    def scene(self, id_: int) -> BoxScene:
        """A scene by its number. Raises: Invalid."""
        for scene in self.scenes:
            if scene.id == id_:
                return scene
        known = f"{self.scenes[0].id} to {self.scenes[-1].id}" if self.scenes else "none"
        raise Invalid(f"'{self.title}' has no scene {id_}. There are: {known}.")


class _File(BaseModel):
    model_config = ConfigDict(extra="ignore")

    title: str
    scenes: tuple[BoxScene, ...]


def read_characterbox(text: str | bytes) -> BoxTitle:
    """A title from its file. An action of somebody who is not in the scene is left out, and that is noted.

    Raises: Invalid naming the place of what cannot be read.
    """
    try:
        file = _File.model_validate(json.loads(text))
    except ValidationError as error:
        problem = error.errors()[0]
        place = ".".join(str(part) for part in problem["loc"])
        raise Invalid(f"This is no CharacterBox file: {place}: {problem['msg']}.") from error
    except (ValueError, RecursionError) as error:
        raise Invalid(f"This is no CharacterBox file: {error!s:.200}") from error
    notes = []
    scenes = []
    for scene in file.scenes:
        known = {one.id for one in scene.characters}
        acts = tuple(act for act in scene.actions if act.character_id in known)
        if len(acts) < len(scene.actions):
            strangers = counted(len(scene.actions) - len(acts), "action")
            notes.append(f"Scene {scene.id}: {strangers} of somebody who is not in it left out.")
        scenes.append(scene.model_copy(update={"actions": acts}))
    return BoxTitle(title=file.title, scenes=tuple(scenes), notes=tuple(notes))


def staged(title: str, scene: BoxScene) -> tuple[StageScene, tuple[Character, ...]]:
    """A scene with its cast, to be kept in the library: what was done in it is its opening, everybody's first sight."""
    base = slug(title, "characterbox")
    ids = {one.id: slug(f"{base}-{scene.id}-{one.name}", f"{base}-{scene.id}-{one.id}") for one in scene.characters}
    if len(set(ids.values())) < len(ids):
        ids = {one.id: f"{base}-{scene.id}-{one.id}" for one in scene.characters}
    cast = tuple(
        Character(
            id=ids[one.id],
            name=one.name[:200],
            persona_type="fictional",
            pronouns=one.gender,
            backstory=one.description,
        )
        for one in scene.characters
    )
    parts = tuple(Part(character=ids[one.id], position=one.position, condition=one.states) for one in scene.characters)
    names = {one.id: one.name for one in scene.characters}
    lines = [line for act in scene.actions for line in _told(act, names[act.character_id])]
    staged_scene = StageScene(
        id=slug(f"{base}-{scene.id}", f"characterbox-{scene.id}"),
        title=visible(scene.event or title)[:200] or "A scene",
        language="Chinese" if _in_chinese(f"{scene.event} {scene.description}") else "English",
        setting=scene.description,
        place=scene.location,
        time=scene.time,
        premise=scene.description or scene.event or title,
        cast=parts,
        opening="\n".join(lines),
    )
    return staged_scene, cast


def _in_chinese(text: str) -> bool:
    """Whether a fifth of a text and more is Chinese: English scenes quote a name now and then."""
    return 5 * len(_CHINESE.findall(text)) > len(text)


def _told(act: BoxAction, name: str) -> tuple[str, ...]:
    said = () if act.silent else (f"{name}: {act.dialogue.strip()}",)
    return (act.action.strip(), *said) if act.action.strip() else said
