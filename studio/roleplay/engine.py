"""The life of one turn. The engine keeps no state of the play: everything it needs to go on is in the log, so that a
branch, an undo or a restart finds the play as it was."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Sequence
from contextlib import AbstractContextManager, aclosing
from dataclasses import replace

from studio.archive import Archive
from studio.domain.character import Character
from studio.domain.event import NARRATOR, TURNS, Event, Kind
from studio.domain.identifiers import uuid7
from studio.domain.provenance import Usage
from studio.domain.scene import Scene
from studio.domain.session import Choice, Decision, Session
from studio.domain.transcript import Transcript
from studio.errors import Conflict, Invalid
from studio.llm.client import Model
from studio.memory.keeper import MemoryKeeper
from studio.memory.policies import POLICIES
from studio.prompts import prepare
from studio.roleplay import actor, happenings, narrator
from studio.roleplay.drafting import Drafting
from studio.roleplay.history import History
from studio.roleplay.lore import Lore, call_up, recorded
from studio.roleplay.meters import AGAIN_FOR, Bounds, meter_of
from studio.roleplay.modes.base import MODES
from studio.roleplay.orders import policy_of, standing_orders
from studio.roleplay.pace import Pace
from studio.roleplay.prompt_log import PromptLog
from studio.roleplay.recollection import memorable, recollect, standing
from studio.roleplay.remembrance import Remembrance
from studio.roleplay.scribe import Scribe, turn_start
from studio.roleplay.speakers.base import SPEAKERS, Situation
from studio.roleplay.speakers.natural import Natural
from studio.roleplay.steps import Committed, Ended, Recollected, Step, Streaming, Turn, newest
from studio.roleplay.views import View, character_view
from studio.run_context import RunContext

LEAN = Choice(name="lean")


class Engine:
    """Plays sessions of one archive with one model. `narrator`: another model for the narrator, if wanted."""

    def __init__(
        self, archive: Archive, keeper: MemoryKeeper, context: RunContext, narrator_model: Model | None = None
    ) -> None:
        self.archive = archive
        self.keeper = keeper
        self.prompts = PromptLog(archive)
        self.context = context = replace(context, model=self.prompts.heard(context.model))
        self.scribe = Scribe(archive, context)
        self.history = History(self.scribe)
        self.narrator_model = self.prompts.heard(narrator_model) if narrator_model else context.model
        self.remembrance = Remembrance(keeper, context.clock, context.model)
        self._pace = Pace()
        self._observed: set[str] = set()
        self._earlier: dict[str, frozenset[str]] = {}
        self._tries: dict[str, tuple[int, int]] = {}

    async def begin(
        self,
        owner: str,
        scene: Scene,
        cast: Sequence[Character],
        *,
        seed: int = 0,
        memory_policy: Choice | None = None,
        speaker_policy: Choice | None = None,
        mode: Choice | None = None,
        follows: Transcript | None = None,
    ) -> Transcript:
        """A new session with its opening told. `follows`: the play it goes on from; its memories stay.

        Where the scene has no opening of its own, the first on stage who has a greeting begins with it; the alternate
        ones are other takes of that line.
        Raises: Invalid when nobody would be on stage, or the cast cannot be told apart; NotFound for an unknown policy.
        """
        happenings.check_cast(scene, cast)
        default = "director" if self.narrator_model.capabilities.directs else "natural"
        speaker_policy = speaker_policy or Choice(name=default)
        memory_policy = memory_policy or Choice(name="memory_stream")
        SPEAKERS.build(speaker_policy)
        POLICIES.build(memory_policy)
        MODES.build(mode or LEAN)
        at = self.context.clock()
        id_ = uuid7(at, self.context.rng)
        session = Session(
            id=id_,
            owner=owner,
            continuity=follows.session.continuity if follows else id_,
            title=scene.title,
            scene=scene,
            cast=tuple(cast),
            memory_policy=memory_policy,
            speaker_policy=speaker_policy,
            mode=mode or LEAN,
            model=self.context.model.name,
            seed=seed,
            follows=follows.events[-1].id if follows and follows.events else None,
            created_at=at,
            updated_at=at,
        )
        transcript = Transcript(session=happenings.readable(session))
        if not transcript.present:
            raise Invalid(
                f"In '{scene.title}' nobody is on stage at the start. Let one character's entrance be 'start'."
            )
        await asyncio.to_thread(prepare, "roleplay", "shared")
        transcript = Transcript(session=await self.archive.sessions.create(transcript.session))
        openings = [
            self.scribe.write(transcript, opening).model_copy(update={"salience": 5})
            for opening in happenings.openings(transcript)
        ]
        return await self.scribe.store_takes(transcript, openings)

    async def advance(self, transcript: Transcript, turn: Turn | None = None) -> AsyncGenerator[Step, None]:
        """One turn: a person's line if any, what is due, the narrator if there is something to decide, one character.

        Closing the generator at any point leaves the last whole event standing.
        Raises: Invalid, Conflict, StorageError, and ModelError with the play whole; the same call can be made again
        without the line.
        """
        with self._pace.hurry():
            async with aclosing(self._advanced(transcript, turn or Turn())) as steps:
                async for step in steps:
                    yield step

    async def _advanced(self, transcript: Transcript, turn: Turn) -> AsyncGenerator[Step, None]:
        """A person's line, what is due, the end, then an answer."""
        said = [self.scribe.write(transcript, happening) for happening in happenings.said(transcript, turn)]
        transcript = await self.scribe.store(transcript, *said)
        for committed in newest(transcript, len(said)):
            yield committed
        if not turn.answer:
            return
        async with aclosing(self._due(transcript)) as due:
            async for committed in due:
                transcript = committed.transcript
                yield committed
        over = happenings.over(transcript)
        if over and not (transcript.present and (turn.speaks or turn.speaker)):
            yield Ended(reason=over, transcript=transcript)
            return
        line: Committed | None = None
        async with aclosing(MODES.build(transcript.session.mode).answer(self, transcript, turn)) as steps:
            async for step in steps:
                line = step if isinstance(step, Committed) and step.event.kind in TURNS else line
                yield step
        bounds = standing_orders(transcript).second_try
        if bounds and line:
            async with aclosing(self._tried_again(line, bounds)) as again:
                async for step in again:
                    yield step

    async def _tried_again(self, first: Committed, bounds: Bounds) -> AsyncGenerator[Step, None]:
        """The line once more where it is beyond these bounds. Both stay as takes of the turn; the better one stands."""
        line = meter_of(first.transcript, first.event.id)
        faults = line.beyond(bounds) if line else ()
        if not faults:
            return
        second: Committed | None = None
        async with aclosing(self.regenerate(first.transcript, first.event.id, faults)) as steps:
            async for step in steps:
                second = step if isinstance(step, Committed) and step.event.kind in TURNS else second
                yield step
        other = meter_of(second.transcript, second.event.id) if second else None
        if second and other and len(other.beyond(bounds)) > len(faults):
            back = await self.history.select(second.transcript, first.event.id)
            yield Committed(event=first.event, transcript=back)

    async def regenerate(
        self, transcript: Transcript, event: str, faults: tuple[str, ...] = ()
    ) -> AsyncGenerator[Step, None]:
        """Another version of a character's turn, as a sibling of the first. The old one stays in the log, and in view
        until the new one is whole. Edits of earlier lines made since then go along. `faults`: what was wrong with the
        first, where that is why.

        Raises: Invalid when the event is no character's turn on this path; else as `advance`.
        """
        position = next((i for i, told in enumerate(transcript.events) if told.id == event), -1)
        chosen = transcript.events[position] if position >= 0 else None
        if chosen is None or chosen.kind not in TURNS or chosen.provenance is None:
            raise Invalid("Only a line a model wrote can be told again.")
        why = {AGAIN_FOR: list(faults)} if faults else {}
        parts = {key: part for key, part in chosen.parts.items() if key != AGAIN_FOR}
        chosen = chosen.model_copy(update={"parts": parts | why})
        start = turn_start(transcript.events[: position + 1])
        earlier = Transcript(session=transcript.session, events=transcript.events[:start])
        remarks = happenings.remarks(transcript, start)
        mode = MODES.build(transcript.session.mode)
        with self._pace.hurry():
            steps = mode.again(self, earlier, chosen, remarks)
            async with aclosing(steps):
                async for step in steps:
                    yield step

    async def remember(self, transcript: Transcript) -> int:
        """Let hearers remember what they have not yet, then go over it as the memory policy has it: called after the
        reader has seen a turn, safe to repeat, and catching up on whatever a crash left out. Returns how many of what
        was perceived are new."""
        await self._pace.calm()
        await self.prompts.keep(transcript)
        events = [event for event in memorable(transcript) if event.id not in self._observed]
        added = await self.keeper.observe(transcript.session, events) if events else 0
        self._observed.update(event.id for event in events)
        await self.remembrance.review(transcript, await self._earlier_events(transcript.session))
        return added

    async def _due(self, transcript: Transcript) -> AsyncGenerator[Committed, None]:
        """Timed entrances and beats of the scene: written by its author, so no call is needed."""
        for character in happenings.entrances(transcript):
            transcript = await self.scribe.enter(transcript, character)
            yield Committed(event=transcript.events[-1], transcript=transcript)
        for number, what in happenings.beats(transcript):
            event = self.scribe.event(transcript, Kind.NARRATION, NARRATOR, what, parts={"beat": number}, salience=6)
            transcript = await self.scribe.store(transcript, event)
            yield Committed(event=transcript.events[-1], transcript=transcript)

    async def directed(self, transcript: Transcript, turn: Turn) -> happenings.Direction:
        """The narrator's call, if anything calls for it; else the plan as the log has it."""
        stage, muted = self.stage(transcript), standing_orders(transcript).muted
        others = tuple(member for member in stage if member.id not in turn.played.union(muted))
        policy = SPEAKERS.build(policy_of(transcript))
        plan, fresh = narrator.planned(transcript)
        found = narrator.occasions(transcript)
        foreseen = {cue.speaker for cue in plan} & {member.id for member in others}
        chosen = turn.speaker or happenings.waits_for(Situation(transcript=transcript, stage=stage), turn)
        wants_plan = policy.planned and others and not (chosen or foreseen or narrator.unplanned(transcript))
        if not found and not wants_plan:
            return happenings.Direction(plan=plan, fresh=fresh)
        reasons = tuple(occasion.reason for occasion in found)
        request = narrator.request_for(transcript, stage, reasons, plan=policy.planned, seed=self.seed(transcript))
        with self._pace.thinking():
            asked = await narrator.direct(self.narrator_model, request)
        may_end = happenings.may_end(transcript) and not (turn.speaks or turn.speaker)
        direction = narrator.understood(asked, others, may_end=may_end)
        by = {"salience": 6, "provenance": request.provenance(self.narrator_model.name)}
        told = [
            self.scribe.write(transcript, happening).model_copy(update=by)
            for happening in narrator.told_by(asked.value, transcript, stage)
        ]
        if told:
            parts = {**told[-1].parts, **direction.parts}
            told[-1] = told[-1].model_copy(update={"parts": parts, "usage": direction.usage})
        elif direction.ended:
            told = [self.scribe.noted(transcript, happenings.NARRATOR_ENDS, direction)]
        if not told:
            return direction
        return direction.model_copy(update={"events": tuple(told), "parts": {}, "usage": Usage()})

    def decided(self, transcript: Transcript, turn: Turn, direction: happenings.Direction) -> Decision | None:
        """Who speaks: the one a person named, else as the policy says."""
        stage = self.stage(transcript)
        if turn.speaker:
            return Decision(speaker=turn.speaker, reason="You gave them the word.", by="user")
        rng = random.Random(self.seed(transcript))
        policy = SPEAKERS.build(policy_of(transcript))
        everyone = Situation(transcript=transcript, stage=stage, plan=direction.plan, fresh=direction.fresh)
        waited_for = happenings.waits_for(everyone, turn)
        if waited_for:
            return waited_for
        muted = standing_orders(transcript).muted
        others = tuple(member for member in stage if member.id not in turn.played.union(muted))
        if not others:
            return None
        situation = everyone.model_copy(update={"stage": others})
        decision = policy.choose(situation, rng)
        if decision is None and policy.planned:
            spare = Natural().choose(situation, rng)
            return spare.model_copy(update={"by": "fallback"}) if spare else None
        return decision

    async def acted(
        self,
        transcript: Transcript,
        decision: Decision,
        direction: happenings.Direction,
        remarks: tuple[Event, ...] = (),
        manner: tuple[str, ...] = (),
    ) -> AsyncGenerator[Step, None]:
        """Recall, speak, store. `remarks`: edits and notes of these events that were made on another branch; `manner`:
        how to speak this time."""
        session = transcript.session
        character = session.character(decision.speaker)
        told = transcript.extended(remarks, session) if remarks else transcript
        prepared = await self.prepared(told, character, decision.cue, manner)
        direction = direction.model_copy(
            update={"parts": {**direction.parts, "lore": recorded(prepared.recollected.considered)}}
        )
        yield prepared.recollected
        parent = transcript.events[-1].id if transcript.events else session.follows
        drafting = Drafting(self.archive, session, parent, character.id)
        stored: Transcript | None = None
        try:
            line = actor.speak(
                self.context.model, session, character, prepared.view, prepared.prompted, seed=prepared.seed
            )
            spoken: actor.Spoken | None = None
            with self._pace.thinking():
                async with aclosing(line) as steps:
                    async for step in steps:
                        if isinstance(step, Streaming):
                            drafting.note(step.text)
                            yield step
                        else:
                            spoken = step
            assert spoken is not None
            events = self.scribe.turn(told, decision, direction, spoken, remarks)
            await drafting.settled()
            stored = await self.scribe.store_at(transcript, *events)
        except Conflict:
            drafting.note("")
            raise
        finally:
            if stored is None:
                await drafting.kept()
        for committed in newest(stored, len(events)):
            yield committed

    async def prepared(
        self, transcript: Transcript, character: Character, cue: str = "", manner: tuple[str, ...] = ()
    ) -> actor.Prepared:
        """All that a character's prompt is made of now: what it witnessed, what comes to its mind, lore called up."""
        simple = not self.context.model.capabilities.follows_script
        seed = self.seed(transcript, again=True)
        lore = call_up(transcript, character, rng=random.Random(seed), clock=self.context.clock, simple=simple)
        view = character_view(transcript, character, simple=simple, lore=lore.placed)
        recollected, prompted = await self.recollected(transcript, character, view, cue, lore)
        prompted = prompted.model_copy(update={"manner": manner}) if manner else prompted
        return actor.Prepared(view=view, prompted=prompted, recollected=recollected, seed=seed)

    async def recollected(
        self, transcript: Transcript, character: Character, view: View, cue: str, lore: Lore
    ) -> tuple[Recollected, actor.Prompted]:
        """What comes to the speaker's mind: as a step to show, and as the prompt's tail."""
        session = transcript.session
        memories = await recollect(
            self.keeper,
            POLICIES.build(session.memory_policy),
            transcript,
            character,
            view,
            cue=cue,
            earlier=await self._earlier_events(session),
            clock=self.context.clock,
        )
        step = Recollected(actor=character.id, memories=memories, lore=lore.fired, considered=lore.considered)
        texts = tuple(recalled.memory.text for recalled in memories)
        return step, actor.Prompted(cue=cue, memories=texts, lore=lore.placed)

    def thinking(self) -> AbstractContextManager[None]:
        """A model is at work: the machine is free for what can wait."""
        return self._pace.thinking()

    def stage(self, transcript: Transcript) -> tuple[Character, ...]:
        """Those on stage, in cast order."""
        present = transcript.present
        return tuple(member for member in transcript.session.cast if member.id in present)

    def seed(self, transcript: Transcript, *, again: bool = False) -> int:
        """A new seed for every state of the log, so that telling a line again tells it anew. `again`: for a call that
        may be made a second time in the same state, after a stop or a failure; then it is another one too."""
        session = transcript.session
        seed = session.seed * 1_000_003 + session.version * 101 + len(transcript.events)
        if again:
            before, tries = self._tries.get(session.id, (seed, -1))
            tries = tries + 1 if before == seed else 0
            self._tries[session.id] = (seed, tries)
            seed += tries * 7919
        return seed % 2**31

    def stand_where(self, other: Engine) -> None:
        """Take on what another engine knows of the plays it has played: the next call is made as it would make it."""
        self._tries, self._earlier = dict(other._tries), dict(other._earlier)

    async def _earlier_events(self, session: Session) -> frozenset[str]:
        """What stands of the sessions this one goes on from; it never changes, so it is read once."""
        if session.follows is None:
            return frozenset()
        if session.id not in self._earlier:
            self._earlier[session.id] = standing(await self.archive.sessions.earlier(session))
        return self._earlier[session.id]
