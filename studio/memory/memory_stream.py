"""The memory stream of Generative Agents: recency, importance and relevance together; reflection, plans, forgetting."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from studio.domain.memory import PLAIN, Memory, MemoryDetails, MemoryKind, Recalled
from studio.domain.provenance import Usage
from studio.llm import structured
from studio.llm.client import Model
from studio.llm.tokens import estimate
from studio.memory import reflection, retrieval
from studio.memory.base import Ask, Consolidated, MemoryBank, MemoryPolicy, Occasion, Sitting
from studio.prompts import render
from studio.registry import Card

NEAREST = 500
NEWEST = 200
LATEST = 100
LOOKED_AT = 1000
EVIDENCE = 20
ANSWERED_FROM = 30
ANSWER_TOKENS = 1500


class MemoryStream(MemoryPolicy):
    """Every candidate gets recency (a decay per hour since it last came to mind, or per rank), importance and relevance
    (cosine with the focal text), each scaled to 0–1 over the candidates; the weighted sum decides. A field left out
    is as the preset has it. When what was lived through since the last reflection adds up to `threshold`, the character
    reflects: questions, memories for each, insights that name what they rest on, and a plan.

    Source: Park et al., Generative Agents, UIST 2023, sections 4.1 to 4.3, https://arxiv.org/abs/2304.03442; presets
        `ville` and `genagents` after the published code.
    Differs: candidates are the 500 nearest and the 200 newest, not the whole stream; what is in the prompt already, or
        on another branch, is none. `retrieval` says where the code's decay by rank is put right. Importance is the
        reply's own salience, or rules, instead of a call a memory; an insight's comes with it. The plan is one sentence
        asked for with the questions. An insight all but the same as a known one (cosine ≥ 0.95) is dropped. Without a
        model that can do it, insights come from rules: what each person keeps coming back to.
    Cost: recall 0; a reflection 1 + questions.
    """

    card: ClassVar[Card] = Card(
        name="memory_stream",
        title="Memory stream",
        summary="What is recent, what mattered and what bears on the moment, weighed together.",
        source="Park et al., Generative Agents, UIST 2023, section 4.1",
        url="https://arxiv.org/abs/2304.03442",
        needs=("embedder",),
        cost="0 a turn; 1 + questions a reflection, at scene breaks",
        version=2,
    )

    preset: retrieval.PresetName = "paper"
    decay: float | None = Field(default=None, gt=0, le=1)
    recency_weight: float | None = Field(default=None, ge=0, le=100)
    importance_weight: float | None = Field(default=None, ge=0, le=100)
    relevance_weight: float | None = Field(default=None, ge=0, le=100)
    limit: int | None = Field(default=None, ge=1, le=1000)
    reflect: Literal["break", "full", "never"] = Field(
        default="break", description="At a scene break once enough has happened, whenever enough has, or never"
    )
    threshold: float = Field(
        default=reflection.FULL, ge=1, le=10_000, description="How much importance makes a character reflect"
    )
    questions: int = Field(default=3, ge=1, le=10, description="Questions a reflection asks")
    insights: int = Field(default=5, ge=1, le=10, description="Insights it draws from each at most")
    plans: bool = Field(default=True, description="Ask what the character means to do next, too")
    lasts_days: float = Field(default=30, gt=0, le=36_500, description="How long insights and plans last")
    fades_days: float | None = Field(
        default=None,
        gt=0,
        le=36_500,
        description="Days, for each point of importance, after which what never came to mind again is passed over",
    )

    @property
    def weights(self) -> retrieval.Preset:
        """The preset with this policy's own fields laid over it."""
        own = {
            "decay": self.decay,
            "recency": self.recency_weight,
            "importance": self.importance_weight,
            "relevance": self.relevance_weight,
            "limit": self.limit,
        }
        given = {name: value for name, value in own.items() if value is not None}
        return retrieval.PRESETS[self.preset].model_copy(update=given)

    async def recall(self, ask: Ask, bank: MemoryBank) -> tuple[Recalled, ...]:
        """Best first, or in the order they were made where the preset says so.

        Raises: StorageError; ModelError when the focal text cannot be embedded.
        """
        newest = await bank.newest(NEWEST)
        if not newest or not ask.limit or not ask.budget_tokens:
            return ()
        nearest = await bank.nearest(NEAREST) if len(newest) == NEWEST else ()
        either = {memory.id: memory for memory in self._remembered((*nearest, *newest), ask.now)}
        # Equal scores keep this order, so that rounding in the index never decides: the newer first.
        candidates = sorted(either.values(), key=lambda memory: (memory.created_at, memory.id), reverse=True)
        weights = self.weights
        scores = retrieval.weigh(candidates, await bank.relevance(candidates), ask.now, weights)
        chosen = retrieval.within_budget(
            scores.total,
            lambda position: estimate(candidates[position].text),
            ask.budget_tokens,
            min(weights.limit, ask.limit),
        )
        if weights.order == "time":
            chosen.sort(key=lambda position: (candidates[position].created_at, candidates[position].id))
        return retrieval.told(
            [candidates[position] for position in chosen],
            retrieval.Scores(*(component[np.array(chosen, dtype=np.intp)] for component in scores)),
        )

    def stirs(self, occasion: Occasion) -> bool:
        """At breaks and when asked; after every turn only where it reflects whenever enough has happened."""
        return occasion is Occasion.ASKED or self.reflect == "full" or (self.reflect, occasion) == ("break", "break")

    async def consolidate(self, sitting: Sitting) -> Consolidated:
        """Insights with their evidence and perhaps a plan, once enough has happened, or when asked for.

        Raises: StorageError; ModelUnavailable, ModelRefused, ModelBudget.
        """
        everything = await sitting.latest(LOOKED_AT)
        lived = self._remembered(reflection.since_last(everything), sitting.now)
        asked = sitting.occasion is Occasion.ASKED
        if not lived or (reflection.meter(lived) < self.threshold and not asked):
            return Consolidated()
        known = [one for one in everything if one.kind is MemoryKind.REFLECTION]
        if sitting.model is None:
            return Consolidated(made=await self._novel(sitting, self._by_rules(sitting, lived), known))
        return await self._by_model(sitting, sitting.model, lived, known)

    async def _by_model(
        self, sitting: Sitting, model: Model, lived: Sequence[Memory], known: Sequence[Memory]
    ) -> Consolidated:
        latest = lived[-LATEST:]
        prompt = render(
            "memory/questions",
            name=sitting.name,
            persona=sitting.persona,
            memories=[one.text for one in latest],
            count=self.questions,
            plan=self.plans,
        )
        request = sitting.request(prompt, "memory/questions", max_tokens=400)
        asked = await structured.ask(model, request, reflection.Questions, reflection.Questions())
        usage, problems = asked.usage, list(asked.problems if asked.defaulted else ())
        made: list[Memory] = []
        for question in [text for text in asked.value.questions if text.strip()][: self.questions]:
            drawn, more, wrong = await self._answered(sitting, model, question.strip())
            made, usage = made + drawn, usage + more
            problems += wrong
        plan = " ".join(asked.value.plan.split())
        plans = [self._concluded(sitting, plan, MemoryKind.PLAN, latest[-EVIDENCE:])] if plan and self.plans else []
        novel = await self._novel(sitting, made, known)
        return Consolidated(made=(*novel, *plans), usage=usage, problems=tuple(problems))

    async def _answered(
        self, sitting: Sitting, model: Model, question: str
    ) -> tuple[list[Memory], Usage, tuple[str, ...]]:
        """The insights one question brings, what they took, and what was wrong with the answer."""
        room = {"focal": question, "budget_tokens": ANSWER_TOKENS, "limit": ANSWERED_FROM}
        found = await self.recall(sitting.ask.model_copy(update=room), sitting.bank(question))
        evidence = [one.memory for one in found]
        prompt = render(
            "memory/insights",
            name=sitting.name,
            memories=[one.text for one in evidence],
            question=question,
            count=self.insights,
        )
        request = sitting.request(prompt, "memory/insights", max_tokens=700)
        asked = await structured.ask(model, request, reflection.Insights, reflection.Insights())
        drawn = [
            self._concluded(
                sitting,
                text,
                MemoryKind.REFLECTION,
                [evidence[number] for number in numbers],
                importance=importance or reflection.UNSAID_IMPORTANCE,
                details=MemoryDetails(
                    question=question,
                    provenance=request.provenance(model.name),
                    reason="" if importance else "No importance was given.",
                ),
            )
            for text, numbers, importance in reflection.grounded(asked.value, len(evidence), self.insights)
        ]
        return drawn, asked.usage, asked.problems if asked.defaulted else ()

    def _by_rules(self, sitting: Sitting, lived: Sequence[Memory]) -> list[Memory]:
        return [
            self._concluded(
                sitting,
                text,
                MemoryKind.REFLECTION,
                [lived[position] for position in positions[-EVIDENCE:]],
                importance=1 + max(lived[position].importance for position in positions),
                about=about,
            )
            for text, positions, about in reflection.by_rules(lived, sitting.names, self.insights)
        ]

    def _concluded(
        self,
        sitting: Sitting,
        text: str,
        kind: MemoryKind,
        evidence: Sequence[Memory],
        *,
        importance: float = 5,
        about: str = "",
        details: MemoryDetails = PLAIN,
    ) -> Memory:
        lapses = details.model_copy(update={"expires_at": sitting.now + timedelta(days=self.lasts_days)})
        return sitting.concluded(text, kind, evidence, importance=importance, about=about, details=lapses)

    async def _novel(self, sitting: Sitting, made: Sequence[Memory], known: Sequence[Memory]) -> tuple[Memory, ...]:
        """Those that say something new; what is known was embedded lately or is few."""
        if not made:
            return ()
        vectors = await sitting.embed([one.text for one in (*made, *known)])
        return tuple(made[position] for position in reflection.novel(vectors[: len(made)], vectors[len(made) :]))

    def _remembered(self, memories: Iterable[Memory], now: datetime) -> list[Memory]:
        """Those that are candidates at all: nothing idle, nothing faded."""
        awake = [one for one in memories if "idle" not in one.text.lower() or not retrieval.is_idle(one.text)]
        if self.fades_days is None:
            return awake
        day = timedelta(days=self.fades_days)
        return [one for one in awake if one.pinned or now - one.accessed_at <= day * one.importance]
