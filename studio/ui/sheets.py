"""What can be looked into beside the play: one sheet at a time, made anew whenever the play changes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from studio.domain.event import DIRECTOR
from studio.domain.value import Value
from studio.errors import Invalid, ModelError
from studio.roleplay import meter_book
from studio.roleplay.drift import drifts
from studio.roleplay.meters import measured
from studio.ui.branches import Branches, branches_of
from studio.ui.desk import Desk
from studio.ui.finding import FindPage, find_of
from studio.ui.frame import Frame
from studio.ui.inspector import PromptPage
from studio.ui.knowledge import KnowledgePage, knowledge_of
from studio.ui.looking import Looking
from studio.ui.metering import HIDDEN, MeterPage, meters_of
from studio.ui.minds import MindsPage, minds_of
from studio.ui.opened import Opened
from studio.ui.sheet import Sheet
from studio.ui.table import TablePage
from studio.ui.tables import Tables
from studio.ui.timeline import TimelinePage, timeline_of
from studio.ui.visit import Visit

Page = Callable[[Visit, Opened, "Look"], Awaitable[Value]]


class Look(Value):
    """What a tab looks into: a sheet by `kind`; `about` an event, by `speaker` and `text` as the sheet has it."""

    kind: str = ""
    about: str = ""
    speaker: str = ""
    text: str = ""


class Sheets:
    """The sheets by name. Each shows a seated player what is theirs to know and nothing else. Which one a tab has open
    is kept here by its page, so that it can be opened while a turn is being played."""

    def __init__(self, desk: Desk, tables: Tables) -> None:
        self.desk = desk
        self.tables = tables
        self.looking = Looking(desk)
        self.pages: dict[str, Page] = {
            "branches": self._branches,
            "prompt": self._prompt,
            "minds": self._minds,
            "knowledge": self._knowledge,
            "timeline": self._timeline,
            "find": self._find,
            "meters": self._meters,
            "table": self._table,
        }
        self._open: dict[str, Look] = {}

    async def look(self, visit: Visit, look: Look) -> Frame:
        """Open a sheet, or close the one that is open (an empty `kind`).

        Raises: Invalid for a sheet there is not; NotFound.
        """
        if look.kind and look.kind not in self.pages:
            raise Invalid(f"There is nothing called '{look.kind}' to look into. Reload the page.")
        self._open[visit.page] = look
        self.tables.leave(visit.page)
        return Frame(sheet=await self.sheet(visit))

    def leave(self, page: str) -> None:
        """A tab was closed."""
        self._open.pop(page, None)
        self.tables.leave(page)

    async def refreshed(self, frame: Frame, visit: Visit) -> Frame:
        """A frame with the open sheet made anew, where the frame shows another state of the play."""
        seen = frame.visit or visit
        look = self._open.get(seen.page, Look())
        if frame.sheet is not None or not look.kind:
            return frame
        if frame.bill is not None:
            self.leave(seen.page)
            return frame.model_copy(update={"sheet": Sheet()})
        if frame.script is None:
            return frame
        if look.kind != "find":
            look = look.model_copy(update={"text": ""})
        self._open[seen.page] = look
        return frame.model_copy(update={"sheet": await self.sheet(seen)})

    async def sheet(self, visit: Visit) -> Sheet:
        """The open sheet as the play stands."""
        look = self._open.get(visit.page, Look())
        if not (look.kind and visit.session):
            return Sheet()
        page = await self.pages[look.kind](visit, await self.desk.read(visit), look)
        return Sheet(kind=look.kind, page=page.model_dump(mode="json"), beat=self.desk.beat())

    async def _branches(self, visit: Visit, opened: Opened, look: Look) -> Branches:
        return branches_of(opened.tree, opened.transcript, visit.seat)

    async def _prompt(self, visit: Visit, opened: Opened, look: Look) -> PromptPage:
        known = {event.id for event in opened.transcript.events}
        if look.about in known:
            return await self.looking.line(visit, opened, look.about)
        return await self.looking.next(visit, opened, look.speaker, look.text)

    async def _minds(self, visit: Visit, opened: Opened, look: Look) -> MindsPage:
        return minds_of(opened.transcript, visit.seat)

    async def _knowledge(self, visit: Visit, opened: Opened, look: Look) -> KnowledgePage:
        return knowledge_of(opened.transcript, visit.seat)

    async def _timeline(self, visit: Visit, opened: Opened, look: Look) -> TimelinePage:
        return timeline_of(opened.transcript, visit.seat)

    async def _find(self, visit: Visit, opened: Opened, look: Look) -> FindPage:
        return find_of(opened.transcript, visit.seat, look.text)

    async def _table(self, visit: Visit, opened: Opened, look: Look) -> TablePage:
        return await self.tables.page(visit, opened)

    async def _meters(self, visit: Visit, opened: Opened, look: Look) -> MeterPage:
        if visit.seat != DIRECTOR:
            return HIDDEN
        studio, transcript = self.desk.studio, opened.transcript
        found = await asyncio.to_thread(measured, transcript)
        await meter_book.keep(studio.archive, transcript, found.lines)
        everywhere = meter_book.by_model(await studio.archive.tallies.of(visit.house))
        try:
            drift = await drifts(studio.embedder, transcript)
        except ModelError as error:
            page = meters_of(transcript, found, everywhere=everywhere)
            return page.model_copy(update={"drift_note": str(error)})
        return meters_of(transcript, found, everywhere=everywhere, drift=drift)
