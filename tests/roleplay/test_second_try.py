"""A faulty line is told again, once, where the director ordered it."""

from __future__ import annotations

from pathlib import Path

from studio.domain.transcript import Transcript
from studio.roleplay import orders
from studio.roleplay.meters import AGAIN_FOR, Bounds, measured
from tests.plays import CAST
from tests.roleplay.company import PAIR, TWO, Company, gathered, lines

WORDS = Bounds(cut=False, agency=False, repetition=None, words=4)
LONG = "I could go on for quite a while about that lamp."


async def ordered(company: Company, bounds: Bounds | None) -> Transcript:
    """A play with the order given."""
    transcript = await company.begin(TWO, PAIR)
    scribe = company.scribe
    return await scribe.store(transcript, scribe.write(transcript, orders.second_try(bounds)))


async def test_a_faulty_line_is_told_again_and_both_stay(tmp_path: Path) -> None:
    async with gathered(tmp_path, [LONG, "Short enough.", "Fine."]) as company:
        transcript = await company.turns(await ordered(company, WORDS), 2)
        assert [text for _, text in lines(transcript)] == ["Short enough.", "Fine."]
        tree = await company.tree(transcript)
        first = next(event for event in tree if event.text == LONG)
        second = next(event for event in tree if event.text == "Short enough.")
        assert first.actor == second.actor and second.parts[AGAIN_FOR] == ["11 words"]
        assert first.usage and second.usage and len(company.model.requests) == 3
        assert [line.again for line in measured(transcript).lines] == [True, False]


async def test_it_is_tried_once_and_the_better_line_stands(tmp_path: Path) -> None:
    bounds = WORDS.model_copy(update={"repetition": 0.5})
    first, worse = "A quite different sentence of many words.", "The lamp is out. The lamp is out, I say."
    async with gathered(tmp_path, ["The lamp is out.", "Yes.", first, worse]) as company:
        transcript = await company.turns(await ordered(company, bounds), 3)
        assert len(company.model.requests) == 4, "not a third time"
        assert lines(transcript)[-1][1] == first
        assert worse in {event.text for event in await company.tree(transcript)}


async def test_without_the_order_nothing_is_told_twice(tmp_path: Path) -> None:
    async with gathered(tmp_path, [LONG, LONG, "Done."]) as company:
        transcript = await company.turns(await company.begin(TWO, PAIR), 2)
        assert [text for _, text in lines(transcript)] == [LONG, LONG]
        stopped = await company.scribe.store(
            transcript,
            company.scribe.write(transcript, orders.second_try(WORDS)),
        )
        stopped = await company.scribe.store(stopped, company.scribe.write(stopped, orders.second_try(None)))
        assert orders.standing_orders(stopped).second_try is None
        await company.turns(stopped, 1)
        assert len(company.model.requests) == 3


async def test_a_take_asked_for_by_hand_is_not_marked(tmp_path: Path) -> None:
    async with gathered(tmp_path, [LONG, "Short enough.", "By hand."]) as company:
        transcript = await company.turns(await ordered(company, WORDS), 1)
        again = await company.again(transcript, transcript.events[-1])
        assert again.events[-1].text == "By hand." and AGAIN_FOR not in again.events[-1].parts
        assert {member.id for member in CAST} >= {again.events[-1].actor}
