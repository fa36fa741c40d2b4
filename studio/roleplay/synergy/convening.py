"""How a panel is played: in one head for a line or a task, or by the cast on stage, one voice a turn."""

from __future__ import annotations

import random
from collections.abc import AsyncGenerator
from contextlib import aclosing

from pydantic import BaseModel, ConfigDict

from studio.domain.event import NARRATOR, Event, Kind
from studio.domain.message import Request
from studio.domain.provenance import Provenance, Usage
from studio.domain.session import Decision
from studio.domain.state import STATE, Panel, Panelist, PlayState
from studio.domain.transcript import Transcript
from studio.domain.value import Value
from studio.errors import Conflict, ModelOutput
from studio.llm.client import Model
from studio.llm.structured import ask
from studio.prompts import render
from studio.roleplay import happenings
from studio.roleplay.actor import Spoken
from studio.roleplay.asking import Answer, Said, answer_of, hear
from studio.roleplay.clipping import clipped
from studio.roleplay.drafting import Drafting
from studio.roleplay.happenings import Direction
from studio.roleplay.lore import call_up, recorded
from studio.roleplay.narrator import narrated
from studio.roleplay.production import Production
from studio.roleplay.reply import Reply, Text, parse_reply
from studio.roleplay.steps import Decided, Ended, Recollected, Step, Streaming, Turn, newest
from studio.roleplay.synergy.sitting import PanelStep, Sitting, Task, asked_aloud, task_text
from studio.roleplay.synergy.solo import solo_prompt
from studio.roleplay.synergy.transcripts import MOST_PANELISTS, answer_in, last_word, parse_panel, told
from studio.roleplay.telling import Telling
from studio.roleplay.views import Wording, character_view, narrator_view

LINE_TOKENS = 420
TASK_TOKENS = 900
COMMENT_TOKENS = 120
DRAFT_TOKENS = 200
MEMORY_CHARS = 160
THOUGHT_CHARS = 4000
NARRATED_CHARS = 2000
WORDING = Wording(narrator="roleplay/panel/narrator_frame")
INNER = "What to say now"
WHISPERED = "A task that was whispered"


class Rules(Value):
    """How panels are held: see the fields of the mode."""

    rounds: int
    profile: bool
    task: str


class Comment(BaseModel):
    """What a panelist says to a draft, as the model writes it."""

    model_config = ConfigDict(extra="ignore")

    comment: Text = ""
    approve: bool = False


class Convening:
    """Panels of one production."""

    def __init__(self, production: Production, rules: Rules) -> None:
        self.production = production
        self.rules = rules

    # --- in one head --------------------------------------------------------------------------------------------

    async def line(
        self, transcript: Transcript, decision: Decision, direction: Direction, remarks: tuple[Event, ...]
    ) -> AsyncGenerator[Step, None]:
        """One call: the speaker's inner voices confer, then the speaker says what came of it. What they said stays the
        speaker's own.

        Raises: ModelOutput where no line came of it.
        """
        session = transcript.session
        play = transcript.extended(remarks, session) if remarks else transcript
        request, recollected, lore = await self._line_request(play, decision)
        yield recollected
        drafting = Drafting(self.production.scribe.archive, session, _tip(transcript), decision.speaker)
        stored: Transcript | None = None
        try:
            answer = Answer()
            async with aclosing(hear(self.production, self.production.context.model, request, _final)) as heard:
                async for one in heard:
                    if isinstance(one, Said):
                        drafting.note(one.text)
                        yield Streaming(actor=decision.speaker, text=one.text)
                    else:
                        answer = one
            events = self._line_events(play, decision, direction, answer, lore, remarks)
            await drafting.settled()
            stored = await self.production.scribe.store_at(transcript, *events)
        except Conflict:
            drafting.note("")
            raise
        finally:
            if stored is None:
                await drafting.kept()
        for committed in newest(stored, len(events)):
            yield committed

    async def _line_request(
        self, play: Transcript, decision: Decision
    ) -> tuple[Request, Recollected, list[dict[str, str]]]:
        character = play.session.character(decision.speaker)
        seed = self.production.seed(play, again=True)
        lore = call_up(play, character, rng=random.Random(seed), clock=self.production.context.clock)
        view = character_view(play, character, lore=lore.placed)
        recollected, prompted = await self.production.recollected(play, character, view, decision.cue, lore)
        tail = render(
            "roleplay/panel/line",
            name=character.name,
            cue=clipped(decision.cue, MEMORY_CHARS),
            memories=[clipped(memory, MEMORY_CHARS) for memory in prompted.memories],
            lore=prompted.lore,
            profile=self.rules.profile,
        )
        request = Request(
            messages=view.messages(tail),
            caller=character.id,
            purpose="panel line",
            max_tokens=LINE_TOKENS,
            seed=seed,
            template="roleplay/panel/line",
        )
        return request, recollected, recorded(lore.considered)

    def _line_events(
        self,
        play: Transcript,
        decision: Decision,
        direction: Direction,
        answer: Answer,
        lore: list[dict[str, str]],
        remarks: tuple[Event, ...],
    ) -> list[Event]:
        """The speaker's thoughts, then the line; where the form was not kept, the last thing they drafted."""
        name = play.session.name_of(decision.speaker)
        panel = parse_panel(answer.raw, INNER, decision.speaker)
        reply = self._spoken(play, decision.speaker, panel)
        if not reply.text:
            model = self.production.context.model.name
            raise ModelOutput(f"{model} gave {name} no usable line. Press Retry, or choose another model.")
        thought = clipped(told(panel.turns), THOUGHT_CHARS)
        spoken = Spoken(
            reply=reply.model_copy(update={"thought": thought}),
            usage=answer.usage,
            provenance=answer.provenance or Provenance(model="", temperature=0, max_tokens=1, prompt_digest=""),
        )
        parts = {**direction.parts, "lore": lore}
        events = self.production.scribe.turn(
            play, decision, direction.model_copy(update={"parts": parts}), spoken, remarks
        )
        step = PanelStep(step="line").part()
        private = {**step, STATE: _state(panel.model_copy(update={"final": reply.text}))}
        position = 0 if thought else next(i for i, event in enumerate(events) if event.kind is Kind.SPEECH)
        extra = private if thought else step
        first = events[position]
        events[position] = first.model_copy(update={"parts": {**first.parts, **extra}})
        return events

    def _spoken(self, play: Transcript, speaker: str, panel: Panel) -> Reply:
        """What is said aloud of a panel's answer."""
        session = play.session
        others = (*(member.name for member in session.cast if member.id != speaker), "Narrator")
        raw = panel.final if panel.parsed else last_word(panel) or panel.final
        return parse_reply(raw, session.name_of(speaker), others)

    async def solo(self, telling: Telling, task: Task, seat: str) -> AsyncGenerator[Step, None]:
        """One call: a task solved by a panel in its leader's head. The answer is told aloud, the talk stays with the
        leader (the narrator's with the director). A person's character keeps the answer to itself."""
        play = telling.transcript
        if task.leader == NARRATOR:
            model, view = self.production.narrator_model, narrator_view(play, play.present, WORDING)
        else:
            yield Decided(decision=Decision(speaker=task.leader, reason="Leads a panel on the task."))
            model, view = self.production.context.model, character_view(play, play.session.character(task.leader))
        leader = f"{play.session.name_of(task.leader)} (you)"
        request = Request(
            messages=view.messages(solo_prompt(task.text, leader=leader, profile=self.rules.profile)),
            caller=task.leader,
            purpose="panel",
            max_tokens=TASK_TOKENS,
            temperature=0,
            top_p=1,
            seed=self.production.seed(play, again=True),
            template="roleplay/panel/solo",
        )
        answer = await answer_of(self.production, model, request, str.strip)
        panel = parse_panel(answer.raw, task.text, task.leader)
        for committed in await telling.store(*self._solo_events(play, task, panel, answer, seat)):
            yield committed
        over = happenings.over(telling.transcript)
        if over:
            yield Ended(reason=over, transcript=telling.transcript)

    def _solo_events(self, play: Transcript, task: Task, panel: Panel, answer: Answer, seat: str) -> list[Event]:
        scribe, by_narrator = self.production.scribe, task.leader == NARRATOR
        talk = clipped(told(panel.turns) or panel.final, THOUGHT_CHARS)
        if not by_narrator:
            spoken = self._spoken(play, task.leader, panel).text or panel.final
        else:
            spoken = narrated(panel.final, self.production.stage(play), NARRATED_CHARS)
        panel = panel.model_copy(update={"final": panel.final if panel.parsed else spoken})
        private = scribe.event(
            play,
            Kind.NOTE if by_narrator else Kind.THOUGHT,
            task.leader,
            talk or "The panel came to nothing.",
            audience=() if by_narrator else (task.leader,),
            parts={**PanelStep(source=task.source, step="solo").part(), STATE: _state(panel)},
            usage=answer.usage,
            provenance=answer.provenance,
        )
        if not spoken.strip() or task.leader == seat:
            return [private]
        kind = Kind.NARRATION if by_narrator else Kind.SPEECH
        said = scribe.event(play, kind, task.leader, clipped(spoken, THOUGHT_CHARS), provenance=answer.provenance)
        return [private, said]

    # --- by the cast --------------------------------------------------------------------------------------------

    def seated(self, play: Transcript, task: Task) -> Sitting:
        """A new panel: everybody on stage but the leader sits on it, twelve at most."""
        stage = self.production.stage(play)
        members = [Panelist(name=one.name, profile=one.career, character=one.id) for one in stage]
        panelists = [one for one in members if one.character != task.leader]
        note = f"{len(panelists)} are on stage; the first {MOST_PANELISTS} sit on the panel."
        panel = Panel(
            task=task.text if asked_aloud(play, task.source) else WHISPERED,
            form="ensemble",
            leader=task.leader,
            panelists=tuple(panelists[:MOST_PANELISTS]),
            note=note if len(panelists) > MOST_PANELISTS else "",
        )
        return Sitting(source=task.source, panel=panel)

    async def next_voice(self, telling: Telling, sitting: Sitting, turn: Turn) -> AsyncGenerator[Step, None]:
        """One call: the leader's draft, or what the next panelist says to it."""
        play, panel = telling.transcript, sitting.panel
        waiting = sitting.waiting(play.present)
        revising = bool(sitting.draft) and not waiting
        if revising and (judged := self._judged(panel, sitting, play.present)).finished:
            step = PanelStep(source=sitting.source, step="comment", round=panel.round)
            closing = self._voice(
                play, Kind.NOTE, NARRATOR, "The panel is done.", step, judged, Usage(), None, NARRATOR
            )
            for committed in await telling.store(closing):
                yield committed
            return
        drafting = not sitting.draft or revising
        number = panel.round + 1 if revising else panel.round
        first = turn.speaker if turn.speaker in waiting else next(iter(waiting), "")
        speaker = panel.leader if drafting else first
        if speaker != NARRATOR:
            does = "Leads the panel" if drafting else "Speaks to the draft"
            yield Decided(decision=Decision(speaker=speaker, reason=f"{does}, round {number} of {self.rules.rounds}."))
            if speaker in turn.played:
                return
        if drafting:
            events = await self._draft(play, sitting, number)
        else:
            events = await self._comment(play, sitting, speaker)
        for committed in await telling.store(*events):
            yield committed
        over = happenings.over(telling.transcript)
        if over:
            yield Ended(reason=over, transcript=telling.transcript)

    async def _draft(self, play: Transcript, sitting: Sitting, number: int) -> list[Event]:
        panel, session = sitting.panel, play.session
        by_narrator = panel.leader == NARRATOR
        tail = render(
            "roleplay/panel/draft",
            name=session.name_of(panel.leader),
            task=task_text(play, sitting.source, self.rules.task, panel.leader),
            others=[one.name for one in panel.panelists],
            last=clipped(sitting.draft, THOUGHT_CHARS // 4),
            remarks=[clipped(remark, 300) for remark in sitting.remarks],
        )
        request, model = self._request(play, panel.leader, tail, "panel draft", DRAFT_TOKENS)
        others = tuple(member.name for member in session.cast if member.id != panel.leader)
        name = session.name_of(panel.leader)
        answer = await answer_of(self.production, model, request, lambda raw: parse_reply(raw, name, others).text)
        if not answer.text:
            raise ModelOutput(f"{model.name} gave {name} no usable draft. Press Retry, or choose another model.")
        step = PanelStep(source=sitting.source, step="draft", round=number)
        panel = panel.model_copy(update={"round": number, "approved": ()})
        kind = Kind.NARRATION if by_narrator else Kind.SPEECH
        return [self._voice(play, kind, panel.leader, answer.text, step, panel, answer.usage, answer.provenance)]

    async def _comment(self, play: Transcript, sitting: Sitting, who: str) -> list[Event]:
        panel, session = sitting.panel, play.session
        tail = render(
            "roleplay/panel/comment",
            name=session.name_of(who),
            leader=session.name_of(panel.leader),
            task=task_text(play, sitting.source, self.rules.task, who),
            draft=clipped(sitting.draft, THOUGHT_CHARS // 4),
        )
        request, model = self._request(play, who, tail, "panel comment", COMMENT_TOKENS)
        with self.production.thinking():
            asked = await ask(model, request, Comment, Comment())
        comment = parse_reply(asked.value.comment, session.name_of(who), ()).text
        comments = {**sitting.comments, who: asked.value.approve}
        step = PanelStep(source=sitting.source, step="comment", round=panel.round, approve=asked.value.approve)
        panel = self._judged(panel, sitting.model_copy(update={"comments": comments}), play.present)
        provenance = request.provenance(model.name)
        if comment:
            return [self._voice(play, Kind.SPEECH, who, comment, step, panel, asked.usage, provenance)]
        note = f"{session.name_of(who)} {'nods' if asked.value.approve else 'had nothing usable to say'}."
        return [self._voice(play, Kind.NOTE, NARRATOR, note, step, panel, asked.usage, provenance, who)]

    def _judged(self, panel: Panel, sitting: Sitting, present: frozenset[str]) -> Panel:
        """The panel after a comment: done once all agree, or when nobody is left to speak in the last round."""
        approved = tuple(id_ for id_, consent in sitting.comments.items() if consent)
        panel = panel.model_copy(update={"approved": approved})
        if sitting.waiting(present):
            return panel
        agreed = all(sitting.comments.values())
        if not agreed and panel.round < self.rules.rounds:
            return panel
        note = panel.note if agreed else f"Not all agreed within {self.rules.rounds} rounds."
        return panel.model_copy(update={"finished": True, "final": sitting.draft, "note": note})

    def _request(self, play: Transcript, who: str, tail: str, purpose: str, tokens: int) -> tuple[Request, Model]:
        by_narrator = who == NARRATOR
        view = (
            narrator_view(play, play.present, WORDING)
            if by_narrator
            else character_view(play, play.session.character(who))
        )
        model = self.production.narrator_model if by_narrator else self.production.context.model
        request = Request(
            messages=view.messages(tail),
            caller=who,
            purpose=purpose,
            max_tokens=tokens,
            temperature=0.7,
            seed=self.production.seed(play, again=True),
            template=f"roleplay/panel/{'draft' if 'draft' in purpose else 'comment'}",
        )
        return request, model

    def _voice(
        self,
        play: Transcript,
        kind: Kind,
        actor: str,
        text: str,
        step: PanelStep,
        panel: Panel,
        usage: Usage,
        provenance: Provenance | None,
        who: str = "",
    ) -> Event:
        decision = {"decision": Decision(speaker=actor, reason=f"Panel, round {panel.round}.").model_dump()}
        parts = {**step.part(), STATE: _state(panel), **({"who": who} if who else decision)}
        return self.production.scribe.event(
            play, kind, actor, text, parts=parts, usage=usage if usage.calls else None, provenance=provenance
        )


def _state(panel: Panel) -> dict[str, object]:
    return PlayState(panel=panel).model_dump(mode="json", exclude_unset=True)


def _final(raw: str) -> str:
    """The answer so far, for the reader of a line being made; all of it where the form is not kept."""
    text, found = answer_in(raw)
    return text if found else ""


def _tip(play: Transcript) -> str | None:
    return play.events[-1].id if play.events else play.session.follows
