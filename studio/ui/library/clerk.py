"""What can be done with things of the library: opened, marked, taken out of it and brought back, saved as files."""

from __future__ import annotations

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Sequence

from studio.cards.writing import Kind as CardKind
from studio.domain.holding import EVERYBODY, KINDS, Kind
from studio.errors import Invalid, NotFound, StudioError
from studio.intake.parting import parted, zipped
from studio.library import Library
from studio.ui.desk import Desk
from studio.ui.feedback import Notice
from studio.ui.library.deliveries import Deliveries
from studio.ui.library.details import book_detail, broken_detail, character_detail, marked, scene_detail
from studio.ui.library.values import Detail, Wish
from studio.ui.visit import Visit

UNDONE = 64
"""Removals that can be undone from their notice, in this process; the trash holds them longer."""
NOUNS = {"character": "characters", "scene": "scenes", "lorebook": "lorebooks", "session": "plays"}


class Clerk:
    """Grants wishes of one library's visitors. Each sees and changes their own alone."""

    def __init__(self, desk: Desk, deliveries: Deliveries) -> None:
        self._desk = desk
        self._deliveries = deliveries
        self._gone: OrderedDict[tuple[str, str], tuple[str, ...]] = OrderedDict()

    async def detail(self, visit: Visit, kind: str, id_: str) -> Detail | None:
        """Everything about one thing; None where the sheet is to be closed. Raises: NotFound, StorageError."""
        if kind not in KINDS or not id_:
            return None
        return await asyncio.to_thread(_detail, await self._desk.library(visit), kind, id_)

    async def mark(self, visit: Visit, wish: Wish) -> Notice:
        """Set favourites, folders and tags. Raises: StorageError."""
        library = await self._desk.library(visit)
        kind = _kind(wish)

        def work() -> int:
            ids = _chosen(library, wish)
            library.catalogue.mark(
                visit.owner,
                kind,
                ids,
                favourite=wish.favourite,
                folder=wish.folder,
                add=wish.add,
                remove=wish.remove,
            )
            return len(ids)

        count = await asyncio.to_thread(work)
        if wish.favourite is not None and count == 1:
            return Notice()
        return Notice(text=f"{_counted(count, kind)} marked.")

    async def remove(self, visit: Visit, wish: Wish) -> Notice:
        """Move things to the trash; what ships with the studio stays. Raises: NotFound, Invalid, StorageError."""
        library, kind = await self._desk.library(visit), _kind(wish)
        ids, shipped = await asyncio.to_thread(_own, library, wish)
        if not ids:
            raise Invalid("What ships with the studio stays in the library. Mark it, or put it into a folder, instead.")
        tokens: list[str] = []
        stuck: list[str] = []
        for id_ in ids:
            try:
                tokens.append(await self._removed(visit, library, kind, id_))
            except StudioError as error:
                stuck.append(f"{id_}: {error}")
        key = secrets.token_hex(8)
        self._gone[visit.owner, key] = tuple(tokens)
        while len(self._gone) > UNDONE:
            self._gone.popitem(last=False)
        text = f"{_counted(len(tokens), kind)} in the trash."
        text += f" {_counted(shipped, kind)} of the studio's own stayed." if shipped else ""
        text += f" {stuck[0]}" if stuck else ""
        return Notice(
            tone="warning" if stuck else "info", text=text, action="bring", action_label="Undo", sent={"key": key}
        )

    async def _removed(self, visit: Visit, library: Library, kind: Kind, id_: str) -> str:
        if kind == "character":
            return await self._desk.studio.workshop(visit.owner).remove(id_)
        return await asyncio.to_thread(library.delete, kind, id_)

    async def bring(self, visit: Visit, key: str) -> Notice:
        """Undo a removal. Raises: NotFound, StorageError."""
        tokens = self._gone.pop((visit.owner, key), None)
        if tokens is None:
            raise NotFound("That can no longer be undone from here. What was removed is in the trash of the library.")
        return await self.restore(visit, tokens)

    async def restore(self, visit: Visit, tokens: Sequence[str]) -> Notice:
        """Bring things back from the trash. Raises: NotFound, StorageError."""
        library = await self._desk.library(visit)
        deleted = {one.token: one for one in await asyncio.to_thread(library.deleted)}
        for token in tokens:
            if token not in deleted:
                raise NotFound("This is not in the trash any more.")
            if deleted[token].kind == "character":
                await self._desk.studio.workshop(visit.owner).bring(token)
            else:
                await asyncio.to_thread(library.restore, token)
        return Notice(text=f"{deleted[tokens[0]].title} is back." if len(tokens) == 1 else f"{len(tokens):,} are back.")

    async def take(self, visit: Visit, wish: Wish) -> tuple[str, Notice]:
        """Write things to a file to be fetched: its address, and what could not be written.

        Raises: Invalid, NotFound, StorageError.
        """
        library, kind = await self._desk.library(visit), _kind(wish)
        card: CardKind | None = None if wish.format == "yaml" else wish.format

        def work() -> tuple[str, list[str]]:
            ids = _chosen(library, wish)
            if not ids:
                raise Invalid("Nothing is chosen, so there is nothing to save.")
            files = parted(library, kind, ids, card)
            if len(ids) == 1:
                name, data = next(iter(files))
                if not isinstance(data, bytes):
                    raise data
                target = self._deliveries.room(name)
                target.write_bytes(data)
                return self._deliveries.hand_out(target), []
            target = self._deliveries.room(f"greenroom-{NOUNS[kind]}.zip")
            failed = [f"{name}: {error}" for name, error in zipped(files, target) if error]
            return self._deliveries.hand_out(target), failed

        address, failed = await asyncio.to_thread(work)
        if not failed:
            return address, Notice()
        more = f" ({len(failed) - 1:,} more)" if len(failed) > 1 else ""
        return address, Notice(tone="warning", title="Not everything could be saved.", text=failed[0] + more)


def _kind(wish: Wish) -> Kind:
    for kind in KINDS:
        if kind == wish.kind:
            return kind
    raise Invalid("Plays are kept on the Stage page: rename, archive and export them there.")


def _chosen(library: Library, wish: Wish) -> tuple[str, ...]:
    return library.catalogue.ids(library.owner, wish.look.find()) if wish.everything else wish.ids


def _own(library: Library, wish: Wish) -> tuple[list[str], int]:
    """The ids among the chosen that are the owner's own, and how many of the others there are."""
    chosen = _chosen(library, wish)
    known = library.catalogue.holdings(library.owner, _kind(wish), chosen)
    own = [id_ for id_ in chosen if id_ in known and known[id_].owner != EVERYBODY]
    return own, len(chosen) - len(own)


def _detail(library: Library, kind: str, id_: str) -> Detail:
    holding = library.catalogue.holdings(library.owner, _of(kind), [id_]).get(id_)
    if holding is not None and holding.problem:
        return marked(broken_detail(holding), holding)
    return marked(_read(library, kind, id_), holding)


def _read(library: Library, kind: str, id_: str) -> Detail:
    if kind == "character":
        return character_detail(library.character(id_))
    if kind == "lorebook":
        return book_detail(library.book(id_))
    scene = library.scene(id_)
    try:
        cast = library.cast_of(scene)
    except StudioError:
        members = library.catalogue.holdings(library.owner, "character", [part.character for part in scene.cast])
        cast = tuple(library.character(one) for one, found in members.items() if not found.problem)
    return scene_detail(scene, cast)


def _of(kind: str) -> Kind:
    return next(known for known in KINDS if known == kind)


def _counted(count: int, kind: str) -> str:
    noun = NOUNS[kind]
    return f"One {noun[:-1]}" if count == 1 else f"{count:,} {noun}"
