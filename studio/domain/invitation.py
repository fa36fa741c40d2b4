"""A chair at somebody else's play."""

from __future__ import annotations

from enum import StrEnum

from pydantic import AwareDatetime, Field

from studio.domain.event import DIRECTOR
from studio.domain.value import Value


class Role(StrEnum):
    """What a guest may do: direct as the host does, play one character, or watch."""

    DIRECTOR = "director"
    PLAYER = "player"
    WATCHER = "watcher"


class Invitation(Value):
    """Whoever holds its token sits at the play with these rights, until it is revoked.

    `character`: whom a player plays, or through whose eyes a watcher sees; empty for the director's own view. `calls`:
    whether a player may call the next line, and speak whenever they like; else they speak when it is their turn.
    `name` is what the others at the table read.
    """

    id: str
    session: str
    owner: str
    role: Role
    character: str = ""
    name: str = Field(default="", max_length=60)
    calls: bool = True
    created_at: AwareDatetime
    revoked_at: AwareDatetime | None = None

    @property
    def seat(self) -> str:
        """Through whose eyes the play is seen from here."""
        return self.character or DIRECTOR
