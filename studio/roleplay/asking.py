"""One question to a model, and what became of it: streamed, asked again where nothing usable came, or declined."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from studio.domain.message import Request
from studio.domain.provenance import Provenance, Usage
from studio.domain.value import Value
from studio.errors import ModelDeclined, ModelOutput
from studio.llm.client import Model
from studio.roleplay.production import Production

ATTEMPTS = 2
ANSWER_CHARS = 12_000
"""A model that does not stop by itself is stopped here."""

Reading = Callable[[str], str]
"""From a raw answer, perhaps not yet whole, to what is usable in it; empty where nothing is."""


class Answer(Value):
    """`text`: what was usable, empty where nothing was after all tries; `raw`: the last answer as it came; `declined`:
    its content was refused; `usage`: of all tries."""

    text: str = ""
    raw: str = ""
    usage: Usage = Usage()
    provenance: Provenance | None = None
    declined: bool = False


class Said(Value):
    """The usable part of an answer so far."""

    text: str


async def hear(
    production: Production, model: Model, request: Request, read: Reading, attempts: int = ATTEMPTS
) -> AsyncGenerator[Said | Answer, None]:
    """The answer as it streams, then as it stands. One with nothing usable in it is asked for again.

    Raises: ModelUnavailable, ModelBudget, and ModelRefused for other reasons than content.
    """
    usage, raw = Usage(), ""
    for attempt in range(attempts):
        asked = request.model_copy(update={"seed": request.seed + attempt}) if request.seed is not None else request
        raw = ""
        try:
            with production.thinking():
                async with aclosing(model.stream(asked)) as chunks:
                    async for chunk in chunks:
                        usage = usage + chunk.usage if chunk.usage else usage
                        raw += chunk.text
                        if chunk.text:
                            yield Said(text=read(raw))
                        if len(raw) > ANSWER_CHARS:
                            break
        except ModelOutput:
            usage += Usage(calls=1)
        except ModelDeclined:
            spent = usage + Usage(calls=1)
            yield Answer(usage=spent, provenance=asked.provenance(model.name), declined=True)
            return
        text = read(raw)
        if text or attempt == attempts - 1:
            yield Answer(text=text, raw=raw, usage=usage, provenance=asked.provenance(model.name))
            return


async def answer_of(
    production: Production, model: Model, request: Request, read: Reading, attempts: int = ATTEMPTS
) -> Answer:
    """The answer as it stands.

    Raises: as `hear`.
    """
    answer = Answer()
    async with aclosing(hear(production, model, request, read, attempts)) as heard:
        async for one in heard:
            if isinstance(one, Answer):
                answer = one
    return answer
