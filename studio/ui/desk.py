"""What the stage page does between a click and the engine: reads the play, changes it, and says what is to be shown."""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Callable
from typing import Literal
from weakref import WeakValueDictionary

from studio.domain.event import DIRECTOR
from studio.domain.memory import Recalled
from studio.domain.session import Decision
from studio.domain.transcript import Transcript
from studio.errors import Conflict, NotFound, StudioError, UserError
from studio.export.base import EXPORTERS
from studio.library import Library
from studio.memory.policies import POLICIES
from studio.roleplay import happenings
from studio.roleplay.engine import Engine
from studio.roleplay.lore_calling import Considered
from studio.roleplay.modes.base import MODES
from studio.roleplay.speakers.base import SPEAKERS
from studio.ui.channels import Channels, Place
from studio.ui.feedback import Notice, notice_of
from studio.ui.forms import Option, bill_of, options_of
from studio.ui.frame import Bar, Frame, told
from studio.ui.opened import Opened
from studio.ui.panels import (
    Backstage,
    Controls,
    Plays,
    State,
    backstage_of,
    controls_of,
    last_decision,
    plays_of,
    safety_note,
    total_usage,
)
from studio.ui.present import WINDOW, Live, Script, script_of, shown_to
from studio.ui.rights import rights_of
from studio.ui.roster import writer_sentence
from studio.ui.scrolling import Where, scrolled
from studio.ui.table import Table, turn_of
from studio.ui.takes import takes_of
from studio.ui.visit import Visit, is_guest
from studio.ui.writers import Writers
from studio.wiring import Studio

log = logging.getLogger("studio.ui")
PLAYS_LISTED = 30
GUEST_NOTE = "You are a guest here: only this browser can open your plays again."


class Desk:
    """One for the whole process. What is a visitor's own is keyed by the page of their visit."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self.writers = Writers(studio)
        self.channels = Channels()
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._catching: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._background: set[asyncio.Task[int]] = set()
        self._beats = itertools.count(1)
        self._pausing: set[str] = set()

    # --- reading ------------------------------------------------------------------------------------------------

    def beat(self) -> int:
        """A number no earlier answer carried, so that the page takes each for new."""
        return next(self._beats)

    def lock(self, visit: Visit) -> asyncio.Lock:
        """One writer a session in this process; a second tab waits, then learns that the play moved on."""
        return self._locks.setdefault(visit.session, asyncio.Lock())

    async def paused(self, visit: Visit) -> Frame:
        """Let the play this visit sees halt after the line that is being made; the page says so by itself."""
        self._pausing.add(visit.session)
        return Frame()

    def unpause(self, visit: Visit) -> bool:
        """Forget a pause; whether one was asked for."""
        asked = visit.session in self._pausing
        self._pausing.discard(visit.session)
        return asked

    async def engine(self, visit: Visit) -> Engine:
        """The engine this visit's lines are made with: at somebody else's table the host's, while the host is there."""
        hosts = (page for page, place in self.channels.at(visit.session) if visit.chair and not place.chair)
        lender = next(hosts, visit.page)
        return await self.writers.engine(visit.model_copy(update={"page": lender}))

    async def library(self, visit: Visit) -> Library:
        """What this visit's owner can play: what ships with the studio, and their own. Raises: StorageError."""
        return await self.studio.workshop(visit.owner).library()

    async def read(self, visit: Visit) -> Opened:
        """The play this visit looks at. Raises: NotFound, also for another owner's."""
        sessions = self.studio.archive.sessions
        transcript = await sessions.transcript(visit.house, visit.session)
        tree = await sessions.tree(transcript.session)
        return Opened.model_construct(
            transcript=transcript,
            tree=tree,
            draft=await sessions.draft(visit.house, visit.session),
            trail=await self.studio.archive.trails.get(transcript.session),
        )

    async def read_to_write(self, visit: Visit) -> Transcript:
        """The play, to be written to. Raises: Conflict when this tab has not seen its newest state."""
        transcript = await self.studio.archive.sessions.transcript(visit.house, visit.session)
        if transcript.session.version != visit.version:
            raise Conflict(
                "It was changed in another tab or window since this one showed it. Reload to see it as it is."
            )
        return transcript

    def frame(
        self,
        visit: Visit,
        opened: Opened,
        *,
        state: State = "idle",
        status: str = "",
        decision: Decision | None = None,
        recalled: tuple[Recalled, ...] = (),
        lore: tuple[Considered, ...] | None = None,
        notice: Notice | None = None,
        curtain: str = "",
    ) -> Frame:
        """Everything about a play as it stands."""
        transcript = opened.transcript
        session = transcript.session
        curtain = curtain or happenings.over(transcript)
        visit = self.placed(visit, session.version)
        rights = rights_of(visit)
        controls = self._controls(visit, opened, state, status or ("The curtain is down." if curtain else ""))
        model = self.writers.chosen(visit)
        name = model.name if model else session.model
        return Frame(
            visit=visit,
            bar=self.bar("play" if rights.host else "guest", session.title),
            script=script_of(
                transcript,
                visit.seat,
                takes=takes_of(opened.tree, transcript.told, visit.seat),
                window=visit.window or WINDOW,
                until=visit.until,
                draft=None if controls.elsewhere else opened.draft,
                curtain=curtain,
                directs=rights.direct,
            ),
            live=Live(),
            backstage=backstage_of(
                transcript,
                visit.seat,
                total_usage(opened.tree),
                name,
                decision or last_decision(transcript),
                recalled,
                lore,
                guest=not rights.host,
            ),
            controls=controls,
            notice=notice or Notice(beat=self.beat()),
        )

    def _controls(self, visit: Visit, opened: Opened, state: State, status: str) -> Controls:
        """The composer: what runs on another page runs here too, and cannot be stopped from here."""
        session = opened.transcript.session
        elsewhere = self.channels.runs_elsewhere(session.id, visit.page)
        if elsewhere:
            state, status = "running", "Somebody else lets the play go on…"
        elif awaited := self.channels.awaited(session.id, session.version):
            status = status or turn_of(session, awaited, visit.seat)
        return controls_of(
            opened.transcript,
            visit.seat,
            state=state,
            status=status or "Ready",
            can_redo=opened.can_redo,
            beat=self.beat(),
            rights=rights_of(visit),
            elsewhere=elsewhere,
        )

    def placed(self, visit: Visit, version: int) -> Visit:
        """The visit as it sees a version of its play, noted where others at the play can find it."""
        visit = visit.model_copy(update={"version": version})
        at = Place(
            session=visit.session,
            version=version,
            seat=visit.seat,
            house=visit.house,
            chair=visit.chair,
            plays=visit.plays,
        )
        self.channels.take_place(visit.page, at)
        return visit

    def overheard(self, visit: Visit, live: Callable[[str], Live]) -> None:
        """Show the other pages at a play the line that is being made, as far as each may perceive it."""
        for page, place in self.channels.others(visit.session, visit.page):
            self.channels.tell(page, told(Frame(live=live(place.seat))))

    def bar(self, mode: Literal["bill", "play", "guest"], title: str = "") -> Bar:
        """The bar, with the formats a play can leave in."""
        formats = options_of(EXPORTERS) if mode == "play" else ()
        return Bar(mode=mode, title=title, formats=formats)

    async def plays(self, visit: Visit) -> Plays:
        """This owner's plays, as searched for."""
        wanted = max(visit.listed, PLAYS_LISTED)
        found = await self.studio.archive.sessions.list(
            visit.owner, query=visit.query, archived=visit.archived, limit=wanted + 1
        )
        return plays_of(
            found[:wanted],
            self.studio.clock(),
            current=visit.session,
            query=visit.query,
            archived=visit.archived,
            more=len(found) > wanted,
            note=" ".join(filter(None, (GUEST_NOTE if is_guest(visit.owner) else "", self._safety()))),
        )

    def _safety(self) -> str:
        kept = self.studio.safekeeping
        return safety_note(kept.safe_at, kept.trouble, self.studio.clock()) if kept else ""

    async def bill(self, visit: Visit, chosen: str = "", guest: str = "", follows: str = "") -> Frame:
        """Tonight's bill: no play is open. `guest`: somebody to be in the cast whatever the scene; `follows`: the play
        the next one is to go on from. Raises: NotFound."""
        library = await self.library(visit)
        scenes, characters = await asyncio.to_thread(lambda: (library.scenes(), library.characters()))
        before = await self.studio.archive.sessions.get(visit.owner, follows) if follows else None
        model = self.writers.chosen(visit)
        directs = bool(model and model.capabilities.directs)
        away = {"session": "", "seat": DIRECTOR, "retry": None, "again": "", "follows": follows}
        visit = self.placed(visit.left().model_copy(update=away), -1)
        return Frame(
            table=Table(),
            visit=visit,
            bar=self.bar("bill"),
            bill=bill_of(
                scenes,
                characters,
                chosen=chosen,
                guest=guest,
                before=before,
                writer=writer_sentence(self.studio.settings, model),
                speakers=(
                    Option(
                        name="", title="As suits the model", summary="The narrator plans where the model is up to it."
                    ),
                    *options_of(SPEAKERS),
                ),
                speakers_default="director" if directs else "",
                memory=options_of(POLICIES),
                modes=options_of(MODES),
                beat=self.beat(),
            ),
            script=Script(),
            live=Live(),
            backstage=Backstage(),
            controls=Controls(beat=self.beat()),
            notice=Notice(beat=self.beat()),
            plays=await self.plays(visit),
        )

    async def fresh_bill(self, visit: Visit) -> Frame:
        """The bill anew, where it is what the page shows: the library or the model may have changed meanwhile."""
        return (
            Frame()
            if visit.session or not visit.owner
            else Frame(bill=(await self.bill(visit, follows=visit.follows)).bill)
        )

    # --- opening and looking ------------------------------------------------------------------------------------

    async def open(self, visit: Visit, session: str) -> Frame:
        """Show a play, as its director. Raises: NotFound."""
        if session != visit.session:
            visit = visit.left().model_copy(update={"seat": DIRECTOR, "window": 0, "until": ""})
        visit = visit.model_copy(update={"session": session, "retry": None, "again": ""})
        async with self.lock(visit):
            frame = self.frame(visit, await self.read(visit))
        return frame.model_copy(update={"plays": await self.plays(visit)})

    async def caught_up(self, visit: Visit) -> Frame:
        """The play as it stands, also while another page lets it go on. Raises: NotFound."""
        if not visit.session:
            return Frame()
        async with self._catching.setdefault(visit.page, asyncio.Lock()):
            frame = self.frame(visit, await self.read(visit))
        return frame.model_copy(update={"notice": None, "live": None if frame.controls_run else frame.live})

    async def arrive(self, visit: Visit, last: str) -> Frame:
        """A visitor comes (back): to the play they left, else to the bill."""
        if last:
            try:
                return await self.open(visit, last)
            except NotFound:
                pass  # erased meanwhile, or remembered by a browser whose owner it no longer is
        return await self.bill(visit)

    async def stopped(self, visit: Visit) -> Frame:
        """After *Stop*: wait until the turn has let go, then show what stands."""
        async with self.lock(visit):
            opened = await self.read(visit)
        return self.frame(visit, opened, state="stopped", status="Stopped")

    async def sit(self, visit: Visit, seat: str) -> Frame:
        """See the play from another chair. Raises: UserError for a chair that is not there."""
        opened = await self.read(visit)
        if seat != DIRECTOR and seat not in {member.id for member in opened.transcript.session.cast}:
            raise UserError("That character is not in this play.")
        frame = self.frame(visit.model_copy(update={"seat": seat}), opened)
        seen = frame.visit and frame.visit.model_copy(update={"version": visit.version})
        return frame.model_copy(update={"visit": seen})

    async def scroll(self, visit: Visit, where: Where, line: str = "") -> Frame:
        """Show more of the beginning or of the end, the newest lines, or those around a `line`."""
        seen = [event.id for event in shown_to((await self.read(visit)).transcript, visit.seat)]
        window, until = scrolled(seen, visit.window or WINDOW, visit.until, where, line)
        return await self.sit(visit.model_copy(update={"window": window, "until": until}), visit.seat)

    async def mishap(self, visit: Visit, error: Exception, restore: str = "") -> Frame:
        """The page after an error that nothing nearer could answer: the notice, and controls that work again.

        `restore`: a text that was on its way; it is given back unless it was stored.
        """
        notice = notice_of(error).model_copy(update={"beat": self.beat()})
        if not visit.session:
            return Frame(notice=notice)
        try:
            opened = await self.read(visit)
        except StudioError as worse:
            return Frame(notice=notice_of(worse).model_copy(update={"beat": self.beat()}))
        lost = isinstance(error, Conflict) or opened.transcript.session.version == visit.version
        controls = self.frame(visit, opened).controls
        given_back = controls and controls.model_copy(update={"restore": restore if lost else ""})
        return Frame(notice=notice, controls=given_back, live=Live())

    async def astray(self, visit: Visit, error: Exception) -> Frame:
        """The page of somebody who could not come where they wanted to: the bill, and why."""
        notice = notice_of(error).model_copy(update={"beat": self.beat()})
        try:
            return (await self.bill(visit)).model_copy(update={"notice": notice})
        except StudioError:
            return Frame(visit=visit, notice=notice)

    # --- after the turn -----------------------------------------------------------------------------------------

    def remember_later(self, engine: Engine, transcript: Transcript) -> None:
        """Let the hearers remember while the person reads. What fails is caught up with at a later turn."""
        task = asyncio.create_task(engine.remember(transcript))
        self._background.add(task)
        task.add_done_callback(self._remembered)

    def _remembered(self, task: asyncio.Task[int]) -> None:
        self._background.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.warning("memories are behind: %s", error if isinstance(error, StudioError) else type(error).__name__)
