"""What comes of an act: whom it affects, how they react, what is different then."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing

from studio.domain.event import NARRATOR, Event, Kind
from studio.domain.provenance import Usage
from studio.domain.session import Decision
from studio.domain.state import CharacterState, PlayState, Round, WorldState
from studio.roleplay.asking import Answer
from studio.roleplay.narrator import narrated
from studio.roleplay.rounds import prompts, replies
from studio.roleplay.rounds.acting import Acting
from studio.roleplay.rounds.standing import Beat, Standing, beat_of
from studio.roleplay.rounds.writing import RoundWriter
from studio.roleplay.steps import Committed, Decided, Step


class Consequences:
    """The narrator's side of an act. `played`: the characters that persons play."""

    def __init__(self, writer: RoundWriter, acting: Acting, played: frozenset[str]) -> None:
        self.writer = writer
        self.acting = acting
        self.played = played

    async def follow(self) -> AsyncGenerator[Step, None]:
        """Who is affected and how they react, or only where the actor is now. Ends early where a person's character
        was hit: their reaction is waited for."""
        standing = self.writer.standing
        if standing.open is not None and standing.influence is None:
            answer, influence = await self._influence(standing.open)
            if not influence.target:
                for committed in await self._update(standing, answer):
                    yield committed
                return
            beat = Beat(number=standing.number, step="influence", who=standing.open.actor, target=influence.target)
            event = self.writer.event(Kind.NOTE, NARRATOR, influence.impact, beat, answer, answer.usage)
            for committed in await self.writer.store(event):
                yield committed
            standing = self.writer.standing
        if standing.target and standing.reaction is None:
            self.writer.telling.part()
            async with aclosing(self._react(standing)) as steps:
                async for step in steps:
                    yield step
            standing = self.writer.standing
        if standing.open is None or (standing.target and standing.reaction is None):
            return
        answered = standing.reaction is not None and standing.reaction.text
        for committed in await (self._result(standing) if answered else self._update(standing, Answer())):
            yield committed

    async def perform(self, beat: Beat, parts: dict[str, object]) -> Iterator[Committed]:
        """Store what somebody did and said, or that the model declined."""
        performed, standing = self.acting.performed, self.writer.standing
        kind = Kind.SPEECH if performed.line else Kind.ACTION
        name = self.writer.name(beat.who)
        done = Round(number=beat.number, order=standing.order, acted=(*standing.acted, beat.who))
        event = self.writer.event(
            Kind.NOTE if beat.declined else kind,
            NARRATOR if beat.declined else beat.who,
            f"The model declined to play {name} here." if beat.declined else performed.text,
            beat,
            performed.answer,
            performed.usage,
            change=PlayState(round=done),
            parts={**parts, **({"lore": performed.lore} if performed.lore else {})},
        )
        return await self.acting.store(event)

    async def _influence(self, act: Event) -> tuple[Answer, replies.Influence]:
        """One call: whom the act affects. None where nobody else is on stage."""
        present = self.writer.transcript.present
        if len(present) < 2:
            return Answer(), replies.Influence()
        called = {id_: name for id_, name in prompts.labels(self.writer.transcript.session).items() if id_ in present}
        values = {"actor": called.get(act.actor, act.actor), "names": list(called.values()), **deed_of(act)}
        answer = await self.writer.narrate("influence", values)
        influence = replies.parse_influence(answer.text, {name: id_ for id_, name in called.items()})
        return answer, influence if influence.target != act.actor else replies.Influence()

    async def _react(self, standing: Standing) -> AsyncGenerator[Step, None]:
        """One call: what the one who was hit does about it."""
        assert standing.open is not None and standing.influence is not None
        target, act, impact = standing.target, standing.open, standing.influence.text
        name = self.writer.name(act.actor)
        decision = Decision(speaker=target, reason=f"What {name} did reaches them{f': {impact}' if impact else '.'}")
        yield Decided(decision=decision)
        if target in self.played:
            return
        values = {"actor": name, "impact": impact, **deed_of(act)}
        async with aclosing(self.acting.react(target, values)) as steps:
            async for step in steps:
                yield step
        performed = self.acting.performed
        beat = Beat(number=standing.number, step="reaction", who=target, line=performed.line)
        beat = beat.model_copy(update={"declined": not performed.text})
        for committed in await self.perform(beat, {"decision": decision.model_dump()}):
            yield committed

    async def _result(self, standing: Standing) -> Iterator[Committed]:
        """Three calls: what is different at once, and where and how the two are now."""
        act, reaction = standing.open, standing.reaction
        assert act is not None and reaction is not None
        values = {
            "actor": self.writer.name(act.actor),
            "target": self.writer.name(reaction.actor),
            "reaction": reaction.text,
            **deed_of(act),
        }
        answer = await self.writer.narrate("result", values)
        text = narrated(answer.text, self.writer.production.stage(self.writer.transcript))
        change, usage = PlayState(), answer.usage
        for who in (reaction.actor, act.actor):
            found, spent = await self._whereabouts(who, text or reaction.text)
            change, usage = change.changed(found), usage + spent
        beat = Beat(number=standing.number, step="result", who=act.actor)
        kind, salience = (Kind.RULING, 6) if text else (Kind.NOTE, None)
        event = self.writer.event(kind, NARRATOR, text, beat, answer, usage, change=change, salience=salience)
        return await self.writer.store(event)

    async def _update(self, standing: Standing, before: Answer) -> Iterator[Committed]:
        """One call: where and how the actor is now. `before`: the call that found nobody else affected."""
        assert standing.open is not None
        change, usage = await self._whereabouts(standing.open.actor, standing.open.text)
        beat = Beat(number=standing.number, step="update", who=standing.open.actor)
        event = self.writer.event(Kind.NOTE, NARRATOR, "", beat, before, before.usage + usage, change=change)
        return await self.writer.store(event)

    async def _whereabouts(self, who: str, happened: str) -> tuple[PlayState, Usage]:
        values = {"name": prompts.labels(self.writer.transcript.session)[who], "happened": happened}
        answer = await self.writer.narrate("whereabouts", values)
        found = replies.parse_whereabouts(answer.text)
        told: dict[str, object] = {}
        if found.condition:
            told["characters"] = {who: CharacterState(condition=found.condition)}
        if found.position:
            told["world"] = WorldState(positions={who: found.position})
        return PlayState.model_validate(told), answer.usage


def deed_of(act: Event) -> dict[str, str]:
    """What was done and what was said, apart where the log keeps them apart."""
    beat = beat_of(act)
    if beat is None or not (beat.action or beat.line):
        return {"deed": act.text, "line": ""}
    return {"deed": beat.action, "line": beat.line}
