"""The library as a page value: cards, and one thing opened. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from studio.domain.character import Character
from studio.domain.scene import Scene
from studio.domain.value import Value
from studio.ui.forms import PEOPLE_OFFERED, SCENES_OFFERED, SceneCard, about, scene_card
from studio.ui.present import Person, person_of


class Section(Value):
    """One heading of a detail sheet: a text or a list. A secret one is folded away."""

    title: str
    text: str = ""
    items: tuple[str, ...] = ()
    secret: bool = False


class Detail(Value):
    """One character or scene, opened."""

    kind: str
    id: str
    title: str
    subtitle: str = ""
    person: Person | None = None
    cast: tuple[Person, ...] = ()
    parts: tuple[Section, ...] = ()


class Shelf(Value):
    """The library component."""

    query: str = ""
    scenes: tuple[SceneCard, ...] = ()
    characters: tuple[str, ...] = ()
    people: dict[str, Person] = {}
    problems: tuple[str, ...] = ()
    detail: Detail | None = None


def shelf_of(
    scenes: Iterable[Scene],
    characters: Iterable[Character],
    *,
    query: str = "",
    problems: tuple[str, ...] = (),
    detail: Detail | None = None,
) -> Shelf:
    """What matches every word of `query`; nothing secret is searched."""
    characters = tuple(characters)
    names = {character.id: character.name for character in characters}
    words = query.casefold().split()
    found_scenes = [scene for scene in scenes if _matches(words, _scene_text(scene, names))][:SCENES_OFFERED]
    found = [character for character in characters if _matches(words, _character_text(character))][:PEOPLE_OFFERED]
    wanted = {part.character for scene in found_scenes for part in scene.cast} | {character.id for character in found}
    return Shelf(
        query=query,
        scenes=tuple(scene_card(scene) for scene in found_scenes),
        characters=tuple(character.id for character in found),
        people={one.id: person_of(one, about(one)) for one in characters if one.id in wanted},
        problems=problems,
        detail=detail,
    )


def character_detail(character: Character) -> Detail:
    """What a character knows of themselves; secrets folded."""
    identity = character.identity
    facts = (
        Section(title="In a few words", items=character.traits),
        Section(title="Wants", items=character.goals),
        Section(title="Where they come from", text=character.backstory),
        Section(title="Appearance", text=character.appearance),
        Section(title="To others", text=identity.social),
        Section(title="To themselves", text=identity.personal),
        Section(title="From week to week", text=identity.life_context),
        Section(title="Way of speaking", text=character.speech.style, items=()),
        Section(title="Habits of speech", items=character.speech.habits),
        Section(title="In their own words", items=tuple(f"“{line}”" for line in character.speech.examples)),
        Section(title="Good at", items=character.skills),
        Section(title="Facts", items=character.facts),
        Section(title="Secrets (only they know)", items=character.secrets, secret=True),
    )
    kinds = (character.career, f"{character.age} years old" if character.age is not None else "", character.pronouns)
    return Detail(
        kind="character",
        id=character.id,
        title=character.name,
        subtitle=" · ".join(part for part in (*kinds, character.mbti or "") if part),
        person=person_of(character),
        parts=tuple(part for part in facts if part.text or part.items),
    )


def scene_detail(scene: Scene, cast: Iterable[Character]) -> Detail:
    """A scene; what each character wants in it and must hide is folded."""
    members = {member.id: member for member in cast}
    names = {id_: member.name for id_, member in members.items()}
    goals = tuple(f"{names.get(part.character, part.character)}: {part.goal}" for part in scene.cast if part.goal)
    secrets = tuple(f"{names.get(part.character, part.character)}: {part.secret}" for part in scene.cast if part.secret)
    beats = tuple(f"After turn {beat.when}: {beat.what}" for beat in scene.events)
    parts = (
        Section(title="What it is about", text=scene.premise),
        Section(title="Setting", text=scene.setting),
        Section(title="It opens", text=scene.opening),
        Section(title="Talk of", items=scene.topics),
        Section(title="It ends", text=_ending(scene)),
        Section(title="What each one wants (for the director)", items=goals, secret=True),
        Section(title="What each one hides (for the director)", items=secrets, secret=True),
        Section(title="What is going to happen (for the director)", items=beats, secret=True),
    )
    return Detail(
        kind="scene",
        id=scene.id,
        title=scene.title,
        subtitle=" · ".join(part for part in (scene.genre, scene.place, scene.time, scene.mood) if part),
        cast=tuple(person_of(member, about(member)) for member in members.values()),
        parts=tuple(part for part in parts if part.text or part.items),
    )


def _ending(scene: Scene) -> str:
    limit = f"after {scene.end.max_turns} turns at the latest"
    return f"When {scene.end.when.rstrip('.')}, or {limit}." if scene.end.when else f"{limit.capitalize()}."


def _matches(words: list[str], text: str) -> bool:
    return all(word in text for word in words)


def _scene_text(scene: Scene, names: dict[str, str]) -> str:
    cast = (names.get(part.character, "") for part in scene.cast)
    return " ".join((scene.title, scene.genre, scene.place, scene.premise, *scene.tags, *cast)).casefold()


def _character_text(character: Character) -> str:
    return " ".join(
        (character.name, character.career, character.mbti or "", *character.traits, *character.tags, *character.skills)
    ).casefold()
