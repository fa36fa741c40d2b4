"""Many files into one library: one job, each file reported on its own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from studio.cards.reading import ImportedCard
from studio.cards.report import ImportReport
from studio.domain.holding import Kind
from studio.domain.job import Fields, Item, Job, Result
from studio.domain.scene import Scene
from studio.domain.value import Value
from studio.intake.cards import Added
from studio.intake.parcels import Parcels
from studio.intake.things import ImportedItem, import_thing
from studio.library import Library
from studio.library.describing import digest_of, kind_of

WORK = "import_files"
AT_ONCE = 6
"""More than there are processors: they wait for the disk together."""
CATALOGUED_AFTER = 500
"""Files that came in since the catalogue was last brought up to date."""
_ZIP = b"PK\x03\x04"
_CARDS_IN_ZIP = ("card.json", "manifest.json")

LibraryOf = Callable[[str], Awaitable[Library]]
TakeIn = Callable[[str, ImportedCard, str], Awaitable[Added]]


class Told(Value):
    """What became of one file. `outcome`: `added`, `known` (it was here already), `edited` (here, and changed since),
    `opened` (an archive, whose files are reported on their own) or `skipped`."""

    outcome: str
    kind: Kind | None = None
    id: str = ""
    title: str = ""
    spec: str = ""
    container: str = ""
    kept: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    inert: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()

    @property
    def fields(self) -> Fields:
        """As the report of a job's item."""
        return self.model_dump(mode="json", exclude_defaults=True)


class ImportFiles:
    """The work. `library_of` opens an owner's library, `take_in` stores a card in it."""

    name = WORK
    at_once = AT_ONCE

    def __init__(self, parcels: Parcels, library_of: LibraryOf, take_in: TakeIn) -> None:
        self.parcels = parcels
        self._library_of = library_of
        self._take_in = take_in
        self._since = 0

    async def do(self, job: Job, item: Item) -> Result:
        """Import one file. What is in it already is told as known, so that doing it twice adds nothing.

        Raises: Invalid, NotFound, StorageError.
        """
        if item.name.lower().endswith(".jsonl"):
            told = Told(outcome="skipped", refused=("A chat. Bring it in with `studio session import`.",))
            return Result(report=told.fields)
        if "member" not in item.source and await asyncio.to_thread(self._is_parcel, item):
            members = await asyncio.to_thread(self.parcels.members, item.source, item.name)
            return Result(report=Told(outcome="opened", title=item.name).fields, more=tuple(members))
        name = item.name.rpartition(" › ")[2]
        found = await asyncio.to_thread(lambda: import_thing(self.parcels.read(item.source), name))
        if isinstance(found, ImportedCard):
            added = await self._take_in(job.owner, found, name)
            outcome = "edited" if added.edited else "known" if added.known else "added"
            told = _told(outcome, "character", added.character.id, added.character.name, added.report)
        else:
            told = await self._store(await self._library_of(job.owner), found)
        self._since += 1
        if self._since >= CATALOGUED_AFTER:
            self._since = 0
            await self._catalogue(job)
        return Result(report=told.fields)

    async def finish(self, job: Job) -> None:
        """Let go of what was sent, and have everything in the catalogue."""
        await self._catalogue(job)
        await asyncio.to_thread(self.parcels.clear, job.id)

    async def _catalogue(self, job: Job) -> None:
        """Have what came in listed, so that whoever opens the library next need not wait for it."""
        library = await self._library_of(job.owner)
        await asyncio.to_thread(lambda: library.catalogue)

    def _is_parcel(self, item: Item) -> bool:
        """Whether a file is a zip of files, not a card that is a zip itself."""
        file = self.parcels.file(item.source)
        try:
            with file.open("rb") as stream:
                if stream.read(len(_ZIP)) != _ZIP:
                    return False
        except OSError:
            return False  # reading it will say why
        if file.suffix.lower() in (".charx", ".byaf") or item.name.lower().endswith((".charx", ".byaf")):
            return False
        return not self.parcels.holds(item.source, _CARDS_IN_ZIP)

    async def _store(self, library: Library, found: ImportedItem) -> Told:
        item, kind = found.item, kind_of(found.item)
        digest = digest_of(item)
        title = item.title
        with_digest = await asyncio.to_thread(lambda: library.alike(kind, digest))
        if with_digest:
            return _told("known", kind, with_digest[0], title, found.report)
        if isinstance(item, Scene):
            saved: str = (await asyncio.to_thread(library.save_scene, item)).id
        else:
            saved = (await asyncio.to_thread(library.save_book, item)).id
        return _told("added", kind, saved, title, found.report)


def _told(outcome: str, kind: Kind, id_: str, title: str, report: ImportReport) -> Told:
    return Told(
        outcome=outcome,
        kind=kind,
        id=id_,
        title=title,
        spec=report.spec,
        container=report.container,
        kept=report.kept,
        changed=report.changed,
        inert=report.inert,
        refused=report.refused,
    )
