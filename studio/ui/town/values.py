"""What the Town page shows, and what it may be asked."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from studio.domain.value import Value
from studio.ui.present import Person

RESIDENTS = 25


def _clipped(text: object) -> object:
    return text[:600] if isinstance(text, str) else text


Words = Annotated[str, BeforeValidator(_clipped)]


class Wish(Value):
    """A town to look at or to go on with, or a new one to begin. `frame`: which minute of the replay, −1 for the
    last."""

    town: Words = ""
    frame: int = -1
    residents: tuple[Words, ...] = Field(default=(), max_length=RESIDENTS)
    rumour: Words = ""
    knower: Words = ""
    hours: float = Field(default=4, gt=0, le=48)
    step: int = Field(default=60, ge=5, le=240)
    lines: int = Field(default=4, ge=2, le=20)


class Known(Value):
    """A town there is."""

    id: str
    title: str
    when: str


class Point(Value):
    """An hour of the charts; shares 0–1."""

    label: str
    knowing: float
    density: float


class Resident(Value):
    """Where somebody is and what they do; `heard`: when they learnt the rumour, empty if they did not."""

    person: Person
    place: str
    doing: str
    heard: str = ""


class Said(Value):
    """A line, or something that happened."""

    person: Person | None
    text: str


class Chart(Value):
    """A town as it stands."""

    id: str
    title: str
    rumour: str = ""
    now: str = ""
    hours: tuple[Point, ...] = ()
    residents: tuple[Resident, ...] = ()
    ties: int = 0
    conversations: int = 0
    lines: int = 0
    calls: int = 0
    frames: int = 0
    frame: int = 0
    frame_at: str = ""
    said: tuple[Said, ...] = ()


class Page(Value):
    """The whole of it. `state`: `running` while hours are being lived."""

    towns: tuple[Known, ...] = ()
    people: tuple[Person, ...] = ()
    chart: Chart | None = None
    state: str = "idle"
    until: str = ""
    writer: str = ""
    stale: bool = False
    beat: int = 0
