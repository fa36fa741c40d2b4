"""A town at the desk: each visitor's own, stopped anywhere, and read as it stands."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import pytest

from studio.errors import Invalid, NotFound
from studio.ui.desk import Desk
from studio.ui.town.living import Living
from studio.ui.town.values import Wish
from studio.ui.visit import Visit
from tests.ui.seated import ADA, at_desk, scripted

BOB = Visit(page="tab-2", owner="bob")
RUMOUR = "The lighthouse will be sold to a shipping company."


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    lines = [f"Line {number}: the lighthouse will be sold to a shipping company, they say." for number in range(400)]
    async with at_desk(tmp_path, scripted(lines)) as opened:
        yield opened


async def test_a_town_lives_on_from_wherever_it_was_stopped(desk: Desk) -> None:
    living = Living(desk)
    id_ = await living.begun(ADA, Wish(residents=("ada", "bo", "cy"), rumour=RUMOUR))
    async with aclosing(living.live(ADA, id_, 6)) as charts:
        first = await anext(charts)  # type: ignore[type-var]
    assert (first.now, first.frames) == ("Day 1, 07:00", 1)
    async with aclosing(living.live(ADA, id_, 3)) as charts:
        seen = [chart.now async for chart in charts]
    assert seen == ["Day 1, 08:00", "Day 1, 09:00", "Day 1, 10:00"]
    chart = await living.chart(ADA, id_)
    assert [point.label for point in chart.hours] == [f"Day 1, {hour:02}:00" for hour in range(7, 11)]
    assert chart.calls > 0 and 0 < chart.hours[-1].knowing <= 1
    assert next(one for one in chart.residents if one.person.id == "ada").heard == "Day 1, 07:00"
    assert (await living.chart(ADA, id_, 0)).frame_at == "Day 1, 07:00"
    assert (await living.chart(ADA, id_, 99)).frame_at == "Day 1, 10:00"


async def test_a_town_is_its_owners_alone_and_a_play_is_no_town(desk: Desk) -> None:
    living = Living(desk)
    id_ = await living.begun(ADA, Wish(residents=("ada", "bo")))
    assert [one.id for one in (await living.page(ADA, Wish())).towns] == [id_]
    assert (await living.page(BOB, Wish(town=id_))).towns == ()
    with pytest.raises(NotFound):
        await living.chart(BOB, id_)
    with pytest.raises(Invalid, match="two residents"):
        await living.begun(ADA, Wish(residents=("ada",)))
    with pytest.raises(NotFound):
        await living.begun(ADA, Wish(residents=("ada", "nobody")))
