"""The third thought: yes or no to each item, in order, with what moved it.

Source: Zhang et al., SmartAgent, AAAI 2026, section 3, https://arxiv.org/abs/2412.07472.
Differs: the number decides; a model's opinion stands beside it and breaks ties. One place in five goes to something
rarely seen, marked as such.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from pydantic import BaseModel, Field

from studio.domain.message import Message, Request
from studio.domain.provenance import Usage
from studio.domain.value import Value
from studio.llm.structured import Structured, ask
from studio.matching.shelf.items import Item
from studio.matching.shelf.requirement import Requirement
from studio.matching.shelf.taste import TasteEvent, exposure, moved_by, scored, value_of
from studio.prompts import render
from studio.run_context import RunContext

THETA = 0.4
EXPLORE_EVERY = 5
A_CALL = 10


class Recommendation(Value):
    """An item with its verdict. `different`: shown to widen the view, not because it fits. `opinion` and `why` are a
    model's, where one was asked; `because` names the facets that counted."""

    item: Item
    score: float
    yes: bool
    because: str = ""
    different: bool = False
    opinion: bool | None = None
    why: str = ""


class Shelf(Value):
    """What stands on the shelf, best first, and all verdicts; `explanation` where it is empty."""

    requirement: Requirement
    shown: tuple[Recommendation, ...]
    verdicts: tuple[Recommendation, ...]
    explanation: str = ""
    usage: Usage = Usage()


def score(item: Item, weights: Mapping[str, float]) -> float:
    """The weights of its facets over the root of how many it has; unknown facets weigh nothing."""
    facets = [name for name in item.facets if scored(name)]
    return sum(weights.get(name, 0.0) for name in facets) / math.sqrt(len(facets)) if facets else 0.0


def recommend(
    items: Sequence[Item], weights: Mapping[str, float], requirement: Requirement, theta: float = THETA
) -> tuple[Recommendation, ...]:
    """Every item with yes or no, by score, ties by id. Yes: at least θ of the best score, above 0, and no hard
    constraint broken. The order in which items are given makes no difference."""
    scores = {item.id: score(item, weights) for item in items}
    best = max(scores.values(), default=0.0)
    ordered = sorted(items, key=lambda item: (-round(scores[item.id], 9), item.id))
    return tuple(
        Recommendation(
            item=item,
            score=round(scores[item.id], 4),
            yes=scores[item.id] > 0
            and scores[item.id] >= theta * best - 1e-12
            and not requirement.violated(item.facets),
            because=because(item, weights),
        )
        for item in ordered
    )


def because(item: Item, weights: Mapping[str, float]) -> str:
    """The three facets that counted most, in words."""
    counted = sorted((name for name in item.facets if weights.get(name)), key=lambda name: -abs(weights[name]))
    return ", ".join(
        f"{value_of(name).replace('-', ' ')} ({'+' if weights[name] > 0 else '−'}{abs(weights[name]):.1f})"
        for name in counted[:3]
    )


def shelve(
    requirement: Requirement, verdicts: Sequence[Recommendation], events: Sequence[TasteEvent], places: int = 10
) -> Shelf:
    """What is shown: the yes ones by score, and in every fifth place the item seen least that is not among them,
    marked as something different. Without actions or with nothing but dislikes the shelf is empty and says why."""
    wanted = [one for one in verdicts if one.yes]
    if requirement.questions:
        return Shelf(requirement=requirement, shown=(), verdicts=tuple(verdicts))
    if not wanted:
        if verdicts and max(one.score for one in verdicts) <= 0:
            explanation = "So far you have only turned things down. Like or open something, or search for a word."
        else:
            explanation = "Nothing here is all you asked for. Loosen one of the chips."
        return Shelf(requirement=requirement, shown=(), verdicts=tuple(verdicts), explanation=explanation)
    seen = exposure(events)
    others = sorted(
        (one for one in verdicts if not one.yes and one.score >= 0 and not requirement.violated(one.item.facets)),
        key=lambda one: (seen.get(one.item.id, 0), one.item.id),
    )
    shown: list[Recommendation] = []
    left, spare = iter(wanted), iter(others)
    while len(shown) < places:
        explores = len(shown) % EXPLORE_EVERY == EXPLORE_EVERY - 1
        one = _next(spare, different=True) if explores else None
        one = one or _next(left, different=False)
        if one is None:
            break
        shown.append(one)
    return Shelf(requirement=requirement, shown=tuple(shown), verdicts=tuple(verdicts))


def _next(found: Iterator[Recommendation], *, different: bool) -> Recommendation | None:
    one = next(found, None)
    return one.model_copy(update={"different": True}) if one and different else one


class VerdictForm(BaseModel):
    """One item in a model's answer."""

    id: str
    yes: bool
    why: str = ""


class VerdictsForm(BaseModel):
    """What a model answers."""

    verdicts: list[VerdictForm] = Field(min_length=1)


async def opinions(
    verdicts: Sequence[Recommendation], requirement: Requirement, context: RunContext
) -> tuple[tuple[Recommendation, ...], Usage]:
    """The verdicts with a model's yes or no beside each, ten a call; its yes goes first among equal scores. Items it
    said nothing usable of stay without an opinion.

    Cost: ⌈n / 10⌉ calls, one more for each unusable answer.
    Raises: ModelUnavailable, ModelRefused, ModelBudget where no call went through.
    """
    batches = [verdicts[start : start + A_CALL] for start in range(0, len(verdicts), A_CALL)]

    async def asked(batch: Sequence[Recommendation]) -> Structured[VerdictsForm]:
        content = render("matching/verdicts", requirement=requirement, items=[one.item for one in batch])
        request = Request(
            messages=(Message(role="user", content=content),),
            caller="shelf",
            purpose="verdicts",
            max_tokens=50 * len(batch) + 60,
            temperature=0.0,
            template="matching/verdicts",
        )
        return await ask(context.model, request, VerdictsForm, VerdictsForm.model_construct(verdicts=[]))

    found: dict[str, VerdictForm] = {}
    usage = Usage()
    answers = await context.map(asked, batches)
    for answer in answers:
        if isinstance(answer, Structured):
            usage = usage + answer.usage
            found.update((one.id, one) for one in answer.value.verdicts)
    failed = [answer for answer in answers if isinstance(answer, Exception)]
    if failed and not found:
        raise failed[0]
    told = [
        one.model_copy(update={"opinion": found[one.item.id].yes, "why": found[one.item.id].why[:200]})
        if one.item.id in found
        else one
        for one in verdicts
    ]
    return tuple(sorted(told, key=lambda one: (-one.score, not one.opinion, one.item.id))), usage


def explain(recommendation: Recommendation, events: Sequence[TasteEvent], most: int = 5) -> tuple[str, ...]:
    """The actions that moved a score, in words, furthest first."""
    return tuple(
        f"{event.type} {event.item or ', '.join(event.facets)} ({'+' if moved > 0 else '−'}{abs(moved):.2f})"
        for event, moved in moved_by(events, recommendation.item.facets)[:most]
    )
