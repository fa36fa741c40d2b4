"""Open pages and the way to each: a socket beside Gradio's queue, over which the stage is told what changes.

A frame through the queue costs some 25 ms of processor time, most of it spent on making components anew; over a socket
it costs what its JSON costs. Where there can be no socket, the queue carries everything.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from pydantic_core import to_json
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from studio.domain.event import DIRECTOR
from studio.domain.value import Value

TICKET_BYTES = 24
WAITING_MOST = 200
"""Messages a page may lag behind by; then its socket is closed, and it catches up when it comes back."""
GOING_AWAY = 1001
UNKNOWN = 4404


class Place(Value):
    """Where a page is: the play it shows, up to which version, and through whose eyes.

    `house`: whose play it is; `chair`: the invitation the page came by, empty for the owner's own; `plays`: whether the
    one it sees through is played by a person here.
    """

    session: str = ""
    version: int = -1
    seat: str = DIRECTOR
    house: str = ""
    chair: str = ""
    plays: bool = False


class Line:
    """What waits to be sent over one socket; None: nothing more."""

    def __init__(self) -> None:
        self.waiting: asyncio.Queue[bytes | None] = asyncio.Queue(WAITING_MOST)

    def put(self, message: bytes) -> bool:
        """Whether there was room for it."""
        try:
            self.waiting.put_nowait(message)
        except asyncio.QueueFull:
            return False
        return True


class Channels:
    """One for the whole process. Pages are known by Gradio's name for them, sockets by a ticket nobody can guess."""

    def __init__(self) -> None:
        self._tickets: dict[str, str] = {}
        self._pages: dict[str, str] = {}
        self._lines: dict[str, Line] = {}
        self._places: dict[str, Place] = {}
        self._playing: dict[str, str] = {}
        self._newest: dict[str, int] = {}
        self._expelled: set[str] = set()
        self._awaited: dict[str, tuple[str, int]] = {}
        self.on_company: Callable[[str], None] = lambda session: None

    # --- who is here ----------------------------------------------------------------------------------------------

    def admit(self, page: str) -> str:
        """The ticket with which a page opens its socket; the same for as long as the page stays."""
        if page not in self._pages:
            self._pages[page] = secrets.token_urlsafe(TICKET_BYTES)
            self._tickets[self._pages[page]] = page
        return self._pages[page]

    def leave(self, page: str) -> None:
        """A page was closed."""
        self._tickets.pop(self._pages.pop(page, ""), None)
        place = self._places.pop(page, Place())
        self.hang_up(page)
        self._left(place.session)
        if place.session:
            self.on_company(place.session)

    def take_place(self, page: str, place: Place) -> None:
        """Note where a page is now; one whose chair was taken away is nowhere."""
        place = Place() if place.chair in self._expelled else place
        before = self._places.get(page, Place())
        self._places[page] = place
        if (before.session, before.seat) != (place.session, place.seat):
            for session in {before.session, place.session} - {""}:
                self.on_company(session)
        if place.session and place.version > self._newest.get(place.session, -1):
            self._newest[place.session] = place.version
            self.moved(place.session, page)
        if before.session != place.session:
            self._left(before.session)

    def expel(self, session: str, chair: str) -> bool:
        """Let the pages in a chair hear nothing more of a play but that they are to look at it anew; whether one of
        them lets it run."""
        running = False
        self._expelled.add(chair)
        for page, place in self.at(session):
            if place.chair == chair:
                running |= self._playing.get(session) == page
                self.tell(page, {"moved": True})
                self.take_place(page, Place())
        return running

    def _left(self, session: str) -> None:
        """Forget what was known of a play that no page shows any more."""
        if not any(session == place.session for place in self._places.values()):
            self._newest.pop(session, None)
            self._awaited.pop(session, None)

    def place(self, page: str) -> Place:
        """Where a page was last seen."""
        return self._places.get(page, Place())

    def at(self, session: str) -> Iterator[tuple[str, Place]]:
        """The pages that show a play and can be reached, and where they sit."""
        for page, place in list(self._places.items()):
            if session and place.session == session and page in self._lines:
                yield page, place

    def others(self, session: str, page: str) -> list[tuple[str, Place]]:
        """Those of them that are not this page."""
        return [(other, place) for other, place in self.at(session) if other != page]

    # --- who plays ------------------------------------------------------------------------------------------------

    @contextmanager
    def playing(self, session: str, page: str) -> Iterator[None]:
        """While inside, a page lets a play run; the others are told when it begins and when it is over."""
        self._playing[session] = page
        self._awaited.pop(session, None)
        self.moved(session, page)
        try:
            yield
        finally:
            self._playing.pop(session, None)
            self.moved(session, page)

    def people(self, session: str, page: str) -> frozenset[str]:
        """The characters that persons on other pages play now. The owner's own pages count once there is a guest."""
        others = [place for other, place in self.at(session) if other != page]
        shared = self.place(page).chair or any(place.chair for place in others)
        return frozenset(place.seat for place in others if place.plays and (shared or place.chair))

    def awaits(self, session: str, version: int, character: str) -> None:
        """It is the turn of a character that a person plays, as long as the play stands at this version."""
        self._awaited[session] = (character, version)

    def awaited(self, session: str, version: int) -> str:
        """Whose turn it is, where a play waits for a person."""
        character, at = self._awaited.get(session, ("", -1))
        return character if at == version else ""

    def runs_elsewhere(self, session: str, page: str) -> bool:
        """Whether another page lets this play run."""
        return self._playing.get(session, page) != page

    # --- telling --------------------------------------------------------------------------------------------------

    def open(self, page: str) -> bool:
        """Whether a page has its socket."""
        return page in self._lines

    def tell(self, page: str, message: dict[str, Any]) -> bool:
        """Send a page something; whether it is on its way."""
        line = self._lines.get(page)
        if line is None:
            return False
        if line.put(to_json(message)):
            return True
        self.hang_up(page)
        return False

    def moved(self, session: str, page: str) -> None:
        """Let every other page of a play look at it anew."""
        for other, _ in self.others(session, page):
            self.tell(other, {"moved": True})

    def hang_up(self, page: str) -> None:
        """Close a page's socket; it may come back."""
        line = self._lines.pop(page, None)
        if line is not None:
            while not line.waiting.empty():
                line.waiting.get_nowait()
            line.waiting.put_nowait(None)

    @contextmanager
    def listening(self, page: str) -> Iterator[Line]:
        """While inside, what a page is told waits in the line."""
        self.hang_up(page)
        line = self._lines[page] = Line()
        if session := self.place(page).session:
            self.on_company(session)
        try:
            yield line
        finally:
            if self._lines.get(page) is line:
                del self._lines[page]
                if session := self.place(page).session:
                    self.on_company(session)

    # --- the socket -----------------------------------------------------------------------------------------------

    def route(self) -> WebSocketRoute:
        """`/house/channel/{ticket}`: from here to the page; what a page sends is not read."""
        return WebSocketRoute("/house/channel/{ticket}", self._serve)

    async def _serve(self, socket: WebSocket) -> None:
        page = self._tickets.get(socket.path_params["ticket"])
        await socket.accept()
        if page is None:
            await socket.close(UNKNOWN)
            return
        with self.listening(page) as line:
            tasks = asyncio.create_task(_until_gone(socket)), asyncio.create_task(_send(socket, line))
            try:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
            if socket.application_state is not WebSocketState.DISCONNECTED:
                with suppress(RuntimeError, WebSocketDisconnect):
                    await socket.close(GOING_AWAY)


async def _until_gone(socket: WebSocket) -> None:
    with suppress(WebSocketDisconnect):
        while True:
            await socket.receive_bytes()


async def _send(socket: WebSocket, line: Line) -> None:
    with suppress(WebSocketDisconnect, RuntimeError):
        while (message := await line.waiting.get()) is not None:
            await socket.send_text(message.decode())
