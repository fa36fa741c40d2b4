"""A quest, beat by beat: somebody tries something, the director says what comes of it and whether it led anywhere."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import aclosing
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from studio.domain.event import NARRATOR, Event, Kind
from studio.domain.message import Request
from studio.domain.provenance import Provenance, Usage
from studio.domain.state import STATE, PlayState, Quest, QuestStep
from studio.domain.transcript import Transcript
from studio.domain.value import Value
from studio.llm.structured import FormT, Structured, ask
from studio.prompts import render
from studio.roleplay import happenings
from studio.roleplay.asking import Answer, answer_of
from studio.roleplay.clipping import clipped
from studio.roleplay.narrator import narrated
from studio.roleplay.production import Production
from studio.roleplay.quests.knowledge import KnowledgeBase
from studio.roleplay.quests.log import PART, Log, Mark, act_of, assembled, badge, carries, log_of, started
from studio.roleplay.quests.reflection import (
    SEEN_STEPS,
    deed_key,
    letter_in,
    loops_of,
    outcome_in,
    reflected_without_asking,
    since_trajectory,
    trajectory_due,
    warning,
)
from studio.roleplay.reply import Text
from studio.roleplay.rounds.replies import clean
from studio.roleplay.steps import Committed, Ended, Step
from studio.roleplay.telling import Telling
from studio.roleplay.turns import Manner
from studio.roleplay.views import Wording, narrator_view

WORDING = Wording(narrator="roleplay/quest/frame")
TOKENS = {"observe": 200, "orchestrate": 160, "extract": 400, "rewrite": 500}
ANSWER_TOKENS = 120
OUTCOMES = 3
TEXT_CHARS = 2000


class Rules(Value):
    """How a quest is run: see the fields of the mode."""

    goal: str
    hero: str
    beats: int
    by: Literal["words", "meaning"] = "words"


class Plan(BaseModel):
    """A task in two parts, as the model writes it."""

    model_config = ConfigDict(extra="ignore")

    steps: list[Text] = Field(default_factory=list)
    source: Text = ""


class Observation(BaseModel):
    """What came of a deed, as the model writes it."""

    model_config = ConfigDict(extra="ignore")

    action: Text = ""
    target: Text = ""
    expectation: Text = ""
    outcome: Text = ""
    finished: bool = False


class QuestDirector:
    """The narrator's side of a quest, for one turn."""

    def __init__(self, production: Production, telling: Telling, rules: Rules, knowledge: KnowledgeBase) -> None:
        self.production = production
        self.telling = telling
        self.rules = rules
        self.knowledge = knowledge

    @property
    def play(self) -> Transcript:
        """The play with what was stored so far."""
        return self.telling.transcript

    @property
    def log(self) -> Log:
        """Where the quest stands."""
        return log_of(self.play)

    async def begin(self) -> Iterator[Committed]:
        """One call, two for a task of sort A: what sort of task it is, and its parts. What the director knows of tasks
        like it is looked up without a call."""
        goal = self.rules.goal
        answer = await self._answer("classify", {"goal": goal})
        sort = letter_in(answer.text, "ABCD", "D")
        plan, usage = Plan(), answer.usage
        if sort == "A":
            plan, spent = await self._parted(goal)
            usage += spent
        acts, source = tuple(plan.steps) or (goal,), plan.source
        if self.rules.by == "meaning":
            found = await self.knowledge.query_meaning(goal, self.production.context.embedder)
        else:
            found = self.knowledge.query(goal)
        quest = Quest.model_validate(
            {"goal": goal, "sort": sort, "acts": acts, "source": source, "knowledge": found[0].hints if found else ()}
        )
        text = f"Quest: {goal}" if len(acts) == 1 else f"Quest, in two acts: {acts[0]} Then: {acts[1]}"
        return await self._store(Kind.NOTE, text, Mark(step="begin"), quest, usage, answer.provenance)

    async def brief(self) -> Iterator[Committed]:
        """Tell the act to whoever has come in since it was told; no call."""
        log = self.log
        if log.over or log.quest is None or self.play.present <= log.told_to:
            return iter(())
        return await self._store(Kind.NOTE, f"Quest: {act_of(log.quest)}", Mark(step="brief"), log.quest, Usage(), None)

    async def _parted(self, goal: str) -> tuple[Plan, Usage]:
        """Exactly two parts; asked once more where there are others, then none: the task stays whole."""
        usage = Usage()
        for _ in range(2):
            asked, _ = await self._ask("orchestrate", {"goal": goal}, Plan, Plan())
            usage += asked.usage
            steps = [step.strip() for step in asked.value.steps if step.strip()]
            if len(steps) == 2:
                return Plan(steps=steps, source=asked.value.source.strip()), usage
        return Plan(), usage

    async def judge(self) -> AsyncGenerator[Step, None]:
        """What comes of the last turn, what the reflectors make of it, and the next act or the end where it is done."""
        log = self.log
        if log.pending is not None and log.unreflected is None:
            for committed in await self._observe(log, log.pending):
                yield committed
            log = self.log
        if log.unreflected is not None:
            for committed in await self._reflect(log, log.unreflected):
                yield committed
            log = self.log
        if log.claimed:
            async with aclosing(self._claim(log)) as steps:
                async for step in steps:
                    yield step
        over = happenings.over(self.play)
        if over:
            yield Ended(reason=over, transcript=self.play)

    async def _observe(self, log: Log, deed: Event) -> Iterator[Committed]:
        """One call: what everybody perceives of the result."""
        quest = started(log)
        name = self.play.session.name_of(deed.actor)
        values = {"act": act_of(quest), "knowledge": quest.knowledge, "name": name, "deed": clipped(deed.text, 600)}
        asked, provenance = await self._ask("observe", values, Observation, Observation(action="note"))
        found = asked.value
        text = narrated(found.outcome, self.production.stage(self.play))
        step = QuestStep(
            number=quest.steps + 1,
            deed=deed_key(found.action, found.target),
            target=clipped(found.target, 80),
            expectation=clipped(found.expectation, 160),
            outcome=text,
        )
        quest = quest.model_copy(update={"steps": step.number, "step": step})
        kind = Kind.RULING if text else Kind.NOTE
        parts: dict[str, object] = {"finished": found.finished} if found.finished else {}
        mark = Mark(step="outcome", of=deed.id)
        return await self._store(kind, text, mark, quest, asked.usage, provenance, parts)

    async def _reflect(self, log: Log, outcome: Event) -> Iterator[Committed]:
        """At most two calls: whether the deed did what was hoped for, and now and then whether all of it leads on."""
        quest = started(log)
        step = quest.step or QuestStep(number=max(1, quest.steps))
        known_steps = log.known_to(self.play.present)
        before = known_steps[-1].outcome if known_steps else ""
        known = reflected_without_asking(step.deed, [*(one.target for one in log.steps[-1:]), step.target])
        usage, letter = Usage(), "C" if known == "C" else ""
        if not known:
            told = {"before": before, "after": step.outcome, "deed": step.deed, "expectation": step.expectation}
            answer = await self._answer("action", told)
            letter, usage = letter_in(answer.text, "ABCD", "D"), answer.usage
        step = step.model_copy(update={"action_reflection": letter})
        steps = (*log.steps, step)
        loops = loops_of(steps, [one.outcome for one in steps])
        advice = warning(loops)
        trajectory = ""
        if trajectory_due(step.number, since_trajectory(log.steps), bool(loops)):
            answer = await self._answer(
                "trajectory", {"act": act_of(quest), "warning": advice, "steps": (*known_steps, step)[-SEEN_STEPS:]}
            )
            trajectory, usage = letter_in(answer.text, "AB", "A"), usage + answer.usage
            thought = next((line for line in answer.text.splitlines() if len(line.strip()) > 1), "").strip()
            advice = " ".join(part for part in (advice, thought if trajectory == "B" else "") if part)
        update = {"trajectory_reflection": trajectory, "detectors": tuple(loops), "advice": clipped(advice, 300)}
        step = step.model_copy(update=update)
        late = step.number >= self.rules.beats and not outcome.parts.get("finished")
        ended = {"outcome": "out of time", "finished": True} if late else {}
        quest = quest.model_copy(update={"step": step, **ended})
        parts: dict[str, object] = {"finished": True} if outcome.parts.get("finished") else {}
        if late:
            parts["ended"] = f"The quest has had its {self.rules.beats} beats."
        return await self._store(Kind.NOTE, badge(step), Mark(step="reflection"), quest, usage, None, parts)

    async def _claim(self, log: Log) -> AsyncGenerator[Step, None]:
        """The quest or its act is said to be done: believed, but for the first time, when one call looks again."""
        quest = started(log)
        outcome: Literal["success", "failed", "uncertain"] = "uncertain"
        usage, provenance = Usage(), None
        if quest.claims == 0:
            values = {"goal": act_of(quest), "outcomes": self._outcomes(log)}
            answer = await self._answer("finish", values)
            outcome, usage, provenance = outcome_in(answer.text), answer.usage, answer.provenance
        quest = quest.model_copy(update={"claims": quest.claims + 1})
        if outcome == "failed":
            text = "Not done yet: something is missing."
            stored = await self._store(Kind.NOTE, text, Mark(step="claim"), quest, usage, provenance)
        elif quest.act + 1 < len(quest.acts):
            stored = await self._next_act(log, quest, usage)
        else:
            stored = await self._done(log, quest, outcome, usage)
        for committed in stored:
            yield committed

    async def _next_act(self, log: Log, quest: Quest, usage: Usage) -> Iterator[Committed]:
        """Two calls, three at most: what the first act found, word for word, and the second with it in."""
        following = quest.acts[quest.act + 1]
        found = await self._answer("extract", {"goal": quest.goal, "next": following, "outcomes": self._outcomes(log)})
        extracted = found.text.strip()
        rewritten, spent = await self._rewritten(following, extracted, quest.source)
        acts = (*quest.acts[: quest.act + 1], rewritten, *quest.acts[quest.act + 2 :])
        quest = quest.model_copy(update={"acts": acts, "act": quest.act + 1, "carried": extracted})
        usage = usage + found.usage + spent
        return await self._store(Kind.NOTE, f"Act two: {rewritten}", Mark(step="act"), quest, usage, found.provenance)

    async def _rewritten(self, following: str, extracted: str, source: str) -> tuple[str, Usage]:
        """The second act with the text in it, byte for byte, and its source not named. Where a model cannot, twice, the
        act is put together without it."""
        usage = Usage()
        for _ in range(2):
            values = {"next": following, "extracted": extracted, "source": source}
            answer = await self._answer("rewrite", values)
            usage += answer.usage
            if carries(answer.text, extracted, source):
                return answer.text.strip(), usage
        return assembled(following, extracted, source), usage

    async def _done(
        self, log: Log, quest: Quest, outcome: Literal["success", "failed", "uncertain"], usage: Usage
    ) -> Iterator[Committed]:
        """The end; a question is answered with one call more."""
        provenance = None
        if quest.sort == "B":
            answer = await self._answer("answer", {"goal": quest.goal, "outcomes": self._outcomes(log)})
            quest = quest.model_copy(update={"answer": answer.text.strip()})
            usage, provenance = usage + answer.usage, answer.provenance
        quest = quest.model_copy(update={"finished": True, "outcome": outcome})
        told = narrated(quest.answer, self.production.stage(self.play)) if quest.answer else ""
        parts: dict[str, object] = {"ended": f"The quest is done: {quest.goal}"}
        kind = Kind.NARRATION if told else Kind.NOTE
        text = told or "The quest is done."
        return await self._store(kind, text, Mark(step="claim"), quest, usage, provenance, parts)

    # --- what the steps share -----------------------------------------------------------------------------------

    async def manner_of(self, transcript: Transcript, speaker: str) -> Manner:
        """What somebody on the quest is told before they speak: the act, and what the reflectors make of the last
        steps."""
        log = log_of(transcript)
        quest = log.quest
        if quest is None or quest.finished or speaker not in log.told_to:
            return Manner()
        if self.rules.hero and speaker != self.rules.hero:
            return Manner()
        advice = quest.step.advice if quest.step and speaker in log.advised else ""
        text = render("roleplay/quest/manner", act=clipped(act_of(quest), TEXT_CHARS), advice=advice)
        return Manner(lines=tuple(text.splitlines()))

    def _outcomes(self, log: Log) -> list[str]:
        """The newest outcomes everybody on stage perceived."""
        return [step.outcome for step in log.known_to(self.play.present) if step.outcome][-OUTCOMES:]

    def _request(self, name: str, values: Mapping[str, object]) -> Request:
        view = narrator_view(self.play, self.play.present, WORDING)
        return Request(
            messages=view.messages(render(f"roleplay/quest/{name}", **values)),
            caller=NARRATOR,
            purpose=f"quest {name}",
            max_tokens=TOKENS.get(name, ANSWER_TOKENS),
            temperature=0.3,
            seed=self.production.seed(self.play, again=True),
            template=f"roleplay/quest/{name}",
        )

    async def _answer(self, name: str, values: Mapping[str, object]) -> Answer:
        model = self.production.narrator_model
        return await answer_of(self.production, model, self._request(name, values), clean)

    async def _ask(
        self, name: str, values: Mapping[str, object], form: type[FormT], default: FormT
    ) -> tuple[Structured[FormT], Provenance]:
        request, model = self._request(name, values), self.production.narrator_model
        with self.production.thinking():
            return await ask(model, request, form, default), request.provenance(model.name)

    async def _store(
        self,
        kind: Kind,
        text: str,
        mark: Mark,
        quest: Quest,
        usage: Usage,
        provenance: Provenance | None,
        parts: dict[str, object] | None = None,
    ) -> Iterator[Committed]:
        told = {
            **(parts or {}),
            PART: mark.model_dump(mode="json", exclude_defaults=True),
            STATE: PlayState(quest=quest).model_dump(mode="json", exclude_unset=True),
        }
        salience = 6 if kind in (Kind.RULING, Kind.NARRATION) else None
        event = self.production.scribe.event(
            self.play,
            kind,
            NARRATOR,
            text,
            parts=told,
            salience=salience,
            usage=usage if usage.calls else None,
            provenance=provenance,
        )
        return await self.telling.store(event)
