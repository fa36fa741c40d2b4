"""What somebody did and rated, as the archive keeps it for them."""

from __future__ import annotations

import random
from typing import TypeVar

from pydantic import ValidationError

from studio.archive.acts import Act, ActStore
from studio.domain.identifiers import uuid7
from studio.errors import StorageError
from studio.matching.base import RatedPair
from studio.matching.shelf.taste import TasteEvent
from studio.run_context import Clock

TASTE, RATING = "taste", "rating"
KeptT = TypeVar("KeptT", TasteEvent, RatedPair)


class Records:
    """The taste events and rated pairs of every owner."""

    def __init__(self, acts: ActStore, clock: Clock, rng: random.Random) -> None:
        self._acts = acts
        self._clock = clock
        self._rng = rng

    async def events(self, owner: str) -> tuple[TasteEvent, ...]:
        """What the owner did, oldest first, each with its id."""
        found = []
        for act in await self._acts.list(owner, TASTE):
            event = _read(TasteEvent, act)
            found.append(event.model_copy(update={"id": act.id, "t": act.at}))
        return tuple(found)

    async def note(self, owner: str, event: TasteEvent) -> TasteEvent:
        """Keep something the owner did; returns it with its id and time."""
        at = event.t or self._clock()
        kept = event.model_copy(update={"id": event.id or uuid7(at, self._rng), "t": at})
        body = kept.model_dump_json(exclude={"id", "t"}, exclude_defaults=True)
        await self._acts.add(Act(id=kept.id, owner=owner, kind=TASTE, at=at, body=body))
        return kept

    async def evidence(self, owner: str) -> tuple[RatedPair, ...]:
        """The owner's rated pairs, oldest first."""
        return tuple(_read(RatedPair, act) for act in await self._acts.list(owner, RATING))

    async def rate(self, owner: str, pair: RatedPair) -> str:
        """Keep a rating; returns its id, by which it can be forgotten."""
        at = pair.at or self._clock()
        id_ = uuid7(at, self._rng)
        await self._acts.add(Act(id=id_, owner=owner, kind=RATING, at=at, body=pair.model_dump_json()))
        return id_

    async def forget(self, owner: str, id_: str) -> None:
        """Let an event or a rating count no more. Undone by `bring_back`.

        Raises: NotFound.
        """
        await self._acts.forget(owner, id_, self._clock())

    async def bring_back(self, owner: str, id_: str) -> None:
        """Let a forgotten one count again.

        Raises: NotFound.
        """
        await self._acts.bring_back(owner, id_)

    async def erase(self, owner: str) -> int:
        """Delete everything kept of the owner here, for good; how much there was."""
        return await self._acts.erase(owner, TASTE) + await self._acts.erase(owner, RATING)

    async def exported(self, owner: str) -> str:
        """The owner's taste events as JSON lines, oldest first."""
        events = await self.events(owner)
        return "".join(event.model_dump_json(exclude_defaults=True) + "\n" for event in events)


def _read(kind: type[KeptT], act: Act) -> KeptT:
    try:
        return kind.model_validate_json(act.body)
    except ValidationError as error:
        raise StorageError(f"The record '{act.id}' cannot be read. Forget it, or restore a backup.") from error
