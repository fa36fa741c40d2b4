"""The Match tab: who should meet whom, and why."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import gradio as gr

from studio.matching.base import MATCHERS
from studio.matching.casting.base import CASTINGS
from studio.registry import Card
from studio.ui import elements
from studio.ui.component import component
from studio.ui.feedback import Notice, notice_of
from studio.ui.forms import about, options_of
from studio.ui.match.casting import Casts
from studio.ui.match.kin import kin_of
from studio.ui.match.seeking import Seeking
from studio.ui.match.shelf import Shelves
from studio.ui.match.values import Page as Meeting
from studio.ui.match.values import Wish
from studio.ui.pages.base import House, Page
from studio.ui.present import person_of
from studio.ui.stage_parts import QUIET, updates
from studio.ui.visit import Visit


@dataclass(frozen=True)
class MatchTab:
    """The components, in the order handlers update them."""

    match: gr.HTML
    notice: gr.HTML


class MatchPage(Page):
    """Find company, kin, a cast, and what to play next."""

    card: ClassVar[Card] = Card(
        name="match",
        title="Match",
        summary="Somebody to talk to with reasons, kin by tropes, a cast for an open part, and what one may like next.",
    )
    order: ClassVar[int] = 40

    def layout(self) -> MatchTab:
        """The components of the tab."""
        with gr.Column(elem_id="matchpage"):
            notice = component("notice", elements.MATCH_NOTICE, Notice())
            match = component("match", elements.MATCH, Meeting(), parts=["match/talk", "match/kin", "match/cast"])
        return MatchTab(match, notice)

    def wire(self, parts: MatchTab, house: House, entry: gr.Tab) -> None:
        """Connect the components."""
        meetings, visit = _Meetings(house), house.visit
        outputs = [parts.match, parts.notice]
        for name, deed in meetings.deeds.items():
            getattr(parts.match, name)(meetings.doing(deed), [visit], outputs, trigger_mode="multiple", **QUIET)

        async def arrive(now: Visit) -> tuple[object, object]:
            if not now.owner:
                return meetings.stale(), gr.skip()
            return await meetings.answered(now, Wish(), meetings.show)

        entry.select(arrive, [visit], outputs, **QUIET)
        stage = [house.tabs, visit, house.channel]

        async def talk(now: Visit, event: gr.EventData) -> tuple[object, ...]:
            try:
                frame = await meetings.seeking.begin(now, Wish.model_validate(event._data or {}))
            except Exception as error:
                return (*(gr.skip() for _ in stage), meetings.told(notice_of(error)))
            return (gr.Tabs(selected="stage"), *updates(frame, house.desk.beat()), gr.skip())

        async def bill(now: Visit, event: gr.EventData) -> tuple[object, ...]:
            sent = event._data or {}
            try:
                chosen, guest = str(sent.get("scene", ""))[:100], str(sent.get("guest", ""))[:100]
                frame = await house.desk.bill(now, chosen=chosen, guest=guest)
            except Exception as error:
                return (*(gr.skip() for _ in stage), meetings.told(notice_of(error)))
            return (gr.Tabs(selected="stage"), *updates(frame, house.desk.beat()), gr.skip())

        parts.match.talk(talk, [visit], [*stage, parts.notice], **QUIET)
        parts.match.bill(bill, [visit], [*stage, parts.notice], **QUIET)


Deed = Callable[[Visit, Wish], Awaitable[tuple[dict[str, Any], Notice]]]
"""Does something; gives the parts of the page that change, and what to say."""


class _Meetings:
    """What a visitor asks, as values for the components."""

    def __init__(self, house: House) -> None:
        self._desk = house.desk
        self.seeking = Seeking(house.desk)
        self._casts = Casts(house.desk)
        self._shelves = Shelves(house.desk)
        self.deeds: dict[str, Deed] = {
            "show": self.show,
            "search": self.search,
            "rate": self.rate,
            "cast": self.cast,
            "weigh": self.weigh,
            "taste": self.taste,
        }

    def told(self, notice: Notice) -> dict[str, object]:
        return notice.model_copy(update={"beat": self._desk.beat()}).model_dump(mode="json")

    def stale(self) -> dict[str, object]:
        return Meeting(stale=True, beat=self._desk.beat()).model_dump(mode="json")

    def doing(self, deed: Deed) -> Callable[[Visit, gr.EventData], Awaitable[tuple[object, object]]]:
        async def handler(now: Visit, event: gr.EventData) -> tuple[object, object]:
            if not now.owner:
                return self.stale(), gr.skip()
            try:
                wish = Wish.model_validate(event._data or {})
            except Exception as error:
                return gr.skip(), self.told(notice_of(error))
            return await self.answered(now, wish, deed)

        return handler

    async def answered(self, now: Visit, wish: Wish, deed: Deed) -> tuple[object, object]:
        try:
            changes, notice = await deed(now, wish)
            page = Meeting(wish=wish, **(await self._choices(now)), **changes, beat=self._desk.beat())
            return page.model_dump(mode="json"), self.told(notice)
        except Exception as error:
            return gr.skip(), self.told(notice_of(error))

    async def _choices(self, now: Visit) -> dict[str, Any]:
        library = await self._desk.library(now)
        cast, scenes = await asyncio.to_thread(lambda: (library.characters(), library.scenes()))
        return {
            "scorers": options_of(MATCHERS),
            "methods": options_of(CASTINGS),
            "banks": self._desk.studio.matching.banks(),
            "people": tuple(person_of(one, about(one)) for one in cast),
            "scenes": {one.id: one.title for one in scenes},
        }

    async def show(self, now: Visit, wish: Wish) -> tuple[dict[str, Any], Notice]:
        match wish.view:
            case "talk":
                return await self._talks(now), Notice()
            case "kin":
                library = await self._desk.library(now)
                return {"kin": await asyncio.to_thread(lambda: kin_of(library.characters(), wish.kin))}, Notice()
            case "cast":
                return {}, Notice()
            case "shelf":
                return {"taste": await self._shelves.shelf(now, wish)}, Notice()

    async def _talks(self, now: Visit) -> dict[str, Any]:
        return {"talks": await self.seeking.talks(now), "learnt": await self.seeking.learnt(now)}

    async def search(self, now: Visit, wish: Wish) -> tuple[dict[str, Any], Notice]:
        return {"search": await self.seeking.search(now, wish), **await self._talks(now)}, Notice()

    async def rate(self, now: Visit, wish: Wish) -> tuple[dict[str, Any], Notice]:
        text = await self.seeking.rate(now, wish)
        return await self._talks(now), Notice(text=text)

    async def cast(self, now: Visit, wish: Wish) -> tuple[dict[str, Any], Notice]:
        return {"council": await self._casts.pick(now, wish)}, Notice()

    async def weigh(self, now: Visit, wish: Wish) -> tuple[dict[str, Any], Notice]:
        return {"council": await self._casts.weigh(now, wish)}, Notice()

    async def taste(self, now: Visit, wish: Wish) -> tuple[dict[str, Any], Notice]:
        if wish.item:
            await self._shelves.judge(now, wish)
        elif wish.instruction.strip():
            await self._shelves.search(now, wish)
            wish = wish.model_copy(update={"instruction": ""})
        return {"taste": await self._shelves.shelf(now, wish)}, Notice()
