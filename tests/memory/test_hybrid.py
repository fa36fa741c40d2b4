"""Hybrid search: each way of finding a memory counts, and none alone decides."""

from __future__ import annotations

from datetime import timedelta

import pytest

from studio.llm.tokens import estimate
from studio.memory.hybrid import Hybrid
from tests.memory.mind import Mind, ask, lived, said

MEMORIES = [
    said(0, "The spare key hangs inside the fog bell."),
    said(1, "Herring again for supper.", "cy"),
    said(2, "The bed is idle, as they say."),
    lived(3, "The lamp went out.", "", importance=9),
    *(said(number, f"Nothing of note, number {number}.") for number in range(4, 160)),
]


async def recalled(policy: Hybrid, focal: str, **fields: object) -> list[str]:
    asked = ask(MEMORIES, focal=focal, **fields)
    return [one.memory.text for one in await policy.recall(asked, Mind(asked, MEMORIES))]


async def test_words_bring_up_what_is_old_and_far() -> None:
    found = await recalled(Hybrid(), "Where did they put that key?")
    assert found[0].endswith("fog bell.") and not any("idle" in text for text in found)
    only = Hybrid(meaning=0, words=1, recency=0, importance=0, people=0)
    assert (await recalled(only, "herring"))[0].endswith("supper.")


async def test_recency_and_people_count() -> None:
    asked = {"focal": "well?", "limit": 1}
    assert await recalled(Hybrid(meaning=0, words=0, recency=0, importance=1, people=0), **asked)
    newest = Hybrid(meaning=0, words=0, recency=1, importance=0, people=0)
    assert (await recalled(newest, **asked))[0].endswith("number 159.")
    about = ask(MEMORIES, focal="supper", people=frozenset({"cy"}), limit=1)
    (one,) = await Hybrid().recall(about, Mind(about, MEMORIES))
    assert one.memory.about == "cy" and "about them" in one.why and "words 0." in one.why


@pytest.mark.parametrize(("budget", "limit"), [(0, 9), (40, 0), (28, 3), (37, 99), (1000, 4)])
async def test_the_budget_holds(budget: int, limit: int) -> None:
    found = await recalled(Hybrid(), "key", budget_tokens=budget, limit=limit)
    assert sum(map(estimate, found)) <= budget and len(found) <= limit
    assert found or budget * limit == 0


async def test_no_memories_and_no_question() -> None:
    asked = ask(focal="key")
    assert await Hybrid().recall(asked, Mind(asked, [])) == ()
    silent = ask(MEMORIES, now=MEMORIES[-1].created_at + timedelta(hours=1), limit=5)
    assert len(await Hybrid().recall(silent, Mind(silent, MEMORIES))) == 5
