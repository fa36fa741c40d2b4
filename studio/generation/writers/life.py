"""What somebody's days are like: a weekday, a weekend, five loves and five hates."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import ClassVar

from studio.cards.research.spectrum import Spectrum, life_text
from studio.generation.forms import Form, Listed, Told
from studio.generation.writers.base import Piece, Sheet, Writer, Written, asked
from studio.registry import Card
from studio.run_context import RunContext

MOST = 5


class Days(Form):
    """Two essays."""

    weekday: Told = ""
    weekend: Told = ""


class Tastes(Form):
    """Five things each."""

    loves: Listed = ()
    hates: Listed = ()


class WriteLife(Writer):
    """Two short essays in the first person, then what is loved and what is hated, with the essays in view.

    Source: Lee et al., SPeCtrum, 2025, personal life context, https://arxiv.org/abs/2502.08599
    Cost: 2 calls; each 1 more when its first answer is unusable.
    """

    card: ClassVar[Card] = Card(
        name="life",
        title="Tell a week",
        summary="Writes a weekday and a weekend in the first person, and five things loved and hated.",
        source="Lee et al., SPeCtrum, 2025",
        url="https://arxiv.org/abs/2502.08599",
        needs=("model",),
        cost="2 (at most 4 when answers are unusable)",
    )
    fills: ClassVar[tuple[str, ...]] = ("identity.life_context",)

    async def write(self, context: RunContext, sheet: Sheet) -> AsyncGenerator[Piece | Written, None]:
        """As `Writer.write`."""
        open_ = self.opened(sheet)
        days = await asked(context, self.request(context, sheet, open_, 420, "days"), Days)
        week = Spectrum(weekday=_line(days.value.weekday), weekend=_line(days.value.weekend))
        yield Piece(field=open_[0], text=life_text(week))
        request = self.request(context, sheet, open_, 220, "tastes", days=life_text(week))
        tastes = await asked(context, request, Tastes)
        whole = week.model_copy(
            update={"loves": _few(tastes.value.loves), "hates": _few(tastes.value.hates)},
        )
        yield self.done(context, sheet, {open_[0]: life_text(whole)}, request, days.usage + tastes.usage)


def _line(text: str) -> str:
    return " ".join(text.split())


def _few(things: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_line(thing).rstrip(".") for thing in things if thing.strip()))[:MOST]
