"""Full-text search over the catalogue: SQLite's FTS5, where the database is SQLite; plain SQL elsewhere.

The FTS5 table is an index over `holding_text`, which triggers keep: it holds words and no text of its own.
"""

from __future__ import annotations

import re

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from studio.archive.rows import folded

LONGEST = 200_000
"""Characters of one thing that are searched."""
_SIGNS = re.compile(r"([\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af\U00020000-\U0003ffff])")
_MARKS = re.compile(r"[\"“”„«»()\[\]{}<>*_]")
_AROUND = re.compile(r"^[\W_]+|[\W_]+$")
_MADE = "SELECT count(*) FROM sqlite_master WHERE name = 'holding_fts'"
_MAKE = (
    "CREATE VIRTUAL TABLE holding_fts USING fts5(title, text, content='holding_text', content_rowid='number', "
    "tokenize='unicode61 remove_diacritics 2')",
    """CREATE TRIGGER holding_text_added AFTER INSERT ON holding_text
    BEGIN INSERT INTO holding_fts(rowid, title, text) VALUES (NEW.number, NEW.title, NEW.text); END""",
    """CREATE TRIGGER holding_text_removed AFTER DELETE ON holding_text
    BEGIN INSERT INTO holding_fts(holding_fts, rowid, title, text)
    VALUES ('delete', OLD.number, OLD.title, OLD.text); END""",
    "INSERT INTO holding_fts(holding_fts, rank) VALUES ('rank', 'bm25(10.0, 1.0)')",  # a title counts for ten
    "INSERT INTO holding_fts(holding_fts) VALUES ('rebuild')",
)


def make(connection: Connection) -> None:
    """Make and fill the index of an SQLite database that has none. Where SQLite was built without FTS5, plain SQL
    serves."""
    if connection.dialect.name != "sqlite" or made(connection):
        return
    try:
        for statement in _MAKE:
            connection.exec_driver_sql(statement)
    except OperationalError:
        return


def made(connection: Connection) -> bool:
    """Whether the database has the index."""
    return connection.dialect.name == "sqlite" and bool(connection.exec_driver_sql(_MADE).scalar_one())


def wipe(connection: Connection) -> None:
    """Let no word linger that was taken out: deleted words stay in the index until its parts are merged."""
    if made(connection):
        connection.exec_driver_sql("INSERT INTO holding_fts(holding_fts) VALUES ('optimize')")


def searchable(text: str) -> str:
    """The text as stored for searching: folded, without quotes and brackets. Chinese, Japanese and Korean signs stand
    alone, so that any part of what they write can be found."""
    return " ".join(_SIGNS.sub(r" \1 ", _MARKS.sub(" ", folded(text[:LONGEST]))).split())


def words(query: str) -> tuple[str, ...]:
    """What a query asks for, each once: words and runs of signs as they occur in a `searchable` text, without the
    quotes and stops around them; what has no letter or digit as it stands."""
    asked = (_AROUND.sub("", word) or word for word in map(searchable, query.split()))
    return tuple(dict.fromkeys(filter(None, asked)))


def match(query: str) -> str:
    """The query in the language of FTS5: every word that has a letter or digit, as the beginning of one; the index
    knows of no others. A single letter begins too much: it must be a word itself."""
    asked = (word.replace('"', " ") for word in words(query) if is_word(word))
    return " ".join(f'"{word}"*' if len(word) > 1 else f'"{word}"' for word in asked)


def is_word(word: str) -> bool:
    """Whether the index knows words like this."""
    return any(sign.isalnum() for sign in word)
