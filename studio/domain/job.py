"""Long work: what is to be done item by item, how far it is, and what it may cost."""

from __future__ import annotations

from enum import StrEnum

from pydantic import AwareDatetime, Field, JsonValue

from studio.domain.provenance import Usage
from studio.domain.value import Value

Fields = dict[str, JsonValue]


class JobState(StrEnum):
    """`running` is also what waits for its process to come back; `stopped` goes on when somebody says so."""

    RUNNING = "running"
    STOPPED = "stopped"
    DONE = "done"


class ItemState(StrEnum):
    """What became of one item so far."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class Budget(Value):
    """What a job may take of model calls, tokens (prompt and answer), US dollars and seconds of calls; None: as much as
    it needs."""

    calls: int | None = Field(default=None, ge=0)
    tokens: int | None = Field(default=None, ge=0)
    cost: float | None = Field(default=None, ge=0)
    seconds: float | None = Field(default=None, ge=0)

    def reached(self, spent: Usage) -> str:
        """Which limit is reached, in words; empty while none is."""
        tokens = spent.prompt_tokens + spent.completion_tokens
        limits: tuple[tuple[float | None, float, str], ...] = (
            (self.calls, spent.calls, "{:,} calls"),
            (self.tokens, tokens, "{:,} tokens"),
            (self.cost, spent.cost or 0, "${:,.2f}"),
            (self.seconds, spent.seconds, "{:,.0f} seconds"),
        )
        return next((words.format(limit) for limit, now, words in limits if limit is not None and now >= limit), "")


class NewItem(Value):
    """An item to be done: what to call it before a reader, and what the work needs to know of it."""

    name: str = Field(max_length=1000)
    source: Fields = {}


class Item(NewItem):
    """An item of a job. `report` is what the work said of it once done, `error` why it failed."""

    job: str
    position: int
    state: ItemState = ItemState.WAITING
    report: Fields = {}
    error: str = ""


class Result(Value):
    """What doing an item gave: the report, what it took, and items that turned up on the way."""

    report: Fields = {}
    usage: Usage = Usage()
    more: tuple[NewItem, ...] = ()


class Outcome(Value):
    """An item that was tried: with its result, or why there is none."""

    position: int
    result: Result = Result()
    error: str = ""


class Job(Value):
    """Work named `work`, with its `parameters`, over items. `total` counts them, `done` those that went well, `failed`
    those that did not; while it is not `sealed` more may come. `note` says why it stopped where nobody told it to."""

    id: str
    owner: str
    work: str
    title: str
    parameters: Fields = {}
    state: JobState = JobState.RUNNING
    note: str = ""
    sealed: bool = True
    total: int = 0
    done: int = 0
    failed: int = 0
    budget: Budget = Budget()
    spent: Usage = Usage()
    created_at: AwareDatetime
    updated_at: AwareDatetime

    @property
    def left(self) -> int:
        """How many items wait."""
        return self.total - self.done - self.failed
