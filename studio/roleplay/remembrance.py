"""What becomes of memories while nobody waits: each character goes over what it remembers, as its policy has it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from studio.cards.played import person_in, played
from studio.domain.character import Character
from studio.domain.event import BOOKKEEPING
from studio.domain.transcript import Transcript
from studio.errors import ModelError
from studio.llm.client import Model
from studio.memory.base import Ask, Consolidated, MemoryPolicy, Occasion
from studio.memory.consolidation import consolidate
from studio.memory.keeper import MemoryKeeper
from studio.memory.policies import POLICIES
from studio.roleplay import happenings
from studio.roleplay.recollection import standing
from studio.run_context import Clock

PERSONA_STATEMENTS = 6
EVIDENCE_TOKENS, EVIDENCE = 1500, 30
log = logging.getLogger(__name__)


class Remembrance:
    """Goes over the memories of a play's cast. A scene break is the end of a scene, and the first turn of a next one. A
    model that cannot be reached costs nothing but the reflection; the next break makes up for it. `model`: None for
    rules alone. `report` is told what came of it, character by character."""

    def __init__(
        self,
        keeper: MemoryKeeper,
        clock: Clock,
        model: Model | None,
        report: Callable[[str, Consolidated], None] = lambda character, done: None,
    ) -> None:
        self._keeper = keeper
        self._clock = clock
        self._model = model
        self._report = report
        self._closed: dict[str, str] = {}
        self._entered: set[str] = set()
        self._locks: dict[str, asyncio.Lock] = {}

    async def review(
        self, transcript: Transcript, earlier: frozenset[str], occasion: Occasion | None = None, only: str = ""
    ) -> tuple[Consolidated, ...]:
        """Let everybody who witnessed anything go over it, or `only` one of them. `occasion`: as the play stands, where
        it is not given.

        Raises: StorageError
        """
        session = transcript.session
        policy = POLICIES.build(session.memory_policy)
        async with self._locks.setdefault(session.id, asyncio.Lock()):
            occasion = occasion or self._occasion(transcript)
            if not policy.stirs(occasion):
                return ()
            done = [
                await self._gone_over(policy, transcript, character, earlier, occasion)
                for character in session.cast
                if only in ("", character.id)
                and any(character.id in event.audience for event in transcript.told if event.kind not in BOOKKEEPING)
            ]
        return tuple(done)

    def _occasion(self, transcript: Transcript) -> Occasion:
        session, tip = transcript.session, transcript.session.tip or ""
        if session.follows and session.id not in self._entered:
            self._entered.add(session.id)
            return Occasion.BREAK
        if happenings.over(transcript) and self._closed.get(session.id) != tip:
            self._closed[session.id] = tip
            return Occasion.BREAK
        return Occasion.TURN

    async def _gone_over(
        self,
        policy: MemoryPolicy,
        transcript: Transcript,
        character: Character,
        earlier: frozenset[str],
        occasion: Occasion,
    ) -> Consolidated:
        session = transcript.session
        ask = Ask(
            owner=session.owner,
            character=character.id,
            continuity=session.continuity,
            session=session.id,
            focal="",
            now=self._clock(),
            lineage=standing(transcript.events) | earlier,
            budget_tokens=EVIDENCE_TOKENS,
            limit=EVIDENCE,
        )
        known = played(session, character, person_in(transcript))
        persons = frozenset(event.actor for event in transcript.told if event.parts.get("by") == "person")
        try:
            done = await consolidate(
                self._keeper,
                policy,
                ask,
                occasion,
                names={member.id: member.name for member in session.cast},
                persons=persons & {member.id for member in session.cast},
                persona="\n".join(known.statements()[:PERSONA_STATEMENTS]),
                model=self._model,
                seed=session.seed,
            )
        except ModelError as error:
            log.warning("%s could not go over what happened: %s", character.name, error)
            done = Consolidated(problems=(str(error),))
        self._report(character.id, done)
        return done
