"""Who is here, and what they are looking at: ids only. What was played lies in the archive."""

from __future__ import annotations

import re
import secrets

from studio.domain.event import DIRECTOR
from studio.domain.invitation import Role
from studio.domain.value import Value
from studio.roleplay.steps import Lent, Turn
from studio.settings import Settings

LOCAL_OWNER = "local"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_GUEST = re.compile(r"guest-[A-Za-z0-9_-]{22}")


class Visit(Value):
    """One tab of one visitor. `page` is the tab's own key; `version` is that of the session as this tab last showed it,
    so that a second tab cannot write over what it has not seen. `window` lines are shown, up to the event `until`; 0
    and empty: the usual number, up to the newest. `retry` and `again`: what a failed turn asked for; `lent`: the line a
    model last drafted, for the one `lent_to`; `follows`: the play a new one is to go on from.

    At somebody else's play, `host` is its owner, `chair` the invitation that led here, and `role` and `calls` what it
    allows; all empty at one's own.
    """

    page: str = ""
    owner: str = ""
    session: str = ""
    version: int = -1
    seat: str = DIRECTOR
    window: int = 0
    until: str = ""
    query: str = ""
    archived: bool = False
    listed: int = 0
    retry: Turn | None = None
    again: str = ""
    lent: Lent | None = None
    lent_to: str = ""
    follows: str = ""
    host: str = ""
    chair: str = ""
    role: str = ""
    calls: bool = True

    @property
    def house(self) -> str:
        """Whose rows the play shown here lies among."""
        return self.host or self.owner

    @property
    def plays(self) -> bool:
        """Whether whoever looks on plays the one they see through."""
        return self.seat != DIRECTOR and self.role != Role.WATCHER

    def left(self) -> Visit:
        """Back among one's own plays."""
        return self.model_copy(update={"host": "", "chair": "", "role": "", "calls": True})


def serves_strangers(settings: Settings) -> bool:
    """Whether more than one person may come to this process: on a Space, or bound to more than this machine."""
    return settings.on_space or settings.host not in LOOPBACK


def new_guest() -> str:
    """An owner id nobody can guess."""
    return f"guest-{secrets.token_urlsafe(16)}"


def is_guest(owner: str) -> bool:
    """Whether an owner is nobody but a browser."""
    return _GUEST.fullmatch(owner) is not None


def owner_of(settings: Settings, username: str | None, guest: str) -> str:
    """Whose rows a visitor reads and writes.

    The signed-in Hub user; on a machine of one's own everybody is its owner; else the guest the browser remembers, or
    a new one. What a browser remembers can only ever name a guest.
    """
    if username:
        return f"hub:{username}"
    if not serves_strangers(settings):
        return LOCAL_OWNER
    return guest if is_guest(guest) else new_guest()
