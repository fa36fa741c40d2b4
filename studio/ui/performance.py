"""A turn on the page: the engine's steps as frames, about ten a second."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager

from studio.domain.character import Character
from studio.domain.event import DIRECTOR, NARRATOR, Event
from studio.domain.scene import Scene
from studio.domain.session import Choice
from studio.domain.trail import Trail
from studio.domain.transcript import Transcript
from studio.errors import ModelError, StorageError
from studio.roleplay.engine import Engine
from studio.roleplay.epilogue import epilogue
from studio.roleplay.steps import Lent, Step, Streaming, Turn
from studio.roleplay.understudy import Understudy
from studio.ui.desk import Desk
from studio.ui.feedback import notice_of
from studio.ui.forms import Casting
from studio.ui.frame import Frame
from studio.ui.nights import night
from studio.ui.opened import Opened
from studio.ui.run import Budget, Run
from studio.ui.visit import Visit


class Performance:
    """The streaming half of the desk."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def begin(self, visit: Visit, casting: Casting) -> AsyncGenerator[Frame, None]:
        """A new play from tonight's bill. Raises: NotFound, Invalid, ModelError."""
        sessions = self.desk.studio.archive.sessions
        before = await sessions.transcript(visit.owner, visit.follows) if visit.follows else None
        scene, cast = await self._cast(visit, casting, before)
        engine = await self.desk.engine(visit)
        earlier = await sessions.list(visit.owner, query=scene.title, limit=200)
        titled = scene.model_copy(update={"title": night(scene.title, frozenset(play.title for play in earlier))})
        transcript = await engine.begin(
            visit.owner,
            titled,
            cast,
            seed=int(casting.seed) if casting.seed.isdigit() else random.SystemRandom().randrange(2**31),
            memory_policy=Choice(name=casting.memory) if casting.memory else None,
            speaker_policy=Choice(name=casting.speakers) if casting.speakers else None,
            mode=Choice(name=casting.mode) if casting.mode else None,
            follows=before,
        )
        seat = casting.seat if casting.seat in {member.id for member in cast} else DIRECTOR
        begun = {"session": transcript.session.id, "seat": seat, "window": 0, "follows": ""}
        visit = visit.left().model_copy(update=begun)
        frame = self.desk.frame(visit, _opened(transcript, transcript.events))
        yield frame.model_copy(update={"plays": await self.desk.plays(visit)})

    async def _cast(
        self, visit: Visit, casting: Casting, before: Transcript | None
    ) -> tuple[Scene, tuple[Character, ...]]:
        """The scene and who plays in it: of the library, or as they were in the play this one goes on from."""
        library = await self.desk.library(visit)
        played = {member.id: member for member in before.session.cast} if before else {}
        wanted = tuple(dict.fromkeys(casting.cast))

        def found() -> tuple[Scene, tuple[Character, ...]]:
            scene = casting.own.scene(wanted) if casting.own else library.scene(casting.scene)
            known = {character.id for character in library.characters()}
            cast = (library.character(id_) if id_ in known or id_ not in played else played[id_] for id_ in wanted)
            return scene, tuple(cast)

        return await asyncio.to_thread(found)

    async def send(self, visit: Visit, text: str, to: str, as_: str = "") -> AsyncGenerator[Frame, None]:
        """What a person wrote, to whom they chose; then somebody answers. `as_`: whose line it is, where the director
        speaks for somebody; a seated player speaks for themselves alone."""
        speaker = _seated(visit) or as_
        if to == "":
            lent = visit.lent if visit.lent_to == speaker else None
            turn = Turn(line=text, as_=speaker, lent=lent)
        else:
            turn = Turn(whisper=text, as_=speaker, to=() if to == NARRATOR else (to,))
        forgotten = visit.model_copy(update={"lent": None, "lent_to": ""})
        async with aclosing(self.turns(forgotten, turn)) as frames:
            async for frame in frames:
                yield frame

    async def next(self, visit: Visit, speaker: str = "") -> AsyncGenerator[Frame, None]:
        """One turn by whoever's it is, or by the one named."""
        async with aclosing(self.turns(visit, Turn(as_=_seated(visit), speaker=speaker))) as frames:
            async for frame in frames:
                yield frame

    async def auto(self, visit: Visit, budget: Budget) -> AsyncGenerator[Frame, None]:
        """Several turns in a row, until the end, the seated person's cue, a pause, or the budget is used up."""
        turn = Turn(as_=_seated(visit), wait=True)
        async with aclosing(self.turns(visit, turn, budget)) as frames:
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

    async def go_on(self, visit: Visit, event: str) -> AsyncGenerator[Frame, None]:
        """The rest of a line."""

        def steps(engine: Engine, transcript: Transcript) -> AsyncGenerator[Step, None]:
            return Understudy(engine).go_on(transcript, event)

        async with aclosing(self._once(visit, steps, "The line goes on…")) as frames:
            async for frame in frames:
                yield frame

    async def epilogue(self, visit: Visit) -> AsyncGenerator[Frame, None]:
        """The last paragraph of a scene."""
        async with aclosing(self._once(visit, epilogue, "The narrator closes the scene…")) as frames:
            async for frame in frames:
                yield frame

    async def impersonate(self, visit: Visit, as_: str, hint: str) -> AsyncGenerator[Frame, None]:
        """A line for the person to change and say, written into their composer as it comes; the play stays as it is."""
        speaker = _seated(visit) or as_
        async with self._stage(visit):
            transcript = await self.desk.read_to_write(visit)
            run = Run(self.desk, visit, _opened(transcript, transcript.events))
            name = transcript.session.name_of(speaker).split()[0]
            status = f"A line for {name} is being written…"
            yield run.started(status)
            lent: Lent | None = None
            steps = Understudy(await self.desk.engine(visit)).impersonate(transcript, speaker, hint.strip())
            try:
                async with aclosing(steps) as spoken:
                    async for step in spoken:
                        if isinstance(step, Streaming):
                            yield Frame(controls=run.controls(status, draft=step.text))
                        else:
                            lent = Lent(text=step.reply.text, usage=step.usage, provenance=step.provenance)
            except (ModelError, StorageError) as error:
                notice = notice_of(error).model_copy(update={"beat": self.desk.beat()})
                yield self.desk.frame(visit, await self.desk.read(visit), status="Not finished", notice=notice)
                return
            visit = visit.model_copy(update={"lent": lent, "lent_to": speaker})
            frame = self.desk.frame(visit, await self.desk.read(visit), status="Change it as you like, then send it.")
            text = lent.text if lent else ""
            yield frame.model_copy(update={"controls": frame.controls and frame.controls.drafted(text)})

    async def turns(
        self, visit: Visit, turn: Turn, budget: Budget | None = None, again: str = ""
    ) -> AsyncGenerator[Frame, None]:
        """Frames of one turn, or of as many as the budget allows. A model that fails leaves the play whole, with a
        notice and a way to retry.

        Raises: Conflict and other UserErrors when nothing was written.
        """
        budget = budget or Budget()
        async with self._stage(visit):
            run = await self._run(visit, budget)
            self.desk.unpause(visit)
            yield run.started()
            try:
                engine = await self.desk.engine(visit)
                for number in range(budget.turns):
                    turn = turn.model_copy(update={"people": run.joined()})
                    run.count = f" ({number + 1} of {budget.turns})" if budget.turns > 1 else ""
                    steps = engine.regenerate(run.transcript, again) if again else engine.advance(run.transcript, turn)
                    async with aclosing(run.frames(steps)) as frames:
                        async for frame in frames:
                            yield frame
                    self.desk.remember_later(engine, run.transcript)
                    if run.halts():
                        break
                yield await run.settled()
            except (ModelError, StorageError) as error:
                yield await run.failed(error, turn, again)

    async def _once(
        self, visit: Visit, steps: Callable[[Engine, Transcript], AsyncGenerator[Step, None]], status: str
    ) -> AsyncGenerator[Frame, None]:
        async with self._stage(visit):
            run = await self._run(visit, Budget())
            yield run.started(status)
            try:
                engine = await self.desk.engine(visit)
                async with aclosing(run.frames(steps(engine, run.transcript))) as frames:
                    async for frame in frames:
                        yield frame
                self.desk.remember_later(engine, run.transcript)
                yield await run.settled()
            except (ModelError, StorageError) as error:
                notice = notice_of(error).model_copy(update={"beat": self.desk.beat()})
                yield self.desk.frame(run.visit, await self.desk.read(visit), status="Not finished", notice=notice)

    @asynccontextmanager
    async def _stage(self, visit: Visit) -> AsyncIterator[None]:
        """The play for this visit alone; the others at it see that it runs."""
        async with self.desk.lock(visit):
            with self.desk.channels.playing(visit.session, visit.page):
                yield

    async def _run(self, visit: Visit, budget: Budget) -> Run:
        visit = visit.model_copy(update={"until": ""})
        transcript = await self.desk.read_to_write(visit)
        tree = await self.desk.studio.archive.sessions.tree(transcript.session)
        return Run(self.desk, visit, _opened(transcript, tree), budget)


def _opened(transcript: Transcript, tree: tuple[Event, ...]) -> Opened:
    return Opened.model_construct(transcript=transcript, tree=tree, draft=None, trail=Trail())


def _seated(visit: Visit) -> str:
    return "" if visit.seat == DIRECTOR else visit.seat
