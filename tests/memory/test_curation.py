"""Editing, pinning, forgetting, bringing back: on a real archive and index."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta

import pytest

from studio.archive.memory_queries import MemoryFilter
from studio.domain.identifiers import derived
from studio.domain.memory import Memory, MemoryDetails, MemoryKind
from studio.errors import Conflict, Invalid, NotFound
from studio.memory.agentic_memory import AgenticMemory
from studio.memory.base import Ask, Occasion
from studio.memory.consolidation import consolidate
from studio.memory.curation import Curator
from studio.memory.event_memory import EventMemory
from studio.memory.hybrid import Hybrid
from studio.memory.keeper import MemoryKeeper
from studio.memory.memory_stream import MemoryStream
from studio.memory.shelves import FLUSH_AT
from tests.memory.kept import ADA, SESSION, STILL, House, ask, event, events
from tests.memory.mind import NAMES

KEY = "the spare key hangs inside the fog bell"
ALL = MemoryFilter(character="ada", continuity="s1")


async def begun(house: House, path: Sequence[object] = ()) -> tuple[MemoryKeeper, Curator]:
    keeper = house.keeper()
    await keeper.observe(SESSION, path or [*events(30), event(30, f"Listen: {KEY}.", actor="bo")])
    return keeper, Curator(keeper, random.Random(1))


def id_of(number: int) -> str:
    return derived(f"e{number:04}", "ada")


def asking(focal: str = KEY, count: int = 31, **fields: object) -> Ask:
    return ask([*events(count - 1), event(count - 1, KEY)], focal, **fields)


async def conclude(keeper: MemoryKeeper, text: str, evidence: Sequence[str], **fields: object) -> Memory:
    found = await keeper.store.fetch("me", evidence)
    made = found[0].model_copy(
        update={
            "id": derived(text),
            "text": text,
            "kind": MemoryKind.REFLECTION,
            "evidence": tuple(evidence),
            "sources": tuple(source for one in found for source in one.sources),
            "details": MemoryDetails(depth=1 + max(one.details.depth for one in found)),
            **fields,
        }
    )
    await keeper.keep([made])
    return made


async def best(keeper: MemoryKeeper, focal: str = KEY, **fields: object) -> str:
    recalled = await keeper.recall(
        MemoryStream(recency_weight=0, importance_weight=0), asking(focal, limit=1, **fields)
    )
    return recalled[0].memory.text


async def test_an_edit_is_recalled_as_edited_until_it_is_undone(house: House) -> None:
    keeper, curator = await begun(house)
    done = await curator.edit("me", id_of(30), text="Bo said: a whale under the pier", importance=9)
    assert await best(keeper, "whale under the pier") == "Bo said: a whale under the pier"
    assert (await keeper.store.matching(*ADA, "whale", 5)).keys() == {id_of(30)}
    assert await keeper.store.matching(*ADA, "spare key hangs", 5) == {}
    undone = await curator.undo("me", done.id)
    assert [one.id for one in undone.memories] == [id_of(30)] and undone.told == "1 memory is as before."
    assert KEY in await best(keeper) and await keeper.store.matching(*ADA, "whale", 5) == {}
    with pytest.raises(Conflict, match="already"):
        await curator.undo("me", done.id)


async def test_an_edit_survives_a_restart_and_a_rebuilt_index(house: House) -> None:
    _, curator = await begun(house)
    await curator.edit("me", id_of(3), text="Ada said: a whale under the pier")
    await house.keepers[0].close()
    again = house.keeper()
    assert await best(again, "whale under the pier") == "Ada said: a whale under the pier"
    await again.reindex()
    assert await best(again, "whale under the pier") == "Ada said: a whale under the pier"


async def test_what_is_pinned_comes_first_and_is_admitted_like_anything_else(house: House) -> None:
    keeper, curator = await begun(house)
    done = await curator.pin("me", [id_of(2)])
    assert done.told == "1 memory is pinned."
    recalled = await keeper.recall(STILL, asking(limit=3))
    assert recalled[0].memory.id == id_of(2) and recalled[0].why == "pinned" and len(recalled) == 3
    assert id_of(2) not in [
        one.memory.id for one in await keeper.recall(STILL, asking(limit=3, lineage=frozenset({"e0005"})))
    ]
    assert len(await keeper.recall(STILL, asking(limit=1))) == 1
    await curator.undo("me", done.id)
    assert id_of(2) not in [one.memory.id for one in await keeper.recall(STILL, asking(limit=3))]


async def test_forgetting_takes_what_was_concluded_along_and_undo_brings_all_back(house: House) -> None:
    keeper, curator = await begun(house)
    insight = await conclude(keeper, "Bo knows where the key is.", [id_of(30), id_of(4)])
    deeper = await conclude(keeper, "Bo cannot be trusted with keys.", [insight.id])
    done = await curator.forget("me", [id_of(30)])
    assert {one.id for one in done.memories} == {id_of(30), insight.id, deeper.id}
    assert done.told == "1 memory and 2 insights are out of mind."
    for policy in (STILL, Hybrid()):
        recalled = await keeper.recall(policy, asking(limit=30, budget_tokens=9000))
        assert not {one.id for one in done.memories} & {one.memory.id for one in recalled}
    assert await keeper.store.matching(*ADA, "key", 50) == {}
    hidden = await curator.page("me", ALL.model_copy(update={"forgotten": True}))
    assert hidden.total == 3 and (await curator.page("me", ALL)).total == 30
    await curator.undo("me", done.id)
    assert (await curator.page("me", ALL)).total == 33
    assert KEY in await best(keeper)
    assert set(await keeper.store.matching(*ADA, "key", 50)) == {id_of(30), insight.id, deeper.id}


async def test_erasing_leaves_no_row_vector_word_or_history_and_is_never_learnt_again(house: House) -> None:
    path = [*events(FLUSH_AT + 10), event(FLUSH_AT + 10, f"Listen: {KEY}.", actor="bo")]
    keeper, curator = await begun(house, path)
    secret = id_of(FLUSH_AT + 10)
    insight = await conclude(keeper, "Bo knows of the fog bell.", [secret])
    await curator.edit("me", secret, text=f"{KEY}, he said")
    forgotten = await curator.forget("me", [secret])
    done = await curator.erase("me", [secret])
    assert done.told == "1 memory and 1 insight are gone for good, with 2 entries of the index."
    assert {one.id for one in done.memories} == {secret, insight.id}
    with pytest.raises(NotFound):
        await curator.undo("me", forgotten.id)
    assert await keeper.store.changes("me", [secret]) == ()
    await keeper.close()
    await house.archive.close()
    with closing(sqlite3.connect(house.folder / "studio.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        mine = "SELECT count(*) FROM {} WHERE memory IN (?, ?)"
        for table in ("memory_vector", "memory_change", "memory_text_place"):
            assert connection.execute(mine.format(table), (secret, insight.id)).fetchone() == (0,)
        assert connection.execute(mine.format("memory_erased"), (secret, insight.id)).fetchone() == (2,)
    raw = (house.folder / "studio.db").read_bytes()
    assert raw.count(b"spare key hangs") == 1, "only Bo's own memory of it is left"
    house.archive = await type(house.archive).open(f"sqlite:///{house.folder / 'studio.db'}")
    again = house.keeper()
    assert await again.observe(SESSION, path) == 0
    assert secret not in {one.id for one in await house.all_of_ada()}
    assert not {secret, insight.id} & await again.index.ids(ADA, house.embedder.name)


async def test_the_later_act_is_undone_first_and_strangers_undo_nothing(house: House) -> None:
    keeper, curator = await begun(house)
    first = await curator.edit("me", id_of(1), text="one")
    second = await curator.edit("me", id_of(1), text="two")
    with pytest.raises(Conflict, match="edit"):
        await curator.undo("me", first.id)
    with pytest.raises(NotFound):
        await curator.undo("you", second.id)
    for act in (second, first):
        await curator.undo("me", act.id)
    (memory,) = await keeper.store.fetch("me", [id_of(1)])
    assert memory.text.startswith("I said: 1:")
    acts = await keeper.store.changes("me")
    assert [(one.act, one.undone) for one in acts] == [("edit", True), ("edit", True)]
    assert list(acts[0].texts.values()) == ["one"]


async def test_bad_input_is_told_and_changes_nothing(house: House) -> None:
    _, curator = await begun(house)
    with pytest.raises(Invalid, match="20,000"):
        await curator.edit("me", id_of(1), text="x" * 20_001)
    with pytest.raises(Invalid, match="from 1 to 10"):
        await curator.edit("me", id_of(1), importance=11)
    with pytest.raises(Invalid, match="text"):
        await curator.note("me", "ada", "s1", "  ")
    for act in (curator.forget, curator.erase, curator.pin):
        with pytest.raises(NotFound, match="nobody"):
            await act("me", [id_of(1), "nobody"])
        with pytest.raises(NotFound):
            await act("you", [id_of(1)])
    assert (await curator.page("me", ALL)).total == 31


async def test_asking_leaves_no_trace_and_what_if_changes_the_answer(house: House) -> None:
    keeper, curator = await begun(house)
    before = await house.all_of_ada()
    answer = await curator.ask(MemoryStream(), asking(limit=5))
    assert len(answer.recalled) == 5 and answer.meter == sum(one.importance for one in before) and answer.full == 150
    assert all(0 <= part <= 1 for one in answer.recalled for part in (one.recency, one.importance, one.relevance))
    later = await curator.ask(MemoryStream(preset="ville"), asking(limit=5, now=asking().now + timedelta(days=9)))
    assert [one.score for one in later.recalled] != [one.score for one in answer.recalled]
    await keeper.settled()
    assert await house.all_of_ada() == before


async def test_a_note_holds_on_every_branch(house: House) -> None:
    keeper, curator = await begun(house)
    await curator.note("me", "ada", "s1", "Ada's mother was called Ingrid.")
    assert (
        await best(keeper, "What was Ingrid's name, Ada's mother?", lineage=frozenset())
        == "Ada's mother was called Ingrid."
    )


async def test_pages_filter_and_search(house: House) -> None:
    _, curator = await begun(house)
    assert (await curator.page("me", ALL.model_copy(update={"words": "fog bell key"}), limit=1)).memories[
        0
    ].id == id_of(30)
    pages = [await curator.page("me", ALL, limit=12, offset=offset) for offset in (0, 12, 24)]
    assert [page.total for page in pages] == [31] * 3 and len({one.id for page in pages for one in page.memories}) == 31
    oldest = await curator.page("me", ALL.model_copy(update={"oldest_first": True}), limit=1)
    assert oldest.memories[0].id == id_of(0)
    since = events(30)[20].at
    assert (await curator.page("me", ALL.model_copy(update={"since": since}))).total == 11
    assert (await curator.page("me", MemoryFilter(about="bo", words="KEY Hangs"))).total == 2
    assert (await curator.page("you", MemoryFilter())).total == 0


async def test_an_insight_shows_its_evidence_down_to_the_lines_and_what_is_missing(house: House) -> None:
    keeper, curator = await begun(house)
    insight = await conclude(keeper, "Bo knows.", [id_of(30), id_of(4)])
    deeper = await conclude(keeper, "Trust nobody.", [insight.id, id_of(5)])
    tree = await curator.grounds("me", deeper.id)
    assert tree.evidence[0].memory.text == "Bo knows." and tree.missing == ()
    assert {one.memory.id for one in tree.evidence[0].evidence} == {id_of(30), id_of(4)}
    assert [one.id for one in await curator.conclusions("me", id_of(4))] == [insight.id, deeper.id]
    assert [one.id for one in await curator.conclusions("me", id_of(5))] == [deeper.id]
    await keeper.delete("me", [id_of(30)])
    assert (await curator.grounds("me", insight.id)).missing == (id_of(30),)


async def test_a_profile_tells_what_is_known_and_from_which_lines(house: House) -> None:
    path = [
        event(0, "I love photography.", actor="bo"),
        event(1, "I hate photography because the camera broke.", actor="bo"),
        event(2, "I live in Bergen.", actor="bo"),
    ]
    keeper, curator = await begun(house, path)
    await consolidate(keeper, EventMemory(), ask(path, now=path[-1].at), Occasion.TURN, names=NAMES)
    bergen, photography = await curator.profile("me", "bo")
    assert bergen.statement.text == "Bo Lind lives in Bergen." and bergen.overruled == ()
    assert photography.statement.text == "Bo Lind hates photography."
    assert photography.statement.details.reason == "the camera broke"
    assert [one.text for one in photography.overruled] == ["Bo Lind loves photography."]
    assert [one.text for one in photography.learnt_from] == [f"Bo Lind said: {path[1].text}"]
    assert await curator.profile("you", "bo") == () == await curator.profile("me", "cy")


async def test_a_point_of_the_written_memory_shows_its_lines_and_goes_with_them(house: House) -> None:
    path = [event(0, "I love photography.", actor="bo"), event(1, "I live in Bergen.", actor="bo")]
    keeper, curator = await begun(house, path)
    await consolidate(keeper, AgenticMemory(), ask(path, now=path[-1].at), Occasion.BREAK, names=NAMES)
    (written,) = await curator.versions("me", "ada", "s1")
    lines = await curator.because("me", written.id, "Bo Lind loves photography.")
    assert [one.text for one in lines] == ["Bo Lind said: I love photography."]
    await curator.forget("me", [lines[0].id])
    (rewritten,) = await curator.versions("me", "ada", "s1")
    assert rewritten.text == "- Bo Lind lives in Bergen." and rewritten.id != written.id
    assert await curator.because("me", written.id, "No such point.") == ()


async def test_there_is_something_to_choose_from(house: House) -> None:
    _, curator = await begun(house)
    await curator.note("me", "ada", "s1", "Ada's mother was called Ingrid.")
    counts = {(one.character, one.kind.value, one.about): one.count for one in await curator.counts("me")}
    assert counts[("ada", "observation", "ada")] == 30 and counts[("bo", "observation", "bo")] == 1
    assert counts[("ada", "note", "")] == 1 and await curator.counts("you") == ()
