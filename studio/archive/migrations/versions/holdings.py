"""The catalogue of the library."""

import sqlalchemy as sa
from alembic import op

revision = "holdings"
down_revision = "revisions"


def upgrade() -> None:
    texts = ("title", "title_key", "about", "place", "genre", "tags", "tropes", "cast", "portrait", "problem")
    op.create_table(
        "holding",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("stamp", sa.String(length=200), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in texts),
        sa.Column("mbti", sa.String(length=4), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_holding")),
        sa.UniqueConstraint("owner", "kind", "id", name=op.f("uq_holding_owner_kind_id")),
    )
    op.create_index(op.f("ix_holding_owner_kind_title_key"), "holding", ["owner", "kind", "title_key"], unique=False)
    op.create_index(op.f("ix_holding_digest"), "holding", ["digest"], unique=False)
    op.create_table(
        "holding_text",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["holding.number"], name=op.f("fk_holding_text_number")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_holding_text")),
    )
    op.create_table(
        "holding_label",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("shown", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["holding.number"], name=op.f("fk_holding_label_number")),
        sa.PrimaryKeyConstraint("number", "kind", "label", name=op.f("pk_holding_label")),
    )
    op.create_index(op.f("ix_holding_label_kind_label"), "holding_label", ["kind", "label"], unique=False)
    op.create_table(
        "holding_mark",
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("favourite", sa.Integer(), nullable=False),
        sa.Column("folder", sa.String(length=200), nullable=False),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("owner", "kind", "id", name=op.f("pk_holding_mark")),
    )
    op.create_table(
        "holding_tag",
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("shown", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("owner", "kind", "id", "label", name=op.f("pk_holding_tag")),
    )
