"""How a session is played. Sessions made before were all played in the lean way."""

import sqlalchemy as sa
from alembic import op

revision = "session_mode"
down_revision = "0001"


def upgrade() -> None:
    lean = '{"name":"lean","parameters":{}}'
    op.add_column("session", sa.Column("mode", sa.Text(), server_default=lean, nullable=False))
