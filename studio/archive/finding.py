"""Questions to the catalogue as SQL: what a reader may see, narrowed down and sorted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Select,
    String,
    and_,
    column,
    exists,
    func,
    literal,
    or_,
    select,
    table,
    text,
    union_all,
)

from studio.archive import holding_text as index
from studio.archive.holding_rows import label_of
from studio.archive.schema import holding, holding_label, holding_mark, holding_tag, holding_text
from studio.domain.holding import EVERYBODY, Find, Holding, Kind

FACETS = 200
_fts = table("holding_fts", column("rowid"), column("rank"))
_MARKED = {"favourite", "folder", "marks"}
COLUMNS = (
    *(holding.c[name] for name in Holding.model_fields if name not in _MARKED),
    holding_mark.c.favourite,
    holding_mark.c.folder,
    holding_mark.c.tags.label("marks"),
)


def visible(owner: str, kind: Kind | None = None) -> ColumnElement[bool]:
    """What a reader sees: their own, and what ships with the studio where they have nothing under its id."""
    own = holding.alias()
    shadowed = exists().where(own.c.owner == owner, own.c.kind == holding.c.kind, own.c.id == holding.c.id)
    mine: ColumnElement[bool] = holding.c.owner == owner
    seen = mine if owner == EVERYBODY else or_(mine, and_(holding.c.owner == EVERYBODY, ~shadowed))
    of_kind = (holding.c.kind == kind,) if kind else ()
    return and_(*of_kind, seen)


def page(owner: str, find: Find, *, full_text: bool) -> Select[*tuple[Any, ...]]:
    """The numbers of one page, in order: to sort whole rows takes several times as long."""
    return _chosen(owner, find, holding.c.number, full_text).limit(find.limit).offset(find.offset)


def count(owner: str, find: Find, *, full_text: bool) -> Select[tuple[int]]:
    """How many there are on all pages."""
    return _joined(select(func.count()), owner, find).where(*_conditions(owner, find, full_text))


def keys(owner: str, find: Find, *, full_text: bool) -> Select[*tuple[Any, ...]]:
    """The ids of everything found, on all pages, in order."""
    return _chosen(owner, find, holding.c.id, full_text)


def numbered(owner: str, numbers: Sequence[int]) -> Select[*tuple[Any, ...]]:
    """The rows of these numbers with the reader's marks, each with its number, in no order."""
    return _marked(select(holding.c.number, *COLUMNS), owner).where(holding.c.number.in_(numbers))


def some(owner: str, kind: Kind, ids: list[str]) -> Select[*tuple[Any, ...]]:
    """The rows of these ids, in no order."""
    return _marked(select(*COLUMNS), owner).where(visible(owner, kind), holding.c.id.in_(ids))


def label_facets(owner: str, kind: Kind, labels: str) -> Select[*tuple[Any, ...]]:
    """Labels of one sort (`tag`, `trope`) and how many visible things have them; a tag of the reader's own counts as
    one the thing carries."""
    seen = visible(owner, kind)
    carried = (
        select(holding_label.c.label, holding_label.c.shown, holding.c.number)
        .join(holding, holding.c.number == holding_label.c.number)
        .where(seen, holding_label.c.kind == labels)
    )
    if labels == "tag":
        given = (
            select(holding_tag.c.label, holding_tag.c.shown, holding.c.number)
            .join(holding, and_(holding.c.kind == holding_tag.c.kind, holding.c.id == holding_tag.c.id))
            .where(seen, holding_tag.c.owner == owner)
        )
        every = union_all(carried, given).subquery()
    else:
        every = carried.subquery()
    many = func.count(every.c.number.distinct()).label("many")
    grouped = select(func.min(every.c.shown).label("name"), many).group_by(every.c.label)
    return grouped.order_by(many.desc(), every.c.label).limit(FACETS)


def mbti_facets(owner: str, kind: Kind) -> Select[*tuple[Any, ...]]:
    """MBTI types and how many are of them."""
    many = func.count().label("many")
    grouped = select(holding.c.mbti.label("name"), many).where(visible(owner, kind), holding.c.mbti != "")
    return grouped.group_by(holding.c.mbti).order_by(many.desc(), holding.c.mbti)


def folder_facets(owner: str, kind: Kind) -> Select[*tuple[Any, ...]]:
    """The reader's folders and how much is in them, by name."""
    many = func.count().label("many")
    grouped = _marked(select(holding_mark.c.folder.label("name"), many), owner)
    grouped = grouped.where(visible(owner, kind), func.coalesce(holding_mark.c.folder, "") != "")
    return grouped.group_by(holding_mark.c.folder).order_by(holding_mark.c.folder)


def _marked(wanted: Select[*tuple[Any, ...]], owner: str) -> Select[*tuple[Any, ...]]:
    mark = and_(holding_mark.c.owner == owner, holding_mark.c.kind == holding.c.kind, holding_mark.c.id == holding.c.id)
    return wanted.select_from(holding).outerjoin(holding_mark, mark)


def _joined(wanted: Select[*tuple[Any, ...]], owner: str, find: Find) -> Select[*tuple[Any, ...]]:
    """With the reader's marks where they are asked for."""
    asked = find.favourites or find.folder is not None
    return _marked(wanted, owner) if asked else wanted.select_from(holding)


def _chosen(owner: str, find: Find, what: Column[Any], full_text: bool) -> Select[*tuple[Any, ...]]:
    return _sorted(_joined(select(what), owner, find), find, full_text).where(*_conditions(owner, find, full_text))


def _conditions(owner: str, find: Find, full_text: bool) -> list[ColumnElement[bool]]:
    found = [visible(owner, find.kind)]
    found += [_has_tag(owner, tag) for tag in find.tags]
    found += [_carries("trope", trope) for trope in find.tropes]
    if find.mbti:
        found.append(holding.c.mbti == find.mbti.upper())
    if find.folder is not None:
        found.append(func.coalesce(holding_mark.c.folder, "") == find.folder)
    if find.favourites:
        found.append(holding_mark.c.favourite == 1)
    if find.mine:
        found.append(holding.c.owner == owner)
    if find.alike:
        found.append(_alike(owner, find.kind))
    if find.text.strip():
        found += _says(find.text, full_text)
    return found


def _has_tag(owner: str, tag: str) -> ColumnElement[bool]:
    given = exists().where(
        holding_tag.c.owner == owner,
        holding_tag.c.kind == holding.c.kind,
        holding_tag.c.id == holding.c.id,
        holding_tag.c.label == label_of(tag),
    )
    return or_(_carries("tag", tag), given)


def _carries(kind: str, shown: str) -> ColumnElement[bool]:
    return exists().where(
        holding_label.c.number == holding.c.number,
        holding_label.c.kind == kind,
        holding_label.c.label == label_of(shown),
    )


def _alike(owner: str, kind: Kind) -> ColumnElement[bool]:
    other = holding.alias()
    return exists().where(
        other.c.digest == holding.c.digest,
        other.c.kind == kind,
        other.c.owner.in_({owner, EVERYBODY}),
        other.c.number != holding.c.number,
    )


def _says(query: str, full_text: bool) -> list[ColumnElement[bool]]:
    match = index.match(query) if full_text else ""
    found: list[ColumnElement[bool]] = [holding.c.number.in_(_matching(match))] if match else []
    mine = holding_text.alias()
    whole = literal(" ", String) + mine.c.title + " " + mine.c.text
    left = [word for word in index.words(query) if not (match and index.is_word(word))]
    if left:
        spoken = (whole.contains(f" {word}" if index.is_word(word) else word, autoescape=True) for word in left)
        found.append(exists().where(mine.c.number == holding.c.number, *spoken))
    return found


def _matching(match: str) -> Select[tuple[int]]:
    return select(_fts.c.rowid).where(text("holding_fts MATCH :match").bindparams(match=match))


def _sorted(wanted: Select[*tuple[Any, ...]], find: Find, full_text: bool) -> Select[*tuple[Any, ...]]:
    by_title = (holding.c.title_key, holding.c.number)
    match = index.match(find.text) if full_text and find.sort == "relevance" else ""
    if match:
        ranked = (
            select(_fts.c.rowid, _fts.c.rank)
            .where(text("holding_fts MATCH :match").bindparams(match=match))
            .subquery("ranked")
        )
        return wanted.join(ranked, ranked.c.rowid == holding.c.number).order_by(ranked.c.rank, *by_title)
    if find.sort == "updated":
        return wanted.order_by(holding.c.updated_at.desc(), *by_title)
    if find.sort == "size":
        return wanted.order_by(holding.c.size.desc(), *by_title)
    return wanted.order_by(*by_title)
