"""One model, one call, the whole table: what a council has to beat."""

from __future__ import annotations

from typing import ClassVar

from studio.llm.structured import ask
from studio.matching.casting import asking
from studio.matching.casting.base import Casting, CastingMethod, mix
from studio.matching.casting.counting import counted
from studio.matching.casting.table import CastTable
from studio.registry import Card
from studio.run_context import RunContext


class Single(CastingMethod):
    """The baseline of the paper: one agent sees everything and chooses.

    Source: Li et al., PartnerMAS, 2025, baselines, https://arxiv.org/abs/2509.24046.
    Cost: 1 call, 2 when the first answer is unusable.
    """

    card: ClassVar[Card] = Card(
        name="single",
        title="One judge",
        summary="One call over the whole table: the baseline a council is compared with.",
        source="Li et al., PartnerMAS, 2025",
        url="https://arxiv.org/abs/2509.24046",
        needs=("a model that follows instructions",),
        cost="1",
    )

    async def pick(self, table: CastTable, k: int, context: RunContext) -> Casting:
        """What the one call picks; without a usable answer the numbers are counted, and the notices say so."""
        mixed = asking.shuffled(table, context.rng)
        asked = asking.request(
            "single",
            "single",
            seed=context.rng.getrandbits(31),
            lead=asking.lead_shown(table),
            brief=table.brief[:600],
            candidates=asking.shown(mixed, table.features),
            k=k,
        )
        nothing = asking.SelectionForm.model_construct(selected=[], near_misses=[])
        answer = await ask(context.model, asked, asking.SelectionForm, nothing)
        everybody = counted(self.card.name, table, len(table.candidates)).selected
        full = {one.id: one.model_copy(update={"supported_by": ()}) for one in everybody}
        picks, notices = asking.chosen(answer.value, table, k)
        if len(picks) < k:
            notices.append(f"The model picked {len(picks)} of {k}; the rest come from counting numbers.")
        order = [*picks, *(id_ for id_ in full if id_ not in picks)][:k]
        return Casting(
            method=self.card.name,
            k=k,
            selected=tuple(full[id_].model_copy(update={"why": picks.get(id_) or full[id_].why}) for id_ in order),
            notices=tuple(notices),
            mix=mix(table, order),
            usage=answer.usage,
        )
