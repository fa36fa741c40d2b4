"""Which lore joins a prompt, and why. Pure.

Entries are called as in SillyTavern, so that a book behaves alike: scan, let the called of one group compete, roll for
probability, serve the budget of each book until the first that does not fit, scan again for what the texts just called
mention, until nothing new comes.

Differs: only what this character witnessed is scanned, and only what it may know is called. How long an entry stays,
rests and waits is not kept in a store of its own, but told by the log: a spoken turn records what fired for it
(`recorded`, under `parts["lore"]`), and `hearing` reads that back. So it follows branches, undo and edits by itself,
and no old message is ever scanned again. A rest after a stay begins when the stay ends, not at the first look after it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence

from studio.domain.event import Event, Kind
from studio.domain.lorebook import Lorebook
from studio.domain.transcript import Transcript
from studio.domain.value import Value
from studio.llm.tokens import estimate
from studio.roleplay.lore_calling import Called, Considered, Fired, Outcome, Past, call
from studio.roleplay.lore_matching import Expand

PART = "lore"
SPOKEN = frozenset({Kind.SPEECH, Kind.ACTION, Kind.WHISPER})


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


def recorded(fired: Iterable[Fired]) -> list[dict[str, str]]:
    """What a spoken turn keeps of the lore that fired for it, for its `parts["lore"]`."""
    return [{"book": one.book, "entry": one.entry.id, "because": one.because} for one in fired]


def _called(
    books: Iterable[Lorebook],
    knower: str,
    texts: tuple[str, ...],
    heard: int | None,
    past: Iterable[Past],
    rng: random.Random | None,
    expand: Expand | None,
    tokens: Callable[[str], int],
) -> Called:
    return call(
        tuple(books),
        knower,
        texts,
        heard=len(texts) if heard is None else heard,
        past=past,
        rng=rng or random.Random("\x1f".join((knower, *texts[-2:]))),
        expand=expand,
        tokens=tokens,
    )


def _told(event: Event, transcript: Transcript) -> str:
    return f"{transcript.session.name_of(event.actor)}: {event.text}" if event.kind in SPOKEN else event.text


def _past(messages: Sequence[Event], knower: str, reach: int) -> tuple[Past, ...]:
    found: list[Past] = []
    for at in range(max(len(messages) - reach, 0), len(messages)):
        records = messages[at].parts.get(PART) if messages[at].actor == knower else None
        for record in records if isinstance(records, list) else ():
            stayed = record.get("because") == Outcome.STICKY
            found.append(Past(book=record.get("book", ""), entry=record["entry"], at=at, stayed=stayed))
    return tuple(found)
