"""Counting and paging through what a character remembers reads one index."""

from alembic import op

revision = "living_memories"
down_revision = "jobs"


def upgrade() -> None:
    op.drop_index("ix_memory_owner_character_continuity_created_at", table_name="memory")
    op.create_index(
        op.f("ix_memory_owner_character_continuity_forgotten_at_created_at"),
        "memory",
        ["owner", "character", "continuity", "forgotten_at", "created_at"],
        unique=False,
    )
