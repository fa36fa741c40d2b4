"""What somebody may like next: an editable sentence, and the characters and scenes that fit it."""

from __future__ import annotations

import asyncio

from studio.domain.character import Character
from studio.domain.scene import Scene
from studio.errors import NotFound
from studio.matching.matchmaking import items_of
from studio.matching.shelf.items import Item
from studio.matching.shelf.recommending import Recommendation
from studio.matching.shelf.recommending import Shelf as Shelved
from studio.matching.shelf.requirement import Requirement, edited, from_instruction, underlying
from studio.matching.shelf.taste import KEYS, TasteEvent
from studio.ui.desk import Desk
from studio.ui.match.values import Offer, Taste, Wish
from studio.ui.present import Person, person_of
from studio.ui.visit import Visit

PLACES = 10


class Shelves:
    """Each owner's shelf, from what they did here."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def shelf(self, visit: Visit, wish: Wish) -> Taste:
        """What fits. An edited sentence is taken as it stands; an instruction counts as a search. No call.

        Raises: Invalid for a slot that cannot be asked for; StorageError.
        """
        library = await self._desk.library(visit)
        cast, scenes = await asyncio.to_thread(lambda: (library.characters(), library.scenes()))
        items = items_of(cast, scenes)
        matching = self._desk.studio.matching
        requirement: Requirement | None = None
        if wish.edited:
            vocabulary = tuple({facet for item in items for facet in item.facets})
            events = await matching.records.events(visit.owner)
            requirement = edited(underlying(events), wish.slots, wish.hard, vocabulary)
        found = await matching.shelf(
            visit.owner, items, instruction=wish.instruction[:600], requirement=requirement, places=PLACES
        )
        return _taste(found, {one.id: one for one in cast}, {one.id: one for one in scenes})

    async def search(self, visit: Visit, wish: Wish) -> None:
        """Keep an instruction as something the owner searched for. Raises: StorageError."""
        items = await self._items(visit)
        facets = from_instruction(wish.instruction[:600], items)
        if facets:
            await self._desk.studio.matching.records.note(visit.owner, TasteEvent(type="search", facets=facets))

    async def judge(self, visit: Visit, wish: Wish) -> None:
        """Keep that the owner likes something, or not. Raises: NotFound, StorageError."""
        item = next((one for one in await self._items(visit) if one.id == wish.item), None)
        if item is None:
            raise NotFound("This is no longer in the library.")
        event = TasteEvent(type=wish.taste or "open", item=item.id, facets=item.facets)
        await self._desk.studio.matching.records.note(visit.owner, event)

    async def _items(self, visit: Visit) -> list[Item]:
        library = await self._desk.library(visit)
        return await asyncio.to_thread(lambda: items_of(library.characters(), library.scenes()))


def _taste(found: Shelved, cast: dict[str, Character], scenes: dict[str, Scene]) -> Taste:
    wanted = found.requirement
    return Taste(
        sentence=wanted.sentence,
        slots=wanted.slots,
        hard=wanted.hard,
        free=wanted.free,
        based_on=wanted.based_on,
        questions=wanted.questions,
        offers=tuple(
            _offer(one, _face(one, cast)) for one in found.shown if one.item.id in cast or one.item.id in scenes
        ),
        note=found.explanation,
        keys=KEYS,
    )


def _face(one: Recommendation, cast: dict[str, Character]) -> Person | None:
    return person_of(cast[one.item.id]) if one.item.id in cast else None


def _offer(one: Recommendation, person: Person | None) -> Offer:
    because = "Something different" if one.different else one.because
    return Offer(
        id=one.item.id,
        kind=one.item.kind,
        title=one.item.title,
        because=because,
        different=one.different,
        person=person,
    )
