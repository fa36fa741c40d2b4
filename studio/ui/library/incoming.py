"""Imports as the page shows them: how far one is, and what became of each file."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Literal

from studio.domain.job import Item, ItemState, Job, JobState
from studio.intake.bulk import WORK
from studio.ui.desk import Desk
from studio.ui.library.deliveries import Deliveries
from studio.ui.library.values import Incoming, Reported
from studio.ui.visit import Visit

SHOWN = 60
"""Files told of; those with something to say come first."""
READ_AT_ONCE = 500
_STATES: dict[JobState, Literal["running", "stopped", "done"]] = {
    JobState.RUNNING: "running",
    JobState.STOPPED: "stopped",
    JobState.DONE: "done",
}
_PARTS = ("kept", "changed", "inert", "refused")


async def latest(desk: Desk, deliveries: Deliveries, visit: Visit) -> Incoming:
    """The owner's last import; an empty one where there was none. Raises: StorageError."""
    await deliveries.settle(visit.owner)
    jobs = await desk.studio.archive.jobs.list(visit.owner, work=WORK, limit=1)
    return await shown(desk, deliveries, visit, jobs[0]) if jobs else Incoming(beat=desk.beat())


async def watched(desk: Desk, deliveries: Deliveries, visit: Visit, id_: str) -> AsyncGenerator[Incoming, None]:
    """An import whenever it has changed, until it no longer runs. Raises: NotFound, StorageError."""
    async with aclosing(desk.studio.jobs.watch(visit.owner, id_)) as states:
        async for job in states:
            yield await shown(desk, deliveries, visit, job)


async def shown(desk: Desk, deliveries: Deliveries, visit: Visit, job: Job, ticket: str = "") -> Incoming:
    """An import as it stands; while it runs, without its files. Raises: StorageError."""
    running = job.state is JobState.RUNNING
    told = [] if running else await _files(desk, visit, job)
    ordered = sorted(told, key=_dull)
    return Incoming(
        job=job.id,
        title=job.title,
        state=_STATES[job.state],
        sending=running and deliveries.is_coming(job.id),
        ticket=ticket,
        total=job.total,
        done=job.done,
        failed=job.failed,
        note=job.note,
        counts=Counter(one.outcome for one in told),
        files=tuple(ordered[:SHOWN]),
        left_out=max(0, len(ordered) - SHOWN),
        beat=desk.beat(),
    )


async def _files(desk: Desk, visit: Visit, job: Job) -> list[Reported]:
    told: list[Reported] = []
    for offset in range(0, job.total, READ_AT_ONCE):
        items = await desk.studio.archive.jobs.items(visit.owner, job.id, limit=READ_AT_ONCE, offset=offset)
        told += map(_reported, items)
    return told


def _reported(item: Item) -> Reported:
    report = item.report
    lists = {name: tuple(map(str, value)) for name in _PARTS if isinstance(value := report.get(name), list)}
    outcome = (
        "failed"
        if item.state is ItemState.FAILED
        else "waiting"
        if item.state is ItemState.WAITING
        else str(report.get("outcome", "skipped"))
    )
    texts = {name: str(report.get(name, "")) for name in ("kind", "id", "title", "spec")}
    return Reported(name=item.name, outcome=outcome, error=item.error, **texts, **lists)


def _dull(one: Reported) -> int:
    """Failures first, then what was not kept as it was, then what came in, then the rest."""
    if one.outcome == "failed":
        return 0
    if one.refused or one.outcome == "skipped":
        return 1
    if one.inert or one.changed:
        return 2
    return 3 if one.outcome == "added" else 4
