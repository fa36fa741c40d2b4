"""A turn in which whoever sees a need speaks up: a moment, everybody's decision, perhaps a line."""

from __future__ import annotations

import random
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from studio.domain.character import Character
from studio.domain.event import NARRATOR, Event, Kind
from studio.domain.message import Request
from studio.domain.session import Decision
from studio.domain.state import STATE, CharacterState, Initiative, PlayState
from studio.domain.transcript import Transcript
from studio.domain.value import Value
from studio.llm.structured import ask
from studio.prompts import render
from studio.roleplay import happenings, narrator
from studio.roleplay.asking import Answer, answer_of
from studio.roleplay.clipping import clipped
from studio.roleplay.lore import call_up
from studio.roleplay.proactivity.decision import Proposal, parse_proposal
from studio.roleplay.proactivity.moments import (
    SENSE,
    Heard,
    SenseFrame,
    decided,
    deciders,
    frame_for,
    keenest,
    moment_of,
    threshold_of,
)
from studio.roleplay.proactivity.sandbox import Sandbox
from studio.roleplay.proactivity.tools import SANDBOX, STUDIO, run_tools
from studio.roleplay.production import Production
from studio.roleplay.speakers.base import Situation, claimed
from studio.roleplay.state import state_after
from studio.roleplay.steps import Committed, Decided, Ended, Step, Turn, newest
from studio.roleplay.turns import Manner, in_manner
from studio.roleplay.views import Wording, character_view, narrator_view

DECISION_TOKENS = 220
MOMENT_TOKENS = 160
STATEMENTS = 6
MEMORIES = 3
ASKED = frozenset({"whisper", "ruling"})
"""What the narrator is called for before anybody decides."""
WORDING = Wording(narrator="roleplay/initiative/sense_frame")


class Rules(Value):
    """How the game of speaking up is played: see the fields of the mode."""

    threshold: float
    thresholds: dict[str, float]
    budget: int
    tools: bool
    persona: bool
    thought: bool


class SpeakingUp:
    """One turn. `play` is the play with what was stored so far."""

    def __init__(self, production: Production, transcript: Transcript, turn: Turn, rules: Rules) -> None:
        self.production = production
        self.play = transcript
        self.turn = turn
        self.rules = rules

    async def steps(self) -> AsyncGenerator[Step, None]:
        """The narrator where it was asked for; then whoever was asked, else whoever sees a need."""
        direction = happenings.Direction()
        if any(occasion.kind in ASKED for occasion in narrator.occasions(self.play)):
            direction = await self.production.directed(self.play, self.turn)
            self.play = await self.production.scribe.store(self.play, *direction.events)
            for committed in newest(self.play, len(direction.events)):
                yield committed
            if direction.ended:
                yield Ended(reason=happenings.NARRATOR_ENDS, transcript=self.play)
                return
        asked = self._asked()
        if asked is not None:
            yield Decided(decision=asked)
            if asked.speaker not in self.turn.played:
                async with aclosing(self._line(asked, direction, None)) as line:
                    async for step in line:
                        yield step
            return
        async with aclosing(self._unasked(direction)) as steps:
            async for step in steps:
                yield step

    def _asked(self) -> Decision | None:
        """Whoever a person named, or was just spoken to."""
        if self.turn.speaker:
            return Decision(speaker=self.turn.speaker, reason="You gave them the word.", by="user")
        stage = self.production.stage(self.play)
        others = tuple(member for member in stage if self.turn.wait or member.id not in self.turn.played)
        return claimed(Situation(transcript=self.play, stage=others)) if others else None

    async def _unasked(self, direction: happenings.Direction) -> AsyncGenerator[Step, None]:
        moment = moment_of(self.play)
        undecided = self._undecided(moment)
        if moment is None or not (undecided or self._keenest(moment)):
            stored = await self._moment(direction)
            direction = happenings.Direction()
            yield stored
            moment = moment_of(self.play)
            undecided = self._undecided(moment)
        if moment is None:
            return
        if undecided:
            async with aclosing(self._decide(moment, undecided)) as committed:
                async for one in committed:
                    yield one
        speaker = self._keenest(moment)
        if not speaker:
            return
        told = decided(self.play, moment)[speaker]
        reason = f"Spoke up unasked: {told.score} of 5, where {told.threshold:g} was enough."
        decision = Decision(speaker=speaker, reason=reason, by="model")
        yield Decided(decision=decision)
        async with aclosing(self._line(decision, direction, moment)) as line:
            async for step in line:
                yield step

    def _undecided(self, moment: Event | None) -> tuple[Character, ...]:
        if moment is None:
            return ()
        known = decided(self.play, moment)
        stage = self.production.stage(self.play)
        able = deciders(stage, moment, self.turn.played)
        return tuple(member for member in able if member.id not in known)

    def _keenest(self, moment: Event) -> str:
        present = self.play.present
        found = {
            id_: told
            for id_, told in decided(self.play, moment).items()
            if id_ in present and id_ not in self.turn.played
        }
        return keenest(self.play, found, self.rules.budget)

    # --- a moment -----------------------------------------------------------------------------------------------

    async def _moment(self, direction: happenings.Direction) -> Committed:
        """One call: time goes on, and something small can be perceived."""
        stage = self.production.stage(self.play)
        model = self.production.narrator_model
        view = narrator_view(self.play, [member.id for member in stage], WORDING)
        tail = render("roleplay/initiative/sense_tail", present=[member.name for member in stage])
        request = Request(
            messages=view.messages(tail),
            caller=NARRATOR,
            purpose="moment",
            max_tokens=MOMENT_TOKENS,
            temperature=0.8,
            seed=self.production.seed(self.play, again=True),
            template="roleplay/initiative/sense_frame",
        )
        with self.production.thinking():
            told = await ask(model, request, SenseFrame, SenseFrame())
        frame = told.value
        text = narrator.narrated(frame.text, stage)
        parts = {**direction.parts, SENSE: frame.model_dump(mode="json")}
        event = self.production.scribe.event(
            self.play,
            Kind.NARRATION if text else Kind.NOTE,
            NARRATOR,
            text or "The narrator had nothing to show.",
            parts=parts,
            salience=3 if text else None,
            usage=told.usage + direction.usage,
            provenance=request.provenance(model.name),
        )
        self.play = await self.production.scribe.store(self.play, event)
        return Committed(event=self.play.events[-1], transcript=self.play)

    # --- a decision ---------------------------------------------------------------------------------------------

    async def _decide(self, moment: Event, members: Sequence[Character]) -> AsyncGenerator[Committed, None]:
        """One call each, at once: how needed is it that I speak up? What came is stored though another failed.

        Raises: as `Model.stream`, once the others' answers are stored.
        """
        model = self.production.context.model
        requests = [await self._request(member) for member in members]

        async def decide(request: Request) -> Answer:
            return await answer_of(self.production, model, request, _usable)

        answers = await self.production.context.map(decide, requests)
        events = [
            self._decision(moment, member, answer)
            for member, answer in zip(members, answers, strict=True)
            if isinstance(answer, Answer)
        ]
        self.play = await self.production.scribe.store(self.play, *events)
        for committed in newest(self.play, len(events)):
            yield committed
        failed = next((answer for answer in answers if isinstance(answer, Exception)), None)
        if failed is not None:
            raise failed

    async def _request(self, member: Character) -> Request:
        """The question to one character, from what it has perceived."""
        seed = self.production.seed(self.play, again=True)
        lore = call_up(self.play, member, rng=random.Random(seed), clock=self.production.context.clock)
        view = character_view(self.play, member, lore=lore.placed)
        _, prompted = await self.production.recollected(self.play, member, view, "", lore)
        tail = render(
            "roleplay/initiative/reasoner",
            name=member.name,
            frame=frame_for(self.play, member.id),
            memories=[clipped(memory, 160) for memory in prompted.memories[:MEMORIES]],
            statements=member.statements()[:STATEMENTS] if self.rules.persona else (),
            tools=(*SANDBOX, *STUDIO) if self.rules.tools else (),
            thought=self.rules.thought,
        )
        return Request(
            messages=view.messages(tail),
            caller=member.id,
            purpose="initiative",
            max_tokens=DECISION_TOKENS,
            temperature=0.6,
            seed=seed,
            template="roleplay/initiative/reasoner",
        )

    def _decision(self, moment: Event, member: Character, answer: Answer) -> Event:
        """A decision as an event that its maker alone knows of."""
        proposal = parse_proposal(answer.raw)
        base = self.rules.thresholds.get(member.id, self.rules.threshold)
        told = Initiative(
            threshold=threshold_of(self.play, member.id, base), score=proposal.score, thought=proposal.thought
        )
        calls = [call.model_dump(mode="json") for call in proposal.calls]
        change = PlayState(characters={member.id: CharacterState(initiative=told)})
        return self.production.scribe.event(
            self.play,
            Kind.THOUGHT if proposal.thought else Kind.NOTE,
            member.id if proposal.thought else NARRATOR,
            proposal.thought,
            audience=(member.id,),
            parts={
                **Heard(moment=moment.id).part(),
                STATE: change.model_dump(mode="json", exclude_unset=True),
                **({"calls": calls} if calls else {}),
            },
            usage=answer.usage if answer.usage.calls else None,
            provenance=answer.provenance,
        )

    # --- a line -------------------------------------------------------------------------------------------------

    async def _line(
        self, decision: Decision, direction: happenings.Direction, moment: Event | None
    ) -> AsyncGenerator[Step, None]:
        """What somebody says; unasked, with what their tools found."""

        async def manner_of(transcript: Transcript, speaker: str) -> Manner:
            return await self._manner(transcript, speaker, moment)

        act = in_manner(self.production, manner_of) if moment else self.production.acted
        async with aclosing(act(self.play, decision, direction, ())) as steps:
            async for step in steps:
                if isinstance(step, Committed):
                    self.play = step.transcript
                yield step
        over = happenings.over(self.play)
        if over:
            yield Ended(reason=over, transcript=self.play)

    async def _manner(self, transcript: Transcript, speaker: str, moment: Event | None) -> Manner:
        if moment is None:
            return Manner()
        told = decided(transcript, moment)[speaker]
        proposal = self._proposal(transcript, speaker, moment)
        now = self.production.context.clock()
        rng = random.Random(self.production.seed(transcript))
        state = state_after(transcript, speaker)

        async def search(query: str) -> tuple[str, ...]:
            character = transcript.session.character(speaker)
            lore = call_up(transcript, character, rng=rng, clock=self.production.context.clock)
            view = character_view(transcript, character, lore=lore.placed)
            _, prompted = await self.production.recollected(transcript, character, view, query, lore)
            return tuple(clipped(memory, 120) for memory in prompted.memories)

        box = Sandbox(transcript, state, search, rng, now)
        used = await run_tools(proposal.calls, box.run, now) if self.rules.tools else ()
        spoke = told.model_copy(update={"spoke": True, "tools": used})
        return manner_of_decision(spoke, speaker, moment.id)

    def _proposal(self, transcript: Transcript, speaker: str, moment: Event) -> Proposal:
        for event in reversed(transcript.told):
            part = event.parts.get("initiative")
            if isinstance(part, dict) and part.get("moment") == moment.id and event.audience == (speaker,):
                return Proposal.model_validate({"calls": event.parts.get("calls", [])})
        return Proposal()


def manner_of_decision(told: Initiative, speaker: str, moment: str) -> Manner:
    """How somebody speaks who has decided to: with the thought and the findings that led to it."""
    lines = render("roleplay/initiative/manner", thought=told.thought, tools=told.tools).splitlines()
    change = PlayState(characters={speaker: CharacterState(initiative=told)})
    parts = {**Heard(moment=moment, unasked=True).part(), STATE: change.model_dump(mode="json", exclude_unset=True)}
    return Manner(lines=tuple(lines), parts=parts)


def _usable(raw: str) -> str:
    """An answer that says how needed it is; one that does not is asked for once more, then it is silence."""
    return raw if parse_proposal(raw).score is not None else ""
