"""Full-text search over memories: SQLite's FTS5 with BM25, where the database is SQLite; plain SQL elsewhere.

The FTS5 table keeps words and no text of its own, and a numbering of the memories beside it (an implicit rowid does not
outlive a VACUUM). One word of each entry stands for its scope, so that a search reads no more than one character's
memories. `memory` is the truth: the table is made and filled when it is missing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, case, func, literal, select
from sqlalchemy.exc import OperationalError

from studio.archive.schema import memory
from studio.domain.words import telling
from studio.domain.words import words as every

WORDS_ASKED = 24
WORDS_COMPARED = 8
PIECE = 900

_MADE = "SELECT count(*) FROM sqlite_master WHERE name = 'memory_text'"
_MAKE = (
    "CREATE TABLE IF NOT EXISTS memory_text_place (number INTEGER PRIMARY KEY, memory TEXT NOT NULL UNIQUE)",
    "CREATE VIRTUAL TABLE IF NOT EXISTS memory_text USING fts5(scope, text, content='', "
    "tokenize='porter unicode61 remove_diacritics 2')",
)
_FIND = (
    "SELECT memory_text_place.memory, -bm25(memory_text, 0.0, 1.0) AS points FROM memory_text "
    "JOIN memory_text_place ON memory_text_place.number = memory_text.rowid "
    "WHERE memory_text MATCH ? ORDER BY points DESC, memory_text_place.memory LIMIT ?"
)


def words(text: str) -> tuple[str, ...]:
    """The words worth searching for, each once, in their order; all of them where none says much."""
    return (telling(text) or tuple(dict.fromkeys(every(text))))[:WORDS_ASKED]


def make(connection: Connection) -> None:
    """Make and fill the full-text table of an SQLite database that has none. Where SQLite was built without FTS5, plain
    SQL serves."""
    if connection.dialect.name != "sqlite" or made(connection):
        return
    try:
        for statement in _MAKE:
            connection.exec_driver_sql(statement)
    except OperationalError:
        return
    columns = (memory.c.id, memory.c.owner, memory.c.character, memory.c.continuity, memory.c.text)
    living = select(*columns).where(memory.c.forgotten_at.is_(None))
    enter(connection, [tuple(row) for row in connection.execute(living)])


def made(connection: Connection) -> bool:
    """Whether the database has a full-text table."""
    return connection.dialect.name == "sqlite" and bool(connection.exec_driver_sql(_MADE).scalar_one())


Entry = tuple[str, str, str, str, str]
"""Memory id, owner, character, continuity, text."""


def enter(connection: Connection, entries: Sequence[Entry]) -> None:
    """Let these memories be found by their words."""
    if not entries or not made(connection):
        return
    places = [(id_,) for id_, *_ in entries]
    connection.exec_driver_sql("INSERT OR IGNORE INTO memory_text_place (memory) VALUES (?)", places)
    numbers = _numbers(connection, [id_ for id_, *_ in entries])
    rows = [(numbers[id_], _token(*scope), text) for id_, *scope, text in entries]
    connection.exec_driver_sql("INSERT INTO memory_text (rowid, scope, text) VALUES (?, ?, ?)", rows)


def leave(connection: Connection, entries: Iterable[Entry]) -> None:
    """Let them be found no more; the texts must be those they were entered with. Unknown ones are passed over."""
    known = list(entries)
    if not known or not made(connection):
        return
    numbers = _numbers(connection, [id_ for id_, *_ in known])
    rows = [(numbers[id_], _token(*scope), text) for id_, *scope, text in known if id_ in numbers]
    if not rows:
        return
    delete = "INSERT INTO memory_text (memory_text, rowid, scope, text) VALUES ('delete', ?, ?, ?)"
    connection.exec_driver_sql(delete, rows)
    gone = [(number,) for number, *_ in rows]
    connection.exec_driver_sql("DELETE FROM memory_text_place WHERE number = ?", gone)


def wipe(connection: Connection) -> None:
    """Let no word linger that was taken out: deleted words stay in the index until its parts are merged."""
    if made(connection):
        connection.exec_driver_sql("INSERT INTO memory_text (memory_text) VALUES ('optimize')")


def matching(
    connection: Connection, owner: str, character: str, continuity: str, text: str, limit: int
) -> dict[str, float]:
    """Memory id → how well its words match those of `text`, best first: BM25 (word statistics over the whole
    database), or the number of words shared where the database has no full-text table."""
    asked = words(text)
    if not asked or limit < 1:
        return {}
    if made(connection):
        wanted = f'scope:"{_token(owner, character, continuity)}" AND text:({" OR ".join(map(_quoted, asked))})'
        return {id_: float(points) for id_, points in connection.exec_driver_sql(_FIND, (wanted, limit))}
    return _compared(connection, owner, character, continuity, asked, limit)


def _compared(
    connection: Connection, owner: str, character: str, continuity: str, asked: Sequence[str], limit: int
) -> dict[str, float]:
    longest = sorted(asked, key=len, reverse=True)[:WORDS_COMPARED]
    low = func.lower(memory.c.text)
    points = sum((case((low.contains(word, autoescape=True), 1.0), else_=0.0) for word in longest), literal(0.0))
    wanted = (
        select(memory.c.id, points.label("points"))
        .where(memory.c.owner == owner, memory.c.character == character, memory.c.continuity == continuity)
        .where(memory.c.forgotten_at.is_(None), points > 0)
        .order_by(points.desc(), memory.c.id)
        .limit(limit)
    )
    return {id_: float(found) for id_, found in connection.execute(wanted)}


def _numbers(connection: Connection, ids: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for start in range(0, len(ids), PIECE):
        piece = tuple(ids[start : start + PIECE])
        marks = ",".join("?" * len(piece))
        wanted = f"SELECT memory, number FROM memory_text_place WHERE memory IN ({marks})"
        found.update((id_, number) for id_, number in connection.exec_driver_sql(wanted, piece))
    return found


def _token(owner: str, character: str, continuity: str) -> str:
    digest = hashlib.blake2b("\x1f".join((owner, character, continuity)).encode(), digest_size=8).hexdigest()
    return f"s{digest}z"


def _quoted(word: str) -> str:
    return f'"{word}"'
