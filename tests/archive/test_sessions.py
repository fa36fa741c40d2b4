"""Sessions: stored, listed, changed, shown to their owner alone, destroyed only on request."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event as hooks

from studio.archive import Archive
from studio.domain.character import Character
from studio.domain.event import Draft, Kind
from studio.domain.scene import Scene
from studio.domain.session import Choice, Session
from studio.errors import Conflict, Invalid, NotFound, StorageError
from tests.archive.values import ANN, BOB, NOON, chain, ids, line, memory, played, session, vectors


async def test_a_stored_session_comes_back_equal(archive: Archive) -> None:
    new = session(
        seed=2**70,
        model="openai/gpt-4o-mini",
        memory_policy=Choice(name="recent_window", parameters={"n": 3, "decay": 0.5, "on": True}),
        scene=Scene.model_validate(
            {"id": "x", "title": "Über 東京 🎭", "premise": "\u202bעברית", "cast": [{"character": "ada"}]}
        ),
        archived_at=NOON + timedelta(days=1),
    )
    assert await archive.sessions.create(new) == new
    assert await archive.sessions.get(ANN, "tea") == new
    assert (await archive.sessions.transcript(ANN, "tea")).events == ()


async def test_a_new_session_is_new(archive: Archive) -> None:
    await archive.sessions.create(session())
    with pytest.raises(Invalid, match="already is a session tea"):
        await archive.sessions.create(session())
    with pytest.raises(Invalid, match="at version 3"):
        await archive.sessions.create(session("other", version=3))
    with pytest.raises(Invalid, match="follows event nowhere"):
        await archive.sessions.create(session("other", follows="nowhere"))


async def test_lines_are_stored_in_order_and_move_the_head(archive: Archive) -> None:
    stored, events = await played(archive)
    assert (stored.version, stored.tip) == (1, events[-1].id)
    more = chain(stored, 2, "More")
    stored = await archive.sessions.append(stored, more)
    transcript = await archive.sessions.transcript(ANN, "tea")
    assert transcript.session == stored
    assert transcript.events == (*events, *more)
    assert stored.updated_at == more[-1].at


async def test_storing_nothing_changes_nothing(archive: Archive) -> None:
    stored, _ = await played(archive)
    assert await archive.sessions.append(stored, ()) is stored


async def test_lines_that_do_not_fit_are_refused_and_nothing_is_stored(archive: Archive) -> None:
    stored, events = await played(archive)
    good = line(stored)
    for wrong, message in (
        ([line(stored, parent=events[0].id)], "but head 'main' stands at"),
        ([good, line(stored)], "but head 'main' stands at"),
        ([good.model_copy(update={"session": "other"})], "belongs to session other"),
        ([good, good.model_copy(update={"parent": good.id})], "comes twice"),
        ([good, events[1].model_copy(update={"parent": good.id})], "stored already"),
        ([good.model_copy(update={"parts": {"x": object()}})], "cannot be stored"),
        ([good.model_copy(update={"text": "half a pair \ud83d"})], "cannot be stored"),
        ([good.model_copy(update={"story_minute": 2**64})], "cannot be stored"),
    ):
        with pytest.raises(Invalid, match=message):
            await archive.sessions.append(stored, wrong)
    assert await archive.sessions.tree(stored) == events
    assert (await archive.sessions.append(stored, [good])).tip == good.id


async def test_a_swipe_is_a_sibling_and_a_branch_another_head(archive: Archive) -> None:
    stored, events = await played(archive)
    stored = await archive.sessions.move_head(stored, events[1].id)
    swipe = line(stored, "Another answer")
    stored = await archive.sessions.append(stored, [swipe])
    assert await archive.sessions.siblings(stored, swipe.id) == (events[2], swipe)
    assert await archive.sessions.siblings(stored, events[2].id) == (events[2], swipe)
    assert await archive.sessions.children(stored, events[1].id) == (events[2], swipe)
    assert await archive.sessions.children(stored, swipe.id) == ()
    assert (await archive.sessions.transcript(ANN, "tea")).events == (*events[:2], swipe)

    stored = await archive.sessions.move_head(stored, events[2].id, head="what if")
    assert stored.heads == {"main": swipe.id, "what if": events[2].id}
    assert (await archive.sessions.transcript(ANN, "tea")).events == events
    assert await archive.sessions.tree(stored) == (*events, swipe)
    assert await archive.sessions.event(stored, swipe.id) == swipe


async def test_undoing_everything_and_beginning_again_keeps_both_beginnings(archive: Archive) -> None:
    stored, events = await played(archive)
    stored = await archive.sessions.move_head(stored, None)
    assert stored.tip is None
    assert (await archive.sessions.transcript(ANN, "tea")).events == ()
    again = line(stored, "Once more")
    stored = await archive.sessions.append(stored, [again])
    assert await archive.sessions.children(stored, None) == (events[0], again)
    assert await archive.sessions.siblings(stored, again.id) == (events[0], again)
    assert (await archive.sessions.move_head(stored, events[-1].id)).tip == events[-1].id


async def test_turns_count_what_stands_on_the_path(archive: Archive) -> None:
    async def turns() -> int:
        (summary,) = await archive.sessions.list(ANN)
        assert summary.turns == (await archive.sessions.transcript(ANN, "tea")).turns
        return summary.turns

    stored, events = await played(archive)
    thought = line(stored, kind=Kind.THOUGHT)
    stored = await archive.sessions.append(stored, [thought])
    assert await turns() == 3
    stored = await archive.sessions.append(
        stored, [line(stored, "", kind=Kind.TOMBSTONE, parts={"hides": events[0].id})]
    )
    assert await turns() == 2
    hidden = stored.tip
    stored = await archive.sessions.append(
        stored, [line(stored, "New", kind=Kind.EDIT, parts={"replaces": events[0].id})]
    )
    assert await turns() == 3
    stored = await archive.sessions.move_head(stored, hidden)
    assert await turns() == 2
    stored = await archive.sessions.move_head(stored, events[1].id)
    assert await turns() == 2
    await archive.sessions.move_head(stored, None)
    assert await turns() == 0


async def test_lineage_goes_on_through_earlier_sessions_and_leaves_branches_out(archive: Archive) -> None:
    first, events = await played(archive)
    first = await archive.sessions.move_head(first, events[1].id)
    branch = line(first, "Elsewhere")
    first = await archive.sessions.append(first, [branch])
    second = await archive.sessions.create(session("supper", follows=branch.id))
    before = {*ids(events[:2]), branch.id}
    assert await archive.sessions.lineage(first) == before
    assert await archive.sessions.lineage(second) == before
    assert await archive.sessions.children(second, None) == ()
    assert (await archive.sessions.transcript(ANN, "supper")).events == ()
    later = chain(second, 2)
    second = await archive.sessions.append(second, later)
    assert await archive.sessions.lineage(second) == before | set(ids(later))
    assert await archive.sessions.children(second, None) == later[:1]
    assert (await archive.sessions.transcript(ANN, "supper")).events == later
    with pytest.raises(Invalid, match="not in its continuity"):
        await archive.sessions.create(session("theirs", BOB, follows=branch.id))

    await archive.sessions.purge(ANN, "tea")
    assert await archive.sessions.lineage(second) == set(ids(later))
    assert (await archive.sessions.transcript(ANN, "supper")).events == later
    await archive.check()


async def test_the_list_is_newest_first_by_page_and_kept_apart_by_owner(archive: Archive) -> None:
    for number in range(5):
        await archive.sessions.create(session(f"s{number}", updated_at=NOON + timedelta(minutes=number)))
    await archive.sessions.create(session("theirs", BOB))
    assert [summary.id for summary in await archive.sessions.list(ANN, limit=2)] == ["s4", "s3"]
    assert [summary.id for summary in await archive.sessions.list(ANN, limit=2, offset=4)] == ["s0"]
    oldest = await archive.sessions.get(ANN, "s0")
    await archive.sessions.append(oldest, [line(oldest, at=NOON + timedelta(hours=1))])
    (first, *_) = await archive.sessions.list(ANN)
    assert (first.id, first.turns, first.scene_title) == ("s0", 1, "The Kitchen")
    assert first.cast_names == ("Ada Brandt", "Téo Ünlü")
    assert [summary.id for summary in await archive.sessions.list(BOB)] == ["theirs"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("tea", {"tea"}),
        ("BRANDT kitchen", {"tea", "odd"}),
        ("TÉO ÜNLÜ", {"tea", "odd"}),
        ("te\u0301o u\u0308nlu\u0308", {"tea", "odd"}),
        ("100%", {"odd"}),
        ("a_b", {"odd"}),
        ("%", {"odd"}),
        ("_", {"odd"}),
        ("\\", {"odd"}),
        ("tea nothing", set()),
        ("  ", {"tea", "odd"}),
    ],
)
async def test_search_finds_every_word_in_titles_and_names(archive: Archive, query: str, found: set[str]) -> None:
    await archive.sessions.create(session())
    await archive.sessions.create(session("odd", title=r"100% a_b \ more"))
    assert {summary.id for summary in await archive.sessions.list(ANN, query=query)} == found


async def test_the_list_reads_no_scene_no_cast_and_no_event(archive: Archive) -> None:
    await played(archive)
    seen: list[str] = []
    hooks.listen(archive.database.reading, "before_cursor_execute", lambda *call: seen.append(call[2]))
    assert await archive.sessions.list(ANN, query="tea")
    told = " ".join(seen)
    assert "FROM session" in told
    assert "session_body" not in told
    assert "FROM event" not in told


async def test_only_what_is_given_changes(archive: Archive) -> None:
    stored, events = await played(archive)
    cast = (*stored.cast, Character(id="zoe", name="Zoë"))
    changed = await archive.sessions.update(stored, title="Supper", cast=cast, speaker_policy=Choice(name="director"))
    mode = Choice(name="quest", parameters={"goal": "Tea"})
    changed = await archive.sessions.update(changed, mode=mode)
    assert changed.mode == mode
    assert changed == await archive.sessions.get(ANN, "tea")
    same = {"title", "cast", "speaker_policy", "mode", "version", "updated_at"}
    assert changed.model_dump(exclude=same) == stored.model_dump(exclude=same)
    assert [summary.id for summary in await archive.sessions.list(ANN, query="supper zoë")] == ["tea"]
    assert (await archive.sessions.transcript(ANN, "tea")).events == events

    away = await archive.sessions.update(changed, archived_at=NOON)
    assert await archive.sessions.list(ANN) == ()
    (summary,) = await archive.sessions.list(ANN, archived=True)
    assert summary.archived
    back = await archive.sessions.update(away, archived_at=None)
    assert back.archived_at is None
    assert len(await archive.sessions.list(ANN)) == 1
    with pytest.raises(Invalid, match="owner cannot be changed"):
        await archive.sessions.update(back, owner=BOB)  # type: ignore[call-arg]


async def test_a_session_that_moved_on_is_not_written_to(archive: Archive) -> None:
    stale, events = await played(archive)
    fresh = await archive.sessions.append(stale, [line(stale)])
    attempts: list[Callable[[], Awaitable[Session]]] = [
        lambda: archive.sessions.append(stale, [line(stale)]),
        lambda: archive.sessions.move_head(stale, events[0].id),
        lambda: archive.sessions.update(stale, title="Mine"),
    ]
    for attempt in attempts:
        with pytest.raises(Conflict, match=r"Somebody else wrote to 'Tea at noon'.*load it again"):
            await attempt()
    assert await archive.sessions.get(ANN, "tea") == fresh


async def test_another_owners_session_is_one_that_does_not_exist(archive: Archive) -> None:
    stored, events = await played(archive)
    theirs = stored.model_copy(update={"owner": BOB})
    missing = stored.model_copy(update={"id": "none"})
    draft = Draft(session="tea", parent=None, actor="ada", text="…", updated_at=NOON)
    sessions = archive.sessions

    def attempts(at: Session) -> list[Callable[[], Awaitable[object]]]:
        return [
            lambda: sessions.get(at.owner, at.id),
            lambda: sessions.transcript(at.owner, at.id),
            lambda: sessions.append(at, [line(at)]),
            lambda: sessions.move_head(at, None),
            lambda: sessions.move_head(at, events[0].id),
            lambda: sessions.update(at, title="Mine"),
            lambda: sessions.children(at, None),
            lambda: sessions.children(at, events[0].id),
            lambda: sessions.siblings(at, events[0].id),
            lambda: sessions.event(at, events[0].id),
            lambda: sessions.tree(at),
            lambda: sessions.lineage(at),
            lambda: sessions.purge(at.owner, at.id),
            lambda: sessions.write_draft(at.owner, draft.model_copy(update={"session": at.id})),
            lambda: sessions.draft(at.owner, at.id),
            lambda: sessions.drop_draft(at.owner, at.id),
        ]

    for mine, nobodys in zip(attempts(theirs), attempts(missing), strict=True):
        with pytest.raises(NotFound) as refused:
            await mine()
        with pytest.raises(NotFound) as unknown:
            await nobodys()
        assert str(refused.value) == str(unknown.value).replace("none", "tea") == "There is no session 'tea'."
    assert (await sessions.transcript(ANN, "tea")).events == events


async def test_an_event_of_another_session_is_not_found(archive: Archive) -> None:
    stored, _ = await played(archive)
    _, others = await played(archive, at=session("other"))
    for attempt in (
        archive.sessions.event(stored, others[0].id),
        archive.sessions.move_head(stored, others[0].id),
        archive.sessions.children(stored, others[0].id),
        archive.sessions.siblings(stored, others[0].id),
    ):
        with pytest.raises(NotFound, match="There is no event"):
            await attempt
    assert await archive.sessions.get(ANN, "tea") == stored


async def test_a_draft_is_kept_until_its_line_is_stored(archive: Archive) -> None:
    stored, events = await played(archive)
    for text in ("I was", "I was about to"):
        draft = Draft(session="tea", parent=events[-1].id, actor="ada", text=text, updated_at=NOON)
        await archive.sessions.write_draft(ANN, draft)
    assert await archive.sessions.draft(ANN, "tea") == draft
    assert (await archive.sessions.list(ANN))[0].has_draft
    stored = await archive.sessions.append(stored, [line(stored, "I was about to say so.")])
    assert await archive.sessions.draft(ANN, "tea") is None
    assert not (await archive.sessions.list(ANN))[0].has_draft
    await archive.sessions.write_draft(ANN, draft)
    await archive.sessions.drop_draft(ANN, "tea")
    assert await archive.sessions.draft(ANN, "tea") is None


async def test_purging_leaves_no_trace_and_touches_nothing_else(archive: Archive, file: Path) -> None:
    secret, kept = "xyzzy-canary-purged", "plugh-canary-kept"
    first = await archive.sessions.create(session(title=f"{secret} title"))
    await archive.sessions.append(first, [line(first, f"{secret} line " * 50)])
    await archive.sessions.write_draft(
        ANN, Draft(session="tea", parent=None, actor="ada", text=f"{secret} draft", updated_at=NOON)
    )
    second, events = await played(archive, at=session("other", title=kept))
    memories = [memory(f"{secret} memory"), memory(f"{kept} memory", session="other")]
    await archive.memories.add(memories, vectors(2), "hash")

    await archive.sessions.purge(ANN, "tea")
    assert [summary.id for summary in await archive.sessions.list(ANN)] == ["other"]
    assert await archive.memories.of(ANN, "ada", f"story of {ANN}") == (memories[1],)
    assert await archive.sessions.tree(second) == events
    await archive.check()
    await archive.close()
    stored = b"".join(path.read_bytes() for path in file.parent.iterdir())
    assert kept.encode() in stored
    assert secret.encode() not in stored


async def test_purging_an_owner_takes_all_that_is_theirs_and_nothing_else(archive: Archive) -> None:
    for owner in (ANN, BOB):
        for number in range(2):
            await played(archive, at=session(f"{owner}{number}", owner))
        await archive.memories.add([memory("tea", owner)], vectors(1), "hash")
        await archive.preferences.set(owner, "theme", "dark")
    await archive.sessions.purge_owner(ANN)
    for owner, left in ((ANN, 0), (BOB, 1)):
        assert len(await archive.sessions.list(owner)) == 2 * left
        assert len(await archive.memories.of(owner, "ada", f"story of {owner}")) == left
        assert await archive.preferences.get(owner, "theme", "light") == ("dark" if left else "light")
    await archive.check()
    await archive.sessions.purge_owner("nobody")


async def test_a_cancelled_writer_still_learns_what_was_stored(archive: Archive) -> None:
    stored, events = await played(archive)
    returned: list[Session] = []

    async def turn() -> None:
        returned.append(await archive.sessions.append(stored, [line(stored)]))
        await asyncio.Event().wait()

    task = asyncio.create_task(turn())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert returned == [await archive.sessions.get(ANN, "tea")]
    assert len(await archive.sessions.tree(stored)) == len(events) + 1


async def test_a_writer_out_of_time_still_learns_what_was_stored(archive: Archive) -> None:
    stored, _ = await played(archive)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            fresh = await archive.sessions.append(stored, [line(stored)])
            await asyncio.Event().wait()
    assert fresh == await archive.sessions.get(ANN, "tea")


async def test_a_closed_archive_says_so(archive: Archive) -> None:
    await archive.close()
    await archive.close()
    with pytest.raises(StorageError, match="is closed"):
        await archive.sessions.list(ANN)
    with pytest.raises(StorageError, match="is closed"):
        await archive.sessions.create(session())
