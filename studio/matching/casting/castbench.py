"""Casting measured on cases with a known answer: who really shared a scene with its lead.

Source: Li et al., PartnerMAS, 2025, https://arxiv.org/abs/2509.24046 (match rate, k as many as the truth has).
Differs: the paper's venture-capital cases are not public; these records have the same shape.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from studio.domain.value import Value
from studio.errors import Invalid
from studio.matching.casting.base import Casting, CastingMethod, pick
from studio.matching.casting.table import Candidate, CastTable, Feature
from studio.matching.casting.tally import match_rate, random_rate
from studio.run_context import RunContext

RENAMED = {
    "co_scenes_with_lead": "co_scenes",
    "exchanges_with_lead": "exchanges",
    "appears_within_2_scenes": "near",
}
DEFAULT_FEATURES = ("co_scenes", "near", "exchanges")


class Person(BaseModel):
    """Somebody in a case; unknown fields are kept."""

    model_config = ConfigDict(extra="allow", frozen=True)

    id: str
    name: str = ""
    play: str = ""
    group: str | None = None

    def candidate(self, lead: Person | None = None, play: str = "") -> Candidate:
        """As a row of a table. `group` says whether they are of the lead's group and belong to the case's play (1) or
        not (0): groups are numbered anew in each play."""
        extra = self.model_extra or {}
        features: dict[str, Feature] = {
            RENAMED.get(name, name): value
            for name, value in extra.items()
            if value is None or isinstance(value, (int, float, str))
        }
        if lead is not None:
            features["group"] = int(self.group is not None and (self.group, self.play) == (lead.group, play))
        return Candidate(id=self.id, name=self.name, features=features)


class Case(BaseModel):
    """One question: choose `k` of the candidates to share a scene with the lead."""

    model_config = ConfigDict(extra="allow", frozen=True)

    case_id: str
    play: str = ""
    k: int = Field(ge=1)
    lead: Person
    candidates: tuple[Person, ...] = Field(min_length=1)
    truth: tuple[str, ...] = Field(min_length=1)

    def table(self) -> CastTable:
        """The case as a table to choose from."""
        play = self.play or self.lead.play
        rows = tuple(one.candidate(self.lead, play) for one in self.candidates)
        return CastTable(lead=self.lead.candidate(), candidates=rows)


class CaseResult(Value):
    """What was chosen in a case and how much of it was right."""

    case_id: str
    selected: tuple[str, ...]
    match_rate: float
    calls: int
    tokens: int
    notices: tuple[str, ...] = ()


class CastBenchReport(Value):
    """The mean match rate in per cent beside what blind drawing would give."""

    method: str
    cases: int
    match_rate_percent: float
    random_percent: float
    calls: int
    tokens: int
    results: tuple[CaseResult, ...]


def read_cases(text: str, place: str) -> tuple[Case, ...]:
    """Cases, one JSON object a line.

    Raises: Invalid naming `place`, the line and the field.
    """
    cases = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            cases.append(Case.model_validate(json.loads(line)))
        except ValidationError as error:
            problem = error.errors(include_url=False)[0]
            field = ".".join(map(str, problem["loc"]))
            raise Invalid(f"{place}, line {number}, {field}: {problem['msg']}.") from error
        except ValueError as error:
            raise Invalid(f"{place}, line {number}: this is not JSON ({error}).") from error
    if not cases:
        raise Invalid(f"{place} holds no case. Each line is one JSON object.")
    return tuple(cases)


async def measure(cases: Sequence[Case], method: CastingMethod, context: RunContext) -> CastBenchReport:
    """Every case chosen by this method.

    Raises: as `CastingMethod.pick`.
    """
    results: list[CaseResult] = []
    for done, case in enumerate(cases, start=1):
        casting: Casting = await pick(method, case.table(), case.k, context)
        results.append(
            CaseResult(
                case_id=case.case_id,
                selected=casting.ids,
                match_rate=round(match_rate(casting.ids, case.truth), 6),
                calls=casting.usage.calls,
                tokens=casting.usage.prompt_tokens + casting.usage.completion_tokens,
                notices=casting.notices,
            )
        )
        context.progress(done, len(cases))
    blind = statistics.fmean(random_rate(len(case.candidates), case.k) for case in cases)
    return CastBenchReport(
        method=method.card.name,
        cases=len(cases),
        match_rate_percent=round(100 * statistics.fmean(one.match_rate for one in results), 2),
        random_percent=round(100 * blind, 2),
        calls=sum(one.calls for one in results),
        tokens=sum(one.tokens for one in results),
        results=tuple(results),
    )
