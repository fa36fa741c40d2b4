"""The tables. Bodies that only a single session's reader needs live apart from what lists, searches and writes touch.

Texts and JSON are plain text, times are UTC in ISO 8601 with microseconds (so they sort as text), vectors are
little-endian float32.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

ID = String(64)
NAME = String(200)
TIME = String(32)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

session = Table(
    "session",
    metadata,
    Column("id", ID, primary_key=True),
    Column("owner", NAME, nullable=False),
    Column("continuity", ID, nullable=False),
    Column("title", Text, nullable=False),
    Column("scene_title", Text, nullable=False),
    Column("cast_names", Text, nullable=False),
    Column("search", Text, nullable=False),
    Column("turns", Integer, nullable=False),
    Column("events", Integer, nullable=False),
    Column("model", Text, nullable=False),
    Column("seed", Text, nullable=False),
    Column("memory_policy", Text, nullable=False),
    Column("speaker_policy", Text, nullable=False),
    Column("heads", Text, nullable=False),
    Column("head", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("follows", ID),
    Column("created_at", TIME, nullable=False),
    Column("updated_at", TIME, nullable=False),
    Column("archived_at", TIME),
    Column("mode", Text, nullable=False, server_default='{"name":"lean","parameters":{}}'),
    Index(None, "owner", "updated_at"),
)
"""`events` counts every event ever stored, `turns` the spoken and acted lines that count on the path to the head."""

session_body = Table(
    "session_body",
    metadata,
    Column("session", ID, ForeignKey("session.id"), primary_key=True),
    Column("scene", Text, nullable=False),
    Column("cast", Text, nullable=False),
)

event = Table(
    "event",
    metadata,
    Column("id", ID, primary_key=True),
    Column("session", ID, ForeignKey("session.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("parent", ID),
    Column("schema", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("actor", NAME, nullable=False),
    Column("text", Text, nullable=False),
    Column("parts", Text, nullable=False),
    Column("audience", Text, nullable=False),
    Column("at", TIME, nullable=False),
    Column("story_minute", BigInteger, nullable=False),
    Column("emotion", Text, nullable=False),
    Column("salience", Integer),
    Column("usage", Text),
    Column("provenance", Text),
    UniqueConstraint("session", "position"),
    Index(None, "session", "parent"),
)
"""Append-only. `position` counts 0, 1, 2… within a session, whatever the branch: a parent's is always the smaller."""

draft = Table(
    "draft",
    metadata,
    Column("session", ID, ForeignKey("session.id"), primary_key=True),
    Column("parent", ID),
    Column("actor", NAME, nullable=False),
    Column("text", Text, nullable=False),
    Column("updated_at", TIME, nullable=False),
)

prompt = Table(
    "prompt",
    metadata,
    Column("event", ID, ForeignKey("event.id"), primary_key=True),
    Column("session", ID, ForeignKey("session.id"), nullable=False),
    Column("caller", NAME, nullable=False),
    Column("base", ID),
    Column("body", LargeBinary, nullable=False),
    Index(None, "session", "caller"),
)
"""What was said to the model for an event: JSON, deflated; after another prompt of the same caller, `base`, where that
makes it smaller. A base has none itself."""

trail = Table(
    "trail",
    metadata,
    Column("session", ID, ForeignKey("session.id"), primary_key=True),
    Column("body", Text, nullable=False),
)
"""The steps of undo and redo of a session."""

invitation = Table(
    "invitation",
    metadata,
    Column("id", ID, primary_key=True),
    Column("session", ID, ForeignKey("session.id"), nullable=False),
    Column("owner", NAME, nullable=False),
    Column("token", ID, nullable=False),
    Column("role", String(16), nullable=False),
    Column("character", NAME, nullable=False),
    Column("name", Text, nullable=False),
    Column("calls", Integer, nullable=False),
    Column("created_at", TIME, nullable=False),
    Column("revoked_at", TIME),
    Index(None, "session"),
    Index(None, "token", unique=True),
)
"""Chairs at a session given to others. `token`: the SHA-256 of what opens it, in hex; itself it is kept nowhere."""

tally = Table(
    "tally",
    metadata,
    Column("session", ID, ForeignKey("session.id"), primary_key=True),
    Column("actor", NAME, primary_key=True),
    Column("model", NAME, primary_key=True),
    Column("version", Integer, nullable=False),
    *(Column(name, Integer, nullable=False) for name in ("lines", "cut", "agency", "again")),
    Column("repetition", Float(53), nullable=False),
    Column("words", Integer, nullable=False),
)
"""The meters of a play's lines by character and model, as last taken. Made again from the events at any time."""

memory = Table(
    "memory",
    metadata,
    Column("id", ID, primary_key=True),
    Column("owner", NAME, nullable=False),
    Column("character", NAME, nullable=False),
    Column("continuity", ID, nullable=False),
    Column("session", ID, nullable=False),
    Column("text", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("importance", Float(53), nullable=False),
    Column("created_at", TIME, nullable=False),
    Column("accessed_at", TIME, nullable=False),
    Column("sources", Text, nullable=False),
    Column("evidence", Text, nullable=False, server_default="[]"),
    Column("about", NAME, nullable=False, server_default=""),
    Column("pinned", Integer, nullable=False, server_default="0"),
    Column("details", Text, nullable=False, server_default="{}"),
    Column("forgotten_at", TIME),
    Index(None, "owner", "character", "continuity", "forgotten_at", "created_at"),
    Index(None, "session"),
)
"""`forgotten_at`: out of mind since then, in no index, and still to be brought back."""

memory_change = Table(
    "memory_change",
    metadata,
    Column("id", ID, primary_key=True),
    Column("memory", ID, ForeignKey("memory.id"), primary_key=True),
    Column("owner", NAME, nullable=False),
    Column("act", String(16), nullable=False),
    Column("at", TIME, nullable=False),
    Column("before", Text, nullable=False),
    Column("undone_at", TIME),
    Index(None, "memory"),
    Index(None, "owner", "at"),
)
"""What a person did to memories, a row for each, with the values as they were before: what undo goes by."""

memory_erased = Table(
    "memory_erased",
    metadata,
    Column("memory", ID, primary_key=True),
    Column("owner", NAME, nullable=False),
    Column("session", ID, nullable=False),
    Column("continuity", ID, nullable=False),
    Index(None, "session"),
)
"""The ids of memories forgotten for good, so that the same event is never remembered again. No text of theirs."""

memory_vector = Table(
    "memory_vector",
    metadata,
    Column("memory", ID, ForeignKey("memory.id"), primary_key=True),
    Column("embedder", NAME, primary_key=True),
    Column("vector", LargeBinary, nullable=False),
)

preference = Table(
    "preference",
    metadata,
    Column("owner", NAME, primary_key=True),
    Column("key", NAME, primary_key=True),
    Column("value", Text, nullable=False),
)

revision = Table(
    "revision",
    metadata,
    Column("owner", NAME, primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("item", ID, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False),
    Column("reason", String(16), nullable=False),
    Column("at", TIME, nullable=False),
)
"""Characters and scenes of the library as they were each time they were saved. Append-only."""

sketch = Table(
    "sketch",
    metadata,
    Column("owner", NAME, primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("key", ID, primary_key=True),
    Column("body", Text, nullable=False),
    Column("base", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", TIME, nullable=False),
)
"""The same while they are being written, before they are saved."""

picture = Table(
    "picture",
    metadata,
    Column("owner", NAME, primary_key=True),
    Column("digest", ID, primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

act = Table(
    "act",
    metadata,
    Column("id", ID, primary_key=True),
    Column("owner", NAME, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("at", TIME, nullable=False),
    Column("body", Text, nullable=False),
    Column("forgotten_at", TIME),
    Index(None, "owner", "kind", "at"),
)
"""What people did and rated, for recommending and matching. `forgotten_at`: it counts no more since then."""

purge = Table("purge", metadata, Column("session", ID, primary_key=True))
"""The sessions whose events may be deleted; filled and emptied within the one transaction that purges them."""

holding = Table(
    "holding",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("owner", NAME, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("id", ID, nullable=False),
    Column("stamp", NAME, nullable=False),
    Column("title", Text, nullable=False),
    Column("title_key", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("genre", Text, nullable=False),
    Column("mbti", String(4), nullable=False),
    Column("tags", Text, nullable=False),
    Column("tropes", Text, nullable=False),
    Column("cast", Text, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("portrait", Text, nullable=False),
    Column("digest", ID, nullable=False),
    Column("size", Integer, nullable=False),
    Column("problem", Text, nullable=False),
    Column("updated_at", TIME, nullable=False),
    UniqueConstraint("owner", "kind", "id"),
    Index(None, "owner", "kind", "title_key"),
    Index(None, "digest"),
)
"""The catalogue of the library, made from its files. `owner` is empty for what ships with the studio; `stamp` is that
of the file when it was read."""

holding_text = Table(
    "holding_text",
    metadata,
    Column("number", Integer, ForeignKey("holding.number"), primary_key=True),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
)
"""What a search looks through, folded."""

holding_label = Table(
    "holding_label",
    metadata,
    Column("number", Integer, ForeignKey("holding.number"), primary_key=True),
    Column("kind", String(8), primary_key=True),
    Column("label", NAME, primary_key=True),
    Column("shown", NAME, nullable=False),
    Index(None, "kind", "label"),
)
"""Tags and tropes a thing carries itself; `label` is `shown`, folded."""

holding_mark = Table(
    "holding_mark",
    metadata,
    Column("owner", NAME, primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("id", ID, primary_key=True),
    Column("favourite", Integer, nullable=False),
    Column("folder", NAME, nullable=False),
    Column("tags", Text, nullable=False),
)
"""What a reader made of a thing, their own or a shipped one."""

holding_tag = Table(
    "holding_tag",
    metadata,
    Column("owner", NAME, primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("id", ID, primary_key=True),
    Column("label", NAME, primary_key=True),
    Column("shown", NAME, nullable=False),
)
"""The tags of `holding_mark`, one a row."""

job = Table(
    "job",
    metadata,
    Column("id", ID, primary_key=True),
    Column("owner", NAME, nullable=False),
    Column("work", NAME, nullable=False),
    Column("title", Text, nullable=False),
    Column("parameters", Text, nullable=False),
    Column("state", String(8), nullable=False),
    Column("note", Text, nullable=False),
    Column("sealed", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("budget", Text, nullable=False),
    Column("spent", Text, nullable=False),
    Column("runner", NAME, nullable=False),
    Column("beat_at", TIME, nullable=False),
    Column("created_at", TIME, nullable=False),
    Column("updated_at", TIME, nullable=False),
    Index(None, "owner", "created_at"),
    Index(None, "state"),
)
"""Long work. `runner` is the process that has it in hand, last heard of at `beat_at`; empty: nobody."""

job_item = Table(
    "job_item",
    metadata,
    Column("job", ID, ForeignKey("job.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("state", String(8), nullable=False),
    Column("report", Text, nullable=False),
    Column("error", Text, nullable=False),
    Index(None, "job", "state", "position"),
)
"""What a job is to do, in the order of `position` (0, 1, 2…), and what came of it."""
