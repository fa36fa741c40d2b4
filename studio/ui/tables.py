"""Several people at one play: chairs given by link, taken by whoever follows it, and taken away again."""

from __future__ import annotations

import asyncio
import logging

from studio.domain.invitation import Invitation, Role
from studio.domain.session import Session
from studio.errors import Invalid, NotFound, StudioError, UserError
from studio.ui.desk import Desk
from studio.ui.feedback import Notice
from studio.ui.frame import Frame, told
from studio.ui.opened import Opened
from studio.ui.rights import refusal, rights_of
from studio.ui.sheet import Sheet
from studio.ui.table import TablePage, chairs_of, check_turn, table_of
from studio.ui.visit import Visit

log = logging.getLogger("studio.ui")
TAKEN_AWAY = "Your chair at that table was taken away. Your own plays are as you left them."


class Tables:
    """One for the whole process. What a chair allows is checked here, before anything else is done."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._given: dict[str, tuple[str, str, str]] = {}
        self._telling: set[asyncio.Task[None]] = set()
        desk.channels.on_company = self._company_changed

    # --- coming and going -----------------------------------------------------------------------------------------

    async def join(self, visit: Visit, token: str) -> Frame:
        """Sit down where an invitation leads. Raises: NotFound when it holds no more."""
        chair = await self.desk.studio.archive.invitations.redeem(token[:200])
        seated = visit.model_copy(
            update={
                "session": chair.session,
                "host": chair.owner,
                "chair": chair.id,
                "role": chair.role.value,
                "calls": chair.calls,
                "seat": chair.seat,
                "window": 0,
            }
        )
        frame = await self.desk.caught_up(seated)
        return frame.model_copy(update={"plays": await self.desk.plays(seated)})

    async def refused(self, visit: Visit, act: str, *, nominates: bool = False) -> Frame | None:
        """The page of a guest whose chair is gone; None where the visit may do this.

        Raises: UserError for what the chair does not allow, or not now.
        """
        if why := refusal(visit, act, nominates=nominates):
            raise UserError(why)
        if not visit.chair or act == "fresh":
            return None
        try:
            await self.desk.studio.archive.invitations.get(visit.chair)
        except NotFound:
            notice = Notice(tone="warning", text=TAKEN_AWAY, beat=self.desk.beat())
            return (await self.desk.bill(visit.left())).model_copy(update={"notice": notice})
        if act == "send":
            check_turn((await self.desk.read(visit)).transcript, visit)
        return None

    def leave(self, page: str) -> None:
        """A page was closed."""
        self._given.pop(page, None)

    # --- chairs ---------------------------------------------------------------------------------------------------

    async def invite(self, visit: Visit, role: str, character: str, name: str, calls: bool) -> Frame:
        """Give a chair; the sheet then shows the link, this once. Raises: Invalid, NotFound."""
        if role not in set(Role):
            raise Invalid(f"There is no role '{role[:40]}'. Choose one of: {', '.join(Role)}.")
        opened = await self.desk.read(visit)
        store = self.desk.studio.archive.invitations
        wanted = Role(role)
        chair, token = await store.invite(
            opened.transcript.session,
            wanted,
            character="" if wanted is Role.DIRECTOR else character,
            name=name,
            calls=calls,
        )
        self._given[visit.page] = (chair.session, token, chair.name or "A guest")
        self._company_changed(chair.session)
        return Frame(sheet=await self.sheet(visit, opened))

    async def revoke(self, visit: Visit, id_: str) -> Frame:
        """Take a chair away; whoever sits in it is out at once. Raises: NotFound."""
        opened = await self.desk.read(visit)
        session = opened.transcript.session
        await self.desk.studio.archive.invitations.revoke(session, id_)
        self._given.pop(visit.page, None)
        if self.desk.channels.expel(session.id, id_):
            await self.desk.paused(visit)  # what they called for ends with the line that is being made
        self._company_changed(session.id)
        return Frame(sheet=await self.sheet(visit, opened))

    async def sheet(self, visit: Visit, opened: Opened) -> Sheet:
        """The sheet, with the newest chair's link for as long as it stays open."""
        page = await self.page(visit, opened)
        return Sheet(kind="table", page=page.model_dump(mode="json"), beat=self.desk.beat())

    async def page(self, visit: Visit, opened: Opened) -> TablePage:
        """What the sheet shows."""
        if not rights_of(visit).host:
            return TablePage(hidden="Chairs at this table are given by whoever invited you.")
        session = opened.transcript.session
        chairs = await self.desk.studio.archive.invitations.of(session)
        here = frozenset(place.chair for _, place in self.desk.channels.at(session.id))
        at, token, name = self._given.get(visit.page, ("", "", ""))
        return TablePage(
            chairs=chairs_of(session, chairs, here),
            people=tuple((member.id, member.name) for member in session.cast),
            token=token if at == session.id else "",
            given=name,
        )

    # --- who is here ----------------------------------------------------------------------------------------------

    def _company_changed(self, session: str) -> None:
        task = asyncio.get_running_loop().create_task(self._tell_company(session))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _tell_company(self, session: str) -> None:
        """Show everybody at a play who is there now."""
        channels = self.desk.channels
        places = list(channels.at(session))
        if not places:
            return
        try:
            play, chairs = await self._chairs(session, places[0][0])
        except StudioError as error:
            log.warning("who sits at a play could not be told: %s", error)
            return
        for page, _ in places:
            table = table_of(play, chairs, places, page).model_copy(update={"beat": self.desk.beat()})
            channels.tell(page, told(Frame(table=table), table.beat))

    async def _chairs(self, session: str, page: str) -> tuple[Session, tuple[Invitation, ...]]:
        archive = self.desk.studio.archive
        play = await archive.sessions.get(self.desk.channels.place(page).house, session)
        return play, await archive.invitations.of(play)
