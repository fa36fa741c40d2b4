"""What the library lists: one line a character, scene or lorebook, with all that lists and searches show of it."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, Field

from studio.domain.lorebook import Lorebook
from studio.domain.value import Value

EVERYBODY = ""
"""The owner of what ships with the studio."""
PAGE = 60

Kind = Literal["character", "scene", "lorebook"]
KINDS: tuple[Kind, ...] = ("character", "scene", "lorebook")
Sort = Literal["title", "updated", "size", "relevance"]
LabelKind = Literal["tag", "trope"]


class Book(Lorebook):
    """A lorebook on a shelf of its own. `id` is the file name of its YAML, without the ending."""

    id: str

    @property
    def title(self) -> str:
        """What to call it before a reader."""
        return self.name.strip() or self.id

    @property
    def lorebook(self) -> Lorebook:
        """The book without its place in the library, as a character or a scene takes it."""
        return Lorebook.model_validate(self.model_dump(exclude={"id"}))


class Holding(Value):
    """One line of the catalogue. `owner` is `EVERYBODY` for what ships with the studio. `about` says who or where in
    half a line; `cast` are the ids of a scene's people, `entries` counts lore. `digest` is that of the content,
    wherever it is kept and under whatever id; `size` counts the bytes of its file. `problem`: why its file cannot be
    used; empty if it can.

    `favourite`, `folder` and `marks` (tags of the reader's own) belong to whoever looks, the rest to the thing itself.
    """

    owner: str
    kind: Kind
    id: str
    title: str
    about: str = ""
    place: str = ""
    genre: str = ""
    mbti: str = ""
    tags: tuple[str, ...] = ()
    tropes: tuple[str, ...] = ()
    cast: tuple[str, ...] = ()
    entries: int = 0
    portrait: str = ""
    digest: str = ""
    size: int = 0
    updated_at: AwareDatetime
    problem: str = ""
    favourite: bool = False
    folder: str = ""
    marks: tuple[str, ...] = ()

    @property
    def shipped(self) -> bool:
        """Whether it comes with the studio."""
        return self.owner == EVERYBODY


class Entry(Value):
    """A holding as it is put into the catalogue: with the `text` a search looks through (no secret in it) and the
    `stamp` that tells this state of its file from another."""

    holding: Holding
    text: str = ""
    stamp: str = ""


class Find(Value):
    """What is looked for. Every word of `text` must occur, each as the beginning of a word at least; labels, MBTI type
    and folder must be there as given. `mine`: nothing that ships with the studio. `alike`: content that is held more
    than once. `relevance` sorts by how well the text fits; without a text, by title."""

    kind: Kind
    text: str = Field(default="", max_length=2000)
    tags: tuple[str, ...] = ()
    tropes: tuple[str, ...] = ()
    mbti: str = ""
    folder: str | None = None
    favourites: bool = False
    mine: bool = False
    alike: bool = False
    sort: Sort = "relevance"
    limit: int = Field(default=PAGE, ge=1, le=1000)
    offset: int = Field(default=0, ge=0)


class Found(Value):
    """One page of what was found, and how much there is in all."""

    holdings: tuple[Holding, ...] = ()
    total: int = 0


class Facet(Value):
    """A label, type or folder that can be asked for, and how many have it."""

    name: str
    count: int


class Facets(Value):
    """What the holdings of one kind can be narrowed down by, the most frequent first."""

    tags: tuple[Facet, ...] = ()
    tropes: tuple[Facet, ...] = ()
    mbti: tuple[Facet, ...] = ()
    folders: tuple[Facet, ...] = ()


class Deleted(Value):
    """Something in the trash. `token` is what brings it back."""

    token: str
    kind: Kind
    title: str
    deleted_at: AwareDatetime
