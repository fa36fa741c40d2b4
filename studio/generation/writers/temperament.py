"""Who somebody is to themselves: both questionnaires answered in their place, scored, and told."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field

from studio.domain.provenance import Usage
from studio.generation.forms import Form, Told
from studio.generation.questionnaires import bfi, pvq
from studio.generation.questionnaires.answers import HIGHEST, LOWEST, Item
from studio.generation.questionnaires.identity import describe
from studio.generation.writers.base import Piece, Sheet, Writer, Written, asked
from studio.registry import Card
from studio.run_context import RunContext


def _numbers(value: object) -> object:
    """Some models number the answers: the numbers alone count, in their order."""
    return [*value.values()] if isinstance(value, dict) else value


Answer = Annotated[int, Field(ge=LOWEST, le=HIGHEST)]


class BfiAnswers(Form):
    """Thirty answers in the order of the statements."""

    answers: Annotated[tuple[Answer, ...], BeforeValidator(_numbers)] = Field(
        default=(), min_length=len(bfi.ITEMS), max_length=len(bfi.ITEMS)
    )


class PvqAnswers(Form):
    """Twenty-one answers in the order of the portraits."""

    answers: Annotated[tuple[Answer, ...], BeforeValidator(_numbers)] = Field(
        default=(), min_length=len(pvq.ITEMS), max_length=len(pvq.ITEMS)
    )


class Reading(Form):
    """One reading of scores, as an expert and in everyday words."""

    expert: Told = ""
    everyday: Told = ""


class WriteTemperament(Writer):
    """The model answers the BFI-2-S and the PVQ-21 as this person would; the scores are counted in code; then it tells
    in everyday words what they say.

    Source: Lee et al., SPeCtrum, 2025, personal identity, https://arxiv.org/abs/2502.08599
    Differs: own wording of the items; of the two paragraphs each, the everyday one becomes the identity.
    Cost: 4 calls: two questionnaires, two summaries; each 1 more when its first answer is unusable.
    """

    card: ClassVar[Card] = Card(
        name="temperament",
        title="Answer the questionnaires",
        summary="Has the model answer both questionnaires as this person, scores them, and tells what they say.",
        source="Lee et al., SPeCtrum, 2025",
        url="https://arxiv.org/abs/2502.08599",
        needs=("model",),
        cost="4 (at most 8 when answers are unusable)",
    )
    fills: ClassVar[tuple[str, ...]] = ("big_five", "identity.personal")

    async def write(self, context: RunContext, sheet: Sheet) -> AsyncGenerator[Piece | Written, None]:
        """As `Writer.write`."""
        open_ = self.opened(sheet)
        usage, said = Usage(), list[str]()
        request = self.request(context, sheet, open_, 260, "answers", stem=bfi.STEM, items=_listed(bfi.ITEMS))
        first = await asked(context, request, BfiAnswers)
        personality = bfi.score_bfi(dict(enumerate(first.value.answers, 1)))
        usage = usage + first.usage
        yield Piece(field="big_five", text=describe(personality))
        request = self.request(context, sheet, open_, 200, "answers", stem=pvq.STEM, items=_listed(pvq.ITEMS))
        second = await asked(context, request, PvqAnswers)
        values = pvq.score_pvq(dict(enumerate(second.value.answers, 1)))
        usage = usage + second.usage
        for scores in (describe(personality), describe(None, values)):
            request = self.request(context, sheet, open_, 420, "summary", scores=scores)
            summary = await asked(context, request, Reading)
            usage = usage + summary.usage
            said.append(summary.value.everyday or summary.value.expert)
            yield Piece(field="identity.personal", text="\n\n".join(said))
        found = {"big_five": personality.big_five, "identity.personal": "\n\n".join(said)}
        yield self.done(context, sheet, found, request, usage, (*personality.doubts, *values.doubts))


def _listed(items: Sequence[Item]) -> tuple[str, ...]:
    return tuple(f"{item.number}. {item.text}" for item in items)
