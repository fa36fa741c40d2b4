"""Turns while they are being played: what is known of them so far, as frames."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from pydantic import Field

from studio.domain.memory import Recalled
from studio.domain.provenance import Usage
from studio.domain.session import Decision
from studio.domain.transcript import Transcript
from studio.domain.value import Value
from studio.errors import ModelError, StorageError
from studio.roleplay.lore_calling import Considered
from studio.roleplay.steps import Committed, Decided, Ended, Recollected, Step, Streaming, Turn
from studio.ui.desk import Desk
from studio.ui.feedback import Notice, notice_of
from studio.ui.frame import Frame
from studio.ui.opened import Opened
from studio.ui.pacing import FRAME_SECONDS, QUEUE_FRAME_SECONDS, paced
from studio.ui.panels import Backstage, Controls, backstage_of, controls_of, total_usage
from studio.ui.present import WINDOW, Live, live_of, script_of
from studio.ui.rights import rights_of
from studio.ui.takes import takes_of
from studio.ui.visit import Visit

AUTO_MOST = 200


class Budget(Value):
    """How far the play may run by itself: so many turns, and what they may take together; None: no limit."""

    turns: int = Field(default=1, ge=1, le=AUTO_MOST)
    tokens: int | None = Field(default=None, ge=1)
    cost: float | None = Field(default=None, gt=0)

    def exhausted(self, spent: Usage) -> str:
        """Which limit is reached, in words; empty while none is."""
        tokens = spent.prompt_tokens + spent.completion_tokens
        if self.tokens is not None and tokens >= self.tokens:
            return f"The budget of {self.tokens:,} tokens is used up ({tokens:,})."
        if self.cost is not None and spent.cost is None:
            return "What this model costs is not known, so a budget of cost cannot be kept."
        if self.cost is not None and (spent.cost or 0) >= self.cost:
            return f"The budget of ${self.cost:.2f} is used up (${spent.cost or 0:.2f})."
        return ""


class Run:
    """What is known while turns are being played."""

    def __init__(self, desk: Desk, visit: Visit, opened: Opened, budget: Budget | None = None) -> None:
        self.desk = desk
        self.visit = visit
        self.transcript: Transcript = opened.transcript
        self.budget = budget or Budget()
        self.takes = takes_of(opened.tree, opened.transcript.told, visit.seat)
        self.spent = total_usage(opened.tree)
        self.taken = Usage()
        self.model = opened.transcript.session.model
        self.decision: Decision | None = None
        self.recalled: tuple[Recalled, ...] = ()
        self.lore: tuple[Considered, ...] = ()
        self.curtain = ""
        self.over = False
        self.halted = ""
        self.count = ""
        self.said = False
        self.people = desk.channels.people(visit.session, visit.page)

    def joined(self) -> tuple[str, ...]:
        """The characters that others at the table play now; somebody may have come or gone since the last turn."""
        self.people = self.desk.channels.people(self.visit.session, self.visit.page)
        return tuple(sorted(self.people))

    def started(self, status: str = "The stage is set…") -> Frame:
        """The page goes quiet and shows that something is under way."""
        return Frame(controls=self.controls(status), notice=Notice(beat=self.desk.beat()))

    async def frames(self, steps: AsyncGenerator[Step, None]) -> AsyncGenerator[Frame, None]:
        """Frames of one turn."""
        swift = self.desk.channels.open(self.visit.page)
        async with aclosing(paced(steps, FRAME_SECONDS if swift else QUEUE_FRAME_SECONDS)) as paced_steps:
            async for step in paced_steps:
                yield self.after(step)

    def halts(self) -> bool:
        """Whether no further turn is played: the end, somebody's cue, a limit, or a pause."""
        if self.over:
            return True
        self.halted = self.budget.exhausted(self.taken) or ("Paused" if self.desk.unpause(self.visit) else "")
        return bool(self.halted)

    def after(self, step: Step) -> Frame:
        """What one step changes."""
        if isinstance(step, Decided):
            return self.decided(step.decision)
        if isinstance(step, Recollected):
            self.recalled, self.lore = step.memories, step.considered
            return Frame(backstage=self.backstage())
        if isinstance(step, Streaming):
            said = step

            def live(seat: str) -> Live:
                return live_of(self.transcript, seat, said.actor, said.thought, said.text)

            self.desk.overheard(self.visit, live)
            return Frame(live=live(self.visit.seat))
        self.transcript = step.transcript
        self.visit = self.desk.placed(self.visit, self.transcript.session.version)
        if isinstance(step, Ended):
            self.curtain, self.over = step.reason, True
            return Frame(visit=self.visit)
        return self.committed(step)

    def decided(self, decision: Decision) -> Frame:
        """Somebody was chosen."""
        self.decision, self.recalled, self.lore = decision, (), ()
        if decision.speaker in self.people | {self.visit.seat}:
            self.over = True
            self.desk.channels.awaits(self.visit.session, self.transcript.session.version, decision.speaker)
            return Frame(backstage=self.backstage())
        live = live_of(self.transcript, self.visit.seat, decision.speaker, "", "")
        name = self.transcript.session.name_of(decision.speaker).split()[0] if live.actor else "Somebody else"
        return Frame(live=live, backstage=self.backstage(), controls=self.controls(f"{name} speaks…{self.count}"))

    def committed(self, step: Committed) -> Frame:
        """A line was stored."""
        self.said = True
        if step.event.usage is not None:
            self.spent += step.event.usage
            self.taken += step.event.usage
        window, directs = self.visit.window or WINDOW, rights_of(self.visit).direct
        script = script_of(self.transcript, self.visit.seat, takes=self.takes, window=window, directs=directs)
        return Frame(visit=self.visit, script=script, live=Live(), backstage=self.backstage())

    async def settled(self) -> Frame:
        """The turn is over; the play as it stands."""
        opened = await self.desk.read(self.visit)
        status = self.halted
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
        rest = turn.model_copy(update={"line": "", "whisper": "", "to": (), "lent": None}) if self.said else turn
        visit = self.visit.model_copy(update={"retry": rest, "again": again})
        opened = await self.desk.read(visit)
        notice = notice_of(error, can_retry=True).model_copy(update={"beat": self.desk.beat()})
        frame = self.desk.frame(visit, opened, status="Not finished", notice=notice)
        return frame.model_copy(update={"plays": await self.desk.plays(visit)})

    def backstage(self) -> Backstage:
        """The side panel as far as known."""
        return backstage_of(
            self.transcript,
            self.visit.seat,
            self.spent,
            self.model,
            self.decision,
            self.recalled,
            self.lore,
            guest=not rights_of(self.visit).host,
        )

    def controls(self, status: str, draft: str | None = None) -> Controls:
        """The composer while the play runs. `draft`: the line a model writes in the person's stead, so far."""
        return controls_of(
            self.transcript,
            self.visit.seat,
            state="running",
            status=status,
            can_redo=False,
            draft=draft,
            beat=self.desk.beat(),
            rights=rights_of(self.visit),
        )
