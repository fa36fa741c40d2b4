"""Profiles written by a model, two calls each."""

from __future__ import annotations

import random
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from studio.domain.message import Message, Request
from studio.errors import Invalid, ModelError, ModelOutput
from studio.llm.structured import ask
from studio.matching.bank.builders.base import BankBuilder
from studio.matching.bank.composing import TYPES
from studio.matching.bank.lexicon import by_type, cultures
from studio.matching.bank.published import profile_from
from studio.matching.profile import Profile
from studio.prompts import render
from studio.registry import Card
from studio.run_context import RunContext


class PersonForm(BaseModel):
    """What the model answers; whatever it adds is let go."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)

    name: str = Field(min_length=1)
    gender: str = ""
    age: str = ""
    region: str = ""
    tone: str = ""
    job: str = ""
    personality: str = ""
    advantages_and_disadvantages: str = ""
    hobby: str = ""
    growth_experience: str = ""
    family_relationship: str = ""
    working_conditions: str = ""
    social_relationship: str = ""
    emotional_state: str = ""
    living_conditions: str = ""
    recent_worry_or_anxiety: str = ""


FIELDS = tuple(PersonForm.model_fields)


class Told(BankBuilder):
    """One call asks for a diverse person of a type as 16 fields, a second has every field enriched.

    Source: Tu et al., CharacterChat, 2023, section 3.1, https://arxiv.org/abs/2308.10278.
    Differs: a place is drawn for each person, since models otherwise all live in three cities; the second-person
    rewriting (a call a field) is left out, since the texts are used in the third person where no other is there.
    Cost: 32 · per_type calls, one more for each unusable answer.
    """

    card: ClassVar[Card] = Card(
        name="told",
        title="Written by a model",
        summary="Has a model invent each person and then enrich them: two calls each.",
        source="Tu et al., CharacterChat, 2023",
        url="https://arxiv.org/abs/2308.10278",
        needs=("a model that follows instructions",),
        cost="32 · per_type",
    )

    async def build(self, per_type: int, seed: int, context: RunContext) -> tuple[Profile, ...]:
        """As the contract says. A person the model failed at is left out.

        Raises: ModelOutput when no person at all was usable.
        """
        if not 1 <= per_type <= 64:
            raise Invalid(f"{per_type} profiles of each type cannot be written: use 1 to 64.")
        wanted = [(mbti, number) for mbti in TYPES for number in range(per_type)]

        async def one(item: tuple[str, int]) -> Profile | None:
            return await self._person(item[0], item[1], seed, context)

        found: list[Profile] = []
        broken: list[ModelError] = []
        for answer in await context.map(one, wanted):
            if isinstance(answer, ModelError):
                broken.append(answer)
            elif isinstance(answer, Exception):
                raise answer
            elif answer:
                found.append(answer)
        if broken and not found:
            raise broken[0]
        if not found:
            raise ModelOutput("The model wrote no usable person. Try a stronger one, or build from the lexicon.")
        return tuple(found)

    async def _person(self, mbti: str, number: int, seed: int, context: RunContext) -> Profile | None:
        rng = random.Random(f"{seed}/{mbti}/{number}")
        place = rng.choice(rng.choice(cultures()).places)
        kind = [sentence.replace("*", "").replace(" ye ", " you ") for sentence in by_type("personality")[mbti]]
        content = render("matching/person", kind=kind, place=place, age=rng.randint(16, 70), fields=FIELDS)
        request = Request(
            messages=(Message(role="user", content=content),),
            caller="bank",
            purpose="person",
            max_tokens=1200,
            temperature=1.0,
            seed=rng.getrandbits(31),
            template="matching/person",
        )
        empty = PersonForm.model_construct(name="")
        sketch = await ask(context.model, request, PersonForm, empty)
        if sketch.defaulted:
            return None
        more = request.model_copy(
            update={
                "messages": (
                    *request.messages,
                    Message(role="assistant", content=sketch.value.model_dump_json()),
                    Message(role="user", content=render("matching/person_enriched", fields=FIELDS)),
                ),
                "purpose": "person_enriched",
                "max_tokens": 2000,
                "template": "matching/person_enriched",
            }
        )
        full = await ask(context.model, more, PersonForm, sketch.value)
        profile = profile_from({"mbti": mbti, "profile": full.value.model_dump(), "index": number})
        return profile.model_copy(update={"id": f"{mbti.lower()}-{number:02}"})
