"""Who sits at a play: the strip over the script, the sheet where chairs are given, and whose turn it is. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from studio.domain.event import DIRECTOR, TURNS
from studio.domain.invitation import Invitation, Role
from studio.domain.session import Session
from studio.domain.transcript import Transcript
from studio.domain.value import Value
from studio.errors import UserError
from studio.ui.channels import Place
from studio.ui.present import Person, people_of
from studio.ui.visit import Visit

HOST = "The host"
WHAT = {Role.DIRECTOR: "directs", Role.PLAYER: "plays", Role.WATCHER: "watches"}


class Sitter(Value):
    """Somebody at the table: what they do there, as whom, and whether their page is open now. `chair`, for the host's
    eyes: the chair they sit in."""

    chair: str = ""
    name: str
    does: str
    person: Person | None = None
    here: bool = False
    you: bool = False


class Table(Value):
    """The strip over the script; empty where nobody was invited. `guest`: it is somebody else's play."""

    sitters: tuple[Sitter, ...] = ()
    guest: bool = False
    beat: int = 0


class Chair(Value):
    """A chair as the host sees it."""

    id: str
    name: str
    does: str
    here: bool = False


class TablePage(Value):
    """The sheet: the chairs given, and whom one can give. `token`: what opens the newest, shown this once. `hidden`
    says why a guest sees none."""

    chairs: tuple[Chair, ...] = ()
    people: tuple[tuple[str, str], ...] = ()
    token: str = ""
    given: str = ""
    hidden: str = ""


def out_of_turn(transcript: Transcript, visit: Visit) -> bool:
    """Whether a player who speaks in turn was the last to speak."""
    last = next((event.actor for event in reversed(transcript.told) if event.kind in TURNS), "")
    return visit.role == Role.PLAYER and not visit.calls and last == visit.seat


def check_turn(transcript: Transcript, visit: Visit) -> None:
    """Raises: UserError when it is not this player's turn."""
    if out_of_turn(transcript, visit):
        raise UserError("You spoke last. In this chair you speak again once somebody else has; your line is kept here.")


def turn_of(session: Session, awaited: str, seat: str) -> str:
    """That a play waits for a person, as one of them reads it."""
    name = session.name_of(awaited)
    return f"It is your turn, {name}." if awaited == seat else f"It is {name}’s turn; a person plays them."


def table_of(session: Session, chairs: Sequence[Invitation], places: Iterable[tuple[str, Place]], page: str) -> Table:
    """The strip as one page sees it. The host's pages count as one sitter, in the chair they took last."""
    if not chairs:
        return Table()
    people = people_of(session)
    open_pages = list(places)
    mine = next((place for other, place in open_pages if other == page), Place())
    hosts = [place for _, place in open_pages if not place.chair]
    seat = mine.seat if not mine.chair and mine.session else (hosts[0].seat if hosts else DIRECTOR)
    host = Sitter(
        name=HOST,
        does="plays" if seat != DIRECTOR else "directs",
        person=people.get(seat) if seat != DIRECTOR else None,
        here=bool(hosts),
        you=not mine.chair,
    )
    here = {place.chair for _, place in open_pages}
    guests = (
        Sitter(
            chair="" if mine.chair else chair.id,
            name=chair.name or "A guest",
            does=WHAT[chair.role],
            person=people.get(chair.character) if chair.role is Role.PLAYER else None,
            here=chair.id in here,
            you=chair.id == mine.chair,
        )
        for chair in chairs
    )
    return Table(sitters=(host, *guests), guest=bool(mine.chair))


def chairs_of(session: Session, chairs: Sequence[Invitation], here: frozenset[str]) -> tuple[Chair, ...]:
    """The chairs for the host's sheet."""

    def does(chair: Invitation) -> str:
        if chair.role is Role.PLAYER:
            turns = "" if chair.calls else ", one line at a time"
            return f"plays {session.name_of(chair.character)}{turns}"
        if chair.role is Role.WATCHER:
            return f"watches through {session.name_of(chair.character)}’s eyes" if chair.character else "watches it all"
        return "directs with you"

    return tuple(
        Chair(id=chair.id, name=chair.name or "A guest", does=does(chair), here=chair.id in here) for chair in chairs
    )
