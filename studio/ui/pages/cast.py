"""The Cast tab: characters composed from picks, by dice, by a model or by hand, and what a model is told of them."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import gradio as gr

from studio.registry import Card
from studio.ui import elements
from studio.ui.cast import pen
from studio.ui.cast.bench import Bench
from studio.ui.cast.hand import Hand, Wish
from studio.ui.cast.values import Ask, Company, Pen, Sheet, Told
from studio.ui.component import component
from studio.ui.feedback import Notice, notice_of
from studio.ui.pages.base import House, Page
from studio.ui.stage_parts import QUIET, updates
from studio.ui.visit import Visit

PARTS = ("state", "fields", "picker", "rows", "lore", "surveys", "sections", "guard")


@dataclass(frozen=True)
class CastTab:
    """The components, in the order an `Answer` updates them."""

    bench: gr.HTML
    told: gr.HTML
    list: gr.HTML
    notice: gr.HTML
    pen: gr.HTML


class CastPage(Page):
    """Compose, check, save, and send somebody to the stage."""

    card: ClassVar[Card] = Card(
        name="cast",
        title="Cast",
        summary="Characters composed from picks, by dice, by a model or by hand, checked and shown as a model is told.",
    )
    order: ClassVar[int] = 10

    def layout(self) -> CastTab:
        """The components, without a single handler."""
        with gr.Column(elem_id="castpage"):
            notice = component("notice", elements.CAST_NOTICE, Notice())
            with gr.Row(elem_id="cast-grid"):
                list_ = component("castlist", elements.CAST_LIST, Company())
                with gr.Column(elem_id="cast-main", min_width=0):
                    writing = component("castpen", elements.CAST_PEN, Pen())
                    bench = component(
                        "cast", elements.CAST, Sheet(), parts=["shrink", *(f"cast/{part}" for part in PARTS)]
                    )
                told = component("casttold", elements.CAST_TOLD, Told())
            gr.HTML('<div id="cast-shade"></div>', apply_default_css=False)
        return CastTab(bench, told, list_, notice, writing)

    def wire(self, parts: CastTab, house: House, entry: gr.Tab) -> None:
        """Connect the components to the bench."""
        tab, bench, visit = parts, Bench(house.desk), house.visit
        hand = Hand(bench)
        outputs = [tab.bench, tab.told, tab.list, tab.notice]

        def grant(listener: Any, wish: Wish, **options: Any) -> None:
            async def handler(now: Visit, event: gr.EventData) -> tuple[object, ...]:
                return (await hand.answered(now, event._data, wish)).values()

            listener(handler, [visit], outputs, **QUIET, **{"trigger_mode": "multiple", **options})

        wishes = ("edit", "open", "save", "discard", "copy", "remove", "roll", "history", "restore", "draw", "picture")
        for name in (*wishes, "score", "try"):
            grant(getattr(tab.bench, name), getattr(hand, f"on_{name}"))
        grant(tab.told.rehearse, hand.on_rehearse, trigger_mode="always_last")

        async def arrive(now: Visit) -> tuple[object, ...]:
            return (await hand.answered(now, {}, hand.on_arrive)).values()

        entry.select(arrive, [visit], outputs, **QUIET)

        async def act(now: Visit, event: gr.EventData) -> tuple[object, ...]:
            sent = event._data or {}
            wish = partial(hand.acted, act=str(sent.get("act", "")))
            return (await hand.answered(now, {"key": str(sent.get("key", ""))[:100]}, wish)).values()

        tab.notice.act(act, [visit], outputs, **QUIET)

        async def play(now: Visit, event: gr.EventData) -> tuple[object, ...]:
            try:
                frame = await house.desk.bill(now, guest=str(event._data["key"]))
            except Exception as error:
                frame = await house.desk.mishap(now, error)
            return (gr.Tabs(selected="stage"), *updates(frame, house.desk.beat()))

        async def write(now: Visit, event: gr.EventData) -> AsyncGenerator[tuple[object, object], None]:
            try:
                async with aclosing(pen.written(bench, now, Ask.model_validate(event._data))) as frames:
                    async for frame in frames:
                        yield frame.model_dump(mode="json"), gr.skip()
            except Exception as error:
                told = notice_of(error).model_copy(update={"beat": house.desk.beat()})
                yield Pen(state="failed", beat=house.desk.beat()).model_dump(mode="json"), told.model_dump(mode="json")

        tab.bench.play(play, [visit], [house.tabs, visit, house.channel], **QUIET)
        writing = tab.bench.write(write, [visit], [tab.pen, tab.notice], concurrency_limit=None, **QUIET)
        tab.pen.stop(
            lambda: Pen(state="stopped", beat=house.desk.beat()).model_dump(mode="json"),
            None,
            [tab.pen],
            cancels=[writing],
            **QUIET,
        )
