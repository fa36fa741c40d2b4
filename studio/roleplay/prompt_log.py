"""Keeps the prompt of every line a model wrote, once nobody waits any more."""

from __future__ import annotations

from pydantic import ValidationError

from studio.archive import Archive
from studio.archive.prompts import Kept
from studio.domain.event import Event
from studio.domain.message import Request
from studio.domain.session import Session
from studio.domain.transcript import Transcript
from studio.errors import StorageError
from studio.llm.client import Model
from studio.llm.recording import Recorder

DIGESTS_KEPT = 256


class PromptLog:
    """Matches what the models were asked to the events that came of it, by the digest each event carries. `heard`: a
    model as the engine is to use it, which keeps what it is asked until it is written away."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._recorders: list[Recorder] = []
        self._digests: dict[int, tuple[Request, str]] = {}

    def heard(self, model: Model) -> Model:
        """The model, listened to."""
        recorder = Recorder(model)
        self._recorders.append(recorder)
        return recorder

    async def keep(self, transcript: Transcript) -> int:
        """Write away the prompts of this path's events; how many. Safe to repeat, and beside a turn being played: what
        led to no event yet stays, and is forgotten when enough was asked since.

        Raises: StorageError; the prompts stay for the next time.
        """
        asked = {self._digest(request): request for recorder in self._recorders for request in recorder.requests}
        found: dict[str, list[Kept]] = {}
        for event in transcript.events if asked else ():
            digest = event.provenance.prompt_digest if event.provenance else ""
            if digest in asked:
                body = asked[digest].model_dump_json(exclude_defaults=True)
                kept = Kept(event=event.id, caller=asked[digest].caller, body=body)
                found.setdefault(digest, []).append(kept)
        kept_now = [kept for prompts in found.values() for kept in prompts]
        await self._archive.prompts.add(transcript.session, kept_now)
        for recorder in self._recorders:
            for request in [one for one in recorder.requests if self._digest(one) in found]:
                recorder.requests.remove(request)
                self._digests.pop(id(request), None)
        return len(kept_now)

    def of(self, event: Event) -> Request | None:
        """The request that led to an event, while it is not written away yet."""
        digest = event.provenance.prompt_digest if event.provenance else ""
        asked = (request for recorder in self._recorders for request in reversed(recorder.requests))
        return next((request for request in asked if self._digest(request) == digest), None)

    def _digest(self, request: Request) -> str:
        if len(self._digests) > DIGESTS_KEPT:
            self._digests.clear()
        known, digest = self._digests.get(id(request), (None, ""))
        if known is not request:
            digest = request.provenance("").prompt_digest
            self._digests[id(request)] = (request, digest)
        return digest


async def prompt_of(archive: Archive, of: Session, event: str) -> Request | None:
    """The request that led to an event; None where none was kept.

    Raises: NotFound for another owner's session; StorageError, also for one that cannot be read.
    """
    body = await archive.prompts.get(of, event)
    try:
        return None if body is None else Request.model_validate_json(body)
    except ValidationError as error:
        raise StorageError(f"The prompt of event {event} cannot be read: {error.errors()[0]['msg']}.") from error
