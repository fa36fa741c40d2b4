"""Prompts kept small beside the events they led to."""

from __future__ import annotations

import itertools
import sqlite3
from contextlib import closing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.archive import Archive
from studio.archive.prompts import Kept
from studio.domain.session import Session
from studio.errors import NotFound, StorageError
from tests.archive.values import ANN, BOB, played
from tests.archive.values import ids as ids_of
from tests.archive.values import session as new

_numbers = itertools.count()


async def told(archive: Archive, count: int, name: str = "tea") -> tuple[Session, list[str]]:
    session, events = await played(archive, count, new(name))
    return session, ids_of(events)


def prompt(number: int) -> str:
    lines = "\n".join(
        f"Line {line} of the play, as it was heard: {line * 7919}." for line in range(number, number + 40)
    )
    return f"You are Ada. {'You keep the lamp. ' * 90}\n{lines}\nYour turn, {number}."


async def test_a_prompt_comes_back_as_it_was_and_takes_little_room(archive: Archive) -> None:
    session, ids = await told(archive, 12)
    await archive.prompts.add(session, [Kept(id_, "ada", prompt(number)) for number, id_ in enumerate(ids)])
    for number, id_ in enumerate(ids):
        assert await archive.prompts.get(session, id_) == prompt(number)
    assert await archive.prompts.get(session, "nothing") is None
    with closing(sqlite3.connect(archive.database.file or "")) as connection:
        sizes = [row[0] for row in connection.execute("SELECT length(body) FROM prompt ORDER BY event")]
        assert sum(sizes) < 0.12 * sum(len(prompt(number)) for number in range(12))
        assert connection.execute("SELECT count(*) FROM prompt WHERE base IS NULL").fetchone()[0] >= 1


async def test_keeping_twice_keeps_the_first(archive: Archive) -> None:
    session, ids = await told(archive, 2)
    await archive.prompts.add(session, [Kept(ids[0], "ada", "one")])
    await archive.prompts.add(session, [Kept(ids[0], "ada", "another"), Kept(ids[1], "ada", "two")])
    assert [await archive.prompts.get(session, id_) for id_ in ids] == ["one", "two"]
    await archive.prompts.add(session, [])


async def test_prompts_are_their_owners_and_go_with_the_session(archive: Archive) -> None:
    session, ids = await told(archive, 2)
    await archive.prompts.add(session, [Kept(ids[0], "ada", "one")])
    theirs = session.model_copy(update={"owner": BOB})
    for call in (archive.prompts.get(theirs, ids[0]), archive.prompts.add(theirs, [Kept(ids[0], "ada", "x")])):
        with pytest.raises(NotFound):
            await call
    other, _ = await told(archive, 1, "coffee")
    with pytest.raises(NotFound):
        await archive.prompts.add(other, [Kept(ids[1], "ada", "x")])
    assert await archive.prompts.get(other, ids[0]) is None
    await archive.sessions.purge(ANN, session.id)
    with closing(sqlite3.connect(archive.database.file or "")) as connection:
        assert connection.execute("SELECT count(*) FROM prompt").fetchone()[0] == 0
    await archive.check()


async def test_a_damaged_prompt_is_told_and_nothing_else_is_lost(archive: Archive) -> None:
    session, ids = await told(archive, 2)
    await archive.prompts.add(session, [Kept(id_, "ada", prompt(number)) for number, id_ in enumerate(ids)])
    for damage, told_so in (("x'00'", "is cut off"), ("x'FF00FF'", "cannot be read")):
        with closing(sqlite3.connect(archive.database.file or "")) as connection:
            connection.execute(f"UPDATE prompt SET body = {damage} WHERE event = ?", (ids[1],))
            connection.commit()
        with pytest.raises(StorageError, match=f"the prompt of event '{ids[1]}' {told_so}"):
            await archive.prompts.get(session, ids[1])
    assert await archive.prompts.get(session, ids[0]) == prompt(0)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(texts=st.lists(st.text(st.characters(exclude_categories=("Cs",))), min_size=1, max_size=5))
async def test_any_text_is_kept(archive: Archive, texts: list[str]) -> None:
    session, ids = await told(archive, len(texts), f"tea-{next(_numbers)}")
    await archive.prompts.add(session, [Kept(id_, "ada", text) for id_, text in zip(ids, texts, strict=True)])
    assert [await archive.prompts.get(session, id_) for id_ in ids] == texts
