"""The steps of undo and redo, one row a session."""

import sqlalchemy as sa
from alembic import op

revision = "trail"
down_revision = "holdings"


def upgrade() -> None:
    op.create_table(
        "trail",
        sa.Column("session", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["session"], ["session.id"], name=op.f("fk_trail_session")),
        sa.PrimaryKeyConstraint("session", name=op.f("pk_trail")),
    )
