"""A goal played for, with a director who sees whether the play gets nearer."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import ClassVar, Literal

from pydantic import Field

from studio.domain.event import Event
from studio.domain.transcript import Transcript
from studio.registry import Card
from studio.roleplay import happenings
from studio.roleplay.clipping import clipped
from studio.roleplay.modes.base import Mode
from studio.roleplay.production import Production
from studio.roleplay.quests.directing import QuestDirector, Rules
from studio.roleplay.quests.knowledge import KnowledgeBase, noted, told_by_lore
from studio.roleplay.steps import Committed, Step, Turn
from studio.roleplay.telling import Telling
from studio.roleplay.turns import in_manner, play_turn, retell

GOAL_CHARS = 300


class QuestMode(Mode):
    """After each line the narrator says what came of it, and reflects: did the deed do what was hoped for; every fifth
    step, or when the play goes in circles, do the steps lead anywhere; and when the quest is first said to be done, is
    it. What goes in circles is found without a model. A task that carries something from one place to another is played
    in two acts, and what the first finds reaches the second word for word. The goal is known to everybody on stage; who
    pursues it is told what the reflectors see.

    Source: ColorAgent: Building A Robust, Personalized, and Interactive OS Agent (2025), the execution framework;
    https://arxiv.org/abs/2510.19386

    Differs: deeds are lines of a play and outcomes the narrator's, not those of a telephone; the narrator sees no more
    than everybody on stage; answers are not skipped by their log-probability; hints are found by words.

    Cost: 3.2 calls a line: the line, its outcome, a reflection, and one on the trajectory every fifth step or in loops;
    1 to begin and 1 at the first end, 2 more each for a task of two acts, 1 more to answer a question.
    """

    card: ClassVar[Card] = Card(
        name="quest",
        title="Quest",
        summary="A goal is played for; the narrator judges each deed, sees loops, and ends it when it is done.",
        source="ColorAgent (2025)",
        url="https://arxiv.org/abs/2510.19386",
        needs=("a model strong enough to direct",),
        cost="3.2 a line, and 2–7 a quest",
    )

    goal: str = Field(
        default="", max_length=2000, description="What is to be reached; empty: what ends the scene, else its premise"
    )
    hero: str = Field(default="", max_length=64, description="Id of the one who pursues it; empty: everybody on stage")
    beats: int = Field(default=30, ge=1, le=1000, description="After how many steps it is given up")
    hints: str = Field(
        default="", max_length=20_000, description="What the narrator knows, a line each: task = hint; hint"
    )

    by: Literal["words", "meaning"] = Field(
        default="words", description="How a hint is found: by the words of its task, or by what they mean as well"
    )

    def answer(self, production: Production, transcript: Transcript, turn: Turn) -> AsyncGenerator[Step, None]:
        """What is left of the last beat, or the next line with its outcome."""
        return self._beat(production, transcript, turn)

    async def _beat(self, production: Production, transcript: Transcript, turn: Turn) -> AsyncGenerator[Step, None]:
        director = self._director(production, transcript)
        if director.log.quest is None:
            for committed in await director.begin():
                yield committed
        left = director.log
        if left.unfinished:
            async with aclosing(director.judge()) as steps:
                async for step in steps:
                    yield step
            if happenings.over(director.play) or not (left.pending and left.pending.parts.get("by") == "person"):
                return
        for committed in await director.brief():
            yield committed
        play = director.play
        act = None if left.over else in_manner(production, director.manner_of)
        async with aclosing(play_turn(production, play, turn, act)) as steps:
            async for step in steps:
                if isinstance(step, Committed):
                    play = step.transcript
                yield step
        async with aclosing(self._judged(production, play)) as steps:
            async for step in steps:
                yield step

    def again(
        self, production: Production, earlier: Transcript, chosen: Event, remarks: tuple[Event, ...]
    ) -> AsyncGenerator[Step, None]:
        """The line told anew, and what comes of it."""
        return self._again(production, earlier, chosen, remarks)

    async def _again(
        self, production: Production, earlier: Transcript, chosen: Event, remarks: tuple[Event, ...]
    ) -> AsyncGenerator[Step, None]:
        play, act = earlier, in_manner(production, self._director(production, earlier).manner_of)
        async with aclosing(retell(production, earlier, chosen, remarks, act)) as steps:
            async for step in steps:
                if isinstance(step, Committed):
                    play = step.transcript
                yield step
        async with aclosing(self._judged(production, play)) as steps:
            async for step in steps:
                yield step

    async def _judged(self, production: Production, play: Transcript) -> AsyncGenerator[Step, None]:
        """What comes of a line, if one was spoken and the quest is on."""
        director = self._director(production, play)
        if director.log.unfinished:
            async with aclosing(director.judge()) as steps:
                async for step in steps:
                    yield step

    def _director(self, production: Production, play: Transcript) -> QuestDirector:
        scene, cast = play.session.scene, {member.id for member in play.session.cast}
        goal = self.goal.strip() or scene.end.when.strip() or clipped(scene.premise, GOAL_CHARS)
        rules = Rules(goal=goal, hero=self.hero if self.hero in cast else "", beats=self.beats, by=self.by)
        knowledge = KnowledgeBase({**told_by_lore(scene.lorebook), **noted(self.hints)})
        return QuestDirector(production, Telling(production, play), rules, knowledge)
