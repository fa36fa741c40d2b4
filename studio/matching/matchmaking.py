"""Matching as a page or a command uses it: banks opened once, rankings with the owner's own ratings, the shelf."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from studio.archive.acts import ActStore
from studio.domain.character import Character
from studio.domain.message import Chunk, Request
from studio.domain.scene import Part, Scene
from studio.domain.session import Choice
from studio.errors import Invalid
from studio.llm.client import Capabilities, Model
from studio.llm.embedding import Embedder
from studio.matching.bank.store import Bank, bank_folders, open_bank
from studio.matching.base import MATCHERS, RatedPair, Seeker
from studio.matching.keeping import Records
from studio.matching.pool import Pool
from studio.matching.profile import Profile, profile_of
from studio.matching.ranking import LAMBDA, Filters, Ranking, rank, rated
from studio.matching.shelf.items import Item, ItemKind, of_character, of_scene, pair
from studio.matching.shelf.recommending import Shelf, opinions, recommend, shelve
from studio.matching.shelf.requirement import Requirement, from_instruction, underlying, underlying_by, weights_for
from studio.matching.shelf.taste import TasteEvent
from studio.run_context import Clock, RunContext

Progress = Callable[[int, int], None]


class Matchmaking:
    """`shipped` and `own` are the library's folders; vectors of one's own banks are kept in `own/banks`."""

    def __init__(self, shipped: Path, own: Path, acts: ActStore, embedder: Embedder, clock: Clock) -> None:
        self.records = Records(acts, clock, random.Random())
        self._shipped, self._own = shipped, own
        self._embedder = embedder
        self._clock = clock
        self._pools: dict[tuple[Path, str], Pool] = {}

    def banks(self) -> tuple[str, ...]:
        """The names of all banks there are, sorted."""
        return tuple(sorted(bank_folders(self._shipped, self._own)))

    async def pool(self, bank: str = "") -> Pool:
        """The profiles of a bank; empty: the studio's own. Read once, and anew when its files change.

        Raises: NotFound, Invalid, StorageError.
        """
        found = open_bank(self._shipped, self._own, bank)
        return await asyncio.to_thread(self._opened, found)

    def _opened(self, bank: Bank) -> Pool:
        key = (bank.folder, bank.digest)
        if key not in self._pools:
            self._pools = {kept: pool for kept, pool in self._pools.items() if kept[0] != bank.folder}
            self._pools[key] = Pool.of_bank(bank, self._own / "banks")
        return self._pools[key]

    def context(self, model: Model | None = None, seed: int = 0, progress: Progress | None = None) -> RunContext:
        """What a scorer works with. Without a model those that ask one raise Invalid."""
        context = RunContext(
            model=model or _Nobody(), embedder=self._embedder, rng=random.Random(seed), clock=self._clock
        )
        return replace(context, progress=progress) if progress else context

    async def match(
        self,
        owner: str,
        seeker: Seeker,
        *,
        scorer: Choice | None = None,
        bank: str = "",
        among: Sequence[Character] = (),
        count: int = 5,
        filters: Filters | None = None,
        diversity: float = 1.0 - LAMBDA,
        context: RunContext | None = None,
    ) -> Ranking:
        """The best supporters for a seeker, from a bank or from characters of the library (`among`), with the owner's
        ratings as evidence.

        Raises: as `rank`.
        """
        method = MATCHERS.build(scorer or Choice(name="cosine"))
        pool = Pool([profile_of(one) for one in among]) if among else await self.pool(bank)
        evidence = await self.records.evidence(owner)
        return await rank(
            method,
            seeker,
            pool,
            context or self.context(),
            count=count,
            evidence=evidence,
            filters=filters,
            diversity=diversity,
        )

    async def supporter(self, id_: str, bank: str = "") -> Profile:
        """A profile of a bank.

        Raises: NotFound.
        """
        pool = await self.pool(bank)
        if id_ not in pool.position:
            raise Invalid(f"Nobody in this bank is called '{id_[:80]}'. Take an id from a ranking.")
        return pool.profiles[pool.position[id_]]

    async def rate(self, owner: str, seeker: Seeker, supporter: str, rating: float, bank: str = "") -> str:
        """Keep how good a talk was (1–5), for the scorers that learn; returns the record's id.

        Raises: Invalid.
        """
        made: RatedPair = await rated(seeker, supporter, rating, await self.pool(bank), self.context())
        return await self.records.rate(owner, made)

    async def shelf(
        self,
        owner: str,
        items: Sequence[Item],
        *,
        instruction: str = "",
        requirement: Requirement | None = None,
        context: RunContext | None = None,
        places: int = 10,
    ) -> Shelf:
        """What the owner may like of these items. An instruction counts as a search; a requirement that was edited is
        taken as it stands, without a call; with a context its model is asked for both later thoughts.

        Cost: 0 without a context, else at most 1 + ⌈n / 10⌉ calls, unusable answers aside.
        Raises: as the model.
        """
        events = await self.records.events(owner)
        wanted = from_instruction(instruction, items) if instruction.strip() else ()
        asked = (*events, TasteEvent(type="search", facets=wanted)) if wanted else events
        if requirement is None:
            if context is not None:
                requirement = await underlying_by(context.model, asked, instruction, items)
            else:
                requirement = underlying(asked)
        verdicts = recommend(items, weights_for(asked, requirement), requirement)
        if context is None or requirement.questions:
            return shelve(requirement, verdicts, events, places)
        told, usage = await opinions(verdicts, requirement, context)
        return shelve(requirement, told, events, places).model_copy(update={"usage": usage})


def cast_into(scene: Scene, ids: Sequence[str]) -> Scene:
    """The scene with these characters in its cast too, present from the start: what accepting a casting does."""
    there = {part.character for part in scene.cast}
    joining = [Part(character=id_) for id_ in dict.fromkeys(ids) if id_ not in there]
    return scene.model_copy(update={"cast": (*scene.cast, *joining)})


def items_of(characters: Iterable[Character], scenes: Iterable[Scene], kind: ItemKind | None = None) -> list[Item]:
    """The library as items; pairs are every scene with everybody who is not in it yet."""
    cast = {one.id: one for one in characters}
    people = [of_character(one) for one in cast.values()]
    places = [
        (scene, of_scene(scene, [cast[part.character] for part in scene.cast if part.character in cast]))
        for scene in scenes
    ]
    if kind == "character":
        return people
    if kind == "scene":
        return [item for _, item in places]
    if kind == "pair":
        return [
            pair(item, one)
            for scene, item in places
            for one in people
            if one.id not in {part.character for part in scene.cast}
        ]
    return [*people, *(item for _, item in places)]


class _Nobody:
    """The model of those who have none: asking it is an error that says what to do."""

    name = "none"
    capabilities = Capabilities()

    async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        """Raises: Invalid."""
        raise Invalid("This way of matching asks a language model. Choose one first, or another scorer.")
        yield
