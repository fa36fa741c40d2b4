"""Spending is added up, and the limit holds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import pytest

from studio.domain.message import Chunk, Request
from studio.domain.provenance import Usage
from studio.errors import ModelBudget, ModelUnavailable
from studio.llm.budget import Limits, Metered, Spent
from studio.llm.client import Capabilities, complete
from studio.llm.scripted import ScriptedModel
from tests.llm.requests import request_of


class Priced:
    """Answers at a price."""

    name = "priced"
    capabilities = Capabilities()

    def __init__(self, cost: float | None) -> None:
        self.cost = cost

    async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        await asyncio.sleep(0)
        yield Chunk(text="Yes.")
        usage = Usage(calls=1, prompt_tokens=60, evaluated_tokens=10, completion_tokens=40, cost=self.cost)
        yield Chunk(usage=usage, finish="stop")


async def test_usage_is_added_up_by_purpose() -> None:
    model = Metered(Priced(0.5))
    await complete(model, request_of(purpose="reply"))
    await complete(model, request_of(purpose="reply"))
    await complete(model, request_of(purpose="narration"))
    assert model.spent.purposes["reply"].prompt_tokens == 120
    assert (model.spent.total.calls, model.spent.total.evaluated_tokens, model.spent.total.cost) == (3, 30, 1.5)
    assert (model.name, model.capabilities) == ("priced", Capabilities())


@pytest.mark.parametrize(
    ("limits", "allowed", "says"),
    [
        (Limits(calls=3), 3, "limit of 3 calls"),
        (Limits(tokens=150), 2, r"limit of 150 tokens is reached \(200 used\)"),
        (Limits(cost=1.0), 2, r"limit of \$1.00"),
        (Limits(calls=0), 0, "limit of 0 calls"),
    ],
)
async def test_the_call_beyond_the_limit_is_refused(limits: Limits, allowed: int, says: str) -> None:
    model = Metered(Priced(0.5), limits)
    for _ in range(allowed):
        await complete(model, request_of())
    with pytest.raises(ModelBudget, match=says):
        await complete(model, request_of())
    assert model.spent.total.calls == allowed


async def test_a_limit_of_cost_cannot_be_kept_without_a_price() -> None:
    model = Metered(Priced(None), Limits(cost=1.0))
    await complete(model, request_of())
    assert model.spent.total.cost is None
    with pytest.raises(ModelBudget, match="no known price"):
        await complete(model, request_of())


async def test_calls_at_the_same_time_never_exceed_the_limit_of_calls() -> None:
    model = Metered(Priced(0.0), Limits(calls=3))
    results = await asyncio.gather(*(complete(model, request_of()) for _ in range(10)), return_exceptions=True)
    assert sum(isinstance(result, ModelBudget) for result in results) == 7
    assert model.spent.total.calls == 3


async def test_a_failed_call_counts_as_a_call() -> None:
    model = Metered(ScriptedModel([ModelUnavailable("away"), "Here."]), Limits(calls=2))
    with pytest.raises(ModelUnavailable):
        await complete(model, request_of())
    await complete(model, request_of())
    with pytest.raises(ModelBudget):
        await complete(model, request_of())


async def test_spending_goes_on_from_what_was_spent() -> None:
    model = Metered(Priced(0.0), Limits(calls=3), Spent().plus("reply", Usage(calls=2)))
    await complete(model, request_of())
    with pytest.raises(ModelBudget):
        await complete(model, request_of())
