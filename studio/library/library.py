"""Characters, scenes and lorebooks as YAML files: the shipped ones and the reader's own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from studio.archive.catalogue import Catalogue
from studio.domain.character import Character
from studio.domain.holding import Book, Deleted, Facets, Find, Found, Holding, Kind
from studio.domain.identifiers import is_slug
from studio.domain.options import Options
from studio.domain.scene import Scene
from studio.domain.session import LOCAL_OWNER
from studio.errors import Invalid, NotFound
from studio.library.cataloguing import Cataloguing
from studio.library.imports import Imports
from studio.library.options import read_options
from studio.library.shelf import Shelf
from studio.library.trash import Trash
from studio.library.yaml_file import LibraryProblem

PICTURES = (".webp", ".png", ".jpg", ".jpeg")


class Library:
    """The shipped characters, scenes and lorebooks, and the reader's own, which win where both have an id.

    `shipped` and `own` each hold `characters/*.yaml`, `characters/portraits/`, `scenes/*.yaml` and `lorebooks/*.yaml`;
    what is deleted goes to `own/trash`; what came from elsewhere is known to `imports`. Files are looked at anew at
    each call, so an edit by hand shows at once. Blocking.

    With `cataloguing`, it can be searched, as `owner`.
    """

    def __init__(
        self, shipped: Path, own: Path, cataloguing: Cataloguing | None = None, owner: str = LOCAL_OWNER
    ) -> None:
        self._shipped, self._own = shipped, own
        self._cataloguing, self.owner = cataloguing, owner
        trash = own / "trash"
        self._trash = Trash(trash)
        self._characters = Shelf(Character, shipped / "characters", own / "characters", trash / "characters")
        self.imports = Imports(own / "characters")
        self._scenes = Shelf(Scene, shipped / "scenes", own / "scenes", trash / "scenes")
        self._books = Shelf(Book, shipped / "lorebooks", own / "lorebooks", trash / "lorebooks")

    def beside(self, own: Path, owner: str) -> Library:
        """A library of the same shipped things and catalogue, and another owner's folder."""
        other = Library(self._shipped, own, self._cataloguing, owner)
        other._characters = self._characters.beside(other._characters)
        other._scenes = self._scenes.beside(other._scenes)
        other._books = self._books.beside(other._books)
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
        """Every character that can be used, by name; each is read: to list many, `find` them. What is wrong with the
        others is in `problems`."""
        return tuple(sorted(self._characters.items(), key=lambda item: (item.name.casefold(), item.id)))

    def scenes(self) -> tuple[Scene, ...]:
        """Every scene that can be used, by title."""
        return tuple(sorted(self._scenes.items(), key=lambda item: (item.title.casefold(), item.id)))

    def books(self) -> tuple[Book, ...]:
        """Every lorebook that can be used, by title."""
        return tuple(sorted(self._books.items(), key=lambda item: (item.title.casefold(), item.id)))

    def options(self) -> Options:
        """The pools a character is put together from: the files of `characters/options/`, shipped and own together.

        Raises: as `read_options`.
        """
        return read_options(self._shipped / "characters" / "options", self._own / "characters" / "options")

    @property
    def problems(self) -> tuple[LibraryProblem, ...]:
        """What is wrong with the files that cannot be used: characters, scenes, then lorebooks, by file name."""
        return self._characters.problems() + self._scenes.problems() + self._books.problems()

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

    def book(self, id_: str) -> Book:
        """The lorebook of this id. Raises: as `scene`."""
        return self._books.item(id_)

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

    def save_scene(self, scene: Scene, *, known: str | None = None) -> Scene:
        """As `save_character`, for a scene; a fresh id is made from the title. `known`: the digest (`describing`) of
        the scene its writer began from. Raises: Conflict also, when that is no longer what is there."""
        return self._scenes.save(scene, scene.title, known)

    def save_book(self, book: Book, *, known: str | None = None) -> Book:
        """As `save_scene`, for a lorebook; a fresh id is made from its name."""
        return self._books.save(book, book.name, known)

    def delete_character(self, id_: str) -> str:
        """Move one of the reader's own characters to the trash; returns the token that `restore` takes.

        Raises: NotFound; Invalid for a shipped one, which stays; StorageError.
        """
        return self._characters.delete(id_)

    def delete_scene(self, id_: str) -> str:
        """As `delete_character`, for a scene."""
        return self._scenes.delete(id_)

    def delete(self, kind: Kind, id_: str) -> str:
        """As `delete_character`, for anything."""
        return self._shelves[kind].delete(id_)

    def trash(self) -> tuple[str, ...]:
        """The tokens of everything that can be restored, sorted."""
        return tuple(sorted(one.token for one in self._trash.deleted()))

    def deleted(self) -> tuple[Deleted, ...]:
        """Everything that can be restored, the last deleted first. Raises: StorageError."""
        return self._trash.deleted()

    def restore(self, token: str) -> str:
        """Bring something deleted back; returns its id, a new one if its own was taken meanwhile.

        Raises: NotFound for a token that is not in `trash`; StorageError.
        """
        file, kind, id_ = self._trash.find(token)
        return self._shelves[kind].restore(file, id_)

    def empty_trash(self) -> int:
        """Destroy for good what can be restored; how much that was. Raises: StorageError."""
        return self._trash.empty()

    # --- the catalogue ------------------------------------------------------------------------------------------

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue, brought up to date with the files. Raises: Invalid without one; StorageError."""
        if self._cataloguing is None:
            raise Invalid("This library was opened without its catalogue: it knows the files alone.")
        self._cataloguing.refresh(self.owner, self._shelves)
        return self._cataloguing.catalogue

    def find(self, find: Find) -> Found:
        """A page of what is looked for, without reading a single body. Raises: Invalid, StorageError."""
        return self.catalogue.find(self.owner, find)

    def facets(self, kind: Kind) -> Facets:
        """What can be asked for beside words. Raises: Invalid, StorageError."""
        return self.catalogue.facets(self.owner, kind)

    def alike(self, kind: Kind, digest: str) -> tuple[str, ...]:
        """The ids of what has this digest (`describing.digest_of`). Raises: Invalid, StorageError."""
        return self.catalogue.alike(self.owner, kind, digest)

    def holding(self, kind: Kind, id_: str) -> Holding:
        """The line of the catalogue for one thing. Raises: NotFound, Invalid, StorageError."""
        found = self.catalogue.holdings(self.owner, kind, [id_]).get(id_)
        if found is None:
            raise NotFound(f"There is no {kind} '{id_[:80]}'.")
        return found

    @property
    def _shelves(self) -> Mapping[Kind, Shelf[Character] | Shelf[Scene] | Shelf[Book]]:
        """In the order in which they are catalogued: a scene is found by the names of its cast."""
        return {"character": self._characters, "lorebook": self._books, "scene": self._scenes}

    # --- pictures -----------------------------------------------------------------------------------------------

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
