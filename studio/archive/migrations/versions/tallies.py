"""The meters of plays as they were last taken."""

import sqlalchemy as sa
from alembic import op

revision = "tallies"
down_revision = "invitations"


def upgrade() -> None:
    op.create_table(
        "tally",
        sa.Column("session", sa.String(length=64), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("model", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("cut", sa.Integer(), nullable=False),
        sa.Column("agency", sa.Integer(), nullable=False),
        sa.Column("again", sa.Integer(), nullable=False),
        sa.Column("repetition", sa.Float(precision=53), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["session"], ["session.id"], name=op.f("fk_tally_session")),
        sa.PrimaryKeyConstraint("session", "actor", "model", name=op.f("pk_tally")),
    )
