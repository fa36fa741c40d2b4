"""From what the page sends to the verb it means. Every button of the stage ends here under one short name."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing

from pydantic import ConfigDict, Field

from studio.domain.value import Value
from studio.errors import Invalid, UserError
from studio.roleplay.meters import Bounds
from studio.ui import replies
from studio.ui.changes import Changes
from studio.ui.console import Console
from studio.ui.desk import Desk
from studio.ui.frame import Frame
from studio.ui.performance import Performance
from studio.ui.repertory import Repertory
from studio.ui.run import AUTO_MOST, Budget
from studio.ui.sheets import Look, Sheets
from studio.ui.tables import Tables
from studio.ui.visit import Visit


class Sent(Value):
    """What a button sends: its act, and of the rest what the act needs."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    act: str = Field(default="", max_length=400)
    id: str = Field(default="", max_length=200)
    text: str = ""
    name: str = Field(default="", max_length=400)
    to: tuple[str, ...] = ()
    speaker: str = Field(default="", max_length=200)
    kind: str = Field(default="", max_length=40)
    step: int = 0
    turns: int = 1
    tokens: int | None = None
    cost: float | None = None
    yes: bool = False
    bounds: Bounds | None = None
    items: tuple[str, ...] = ()


Answer = Callable[[Visit, Sent], Awaitable[Frame]]
Stream = Callable[[Visit, Sent], AsyncGenerator[Frame, None]]


class Acts:
    """The verbs by name: those that answer at once, and those that play."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.tables = Tables(desk)
        self.sheets = Sheets(desk, self.tables)
        self._changes = Changes(desk)
        self._console = Console(self._changes)
        self.repertory = Repertory(desk)
        self.performance = Performance(desk)
        self.answers: dict[str, Answer] = {**self._moves(), **self._lines(), **self._orders(), **self._plays()}
        self.streams: dict[str, Stream] = self._turns()

    def _moves(self) -> dict[str, Answer]:
        changes, sheets = self._changes, self.sheets
        return {
            "undo": lambda visit, sent: changes.undo(visit),
            "redo": lambda visit, sent: changes.redo(visit),
            "take": lambda visit, sent: changes.take(visit, sent.id, sent.step),
            "branch": lambda visit, sent: changes.branch(visit, sent.id),
            "go": lambda visit, sent: changes.go(visit, sent.id),
            "name": lambda visit, sent: changes.checkpoint(visit, sent.name, sent.id),
            "unname": lambda visit, sent: changes.uncheckpoint(visit, sent.name),
            "look": lambda visit, sent: sheets.look(
                visit, Look(kind=sent.kind, about=sent.id, speaker=sent.speaker, text=sent.text)
            ),
        }

    def _lines(self) -> dict[str, Answer]:
        changes, console = self._changes, self._console
        return {
            "edit": lambda visit, sent: changes.edit(visit, sent.id, sent.text),
            "hide": lambda visit, sent: changes.hide(visit, sent.id),
            "rate": lambda visit, sent: console.rate(visit, sent.id, sent.step),
            "note": lambda visit, sent: console.note(visit, sent.id, sent.text),
            "keep": lambda visit, sent: changes.keep(visit),
            "discard": lambda visit, sent: changes.discard(visit),
            "earlier": lambda visit, sent: self._desk.scroll(visit, "line" if sent.id else "earlier", sent.id),
            "later": lambda visit, sent: self._desk.scroll(visit, "later"),
            "newest": lambda visit, sent: self._desk.scroll(visit, "newest"),
        }

    def _orders(self) -> dict[str, Answer]:
        changes, console = self._changes, self._console
        return {
            "cue": lambda visit, sent: changes.cue(visit, sent.id, sent.yes),
            "mute": lambda visit, sent: console.mute(visit, sent.id, sent.yes),
            "move": lambda visit, sent: console.move(visit, sent.id, sent.name),
            "follow": lambda visit, sent: console.follow(visit, sent.name),
            "backdrop": lambda visit, sent: console.backdrop(visit, sent.text),
            "second-try": lambda visit, sent: console.second_try(visit, sent.bounds),
            "onward": lambda visit, sent: console.play_on(visit, sent.turns),
            "happen": lambda visit, sent: console.happen(visit, sent.text, sent.to),
            "prop": lambda visit, sent: console.prop(visit, sent.name, sent.text, sent.to),
            "beat": lambda visit, sent: console.beat(visit, sent.step),
            "aside": lambda visit, sent: console.aside(visit, sent.text),
        }

    def _plays(self) -> dict[str, Answer]:
        desk, repertory, tables = self._desk, self.repertory, self.tables
        return {
            "invite": lambda visit, sent: tables.invite(visit, sent.kind, sent.id, sent.name, sent.yes),
            "revoke": lambda visit, sent: tables.revoke(visit, sent.id),
            "catch-up": lambda visit, sent: desk.caught_up(visit),
            "pause": lambda visit, sent: desk.paused(visit),
            "stopped": lambda visit, sent: desk.stopped(visit),
            "seat": lambda visit, sent: desk.sit(visit, sent.id),
            "open": lambda visit, sent: desk.open(visit, sent.id),
            "fresh": lambda visit, sent: desk.bill(visit),
            "sequel": lambda visit, sent: desk.bill(visit, follows=visit.session),
            "rename": lambda visit, sent: repertory.manage(visit, "rename", sent.id, sent.name),
            "archive": lambda visit, sent: repertory.manage(visit, "archive", sent.id),
            "restore": lambda visit, sent: repertory.manage(visit, "restore", sent.id),
            "erase": lambda visit, sent: repertory.manage(visit, "erase", sent.id),
            "replies": lambda visit, sent: self._replies(visit, sent),
            "search": lambda visit, sent: repertory.listed(visit, query=sent.text),
            "shelf": lambda visit, sent: repertory.listed(visit, archived=sent.yes),
            "more": lambda visit, sent: repertory.listed(visit, more=True),
            "reload": lambda visit, sent: desk.open(visit, visit.session) if visit.session else desk.bill(visit),
        }

    async def _replies(self, visit: Visit, sent: Sent) -> Frame:
        kept = await replies.keep(self._desk.studio.archive, visit.owner, sent.items)
        return Frame(replies=kept.model_copy(update={"beat": self._desk.beat()}))

    def _turns(self) -> dict[str, Stream]:
        performance = self.performance
        return {
            "send": lambda visit, sent: performance.send(visit, sent.text, "".join(sent.to), sent.speaker),
            "next": lambda visit, sent: performance.next(visit, sent.speaker),
            "auto": lambda visit, sent: performance.auto(
                visit, Budget(turns=max(1, min(sent.turns, AUTO_MOST)), tokens=sent.tokens, cost=sent.cost)
            ),
            "again": lambda visit, sent: performance.again(visit, sent.id),
            "go-on": lambda visit, sent: performance.go_on(visit, sent.id),
            "lend": lambda visit, sent: performance.impersonate(visit, sent.speaker, sent.text),
            "epilogue": lambda visit, sent: performance.epilogue(visit),
            "retry": lambda visit, sent: performance.retry(visit),
        }

    async def stream(self, visit: Visit, sent: Sent) -> AsyncGenerator[Frame, None]:
        """The frames of an act; those that answer at once have one.

        Raises: Invalid for an act nobody knows; UserError for what the visitor's chair does not allow; what the verb
            raises.
        """
        if not visit.owner:
            raise UserError("This page was left so long that the studio has let it go. Reload it; nothing is lost.")
        if refused := await self.tables.refused(visit, sent.act, nominates=bool(sent.speaker)):
            yield refused
            return
        if sent.act in self.answers:
            yield await self.sheets.refreshed(await self.answers[sent.act](visit, sent), visit)
            return
        if sent.act not in self.streams:
            raise Invalid(f"Nobody here knows how to '{sent.act}'. Reload the page.")
        async with aclosing(self.streams[sent.act](visit, sent)) as frames:
            async for frame in frames:
                yield await self.sheets.refreshed(frame, visit)
