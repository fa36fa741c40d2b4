"""What the Memory page shows, and what it may be asked."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from studio.domain.memory import MemoryKind
from studio.domain.value import Value
from studio.ui.forms import Option
from studio.ui.present import Person

LINES = 40
MAPPED = 400
TEXT_CHARS = 2000

View = Literal["time", "map", "known", "written"]


def _clipped(text: object) -> object:
    return text[:TEXT_CHARS] if isinstance(text, str) else text


Words = Annotated[str, BeforeValidator(_clipped)]


class Look(Value):
    """Whose mind, in which story (continuity), and what of it. `focal` is what is put to the character; `later_days`:
    how long after now."""

    character: Words = ""
    continuity: Words = ""
    view: View = "time"
    words: Words = ""
    kind: MemoryKind | None = None
    pinned: bool = False
    forgotten: bool = False
    least: float = Field(default=1, ge=1, le=10)
    page: int = Field(default=0, ge=0, le=1_000_000)
    focal: Words = ""
    policy: Words = ""
    later_days: float = Field(default=0, ge=0, le=3650)
    about: Words = ""


class Wish(Value):
    """Something to do with memories. `act` is the id of what is to be undone; `seq` counts what a tab asked, so that it
    knows the answer to its last question."""

    look: Look = Look()
    seq: int = 0
    open: Words = ""
    ids: tuple[str, ...] = Field(default=(), max_length=1000)
    text: str = Field(default="", max_length=50_000)
    importance: float | None = None
    pinned: bool = True
    act: Words = ""


class Mind(Value):
    """A character that remembers something."""

    person: Person
    count: int


class Story(Value):
    """A continuity of a character, by the last play of it."""

    id: str
    title: str
    count: int


class Line(Value):
    """One memory. `rests_on`: how many it was concluded from. The three scores are of a recall, 0–1."""

    id: str
    text: str
    kind: str
    when: str
    importance: float
    pinned: bool = False
    forgotten: bool = False
    about: str = ""
    rests_on: int = 0
    by: str = ""


class Scored(Value):
    """A memory that came to mind."""

    line: Line
    recency: float
    importance: float
    relevance: float
    score: float
    why: str = ""


class Branch(Value):
    """A memory and what it was concluded from."""

    line: Line
    evidence: tuple[Branch, ...] = ()
    missing: int = 0


class Opened(Value):
    """One memory, with its grounds and how much was concluded from it."""

    tree: Branch
    conclusions: tuple[Line, ...] = ()


class Spot(Value):
    """A memory on the map, x and y 0–1: near ones tell of like things."""

    id: str
    x: float
    y: float
    kind: str
    importance: float
    text: str


class Statement(Value):
    """Something known of a person, what it was learnt from, and what it took the place of."""

    line: Line
    learnt_from: tuple[Line, ...] = ()
    overruled: tuple[Line, ...] = ()


class Version(Value):
    """A version of a written memory."""

    id: str
    when: str
    points: tuple[str, ...] = ()
    tokens: int = 0


class Recall(Value):
    """What came to mind for a text, and how full the reflection meter is."""

    focal: str = ""
    scored: tuple[Scored, ...] = ()
    meter: float = 0
    full: float = 1
    problem: str = ""


class Page(Value):
    """The whole of it. `stale`: only that the page is to ask anew."""

    look: Look = Look()
    minds: tuple[Mind, ...] = ()
    stories: tuple[Story, ...] = ()
    kinds: dict[str, int] = {}
    people: tuple[Person, ...] = ()
    policies: tuple[Option, ...] = ()
    lines: tuple[Line, ...] = ()
    total: int = 0
    pages: int = 0
    opened: Opened | None = None
    spots: tuple[Spot, ...] = ()
    known: tuple[Statement, ...] = ()
    versions: tuple[Version, ...] = ()
    recall: Recall | None = None
    seq: int = 0
    stale: bool = False
    beat: int = 0
