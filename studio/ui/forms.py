"""From registered methods and library entries to what a page offers."""

from __future__ import annotations

from studio.domain.character import Character
from studio.domain.scene import Scene
from studio.domain.value import Value
from studio.registry import MethodT, Registry
from studio.ui.present import Person, person_of

SCENES_OFFERED = 60
PEOPLE_OFFERED = 200


class Option(Value):
    """A method as a choice."""

    name: str
    title: str
    summary: str


class SceneCard(Value):
    """A scene as a card: no secret in it."""

    id: str
    title: str
    genre: str
    place: str
    premise: str
    cast: tuple[str, ...]


class Bill(Value):
    """What can be played tonight. `chosen` is the scene picked beforehand, `guest` somebody who joins whatever scene is
    picked; `writer` says which model writes."""

    scenes: tuple[SceneCard, ...] = ()
    people: dict[str, Person] = {}
    chosen: str = ""
    guest: str = ""
    writer: str = ""
    modes: tuple[Option, ...] = ()
    mode_default: str = "lean"
    speakers: tuple[Option, ...] = ()
    speakers_default: str = ""
    memory: tuple[Option, ...] = ()
    memory_default: str = "memory_stream"
    beat: int = 0


class Casting(Value):
    """What *Begin* asks for, as the page sends it."""

    scene: str = ""
    cast: tuple[str, ...] = ()
    seat: str = ""
    mode: str = ""
    speakers: str = ""
    memory: str = ""
    seed: str = ""


def options_of(registry: Registry[MethodT]) -> tuple[Option, ...]:
    """Every method of a registry as a choice."""
    cards = [method.card for method in registry.methods.values()]
    return tuple(Option(name=card.name, title=card.title, summary=card.summary) for card in cards)


def scene_card(scene: Scene) -> SceneCard:
    """A scene for the bill and the library."""
    return SceneCard(
        id=scene.id,
        title=scene.title,
        genre=scene.genre,
        place=scene.place or scene.setting,
        premise=scene.premise,
        cast=tuple(part.character for part in scene.cast),
    )


def about(character: Character) -> str:
    """Who somebody is, in half a line."""
    age = f", {character.age}" if character.age is not None else ""
    return f"{character.career}{age}" if character.career else ", ".join(character.traits[:3])


def bill_of(
    scenes: tuple[Scene, ...],
    characters: tuple[Character, ...],
    *,
    chosen: str,
    writer: str,
    guest: str = "",
    speakers: tuple[Option, ...],
    speakers_default: str,
    memory: tuple[Option, ...],
    modes: tuple[Option, ...] = (),
    beat: int = 0,
) -> Bill:
    """Tonight's bill: the chosen scene first if it would else be out of sight, and everybody who could play."""
    scenes = tuple(sorted(scenes, key=lambda scene: scene.id != chosen)) if len(scenes) > SCENES_OFFERED else scenes
    offered = scenes[:SCENES_OFFERED]
    wanted = {guest, *(part.character for scene in offered for part in scene.cast)}
    others = [character for character in characters if character.id not in wanted][:PEOPLE_OFFERED]
    people = [character for character in characters if character.id in wanted] + others
    return Bill(
        scenes=tuple(scene_card(scene) for scene in offered),
        people={character.id: person_of(character, about(character)) for character in people},
        chosen=chosen,
        guest=guest,
        writer=writer,
        modes=modes,
        speakers=speakers,
        speakers_default=speakers_default,
        memory=memory,
        beat=beat,
    )
