"""Which lore joins a prompt, and why. Pure.

Entries are called as in SillyTavern, so that a book behaves alike: scan, let the called of one group compete, roll for
probability, serve the budget of each book until the first that does not fit, scan again for what the texts just called
mention, until nothing new comes.

Differs: only what this character witnessed is scanned, and only what it may know is called. How long an entry stays,
rests and waits is not kept in a store of its own, but told by the log: a spoken turn records what fired for it, and
what would have but for luck, a rest or want of room (`recorded`, under `parts["lore"]`; `traced` reads it for a page),
and `hearing` reads that back. So it follows branches, undo and edits by itself, and no old message is ever scanned
again. A rest after a stay begins when the stay ends, not at the first look after it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from pydantic import ValidationError

from studio.cards.macros import MacroNames
from studio.cards.played import has_macros, macro_names, outlets_named, person_in, teller
from studio.domain.character import Character
from studio.domain.event import Event, Kind
from studio.domain.identifiers import slug
from studio.domain.lorebook import Lorebook
from studio.domain.transcript import Transcript
from studio.domain.value import Value
from studio.llm.tokens import estimate
from studio.roleplay.clipping import clipped
from studio.roleplay.lore_calling import Called, Considered, Fired, Outcome, Past, call
from studio.roleplay.lore_matching import Expand
from studio.roleplay.lore_placing import NOTHING, Placed, Seat, place, room_for

PART = "lore"
MOST_CUT = 20
LONGEST = 200
"""Characters of one field in the log."""
SPOKEN = frozenset({Kind.SPEECH, Kind.ACTION, Kind.WHISPER})


class Lore(Value):
    """What was called up for one turn: where it stands in the prompt, and what became of the entries."""

    placed: Placed = NOTHING
    considered: tuple[Considered, ...] = ()

    @property
    def fired(self) -> dict[str, str]:
        """Entry id → what called it, of those the model is told."""
        return {one.entry: one.detail or one.outcome.value for one in self.considered if one.fired}


class Hearing(Value):
    """What a character's lore is called by. `texts`: the newest messages it witnessed, oldest first; `heard`: how many
    there were in all; `past`: what fired for it earlier, as far back as a stay or rest can reach."""

    texts: tuple[str, ...] = ()
    heard: int = 0
    past: tuple[Past, ...] = ()


def hearing(transcript: Transcript, knower: str, books: Sequence[Lorebook]) -> Hearing:
    """What this character heard, as far back as these books look. Its private thoughts call nothing up.

    Cost: reads the newest messages only; of those before, nothing but how many there were.
    """
    messages = [event for event in transcript.witnessed_by(knower) if event.kind is not Kind.THOUGHT]
    entries = [entry for book in books for entry in book.entries]
    depth = max((*(book.scan_depth for book in books), *(entry.scan_depth or 0 for entry in entries)), default=0)
    reach = max((entry.sticky + entry.cooldown for entry in entries), default=0)
    texts = tuple(_told(event, transcript) for event in messages[-depth:]) if depth else ()
    return Hearing(texts=texts, heard=len(messages), past=_past(messages, knower, reach))


def call_up(
    transcript: Transcript,
    character: Character,
    *,
    rng: random.Random,
    clock: Callable[[], datetime],
    simple: bool = False,
    every: bool = False,
) -> Lore:
    """The lore of the scene and of this character that its next turn calls up, each entry in its place in the prompt.

    `simple`: for a model that is told little. `every`: with what became of the entries nothing called, too.
    Cost: no model call; nothing where there is no book.
    """
    session = transcript.session
    books = [book for book in (session.scene.lorebook, character.lorebook) if book and book.entries]
    if not books:
        return Lore()
    heard = hearing(transcript, character.id, books)
    known_by_name = slug(character.name, "")
    taken = {member.id for member in session.cast}
    called = _called(
        books,
        character.id,
        heard.texts,
        heard.heard,
        heard.past,
        rng,
        _teller(transcript, character, rng, clock),
        estimate,
        () if known_by_name in taken else (known_by_name,),
    )
    fired = called.fired()
    placed = place(fired, room_for(books, simple=simple), outlets_named(character), simple=simple)
    return Lore(placed=placed, considered=_settled(called.considered(every=every), fired, placed.seats))


def fire(
    books: Iterable[Lorebook],
    knower: str,
    witnessed_texts: tuple[str, ...],
    *,
    heard: int | None = None,
    past: Iterable[Past] = (),
    rng: random.Random | None = None,
    expand: Expand | None = None,
    tokens: Callable[[str], int] = estimate,
) -> tuple[Fired, ...]:
    """Entries called up by the last texts this character witnessed, lower `order` first, contents as told to a model.

    `knower`: character id; an entry fires only for those who know it. `heard`: messages witnessed so far, where
    `witnessed_texts` are only the newest. `past`: what fired before. `rng`: for probabilities and groups; without one
    the same texts give the same chance. `expand`: replaces macros in keys and contents.
    """
    return _called(books, knower, witnessed_texts, heard, past, rng, expand, tokens).fired()


def explain(
    books: Iterable[Lorebook],
    knower: str,
    witnessed_texts: tuple[str, ...],
    *,
    heard: int | None = None,
    past: Iterable[Past] = (),
    rng: random.Random | None = None,
    expand: Expand | None = None,
    tokens: Callable[[str], int] = estimate,
) -> tuple[Considered, ...]:
    """Every entry of the books, in their order, with what became of it for the arguments `fire` is given."""
    return _called(books, knower, witnessed_texts, heard, past, rng, expand, tokens).considered()


def recorded(considered: Iterable[Considered]) -> list[dict[str, str]]:
    """What a spoken turn keeps of its lore, for its `parts["lore"]`: the entries that fired, then the newest
    `MOST_CUT` of those that were called and cut, each as the fields of a `Considered` that say something."""
    told = tuple(considered)
    kept = [*(one for one in told if one.fired), *[one for one in told if one.cut][:MOST_CUT]]
    return [{key: clipped(str(value), LONGEST) for key, value in one.model_dump().items() if value} for one in kept]


def traced(event: Event) -> tuple[Considered, ...]:
    """The lore of a turn as `recorded` kept it: each with a `sentence` that says why it fired or was cut."""
    found = event.parts.get(PART)
    told = []
    for record in found if isinstance(found, list) else ():
        try:
            told.append(Considered.model_validate(record if "outcome" in record else _of_old(record)))
        except (ValidationError, TypeError, KeyError):
            continue
    return tuple(told)


def _of_old(record: dict[str, str]) -> dict[str, str]:
    """A record from before cut entries were kept too: all that fired, and why."""
    because = record["because"]
    outcome = because if because in (Outcome.CONSTANT, Outcome.STICKY) else Outcome.KEY.value
    detail = because if outcome == Outcome.KEY else ""
    return {
        "book": record.get("book", ""),
        "entry": record["entry"],
        "title": record["entry"],
        "outcome": outcome,
        "detail": detail,
    }


def _called(
    books: Iterable[Lorebook],
    knower: str,
    texts: tuple[str, ...],
    heard: int | None,
    past: Iterable[Past],
    rng: random.Random | None,
    expand: Expand | None,
    tokens: Callable[[str], int],
    also: Iterable[str] = (),
) -> Called:
    return call(
        tuple(books),
        frozenset((knower, *also)),
        texts,
        heard=len(texts) if heard is None else heard,
        past=past,
        rng=rng or random.Random("\x1f".join((knower, *texts[-2:]))),
        expand=expand,
        tokens=tokens,
    )


def _settled(considered: Sequence[Considered], fired: Sequence[Fired], seats: Sequence[Seat]) -> tuple[Considered, ...]:
    """What became of every entry once the prompt's own room was shared out."""
    sat = {(one.book, one.entry.id): (one.entry, seat) for one, seat in zip(fired, seats, strict=True)}
    told = []
    for one in considered:
        entry, seat = sat.get((one.book, one.entry), (None, Seat()))
        if not one.fired or entry is None:
            told.append(one)
        elif seat.placeless:
            told.append(one.model_copy(update={"outcome": Outcome.PLACE, "detail": entry.outlet}))
        elif seat.zone is None:
            told.append(one.model_copy(update={"outcome": Outcome.ROOM, "detail": ""}))
        else:
            where = f"depth {entry.depth}" if seat.zone == "depth" else seat.zone
            told.append(one.model_copy(update={"place": where}))
    return tuple(told)


def _teller(transcript: Transcript, character: Character, rng: random.Random, clock: Callable[[], datetime]) -> Expand:
    """Replaces macros in keys and contents by what this character knows: nothing it did not witness is in them. The
    play is only looked through once a macro is met."""
    tell: Expand | None = None

    def expand(text: str) -> str:
        nonlocal tell
        if not has_macros(text):
            return text
        tell = tell or teller(transcript.session, character, _names(transcript, character), rng, clock)
        return tell(text)

    return expand


def _names(transcript: Transcript, character: Character) -> MacroNames:
    session = transcript.session
    names = macro_names(session, character, person_in(transcript))
    spoken = [event for event in transcript.witnessed_by(character.id) if event.kind in SPOKEN]
    mine = next((event.text for event in reversed(spoken) if event.parts.get("by") != "person"), "")
    theirs = next((event.text for event in reversed(spoken) if event.parts.get("by") == "person"), "")
    newest = spoken[-1] if spoken else None
    update = {
        "last_message": newest.text if newest else "",
        "last_user_message": theirs,
        "last_char_message": mine,
        "last_message_id": len(spoken) - 1 if spoken else None,
        "last_at": newest.at if newest else None,
    }
    return names.model_copy(update=update)


def _told(event: Event, transcript: Transcript) -> str:
    return f"{transcript.session.name_of(event.actor)}: {event.text}" if event.kind in SPOKEN else event.text


def _past(messages: Sequence[Event], knower: str, reach: int) -> tuple[Past, ...]:
    found: list[Past] = []
    for at in range(max(len(messages) - reach, 0), len(messages)):
        for one in traced(messages[at]) if messages[at].actor == knower else ():
            if one.fired:
                found.append(Past(book=one.book, entry=one.entry, at=at, stayed=one.outcome is Outcome.STICKY))
    return tuple(found)
