"""Long-term dialogue memory: talks that end, are summed up and found again by topic; what is known of each person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

import numpy as np
from pydantic import BaseModel, Field, ValidationError

from studio.domain.memory import Memory, MemoryDetails, MemoryKind, Recalled
from studio.domain.provenance import Provenance, Usage
from studio.domain.words import nouns, overlap
from studio.llm import structured
from studio.llm.client import Model
from studio.llm.tokens import estimate
from studio.memory import ledger, retrieval, talks, traits
from studio.memory.base import Ask, Consolidated, MemoryBank, MemoryPolicy, Occasion, Sitting
from studio.prompts import render
from studio.registry import Card

LINES_SHOWN = 200
TRAIT_WORDS = 20
LOOKED_AT = {Occasion.TURN: 200, Occasion.BREAK: 5000, Occasion.ASKED: 5000}
TRAITS = retrieval.PRESETS["paper"].model_copy(update={"recency": 0.0, "importance": 0.0})
TRAIT_IMPORTANCE, SUMMARY_IMPORTANCE = 5.0, 6.0


class Trait(BaseModel):
    """What a talk tells of somebody for good."""

    who: str
    trait: str
    line: int
    subject: str = ""
    likes: bool | None = None
    reason: str = ""


class Summary(BaseModel):
    """A talk summed up."""

    summary: str = ""
    traits: list[object] = []


class EventMemory(MemoryPolicy):
    """What is said now is in the prompt. A talk that has ended is kept as a short summary under its topics; of those,
    the one that shares most with the last lines comes to mind, told with how long ago it was, unless time has faded it.
    Beside it come the statements known of the people concerned, the character included.

    Source: Li et al., LD-Agent, NAACL 2025, section 3, https://arxiv.org/abs/2406.05925
    Differs: a talk is summed up and its traits are drawn in one call after it has ended, not a call for every line;
        a trait that contradicts another names it and its reason instead of standing beside it; nouns come from rules.
        Without a model, summaries are the two most telling lines and traits what people say of themselves in so many
        words, which is looked for after every turn. A story's scenes are talks of their own whatever the clock says.
    Cost: recall 0; 1 for each talk that ends.
    """

    card: ClassVar[Card] = Card(
        name="event_memory",
        title="Talks and traits",
        summary="Talks that ended, summed up and found by topic, and what is known of the people.",
        source="Li et al., LD-Agent, NAACL 2025",
        url="https://arxiv.org/abs/2406.05925",
        needs=("embedder",),
        cost="0 a turn; 1 a talk that ends",
    )

    mode: Literal["paper", "code"] = Field(default="paper", description="Topics and meaning, or topics alone")
    gap_seconds: float = Field(default=talks.GAP_SECONDS, ge=0, description="A longer silence ends a talk")
    decay_seconds: float = Field(default=talks.DECAY_SECONDS, gt=0, description="After so long a talk counts 37 %")
    least_cosine: float = Field(
        default=talks.LEAST_COSINE, ge=-1, le=1, description="Paper mode: what is less alike is not told"
    )
    talks_told: int = Field(default=1, ge=0, le=100, description="Talks that come to mind at once")
    traits_told: int = Field(default=0, ge=0, le=1000, description="Newest traits considered for each person; 0: all")
    merge_cosine: float = Field(default=0.9, gt=0, le=1, description="Traits more alike than this are one")
    draw_traits: bool = Field(default=True, description="Learn what people are like")

    async def recall(self, ask: Ask, bank: MemoryBank) -> tuple[Recalled, ...]:
        """The talks that fit best, then traits of the people it is about, most relevant first.

        Raises: StorageError; ModelError when the focal text cannot be embedded.
        """
        concluded = await bank.concluded()
        if not concluded or not ask.limit or not ask.budget_tokens:
            return ()
        past = await self._talks(ask, bank, [one for one in concluded if one.kind is MemoryKind.SUMMARY])
        known = await self._traits(ask, bank, concluded)
        chosen: list[Recalled] = []
        left = ask.budget_tokens
        for found in (*past, *known):
            needed = estimate(found.memory.text)
            if needed <= left and len(chosen) < ask.limit:
                chosen.append(found)
                left -= needed
        return tuple(chosen)

    async def _talks(self, ask: Ask, bank: MemoryBank, summaries: Sequence[Memory]) -> list[Recalled]:
        asked, cosines = nouns(ask.focal), await bank.relevance(summaries)
        found = []
        for one, cosine in zip(summaries, cosines.tolist(), strict=True):
            seconds = (ask.now - one.created_at).total_seconds()
            kept, shared = talks.decay(seconds, self.decay_seconds), overlap(asked, one.details.topics)
            paper = self.mode == "paper"
            points = talks.score(kept, shared, cosine, paper=paper, least_cosine=self.least_cosine)
            if points > 0:
                told = one.model_copy(update={"text": f"{talks.age(seconds)} ago, {one.text.rstrip('.')}."})
                why = f"topics {shared:.2f}, alike {cosine:.2f}, kept {kept:.2f}"
                found.append(
                    Recalled(
                        memory=told, recency=kept, importance=shared, relevance=max(0.0, cosine), score=points, why=why
                    )
                )
        return sorted(found, key=lambda one: -one.score)[: self.talks_told]

    async def _traits(self, ask: Ask, bank: MemoryBank, concluded: Sequence[Memory]) -> list[Recalled]:
        known = ledger.active(concluded)
        of_each: dict[str, list[Memory]] = {}
        for one in known:
            of_each.setdefault(one.about, []).append(one)
        concerned = ask.people | {ask.character}
        kept = [
            one
            for about, mine in of_each.items()
            if about in concerned or not ask.people
            for one in mine[-self.traits_told :]
        ]
        if not kept:
            return []
        scores = retrieval.weigh(kept, await bank.relevance(kept), ask.now, TRAITS)
        order = np.argsort(-scores.total, kind="stable")
        best = [kept[position] for position in order.tolist()]
        return list(retrieval.told(best, retrieval.Scores(*(component[order] for component in scores))))

    def stirs(self, occasion: Occasion) -> bool:
        """Always: a talk may have ended by silence, and people may have said something of themselves."""
        return True

    async def consolidate(self, sitting: Sitting) -> Consolidated:
        """Each talk that has ended as a summary with its traits; of what is still going on, the traits by rules.

        Raises: StorageError; ModelUnavailable, ModelRefused, ModelBudget.
        """
        everything = await sitting.latest(LOOKED_AT[sitting.occasion])
        every = talks.apart(talks.untold(everything), self.gap_seconds)
        ended = [talk for talk in every if self._ended(talk, sitting, last=talk is every[-1])]
        made: list[Memory] = []
        usage, problems = Usage(), list[str]()
        for talk in ended:
            if sitting.model is None:
                made.append(self._summary(sitting, talk, talks.summed_up(talk), None))
                continue
            more, spent, wrong = await self._summed_up(sitting, sitting.model, talk, [*everything, *made])
            made, usage = [*made, *more], usage + spent
            problems += wrong
        if self.draw_traits:
            drawn_from = {id_ for one in everything if one.kind is MemoryKind.PERSONA for id_ in one.evidence}
            lines = [one for talk in every for one in talk if sitting.model is None or talk not in ended]
            for one in (line for line in lines if line.id not in drawn_from):
                made += self._by_rules(sitting, one, [*everything, *made])
        return Consolidated(made=await self._apart(sitting, made, everything), usage=usage, problems=tuple(problems))

    def _ended(self, talk: Sequence[Memory], sitting: Sitting, *, last: bool) -> bool:
        if not last or sitting.occasion is not Occasion.TURN or talk[-1].session != sitting.ask.session:
            return True
        return talks.closes(talk[-1].created_at, sitting.now, self.gap_seconds)

    async def _summed_up(
        self, sitting: Sitting, model: Model, talk: Sequence[Memory], known: Sequence[Memory]
    ) -> tuple[list[Memory], Usage, tuple[str, ...]]:
        shown = talk[-LINES_SHOWN:]
        prompt = render(
            "memory/summary",
            name=sitting.name,
            memories=[one.text for one in shown],
            words=talks.SUMMARY_WORDS,
            traits=self.draw_traits,
        )
        request = sitting.request(prompt, "memory/summary", max_tokens=700)
        asked = await structured.ask(model, request, Summary, Summary())
        text = talks.shortened(asked.value.summary)
        provenance = request.provenance(model.name) if text else None
        made = [self._summary(sitting, talk, text or talks.summed_up(talk), provenance)]
        for given in asked.value.traits if self.draw_traits else ():
            try:
                trait = Trait.model_validate(given)
            except ValidationError:
                continue
            if not (1 <= trait.line <= len(shown) and trait.trait.strip()) or "NO_TRAIT" in trait.trait:
                continue
            details = MemoryDetails(
                subject=trait.subject, likes=trait.likes, reason=trait.reason, provenance=request.provenance(model.name)
            )
            about = next((id_ for id_, name in sitting.names.items() if name == trait.who.strip()), trait.who.strip())
            said = talks.shortened(trait.trait, TRAIT_WORDS)
            made += self._stated(sitting, said, about, shown[trait.line - 1], details, [*known, *made])
        return made, asked.usage, asked.problems if asked.defaulted else ()

    def _summary(self, sitting: Sitting, talk: Sequence[Memory], text: str, provenance: Provenance | None) -> Memory:
        details = MemoryDetails(topics=talks.topics(talk, sitting.names.values()), provenance=provenance)
        return sitting.concluded(
            text,
            MemoryKind.SUMMARY,
            talk,
            importance=SUMMARY_IMPORTANCE,
            details=details,
            created_at=talk[-1].created_at,
        )

    def _by_rules(self, sitting: Sitting, line: Memory, known: Sequence[Memory]) -> list[Memory]:
        """What a line says of its speaker in so many words."""
        made: list[Memory] = []
        for said in traits.statements(line.text, sitting.names.get(line.about, line.about)) if line.about else ():
            details = MemoryDetails(subject=said.subject, likes=said.likes, reason=said.reason)
            made += self._stated(sitting, said.text, said.who or line.about, line, details, [*known, *made])
        return made

    def _stated(
        self,
        sitting: Sitting,
        text: str,
        about: str,
        line: Memory,
        details: MemoryDetails,
        known: Sequence[Memory],
    ) -> list[Memory]:
        """The statement as an entry of the ledger, in the place of one it overrules; none where it is known."""
        if ledger.states_already(about, text, details.subject, details.likes, known):
            return []
        before = ledger.overruled_by(about, details.subject, details.likes, known)
        details = details.model_copy(update={"replaces": before.id if before else ""})
        return [
            sitting.concluded(
                text,
                MemoryKind.PERSONA,
                (line,),
                importance=TRAIT_IMPORTANCE,
                about=about,
                details=details,
                created_at=line.created_at,
            )
        ]

    async def _apart(
        self, sitting: Sitting, made: Sequence[Memory], everything: Sequence[Memory]
    ) -> tuple[Memory, ...]:
        """Without the traits that are all but the same as an active one of the same person."""
        fresh = [one for one in made if one.kind is MemoryKind.PERSONA and not one.details.replaces]
        known = ledger.active(everything)
        if not fresh or not known:
            return tuple(made)
        vectors = await sitting.embed([one.text for one in (*fresh, *known)])
        same = set()
        for position, one in enumerate(fresh):
            mine = [len(fresh) + place for place, other in enumerate(known) if other.about == one.about]
            if mine and retrieval.cosine(vectors[mine], vectors[position]).max() >= self.merge_cosine:
                same.add(one.id)
        return tuple(one for one in made if one.id not in same)
