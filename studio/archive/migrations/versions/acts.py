"""What people did and rated, one row each."""

import sqlalchemy as sa
from alembic import op

revision = "acts"
down_revision = "living_memories"


def upgrade() -> None:
    op.create_table(
        "act",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("forgotten_at", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_act")),
    )
    op.create_index(op.f("ix_act_owner_kind_at"), "act", ["owner", "kind", "at"], unique=False)
