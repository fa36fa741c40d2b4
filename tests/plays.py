"""Small invented plays for tests: three people in a lighthouse, one of them with a secret."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from studio.domain.character import Character, Voice
from studio.domain.event import Event, Kind
from studio.domain.scene import Beat, Ending, Part, Scene
from studio.domain.session import Session
from studio.domain.transcript import Transcript

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SECRET = "the spare key hangs inside the fog bell"
PART_SECRET = "he has already wired the owner for money"

ADA = Character(
    id="ada",
    name="Ada Voss",
    age=61,
    career="lighthouse keeper",
    traits=("stubborn", "dry", "exact"),
    skills=("reading weather",),
    goals=("Keep the lamp lit until morning.",),
    secrets=(f"Ada knows that {SECRET}.",),
    speech=Voice(style="clipped", habits=("counts under her breath",), examples=("Wind's backing. Shut that.",)),
    relationships={"bo": "your nephew; you raised him"},
    talkativeness=0.4,
)
BO = Character(id="bo", name="Bo Lind", career="radio salesman", traits=("cheerful",), talkativeness=0.9)
CY = Character(id="cy", name="Cy Marsh", career="inspector of lamps", skills=("bookkeeping",), talkativeness=0.5)
CAST = (ADA, BO, CY)

SCENE = Scene(
    id="lamp-room",
    title="The lamp room",
    place="a lighthouse",
    premise="The inspector arrives on the night the lamp fails.",
    cast=(Part(character="ada"), Part(character="bo", secret=PART_SECRET), Part(character="cy", entrance="turn 2")),
    opening="Rain on the glass. The lamp turns slower than it should.",
    events=(Beat(when=3, what="The generator coughs and dies."),),
    end=Ending(max_turns=12),
)


class Clock:
    """A clock that moves on by a second whenever it is read."""

    def __init__(self, start: datetime = NOON) -> None:
        self.now = start

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def session(scene: Scene = SCENE, cast: Sequence[Character] = CAST, **fields: Any) -> Session:
    """A session of the lamp room that no archive has seen."""
    defaults: dict[str, Any] = {"id": "s1", "owner": "me", "continuity": "s1", "title": scene.title}
    times = {"created_at": NOON, "updated_at": NOON}
    return Session(**{**defaults, **times, "scene": scene, "cast": tuple(cast), **fields})


class Log:
    """Builds a transcript line by line."""

    def __init__(self, **fields: Any) -> None:
        self.transcript = Transcript(session=session(**fields))
        self._clock = Clock()

    def add(self, kind: Kind, actor: str, text: str = "", audience: Sequence[str] | None = None, **parts: Any) -> Event:
        """Append an event heard by those on stage, or by `audience`."""
        heard = self.transcript.present if audience is None else audience
        event = Event(
            id=f"e{len(self.transcript.events):04}",
            session=self.transcript.session.id,
            kind=kind,
            actor=actor,
            text=text,
            audience=tuple(sorted(heard)),
            parts=parts,
            at=self._clock(),
        )
        self.transcript = self.transcript.extended([event], self.transcript.session)
        return event

    def say(self, actor: str, text: str, **parts: Any) -> Event:
        """A spoken line."""
        return self.add(Kind.SPEECH, actor, text, **parts)

    def enter(self, character: str) -> Event:
        """Somebody comes in and perceives their own entrance."""
        audience = sorted({*self.transcript.present, character})
        return self.add(Kind.ENTER, "narrator", f"{character} comes in.", audience, character=character)

    def leave(self, character: str) -> Event:
        """Somebody goes and perceives their own exit."""
        return self.add(Kind.LEAVE, "narrator", f"{character} leaves.", character=character)


def dice(seed: int = 7) -> random.Random:
    """Seeded chance."""
    return random.Random(seed)
