"""Chance and models at work on what is on the bench; what they make goes back to the form as one step."""

from __future__ import annotations

import random
from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing

from pydantic import JsonValue

from studio.domain.character import BigFive, Character
from studio.domain.session import Choice
from studio.errors import Invalid
from studio.generation.dice import locked_but, roll, rolled_fields
from studio.generation.fields import TITLES, FieldValue, filled, get, unlocked
from studio.generation.writers.base import WRITERS, Piece, Sheet, Writer, Written
from studio.run_context import RunContext
from studio.ui.cast.bench import Bench, Work, sitter
from studio.ui.cast.values import Ask, Laid, Pen
from studio.ui.pacing import paced
from studio.ui.visit import Visit

LARGEST_SEED = 1 << 31
WISH_CHARS = 1000


async def rolled(bench: Bench, visit: Visit, ask: Ask) -> Laid:
    """What the dice gave: one field, or all that are not locked. Raises: Invalid for a field that cannot be rolled."""
    work = await bench.written(visit, ask, keep=False)
    if ask.path and ask.path not in rolled_fields():
        raise Invalid(f"{TITLES.get(ask.path, ask.path)} cannot be rolled. Write it, or let a model write it.")
    before = sitter(work)
    seed = int(ask.seed) % LARGEST_SEED if ask.seed.isdigit() else random.SystemRandom().randrange(LARGEST_SEED)
    locked = locked_but(ask.path, before) if ask.path else ask.locks
    after = roll(await bench.options(visit), random.Random(seed), before, locked, ask.world)
    fields = (ask.path,) if ask.path else unlocked(rolled_fields(), ask.locks)
    return Laid(values=_values(after, fields), why="Rolled", seed="" if ask.path else str(seed))


async def written(bench: Bench, visit: Visit, ask: Ask) -> AsyncGenerator[Pen, None]:
    """A writer at work: what it wrote so far, about ten times a second, then all of it.

    Raises: Invalid when nothing is open to it; ModelError.
    """
    frames = paced(_written(bench, visit, ask), fleeting=lambda pen: pen.state == "writing")
    async with aclosing(frames):
        async for frame in frames:
            yield frame


async def _written(bench: Bench, visit: Visit, ask: Ask) -> AsyncGenerator[Pen, None]:
    work = await bench.written(visit, ask, keep=False)
    writer, sheet = await _asked(bench, visit, ask, work)
    model = await bench.desk.writers.model(visit)
    studio = bench.desk.studio
    context = RunContext(model=model, embedder=studio.embedder, rng=random.Random(), clock=studio.clock)
    pen = Pen(state="writing", title=writer.card.title, key=ask.key, beat=bench.desk.beat())
    yield pen
    async with aclosing(writer.write(context, sheet)) as steps:
        async for step in steps:
            if isinstance(step, Piece):
                pen = pen.model_copy(update={"field": step.field, "pieces": {**pen.pieces, step.field: step.text}})
                yield pen
            else:
                yield _finished(pen, step, bench.desk.beat())


async def _asked(bench: Bench, visit: Visit, ask: Ask, work: Work) -> tuple[Writer, Sheet]:
    """The writer, and what it is given: for somebody without a name, the name is open though all else may be kept."""
    character = sitter(work)
    writer = WRITERS.build(Choice(name=ask.name, parameters={"overwrite": ask.over}))
    locked = ask.locks
    nameless = not str(work.body.get("name", "")).strip() and "name" in writer.fills
    if nameless:
        kept = () if ask.over else tuple(path for path in writer.fills if path != "name" and filled(character, path))
        locked = tuple(dict.fromkeys((*(lock for lock in locked if lock != "name"), *kept)))
        writer = writer.model_copy(update={"overwrite": True})
    library = await bench.desk.library(visit)
    taken = tuple(other.name for other in library.characters() if other.id != work.id)
    return writer, Sheet(character=character, locked=locked, taken=taken, wish=ask.wish[:WISH_CHARS])


def _finished(pen: Pen, written: Written, beat: int) -> Pen:
    notes = list(written.notes)
    if written.unseen:
        notes.append(f"Shows nowhere in what was written: {', '.join(written.unseen)}.")
    values = _values(written.character, written.filled)
    return pen.model_copy(update={"state": "done", "values": values, "notes": tuple(notes), "field": "", "beat": beat})


def _values(character: Character, fields: Iterable[str]) -> dict[str, JsonValue]:
    return {path: _plain(get(character, path)) for path in fields}


def _plain(value: FieldValue) -> JsonValue:
    if isinstance(value, BigFive):
        return value.model_dump(mode="json")
    return list(value) if isinstance(value, tuple) else value
