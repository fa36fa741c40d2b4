"""The life of one turn. The engine keeps no state of the play: everything it needs to go on is in the log, so that a
branch, an undo or a restart finds the play as it was."""

from __future__ import annotations

import random
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from studio.archive import Archive
from studio.domain.character import Character
from studio.domain.event import NARRATOR, TURNS, Kind
from studio.domain.identifiers import uuid7
from studio.domain.provenance import Usage
from studio.domain.scene import Scene
from studio.domain.session import Choice, Decision, Session
from studio.domain.transcript import Transcript
from studio.errors import Invalid
from studio.llm.client import Model
from studio.memory.keeper import MemoryKeeper
from studio.memory.policies import POLICIES
from studio.roleplay import actor, happenings, narrator
from studio.roleplay.drafting import Drafting
from studio.roleplay.lore import fire
from studio.roleplay.pace import Pace
from studio.roleplay.recollection import memorable, recollect
from studio.roleplay.scribe import Scribe, turn_start
from studio.roleplay.speakers.base import SPEAKERS, Situation
from studio.roleplay.speakers.natural import Natural
from studio.roleplay.steps import Committed, Decided, Ended, Recollected, Step, Streaming, Turn
from studio.roleplay.views import character_view
from studio.run_context import RunContext


class Engine:
    """Plays sessions of one archive with one model. `narrator`: another model for the narrator, if wanted."""

    def __init__(
        self, archive: Archive, keeper: MemoryKeeper, context: RunContext, narrator_model: Model | None = None
    ) -> None:
        self.archive = archive
        self.keeper = keeper
        self.context = context
        self.scribe = Scribe(archive, context)
        self._narrator_model = narrator_model or context.model
        self._pace = Pace()
        self._observed: set[str] = set()
        self._earlier: dict[str, frozenset[str]] = {}

    async def begin(
        self,
        owner: str,
        scene: Scene,
        cast: Sequence[Character],
        *,
        seed: int = 0,
        memory_policy: Choice | None = None,
        speaker_policy: Choice | None = None,
        follows: Transcript | None = None,
    ) -> Transcript:
        """A new session with its opening told. `follows`: the play it goes on from; its memories stay.

        Raises: Invalid when nobody would be on stage; NotFound for an unknown policy.
        """
        if not cast:
            raise Invalid(f"'{scene.title}' has no cast. Choose at least one character.")
        default = "director" if self._narrator_model.capabilities.directs else "natural"
        speaker_policy = speaker_policy or Choice(name=default)
        memory_policy = memory_policy or Choice(name="memory_stream")
        SPEAKERS.build(speaker_policy)
        POLICIES.build(memory_policy)
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
            model=self.context.model.name,
            seed=seed,
            follows=follows.events[-1].id if follows and follows.events else None,
            created_at=at,
            updated_at=at,
        )
        transcript = Transcript(session=session)
        if not transcript.present:
            raise Invalid(
                f"In '{scene.title}' nobody is on stage at the start. Let one character's entrance be 'start'."
            )
        transcript = Transcript(session=await self.archive.sessions.create(session))
        if scene.opening:
            opening = self.scribe.event(transcript, Kind.NARRATION, NARRATOR, scene.opening, salience=5)
            transcript = await self.scribe.store(transcript, opening)
        return transcript

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
        for happening in happenings.said(transcript, turn):
            event = self.scribe.write(transcript, happening)
            transcript = await self.scribe.store(transcript, event)
            yield Committed(event=transcript.events[-1], transcript=transcript)
        if not turn.answer:
            return
        async for due in self._due(transcript):
            transcript = due.transcript
            yield due
        over = happenings.over(transcript)
        if over and not (turn.line or turn.whisper or turn.speaker):
            yield Ended(reason=over, transcript=transcript)
            return
        async with aclosing(self._answer(transcript, turn)) as steps:
            async for step in steps:
                yield step

    async def _answer(self, transcript: Transcript, turn: Turn) -> AsyncGenerator[Step, None]:
        """The narrator where needed, then the choice of a speaker, then their line."""
        direction = await self._directed(transcript, turn)
        for event in direction.events:
            transcript = await self.scribe.store(transcript, event)
            yield Committed(event=transcript.events[-1], transcript=transcript)
        if direction.ended:
            yield Ended(reason="The narrator sees the scene at its end.", transcript=transcript)
            return
        decision = self._decided(transcript, turn, direction)
        if decision is None:
            return
        yield Decided(decision=decision)
        if decision.speaker == turn.as_:
            return
        async with aclosing(self._acted(transcript, decision, direction)) as steps:
            async for step in steps:
                if isinstance(step, Committed):
                    transcript = step.transcript
                yield step
        over = happenings.over(transcript)
        if over:
            yield Ended(reason=over, transcript=transcript)

    async def regenerate(self, transcript: Transcript, event: str) -> AsyncGenerator[Step, None]:
        """Another version of a character's turn, as a sibling of the first. The old one stays in the log, and in view
        until the new one is whole.

        Raises: Invalid when the event is no character's turn on this path; else as `advance`.
        """
        position = next((i for i, told in enumerate(transcript.events) if told.id == event), -1)
        chosen = transcript.events[position] if position >= 0 else None
        if chosen is None or chosen.kind not in TURNS or chosen.provenance is None:
            raise Invalid("Only a line a model wrote can be told again.")
        before = transcript.events[: turn_start(transcript.events[: position + 1])]
        earlier = Transcript(session=transcript.session, events=before)
        decision = Decision(**chosen.parts.get("decision", {"speaker": chosen.actor}))
        carried = {key: chosen.parts[key] for key in ("plan", "direction") if key in chosen.parts}
        with self._pace.hurry():
            async with aclosing(self._acted(earlier, decision, happenings.Direction(parts=carried))) as steps:
                async for step in steps:
                    yield step

    async def remember(self, transcript: Transcript) -> int:
        """Let hearers remember what they have not yet: called after the reader has seen a turn, safe to repeat, and
        catching up on whatever a crash left out. Returns how many memories are new."""
        await self._pace.calm()
        events = [event for event in memorable(transcript) if event.id not in self._observed]
        if not events:
            return 0
        added = await self.keeper.observe(transcript.session, events)
        self._observed.update(event.id for event in events)
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

    async def _directed(self, transcript: Transcript, turn: Turn) -> happenings.Direction:
        """The narrator's call, if anything calls for it; else the plan as the log has it."""
        stage = self._stage(transcript)
        policy = SPEAKERS.build(transcript.session.speaker_policy)
        plan, fresh = narrator.planned(transcript)
        found = narrator.occasions(transcript)
        wants_plan = (
            policy.planned
            and not turn.speaker
            and not any(cue.speaker in {member.id for member in stage} for cue in plan)
        )
        if not found and not wants_plan:
            return happenings.Direction(plan=plan, fresh=fresh)
        reasons = tuple(occasion.reason for occasion in found)
        request = narrator.request_for(transcript, stage, reasons, plan=policy.planned, seed=self._seed(transcript))
        with self._pace.thinking():
            asked = await narrator.direct(self._narrator_model, request)
        cues = narrator.cues_of(asked.value, stage)
        parts = {"direction": True, "plan": [cue.model_dump() for cue in cues]} if cues else {"direction": True}
        written_by = request.provenance(self._narrator_model.name)
        told = [
            self.scribe.write(transcript, happening).model_copy(update={"salience": 6, "provenance": written_by})
            for happening in narrator.told_by(asked.value, transcript, stage)
        ]
        if told:
            told[-1] = told[-1].model_copy(update={"parts": {**told[-1].parts, **parts}, "usage": asked.usage})
        carried = {} if told else parts
        usage = Usage() if told else asked.usage
        ended = asked.value.ended and happenings.may_end(transcript)
        return happenings.Direction(events=tuple(told), plan=cues, fresh=True, parts=carried, usage=usage, ended=ended)

    def _decided(self, transcript: Transcript, turn: Turn, direction: happenings.Direction) -> Decision | None:
        """Who speaks: the one a person named, else as the policy says."""
        stage = self._stage(transcript)
        if turn.speaker:
            if turn.speaker not in {member.id for member in stage}:
                name = transcript.session.name_of(turn.speaker)
                raise Invalid(f"{name} is not on stage. Bring them in first, then give them the word.")
            return Decision(speaker=turn.speaker, reason="You gave them the word.", by="user")
        rng = random.Random(self._seed(transcript))
        policy = SPEAKERS.build(transcript.session.speaker_policy)
        everyone = Situation(transcript=transcript, stage=stage, plan=direction.plan, fresh=direction.fresh)
        waited_for = happenings.waits_for(everyone, turn)
        if waited_for:
            return waited_for
        others = tuple(member for member in stage if member.id != turn.as_)
        if not others:
            return None
        situation = everyone.model_copy(update={"stage": others})
        decision = policy.choose(situation, rng)
        if decision is None and policy.planned:
            spare = Natural().choose(situation, rng)
            return spare.model_copy(update={"by": "fallback"}) if spare else None
        return decision

    async def _acted(
        self, transcript: Transcript, decision: Decision, direction: happenings.Direction
    ) -> AsyncGenerator[Step, None]:
        """Recall, speak, store."""
        session = transcript.session
        character = session.character(decision.speaker)
        simple = not self.context.model.capabilities.follows_script
        view = character_view(transcript, character, simple=simple)
        memories = await recollect(
            self.keeper,
            POLICIES.build(session.memory_policy),
            transcript,
            character,
            view,
            cue=decision.cue,
            earlier=await self._earlier_events(session),
            clock=self.context.clock,
        )
        books = [book for book in (session.scene.lorebook, character.lorebook) if book]
        fired = fire(books, character.id, tuple(line.text for line in view.lines))
        yield Recollected(actor=character.id, memories=memories, lore={one.entry.id: one.because for one in fired})
        prompted = actor.Prompted(
            cue=decision.cue,
            memories=tuple(recalled.memory.text for recalled in memories),
            lore=tuple(one.entry.content for one in fired),
        )
        parent = transcript.events[-1].id if transcript.events else session.follows
        drafting = Drafting(self.archive, session, parent, character.id, self.context.clock)
        spoken: actor.Spoken | None = None
        try:
            line = actor.speak(self.context.model, session, character, view, prompted, seed=self._seed(transcript))
            with self._pace.thinking():
                async with aclosing(line) as steps:
                    async for step in steps:
                        if isinstance(step, Streaming):
                            drafting.note(step.text)
                            yield step
                        else:
                            spoken = step
        finally:
            await drafting.settled(keep=spoken is None)
        if spoken is not None:
            async for committed in self._committed(transcript, decision, direction, spoken):
                yield committed

    async def _committed(
        self, transcript: Transcript, decision: Decision, direction: happenings.Direction, spoken: actor.Spoken
    ) -> AsyncGenerator[Committed, None]:
        """The thought (its thinker's alone) and the line, stored together."""
        reply = spoken.reply
        parts: dict[str, object] = {
            "decision": decision.model_dump(),
            "trailer": reply.trailer.model_dump(exclude_defaults=True),
            "cut": list(reply.cut),
            **direction.parts,
        }
        events = []
        if reply.thought:
            thought = self.scribe.event(
                transcript, Kind.THOUGHT, decision.speaker, reply.thought, audience=(decision.speaker,)
            )
            events.append(thought.model_copy(update={"parts": {"turn": thought.id}}))
            parts["turn"] = thought.id
        line = self.scribe.event(
            transcript,
            Kind.SPEECH,
            decision.speaker,
            reply.text,
            parts={key: value for key, value in parts.items() if value},
            emotion=reply.trailer.emotion,
            salience=reply.trailer.salience,
            usage=direction.usage + spoken.usage,
            provenance=spoken.provenance,
        )
        stored = await self.scribe.store_at(transcript, *events, line)
        count = len(events) + 1
        for position in range(len(stored.events) - count, len(stored.events)):
            so_far = Transcript.model_construct(session=stored.session, events=stored.events[: position + 1])
            yield Committed(event=stored.events[position], transcript=so_far)

    def _stage(self, transcript: Transcript) -> tuple[Character, ...]:
        present = transcript.present
        return tuple(member for member in transcript.session.cast if member.id in present)

    def _seed(self, transcript: Transcript) -> int:
        """A new seed for every state of the log, so that telling a line again tells it anew."""
        session = transcript.session
        return (session.seed * 1_000_003 + session.version * 101 + len(transcript.events)) % 2**31

    async def _earlier_events(self, session: Session) -> frozenset[str]:
        """Ids of the events of the sessions this one goes on from; they never change, so they are read once."""
        if session.follows is None:
            return frozenset()
        if session.id not in self._earlier:
            everything = await self.archive.sessions.lineage(session)
            own = {event.id for event in await self.archive.sessions.tree(session)}
            self._earlier[session.id] = everything - own
        return self._earlier[session.id]
