"""What long work is: something that can be done to one item after another, in any process, more than once."""

from __future__ import annotations

from typing import Protocol

from studio.domain.job import Item, Job, Result


class Work(Protocol):
    """One sort of work. `name` finds it again after a restart; `at_once`: how many items are worked on at a time.

    An item is done at least once: again, if the process died before what came of it was written down. Doing it twice
    must therefore give the same as doing it once.
    """

    @property
    def name(self) -> str:
        """As it stands in `Job.work`."""
        ...

    @property
    def at_once(self) -> int:
        """How many items are worked on at a time."""
        ...

    async def do(self, job: Job, item: Item) -> Result:
        """Do one item. Raises: StudioError, which fails this item alone; ModelBudget, which stops the job."""
        ...

    async def finish(self, job: Job) -> None:
        """Everything is done: put away what was kept for it."""
        ...
