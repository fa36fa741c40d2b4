"""One is listened to, the other listens, and the talk closes when it has done its work."""

from __future__ import annotations

import random
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, ClassVar, Literal

from pydantic import Field

from studio.domain.event import TURNS, Event
from studio.domain.message import Message, Request
from studio.domain.provenance import Usage
from studio.domain.session import Decision
from studio.domain.transcript import Transcript
from studio.matching.profile import WORRY, profile_of
from studio.matching.support import memory_choice, mood
from studio.matching.support.aspects import memories_of_character
from studio.prompts import render
from studio.registry import Card
from studio.roleplay.asking import answer_of
from studio.roleplay.happenings import Direction
from studio.roleplay.modes.base import Mode
from studio.roleplay.production import Production
from studio.roleplay.steps import Committed, Decided, Ended, Step, Turn
from studio.roleplay.supporting import (
    GOODBYE,
    SUPPORT,
    Course,
    Role,
    Support,
    course_of,
    manner_of,
    support_of,
    topics_left,
)
from studio.roleplay.turns import Manner, in_manner, retell

RULES = 5
_NUMBERING = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s*")


class Supportive(Mode):
    """Two take turns: whoever seeks tells a worry, whoever supports draws on memories of their own. The seeker's mood
    is read after each of their lines; once five readings end in two good ones, or near the cap, both say goodbye and
    the talk ends. Words that mean danger end it at once and show where help is. Not therapy.

    Source: Tu et al., CharacterChat: Learning towards Conversational AI with Personalized Social Support (2023),
    section 3.2 (S2Conv); https://arxiv.org/abs/2308.10278

    Differs: the studio's own prompt layout carries the roles; memories are chosen by shared words unless a model is
    asked to; the seeker may be a person; the narrator has nothing to say.

    Cost: 1 call a line, 1 more a seeker's line for its mood, 1 for each speaker's manner, and 1 a line with `selector`
    llm.
    """

    card: ClassVar[Card] = Card(
        name="supportive",
        title="Supportive talk",
        summary="One tells a worry, one listens and draws on their own life; it closes gently. Not therapy.",
        source="Tu et al., CharacterChat, 2023",
        url="https://arxiv.org/abs/2308.10278",
        cost="1.5 a line, +2 a talk; +1 a line with selector llm",
    )

    seeker: str = Field(
        default="", max_length=64, description="Who is listened to, by id; empty: whoever is no supporter"
    )
    selector: Literal["overlap", "rules", "llm"] = Field(default="overlap", description="How a memory is chosen")
    preset: bool = Field(default=True, description="Whether rules of manner are made from each speaker's tone")
    max_turn: int = Field(default=mood.MAX_TURN, ge=8, le=200, description="The number of the last line, from 0")

    async def answer(self, production: Production, transcript: Transcript, turn: Turn) -> AsyncGenerator[Step, None]:
        """A line of whoever is not a person's seat; help and the end where they are due."""
        course = course_of(transcript, self.seeker)
        if course.stopped:
            yield Ended(reason=course.stopped, transcript=transcript)
            return
        async with aclosing(self._helped(production, transcript, course)) as steps:
            async for step in steps:
                yield step
                if isinstance(step, Ended):
                    return
                if isinstance(step, Committed):
                    transcript = step.transcript
        decision = self._decided(transcript, course, turn)
        if course.closings >= mood.GOODBYES:
            transcript = await self._noted(production, transcript, GOODBYE, {"ended": GOODBYE})
            yield Committed(event=transcript.events[-1], transcript=transcript)
            yield Ended(reason=GOODBYE, transcript=transcript)
            return
        if decision is None:
            return
        yield Decided(decision=decision)
        manner = await self._manner(production, transcript, decision.speaker)
        async with aclosing(self._spoken(production, transcript, decision, manner)) as steps:
            async for step in steps:
                yield step

    async def again(
        self, production: Production, earlier: Transcript, chosen: Event, remarks: tuple[Event, ...]
    ) -> AsyncGenerator[Step, None]:
        """The line told anew, resting on the same memory, mood and manner."""
        kept = support_of(chosen) or Support()

        async def same(transcript: Transcript, speaker: str) -> Manner:
            return self._told(transcript, speaker, kept, Usage())

        async with aclosing(retell(production, earlier, chosen, remarks, in_manner(production, same))) as steps:
            async for step in steps:
                yield step

    async def _helped(
        self, production: Production, transcript: Transcript, course: Course
    ) -> AsyncGenerator[Step, None]:
        """Help where words call for it: a note, and the end where somebody spoke of themselves."""
        found = course.alert
        if found is None:
            return
        stop = found.level == "stop"
        kept = Support(help=found.help, stop=stop).model_dump(exclude_defaults=True)
        parts: dict[str, Any] = {SUPPORT: kept, **({"ended": found.help} if stop else {})}
        transcript = await self._noted(production, transcript, found.help, parts)
        yield Committed(event=transcript.events[-1], transcript=transcript)
        if stop:
            yield Ended(reason=found.help, transcript=transcript)

    async def _noted(
        self, production: Production, transcript: Transcript, text: str, parts: dict[str, Any]
    ) -> Transcript:
        note = production.scribe.noted(transcript, text, Direction(parts=parts))
        return await production.scribe.store(transcript, note)

    def _decided(self, transcript: Transcript, course: Course, turn: Turn) -> Decision | None:
        """The other of the two; the seeker begins. None where it is a person's turn."""
        pair = [id_ for id_ in (course.seeker, course.supporter) if id_ in transcript.present]
        if turn.speaker:
            return Decision(speaker=turn.speaker, reason="You gave them the word.", by="user")
        last = next((event.actor for event in reversed(transcript.told) if event.kind in TURNS), "")
        free = [id_ for id_ in pair if id_ not in turn.played | {last}]
        if not free and turn.played & {*pair} - {last}:
            return None
        free = free or [id_ for id_ in pair if id_ not in turn.played]
        if not free:
            return None
        listens = free[0] == course.supporter
        return Decision(speaker=free[0], reason="They listen and answer." if listens else "They are listened to.")

    async def _spoken(
        self, production: Production, transcript: Transcript, decision: Decision, manner: Manner
    ) -> AsyncGenerator[Step, None]:
        """The line, then help if it calls for it, then the end after the second goodbye."""
        direction = Direction(parts=manner.parts, usage=manner.usage)
        async with aclosing(production.acted(transcript, decision, direction, (), manner.lines)) as steps:
            async for step in steps:
                if isinstance(step, Committed):
                    transcript = step.transcript
                yield step
        course = course_of(transcript, self.seeker)
        async with aclosing(self._helped(production, transcript, course)) as steps:
            async for step in steps:
                yield step
                if isinstance(step, Ended):
                    return
                if isinstance(step, Committed):
                    transcript = step.transcript
        if course.closings >= mood.GOODBYES:
            transcript = await self._noted(production, transcript, GOODBYE, {"ended": GOODBYE})
            yield Committed(event=transcript.events[-1], transcript=transcript)
            yield Ended(reason=GOODBYE, transcript=transcript)

    async def _manner(self, production: Production, transcript: Transcript, speaker: str) -> Manner:
        """The mood read, the memory chosen, the rules of manner made where they are not yet."""
        course = course_of(transcript, self.seeker)
        role: Role = "seeker" if speaker == course.seeker else "supporter"
        usage = Usage()
        felt: int | None = None
        if course.unrated and role == "supporter" and not course.closings:
            felt, usage = await self._mood(production, transcript, course)
        moods = (*course.moods, felt) if felt is not None else course.moods
        closing = bool(course.closings) or mood.closing(moods, transcript.turns, self.max_turn)
        rules: tuple[str, ...] = ()
        if self.preset and not any(event.actor == speaker and support_of(event) for event in transcript.told):
            rules, spent = await self._rules(production, transcript, speaker)
            usage = usage + spent
        aspect = ""
        if not closing:
            aspect, spent = await self._aspect(production, transcript, course, speaker, role)
            usage = usage + spent
        kept = Support(role=role, aspect=aspect, mood=felt, closing=closing, manner=rules)
        return self._told(transcript, speaker, kept, usage)

    def _told(self, transcript: Transcript, speaker: str, kept: Support, usage: Usage) -> Manner:
        """Lines for the prompt's end, and what the log keeps."""
        rules = kept.manner
        if not rules:
            own = (support_of(event) for event in transcript.told if event.actor == speaker)
            rules = next((one.manner for one in own if one and one.manner), ())
        character = transcript.session.character(speaker)
        lines = manner_of(character, kept.role, kept.aspect, rules, closing=kept.closing)
        return Manner(lines=lines, parts={SUPPORT: kept.model_dump(mode="json", exclude_defaults=True)}, usage=usage)

    async def _asked(
        self, production: Production, transcript: Transcript, purpose: str, template: str, **values: object
    ) -> tuple[str, Usage]:
        request = Request(
            messages=(Message(role="user", content=render(f"matching/{template}", **values)),),
            caller=f"support-{purpose}",
            purpose=purpose,
            max_tokens=260 if purpose == "manner" else 16,
            temperature=0.7 if purpose == "manner" else 0.0,
            seed=production.seed(transcript, again=True),
            template=f"matching/{template}",
        )
        answer = await answer_of(production, production.context.model, request, str.strip, attempts=1)
        return answer.text, answer.usage

    async def _mood(self, production: Production, transcript: Transcript, course: Course) -> tuple[int | None, Usage]:
        """The seeker's mood by the lines both perceived; None where the answer was no mood."""
        both = {course.seeker, course.supporter}
        heard = [event for event in transcript.told if event.kind in TURNS and both <= set(event.audience)]
        names = {course.seeker: "seeker", course.supporter: "supporter"}
        lines = [(names.get(event.actor, "somebody"), event.text) for event in heard[-12:]]
        text, usage = await self._asked(production, transcript, "mood", "mood", lines=lines)
        return mood.read_mood(text), usage

    async def _rules(
        self, production: Production, transcript: Transcript, speaker: str
    ) -> tuple[tuple[str, ...], Usage]:
        """Up to five rules of manner from how somebody talks."""
        profile = profile_of(transcript.session.character(speaker))
        text, usage = await self._asked(production, transcript, "manner", "manner", profile=profile)
        lines = [_NUMBERING.sub("", line).strip() for line in text.splitlines()]
        return tuple(line[:200] for line in lines if len(line) > 8)[:RULES], usage

    async def _aspect(
        self, production: Production, transcript: Transcript, course: Course, speaker: str, role: Role
    ) -> tuple[str, Usage]:
        """The memory to bring up; the seeker's second line is their worry."""
        memories = memories_of_character(transcript.session.character(speaker))
        said = [event for event in transcript.told if event.kind in TURNS and event.actor == speaker]
        if role == "seeker" and len(said) == 1 and memories.get(WORRY):
            return WORRY, Usage()
        choices = topics_left(transcript.session.character(speaker), role, course.window)
        own = transcript.witnessed_by(speaker)
        heard = next((e.text for e in reversed(own) if e.kind in TURNS and e.actor != speaker), "")
        aspect, usage = "", Usage()
        if choices and self.selector == "llm":
            text, usage = await self._asked(
                production, transcript, "memory", "memory_choice", heard=heard[:600], choices=choices
            )
            aspect = memory_choice.understood(text, choices)
        elif choices and self.selector == "rules":
            aspect = choices[len(said) % len(choices)]
        elif choices:
            aspect = memory_choice.by_overlap(heard, memories, choices)
        if not aspect and memories.get(memory_choice.MORE):
            chance = random.Random(production.seed(transcript)).random()
            aspect = memory_choice.MORE if chance < memory_choice.ELSE_CHANCE else ""
        return aspect, usage
