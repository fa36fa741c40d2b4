"""Files on their way between a visitor's machine and the library, each under a ticket nobody can guess."""

from __future__ import annotations

import asyncio
import itertools
import secrets
import shutil
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from studio.cards.report import visible
from studio.domain.job import Job
from studio.errors import Invalid, NotFound, StorageError, StudioError
from studio.intake.bulk import WORK
from studio.intake.parcels import MAX_FILE_BYTES, NAME_CHARS
from studio.wiring import Studio

SILENT_SECONDS = 120.0
"""A delivery that was not heard of for so long will bring nothing more: its tab was closed."""
HANDED_OUT = 64
"""Downloads that wait to be fetched, in this process."""
ADDRESS = "house"


@dataclass
class _Delivery:
    owner: str
    job: str
    heard: float
    numbers: itertools.count[int] = field(default_factory=itertools.count)


class Deliveries:
    """One for a process. What comes in becomes items of a job, which imports them while others are still on their
    way."""

    def __init__(self, studio: Studio, clock: Callable[[], float] = time.monotonic) -> None:
        self._studio = studio
        self._clock = clock
        self._coming: dict[str, _Delivery] = {}
        self._going: OrderedDict[str, Path] = OrderedDict()
        self._folder = studio.settings.data_dir / "outgoing"

    # --- in -----------------------------------------------------------------------------------------------------

    async def begin(self, owner: str, title: str) -> tuple[Job, str]:
        """A job for files that will be sent, and the ticket to send them under. Raises: StorageError."""
        job = await self._studio.jobs.start(owner, WORK, visible(title)[:NAME_CHARS] or "Files", sealed=False)
        ticket = secrets.token_urlsafe(24)
        self._coming[ticket] = _Delivery(owner, job.id, self._clock())
        return job, ticket

    async def receive(self, ticket: str, name: str, pieces: AsyncIterator[bytes]) -> None:
        """Take one file in as it comes, and have it imported.

        Raises: NotFound for a ticket that is none; Invalid for a file too large; StorageError. Nothing of it is kept.
        """
        delivery = self._delivery(ticket)
        parcels = self._studio.parcels
        draft = await asyncio.to_thread(parcels.draft, delivery.job, next(delivery.numbers))
        try:
            await self._written(delivery, draft, name, pieces)
            item = await asyncio.to_thread(parcels.sent, draft, name)
        except BaseException:
            await asyncio.to_thread(draft.unlink, True)
            raise
        await self._studio.jobs.add(delivery.owner, delivery.job, [item])

    async def _written(self, delivery: _Delivery, draft: Path, name: str, pieces: AsyncIterator[bytes]) -> None:
        size = 0
        try:
            with draft.open("wb") as file:
                async for piece in pieces:
                    size += len(piece)
                    if size > MAX_FILE_BYTES:
                        raise Invalid(f"{visible(name)} is larger than {MAX_FILE_BYTES >> 20} MB. Divide it.")
                    delivery.heard = self._clock()
                    await asyncio.to_thread(file.write, piece)
        except OSError as error:
            raise StorageError(
                f"{visible(name)} could not be kept ({error.strerror}). Make room, then go on."
            ) from error

    async def seal(self, ticket: str) -> Job:
        """Everything was sent. Raises: NotFound, StorageError."""
        delivery = self._coming.pop(ticket, None)
        if delivery is None:
            raise NotFound("This import is not waiting for files any more.")
        return await self._studio.jobs.add(delivery.owner, delivery.job, [], seal=True)

    def is_coming(self, job: str) -> bool:
        """Whether files of this job are still on their way."""
        return any(one.job == job for one in self._coming.values())

    async def settle(self, owner: str) -> None:
        """Seal what this owner's closed tabs left open. Raises: StorageError."""
        late = self._clock() - SILENT_SECONDS
        for ticket, delivery in list(self._coming.items()):
            if delivery.owner == owner and delivery.heard < late:
                del self._coming[ticket]
        for job in await self._studio.archive.jobs.list(owner, work=WORK):
            if not job.sealed and not self.is_coming(job.id):
                await self._studio.jobs.add(owner, job.id, [], seal=True)

    def _delivery(self, ticket: str) -> _Delivery:
        delivery = self._coming.get(ticket)
        if delivery is None:
            raise NotFound("This import is not waiting for files any more. Begin another.")
        delivery.heard = self._clock()
        return delivery

    # --- out ----------------------------------------------------------------------------------------------------

    def room(self, name: str) -> Path:
        """Where a file that somebody will fetch is written. Blocking. Raises: StorageError."""
        folder = self._folder / secrets.token_urlsafe(24)
        try:
            folder.mkdir(parents=True)
        except OSError as error:
            raise StorageError(f"{folder.parent} cannot be written ({error.strerror}).") from error
        return folder / name

    def hand_out(self, file: Path) -> str:
        """The address under which it can be fetched for a while. Blocking."""
        ticket = file.parent.name
        self._going[ticket] = file
        while len(self._going) > HANDED_OUT:
            _, old = self._going.popitem(last=False)
            shutil.rmtree(old.parent, ignore_errors=True)
        return f"{ADDRESS}/outgoing/{ticket}"

    def clear(self) -> None:
        """Let go of what nobody fetched. Blocking."""
        self._going.clear()
        shutil.rmtree(self._folder, ignore_errors=True)

    # --- over the wire ------------------------------------------------------------------------------------------

    def routes(self) -> list[Route]:
        """`PUT /house/incoming/{ticket}?name=…` with the file as body; `GET /house/outgoing/{ticket}`."""
        return [
            Route(f"/{ADDRESS}/incoming/{{ticket}}", self._incoming, methods=["PUT"]),
            Route(f"/{ADDRESS}/outgoing/{{ticket}}", self._outgoing),
        ]

    async def _incoming(self, request: Request) -> Response:
        name = request.query_params.get("name", "")[:NAME_CHARS]
        try:
            await self.receive(request.path_params["ticket"], name, request.stream())
        except ClientDisconnect:
            return Response(status_code=499)
        except NotFound as error:
            return JSONResponse({"error": str(error)}, status_code=404)
        except StudioError as error:
            return JSONResponse({"error": str(error)}, status_code=422)
        return JSONResponse({"status": "received"})

    async def _outgoing(self, request: Request) -> Response:
        file = self._going.get(request.path_params["ticket"])
        if file is None or not await asyncio.to_thread(file.is_file):
            return Response("This download is gone. Ask for it again.", status_code=404)
        headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        return FileResponse(file, filename=file.name, headers=headers)
