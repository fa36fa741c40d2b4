"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "memory",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("character", sa.String(length=200), nullable=False),
        sa.Column("continuity", sa.String(length=64), nullable=False),
        sa.Column("session", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("importance", sa.Float(precision=53), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("accessed_at", sa.String(length=32), nullable=False),
        sa.Column("sources", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memory")),
    )
    op.create_index(
        op.f("ix_memory_owner_character_continuity_created_at"),
        "memory",
        ["owner", "character", "continuity", "created_at"],
        unique=False,
    )
    op.create_index(op.f("ix_memory_session"), "memory", ["session"], unique=False)
    op.create_table(
        "preference",
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("owner", "key", name=op.f("pk_preference")),
    )
    op.create_table(
        "purge",
        sa.Column("session", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("session", name=op.f("pk_purge")),
    )
    op.create_table(
        "session",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("continuity", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("scene_title", sa.Text(), nullable=False),
        sa.Column("cast_names", sa.Text(), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.Column("turns", sa.Integer(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("memory_policy", sa.Text(), nullable=False),
        sa.Column("speaker_policy", sa.Text(), nullable=False),
        sa.Column("heads", sa.Text(), nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("follows", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.Column("archived_at", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
    )
    op.create_index(op.f("ix_session_owner_updated_at"), "session", ["owner", "updated_at"], unique=False)
    op.create_table(
        "draft",
        sa.Column("session", sa.String(length=64), nullable=False),
        sa.Column("parent", sa.String(length=64), nullable=True),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["session"], ["session.id"], name=op.f("fk_draft_session")),
        sa.PrimaryKeyConstraint("session", name=op.f("pk_draft")),
    )
    op.create_table(
        "event",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("session", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("parent", sa.String(length=64), nullable=True),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("parts", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("story_minute", sa.BigInteger(), nullable=False),
        sa.Column("emotion", sa.Text(), nullable=False),
        sa.Column("salience", sa.Integer(), nullable=True),
        sa.Column("usage", sa.Text(), nullable=True),
        sa.Column("provenance", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["session"], ["session.id"], name=op.f("fk_event_session")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("session", "position", name=op.f("uq_event_session_position")),
    )
    op.create_index(op.f("ix_event_session_parent"), "event", ["session", "parent"], unique=False)
    op.create_table(
        "memory_vector",
        sa.Column("memory", sa.String(length=64), nullable=False),
        sa.Column("embedder", sa.String(length=200), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["memory"], ["memory.id"], name=op.f("fk_memory_vector_memory")),
        sa.PrimaryKeyConstraint("memory", "embedder", name=op.f("pk_memory_vector")),
    )
    op.create_table(
        "session_body",
        sa.Column("session", sa.String(length=64), nullable=False),
        sa.Column("scene", sa.Text(), nullable=False),
        sa.Column("cast", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["session"], ["session.id"], name=op.f("fk_session_body_session")),
        sa.PrimaryKeyConstraint("session", name=op.f("pk_session_body")),
    )
