"""Characters and scenes as YAML files: the shipped ones and the reader's own."""

from __future__ import annotations

import re
from pathlib import Path

from studio.domain.character import Character
from studio.domain.identifiers import is_slug
from studio.domain.options import Options
from studio.domain.scene import Scene
from studio.errors import NotFound
from studio.library.imports import Imports
from studio.library.options import read_options
from studio.library.shelf import Shelf
from studio.library.yaml_file import LibraryProblem, Unreadable

__all__ = ["Library", "LibraryProblem", "Unreadable"]

PICTURES = (".webp", ".png", ".jpg", ".jpeg")
_TOKEN = re.compile(r"(characters|scenes)/([a-z0-9][a-z0-9_-]{0,63})(~[0-9]{1,6})?")


class Library:
    """The shipped characters and scenes, and the reader's own, which win where both have an id.

    `shipped` and `own` each hold `characters/*.yaml`, `characters/portraits/` and `scenes/*.yaml`; what is deleted
    goes to `own/trash`; what came from elsewhere is known to `imports`. Files are looked at anew at each call, so an
    edit by hand shows at once. Blocking.
    """

    def __init__(self, shipped: Path, own: Path) -> None:
        self._shipped, self._own = shipped, own
        self._trash = own / "trash"
        self._characters = Shelf(Character, shipped / "characters", own / "characters", self._trash / "characters")
        self.imports = Imports(own / "characters")
        self._scenes = Shelf(Scene, shipped / "scenes", own / "scenes", self._trash / "scenes")

    def beside(self, own: Path) -> Library:
        """A library of the same shipped characters and scenes, and another own folder."""
        other = Library(self._shipped, own)
        trash = other._trash
        other._characters = self._characters.beside(own / "characters", trash / "characters")
        other._scenes = self._scenes.beside(own / "scenes", trash / "scenes")
        return other

    @property
    def own(self) -> Path:
        """Where the reader's own files lie."""
        return self._own

    def own_characters(self) -> frozenset[str]:
        """The ids of the reader's own characters, those that stand before a shipped one among them."""
        return self._characters.own_ids()

    def has_shipped(self, id_: str) -> bool:
        """Whether a character of this id ships with the studio, whatever stands before it."""
        return is_slug(id_) and (self._characters.shipped / f"{id_}.yaml").is_file()

    def characters(self) -> tuple[Character, ...]:
        """Every character that can be used, by name. What is wrong with the others is in `problems`."""
        return tuple(sorted(self._characters.items(), key=lambda item: (item.name.casefold(), item.id)))

    def scenes(self) -> tuple[Scene, ...]:
        """Every scene that can be used, by title."""
        return tuple(sorted(self._scenes.items(), key=lambda item: (item.title.casefold(), item.id)))

    def options(self) -> Options:
        """The pools a character is put together from: the files of `characters/options/`, shipped and own together.

        Raises: as `read_options`.
        """
        return read_options(self._shipped / "characters" / "options", self._own / "characters" / "options")

    @property
    def problems(self) -> tuple[LibraryProblem, ...]:
        """What is wrong with the files that cannot be used: characters, then scenes, by file name."""
        return self._characters.problems() + self._scenes.problems()

    def character(self, id_: str) -> Character:
        """The character of this id.

        Raises: NotFound (lists near names); Unreadable, an Invalid, when its file cannot be used (names file, line
        and field).
        """
        return self._characters.item(id_)

    def scene(self, id_: str) -> Scene:
        """The scene of this id.

        Raises: NotFound (lists near names); Unreadable, an Invalid, when its file cannot be used.
        """
        return self._scenes.item(id_)

    def cast_of(self, scene: Scene) -> tuple[Character, ...]:
        """The characters of a scene's cast, in its order.

        Raises: NotFound for a member who is not in the library; Unreadable for one whose file cannot be used.
        """
        cast = []
        for part in scene.cast:
            try:
                cast.append(self.character(part.character))
            except NotFound as error:
                where = self._scenes.file(scene.id) or f"The scene '{scene.title}'"
                raise NotFound(f"{where} casts '{part.character[:80]}'. {error}") from error
        return tuple(cast)

    def save_character(self, character: Character) -> Character:
        """Write to the reader's own folder and return what was written. An empty `id` asks for a fresh one, made from
        the name; any other id is written over (a shipped one is shadowed, never changed).

        Raises: Invalid for an id that cannot name a file or a text that could not be read back; StorageError.
        """
        return self._characters.save(character, character.name)

    def save_scene(self, scene: Scene) -> Scene:
        """As `save_character`, for a scene; a fresh id is made from the title."""
        return self._scenes.save(scene, scene.title)

    def delete_character(self, id_: str) -> str:
        """Move one of the reader's own characters to the trash; returns the token that `restore` takes.

        Raises: NotFound; Invalid for a shipped one, which stays; StorageError.
        """
        return self._characters.delete(id_)

    def delete_scene(self, id_: str) -> str:
        """As `delete_character`, for a scene."""
        return self._scenes.delete(id_)

    def trash(self) -> tuple[str, ...]:
        """The tokens of everything that can be restored, sorted."""
        return tuple(sorted(f"{file.parent.name}/{file.stem}" for file in self._trash.glob("*/*.yaml")))

    def restore(self, token: str) -> str:
        """Bring a deleted character or scene back; returns its id, a new one if its own was taken meanwhile.

        Raises: NotFound for a token that is not in `trash`; StorageError.
        """
        match = _TOKEN.fullmatch(token)
        file = self._trash / f"{token}.yaml"
        if match is None or not file.is_file():
            raise NotFound(f"Nothing in the trash is called '{token[:80]}'.")
        if match[1] == "characters":
            return self._characters.restore(file, match[2])
        return self._scenes.restore(file, match[2])

    def portrait_path(self, character: Character) -> Path | None:
        """The picture that belongs to a character: the one its `portrait` names (a path below `characters/`), else
        `characters/portraits/<id>`; None when there is none, so that one should be drawn. A shipped picture counts
        only for the shipped character as it is: somebody edited may no longer look like it."""
        folders = [self._characters.own]
        if self._characters.is_shipped(character):
            folders.append(self._characters.shipped)
        names = [character.portrait] if character.portrait else []
        if is_slug(character.id):
            names += [f"portraits/{character.id}{ending}" for ending in PICTURES]
        found = (_picture(folder, name) for folder in folders for name in names)
        return next((file for file in found if file is not None), None)


def _picture(folder: Path, name: str) -> Path | None:
    """The picture file of this name below the folder; None also for a name no file can have."""
    try:
        file = (folder / name).resolve()
        inside = file.suffix.lower() in PICTURES and file.is_relative_to(folder.resolve())
        return file if inside and file.is_file() else None
    except (ValueError, OSError):
        return None
