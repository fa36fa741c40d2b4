"""What every step of SimsChat has in common: one structured call, and what it took."""

from __future__ import annotations

from typing import Generic, TypeVar

from studio.cards.research.simsconv import SimsCharacter
from studio.domain.message import Message, Request
from studio.domain.provenance import Provenance, Usage
from studio.domain.value import Value
from studio.generation.forms import Form
from studio.generation.writers.base import asked
from studio.prompts import render
from studio.run_context import RunContext

FormT = TypeVar("FormT", bound=Form)
ResultT = TypeVar("ResultT")


class Made(Value, Generic[ResultT]):
    """What a step made, sentences about what was mended in it, and what it took."""

    result: ResultT
    notes: tuple[str, ...] = ()
    usage: Usage = Usage()
    provenance: Provenance | None = None


def request_for(step: str, max_tokens: int, seed: int, **values: object) -> Request:
    """The call of one step, with the words of its template."""
    template = f"generation/{step}"
    return Request(
        messages=(Message(role="user", content=render(template, **values)),),
        caller="writer",
        purpose="generation",
        max_tokens=max_tokens,
        temperature=0.9,
        seed=seed,
        template=template,
    )


async def filled(context: RunContext, request: Request, form: type[FormT]) -> tuple[FormT, Usage]:
    """The filled form and what it took.

    Raises: ModelOutput when two answers were unusable; what `Model.stream` raises.
    """
    answer = await asked(context, request, form)
    return answer.value, answer.usage


def known_as(one: SimsCharacter) -> frozenset[str]:
    """The names a model may use for somebody, in lower case: whole, first, and within quotation marks."""
    words = one.name.replace("'", " ").replace('"', " ").split()
    return frozenset(word.casefold() for word in (one.name, *words) if len(word) > 1)
