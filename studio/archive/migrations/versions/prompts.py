"""What was said to the model for an event."""

import sqlalchemy as sa
from alembic import op

revision = "prompts"
down_revision = "acts"


def upgrade() -> None:
    op.create_table(
        "prompt",
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.Column("session", sa.String(length=64), nullable=False),
        sa.Column("caller", sa.String(length=200), nullable=False),
        sa.Column("base", sa.String(length=64), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["event"], ["event.id"], name=op.f("fk_prompt_event")),
        sa.ForeignKeyConstraint(["session"], ["session.id"], name=op.f("fk_prompt_session")),
        sa.PrimaryKeyConstraint("event", name=op.f("pk_prompt")),
    )
    op.create_index(op.f("ix_prompt_session_caller"), "prompt", ["session", "caller"], unique=False)
