"""What the models of a casting are told and must answer, and how an answer is understood. Pure but for the calls."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, Field, field_validator

from studio.domain.message import Message, Request
from studio.domain.provenance import Usage
from studio.errors import Invalid
from studio.llm.client import Model
from studio.llm.structured import Structured, ask
from studio.matching.casting.base import Criterion, Specialist, Strategy
from studio.matching.casting.table import CastTable
from studio.matching.casting.tally import Assessed, Ranking, normalised
from studio.prompts import render

BATCH = 20
"""How many candidates one specialist's call sees."""


class PlanForm(BaseModel):
    """What a planner answers."""

    criteria: list[Criterion] = Field(min_length=1)
    specialists: list[Specialist] = Field(min_length=1)


class AssessedForm(BaseModel):
    """A candidate in an answer; a score outside 0–100 is brought to its end."""

    id: str
    score: float = 50.0
    why: str = ""

    @field_validator("score", mode="before")
    @classmethod
    def _bounded(cls, score: Any) -> float:
        return min(100.0, max(0.0, float(score)))


class AssessmentForm(BaseModel):
    """What a specialist answers."""

    ranking: list[AssessedForm] = Field(min_length=1)


class ChosenForm(BaseModel):
    """A pick in an answer."""

    id: str
    why: str = ""


class SelectionForm(BaseModel):
    """What a supervisor, a single agent or a judge answers."""

    selected: list[ChosenForm] = Field(min_length=1)
    near_misses: list[ChosenForm] = []


def request(
    purpose: str, template: str, *, max_tokens: int = 900, seed: int | None = None, **values: object
) -> Request:
    """One call with the words of `prompts/matching/<template>.jinja`."""
    text = render(f"matching/{template}", **values)
    return Request(
        messages=(Message(role="user", content=text),),
        caller=f"casting-{purpose}",
        purpose=purpose,
        max_tokens=max_tokens,
        temperature=0.2,
        seed=seed,
        template=f"matching/{template}",
    )


def shuffled(table: CastTable, rng: random.Random) -> CastTable:
    """The candidates in a seeded order, so that no place in the list is favoured."""
    candidates = list(table.candidates)
    rng.shuffle(candidates)
    return table.model_copy(update={"candidates": tuple(candidates)})


def shown(table: CastTable, features: Sequence[str]) -> str:
    """The candidates as one JSON object a line, restricted to these features."""
    rows = ({"id": one.id, "name": one.name, **one.told(features)} for one in table.candidates)
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)


def lead_shown(table: CastTable) -> str:
    """The lead as one JSON object."""
    told = table.lead.told(table.lead.features)
    return json.dumps({"id": table.lead.id, "name": table.lead.name, **told}, ensure_ascii=False)


def default_strategy(table: CastTable) -> Strategy:
    """A strategy for when no planner gave a usable one: who they are, what they are to the lead, what was played."""
    groups = {
        "profile": ("career", "age", "traits", "mbti", "tropes", "speech", "role", "gender", "fits_part"),
        "relations": ("bond", "related", "group", "same_group", "shared_tropes", "letters_in_common"),
        "record": tuple(name for name in table.numeric),
    }
    used: set[str] = set()
    criteria, specialists = [], []
    for role, names in groups.items():
        features = tuple(name for name in names if name in table.features and name not in used)
        used.update(features)
        if role == "record":
            features = (*features, *(name for name in table.features if name not in used))
        if features:
            criteria.append(Criterion(name=role, weight=1.0, features=features))
            specialists.append(Specialist(role=role, criteria=(role,), features=features))
    share = 1 / len(criteria)
    even = tuple(one.model_copy(update={"weight": share}) for one in criteria)
    return Strategy(criteria=even, specialists=tuple(specialists))


def understood(plan: PlanForm, table: CastTable, most: int) -> tuple[Strategy, list[str]]:
    """A planner's answer as a strategy: weights over their sum, unknown features dropped, at most `most` specialists,
    each role once; and what had to be changed.

    Raises: Invalid naming a criterion with a negative weight.
    """
    notices = []
    weights = normalised({one.name: one.weight for one in plan.criteria})
    criteria = tuple(
        one.model_copy(update={"weight": weights[one.name], "features": _known(one.features, table)})
        for one in {one.name: one for one in plan.criteria}.values()
    )
    by_role = {one.role: one for one in plan.specialists}
    specialists = []
    for one in list(by_role.values())[:most]:
        own = {name for criterion in criteria if criterion.name in one.criteria for name in criterion.features}
        features = _known(one.features, table) or tuple(name for name in table.features if name in own)
        specialists.append(one.model_copy(update={"features": features or table.features}))
    if len(by_role) > most:
        notices.append(f"The planner asked for {len(by_role)} specialists; the first {most} were heard.")
    strategy = Strategy(criteria=criteria, specialists=tuple(specialists))
    unused = strategy.unused(table.features)
    if unused:
        notices.append(f"No specialist looks at {', '.join(unused)}.")
    return strategy, notices


def _known(features: Sequence[str], table: CastTable) -> tuple[str, ...]:
    return tuple(name for name in features if name in table.features)


class Heard(BaseModel):
    """One specialist's ranking, or None where no usable answer came; what was odd; what it took."""

    ranking: Ranking | None
    notices: list[str]
    usage: Usage


async def assess(specialist: Specialist, table: CastTable, model: Model, seed: int | None = None) -> Heard:
    """A specialist over all candidates, 20 a call. A batch without a usable answer after one retry drops it.

    Cost: ⌈n / 20⌉ calls, one more for each unusable answer.
    """
    assessed: list[Assessed] = []
    notices: list[str] = []
    usage = Usage()
    for start in range(0, len(table.candidates), BATCH):
        batch = table.model_copy(update={"candidates": table.candidates[start : start + BATCH]})
        asked = request(
            "specialist",
            "specialist",
            seed=seed,
            specialist=specialist,
            lead=lead_shown(table),
            brief=table.brief[:600],
            candidates=shown(batch, specialist.features),
        )
        answer: Structured[AssessmentForm] = await ask(
            model, asked, AssessmentForm, AssessmentForm.model_construct(ranking=[])
        )
        usage = usage + answer.usage
        if answer.defaulted:
            notices.append(f"The specialist for {specialist.role} gave no usable answer and is left out.")
            return Heard(ranking=None, notices=notices, usage=usage)
        known = {one.id for one in batch.candidates}
        invented = [one.id for one in answer.value.ranking if one.id not in known]
        if invented:
            notices.append(f"The specialist for {specialist.role} named {invented[0][:80]!r}, who is no candidate.")
        found = {one.id: one for one in answer.value.ranking if one.id in known}
        assessed += [Assessed(id=one.id, score=one.score, why=one.why[:300]) for one in found.values()]
    ranking = Ranking(role=specialist.role, ranking=tuple(sorted(assessed, key=lambda one: (-one.score, one.id))))
    return Heard(ranking=ranking if assessed else None, notices=notices, usage=usage)


def chosen(form: SelectionForm, table: CastTable, k: int) -> tuple[dict[str, str], list[str]]:
    """The picks of an answer that are candidates, at most k, id → why; and what was odd about it."""
    notices = []
    invented = [one.id for one in form.selected if one.id not in table.ids]
    if invented:
        notices.append(f"{invented[0][:80]!r} was picked, who is no candidate, and is left out.")
    picks = {one.id: one.why[:300] for one in form.selected if one.id in table.ids}
    if len(picks) > k:
        notices.append(f"{len(picks)} were picked where {k} are wanted; the first {k} count.")
    return dict(list(picks.items())[:k]), notices


def weights_from(text: str) -> dict[str, float]:
    """Weights as typed: `role=.3, other=.7`.

    Raises: Invalid naming what cannot be read.
    """
    found: dict[str, float] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, sign, number = part.rpartition("=")
        try:
            found[name.strip()] = float(number)
        except ValueError:
            sign = ""
        if not sign or not name.strip():
            raise Invalid(f"'{part[:80]}' is no weight. Write role=0.3, separated by commas.")
    return found
