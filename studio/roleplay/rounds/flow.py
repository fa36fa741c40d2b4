"""How a round is played: one actor a turn, with what comes before the first and after the last of a round.

Every answer is stored as soon as it is whole, and what is to be done next is read from the log (`standing`), so that a
stop, a failure or a restart in the middle of a round goes on with the step that is missing.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from typing import Literal

from studio.domain.event import NARRATOR, Kind
from studio.domain.provenance import Usage
from studio.domain.session import Decision
from studio.domain.state import Beliefs, CharacterState, PlayState, Round
from studio.errors import ModelOutput
from studio.roleplay import happenings, narrator
from studio.roleplay.asking import Answer, answer_of
from studio.roleplay.rounds import prompts, replies
from studio.roleplay.rounds.acting import Acting
from studio.roleplay.rounds.consequences import Consequences
from studio.roleplay.rounds.standing import Beat, Standing, beat_of, next_order
from studio.roleplay.rounds.writing import RoundWriter
from studio.roleplay.steps import Committed, Decided, Ended, Step, Turn

CROWD = 8
"""More on stage than this make a round long; the note that opens it says so."""


class RoundPlay:
    """One turn of a play in rounds. `rounds`: how many there are, 0 for no limit."""

    def __init__(self, writer: RoundWriter, turn: Turn, rounds: int) -> None:
        self.writer = writer
        self.turn = turn
        self.rounds = rounds
        self.acting = Acting(writer)
        self.consequences = Consequences(writer, self.acting, turn.played)

    async def play(self) -> AsyncGenerator[Step, None]:
        """What is left of the last act, then, unless that was somebody's answer already, the next one, with all that a
        round begins and ends with."""
        open_ = self.writer.standing.open
        if open_ is not None:
            async with aclosing(self.consequences.follow()) as steps:
                async for step in steps:
                    yield step
            if self.writer.standing.open is not None:
                return
        answered = open_ is not None and (self.acting.spoke or open_.parts.get("by") != "person")
        async with aclosing(self._closing() if answered else self._next_act()) as steps:
            async for step in steps:
                yield step
        over = happenings.over(self.writer.transcript)
        if over:
            yield Ended(reason=over, transcript=self.writer.transcript)

    async def _next_act(self) -> AsyncGenerator[Step, None]:
        standing = self.writer.standing
        if standing.closed or standing.guidance is None:
            async with aclosing(self._opening(standing)) as steps:
                async for step in steps:
                    yield step
            standing = self.writer.standing
        wanted = self.turn.speaker if self.turn.speaker in self.writer.transcript.present else ""
        actor = wanted or next(iter(standing.queue), "")
        if actor:
            decision = self._decision(actor, standing, "user" if wanted else "rule")
            yield Decided(decision=decision)
            if actor in self.turn.played:
                return
            self.writer.telling.part()
            async with aclosing(self._act(decision)) as steps:
                async for step in steps:
                    yield step
            if self.writer.standing.open is not None:
                async with aclosing(self.consequences.follow()) as steps:
                    async for step in steps:
                        yield step
        async with aclosing(self._closing()) as steps:
            async for step in steps:
                yield step

    def _decision(self, actor: str, standing: Standing, by: Literal["user", "rule"]) -> Decision:
        place = f"{len(standing.acted) + 1} of {len(standing.order)} in round {standing.number}"
        reason = "You gave them the word." if by == "user" else f"Next in order: {place}."
        return Decision(speaker=actor, cue=(standing.guidance or {}).get(actor, ""), reason=reason, by=by)

    async def _act(self, decision: Decision) -> AsyncGenerator[Step, None]:
        """Two calls: a deed, then a line with it.

        Raises: ModelOutput where the model gave neither.
        """
        who = decision.speaker
        async with aclosing(self.acting.act(who, decision.cue)) as steps:
            async for step in steps:
                yield step
        performed = self.acting.performed
        if not performed.text and not performed.declined:
            model = self.writer.production.context.model.name
            raise ModelOutput(f"{model} gave {self.writer.name(who)} neither a deed nor a line. Press Retry.")
        beat = Beat(
            number=max(1, self.writer.standing.number),
            step="act",
            who=who,
            action=performed.action,
            line=performed.line,
            declined=not performed.text,
        )
        for committed in await self.consequences.perform(beat, {"decision": decision.model_dump()}):
            yield committed

    # --- a round begins -----------------------------------------------------------------------------------------

    async def _opening(self, standing: Standing) -> AsyncGenerator[Step, None]:
        """Everybody's beliefs, then the narrator's guidance for all. A person's character thinks for itself."""
        self.writer.telling.part()
        number, order, believed = standing.number, standing.order, standing.believed
        if standing.closed:
            cast = [member.id for member in self.writer.transcript.session.cast]
            number, believed = standing.number + 1, frozenset[str]()
            order = next_order(standing, cast, self.writer.transcript.present)
        for who in order:
            if who not in self.turn.played and who not in believed:
                for committed in await self._believe(Beat(number=number, step="belief", who=who, order=order)):
                    yield committed
        for committed in await self._guide(Beat(number=number, step="synopsis", order=order)):
            yield committed

    async def _believe(self, beat: Beat) -> Iterator[Committed]:
        """Two calls: what somebody makes of themselves, and of the others and the scene. Both replace the old ones."""
        production = self.writer.production
        told, usage, answer = {}, Usage(), Answer()
        for step, field in (("self_belief", "of_self"), ("scene_belief", "of_scene")):
            request, _, _ = await self.acting.request(beat.who, step)
            answer = await answer_of(production, production.context.model, request, replies.clean)
            told[field] = answer.text
            usage += answer.usage
        beliefs = Beliefs(**{field: text for field, text in told.items() if text})
        text = told["of_self"] or told["of_scene"]
        event = self.writer.event(
            Kind.THOUGHT if text else Kind.NOTE,
            beat.who if text else NARRATOR,
            text,
            beat if text else beat.model_copy(update={"declined": True}),
            answer,
            usage,
            change=PlayState(characters={beat.who: CharacterState(beliefs=beliefs)}) if text else None,
            audience=(beat.who,),
        )
        return await self.writer.store(event)

    async def _guide(self, beat: Beat) -> Iterator[Committed]:
        """One call: what each is to do next, each told to that actor alone."""
        order, called = beat.order, prompts.labels(self.writer.transcript.session)
        wish = next((o.reason for o in narrator.occasions(self.writer.transcript) if o.kind == "whisper"), "")
        values = {
            "summary": prompts.shared_summary(self.writer.transcript, order),
            "earlier": self._planned_before(frozenset(order)),
            "wish": wish,
            "order": [called[id_] for id_ in order],
        }
        answer = await self.writer.narrate("synopsis", values)
        guidance = replies.parse_synopsis(answer.text, {name: id_ for id_, name in called.items() if id_ in order})
        names = ", then ".join(self.writer.name(id_) for id_ in order)
        crowd = f" {len(order)} make a long round; the lean mode takes one call a line." if len(order) > CROWD else ""
        event = self.writer.event(
            Kind.NOTE,
            NARRATOR,
            f"Round {beat.number}: {names}.{crowd}",
            beat.model_copy(update={"guidance": guidance, "declined": answer.declined}),
            answer,
            answer.usage,
            change=PlayState(round=Round(number=beat.number, order=order, acted=())),
            parts={"direction": True} if wish else None,
        )
        return await self.writer.store(event)

    def _planned_before(self, present: frozenset[str]) -> list[str]:
        """What the narrator planned for the last round in which everybody now here took part."""
        lines: list[str] = []
        for event in self.writer.transcript.told:
            beat = beat_of(event)
            if beat and beat.step == "synopsis" and present <= set(beat.order):
                lines = [f"{self.writer.name(id_)}: {deed}" for id_, deed in beat.guidance.items()]
        return lines

    # --- a round ends -------------------------------------------------------------------------------------------

    async def _closing(self) -> AsyncGenerator[Step, None]:
        """Two calls once everybody has acted: what changed about the scene, and the story so far."""
        standing = self.writer.standing
        if standing.queue or standing.open is not None or standing.closed:
            return
        self.writer.telling.part()
        changed = await self.writer.narrate("surroundings", {})
        found = replies.parse_surroundings(changed.text)
        summary = prompts.shared_summary(self.writer.transcript, sorted(self.writer.transcript.present))
        summed = await self.writer.narrate("summary", {"summary": summary})
        world = {name: text for name, text in found.model_dump().items() if text}
        told = Round(number=standing.number, order=standing.order, acted=standing.acted, summary=summed.text)
        last = self.rounds and standing.number >= self.rounds
        event = self.writer.event(
            Kind.NARRATION if found.description else Kind.NOTE,
            NARRATOR,
            found.description,
            Beat(number=standing.number, step="close"),
            summed,
            changed.usage + summed.usage,
            change=PlayState.model_validate({"round": told, **({"world": world} if world else {})}),
            parts={"ended": f"The play has had its {self.rounds} rounds."} if last else None,
        )
        for committed in await self.writer.store(event):
            yield committed
