"""A cast for an open part: asked of a council once, weighed again as often as wanted without asking anybody."""

from __future__ import annotations

import asyncio
import random
import secrets
from collections import OrderedDict

from studio.domain.session import Choice
from studio.errors import Invalid, NotFound, StudioError
from studio.matching.casting.base import CASTINGS, Casting, Pick, pick, reweighted
from studio.matching.casting.table import CastTable, history, of_characters
from studio.ui.desk import Desk
from studio.ui.match.values import Chosen, Council, Wish
from studio.ui.present import face_of
from studio.ui.visit import Visit

KEPT = 64
PLAYS = 60


class Casts:
    """Castings by owner and key, in this process: what the sliders weigh again."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._kept: OrderedDict[tuple[str, str], tuple[Casting, CastTable]] = OrderedDict()

    async def pick(self, visit: Visit, wish: Wish) -> Council:
        """Ask the chosen way of casting."""
        try:
            table = await self._table(visit, wish)
            method = CASTINGS.build(Choice(name=wish.method))
            model = await self._desk.writers.model(visit) if method.card.needs else None
            context = self._desk.studio.matching.context(model, random.SystemRandom().randrange(2**31))
            casting = await pick(method, table, wish.count, context)
        except StudioError as error:
            return Council(problem=str(error))
        key = secrets.token_hex(8)
        self._kept[visit.owner, key] = (casting, table)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return _council(key, casting, table)

    async def weigh(self, visit: Visit, wish: Wish) -> Council:
        """The same answers weighed otherwise: no call. Raises: NotFound when the casting is no longer kept."""
        kept = self._kept.get((visit.owner, wish.casting))
        if kept is None:
            raise NotFound("That casting is no longer at hand. Cast anew.")
        casting, table = kept
        return _council(wish.casting, reweighted(casting, table, wish.weights), table)

    async def _table(self, visit: Visit, wish: Wish) -> CastTable:
        if not wish.lead:
            raise Invalid("Choose whom the part is played with first.")
        library = await self._desk.library(visit)
        sessions = self._desk.studio.archive.sessions
        plays = [
            await sessions.transcript(visit.owner, one.id) for one in await sessions.list(visit.owner, limit=PLAYS)
        ]

        def made() -> CastTable:
            return of_characters(
                library.character(wish.lead),
                library.characters(),
                scene=library.scene(wish.scene) if wish.scene else None,
                role=wish.role[:600],
                together=history(plays, wish.lead),
            )

        return await asyncio.to_thread(made)


def _council(key: str, casting: Casting, table: CastTable) -> Council:
    names = {one.id: one.name for one in table.candidates}

    def chosen(one: Pick) -> Chosen:
        person = face_of(one.id, names.get(one.id, one.id), "")
        return Chosen(person=person, points=round(one.points, 2), why=one.why, supported_by=one.supported_by)

    return Council(
        key=key,
        selected=tuple(map(chosen, casting.selected)),
        nearly=tuple(map(chosen, casting.near_misses)),
        weights=casting.weights,
        notices=casting.notices,
        unused=casting.unused,
        mix=casting.mix,
        calls=casting.usage.calls,
    )
