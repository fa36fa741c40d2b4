"""One job being done: items side by side, and what came of them written down as it comes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence

from studio.archive.jobs import JobStore
from studio.domain.job import Item, Job, JobState, Outcome, Result
from studio.errors import ModelBudget, ModelUnavailable, StudioError
from studio.jobs.base import Work

AHEAD = 16
"""Items fetched at once for each that is worked on at a time."""
WRITTEN_AT_ONCE = 16
WRITTEN_AFTER_SECONDS = 0.25
PATIENCE = 3
"""So many times in a row the model cannot be reached before the job stops; what it was needed for waits."""
log = logging.getLogger("studio.jobs")


class Run:
    """`job` as it stood when something was last written down."""

    def __init__(self, job: Job, work: Work, store: JobStore, tell: Callable[[], None]) -> None:
        self.job = job
        self._work = work
        self._store = store
        self._tell = tell
        self._finished: list[Outcome] = []
        self._writing = asyncio.Lock()
        self._wrote = 0.0
        self._spent = job.spent
        self._unreachable = 0
        self._halted = ""

    async def on(self) -> str:
        """Do what waits. Returns why it did not go on to the end; empty when nothing waits any more, or somebody else
        stopped it, as `job.state` says.

        Cancelled, it writes down what was finished. Raises: StorageError; NotFound when the job was deleted.
        """
        while self.job.state is JobState.RUNNING and not self._over():
            waiting = await self._store.waiting(self.job.id, AHEAD * self._work.at_once)
            if not waiting:
                return ""
            await self._through(waiting)
        return self._over()

    def _over(self) -> str:
        """Why no further item may begin."""
        reached = self.job.budget.reached(self._spent)
        return self._halted or (reached and f"The budget of {reached} is reached. Give it more to go on.")

    async def _through(self, items: Sequence[Item]) -> None:
        gate = asyncio.Semaphore(self._work.at_once)
        try:
            async with asyncio.TaskGroup() as group:
                for item in items:
                    group.create_task(self._one(item, gate))
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from errors  # of writing down: all of them say the same
        finally:
            await self._write()

    async def _one(self, item: Item, gate: asyncio.Semaphore) -> None:
        async with gate:
            if self._over() or self.job.state is not JobState.RUNNING:
                return
            outcome = await self._outcome(item)
        if outcome is None:
            return
        self._spent += outcome.result.usage
        self._finished.append(outcome)
        since = asyncio.get_running_loop().time() - self._wrote
        if len(self._finished) >= WRITTEN_AT_ONCE or since > WRITTEN_AFTER_SECONDS:
            await self._write()

    async def _outcome(self, item: Item) -> Outcome | None:
        """What doing an item gave; None leaves it waiting."""
        try:
            result = await self._work.do(self.job, item)
        except ModelBudget as error:
            self._halted = str(error)
            return None
        except ModelUnavailable as error:
            self._unreachable += 1
            if self._unreachable >= PATIENCE:
                self._halted = f"{error} Go on once it can be reached again."
            return None
        except StudioError as error:
            result, told = Result(), str(error)
        except Exception as error:  # one bad item never loses the others
            log.error("item %s of job %s: %s", item.position, self.job.id, type(error).__name__, exc_info=error)
            result, told = Result(), f"Something unexpected happened ({type(error).__name__}); it is in the log."
        else:
            told = ""
        self._unreachable = 0
        return Outcome(position=item.position, result=result, error=told)

    async def _write(self) -> None:
        async with self._writing:
            finished, self._finished = self._finished, []
            if finished:
                self.job = await self._store.record(self.job.owner, self.job.id, finished)
                self._wrote = asyncio.get_running_loop().time()
                self._tell()
