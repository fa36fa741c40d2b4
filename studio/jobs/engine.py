"""Runs jobs in this process. What is done is in the archive, so that another process can go on with the rest."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
import socket
from collections.abc import AsyncGenerator, Iterable, Sequence
from datetime import datetime, timedelta

from studio.archive.jobs import JobStore
from studio.domain.job import Budget, Fields, Job, JobState, NewItem
from studio.errors import NotFound, StorageError, StudioError
from studio.jobs.base import Work
from studio.jobs.run import Run
from studio.run_context import Clock

BEAT_SECONDS = 5.0
LOST_SECONDS = 30.0
"""A process that was not heard of for so long has died."""
POLL_SECONDS = 0.5
log = logging.getLogger("studio.jobs")


class Jobs:
    """The jobs of every owner, and the sorts of work there are. One for a process; close it before the archive."""

    def __init__(self, store: JobStore, works: Iterable[Work], clock: Clock) -> None:
        self.store = store
        self._works = {work.name: work for work in works}
        self._clock = clock
        self._runner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._news: dict[str, asyncio.Event] = {}
        self._keeper: asyncio.Task[None] | None = None

    async def start(
        self,
        owner: str,
        work: str,
        title: str,
        items: Sequence[NewItem] = (),
        *,
        parameters: Fields | None = None,
        budget: Budget | None = None,
        sealed: bool = True,
    ) -> Job:
        """Store a job and begin with it. Not `sealed`: more items will be added.

        Raises: NotFound for work nobody here can do; StorageError.
        """
        if work not in self._works:
            raise NotFound(f"There is no work '{work}'. Known: {', '.join(sorted(self._works))}.")
        now = self._clock()
        new = Job(
            id=secrets.token_hex(16),
            owner=owner,
            work=work,
            title=title,
            parameters=parameters or {},
            budget=budget or Budget(),
            sealed=sealed,
            created_at=now,
            updated_at=now,
        )
        job = await self.store.create(new, items)
        self._begin(job)
        return job

    async def add(self, owner: str, id_: str, items: Sequence[NewItem], *, seal: bool = False) -> Job:
        """More items for a job that is not sealed; `seal`: the last ones. Raises: NotFound, Invalid, StorageError."""
        job = await self.store.add(owner, id_, items, seal=seal)
        self._begin(job)
        self._tell(id_)
        return job

    async def stop(self, owner: str, id_: str) -> Job:
        """Let a job rest. What is being done is broken off, and done anew when it goes on. Raises: NotFound."""
        job = await self.store.get(owner, id_)
        if job.state is JobState.RUNNING:
            job = await self.store.move(owner, id_, JobState.STOPPED)
            await self._break_off(id_)
            job = await self.store.get(owner, id_)
        self._tell(id_)
        return job

    async def resume(self, owner: str, id_: str, *, budget: Budget | None = None, failed: bool = False) -> Job:
        """Go on with a stopped job, within another `budget` if one is given; `failed`: try what failed once more, of
        a job that is done too. Raises: NotFound."""
        job = await self.store.get(owner, id_)
        if job.state is not JobState.RUNNING and (task := self._tasks.get(id_)):
            await asyncio.wait([task])
        if failed and job.failed:
            job = await self.store.again(owner, id_)
        if budget is not None:
            job = await self.store.limit(owner, id_, budget)
        if job.state is JobState.STOPPED or (job.state is JobState.DONE and job.left):
            job = await self.store.move(owner, id_, JobState.RUNNING)
        self._begin(job)
        return job

    async def wait(self, owner: str, id_: str) -> Job:
        """The job once it no longer runs. Raises: NotFound."""
        async for job in self.watch(owner, id_):
            if job.state is not JobState.RUNNING:
                break
        return job

    async def watch(self, owner: str, id_: str) -> AsyncGenerator[Job, None]:
        """The job as it stands, and again whenever it has changed, until it no longer runs. Raises: NotFound."""
        last = None
        while last is None or last.state is JobState.RUNNING:
            news = self._news.setdefault(id_, asyncio.Event())
            job = await self.store.get(owner, id_)
            if job == last:
                await _either(news)
            else:
                last = job
                yield job

    async def recover(self) -> None:
        """Go on with what ran when its process ended, now and from time to time. Raises: StorageError."""
        await self._take_over()
        if self._keeper is None:
            self._keeper = asyncio.create_task(self._keep())

    async def delete(self, owner: str, id_: str) -> None:
        """Stop a job and let go of what is known of it. What it made stays. Raises: NotFound."""
        job = await self.stop(owner, id_)
        if (work := self._works.get(job.work)) is not None:
            await work.finish(job)
        await self.store.delete(owner, id_)

    async def close(self) -> None:
        """Break off what is being done; the next process goes on with it."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.wait([self._keeper])
        for id_ in list(self._tasks):
            await self._break_off(id_)

    # --- in hand ------------------------------------------------------------------------------------------------

    def _begin(self, job: Job) -> None:
        if job.state is JobState.RUNNING and job.id not in self._tasks:
            task = self._tasks[job.id] = asyncio.create_task(self._run(job))
            task.add_done_callback(lambda _: self._tasks.pop(job.id, None))

    async def _run(self, job: Job) -> None:
        """Have a job in hand until it is done, stopped, or lost to another process."""
        try:
            claimed = await self.store.claim(job.owner, job.id, self._runner, self._lost)
            if claimed is None:
                return
            beating = asyncio.create_task(self._beat(job.id, asyncio.current_task()))
            try:
                await self._go(claimed)
            finally:
                beating.cancel()
        except asyncio.CancelledError:
            with contextlib.suppress(StudioError):
                await self.store.let_go(job.id, self._runner)
            raise
        except NotFound:
            return  # it was deleted
        except StorageError as error:
            log.error("job %s cannot go on: %s", job.id, error)  # it stays `running`: the next look tries again
        finally:
            self._tell(job.id)

    async def _go(self, job: Job) -> None:
        work = self._works.get(job.work)
        if work is None:
            await self.store.move(job.owner, job.id, JobState.STOPPED, f"Nothing here can do '{job.work}'.")
            return
        run = Run(job, work, self.store, lambda: self._tell(job.id))
        while run.job.state is JobState.RUNNING:
            news = self._news.setdefault(job.id, asyncio.Event())
            why = await run.on()
            if why:
                await self.store.move(job.owner, job.id, JobState.STOPPED, why)
                return
            run.job = await self.store.get(job.owner, job.id)
            if run.job.state is JobState.RUNNING and not run.job.left:
                if run.job.sealed:
                    await work.finish(run.job)
                    await self.store.move(job.owner, job.id, JobState.DONE)
                    return
                await _either(news)

    async def _beat(self, id_: str, run: asyncio.Task[None] | None) -> None:
        """Say that a job is in hand, as long as it is; break it off when it is so no longer."""
        with contextlib.suppress(StorageError):
            while True:
                await asyncio.sleep(BEAT_SECONDS)
                if not await self.store.beat(id_, self._runner) and run is not None:
                    run.cancel()
                    return

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(LOST_SECONDS)
            with contextlib.suppress(StorageError):
                await self._take_over()

    async def _take_over(self) -> None:
        for job in await self.store.unfinished():
            self._begin(job)

    async def _break_off(self, id_: str) -> None:
        if task := self._tasks.get(id_):
            task.cancel()
            await asyncio.wait([task])

    def _tell(self, id_: str) -> None:
        """Wake whoever waits for news of a job."""
        if news := self._news.pop(id_, None):
            news.set()

    def _lost(self, runner: str, heard_of: datetime) -> bool:
        """Whether a process that had a job in hand is no more."""
        if self._clock() - heard_of > timedelta(seconds=LOST_SECONDS):
            return True
        host, number, _ = runner.rsplit(":", 2)
        return host == self._runner.rsplit(":", 2)[0] and not _lives(int(number))


async def _either(news: asyncio.Event) -> None:
    """Until there is news, or it is time to look whether another process has some."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(news.wait(), POLL_SECONDS)


def _lives(process: int) -> bool:
    """Whether this machine runs a process of this number. Where it cannot be asked without harm: yes."""
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
