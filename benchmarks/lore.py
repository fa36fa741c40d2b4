"""What lore costs: CPU to call it up late in a long play, and how much of a prompt a server has to read again.

A book of 220 entries (keys, logic, regular expressions, some always there, some at a depth), 2,000 messages of which
every third mentions something. `reread_chars` is what differs from the speaker's last prompt, the mean of 60 turns:
with lore where it stands, with the same lore put before the persona as SillyTavern has it, and with no book at all.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
from datetime import UTC, datetime, timedelta

from benchmarks.archive_scene import SPEECH, cast, scene
from studio.domain.character import Character
from studio.domain.event import Event, Kind
from studio.domain.lorebook import Lorebook, LoreEntry, Position
from studio.domain.message import Message
from studio.domain.session import Session
from studio.domain.transcript import Transcript
from studio.roleplay.actor import Prompted, request_for
from studio.roleplay.lore import Lore, call_up, recorded
from studio.roleplay.lore_placing import Placed
from studio.roleplay.views import character_view

START = datetime(2026, 3, 1, tzinfo=UTC)
TURNS = 60


def book(entries: int) -> Lorebook:
    """A book as large worlds have: `entries` called by words, ten by patterns, five always there, five at a depth."""
    texts = "What is kept in stack {0} is known to three people, and one of them has left the town since."
    made = [LoreEntry(id=f"w{n}", keys=(f"stack {n}", f"shelf{n}"), content=texts.format(n)) for n in range(entries)]
    made += [LoreEntry(id=f"r{n}", keys=(f"/ledger\\s+{n}\\b/i",), content=texts.format(n)) for n in range(10)]
    made += [LoreEntry(id=f"c{n}", constant=True, content=f"The archive has {n} doors.") for n in range(5)]
    deep = {"position": Position.AT_DEPTH, "depth": 4}
    made += [LoreEntry(id=f"d{n}", keys=(f"door {n}",), content=texts.format(n), **deep) for n in range(5)]
    return Lorebook(name="Archive", entries=tuple(made), scan_depth=4, token_budget=250, recursive=True)


def play(people: tuple[Character, ...], lore: Lorebook | None, messages: int) -> Transcript:
    """A play of so many lines, every third of which mentions something of the book."""
    session = Session(
        id="bench",
        owner="bench",
        continuity="bench",
        title="Archive",
        scene=scene(people, 9000).model_copy(update={"lorebook": lore}),
        cast=people,
        created_at=START,
        updated_at=START,
    )
    transcript = Transcript(session=session)
    for number in range(messages):
        transcript = said(transcript, people[number % len(people)].id, number)
    return transcript


def said(transcript: Transcript, actor: str, number: int, lore: Lore | None = None) -> Transcript:
    """One line more."""
    named = random.Random(number).choice((f"stack {number % 200}", f"ledger {number % 10}", f"door {number % 5}"))
    event = Event(
        id=f"e{number:05}",
        session="bench",
        kind=Kind.SPEECH,
        actor=actor,
        text=f"{SPEECH} {named if number % 3 == 0 else number}",
        parts={"lore": recorded(lore.considered)} if lore else {},
        audience=tuple(member.id for member in transcript.session.cast),
        at=START + timedelta(seconds=number),
    )
    return transcript.extended([event], transcript.session)


def in_frame(placed: Placed) -> Placed:
    """The same lore before the persona, as it is done elsewhere."""
    return placed.model_copy(update={"before": (*placed.before, *placed.tail), "tail": ()})


def reread(transcript: Transcript, people: tuple[Character, ...], naive: bool) -> tuple[float, list[float], int]:
    """Mean characters in which a prompt differs from its speaker's last; CPU milliseconds a calling-up; the longest."""
    last: dict[str, str] = {}
    changed, times, longest = [], [], 0
    for number in range(len(transcript.events), len(transcript.events) + TURNS):
        person = people[number % len(people)]
        start = time.process_time()
        lore = call_up(transcript, person, rng=random.Random(number), clock=lambda: START)
        times.append(1000 * (time.process_time() - start))
        placed = in_frame(lore.placed) if naive else lore.placed
        view = character_view(transcript, person, lore=placed)
        request = request_for(transcript.session, person, view, Prompted(lore=placed), seed=1)
        text = whole(request.messages)
        longest = max(longest, sum(len(message.content) for message in request.messages))
        before = last.get(person.id, "")
        same = next((at for at, (a, b) in enumerate(zip(before, text, strict=False)) if a != b), len(before))
        if before:
            changed.append(len(text) - same)
        last[person.id] = text
        transcript = said(transcript, person.id, number, lore)
    return statistics.mean(changed), times, longest


def whole(messages: tuple[Message, ...]) -> str:
    """A prompt as a server reads it."""
    return "\n".join(f"{message.role}: {message.content}" for message in messages)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--entries", type=int, default=200)
    options = parser.parse_args()
    people = cast(3)
    long = play(people, book(options.entries), options.messages)
    placed, times, longest = reread(long, people, naive=False)
    elsewhere, _, _ = reread(long, people, naive=True)
    without, idle, _ = reread(play(people, None, options.messages), people, naive=False)
    figures = {
        "call_up_cpu_ms": round(statistics.median(times), 2),
        "call_up_cpu_ms_without_book": round(statistics.median(idle), 3),
        "reread_chars": round(placed),
        "reread_chars_lore_in_frame": round(elsewhere),
        "reread_chars_without_book": round(without),
        "prompt_chars_max": longest,
    }
    print(
        json.dumps(figures) if options.json else "\n".join(f"{key:28} {value:>10,}" for key, value in figures.items())
    )


if __name__ == "__main__":
    main()
