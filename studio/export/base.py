"""What every format shares: the contract, the registry, and where a file says it comes from."""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Iterable, Iterator
from typing import ClassVar

from studio import __version__
from studio.domain.event import SCHEMA, Event
from studio.domain.transcript import Transcript
from studio.domain.value import Value
from studio.registry import CardedMethod, Registry


class Exporter(CardedMethod):
    """A file format. Overlays are applied unless the format says otherwise; notes and ratings are no part of a play."""

    media_type: ClassVar[str]
    ending: ClassVar[str]
    versions: ClassVar[bool] = False
    """It tells the other versions of lines too: it wants transcripts read `whole`."""

    @abstractmethod
    def export(self, transcripts: Iterable[Transcript]) -> Iterator[str]:
        """The text of the file (UTF-8, `\\n` line ends) piece by piece; joined, the pieces are the whole file."""

    def file_name(self, transcript: Transcript) -> str:
        """A name for a file with this one play: our own session id, never a title somebody typed."""
        return f"{transcript.session.id}{self.ending}"


class Origin(Value):
    """Where exported text comes from: enough to find the play again and to know what wrote it.

    `models` are those that wrote the events, in order of first use. `events` are the ids of what the file tells.
    """

    studio: str
    format: str
    event_schema: int
    session: str
    continuity: str
    scene: str
    head: str
    tip: str | None
    seed: int
    models: tuple[str, ...]
    events: tuple[str, ...]

    @property
    def line(self) -> str:
        """All of it but the event ids, on one line for the foot of a page."""
        facts = (
            f"Greenroom {self.studio}",
            f"session {self.session}",
            f"continuity {self.continuity}",
            f"scene {self.scene}",
            f"head {self.head} at {self.tip}",
            f"models: {', '.join(self.models) or 'none'}",
            f"seed {self.seed}",
            f"format {self.format}",
            f"event schema {self.event_schema}",
        )
        return " · ".join(facts)


def origin(method: Exporter, transcript: Transcript, events: Iterable[Event]) -> Origin:
    """The provenance of these events of a transcript, as written by this format."""
    events = tuple(events)
    session = transcript.session
    models = dict.fromkeys(event.provenance.model for event in events if event.provenance)
    return Origin(
        studio=__version__,
        format=f"{method.card.name}/{method.card.version}",
        event_schema=SCHEMA,
        session=session.id,
        continuity=session.continuity,
        scene=session.scene.id,
        head=session.head,
        tip=session.tip,
        seed=session.seed,
        models=tuple(models),
        events=tuple(event.id for event in events),
    )


def json_line(row: dict[str, object]) -> str:
    """One row of a JSON Lines file, keys in the order given."""
    return json.dumps(row, ensure_ascii=False) + "\n"


EXPORTERS: Registry[Exporter] = Registry("studio.export", Exporter)  # type: ignore[type-abstract]
