"""The log of a town, and the pen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from studio.archive import Archive
from studio.domain.character import Character
from studio.domain.event import DIRECTOR, Event, Kind
from studio.domain.identifiers import uuid7
from studio.domain.memory import Recalled
from studio.domain.message import Message, Request
from studio.domain.provenance import Provenance, Usage
from studio.domain.transcript import Transcript
from studio.memory.base import Ask
from studio.memory.keeper import MemoryKeeper
from studio.memory.policies import POLICIES
from studio.roleplay.recollection import standing as standing_events
from studio.run_context import RunContext
from studio.simulation.town import PART, Standing, Town, standing

PERSONA_CHARS = 900
MEMORIES, MEMORY_TOKENS = 4, 160


class TownLog:
    """The log of a town, and the pen: collects what happens, dates it by the town's own clock, stores it, lets those
    who perceived it remember it."""

    def __init__(
        self, archive: Archive, keeper: MemoryKeeper, context: RunContext, transcript: Transcript, town: Town
    ) -> None:
        self.archive = archive
        self.keeper = keeper
        self.context = context
        self.transcript = transcript
        self.town = town
        self._new: list[Event] = []

    @property
    def state(self) -> Standing:
        """Where the town stands."""
        return standing(self.transcript.events)

    def note(self, text: str, told: dict[str, Any], minute: int) -> None:
        """Bookkeeping nobody perceives."""
        self.add(Kind.NOTE, DIRECTOR, text, (), told, minute)

    def add(
        self,
        kind: Kind,
        actor: str,
        text: str,
        audience: Iterable[str],
        told: dict[str, Any],
        minute: int,
        *,
        usage: Usage | None = None,
        provenance: Provenance | None = None,
        salience: int | None = None,
    ) -> None:
        """Something that happens, to be stored. `told`: what it says of the town."""
        count = len(self.transcript.events) + len(self._new)
        at = self.town.begins + timedelta(minutes=minute, milliseconds=count)
        self._new.append(
            Event(
                id=uuid7(at, self.context.rng),
                session=self.transcript.session.id,
                kind=kind,
                actor=actor,
                text=text,
                audience=tuple(sorted(set(audience))),
                parts={PART: told},
                at=at,
                story_minute=minute,
                usage=usage,
                provenance=provenance,
                salience=salience,
            )
        )

    async def stored(self) -> None:
        """Store what happened, and let those who perceived it remember.

        Raises: Conflict, StorageError, ModelError from the embedder
        """
        if not self._new:
            return
        parent = self.transcript.events[-1].id if self.transcript.events else None
        chained = []
        for event in self._new:
            chained.append(event.model_copy(update={"parent": parent}))
            parent = event.id
        session = await self.archive.sessions.append(self.transcript.session, chained)
        self.transcript = self.transcript.extended(chained, session)
        self._new = []
        await self.keeper.observe(session, chained)

    async def recalled(
        self,
        one: Character,
        focal: str,
        minute: int,
        people: frozenset[str] = frozenset(),
        window: Sequence[str] = (),
    ) -> tuple[Recalled, ...]:
        """What comes to a resident's mind. `window`: events in the prompt already."""
        policy = POLICIES.build(self.transcript.session.memory_policy)
        ask = self.ask(one, focal, minute).model_copy(
            update={"people": people, "window": frozenset(window), "budget_tokens": MEMORY_TOKENS, "limit": MEMORIES}
        )
        return await self.keeper.recall(policy, ask)

    def ask(self, one: Character, focal: str, minute: int) -> Ask:
        """A question to a resident's memory at a minute."""
        session = self.transcript.session
        return Ask(
            owner=session.owner,
            character=one.id,
            continuity=session.continuity,
            session=session.id,
            focal=focal,
            now=self.town.begins + timedelta(minutes=minute, seconds=59),
            lineage=standing_events(self.transcript.events),
            budget_tokens=1500,
            limit=30,
        )

    def request(self, one: Character, prompt: str, template: str, max_tokens: int) -> Request:
        """A call in a resident's name."""
        return Request(
            messages=(Message(role="user", content=prompt),),
            caller=one.id,
            purpose="town",
            max_tokens=max_tokens,
            temperature=0.8,
            seed=(self.town.seed * 1_000_003 + len(self.transcript.events)) % 2**31,
            template=template,
        )


def texts(recalled: Sequence[Recalled]) -> list[str]:
    """What came to mind, for a prompt."""
    return [one.memory.text for one in recalled]
