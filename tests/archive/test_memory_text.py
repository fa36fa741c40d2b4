"""Memories found by their words: within a scope, by stem, and the same wherever there is no full-text table."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from studio.archive import Archive, memory_text
from studio.archive.backups import restore
from tests.archive.values import ANN, BOB, memory, played, session, vectors

STORY = f"story of {ANN}"
TEXTS = ("The keys hung in the fog bell", "A boat, a bell, a bell", "Herring for supper", "Der Schlüssel hängt im Turm")


async def stored(archive: Archive) -> dict[str, str]:
    """Ada's memories and one each of somebody else's that must not be found; id → text."""
    mine = [memory(text) for text in TEXTS]
    others = [memory("key and bell", BOB), memory("key, bell of Teo", character="teo")]
    await archive.memories.add([*mine, *others], vectors(6), "hash")
    return {one.id: one.text for one in mine}


async def found(archive: Archive, words: str, limit: int = 9) -> list[str]:
    known = {one.id: one.text for one in await archive.memories.of(ANN, "ada", STORY)}
    return [known[id_] for id_ in await archive.memories.matching(ANN, "ada", STORY, words, limit)]


@pytest.mark.parametrize("full_text", [True, False])
async def test_words_find_what_shares_most_of_them_in_their_own_scope(archive: Archive, full_text: bool) -> None:
    await stored(archive)
    if not full_text:
        archive.database.write_now(lambda connection: connection.exec_driver_sql("DROP TABLE memory_text") and None)
    assert (await found(archive, "where is the key to the bell?"))[0] == TEXTS[0]
    assert await found(archive, "herring") == [TEXTS[2]]
    assert await found(archive, "schlüssel") == [TEXTS[3]]
    assert await found(archive, "whale") == [] == await found(archive, '"" * ^(') == await found(archive, "?!")
    assert len(await found(archive, "bell", 1)) == 1


async def test_only_full_text_knows_stems_and_accents(archive: Archive) -> None:
    await stored(archive)
    assert await found(archive, "key hanging") == [TEXTS[0]]
    assert await found(archive, "schlussel") == [TEXTS[3]]
    assert await found(archive, "bells and boats") == [TEXTS[1], TEXTS[0]]


async def test_what_is_deleted_or_purged_is_found_no_more_and_leaves_no_word(archive: Archive, file: Path) -> None:
    texts = await stored(archive)
    await archive.memories.delete(ANN, [id_ for id_, text in texts.items() if "Herring" in text])
    assert await found(archive, "herring") == []
    play, _ = await played(archive, at=session("tea"))
    assert await found(archive, "bell")
    await archive.sessions.purge(ANN, play.id)
    assert await archive.memories.matching(ANN, "ada", STORY, "bell", 9) == {}
    await archive.close()
    assert b"herring" not in file.read_bytes().lower()


async def test_an_archive_without_the_table_is_given_one_and_a_restored_one_keeps_it(
    archive: Archive, url: str, file: Path, tmp_path: Path
) -> None:
    await stored(archive)
    await archive.database.scrub()
    await archive.close()
    copy = tmp_path / "copy.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))
    await restore(url, copy)
    again = await Archive.open(url)
    assert await found(again, "herring") == [TEXTS[2]]

    def without(connection: object) -> None:
        for table in ("memory_text", "memory_text_place"):
            connection.exec_driver_sql(f"DROP TABLE {table}")  # type: ignore[attr-defined]
        memory_text.make(connection)  # type: ignore[arg-type]

    again.database.write_now(without)
    assert await found(again, "herring") == [TEXTS[2]]
    await again.memories.add([memory("More herring")], np.ones((1, 4), np.float32), "hash")
    assert len(await found(again, "herring")) == 2
    await again.close()
