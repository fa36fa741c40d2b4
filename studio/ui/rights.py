"""What a page may do with the play it shows, by the chair its visitor sits in. Pure."""

from __future__ import annotations

from studio.domain.invitation import Role
from studio.domain.value import Value
from studio.ui.visit import Visit

SEEING = frozenset({"look", "earlier", "later", "newest", "catch-up", "stopped", "reload"})
SPEAKING = frozenset({"send", "lend", "retry", "pause"})
CALLING = frozenset({"next", "auto", "pause", "retry"})
ONES_OWN = frozenset({"open", "fresh", "search", "shelf", "more", "rename", "archive", "restore", "erase", "replies"})
"""Acts on what is the visitor's own wherever they sit: the list of plays, quick replies."""
HOSTING = frozenset({"invite", "revoke", "sequel"})


class Rights(Value):
    """To speak, to call the next line, to direct, and what the host alone may."""

    speak: bool = True
    call: bool = True
    direct: bool = True
    host: bool = True


def rights_of(visit: Visit) -> Rights:
    """What this visit's chair allows; at one's own play, everything."""
    match visit.role:
        case Role.DIRECTOR:
            return Rights(host=False)
        case Role.PLAYER:
            return Rights(call=visit.calls, direct=False, host=False)
        case Role.WATCHER:
            return Rights(speak=False, call=False, direct=False, host=False)
        case _:
            return Rights()


def refusal(visit: Visit, act: str, *, nominates: bool = False) -> str:
    """Why a visit may not do this, in words; empty where it may. `nominates`: somebody is given the word by name."""
    rights = rights_of(visit)
    if rights.host or act in SEEING | ONES_OWN:
        return ""
    if act in HOSTING:
        return "That is for whoever invited you to do: it is their play."
    if rights.direct:
        return ""
    if act in SPEAKING and rights.speak:
        return ""
    if act in CALLING and rights.call and not nominates:
        return ""
    if not rights.speak:
        return "You watch this play. Ask whoever invited you for a part if you would like to speak."
    return "Your chair does not allow that: you speak for your own character, and the director does the rest."
