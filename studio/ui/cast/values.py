"""What the components of the Cast page show, and what they ask for."""

from __future__ import annotations

from pydantic import Field, JsonValue

from studio.domain.options import World
from studio.domain.value import Value
from studio.ui.cast.form import Mark
from studio.ui.cast.surveys import Asked, Results
from studio.ui.forms import Option
from studio.ui.present import Person


class Ask(Value):
    """What the workbench sends with every wish. `key`: what is open; `base` and `version`: the saved state and the
    draft it has seen; `patch`: the fields changed since the last answer. The rest belongs to single wishes."""

    seq: int = 0
    key: str = Field(default="", max_length=100)
    base: int = 0
    version: int = 0
    patch: dict[str, JsonValue] = {}
    scene: str = Field(default="", max_length=100)
    locks: tuple[str, ...] = ()
    path: str = ""
    world: World = "today"
    seed: str = ""
    wish: str = ""
    name: str = ""
    text: str = ""
    number: int = 0
    over: bool = False


class Opened(Value):
    """What is put on the bench. `form`: what is to be written on; `saved`: as it stands in the library, None for one
    that was never saved. `keep`: the same character as before, so that undo still reaches back."""

    key: str = ""
    id: str = ""
    form: dict[str, JsonValue] | None = None
    saved: dict[str, JsonValue] | None = None
    base: int = 0
    version: int = 0
    own: bool = False
    shipped: bool = False
    person: Person | None = None
    keep: bool = False


class Kept(Value):
    """What of the bench is safe on the server now."""

    key: str
    version: int
    said: str
    hue: int = 0


class Laid(Value):
    """Values to lay into the form, by path, as one step that can be undone."""

    values: dict[str, JsonValue] = {}
    why: str = ""
    seed: str = ""


class VersionLine(Value):
    """A kept state in the list of them."""

    number: int
    when: str
    why: str
    changed: tuple[str, ...] = ()
    current: bool = False


class TraceLine(Value):
    """What became of one entry in a trial."""

    entry: str
    fired: bool
    sentence: str


class Choice(Value):
    """An option of a pool."""

    name: str
    meaning: str = ""
    group: str = ""
    against: tuple[str, ...] = ()


class Scale(Value):
    """One of the Big Five, and its two ends."""

    name: str
    title: str
    low: str
    high: str


class Pools(Value):
    """What the page offers to pick from. `rolled`: the fields chance can fill; `writers`: what a model can write."""

    picks: dict[str, tuple[Choice, ...]] = {}
    scales: tuple[Scale, ...] = ()
    rolled: tuple[str, ...] = ()
    writers: tuple[Option, ...] = ()
    fills: dict[str, tuple[str, ...]] = {}
    titles: dict[str, str] = {}
    cast: tuple[Person, ...] = ()
    surveys: Asked | None = None


class Sheet(Value):
    """The workbench component: an answer to the wish `seq`. What is None stays as it is. `stale`: it failed because
    another tab wrote; `redo`: what the page is to ask again, without minding that."""

    seq: int = 0
    opened: Opened | None = None
    kept: Kept | None = None
    laid: Laid | None = None
    marks: tuple[Mark, ...] | None = None
    versions: tuple[VersionLine, ...] | None = None
    trace: tuple[TraceLine, ...] | None = None
    pools: Pools | None = None
    results: Results | None = None
    failed: bool = False
    stale: bool = False
    redo: str = ""
    beat: int = 0


class Pen(Value):
    """A model at work on the form. `pieces`: the texts so far, by path; `values`: what is to be laid in at the end."""

    state: str = ""
    title: str = ""
    field: str = ""
    pieces: dict[str, str] = {}
    values: dict[str, JsonValue] = {}
    notes: tuple[str, ...] = ()
    key: str = ""
    beat: int = 0


class Member(Value):
    """Somebody in the list. `draft`: something of them is not saved."""

    key: str
    person: Person
    draft: bool = False
    own: bool = False


class Company(Value):
    """The list component: one's own, and the house's to begin from."""

    mine: tuple[Member, ...] = ()
    house: tuple[Member, ...] = ()
    current: str = ""
    beat: int = 0


class Piece(Value):
    """One part of what a model is told: whose, its text, and how many tokens, about."""

    part: str
    label: str
    text: str
    tokens: int


class Said(Value):
    """One message of a prompt after the first."""

    role: str
    text: str
    tokens: int


class Told(Value):
    """The preview component. `left_out`: what is written and not told; `shortened`: what is told in part, both for want
    of room; `trouble`: why there is nothing to see."""

    key: str = ""
    scene: str = ""
    scenes: tuple[Option, ...] = ()
    model: str = ""
    simple: bool = False
    pieces: tuple[Piece, ...] = ()
    said: tuple[Said, ...] = ()
    tokens: int = 0
    left_out: tuple[str, ...] = ()
    shortened: tuple[str, ...] = ()
    trouble: str = ""
    beat: int = 0
