"""Memories that are concluded from others, pinned, edited, put out of mind and brought back."""

import sqlalchemy as sa
from alembic import op

revision = "curated_memories"
down_revision = "session_mode"


def upgrade() -> None:
    op.add_column("memory", sa.Column("evidence", sa.Text(), server_default="[]", nullable=False))
    op.add_column("memory", sa.Column("about", sa.String(length=200), server_default="", nullable=False))
    op.add_column("memory", sa.Column("pinned", sa.Integer(), server_default="0", nullable=False))
    op.add_column("memory", sa.Column("details", sa.Text(), server_default="{}", nullable=False))
    op.add_column("memory", sa.Column("forgotten_at", sa.String(length=32), nullable=True))
    op.create_table(
        "memory_change",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("memory", sa.String(length=64), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("act", sa.String(length=16), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("undone_at", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["memory"], ["memory.id"], name=op.f("fk_memory_change_memory")),
        sa.PrimaryKeyConstraint("id", "memory", name=op.f("pk_memory_change")),
    )
    op.create_index(op.f("ix_memory_change_memory"), "memory_change", ["memory"], unique=False)
    op.create_index(op.f("ix_memory_change_owner_at"), "memory_change", ["owner", "at"], unique=False)
    op.create_table(
        "memory_erased",
        sa.Column("memory", sa.String(length=64), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("session", sa.String(length=64), nullable=False),
        sa.Column("continuity", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("memory", name=op.f("pk_memory_erased")),
    )
    op.create_index(op.f("ix_memory_erased_session"), "memory_erased", ["session"], unique=False)
