"""Jobs go on, rest, count, cost no more than agreed, and outlive their process."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from pickle import UnpicklingError

import pytest

from studio.archive import Archive
from studio.domain.job import Budget, ItemState, Job, JobState
from studio.errors import Invalid, NotFound
from studio.jobs import Jobs, engine
from studio.run_context import system_clock
from tests.jobs.labour import OWNER, Labour, items, live


@pytest.fixture
async def archive(tmp_path: Path) -> AsyncIterator[Archive]:
    opened = await Archive.open(f"sqlite:///{tmp_path / 'studio.db'}")
    yield opened
    await opened.close()


@pytest.fixture
def labour() -> Labour:
    return Labour()


@pytest.fixture
async def jobs(archive: Archive, labour: Labour) -> AsyncIterator[Jobs]:
    made = Jobs(archive.jobs, [labour], system_clock)
    yield made
    await made.close()


async def test_everything_is_done_side_by_side_and_counted(jobs: Jobs, labour: Labour) -> None:
    job = await jobs.start(OWNER, "labour", "A hundred", items(100))
    seen = [now async for now in jobs.watch(OWNER, job.id)]
    assert [now.done for now in seen] == sorted(now.done for now in seen) and len(seen) > 2
    assert (seen[-1].state, seen[-1].done, seen[-1].left) == (JobState.DONE, 100, 0)
    assert sorted(labour.done) == list(range(100)) and labour.most_at_work == labour.at_once
    assert seen[-1].spent.calls == 100 and seen[-1].spent.prompt_tokens == 1000
    assert labour.finished == [job.id]
    done = await jobs.store.items(OWNER, job.id, limit=200)
    assert [item.report for item in done] == [{"number": number} for number in range(100)]


async def test_a_bad_item_fails_alone_and_can_be_tried_again(jobs: Jobs, labour: Labour) -> None:
    bad = [*items(3), *items(1, how="fail"), *items(1, how="break"), *items(3)]
    job = await jobs.wait(OWNER, (await jobs.start(OWNER, "labour", "Some bad", bad)).id)
    assert (job.state, job.done, job.failed) == (JobState.DONE, 6, 2)
    failed = await jobs.store.items(OWNER, job.id, state=ItemState.FAILED)
    assert [item.error for item in failed] == [
        "item 0 is no good.",
        "Something unexpected happened (ZeroDivisionError); it is in the log.",
    ]
    await jobs.resume(OWNER, job.id, failed=True)
    again = await jobs.wait(OWNER, job.id)
    assert (again.state, again.done, again.failed) == (JobState.DONE, 6, 2) and len(labour.done) == 6


async def test_a_job_that_is_stopped_rests_until_it_is_told_to_go_on(jobs: Jobs, labour: Labour) -> None:
    labour.hold_at = 20
    job = await jobs.start(OWNER, "labour", "Held", items(40))
    await labour.begun.wait()
    stopped = await jobs.stop(OWNER, job.id)
    assert stopped.state is JobState.STOPPED and 0 < stopped.done < 40
    assert stopped.done == len(labour.done), "what was finished was not written down"
    assert await jobs.stop(OWNER, job.id) == stopped
    await jobs.recover()
    assert (await jobs.store.get(OWNER, job.id)).state is JobState.STOPPED
    labour.gate.set()
    await jobs.resume(OWNER, job.id)
    done = await jobs.wait(OWNER, job.id)
    assert (done.state, done.done) == (JobState.DONE, 40) and sorted(labour.done) == list(range(40))


async def test_a_budget_ends_a_job_that_a_larger_one_lets_go_on(jobs: Jobs, labour: Labour) -> None:
    job = await jobs.start(OWNER, "labour", "Dear", items(50), budget=Budget(calls=10))
    job = await jobs.wait(OWNER, job.id)
    assert job.state is JobState.STOPPED and job.note == "The budget of 10 calls is reached. Give it more to go on."
    assert 10 <= job.spent.calls < 10 + labour.at_once and job.done == job.spent.calls
    await jobs.resume(OWNER, job.id)
    assert (await jobs.wait(OWNER, job.id)).note == job.note, "it went on without a larger budget"
    await jobs.resume(OWNER, job.id, budget=Budget(calls=1000))
    done = await jobs.wait(OWNER, job.id)
    assert (done.state, done.done, done.note) == (JobState.DONE, 50, "")


@pytest.mark.parametrize(
    ("budget", "words"),
    [
        (Budget(tokens=95), "95 tokens"),
        (Budget(seconds=0), "0 seconds"),
        (Budget(cost=0), "$0.00"),
    ],
)
async def test_every_sort_of_budget_is_kept(jobs: Jobs, budget: Budget, words: str) -> None:
    job = await jobs.wait(OWNER, (await jobs.start(OWNER, "labour", "Dear", items(30), budget=budget)).id)
    assert job.state is JobState.STOPPED and words in job.note and job.done < 15


@pytest.mark.parametrize(("how", "words"), [("unreachable", "Nobody answers. Go on"), ("dear", "limit of 3 calls")])
async def test_a_model_that_cannot_be_asked_stops_the_job_and_fails_nothing(jobs: Jobs, how: str, words: str) -> None:
    job = await jobs.start(OWNER, "labour", "Mute", [*items(4), *items(9, how=how)])
    job = await jobs.wait(OWNER, job.id)
    assert job.state is JobState.STOPPED and words in job.note
    assert (job.done, job.failed, job.left) == (4, 0, 9)


async def test_items_may_come_while_it_runs_and_turn_up_on_the_way(jobs: Jobs, labour: Labour) -> None:
    job = await jobs.start(OWNER, "labour", "Open", sealed=False)
    await jobs.add(OWNER, job.id, items(3))
    async for now in jobs.watch(OWNER, job.id):
        if now.done == 3:
            break
    await jobs.add(OWNER, job.id, items(1, how="more"), seal=True)
    done = await jobs.wait(OWNER, job.id)
    assert (done.state, done.total, done.done) == (JobState.DONE, 6, 6)
    with pytest.raises(Invalid, match="takes no more"):
        await jobs.add(OWNER, job.id, items(1))


async def test_nobody_touches_anothers_job(jobs: Jobs, labour: Labour) -> None:
    job = await jobs.start(OWNER, "labour", "Mine", items(1))
    await jobs.wait(OWNER, job.id)
    for act in (jobs.stop, jobs.resume, jobs.delete, jobs.store.get, jobs.store.items, jobs.wait):
        with pytest.raises(NotFound):
            await act("bob", job.id)
    with pytest.raises(NotFound):
        await jobs.add("bob", job.id, items(1))
    assert await jobs.store.list("bob") == () and [one.id for one in await jobs.store.list(OWNER)] == [job.id]
    await jobs.delete(OWNER, job.id)
    assert await jobs.store.list(OWNER) == ()


async def test_unknown_work_is_refused_and_a_job_of_it_stops(jobs: Jobs, archive: Archive) -> None:
    with pytest.raises(NotFound, match="Known: labour"):
        await jobs.start(OWNER, "magic", "No", items(1))
    job = await jobs.start(OWNER, "labour", "Later gone", items(1), sealed=False)
    await jobs.close()
    poorer = Jobs(archive.jobs, [], system_clock)
    await poorer.recover()
    stopped = await poorer.wait(OWNER, job.id)
    assert stopped.state is JobState.STOPPED and "Nothing here can do 'labour'" in stopped.note
    await poorer.close()


async def test_the_next_process_goes_on_where_one_was_closed(jobs: Jobs, labour: Labour, archive: Archive) -> None:
    labour.hold_at = 30
    job = await jobs.start(OWNER, "labour", "Two lives", items(60))
    await labour.begun.wait()
    await jobs.close()
    second = Labour()
    again = Jobs(archive.jobs, [second], system_clock)
    await again.recover()
    done = await again.wait(OWNER, job.id)
    assert done.state is JobState.DONE and sorted(labour.done + second.done) == list(range(60))
    await again.close()


async def test_two_processes_never_have_one_job_in_hand(jobs: Jobs, labour: Labour, archive: Archive) -> None:
    labour.hold_at = 5
    job = await jobs.start(OWNER, "labour", "Mine", items(10))
    await labour.begun.wait()
    second = Labour()
    other = Jobs(archive.jobs, [second], system_clock)
    await other.recover()
    labour.gate.set()
    await jobs.wait(OWNER, job.id)
    await other.close()
    assert second.done == [] and sorted(labour.done) == list(range(10))


async def test_a_process_not_heard_of_for_long_has_lost_its_job(archive: Archive, labour: Labour) -> None:
    job = await Jobs(archive.jobs, [labour], system_clock).store.create(_job(), items(3))
    held = await archive.jobs.claim(OWNER, job.id, "elsewhere:1:x", lambda runner, at: False)
    assert held is not None
    early = Jobs(archive.jobs, [labour], system_clock)
    await early.recover()
    await early.close()
    assert labour.done == []
    late = Jobs(archive.jobs, [labour], lambda: system_clock() + timedelta(seconds=engine.LOST_SECONDS + 1))
    await late.recover()
    assert (await late.wait(OWNER, job.id)).done == 3
    assert not await archive.jobs.beat(job.id, "elsewhere:1:x")
    await late.close()


def _job() -> Job:
    now = system_clock()
    return Job(id="j", owner=OWNER, work="labour", title="T", created_at=now, updated_at=now)


async def test_purging_an_owner_leaves_none_of_their_jobs(jobs: Jobs, archive: Archive) -> None:
    await jobs.wait(OWNER, (await jobs.start(OWNER, "labour", "Mine", items(2))).id)
    await archive.sessions.purge_owner(OWNER)
    assert await jobs.store.list(OWNER) == ()
    await archive.check()


def unread(here: Connection) -> list[int]:
    """What a process had still said when it was killed."""
    said: list[int] = []
    try:
        while here.poll():
            number = here.recv()
            if number != "done":
                said.append(number)
    except (EOFError, OSError, UnpicklingError):
        pass
    return said


async def test_killed_at_random_moments_a_job_is_done_all_the_same(tmp_path: Path) -> None:
    archive = await Archive.open(f"sqlite:///{tmp_path / 'studio.db'}")
    now = system_clock()
    new = Job(id="long", owner=OWNER, work="killable", title="Long", created_at=now, updated_at=now)
    await archive.jobs.create(new, items(400))
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.jobs.labour"])
    chance = random.Random(5)
    did: list[int] = []
    lives = 0
    while (now := await archive.jobs.get(OWNER, "long")).state is JobState.RUNNING:
        lives += 1
        here, there = context.Pipe()
        worker = context.Process(target=live, args=(tmp_path, "long", there))
        worker.start()
        there.close()
        for _ in range(chance.randrange(20, 120)):
            said = await asyncio.to_thread(here.recv)
            if said == "done":
                break
            did.append(said)
        worker.kill()
        await asyncio.to_thread(worker.join)
        did.extend(unread(here))
        here.close()
    assert (now.total, now.done, now.failed) == (400, 400, 0)
    assert set(did) == set(range(400)), "an item counts as done that was not"
    assert lives > 3
    stored = await archive.jobs.items(OWNER, "long", limit=1000)
    assert [item.report for item in stored] == [{"position": number} for number in range(400)]
    await archive.check()
    await archive.close()
