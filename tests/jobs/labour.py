"""Work for the tests: notes in a file what it does, and can be held, made to fail and killed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

from studio.archive import Archive
from studio.domain.job import Item, Job, NewItem, Result
from studio.domain.provenance import Usage
from studio.errors import Invalid, ModelBudget, ModelUnavailable
from studio.jobs import Jobs
from studio.run_context import system_clock

OWNER = "ann"


def items(count: int, **source: str) -> list[NewItem]:
    """So many things to do."""
    return [NewItem(name=f"item {number}", source={"number": number, **source}) for number in range(count)]


@dataclass
class Labour:
    """`do` by what an item's source says: `fail`, `break`, `unreachable`, `dear`, `more`, else it is done."""

    name: str = "labour"
    at_once: int = 3
    done: list[int] = field(default_factory=list)
    finished: list[str] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    hold_at: int = -1
    at_work: int = 0
    most_at_work: int = 0

    async def do(self, job: Job, item: Item) -> Result:
        """As `Work.do`."""
        self.at_work += 1
        self.most_at_work = max(self.most_at_work, self.at_work)
        try:
            return await self._do(item)
        finally:
            self.at_work -= 1

    async def _do(self, item: Item) -> Result:
        number = int(str(item.source["number"]))
        await asyncio.sleep(0)
        if number == self.hold_at:
            self.begun.set()
            await self.gate.wait()
        match item.source.get("how"):
            case "fail":
                raise Invalid(f"{item.name} is no good.")
            case "break":
                raise ZeroDivisionError
            case "unreachable":
                raise ModelUnavailable("Nobody answers.")
            case "dear":
                raise ModelBudget("The limit of 3 calls is reached.")
        self.done.append(number)
        more = tuple(items(2)) if item.source.get("how") == "more" else ()
        return Result(report={"number": number}, usage=Usage(calls=1, prompt_tokens=10), more=more)

    async def finish(self, job: Job) -> None:
        """As `Work.finish`."""
        self.finished.append(job.id)


class Killable:
    """Says on a pipe and in a file what it did, until somebody kills the process."""

    name = "killable"
    at_once = 4

    def __init__(self, said: Connection) -> None:
        self._said = said

    async def do(self, job: Job, item: Item) -> Result:
        """As `Work.do`."""
        await asyncio.sleep(0)
        self._said.send(item.position)
        return Result(report={"position": item.position})

    async def finish(self, job: Job) -> None:
        """As `Work.finish`."""


def live(folder: Path, job: str, said: Connection) -> None:
    """A process that begins a job if it is named, else goes on with what it finds, until it is killed."""
    asyncio.run(_live(folder, job, said))


async def _live(folder: Path, job: str, said: Connection) -> None:
    archive = await Archive.open(f"sqlite:///{folder / 'studio.db'}")
    jobs = Jobs(archive.jobs, [Killable(said)], system_clock)
    await jobs.recover()
    await jobs.wait(OWNER, job)
    await jobs.close()
    await archive.close()
    said.send("done")
