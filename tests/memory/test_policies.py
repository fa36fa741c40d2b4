"""What each policy lets come to mind, over a bank that is a plain list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from studio.domain.memory import Memory, Recalled
from studio.domain.session import Choice
from studio.errors import Invalid
from studio.llm.tokens import estimate
from studio.memory.base import Ask
from studio.memory.memory_stream import NEWEST, MemoryStream
from studio.memory.policies import POLICIES
from studio.memory.recent_window import PAGE, RecentWindow
from studio.memory.retrieval import PRESETS, Numbers
from tests.plays import NOON


def memory(number: int, *, session: str = "s0", words: int = 8, **fields: Any) -> Memory:
    at = NOON + timedelta(minutes=number)
    defaults = {"text": f"memory {number} " + "word " * (words - 2), "created_at": at, "accessed_at": at}
    whose = {"owner": "me", "character": "ada", "continuity": "c1", "session": session}
    return Memory(id=f"m{number:04}", **{**whose, **defaults, **fields})


class ListBank:
    """Eligible memories, newest last, each with a relevance."""

    def __init__(self, memories: Sequence[Memory], relevance: Sequence[float] | None = None) -> None:
        self.memories = memories
        self.cosines = {one.id: value for one, value in zip(memories, relevance or [0.0] * len(memories), strict=True)}

    async def nearest(self, count: int) -> tuple[Memory, ...]:
        return tuple(sorted(self.memories, key=lambda one: -self.cosines[one.id])[:count])

    async def newest(self, count: int) -> tuple[Memory, ...]:
        return tuple(reversed(self.memories))[:count]

    async def relevance(self, memories: Sequence[Memory]) -> Numbers:
        return np.array([self.cosines[one.id] for one in memories])


def ask(**fields: Any) -> Ask:
    whose = {"owner": "me", "character": "ada", "continuity": "c1", "session": "s1", "focal": "lamp"}
    now = NOON + timedelta(days=2)
    return Ask(**{**whose, "now": now, "lineage": frozenset(), "budget_tokens": 10_000, "limit": 100, **fields})


def ids(recalled: Sequence[Recalled]) -> list[str]:
    return [one.memory.id for one in recalled]


def aged(number: int, hours: float, importance: float) -> Memory:
    accessed = NOON + timedelta(days=2) - timedelta(hours=hours)
    return memory(number, importance=importance, accessed_at=accessed)


WORKED = [aged(0, 72, 2), aged(1, 24, 8), aged(2, 1, 5), aged(3, 0.5, 1)]
RELEVANCE = [0.20, 0.65, 0.40, 0.90]


async def test_the_stream_recalls_the_worked_example() -> None:
    recalled = await MemoryStream().recall(ask(), ListBank(WORKED, RELEVANCE))
    assert ids(recalled) == ["m0001", "m0003", "m0002", "m0000"]
    np.testing.assert_allclose([one.score for one in recalled], [2.273933, 2.0, 1.848832, 0.142857], atol=5e-7)
    assert (recalled[0].recency, recalled[0].importance, recalled[0].relevance) == pytest.approx(
        (0.631076, 1, 0.642857), abs=5e-7
    )


async def test_own_weights_lie_over_the_preset() -> None:
    policy = MemoryStream(recency_weight=0.5, relevance_weight=3, importance_weight=2)
    recalled = await policy.recall(ask(), ListBank(WORKED, RELEVANCE))
    assert [round(one.score, 6) for one in recalled] == [4.244109, 3.5, 2.495845, 0.285714]
    assert MemoryStream(preset="ville", decay=0.5).weights == PRESETS["ville"].model_copy(update={"decay": 0.5})
    assert MemoryStream(limit=2).weights.limit == 2


async def test_ville_by_rank_prefers_the_latest() -> None:
    recalled = await MemoryStream(preset="ville").recall(ask(), ListBank([memory(n) for n in range(4)]))
    assert ids(recalled) == ["m0003", "m0002", "m0001", "m0000"]
    assert recalled[0].recency == 1 and recalled[-1].recency == 0


async def test_genagents_answers_in_the_order_of_time() -> None:
    recalled = await MemoryStream(preset="genagents", limit=3).recall(ask(), ListBank(WORKED, RELEVANCE))
    assert ids(recalled) == ["m0001", "m0002", "m0003"]


async def test_one_memory_scores_a_half_of_each() -> None:
    (only,) = await MemoryStream().recall(ask(), ListBank([memory(1)]))
    assert only.score == 1.5


async def test_idle_things_never_come_to_mind() -> None:
    bank = ListBank([memory(1, text="bed is idle"), memory(2, text="the bridled horse bolted")])
    assert ids(await MemoryStream().recall(ask(), bank)) == ["m0002"]
    assert await MemoryStream().recall(ask(), ListBank([memory(1, text="The stove is IDLE.")])) == ()


async def test_old_and_relevant_is_found_beside_the_newest() -> None:
    many = [memory(n) for n in range(NEWEST * 4)]
    relevance = [0.0] * len(many)
    relevance[3] = 0.9
    recalled = await MemoryStream(recency_weight=0).recall(ask(limit=1), ListBank(many, relevance))
    assert ids(recalled) == ["m0003"]


@pytest.mark.parametrize("policy", [MemoryStream(), RecentWindow(), MemoryStream(preset="genagents")])
@pytest.mark.parametrize(("budget", "limit"), [(0, 9), (50, 0), (28, 3), (37, 99), (1000, 4)])
async def test_the_budget_holds(policy: MemoryStream | RecentWindow, budget: int, limit: int) -> None:
    many = [memory(n, words=3 + n % 20) for n in range(60)]
    recalled = await policy.recall(ask(budget_tokens=budget, limit=limit), ListBank(many))
    assert sum(estimate(one.memory.text) for one in recalled) <= budget and len(recalled) <= limit
    assert recalled or budget * limit == 0


async def test_nothing_to_remember_is_nothing() -> None:
    assert await MemoryStream().recall(ask(), ListBank([])) == ()
    assert await RecentWindow().recall(ask(), ListBank([])) == ()


async def test_the_recent_window_recalls_how_earlier_scenes_ended() -> None:
    earlier = [memory(n) for n in range(PAGE)]
    now = [memory(PAGE + n, session="s1") for n in range(3 * PAGE)]
    recalled = await RecentWindow().recall(ask(limit=3), ListBank([*earlier, *now]))
    assert ids(recalled) == [f"m{PAGE - n:04}" for n in (1, 2, 3)]
    assert [one.score for one in recalled] == sorted((one.recency for one in recalled), reverse=True)
    assert {one.relevance for one in recalled} == {0.5}
    assert await RecentWindow().recall(ask(), ListBank(now)) == ()


async def test_the_recent_window_stops_at_what_does_not_fit() -> None:
    bank = ListBank([memory(1, words=4), memory(2, words=400), memory(3, words=4)])
    assert ids(await RecentWindow().recall(ask(budget_tokens=60), bank)) == ["m0003"]


def test_policies_are_found_and_their_fields_checked() -> None:
    assert {"agentic_memory", "event_memory", "hybrid", "memory_stream", "recent_window"} <= set(POLICIES.methods)
    assert not POLICIES.broken
    built = POLICIES.build(Choice(name="memory_stream", parameters={"preset": "ville", "decay": 0.9}))
    assert built == MemoryStream(preset="ville", decay=0.9)
    for parameters in ({"decay": 0.0}, {"recency_weight": -1.0}, {"preset": "nobody"}, {"limit": 0}):
        with pytest.raises(Invalid, match=next(iter(parameters))):
            POLICIES.build(Choice(name="memory_stream", parameters=parameters))
