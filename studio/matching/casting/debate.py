"""Several agents propose, read one another, revise, and a judge decides: the paper's other baseline."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from studio.domain.provenance import Usage
from studio.errors import ModelError
from studio.llm.structured import Structured, ask
from studio.matching.casting import asking
from studio.matching.casting.asking import SelectionForm
from studio.matching.casting.base import Casting, CastingMethod, mix
from studio.matching.casting.counting import counted
from studio.matching.casting.table import CastTable
from studio.matching.casting.tally import Assessed, Ranking, borda
from studio.registry import Card
from studio.run_context import RunContext


class Debate(CastingMethod):
    """Every agent sees the whole table. After the first round each reads the others' proposals and may revise.

    Source: Li et al., PartnerMAS, 2025, baselines, https://arxiv.org/abs/2509.24046.
    Cost: agents · rounds + 1 calls, one more for each unusable answer.
    """

    card: ClassVar[Card] = Card(
        name="debate",
        title="Debate",
        summary="Agents propose, read one another, revise, and a judge decides: a baseline for the council.",
        source="Li et al., PartnerMAS, 2025",
        url="https://arxiv.org/abs/2509.24046",
        needs=("a model that follows instructions",),
        cost="agents · rounds + 1",
    )

    agents: int = Field(default=3, ge=2, le=6, description="How many debate")
    rounds: int = Field(default=2, ge=1, le=4, description="How often each speaks")

    async def pick(self, table: CastTable, k: int, context: RunContext) -> Casting:
        """The judge's pick; what it leaves open is filled from the last proposals.

        Raises: as the contract says.
        """
        seed = context.rng.getrandbits(31)
        tables = [asking.shuffled(table, context.rng) for _ in range(self.agents)]
        proposals: list[dict[str, str]] = [{} for _ in range(self.agents)]
        usage, notices = Usage(), []
        for _ in range(self.rounds):
            before = list(proposals)

            async def speak(agent: int, before: list[dict[str, str]] = before) -> Structured[SelectionForm]:
                others = [proposal for at, proposal in enumerate(before) if at != agent and proposal]
                return await self._asked(tables[agent], k, context, seed + agent, others, judge=False)

            for agent, answer in enumerate(await context.map(speak, range(self.agents))):
                if isinstance(answer, ModelError):
                    notices.append(f"Agent {agent + 1} could not be heard: {answer}")
                elif isinstance(answer, Exception):
                    raise answer
                else:
                    usage = usage + answer.usage
                    proposals[agent] = asking.chosen(answer.value, table, k)[0] or proposals[agent]
        verdict = await self._asked(tables[0], k, context, seed, [one for one in proposals if one], judge=True)
        usage = usage + verdict.usage
        picks, odd = asking.chosen(verdict.value, table, k)
        rankings = [_ranking(f"agent {at + 1}", one) for at, one in enumerate(proposals) if one]
        orders = [ranking.order for ranking in rankings]
        spare = borda(orders, [1.0] * len(orders), len(table.ids), table.ids)
        if len(picks) < k:
            notices.append(f"The judge picked {len(picks)} of {k}; the rest come from the last proposals.")
        order = [*picks, *(id_ for id_ in spare if id_ not in picks)][:k]
        full = {one.id: one for one in counted(self.card.name, table, len(table.ids)).selected}
        return Casting(
            method=self.card.name,
            k=k,
            selected=tuple(
                full[id_].model_copy(
                    update={
                        "why": picks.get(id_, ""),
                        "supported_by": tuple(ranking.role for ranking in rankings if id_ in ranking.order),
                    }
                )
                for id_ in order
            ),
            specialists=tuple(rankings),
            weights={ranking.role: 1 / len(rankings) for ranking in rankings},
            notices=(*notices, *odd),
            mix=mix(table, order),
            usage=usage,
        )

    async def _asked(
        self, table: CastTable, k: int, context: RunContext, seed: int, others: list[dict[str, str]], *, judge: bool
    ) -> Structured[SelectionForm]:
        asked = asking.request(
            "judge" if judge else "debater",
            "debate",
            seed=seed,
            lead=asking.lead_shown(table),
            brief=table.brief[:600],
            candidates=asking.shown(table, table.features),
            k=k,
            others=others,
            judge=judge,
        )
        return await ask(
            context.model, asked, SelectionForm, SelectionForm.model_construct(selected=[], near_misses=[])
        )


def _ranking(role: str, proposal: dict[str, str]) -> Ranking:
    step = 100 / max(1, len(proposal))
    return Ranking(
        role=role,
        ranking=tuple(
            Assessed(id=id_, score=100 - at * step, why=why) for at, (id_, why) in enumerate(proposal.items())
        ),
    )
