"""A planner designs the choice, specialists judge from one angle each, a supervisor integrates."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from studio.domain.provenance import Usage
from studio.errors import Invalid, ModelError
from studio.llm.structured import ask
from studio.matching.casting import asking
from studio.matching.casting.base import Casting, CastingMethod, Pick, Strategy, tallied
from studio.matching.casting.counting import counted
from studio.matching.casting.table import CastTable
from studio.matching.casting.tally import Ranking
from studio.registry import Card
from studio.run_context import RunContext


class Council(CastingMethod):
    """Planner, specialists who do not see one another, supervisor.

    Source: Li et al., PartnerMAS, 2025, https://arxiv.org/abs/2509.24046.
    Differs: the forms of the answers are ours, since the code is not public. A specialist who gives no usable answer is
    left out and its weight goes to the others; without any, numbers are counted. Long tables go to a specialist 20 at a
    time.
    Cost: 2 + S·⌈n / 20⌉ calls for S specialists, one more for each unusable answer.
    """

    card: ClassVar[Card] = Card(
        name="council",
        title="Casting council",
        summary="A planner, up to five specialists with one angle each, and a supervisor who decides.",
        source="Li et al., PartnerMAS, 2025",
        url="https://arxiv.org/abs/2509.24046",
        needs=("a model that follows instructions",),
        cost="2 + S·⌈n / 20⌉",
    )

    specialists: int = Field(default=5, ge=2, le=8, description="How many specialists are heard at most")
    domain: str = Field(default="", description="What makes a good choice here, in your own words")

    async def pick(self, table: CastTable, k: int, context: RunContext) -> Casting:
        """The supervisor's pick; what it left open is filled by weighted Borda count.

        Raises: as the contract says.
        """
        model, seed = context.model, context.rng.getrandbits(31)
        strategy, notices, usage = await self.planned(table, context, seed)
        mixed = asking.shuffled(table, context.rng)
        heard = await context.map(lambda one: asking.assess(one, mixed, model, seed), strategy.specialists)
        rankings: list[Ranking] = []
        broken: list[ModelError] = []
        for specialist, answer in zip(strategy.specialists, heard, strict=True):
            if isinstance(answer, asking.Heard):
                usage = usage + answer.usage
                notices += answer.notices
                rankings += [answer.ranking] if answer.ranking else []
            elif isinstance(answer, ModelError):
                broken.append(answer)
                notices.append(f"The specialist for {specialist.role} could not be heard: {answer}")
            else:
                raise answer
        if broken and not rankings:
            raise broken[0]
        if not rankings:
            notices.append("No specialist gave a usable answer, so the numbers were counted instead.")
            spare = counted(self.card.name, table, k)
            return spare.model_copy(update={"notices": (*notices, *spare.notices), "usage": usage})
        weights = {one.role: strategy.weight_of(one) for one in strategy.specialists}
        casting = tallied(self.card.name, table, k, rankings, weights).model_copy(
            update={"strategy": strategy, "unused": strategy.unused(table.features)}
        )
        return await self._supervised(casting, table, context, notices, usage, seed)

    async def planned(self, table: CastTable, context: RunContext, seed: int) -> tuple[Strategy, list[str], Usage]:
        """The planner's strategy (one call); a standing one where its answer is not usable."""
        asked = asking.request(
            "planner",
            "planner",
            seed=seed,
            lead=asking.lead_shown(table),
            brief=table.brief[:600],
            schema=table.summaries(),
            most=self.specialists,
            domain=self.domain,
            count=len(table.candidates),
        )
        nothing = asking.PlanForm.model_construct(criteria=[], specialists=[])
        answer = await ask(context.model, asked, asking.PlanForm, nothing)
        try:
            if not answer.defaulted:
                strategy, notices = asking.understood(answer.value, table, self.specialists)
                return strategy, notices, answer.usage
            fault = "The planner gave no usable strategy"
        except Invalid as error:
            fault = f"The planner's strategy cannot be used ({error})"
        return asking.default_strategy(table), [f"{fault}; a standing one was used."], answer.usage

    async def _supervised(
        self,
        casting: Casting,
        table: CastTable,
        context: RunContext,
        notices: list[str],
        usage: Usage,
        seed: int,
    ) -> Casting:
        """The casting as the supervisor decides it (one call)."""
        asked = asking.request(
            "supervisor",
            "supervisor",
            seed=seed,
            casting=casting,
            lead=asking.lead_shown(table),
            brief=table.brief[:600],
            k=casting.k,
            shortlist=min(len(table.candidates), 2 * casting.k),
        )
        nothing = asking.SelectionForm.model_construct(selected=[], near_misses=[])
        answer = await ask(context.model, asked, asking.SelectionForm, nothing)
        usage = usage + answer.usage
        if answer.defaulted:
            notices.append("The supervisor gave no usable answer; the specialists' rankings were added up instead.")
            return casting.model_copy(update={"notices": tuple(notices), "usage": usage})
        picks, odd = asking.chosen(answer.value, table, casting.k)
        notices += odd
        known = {one.id: one for one in (*casting.selected, *casting.near_misses)}
        order = [*picks, *(one.id for one in casting.selected if one.id not in picks)][: casting.k]
        if len(picks) < casting.k:
            notices.append(f"The supervisor picked {len(picks)}; the rest come from the specialists' rankings.")
        lost = {one.id: one.why[:300] for one in answer.value.near_misses if one.id in table.ids}
        misses = [id_ for id_ in (*lost, *known) if id_ not in order]
        everybody = tallied(self.card.name, table, len(table.candidates), casting.specialists, casting.weights)
        full = {one.id: one for one in everybody.selected}

        def told(id_: str, why: str) -> Pick:
            supporters = tuple(r.role for r in casting.specialists if id_ in r.order[: casting.k])
            return full[id_].model_copy(update={"why": why or full[id_].why, "supported_by": supporters})

        return casting.model_copy(
            update={
                "selected": tuple(told(id_, picks.get(id_, "")) for id_ in order),
                "near_misses": tuple(told(id_, lost.get(id_, "")) for id_ in list(dict.fromkeys(misses))[:3]),
                "notices": tuple(notices),
                "usage": usage,
            }
        )
