"""A turn on the page: the engine's steps as frames, about ten a second."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator
from contextlib import aclosing

from studio.domain.event import DIRECTOR, NARRATOR
from studio.domain.memory import Recalled
from studio.domain.session import Choice, Decision
from studio.domain.trail import Trail
from studio.domain.transcript import Transcript
from studio.errors import ModelError, StorageError
from studio.roleplay.lore_calling import Considered
from studio.roleplay.steps import Committed, Decided, Ended, Recollected, Step, Streaming, Turn
from studio.ui.desk import Desk, Opened
from studio.ui.feedback import Notice, notice_of
from studio.ui.forms import Casting
from studio.ui.frame import Frame
from studio.ui.nights import night
from studio.ui.pacing import paced
from studio.ui.panels import Backstage, Controls, backstage_of, controls_of, total_usage
from studio.ui.present import WINDOW, Live, live_of, script_of
from studio.ui.takes import takes_of
from studio.ui.visit import Visit

AUTO_MOST = 12


class Performance:
    """The streaming half of the desk."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def begin(self, visit: Visit, casting: Casting) -> AsyncGenerator[Frame, None]:
        """A new play from tonight's bill. Raises: NotFound, Invalid, ModelError."""
        library = await self.desk.library(visit)
        scene, cast = await asyncio.to_thread(
            lambda: (library.scene(casting.scene), [library.character(id_) for id_ in dict.fromkeys(casting.cast)])
        )
        engine = await self.desk.writers.engine(visit)
        earlier = await self.desk.studio.archive.sessions.list(visit.owner, query=scene.title, limit=200)
        titled = scene.model_copy(update={"title": night(scene.title, frozenset(play.title for play in earlier))})
        transcript = await engine.begin(
            visit.owner,
            titled,
            cast,
            seed=int(casting.seed) if casting.seed.isdigit() else random.SystemRandom().randrange(2**31),
            memory_policy=Choice(name=casting.memory) if casting.memory else None,
            speaker_policy=Choice(name=casting.speakers) if casting.speakers else None,
            mode=Choice(name=casting.mode) if casting.mode else None,
        )
        seat = casting.seat if casting.seat in {member.id for member in cast} else DIRECTOR
        visit = visit.model_copy(update={"session": transcript.session.id, "seat": seat, "window": 0})
        opened = Opened.model_construct(transcript=transcript, tree=transcript.events, draft=None, trail=Trail())
        frame = self.desk.frame(visit, opened)
        yield frame.model_copy(update={"plays": await self.desk.plays(visit)})

    async def send(self, visit: Visit, text: str, to: str) -> AsyncGenerator[Frame, None]:
        """What a person wrote, from their seat, to whom they chose; then somebody answers."""
        seat = "" if visit.seat == DIRECTOR else visit.seat
        if to == "":
            turn = Turn(line=text, as_=seat)
        else:
            turn = Turn(whisper=text, as_=seat, to=() if to == NARRATOR else (to,))
        async with aclosing(self.turns(visit, turn)) as frames:
            async for frame in frames:
                yield frame

    async def next(self, visit: Visit, speaker: str = "") -> AsyncGenerator[Frame, None]:
        """One turn by whoever's it is, or by the one named."""
        async with aclosing(self.turns(visit, Turn(as_=_seated(visit), speaker=speaker))) as frames:
            async for frame in frames:
                yield frame

    async def auto(self, visit: Visit, count: int) -> AsyncGenerator[Frame, None]:
        """Several turns in a row, until the end or the seated person's cue."""
        count = max(1, min(count, AUTO_MOST))
        turn = Turn(as_=_seated(visit), wait=True)
        async with aclosing(self.turns(visit, turn, count)) as frames:
            async for frame in frames:
                yield frame

    async def again(self, visit: Visit, event: str) -> AsyncGenerator[Frame, None]:
        """Another take of a line."""
        async with aclosing(self.turns(visit, Turn(), again=event)) as frames:
            async for frame in frames:
                yield frame

    async def retry(self, visit: Visit) -> AsyncGenerator[Frame, None]:
        """The turn that failed, once more; what was said before it failed is not said twice."""
        async with aclosing(self.turns(visit, visit.retry or Turn(as_=_seated(visit)), again=visit.again)) as frames:
            async for frame in frames:
                yield frame

    async def turns(self, visit: Visit, turn: Turn, count: int = 1, again: str = "") -> AsyncGenerator[Frame, None]:
        """Frames of `count` turns. A model that fails leaves the play whole, with a notice and a way to retry.

        Raises: Conflict and other UserErrors when nothing was written.
        """
        async with self.desk.lock(visit):
            transcript = await self.desk.read_to_write(visit)
            tree = await self.desk.studio.archive.sessions.tree(transcript.session)
            run = _Run(
                self.desk, visit, Opened.model_construct(transcript=transcript, tree=tree, draft=None, trail=Trail())
            )
            yield run.started()
            try:
                engine = await self.desk.writers.engine(visit)
                for number in range(count):
                    run.count = f" ({number + 1} of {count})" if count > 1 else ""
                    steps = engine.regenerate(run.transcript, again) if again else engine.advance(run.transcript, turn)
                    async with aclosing(run.frames(steps)) as frames:
                        async for frame in frames:
                            yield frame
                    self.desk.remember_later(engine, run.transcript)
                    if run.over:
                        break
                yield await run.settled()
            except (ModelError, StorageError) as error:
                yield await run.failed(error, turn, again)


class _Run:
    """What is known while turns are being played."""

    def __init__(self, desk: Desk, visit: Visit, opened: Opened) -> None:
        self.desk = desk
        self.visit = visit
        self.transcript: Transcript = opened.transcript
        self.takes = takes_of(opened.tree, opened.transcript.told)
        self.spent = total_usage(opened.tree)
        self.model = opened.transcript.session.model
        self.decision: Decision | None = None
        self.recalled: tuple[Recalled, ...] = ()
        self.lore: tuple[Considered, ...] = ()
        self.curtain = ""
        self.over = False
        self.count = ""
        self.said = False

    def started(self) -> Frame:
        """The page goes quiet and shows that something is under way."""
        return Frame(controls=self.controls("The stage is set…"), notice=Notice(beat=self.desk.beat()))

    async def frames(self, steps: AsyncGenerator[Step, None]) -> AsyncGenerator[Frame, None]:
        """Frames of one turn."""
        async with aclosing(paced(steps)) as paced_steps:
            async for step in paced_steps:
                yield self.after(step)

    def after(self, step: Step) -> Frame:
        """What one step changes."""
        session = self.transcript.session
        if isinstance(step, Decided):
            self.decision, self.recalled, self.lore = step.decision, (), ()
            if step.decision.speaker == self.visit.seat:
                self.over = True
                return Frame(backstage=self.backstage())
            name = session.name_of(step.decision.speaker).split()[0]
            live = live_of(session, self.visit.seat, step.decision.speaker, "", "", self.transcript.present)
            return Frame(live=live, backstage=self.backstage(), controls=self.controls(f"{name} speaks…{self.count}"))
        if isinstance(step, Recollected):
            self.recalled, self.lore = step.memories, step.considered
            return Frame(backstage=self.backstage())
        if isinstance(step, Streaming):
            present = self.transcript.present
            return Frame(live=live_of(session, self.visit.seat, step.actor, step.thought, step.text, present))
        self.transcript = step.transcript
        self.visit = self.visit.model_copy(update={"version": self.transcript.session.version})
        if isinstance(step, Ended):
            self.curtain, self.over = step.reason, True
            return Frame(visit=self.visit)
        return self.committed(step)

    def committed(self, step: Committed) -> Frame:
        """A line was stored."""
        self.said = True
        if step.event.usage is not None:
            self.spent += step.event.usage
        script = script_of(self.transcript, self.visit.seat, takes=self.takes, window=self.visit.window or WINDOW)
        return Frame(visit=self.visit, script=script, live=Live(), backstage=self.backstage())

    async def settled(self) -> Frame:
        """The turn is over; the play as it stands."""
        opened = await self.desk.read(self.visit)
        name = opened.transcript.session.name_of(self.visit.seat)
        yours = self.over and not self.curtain
        status = f"It is your turn, {name}." if yours else ""
        if not self.over and self.decision is None and not self.said:
            status = "Choose who speaks next."
        frame = self.desk.frame(
            self.visit.model_copy(update={"retry": None, "again": ""}),
            opened,
            status=status,
            decision=self.decision,
            recalled=self.recalled,
            lore=self.lore,
            curtain=self.curtain,
        )
        return frame.model_copy(update={"plays": await self.desk.plays(self.visit)})

    async def failed(self, error: ModelError | StorageError, turn: Turn, again: str) -> Frame:
        """The play as it stands, the reason, and a way to try again without saying the same twice."""
        rest = turn.model_copy(update={"line": "", "whisper": "", "to": ()}) if self.said else turn
        visit = self.visit.model_copy(update={"retry": rest, "again": again})
        opened = await self.desk.read(visit)
        notice = notice_of(error, can_retry=True).model_copy(update={"beat": self.desk.beat()})
        frame = self.desk.frame(visit, opened, status="Not finished", notice=notice)
        return frame.model_copy(update={"plays": await self.desk.plays(visit)})

    def backstage(self) -> Backstage:
        """The side panel as far as known."""
        return backstage_of(
            self.transcript, self.visit.seat, self.spent, self.model, self.decision, self.recalled, self.lore
        )

    def controls(self, status: str) -> Controls:
        """The composer while the play runs."""
        return controls_of(
            self.transcript, self.visit.seat, state="running", status=status, can_redo=False, beat=self.desk.beat()
        )


def _seated(visit: Visit) -> str:
    return "" if visit.seat == DIRECTOR else visit.seat
