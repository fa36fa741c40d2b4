"""What a click changes about a play that is open: each verb answers with the play as it then stands."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from studio.domain.transcript import Transcript
from studio.roleplay.engine import Engine
from studio.roleplay.steps import Committed, Turn
from studio.ui.desk import Desk
from studio.ui.feedback import Notice
from studio.ui.frame import Frame
from studio.ui.takes import neighbour
from studio.ui.visit import Visit

Work = Callable[[Engine, Transcript], Awaitable[Transcript]]


class Changes:
    """The verbs that need no model. Raises, each of them: Conflict when another tab was quicker, NotFound, Invalid."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def change(self, visit: Visit, work: Work, notice: Notice | None = None) -> Frame:
        """One change of the play by the engine, then the play as it stands."""
        desk = self.desk
        async with desk.lock(visit):
            transcript = await desk.read_to_write(visit)
            await work(await desk.engine(visit), transcript)
            opened = await desk.read(visit)
        return desk.frame(visit.model_copy(update={"retry": None, "again": ""}), opened, notice=notice)

    def undoable(self, text: str) -> Notice:
        """What was done, with the button that takes it back."""
        return Notice(text=text, action="undo", action_label="Undo", beat=self.desk.beat())

    # --- back, forth and across -----------------------------------------------------------------------------------

    async def undo(self, visit: Visit) -> Frame:
        """Step back over the last turn, change or jump."""
        return await self.change(visit, lambda engine, transcript: engine.history.undo(transcript))

    async def redo(self, visit: Visit) -> Frame:
        """Step forward again."""
        return await self.change(visit, lambda engine, transcript: engine.history.redo(transcript))

    async def take(self, visit: Visit, event: str, step: int) -> Frame:
        """Show the next or previous take of a line."""

        async def work(engine: Engine, transcript: Transcript) -> Transcript:
            tree = await engine.archive.sessions.tree(transcript.session)
            other = neighbour(tree, transcript, event, step, visit.seat)
            return await engine.history.select(transcript, other) if other else transcript

        return await self.change(visit, work)

    async def branch(self, visit: Visit, event: str) -> Frame:
        """Go on from a line; what came after it stays on a branch of its own."""
        notice = self.undoable("You are on a new branch. What came after this line is kept under Branches.")
        return await self.change(visit, lambda engine, transcript: engine.history.branch(transcript, event), notice)

    async def go(self, visit: Visit, event: str) -> Frame:
        """Show the play as it stood at a place of the tree."""
        return await self.change(visit, lambda engine, transcript: engine.history.go(transcript, event))

    async def checkpoint(self, visit: Visit, name: str, event: str = "") -> Frame:
        """Name a place: a line of the play, or where it stands now."""

        async def work(engine: Engine, transcript: Transcript) -> Transcript:
            here = event or (transcript.events[-1].id if transcript.events else "")
            return await engine.history.name(transcript, name, here) if here else transcript

        named = " ".join(name.split())
        notice = Notice(text=f"“{named}” is a checkpoint now. Branches lists them.", beat=self.desk.beat())
        return await self.change(visit, work, notice)

    async def uncheckpoint(self, visit: Visit, name: str) -> Frame:
        """Take a name away; the place stays."""
        async with self.desk.lock(visit):
            found = (await self.desk.read_to_write(visit)).session.heads.get(name, "")
        frame = await self.change(visit, lambda engine, transcript: engine.history.name(transcript, name, None))
        back = Notice(
            text=f"“{name}” is no checkpoint any more.",
            action="name",
            action_label="Undo",
            sent={"id": found, "name": name},
            beat=self.desk.beat(),
        )
        return frame.model_copy(update={"notice": back})

    # --- lines ----------------------------------------------------------------------------------------------------

    async def edit(self, visit: Visit, event: str, text: str) -> Frame:
        """Lay a new wording over a line."""
        return await self.change(visit, lambda engine, transcript: engine.scribe.edit(transcript, event, text.strip()))

    async def hide(self, visit: Visit, event: str) -> Frame:
        """Take a line out of the play; *Undo* brings it back."""
        notice = self.undoable("The line is out of the play.")
        return await self.change(visit, lambda engine, transcript: engine.scribe.hide(transcript, event), notice)

    async def cue(self, visit: Visit, character: str, come: bool) -> Frame:
        """Bring a member of the cast on stage, or take them off."""
        if come:
            return await self.change(visit, lambda engine, transcript: engine.scribe.enter(transcript, character))
        return await self.change(visit, lambda engine, transcript: engine.scribe.leave(transcript, character))

    # --- the unfinished line --------------------------------------------------------------------------------------

    async def keep(self, visit: Visit) -> Frame:
        """Make the unfinished line part of the play, as it is."""

        async def work(engine: Engine, transcript: Transcript) -> Transcript:
            draft = await engine.archive.sessions.draft(visit.house, visit.session)
            if draft is None:
                return transcript
            kept = Turn(line=draft.text, as_=draft.actor, answer=False)
            async for step in engine.advance(transcript, kept):
                transcript = step.transcript if isinstance(step, Committed) else transcript
            return transcript

        return await self.change(visit, work)

    async def discard(self, visit: Visit) -> Frame:
        """Let the unfinished line go."""
        await self.desk.studio.archive.sessions.drop_draft(visit.house, visit.session)
        return self.desk.frame(visit, await self.desk.read(visit))
