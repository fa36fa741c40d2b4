"""Everything, lossless: the session and each event as stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from studio.domain.transcript import Transcript
from studio.export.base import Exporter, json_line, origin
from studio.registry import Card


class Raw(Exporter):
    """A header line `{"session", "provenance"}`, then one line `{"event"}` for each event from the root to the head.

    Edits, deletions, thoughts, notes, usage and prompt digests are all there; overlays are not applied. The one thing
    left out is the owner: whose play it is says nothing about the play.
    """

    card: ClassVar[Card] = Card(
        name="raw",
        title="Raw events (JSONL)",
        summary="The session and every event on the path as stored, thoughts and edits included: nothing is lost.",
    )
    media_type: ClassVar[str] = "application/jsonl"
    ending: ClassVar[str] = ".events.jsonl"

    def export(self, transcripts: Iterable[Transcript]) -> Iterator[str]:
        """The header and events of each play, one after the other."""
        for transcript in transcripts:
            header = transcript.session.model_dump(mode="json", exclude={"owner"})
            provenance = origin(self, transcript, transcript.events).model_dump(mode="json", exclude={"events"})
            yield json_line({"session": header, "provenance": provenance})
            for event in transcript.events:
                yield json_line({"event": event.model_dump(mode="json", by_alias=True)})
