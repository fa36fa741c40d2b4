"""Long work as it is kept: jobs with their items, so that a killed process loses none that was done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from pydantic import ValidationError
from pydantic_core import from_json
from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from studio.archive import rows
from studio.archive.database import Clock, Database, RowError
from studio.archive.schema import job, job_item
from studio.domain.job import Budget, Item, ItemState, Job, JobState, NewItem, Outcome
from studio.errors import Invalid, NotFound

_JOB = [job.c[name] for name in Job.model_fields]
_ITEM = [job_item.c[name] for name in Item.model_fields]
_TITLE_CHARS = 200


class JobStore:
    """The jobs of every owner. Another's job is, to a caller, one that does not exist."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def create(self, new: Job, items: Sequence[NewItem]) -> Job:
        """Store a new job with its first items; it waits for a runner. Raises: Invalid when its id is taken."""
        new = new.model_copy(update={"total": len(items), "done": 0, "failed": 0, "title": new.title[:_TITLE_CHARS]})
        row = {**_row(new), "runner": "", "beat_at": rows.stamp(new.created_at)}

        def work(connection: Connection) -> None:
            if connection.execute(select(job.c.id).where(job.c.id == new.id)).first():
                raise Invalid(f"There already is a job {new.id}.")
            connection.execute(insert(job), row)
            _add(connection, new.id, 0, items)

        await self._database.write(work)
        return new

    async def get(self, owner: str, id_: str) -> Job:
        """A job as it stands. Raises: NotFound"""
        return await self._database.read(lambda connection: _get(connection, owner, id_))

    async def list(self, owner: str, *, work: str = "", limit: int = 20) -> tuple[Job, ...]:
        """The owner's jobs, the newest first."""
        wanted = select(*_JOB).where(job.c.owner == owner, *((job.c.work == work,) if work else ()))
        return await self._jobs(wanted.order_by(job.c.created_at.desc(), job.c.id.desc()).limit(limit))

    async def unfinished(self) -> tuple[Job, ...]:
        """Everybody's jobs that are running or were when their process ended, the oldest first."""
        return await self._jobs(select(*_JOB).where(job.c.state == JobState.RUNNING).order_by(job.c.created_at))

    async def items(
        self, owner: str, id_: str, *, state: ItemState | None = None, limit: int = 100, offset: int = 0
    ) -> tuple[Item, ...]:
        """Items in their order. Raises: NotFound"""
        of_state = (job_item.c.state == state,) if state else ()
        wanted = select(*_ITEM).where(job_item.c.job == id_, *of_state).order_by(job_item.c.position)

        def work(connection: Connection) -> tuple[Item, ...]:
            _get(connection, owner, id_)
            return tuple(map(_item_from, rows.dicts(connection.execute(wanted.limit(limit).offset(offset)))))

        return await self._database.read(work)

    async def add(self, owner: str, id_: str, items: Sequence[NewItem], *, seal: bool = False) -> Job:
        """More items at the end of a job; `seal`: the last ones.

        Raises: NotFound; Invalid for a job that is sealed.
        """

        def work(connection: Connection) -> Job:
            found = _get(connection, owner, id_)
            if found.sealed and items:
                raise Invalid(f"'{found.title}' takes no more: everything that belongs to it was named.")
            _add(connection, id_, found.total, items)
            values = {"total": found.total + len(items), "sealed": int(seal or found.sealed)}
            return self._change(connection, found, **values)

        return await self._database.write(work)

    async def move(self, owner: str, id_: str, state: JobState, note: str = "") -> Job:
        """Set a job's state, and why. Nobody has it in hand then. Raises: NotFound"""

        def work(connection: Connection) -> Job:
            return self._change(connection, _get(connection, owner, id_), state=state, note=note, runner="")

        return await self._database.write(work)

    async def limit(self, owner: str, id_: str, budget: Budget) -> Job:
        """Set what a job may take. Raises: NotFound"""

        def work(connection: Connection) -> Job:
            return self._change(connection, _get(connection, owner, id_), budget=budget.model_dump_json())

        return await self._database.write(work)

    async def again(self, owner: str, id_: str) -> Job:
        """Let what failed wait once more. Raises: NotFound"""
        failed = update(job_item).where(job_item.c.job == id_, job_item.c.state == ItemState.FAILED)

        def work(connection: Connection) -> Job:
            found = _get(connection, owner, id_)
            connection.execute(failed.values(state=ItemState.WAITING, error=""))
            return self._change(connection, found, failed=0)

        return await self._database.write(work)

    async def claim(self, owner: str, id_: str, runner: str, lost: Callable[[str, datetime], bool]) -> Job | None:
        """Take a running job in hand. None when somebody else has it, of whom `lost(runner, last heard of)` is not
        true, or when it no longer runs. Raises: NotFound"""
        held = select(job.c.runner, job.c.beat_at).where(job.c.id == id_)

        def work(connection: Connection) -> Job | None:
            found = _get(connection, owner, id_)
            by, at = connection.execute(held).one()
            if found.state is not JobState.RUNNING or (
                by not in ("", runner) and not lost(by, datetime.fromisoformat(at))
            ):
                return None
            return self._change(connection, found, runner=runner)

        return await self._database.write(work)

    async def beat(self, id_: str, runner: str) -> bool:
        """Say that it is still in hand; False when it no longer is."""
        mine = update(job).where(job.c.id == id_, job.c.runner == runner, job.c.state == JobState.RUNNING)
        time = rows.stamp(self._clock())
        return await self._database.write(
            lambda connection: connection.execute(mine.values(beat_at=time)).rowcount == 1
        )

    async def let_go(self, id_: str, runner: str) -> None:
        """Leave a job to whoever claims it next."""
        mine = update(job).where(job.c.id == id_, job.c.runner == runner)
        await self._database.write(lambda connection: connection.execute(mine.values(runner="")))

    async def waiting(self, id_: str, limit: int) -> tuple[Item, ...]:
        """The next items to do, in their order."""
        wanted = select(*_ITEM).where(job_item.c.job == id_, job_item.c.state == ItemState.WAITING)
        wanted = wanted.order_by(job_item.c.position).limit(limit)
        return await self._database.read(
            lambda connection: tuple(map(_item_from, rows.dicts(connection.execute(wanted))))
        )

    async def record(self, owner: str, id_: str, outcomes: Sequence[Outcome]) -> Job:
        """Write down what became of items; one that is no longer waiting stays as it is. Returns the job as it stands.

        Raises: NotFound when it was deleted meanwhile.
        """

        def work(connection: Connection) -> Job:
            found = _get(connection, owner, id_)
            total, done, failed, spent = found.total, found.done, found.failed, found.spent
            for outcome in outcomes:
                state = ItemState.FAILED if outcome.error else ItemState.DONE
                mine = update(job_item).where(
                    job_item.c.job == id_,
                    job_item.c.position == outcome.position,
                    job_item.c.state == ItemState.WAITING,
                )
                said = {"state": state, "report": rows.json(outcome.result.report), "error": outcome.error}
                spent += outcome.result.usage
                if connection.execute(mine.values(said)).rowcount == 1:
                    done, failed = done + (not outcome.error), failed + bool(outcome.error)
                    _add(connection, id_, total, outcome.result.more)
                    total += len(outcome.result.more)
            return self._change(connection, found, total=total, done=done, failed=failed, spent=spent.model_dump_json())

        return await self._database.write(work)

    async def delete(self, owner: str, id_: str) -> None:
        """Let go of a job and what is known of its items. Raises: NotFound"""

        def work(connection: Connection) -> None:
            _get(connection, owner, id_)
            _destroy(connection, job.c.id == id_)

        await self._database.write(work)

    def _change(self, connection: Connection, found: Job, **values: object) -> Job:
        time = rows.stamp(self._clock())
        changed = update(job).where(job.c.id == found.id)
        connection.execute(changed.values({**values, "updated_at": time, "beat_at": time}))
        return _get(connection, found.owner, found.id)

    async def _jobs(self, wanted: rows.Wanted) -> tuple[Job, ...]:
        return await self._database.read(
            lambda connection: tuple(map(_job_from, rows.dicts(connection.execute(wanted))))
        )


def _get(connection: Connection, owner: str, id_: str) -> Job:
    wanted = select(*_JOB).where(job.c.id == id_, job.c.owner == owner)
    for row in rows.dicts(connection.execute(wanted)):
        return _job_from(row)
    raise NotFound(f"There is no job '{id_[:80]}'.")


def _add(connection: Connection, id_: str, first: int, items: Sequence[NewItem]) -> None:
    fresh = {"job": id_, "state": ItemState.WAITING, "report": "{}", "error": ""}
    added = [
        {**fresh, "position": first + number, "name": item.name, "source": rows.json(item.source)}
        for number, item in enumerate(items)
    ]
    if added:
        connection.execute(insert(job_item), added)


def _destroy(connection: Connection, which: ColumnElement[bool]) -> None:
    ids = connection.execute(select(job.c.id).where(which)).scalars().all()
    for id_ in ids:
        connection.execute(delete(job_item).where(job_item.c.job == id_))
        connection.execute(delete(job).where(job.c.id == id_))


def _row(new: Job) -> rows.Values:
    return {
        **new.model_dump(exclude={"parameters", "budget", "spent", "created_at", "updated_at"}),
        "sealed": int(new.sealed),
        "parameters": rows.json(new.parameters),
        "budget": new.budget.model_dump_json(),
        "spent": new.spent.model_dump_json(),
        "created_at": rows.stamp(new.created_at),
        "updated_at": rows.stamp(new.updated_at),
    }


def _job_from(row: rows.Values) -> Job:
    try:
        said = {name: from_json(row[name]) for name in ("parameters", "budget", "spent")}
        return Job.model_validate({**row, **said, "sealed": bool(row["sealed"])})
    except (ValidationError, ValueError, TypeError) as error:
        raise RowError(f"job '{row['id']}' cannot be read") from error


def _item_from(row: rows.Values) -> Item:
    try:
        return Item.model_validate({**row, "source": from_json(row["source"]), "report": from_json(row["report"])})
    except (ValidationError, ValueError, TypeError) as error:
        raise RowError(f"item {row['position']} of job '{row['job']}' cannot be read") from error


def forget(connection: Connection, owner: str) -> None:
    """Delete all of an owner's jobs."""
    _destroy(connection, job.c.owner == owner)
