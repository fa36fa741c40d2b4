"""The one place where the parts are made and put together."""

from __future__ import annotations

import asyncio
import gc
import random
from dataclasses import dataclass
from functools import cached_property

from studio.archive import Archive
from studio.archive.safekeeping import Safekeeping, bring_back
from studio.cards.reading import ImportedCard
from studio.domain.session import LOCAL_OWNER
from studio.intake import Added, Intake
from studio.intake.bulk import ImportFiles
from studio.intake.parcels import Parcels
from studio.jobs import Jobs
from studio.library import Library
from studio.library.owners import Libraries
from studio.llm.client import Model
from studio.llm.embedding import Embedder, open_embedder
from studio.llm.models import Models
from studio.matching.matchmaking import Matchmaking
from studio.memory.curation import Curator
from studio.memory.index import MemoryIndex
from studio.memory.keeper import MemoryKeeper
from studio.memory.reindexing import Reindexing
from studio.roleplay.engine import Engine
from studio.run_context import Clock, RunContext, system_clock
from studio.settings import Settings
from studio.workshop import Workshop, Workshops

NEW_OBJECTS = (10_000, 20, 20)
"""How many more new objects than freed ones before Python looks for garbage, then the older generations' turns."""
KEPT_PICTURE_BYTES = 4 << 20
"""Of a picture that came with a visitor's card; a larger one is drawn anew when the disk lost it."""


@dataclass(frozen=True)
class Studio:
    """Everything a page or a command needs. Close it when done: memories are flushed and the local server stops."""

    settings: Settings
    libraries: Libraries
    archive: Archive
    embedder: Embedder
    keeper: MemoryKeeper
    models: Models
    clock: Clock
    safekeeping: Safekeeping | None = None

    def engine(self, model: Model, *, seed: int | None = None, narrator: Model | None = None) -> Engine:
        """An engine that plays with this model. `seed` fixes ids and chance; None: a new one each time."""
        rng = random.Random(seed)
        context = RunContext(model=model, embedder=self.embedder, rng=rng, clock=self.clock)
        return Engine(self.archive, self.keeper, context, narrator)

    @property
    def library(self) -> Library:
        """The library of whoever runs the studio. A visitor's own is at `workshop(owner).library()`."""
        return self.libraries.house

    @cached_property
    def _workshops(self) -> Workshops:
        return Workshops(self.libraries, self.archive)

    def workshop(self, owner: str) -> Workshop:
        """Where an owner's characters are made, and the way to their library."""
        return self._workshops.of(owner)

    @cached_property
    def parcels(self) -> Parcels:
        """What was sent to be imported, until it is."""
        return Parcels(self.settings.data_dir / "incoming")

    @cached_property
    def jobs(self) -> Jobs:
        """Long work. What was begun before goes on after `jobs.recover()`."""
        works = (
            ImportFiles(self.parcels, lambda owner: self.workshop(owner).library(), self.take_in),
            Reindexing(self.keeper),
        )
        return Jobs(self.archive.jobs, works, self.clock)

    @property
    def intake(self) -> Intake:
        """Cards of other programs into the library of whoever runs the studio, and out of it. A visitor's own come in
        by `take_in`, and go out by `Intake(await studio.workshop(owner).library())`."""
        return Intake(self.library)

    @cached_property
    def matching(self) -> Matchmaking:
        """Who suits whom, and what an owner may like next."""
        settings = self.settings
        return Matchmaking(settings.shipped_dir, settings.data_dir, self.archive.acts, self.embedder, self.clock)

    @property
    def curator(self) -> Curator:
        """For reading and changing what characters remember."""
        return Curator(self.keeper, random.Random())

    async def take_in(self, owner: str, card: ImportedCard, filename: str) -> Added:
        """Store a card that was read in an owner's library, never over another, and keep it in the archive, so that it
        comes back where the disk does not last.

        Raises: Invalid, StorageError.
        """
        workshop = self.workshop(owner)
        added = await asyncio.to_thread(Intake(await workshop.library()).store, card, filename)
        if not added.known and owner != LOCAL_OWNER:  # the house's own disk lasts
            picture = card.portrait or b""
            await workshop.took(added.character, picture if len(picture) <= KEPT_PICTURE_BYTES else b"")
        return added

    async def use(self, name: str, api_base: str = "") -> Model:
        """Make a model the studio's own, from its next start on, where the settings name none. It is opened as a trial.

        Raises: as `Models.open`.
        """
        model = await self.models.open(name, api_base=api_base)
        await self.archive.preferences.set(LOCAL_OWNER, "model", name)
        await self.archive.preferences.set(LOCAL_OWNER, "api_base", api_base)
        return model

    async def close(self) -> None:
        """Let go of files, threads and servers. Long work rests until it is opened again."""
        if "jobs" in vars(self):
            await self.jobs.close()
        await self.models.close()
        await self.keeper.close()
        if self.safekeeping:
            await self.safekeeping.close()
        await self.archive.close()


async def open_studio(settings: Settings, clock: Clock = system_clock) -> Studio:
    """Make and connect the parts. Nothing heavy is loaded before it is used.

    Raises: StorageError when the database cannot be opened; it is never replaced by an empty one.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    if settings.backup_dir:
        settings.backup_dir.mkdir(parents=True, exist_ok=True)
        await bring_back(settings.database, settings.backup_dir)
    archive = await Archive.open(settings.database, clock=clock)
    settings = await _as_chosen(settings, archive)
    embedder = open_embedder(settings)
    index = MemoryIndex(settings.chroma_url or str(settings.data_dir / "memory"))
    await index.glance()
    return Studio(
        settings=settings,
        libraries=Libraries(settings.shipped_dir, settings.data_dir, archive.catalogue),
        archive=archive,
        embedder=embedder,
        keeper=MemoryKeeper(archive.memories, index, embedder, clock),
        models=Models(settings),
        clock=clock,
        safekeeping=Safekeeping(archive, settings.backup_dir, settings.backup_minutes, clock)
        if settings.backup_dir
        else None,
    )


async def _as_chosen(settings: Settings, archive: Archive) -> Settings:
    """The settings with the model somebody chose with `Studio.use`, unless they name one themselves."""
    if settings.model or settings.gguf or settings.on_space:
        return settings
    chosen = {name: await archive.preferences.get(LOCAL_OWNER, name, "") for name in ("model", "api_base")}
    return settings.model_copy(update=chosen) if chosen["model"] else settings


def steady() -> None:
    """Keep the search for garbage from stopping everybody who plays: what the program itself is made of, some hundred
    thousand objects, is set aside for good, and new ones are looked through less often. Without it a turn now and then
    stands still for 50 ms. For a process that serves, once everything is loaded."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*NEW_OBJECTS)
