"""One owner's characters in the making: what is written is kept before it is saved, and what was saved stays.

The library's YAML files are what plays; the archive holds every saved state beside them. Where the files are gone, as
on a disk that does not last, the newest states are written out again.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import Sequence
from pathlib import Path
from weakref import WeakValueDictionary

from pydantic import AwareDatetime, ValidationError

from studio.archive import Archive
from studio.cards.picture import as_portrait
from studio.cards.portrait import draw_portrait
from studio.domain.character import Character
from studio.domain.revision import Kept, Reason, Revision, Sketch
from studio.domain.value import Value
from studio.errors import Conflict, Invalid, NotFound
from studio.library import Library
from studio.library.imports import Ending
from studio.library.owners import Libraries
from studio.workshop.changes import changed

KIND: Kept = "character"
NEW = "+"
"""Begins the key of a sketch that has no id in the library yet; no id does."""
LARGEST_SKETCH = 16 << 20
"""Characters of JSON: as much as a card may hold."""


class Opened(Value):
    """A character to be written on. `character`: as it stands in the library, None for one that was never saved;
    `number`: its newest kept state, 0 for none. `own`: it has a file of the owner's; `shipped`: one of the house's."""

    key: str
    character: Character | None = None
    number: int = 0
    sketch: Sketch | None = None
    own: bool = False
    shipped: bool = False


class Saved(Value):
    """A character as it now lies in the library, and the number of that state."""

    character: Character
    number: int


class Version(Value):
    """A kept state in the list of them. `changed`: the fields that differ from the state before."""

    number: int
    at: AwareDatetime
    reason: Reason
    changed: tuple[str, ...] = ()


class Workshop:
    """Made by `Workshops`. Every call works on the owner's files and rows alone."""

    def __init__(self, owner: str, files: Library, archive: Archive) -> None:
        self._owner = owner
        self._files = files
        self._archive = archive
        self._lock = asyncio.Lock()
        self._looked = False

    async def library(self) -> Library:
        """The owner's library; what the archive kept and the disk lost is in it again.

        Raises: StorageError.
        """
        if not self._looked:
            async with self._lock:
                if not self._looked:
                    await self._bring_back()
                    self._looked = True
        return self._files

    async def open(self, key: str) -> Opened:
        """A character by id, or a sketch by its key. Raises: NotFound, Unreadable, StorageError."""
        sketch = await self._archive.sketches.get(self._owner, KIND, key)
        if key.startswith(NEW):
            if sketch is None:
                raise NotFound("This character is no longer being written; it may have been saved in another tab.")
            return Opened(key=key, sketch=sketch)
        library = await self.library()
        character = await asyncio.to_thread(library.character, key)
        states = await self._archive.revisions.of(self._owner, KIND, key)
        own = key in await asyncio.to_thread(library.own_characters)
        number = states[0].number if states else 0
        shipped = library.has_shipped(key)
        return Opened(key=key, character=character, number=number, sketch=sketch, own=own, shipped=shipped)

    async def sketch(self, key: str, body: str, *, base: int = 0, after: int | None = None) -> Sketch:
        """Keep what is being written, JSON that need not be usable yet; an empty key asks for a new one.

        Raises: Conflict when another tab has written since version `after`; Invalid when it is too large.
        """
        if len(body) > LARGEST_SKETCH:
            raise Invalid(f"This character holds {len(body):,} characters; {LARGEST_SKETCH:,} at most can be kept.")
        key = key or f"{NEW}{secrets.token_hex(8)}"
        return await self._archive.sketches.put(self._owner, KIND, key, body, base=base, after=after)

    async def sketches(self) -> tuple[Sketch, ...]:
        """Everything that is written and not saved, newest first."""
        return await self._archive.sketches.all(self._owner, KIND)

    async def discard(self, key: str) -> Sketch | None:
        """Let go of what was not saved; what comes back is what it was, to undo this with `sketch`."""
        gone = await self._archive.sketches.get(self._owner, KIND, key)
        await self._archive.sketches.drop(self._owner, KIND, key)
        return gone

    async def save(self, character: Character, *, key: str = "", base: int | None = None) -> Saved:
        """Write to the library, keep the state, draw the portrait where there is none, and let go of the sketch `key`.

        `base`: the state its writer began from, 0 for none; None: save over whatever there is, which stays in the
        history.
        Raises: Conflict; Invalid for an id or text the library cannot hold; StorageError.
        """
        library = await self.library()
        async with self._lock:
            number = 0
            if character.id:
                number = await self._seen(library, character.id, base)
            saved = await asyncio.to_thread(library.save_character, character) if not character.id else character
            saved = await self._portrayed(library, saved)  # drawn from the id, so that the same one looks the same
            saved = await asyncio.to_thread(library.save_character, saved)
            state = await self._keep(saved, after=number if character.id else None)
            if key:
                await self._archive.sketches.drop(self._owner, KIND, key)
        return Saved(character=saved, number=state.number)

    async def took(self, character: Character, picture: bytes = b"") -> None:
        """Keep a character that came into the library by another door, as an import does, and its picture."""
        if picture and character.portrait:
            await self._archive.pictures.put(self._owner, Path(character.portrait).stem, picture)
        async with self._lock:
            await self._keep(character, reason="found")

    async def versions(self, id_: str) -> tuple[Version, ...]:
        """Every kept state of a character, newest first."""
        states = await self._archive.revisions.of(self._owner, KIND, id_)
        return await asyncio.to_thread(_versions, states)

    async def version(self, id_: str, number: int) -> Character:
        """A character as it was. Raises: NotFound; Invalid for a state this studio no longer understands."""
        return _character(await self._archive.revisions.get(self._owner, KIND, id_, number))

    async def remove(self, id_: str) -> str:
        """Take a character out of the library; what comes back is the token `bring` takes. Its states stay, and what
        was written and not saved becomes one of them. Raises: NotFound; Invalid for a shipped one; StorageError.
        """
        library = await self.library()
        async with self._lock:
            standing = await asyncio.to_thread(library.character, id_)
            await self._seen(library, id_, None)
            token = await asyncio.to_thread(library.delete_character, id_)
            sketch = await self._archive.sketches.get(self._owner, KIND, id_)
            if sketch is not None:
                await self._archive.revisions.add(self._owner, KIND, id_, sketch.body, reason="unsaved")
                await self._archive.sketches.drop(self._owner, KIND, id_)
            await self._keep(standing, reason="deleted")
        return token

    async def bring(self, token: str) -> Character:
        """Bring a removed character back. Raises: NotFound, StorageError."""
        library = await self.library()
        async with self._lock:
            id_ = await asyncio.to_thread(library.restore, token)
            character = await asyncio.to_thread(library.character, id_)
            await self._keep(character)
        return character

    async def drawn(self, character: Character, take: int = 0) -> Character:
        """The character with a portrait drawn by code; another `take`, another picture of the same person."""
        library = await self.library()
        sitter = character.model_copy(update={"id": f"{character.id or character.name}~{take}"}) if take else character
        return await self._shown(library, character, await asyncio.to_thread(draw_portrait, sitter))

    async def pictured(self, character: Character, data: bytes) -> Character:
        """The character with a picture of somebody's choosing. Raises: Invalid, StorageError."""
        library = await self.library()
        return await self._shown(library, character, await asyncio.to_thread(as_portrait, data))

    async def backdrop(self, data: bytes) -> str:
        """Keep a picture of somebody's choosing for the stage; its name. Raises: Invalid, StorageError."""
        library = await self.library()
        picture = await asyncio.to_thread(as_portrait, data)
        await self._archive.pictures.put(self._owner, _digest(picture), picture)
        return await asyncio.to_thread(library.imports.put_portrait, picture, "webp")

    async def _shown(self, library: Library, character: Character, data: bytes) -> Character:
        await self._archive.pictures.put(self._owner, _digest(data), data)
        path = await asyncio.to_thread(library.imports.put_portrait, data, "webp")
        return character.model_copy(update={"portrait": path})

    async def _portrayed(self, library: Library, character: Character) -> Character:
        """With a drawn portrait, where it has none or the one it has was drawn before it changed."""
        if character.portrait:
            try:
                before = await asyncio.to_thread(library.character, character.id)
            except (NotFound, Invalid):
                before = None
            if before is None or before.portrait != character.portrait or _looks(before) == _looks(character):
                return character
            undrawn = before.model_copy(update={"portrait": ""})
            if Path(character.portrait).stem != _digest(await asyncio.to_thread(draw_portrait, undrawn)):
                return character
        elif await asyncio.to_thread(library.portrait_path, character):
            return character
        return await self.drawn(character.model_copy(update={"portrait": ""}))

    async def _seen(self, library: Library, id_: str, base: int | None) -> int:
        """The newest kept state, once that is what lies in the library: what was written by hand, imported or shipped
        is kept before anything is written over it. Raises: Conflict when it is not `base`."""
        states = await self._archive.revisions.of(self._owner, KIND, id_)
        newest = states[0] if states else None
        number = newest.number if newest else 0
        if base is not None and base != number:
            raise Conflict(
                f"'{id_}' was saved in another tab or window since this one showed it. Both are kept: save this one "
                "over it, and the other stays in the history; or look at that one first."
            )
        try:
            standing = await asyncio.to_thread(library.character, id_)
        except NotFound:
            return number
        if newest is None or newest.reason == "deleted" or _body(standing) != newest.body:
            number = (await self._keep(standing, reason="found")).number
        return number

    async def _keep(self, character: Character, *, after: int | None = None, reason: Reason = "saved") -> Revision:
        return await self._archive.revisions.add(
            self._owner, KIND, character.id, _body(character), reason=reason, after=after
        )

    async def _bring_back(self) -> None:
        """Write the newest states out where the owner's folder is gone as a whole. A file somebody deleted stays so."""
        folder = self._files.own / "characters"
        if await asyncio.to_thread(folder.exists):
            return
        for state in await self._archive.revisions.newest(self._owner, KIND):
            if state.reason in ("deleted", "unsaved"):
                continue
            character = _character(state)
            picture = await self._archive.pictures.get(self._owner, Path(character.portrait).stem)
            if picture:
                await asyncio.to_thread(self._files.imports.put_portrait, picture, _ending(character.portrait))
            await asyncio.to_thread(self._files.save_character, character)


class Workshops:
    """The workshops of one archive, one an owner."""

    def __init__(self, libraries: Libraries, archive: Archive) -> None:
        self.libraries = libraries
        self._archive = archive
        self._open: WeakValueDictionary[str, Workshop] = WeakValueDictionary()

    def of(self, owner: str) -> Workshop:
        """An owner's workshop. Two who ask at the same time get the same one, so that its writes come one by one."""
        found = self._open.get(owner)
        if found is None:
            found = self._open[owner] = Workshop(owner, self.libraries.of(owner), self._archive)
        return found


def _versions(states: Sequence[Revision]) -> tuple[Version, ...]:
    befores = [state.body for state in states[1:]] + [""]
    return tuple(
        Version(number=state.number, at=state.at, reason=state.reason, changed=changed(before, state.body))
        for state, before in zip(states, befores, strict=True)
    )


def _character(state: Revision) -> Character:
    try:
        return Character.model_validate_json(state.body)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        field = ".".join(map(str, fault["loc"]))
        raise Invalid(f"Version {state.number} of '{state.item}' cannot be used: {field}: {fault['msg']}.") from error


def _body(character: Character) -> str:
    return character.model_dump_json(exclude_defaults=True)


def _ending(path: str) -> Ending:
    endings: dict[str, Ending] = {".png": "png", ".jpg": "jpg"}
    return endings.get(Path(path).suffix, "webp")


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:40]


def _looks(character: Character) -> tuple[object, ...]:
    """What a portrait is drawn from."""
    return character.name, character.appearance, character.career, character.mbti, character.age, character.pronouns
