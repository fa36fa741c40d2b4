"""From registered methods and library entries to what a page offers."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from studio.domain.character import Character
from studio.domain.identifiers import slug
from studio.domain.scene import Part, Scene
from studio.domain.session import Session
from studio.domain.value import Value
from studio.errors import Invalid
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


class Before(Value):
    """The play a new one goes on from: its title, and who was in it."""

    title: str
    cast: tuple[str, ...]


class Bill(Value):
    """What can be played tonight. `chosen` is the scene picked beforehand, `guest` somebody who joins whatever scene is
    picked; `before` the play it goes on from; `writer` says which model writes."""

    scenes: tuple[SceneCard, ...] = ()
    people: dict[str, Person] = {}
    chosen: str = ""
    guest: str = ""
    before: Before | None = None
    writer: str = ""
    modes: tuple[Option, ...] = ()
    mode_default: str = "lean"
    speakers: tuple[Option, ...] = ()
    speakers_default: str = ""
    memory: tuple[Option, ...] = ()
    memory_default: str = "memory_stream"
    beat: int = 0


class OwnScene(Value):
    """A scene written on the bill itself."""

    title: str = Field(default="", max_length=120)
    place: str = Field(default="", max_length=200)
    time: str = Field(default="", max_length=120)
    mood: str = Field(default="", max_length=120)
    premise: str = Field(default="", max_length=4000)
    opening: str = Field(default="", max_length=4000)

    def scene(self, cast: Iterable[str]) -> Scene:
        """As a scene with these characters on stage. Raises: Invalid when it does not say what it is about."""
        told = {name: " ".join(text.split()) for name, text in self.model_dump(exclude={"premise", "opening"}).items()}
        if not self.premise.strip():
            raise Invalid("Your own scene does not say yet what it is about. Write a sentence or two into its premise.")
        return Scene(
            id=slug(told["title"], "own-scene"),
            premise=self.premise.strip(),
            opening=self.opening.strip(),
            cast=tuple(Part(character=id_) for id_ in cast),
            **{**told, "title": told["title"] or "A scene of your own"},
        )


class Casting(Value):
    """What *Begin* asks for, as the page sends it. `own`: the scene, where it is none of the library's."""

    scene: str = ""
    own: OwnScene | None = None
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
    before: Session | None = None,
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
    known = {character.id for character in people}
    people += [member for member in before.cast if member.id not in known] if before else []
    return Bill(
        scenes=tuple(scene_card(scene) for scene in offered),
        people={character.id: person_of(character, about(character)) for character in people},
        chosen=chosen,
        guest=guest,
        before=Before(title=before.title, cast=tuple(member.id for member in before.cast)) if before else None,
        writer=writer,
        modes=modes,
        speakers=speakers,
        speakers_default=speakers_default,
        memory=memory,
        beat=beat,
    )
