"""Holdings as rows and back."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import ValidationError
from pydantic_core import from_json

from studio.archive import rows
from studio.archive.database import RowError
from studio.archive.holding_text import searchable
from studio.domain.holding import Entry, Holding, LabelKind

LABEL_CHARS = 200
KEY_CHARS = 200
_LISTS = ("tags", "tropes", "cast")
_MINE = frozenset({"favourite", "folder", "marks", *_LISTS})


def holding_row(entry: Entry) -> rows.Values:
    """The row of table `holding`, but for its number."""
    holding = entry.holding
    return {
        **holding.model_dump(exclude={*_MINE, "updated_at"}),
        **{name: rows.json(getattr(holding, name)) for name in _LISTS},
        "title_key": rows.folded(holding.title)[:KEY_CHARS],
        "updated_at": rows.stamp(holding.updated_at),
        "stamp": entry.stamp,
    }


def text_row(number: int, entry: Entry) -> rows.Values:
    """The row of table `holding_text`."""
    return {"number": number, "title": searchable(entry.holding.title), "text": searchable(entry.text)}


def label_rows(number: int, holding: Holding) -> list[rows.Values]:
    """The rows of table `holding_label`."""
    listed: tuple[tuple[LabelKind, tuple[str, ...]], ...] = (("tag", holding.tags), ("trope", holding.tropes))
    return [
        {"number": number, "kind": kind, "label": label, "shown": shown}
        for kind, shown_labels in listed
        for label, shown in labels(shown_labels).items()
    ]


def label_of(shown: str) -> str:
    """A label as it is compared."""
    return rows.folded(shown.strip())[:LABEL_CHARS]


def labels(shown: Iterable[str]) -> dict[str, str]:
    """Label as compared → as first shown; blank ones left out."""
    found: dict[str, str] = {}
    for one in shown:
        if label := label_of(one):
            found.setdefault(label, one.strip()[:LABEL_CHARS])
    return found


def holding_from(row: rows.Values) -> Holding:
    """A holding from the columns `finding.COLUMNS`.

    Raises: RowError
    """
    try:
        values = {**row, "marks": from_json(row["marks"] or "[]")}
        for name in _LISTS:
            values[name] = from_json(row[name])
        return Holding.model_validate({**values, "favourite": bool(row["favourite"]), "folder": row["folder"] or ""})
    except (ValidationError, ValueError, TypeError) as error:
        raise RowError(f"{row['kind']} '{row['id']}' of the catalogue cannot be read") from error
