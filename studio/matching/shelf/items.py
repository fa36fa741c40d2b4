"""What can stand on the shelf: characters, scenes, and the two together, with their facets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from studio.domain.character import Character
from studio.domain.scene import Scene
from studio.domain.value import Value
from studio.matching.tropes.naming import decamel, representative

ItemKind = Literal["character", "scene", "pair"]


class Item(Value):
    """Something to recommend. `id` is a character's, a scene's, or `scene+character`; facets are `key:value`."""

    id: str
    kind: ItemKind = "scene"
    title: str = ""
    facets: tuple[str, ...] = ()


def facet(key: str, value: str) -> str:
    """`key:value`, the value in lower case with single hyphens."""
    return f"{key}:{'-'.join(value.casefold().split())}"


def of_character(character: Character) -> Item:
    """A character by its tropes, traits, type and trade."""
    facets = [
        *(facet("trope", decamel(representative(trope))) for trope in character.tropes),
        *(facet("trait", trait) for trait in character.traits),
        *([facet("mbti", character.mbti)] if character.mbti else []),
        *([facet("career", character.career)] if character.career else []),
    ]
    return Item(id=character.id, kind="character", title=character.name, facets=_unique(facets))


def of_scene(scene: Scene, cast: Sequence[Character] = ()) -> Item:
    """A scene by its genre, mood, length, size of cast and the tropes of its cast."""
    length = "short" if scene.end.max_turns <= 12 else "long" if scene.end.max_turns > 30 else "medium"
    size = {1: "one", 2: "two", 3: "three"}.get(len(scene.cast), "many")
    facets = [
        *([facet("genre", scene.genre)] if scene.genre else []),
        *(facet("tone", part) for part in _moods(scene.mood)),
        facet("length", length),
        facet("cast", size),
        *(facet("trope", decamel(representative(trope))) for one in cast for trope in one.tropes),
    ]
    return Item(id=scene.id, kind="scene", title=scene.title, facets=_unique(facets))


def pair(scene: Item, character: Item) -> Item:
    """A scene with somebody in it."""
    title = f"{scene.title} with {character.title}"
    return Item(
        id=f"{scene.id}+{character.id}", kind="pair", title=title, facets=_unique((*scene.facets, *character.facets))
    )


def _moods(mood: str) -> list[str]:
    """The words of a mood: `dark, tense` gives two."""
    return [part.strip() for part in mood.replace(";", ",").split(",") if 0 < len(part.strip()) <= 40]


def _unique(facets: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(facets))
