"""The list of the library: one page of rows, read from the catalogue and never from the things themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime

from studio.domain.holding import Facets, Found, Holding
from studio.domain.session import SessionSummary
from studio.library import Library
from studio.ui.desk import Desk
from studio.ui.library.values import LABELS_OFFERED, ROWS, Choices, Look, Row, Shelf, Trashed
from studio.ui.present import Person, face_of
from studio.ui.visit import Visit

FACES = 5
TRASH_SHOWN = 20
TITLES = {"character": "Character", "scene": "Scene", "lorebook": "Lorebook", "session": "Play"}


async def listed(desk: Desk, visit: Visit, look: Look) -> Shelf:
    """What a look finds. Raises: StorageError."""
    library = await desk.library(visit)
    if look.kind != "session":
        return await asyncio.to_thread(_catalogued, library, look)
    sessions = desk.studio.archive.sessions
    found = await sessions.list(
        visit.owner, query=look.text, archived=look.archived, limit=ROWS + 1, offset=look.page * ROWS
    )
    more = len(found) > ROWS
    total = look.page * ROWS + len(found)
    return Shelf(
        look=look,
        rows=tuple(_played(one, desk.studio.clock()) for one in found[:ROWS]),
        total=total,
        pages=look.page + 1 + more,
    )


def _catalogued(library: Library, look: Look) -> Shelf:
    catalogue = library.catalogue
    found = catalogue.find(library.owner, look.find())
    if not found.holdings and look.page:
        look = look.model_copy(update={"page": 0})
        found = catalogue.find(library.owner, look.find())
    deleted = library.deleted()
    return Shelf(
        look=look,
        rows=rows_of(library, found),
        total=found.total,
        pages=-(-found.total // ROWS),
        choices=choices_of(library.facets(look.find().kind)),
        problems=catalogue.problems(library.owner),
        trash=tuple(
            Trashed(token=one.token, title=one.title, kind=TITLES[one.kind], when=f"{one.deleted_at:%d %B, %H:%M}")
            for one in deleted[:TRASH_SHOWN]
        ),
    )


def rows_of(library: Library, found: Found) -> tuple[Row, ...]:
    """The rows of what was found; the faces of all scenes' casts are looked up at once."""
    wanted = {id_ for one in found.holdings for id_ in one.cast[:FACES]}
    cast = library.catalogue.holdings(library.owner, "character", wanted) if wanted else {}
    return tuple(row_of(one, (cast[id_] for id_ in one.cast[:FACES] if id_ in cast)) for one in found.holdings)


def row_of(one: Holding, cast: Iterable[Holding] = ()) -> Row:
    """A line of the catalogue as it is listed."""
    figures = {
        "scene": f"{len(one.cast)} people",
        "lorebook": "1 entry" if one.entries == 1 else f"{one.entries:,} entries",
        "character": one.mbti,
    }
    return Row(
        id=one.id,
        title=one.title,
        about=one.about,
        line=" · ".join(part for part in (one.genre, one.place) if part),
        mbti=one.mbti,
        tags=one.tags,
        marks=one.marks,
        folder=one.folder,
        favourite=one.favourite,
        own=not one.shipped,
        problem=one.problem,
        figure=figures[one.kind],
        person=person_of_holding(one) if one.kind == "character" else None,
        cast=tuple(person_of_holding(member) for member in cast),
    )


def person_of_holding(one: Holding) -> Person:
    """The face of a character that is only listed."""
    return face_of(one.id, one.title, one.portrait, one.about)


def choices_of(facets: Facets) -> Choices:
    """What the list offers to be narrowed down by."""
    return Choices(
        tags=facets.tags[:LABELS_OFFERED],
        tropes=facets.tropes[:LABELS_OFFERED],
        mbti=facets.mbti,
        folders=facets.folders,
    )


def _played(one: SessionSummary, now: datetime) -> Row:
    days = (now.date() - one.updated_at.date()).days
    when = "today" if days < 1 else "yesterday" if days == 1 else f"{one.updated_at:%d %B %Y}"
    return Row(
        id=one.id,
        title=one.title,
        about=", ".join(one.cast_names),
        line=" · ".join(part for part in (one.scene_title, when) if part),
        figure="1 turn" if one.turns == 1 else f"{one.turns:,} turns",
        own=True,
    )
