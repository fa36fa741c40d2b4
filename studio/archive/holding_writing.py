"""How the catalogue is written, within a transaction that somebody else holds."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TypedDict

from sqlalchemy import Connection, delete, insert, select, update

from studio.archive import holding_text as index
from studio.archive import rows
from studio.archive.holding_rows import holding_row, label_rows, labels, text_row
from studio.archive.schema import holding, holding_label, holding_mark, holding_tag, holding_text
from studio.domain.holding import Entry, Kind

CHUNK = 500
_PARTS = (holding_text, holding_label)


class Marks(TypedDict):
    """What a reader made of one thing; `tags` by label as compared."""

    favourite: int
    folder: str
    tags: dict[str, str]


def chunks(ids: Collection[str]) -> Iterator[list[str]]:
    """The ids, each once, in lists short enough for one question."""
    unique = list(dict.fromkeys(ids))
    return (unique[start : start + CHUNK] for start in range(0, len(unique), CHUNK))


def write(connection: Connection, owner: str, kind: Kind, entries: Sequence[Entry]) -> None:
    """Write entries, over what is there under their ids."""
    there: dict[str, int] = {}
    for chunk in chunks([entry.holding.id for entry in entries]):
        mine = (holding.c.owner == owner, holding.c.kind == kind, holding.c.id.in_(chunk))
        there.update(connection.execute(select(holding.c.id, holding.c.number).where(*mine)).all())
    old = [entry for entry in entries if entry.holding.id in there]
    for entry in old:
        changed = update(holding).where(holding.c.number == there[entry.holding.id])
        connection.execute(changed.values(holding_row(entry)))
    _destroy_parts(connection, list(there.values()))
    new = [entry for entry in entries if entry.holding.id not in there]
    if new:
        inserted = insert(holding).returning(holding.c.number, sort_by_parameter_order=True)
        numbers = connection.execute(inserted, [holding_row(entry) for entry in new]).scalars().all()
        there.update({entry.holding.id: number for entry, number in zip(new, numbers, strict=True)})
    _write_parts(connection, [(there[entry.holding.id], entry) for entry in (*old, *new)])


def _write_parts(connection: Connection, numbered: Sequence[tuple[int, Entry]]) -> None:
    usable = [(number, entry) for number, entry in numbered if not entry.holding.problem]
    texts = [text_row(number, entry) for number, entry in usable]
    carried = [row for number, entry in usable for row in label_rows(number, entry.holding)]
    for table, part in ((holding_text, texts), (holding_label, carried)):
        if part:
            connection.execute(insert(table), part)


def destroy(connection: Connection, numbers: Sequence[int]) -> None:
    """Delete holdings with all that hangs on them."""
    _destroy_parts(connection, numbers)
    for at in range(0, len(numbers), CHUNK):
        connection.execute(delete(holding).where(holding.c.number.in_(numbers[at : at + CHUNK])))


def _destroy_parts(connection: Connection, numbers: Sequence[int]) -> None:
    for at in range(0, len(numbers), CHUNK):
        for table in _PARTS:
            connection.execute(delete(table).where(table.c.number.in_(numbers[at : at + CHUNK])))


def forget(connection: Connection, owner: str) -> None:
    """Delete everything in the catalogue that is an owner's."""
    destroy(connection, connection.execute(select(holding.c.number).where(holding.c.owner == owner)).scalars().all())
    for table in (holding_mark, holding_tag):
        connection.execute(delete(table).where(table.c.owner == owner))
    index.wipe(connection)


def marks(connection: Connection, owner: str, kind: Kind, ids: list[str]) -> dict[str, Marks]:
    """What a reader made of these things so far, by id."""
    where = (holding_mark.c.owner == owner, holding_mark.c.kind == kind, holding_mark.c.id.in_(ids))
    wanted = select(holding_mark.c.id, holding_mark.c.favourite, holding_mark.c.folder).where(*where)
    found: dict[str, Marks] = {
        id_: {"favourite": favourite, "folder": folder, "tags": {}}
        for id_, favourite, folder in connection.execute(wanted)
    }
    given = (holding_tag.c.owner == owner, holding_tag.c.kind == kind, holding_tag.c.id.in_(ids))
    tags = select(holding_tag.c.id, holding_tag.c.label, holding_tag.c.shown).where(*given)
    for id_, label, shown in connection.execute(tags.order_by(holding_tag.c.label)):
        found[id_]["tags"][label] = shown
    return found


def set_mark(connection: Connection, owner: str, kind: Kind, id_: str, new: Marks, *, there: bool) -> None:
    """Write what a reader makes of a thing."""
    key = {"owner": owner, "kind": kind, "id": id_}
    values = {"favourite": new["favourite"], "folder": new["folder"], "tags": rows.json(sorted(new["tags"].values()))}
    if there:
        mine = (holding_mark.c[name] == value for name, value in key.items())
        connection.execute(update(holding_mark).where(*mine).values(values))
    else:
        connection.execute(insert(holding_mark), {**key, **values})
    given = (holding_tag.c[name] == value for name, value in key.items())
    connection.execute(delete(holding_tag).where(*given))
    tags = [{**key, "label": label, "shown": shown} for label, shown in labels(new["tags"].values()).items()]
    if tags:
        connection.execute(insert(holding_tag), tags)
