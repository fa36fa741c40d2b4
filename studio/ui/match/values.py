"""What the Match page shows, and what it may be asked."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from studio.domain.value import Value
from studio.ui.forms import Option
from studio.ui.present import Person

SHOWN = 5
TEXT_CHARS = 12_000

View = Literal["talk", "kin", "cast", "shelf"]


def _clipped(text: object) -> object:
    return text[:TEXT_CHARS] if isinstance(text, str) else text


Words = Annotated[str, BeforeValidator(_clipped)]


class Wish(Value):
    """Everything a visitor may ask of this page. Empty fields ask for nothing."""

    view: View = "talk"
    feeling: Words = ""
    seeker: Words = ""
    scorer: Words = "cosine"
    bank: Words = ""
    types: tuple[Words, ...] = Field(default=(), max_length=16)
    gender: Words = ""
    region: Words = ""
    least_age: int | None = Field(default=None, ge=0, le=10_000)
    most_age: int | None = Field(default=None, ge=0, le=10_000)
    diversity: float = Field(default=0.3, ge=0, le=1)
    supporter: Words = ""
    session: Words = ""
    rating: float = Field(default=0, ge=0, le=5)
    kin: Words = ""
    scene: Words = ""
    lead: Words = ""
    role: Words = ""
    method: Words = "borda"
    count: int = Field(default=3, ge=1, le=8)
    casting: Words = ""
    weights: dict[str, float] = {}
    instruction: Words = ""
    slots: dict[str, str] = {}
    hard: tuple[Words, ...] = Field(default=(), max_length=8)
    edited: bool = False
    item: Words = ""
    taste: Literal["", "like", "dislike"] = ""


class Found(Value):
    """Somebody to talk to. `near` places the score on its scale, 0–1; `words_rank` is where counting words puts them;
    `told` is what is set side by side when two are compared."""

    person: Person
    about: str
    rank: int
    score: str
    near: float
    reasons: tuple[str, ...]
    words_rank: int
    told: dict[str, str] = {}


class Search(Value):
    """A ranking, or why there is none. `help`: what is shown where words mean danger; `stop`: nothing else is."""

    help: str = ""
    stop: bool = False
    found: tuple[Found, ...] = ()
    measured: str = ""
    baseline: str = ""
    looked: str = ""
    notes: tuple[str, ...] = ()
    problem: str = ""


class Talk(Value):
    """A supportive talk that was held. `rated`: 1–5, 0 for not yet."""

    session: str
    title: str
    person: Person
    gauge: str = ""
    moods: tuple[int, ...] = ()
    closed: bool = False
    rated: float = 0


class Star(Value):
    """A character on the map of kin, x and y −1 to 1; `group` counts communities from 1, 0 for none."""

    person: Person
    x: float
    y: float
    group: int


class Kindred(Value):
    """Somebody near in tropes, and why."""

    person: Person
    standing: str
    why: str


class Kin(Value):
    """The map, and the kin of whoever was chosen."""

    stars: tuple[Star, ...] = ()
    chosen: Person | None = None
    tropes: tuple[str, ...] = ()
    kindred: tuple[Kindred, ...] = ()
    suggested: tuple[str, ...] = ()
    note: str = ""


class Chosen(Value):
    """Somebody cast, or narrowly not."""

    person: Person
    points: float
    why: str
    supported_by: tuple[str, ...] = ()


class Council(Value):
    """A casting. `key` is what re-weighting refers to; `calls` counts all there were for it."""

    key: str = ""
    selected: tuple[Chosen, ...] = ()
    nearly: tuple[Chosen, ...] = ()
    weights: dict[str, float] = {}
    notices: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    mix: str = ""
    calls: int = 0
    problem: str = ""


class Offer(Value):
    """Something on the shelf."""

    id: str
    kind: str
    title: str
    because: str
    different: bool
    person: Person | None = None


class Taste(Value):
    """The requirement as a sentence with its parts, and what fits it."""

    sentence: str = ""
    slots: dict[str, str] = {}
    hard: tuple[str, ...] = ()
    free: tuple[str, ...] = ()
    based_on: int = 0
    questions: tuple[str, ...] = ()
    offers: tuple[Offer, ...] = ()
    note: str = ""
    keys: tuple[str, ...] = ()


class Page(Value):
    """The whole of it; parts that are None were not asked for."""

    wish: Wish = Wish()
    scorers: tuple[Option, ...] = ()
    methods: tuple[Option, ...] = ()
    banks: tuple[str, ...] = ()
    people: tuple[Person, ...] = ()
    scenes: dict[str, str] = {}
    search: Search | None = None
    talks: tuple[Talk, ...] = ()
    learnt: str = ""
    kin: Kin | None = None
    council: Council | None = None
    taste: Taste | None = None
    stale: bool = False
    beat: int = 0
