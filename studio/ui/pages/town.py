"""The Town tab: a place whose people live by themselves."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import ClassVar

import gradio as gr

from studio.registry import Card
from studio.ui import elements
from studio.ui.component import component
from studio.ui.feedback import Notice, notice_of
from studio.ui.pages.base import House, Page
from studio.ui.stage_parts import QUIET
from studio.ui.town.living import Living
from studio.ui.town.values import Page as Place
from studio.ui.town.values import Wish
from studio.ui.visit import Visit


@dataclass(frozen=True)
class TownTab:
    """The components, in the order handlers update them."""

    town: gr.HTML
    notice: gr.HTML


class TownPage(Page):
    """Begin a town, let it live, stop it, go on, look back."""

    card: ClassVar[Card] = Card(
        name="town",
        title="Town",
        summary="People with homes, plans and memories live by themselves; a rumour travels, and ties grow.",
    )
    order: ClassVar[int] = 50

    def layout(self) -> TownTab:
        """The components of the tab."""
        with gr.Column(elem_id="townpage"):
            notice = component("notice", elements.TOWN_NOTICE, Notice())
            town = component("town", elements.TOWN, Place(), parts=["town/charts"])
        return TownTab(town, notice)

    def wire(self, parts: TownTab, house: House, entry: gr.Tab) -> None:
        """Connect the components."""
        desk, visit, living = house.desk, house.visit, Living(house.desk)
        outputs = [parts.town, parts.notice]

        def told(notice: Notice) -> dict[str, object]:
            return notice.model_copy(update={"beat": desk.beat()}).model_dump(mode="json")

        async def shown(now: Visit, wish: Wish, **more: object) -> dict[str, object]:
            page = await living.page(now, wish)
            return page.model_copy(update={**more, "beat": desk.beat()}).model_dump(mode="json")

        async def show(now: Visit, event: gr.EventData) -> tuple[object, object]:
            try:
                return await shown(now, Wish.model_validate(event._data or {})), gr.skip()
            except Exception as error:
                return gr.skip(), told(notice_of(error))

        async def go(now: Visit, event: gr.EventData) -> AsyncGenerator[tuple[object, object], None]:
            """Begin or go on, an hour after the other."""
            wish = Wish()
            try:
                wish = Wish.model_validate(event._data or {})
                if not wish.town:
                    wish = wish.model_copy(update={"town": await living.begun(now, wish)})
                page = await living.page(now, wish)
                yield (
                    page.model_copy(update={"state": "running", "beat": desk.beat()}).model_dump(mode="json"),
                    told(Notice()),
                )
                async with aclosing(living.live(now, wish.town, wish.hours)) as charts:
                    async for chart in charts:
                        moment = {"chart": chart, "state": "running", "beat": desk.beat()}
                        yield page.model_copy(update=moment).model_dump(mode="json"), gr.skip()
                yield await shown(now, wish), gr.skip()
            except Exception as error:
                yield await shown(now, wish), told(notice_of(error))

        async def arrive(now: Visit) -> tuple[object, object]:
            if not now.owner:
                return Place(stale=True, beat=desk.beat()).model_dump(mode="json"), gr.skip()
            return await shown(now, Wish()), gr.skip()

        parts.town.show(show, [visit], outputs, trigger_mode="multiple", **QUIET)
        going = parts.town.go(go, [visit], outputs, concurrency_limit=None, trigger_mode="multiple", **QUIET)
        parts.town.stop(show, [visit], outputs, cancels=[going], **QUIET)
        entry.select(arrive, [visit], outputs, **QUIET)
