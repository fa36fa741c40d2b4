"""What the Library page shows, and what it may be asked."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from studio.domain.holding import Facet, Find, Sort
from studio.domain.value import Value
from studio.ui.present import Person

ROWS = 48
LABELS_OFFERED = 24
TEXT_CHARS = 200
SELECTED_MOST = 50_000

Listed = Literal["character", "scene", "lorebook", "session"]
CardFormat = Literal["png", "json", "charx", "yaml"]


def _clipped(text: object) -> object:
    return text[:TEXT_CHARS] if isinstance(text, str) else text


Words = Annotated[str, BeforeValidator(_clipped)]


class Look(Value):
    """What a visitor looks at: what kind of thing, narrowed down and sorted, and which page of it, from 0."""

    kind: Listed = "character"
    text: Words = ""
    tags: tuple[Words, ...] = Field(default=(), max_length=20)
    tropes: tuple[Words, ...] = Field(default=(), max_length=20)
    mbti: Words = ""
    folder: Words | None = None
    favourites: bool = False
    mine: bool = False
    alike: bool = False
    archived: bool = False
    sort: Sort = "relevance"
    page: int = Field(default=0, ge=0, le=1_000_000)

    def find(self) -> Find:
        """The same as a question to the catalogue. Not for sessions, which it does not hold."""
        assert self.kind != "session"
        return Find(
            kind=self.kind,
            text=self.text,
            tags=self.tags,
            tropes=self.tropes,
            mbti=self.mbti,
            folder=self.folder,
            favourites=self.favourites,
            mine=self.mine,
            alike=self.alike,
            sort=self.sort,
            limit=ROWS,
            offset=self.page * ROWS,
        )


class Wish(Value):
    """Something to do: with one thing (`ids` of one), with those chosen, or with everything that `look` finds. `seq`
    counts what a tab asked, so that it knows the answer to its last question."""

    look: Look = Look()
    seq: int = 0
    kind: Listed = "character"
    ids: tuple[str, ...] = Field(default=(), max_length=SELECTED_MOST)
    everything: bool = False
    favourite: bool | None = None
    folder: Words | None = None
    add: tuple[Words, ...] = Field(default=(), max_length=20)
    remove: tuple[Words, ...] = Field(default=(), max_length=20)
    format: CardFormat = "png"
    open: str = ""


class Row(Value):
    """One thing in the list. `figure` says how much there is of it (entries, turns); `problem`: why it is of no use."""

    id: str
    title: str
    about: str = ""
    line: str = ""
    mbti: str = ""
    tags: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    folder: str = ""
    favourite: bool = False
    own: bool = False
    problem: str = ""
    figure: str = ""
    person: Person | None = None
    cast: tuple[Person, ...] = ()


class Section(Value):
    """One heading of a detail sheet: a text or a list. A secret one is folded away."""

    title: str
    text: str = ""
    items: tuple[str, ...] = ()
    secret: bool = False


class Detail(Value):
    """One thing, opened. `own`: it can be taken out of the library; `formats`: as what it can be saved."""

    kind: Listed
    id: str
    title: str
    subtitle: str = ""
    person: Person | None = None
    cast: tuple[Person, ...] = ()
    parts: tuple[Section, ...] = ()
    own: bool = False
    favourite: bool = False
    folder: str = ""
    marks: tuple[str, ...] = ()
    formats: tuple[CardFormat, ...] = ()
    broken: bool = False


class Choices(Value):
    """What the list can be narrowed down by."""

    tags: tuple[Facet, ...] = ()
    tropes: tuple[Facet, ...] = ()
    mbti: tuple[Facet, ...] = ()
    folders: tuple[Facet, ...] = ()


class Trashed(Value):
    """Something that can be brought back."""

    token: str
    title: str
    kind: str
    when: str


class Shelf(Value):
    """The list, the sheet beside it, and what is in the trash. `download`: the address of a file to fetch. `stale`:
    only that the page is to ask anew."""

    look: Look = Look()
    rows: tuple[Row, ...] = ()
    total: int = 0
    pages: int = 0
    choices: Choices = Choices()
    problems: tuple[str, ...] = ()
    detail: Detail | None = None
    trash: tuple[Trashed, ...] = ()
    download: str = ""
    seq: int = 0
    stale: bool = False
    beat: int = 0


class Reported(Value):
    """What became of one file. `outcome`: `added`, `known`, `edited`, `opened`, `skipped`, `failed` or `waiting`."""

    name: str
    outcome: str
    kind: str = ""
    id: str = ""
    title: str = ""
    spec: str = ""
    error: str = ""
    kept: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    inert: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


class Incoming(Value):
    """An import: how far it is and what became of each file, the newest told last. `state` is empty where nothing was
    ever brought in; `sending` while files are still on their way."""

    job: str = ""
    title: str = ""
    state: Literal["", "running", "stopped", "done"] = ""
    sending: bool = False
    ticket: str = ""
    total: int = 0
    done: int = 0
    failed: int = 0
    note: str = ""
    counts: dict[str, int] = {}
    files: tuple[Reported, ...] = ()
    left_out: int = 0
    beat: int = 0
