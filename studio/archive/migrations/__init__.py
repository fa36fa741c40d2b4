"""The schema's history. A change of `schema.py` is a new file in `versions/` and its name here, in the same commit.

A new database is made from `schema.py` at once; an older one is brought up step by step by alembic, which is imported
only then. A test holds the two ways to the same result.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Column, Connection, MetaData, PrimaryKeyConstraint, String, Table, insert, select

FOLDER = Path(__file__).resolve().parent
REVISIONS = (
    "0001",
    "session_mode",
    "curated_memories",
    "revisions",
    "holdings",
    "trail",
    "jobs",
    "living_memories",
    "acts",
    "prompts",
    "invitations",
    "tallies",
)
"""Oldest first; the last is the schema of `schema.py`."""

version = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)


def revision(connection: Connection) -> str | None:
    """The revision a database says it has; None where it says nothing."""
    return connection.execute(select(version.c.version_num)).scalar()


def stamp(connection: Connection) -> None:
    """Note that the tables were just made as they are today."""
    version.create(connection)
    connection.execute(insert(version), {"version_num": REVISIONS[-1]})


def upgrade(connection: Connection) -> None:
    """Bring an older schema up to today's, within the transaction of `connection`."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, REVISIONS[-1])
