"""Reflection, plans and forgetting of the memory stream, with a scripted model and with none."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from studio.domain.memory import Memory, MemoryDetails, MemoryKind
from studio.domain.message import Request
from studio.errors import ModelUnavailable
from studio.memory import retrieval
from studio.memory.base import Occasion
from studio.memory.memory_stream import MemoryStream
from tests.memory.mind import Mind, answering, ask, lived, said, sitting

EVENING = [said(number, f"{number}: the key, the bell and the sailor", importance=5) for number in range(40)]
QUESTIONS = {
    "questions": ["What does Bo want?", "Whom does Cy fear?", "What is Ada to Bo?"],
    "plan": "I mean to ask Bo.",
}


def insights(request: Request) -> object:
    """Five insights a question, one of them resting on nothing, each worded by its question."""
    about = request.text.partition("Question: ")[2].partition("\n")[0]
    return {
        "insights": [
            {"insight": f"{about} {word} {word[::-1]}", "because": [number, number + 1], "importance": number + 3}
            for number, word in enumerate(("alder", "birch", "cedar", "dogwood"), 1)
        ]
        + [{"insight": f"{about} elm", "because": [99]}]
    }


async def test_a_full_meter_brings_insights_with_evidence_and_a_plan() -> None:
    model = answering(questions=QUESTIONS, insights=insights)
    done = await MemoryStream().consolidate(sitting(EVENING, model))
    drawn = [one for one in done.made if one.kind is MemoryKind.REFLECTION]
    assert len(model.requests) == 4 == done.usage.calls, "1 call and one a question"
    assert len(drawn) == 12 <= 15
    known = {one.id: one for one in EVENING}
    for one in drawn:
        assert one.evidence and known.keys() >= set(one.evidence)
        assert set(one.sources) == {source for id_ in one.evidence for source in known[id_].sources}
        assert one.details.depth == 1 + max(known[id_].details.depth for id_ in one.evidence)
        assert one.details.question in QUESTIONS["questions"] and one.details.provenance
        assert 4 <= one.importance <= 7
    (plan,) = [one for one in done.made if one.kind is MemoryKind.PLAN]
    assert plan.text == "I mean to ask Bo." and plan.sources
    assert await MemoryStream().consolidate(sitting([*EVENING, *done.made], model)) == type(done)(), "the meter is at 0"
    assert len(model.requests) == 4


async def test_insights_on_insights_lie_deeper() -> None:
    model = answering(questions={"questions": ["Why?"]}, insights=insights)
    first = await MemoryStream().consolidate(sitting(EVENING, model))
    old = [one.model_copy(update={"text": f"Why? {one.text}"}) for one in first.made]
    later = [
        said(number, "Why?", importance=10, created_at=old[0].created_at + timedelta(minutes=number))
        for number in range(100, 120)
    ]
    policy = MemoryStream(recency_weight=0, importance_weight=0, insights=4)
    done = await policy.consolidate(
        sitting([*EVENING, *old, *later], model, now=old[0].created_at + timedelta(hours=3))
    )
    depths = {id_: one.details.depth for one in old for id_ in [one.id]}
    for one in done.made:
        assert one.details.depth == 1 + max(depths.get(id_, 0) for id_ in one.evidence)
    assert max(one.details.depth for one in done.made) == 2


async def test_too_little_has_happened_unless_somebody_asks() -> None:
    model = answering(questions=QUESTIONS, insights=insights)
    assert not (await MemoryStream().consolidate(sitting(EVENING[:29], model))).made
    assert not model.requests
    assert (await MemoryStream().consolidate(sitting(EVENING[:29], model, Occasion.ASKED))).made
    assert (await MemoryStream(threshold=100).consolidate(sitting(EVENING[:29], model))).made


def test_it_stirs_at_breaks_unless_told_otherwise() -> None:
    stirring = {
        reflect: [o.value for o in Occasion if MemoryStream(reflect=reflect).stirs(o)]
        for reflect in ("break", "full", "never")
    }
    assert stirring == {"break": ["break", "asked"], "full": ["turn", "break", "asked"], "never": ["asked"]}


async def test_the_same_insight_again_is_dropped() -> None:
    same = {"insights": [{"insight": "Bo hides the key.", "because": [1]}]}
    model = answering(questions=QUESTIONS, insights=same)
    done = await MemoryStream(plans=False).consolidate(sitting(EVENING, model))
    assert [one.text for one in done.made] == ["Bo hides the key."]
    assert done.made[0].importance == 3 and done.made[0].details.reason == "No importance was given."


async def test_an_unusable_answer_leaves_nothing_half_made() -> None:
    done = await MemoryStream().consolidate(sitting(EVENING, answering(questions="I would rather not.")))
    assert done.made == () and len(done.problems) == 2 and done.usage.calls == 2
    lost = answering(questions=QUESTIONS, insights="this is blank")
    done = await MemoryStream().consolidate(sitting(EVENING, lost))
    assert [one.kind for one in done.made] == [MemoryKind.PLAN] and done.problems


async def test_a_model_that_goes_away_is_an_error() -> None:
    model = answering(questions=QUESTIONS, insights=lambda request: (_ for _ in ()).throw(ModelUnavailable("gone")))
    with pytest.raises(ModelUnavailable):
        await MemoryStream().consolidate(sitting(EVENING, model))


async def test_without_a_model_rules_find_what_recurs() -> None:
    done = await MemoryStream().consolidate(sitting(EVENING))
    assert [one.text for one in done.made] == ["Bo Lind keeps coming back to the bell and the key."]
    assert done.made[0].about == "bo" and done.made[0].evidence and done.made[0].details.provenance is None


async def test_insights_lapse_and_what_never_came_to_mind_fades() -> None:
    done = await MemoryStream(lasts_days=2).consolidate(sitting(EVENING))
    (insight,) = done.made
    soon, late = insight.created_at + timedelta(days=1), insight.created_at + timedelta(days=3)
    assert ask([insight], now=soon).admits(insight) and not ask([insight], now=late).admits(insight)
    small, great = lived(1, "the kettle", importance=1), lived(2, "the wedding", importance=9)
    pinned = lived(3, "the tea", importance=1, pinned=True)
    asked = ask([small, great, pinned], now=small.created_at + timedelta(days=4))
    bank = Mind(asked, [small, great, pinned])
    assert len(await MemoryStream().recall(asked, bank)) == 3
    fading = await MemoryStream(fades_days=1).recall(asked, bank)
    assert {one.memory.text for one in fading} == {"the wedding", "the tea"}


def stream(shared_data: Path) -> tuple[list[Memory], retrieval.Numbers]:
    found = np.load(shared_data / "data/generative-agents/genagents_stream.npz")
    memories = [
        lived(
            0,
            f"node {id_}",
            importance=1 + float(importance) * 0.09,
            accessed_at=ask().now - timedelta(hours=116 - int(last)),
        )
        for id_, importance, last in zip(found["node_id"], found["importance"], found["last_retrieved"], strict=True)
    ]
    vectors = found["embedding"].astype(np.float64)
    return memories, retrieval.cosine(vectors, vectors[found["node_id"].tolist().index(40)])


def test_the_published_stream_is_ranked_as_published(shared_data: Path) -> None:
    memories, relevance = stream(shared_data)
    best = {}
    for name in ("paper", "genagents"):
        scores = retrieval.weigh(memories, relevance, ask().now, retrieval.PRESETS[name])
        order = np.argsort(-scores.total, kind="stable")[:5]
        best[name] = [(int(memories[i].text[5:]), round(float(scores.total[i]), 6)) for i in order]
    assert [id_ for id_, _ in best["paper"]] == [115, 110, 112, 107, 102]
    assert [id_ for id_, _ in best["genagents"]] == [40, 42, 43, 45, 35]
    np.testing.assert_allclose(
        [score for _, score in best["paper"]], [2.210180, 2.162695, 2.141422, 2.101971, 2.099451], atol=1e-5
    )
    np.testing.assert_allclose(
        [score for _, score in best["genagents"]], [1.176471, 0.913450, 0.910948, 0.862025, 0.845683], atol=1e-5
    )


async def test_coming_to_mind_makes_recent() -> None:
    memories = [lived(number, f"memory {number}") for number in range(4)]
    asked = ask(memories)
    first = await MemoryStream(importance_weight=0, relevance_weight=0, limit=1).recall(asked, Mind(asked, memories))
    touched = [
        one.model_copy(update={"accessed_at": asked.now}) if one.id == memories[0].id else one for one in memories
    ]
    again = await MemoryStream().recall(asked, Mind(asked, touched))
    assert first[0].memory.id == memories[3].id
    assert [one.recency for one in again if one.memory.id == memories[0].id] == [1.0]
    assert MemoryDetails().depth == 0
