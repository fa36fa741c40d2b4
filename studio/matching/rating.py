"""A model's own opinion of the likeliest supporters."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import BaseModel, Field, field_validator

from studio.domain.message import Message, Request
from studio.errors import ModelError
from studio.llm.structured import Structured, ask
from studio.matching.base import Matcher, RatedPair, Scored, Seeker
from studio.matching.pool import Mask, Pool
from studio.matching.profile import Profile
from studio.matching.similarity import similarities
from studio.prompts import render
from studio.registry import Card
from studio.run_context import RunContext

A_CALL = 10


class RatedForm(BaseModel):
    """One supporter in an answer; a rating outside 1–5 is brought to its end."""

    id: str
    rating: float
    why: str = ""

    @field_validator("rating")
    @classmethod
    def _bounded(cls, rating: float) -> float:
        return min(5.0, max(1.0, rating))


class RatingForm(BaseModel):
    """What the model answers."""

    ratings: list[RatedForm] = Field(min_length=1)


class Rating(Matcher):
    """The nearest stories are put before the model, ten at a time, which says how well a talk would go, 1–5, and why.

    Source: Tu et al., CharacterChat, 2023, rating prompt, https://arxiv.org/abs/2308.10278.
    Differs: the paper has talks rated after they were held; here likely ones are rated before, and only a shortlist.
    Cost: ⌈shortlist / 10⌉ calls, one more for each unusable answer.
    """

    card: ClassVar[Card] = Card(
        name="rating",
        title="A model's opinion",
        summary="Asks the model how well a talk with each of the nearest would go, and why.",
        source="after Tu et al., CharacterChat, 2023",
        url="https://arxiv.org/abs/2308.10278",
        needs=("a model that follows instructions",),
        cost="⌈shortlist / 10⌉",
    )

    shortlist: int = Field(default=20, ge=1, le=100, description="How many of the nearest are rated")

    async def score(
        self, seeker: Seeker, pool: Pool, evidence: tuple[RatedPair, ...], eligible: Mask, context: RunContext
    ) -> Scored:
        """Ratings, 1–5, of the shortlist alone; the cosines of the eligible where no answer was usable.

        Raises: ModelUnavailable, ModelRefused, ModelBudget where no call went through.
        """
        near = await similarities(seeker.text, pool, context)
        ordered = np.lexsort((np.arange(len(pool)), -np.where(eligible, near, -np.inf)))
        shortlist = [int(at) for at in ordered[: self.shortlist] if eligible[at]]
        batches = [shortlist[start : start + A_CALL] for start in range(0, len(shortlist), A_CALL)]

        async def rated(batch: list[int]) -> Structured[RatingForm]:
            request = request_for(seeker, [pool.profiles[at] for at in batch])
            return await ask(context.model, request, RatingForm, RatingForm.model_construct(ratings=[]))

        values, scored = np.zeros(len(pool)), np.zeros(len(pool), dtype=np.bool_)
        whys: dict[int, str] = {}
        notes: list[str] = []
        broken: list[ModelError] = []
        for batch, answer in zip(batches, await context.map(rated, batches), strict=True):
            if isinstance(answer, ModelError):
                broken.append(answer)
                notes.append(f"{len(batch)} could not be rated: {answer}")
                continue
            if isinstance(answer, Exception):
                raise answer
            wanted = {pool.profiles[at].id: at for at in batch}
            for one in answer.value.ratings:
                if one.id in wanted:
                    at = wanted[one.id]
                    values[at], scored[at], whys[at] = one.rating, True, one.why[:300]
        if not scored.any():
            if broken:
                raise broken[0]
            note = "The model gave no usable rating, so the order is that of the cosine."
            return Scored(near, eligible, -1.0, 1.0, note, {"similarity": near}, notes=(note,))
        measured = "A model's guess before the talk; whether it foresees ratings has not been measured."
        return Scored(values, scored, 1.0, 5.0, measured, {"similarity": near}, whys, tuple(notes))


def request_for(seeker: Seeker, supporters: list[Profile]) -> Request:
    """The call that has these supporters rated."""
    content = render("matching/rating", seeker=seeker, supporters=supporters)
    return Request(
        messages=(Message(role="user", content=content),),
        caller="matching",
        purpose="rating",
        max_tokens=80 * len(supporters) + 60,
        temperature=0.0,
        template="matching/rating",
    )
