"""Chairs at a play that were given to others."""

import sqlalchemy as sa
from alembic import op

revision = "invitations"
down_revision = "prompts"


def upgrade() -> None:
    op.create_table(
        "invitation",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("session", sa.String(length=64), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("character", sa.String(length=200), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("revoked_at", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["session"], ["session.id"], name=op.f("fk_invitation_session")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
    )
    op.create_index(op.f("ix_invitation_session"), "invitation", ["session"], unique=False)
    op.create_index(op.f("ix_invitation_token"), "invitation", ["token"], unique=True)
