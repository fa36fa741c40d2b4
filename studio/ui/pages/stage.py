"""The Stage tab: tonight's bill, then the play."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any, ClassVar

import gradio as gr

from studio.registry import Card
from studio.ui import elements
from studio.ui.acts import Sent
from studio.ui.component import component
from studio.ui.desk import Desk
from studio.ui.feedback import Notice, notice_of
from studio.ui.forms import Bill, Casting
from studio.ui.frame import Bar, Frame, told
from studio.ui.pages.base import House, Page
from studio.ui.panels import Backstage, Controls, Plays
from studio.ui.present import Live, Script
from studio.ui.repertory import Repertory
from studio.ui.replies import Replies
from studio.ui.sheet import Sheet
from studio.ui.stage_parts import QUIET, StageTab, updates
from studio.ui.table import Table
from studio.ui.visit import Visit

SAVE_FILE = """(file) => {
  if (!file) return;
  const link = Object.assign(document.createElement("a"), { href: file.url, download: file.orig_name });
  document.body.append(link);
  link.click();
  link.remove();
}"""
SHEETS = ("pages", "branches", "minds", "knowledge", "timeline", "prompt", "find", "meters", "table")
SHEET_PAGES = tuple(f"sheet_{name}" for name in SHEETS)
Answer = Callable[[Visit, dict[str, Any]], Awaitable[Frame]]
Stream = Callable[[Visit, dict[str, Any]], AsyncGenerator[Frame, None]]


class _Wire:
    """Attaches handlers: every one is given the visit and what the page sent, and answers in frames.

    The components themselves see to it that nothing is sent twice; Gradio would drop a click that comes while the
    answer to the last is still being shown, and its component would wait for ever.
    """

    def __init__(self, desk: Desk, visit: gr.State, channel: gr.HTML) -> None:
        self.desk = desk
        self.inputs = [visit]
        self.outputs = [visit, channel]

    def click(self, listener: Any, answer: Answer, **options: Any) -> Any:
        """One frame in answer."""

        async def handler(now: Visit, event: gr.EventData) -> tuple[object, ...]:
            try:
                return updates(await answer(now, event._data or {}), self.desk.beat())
            except Exception as error:
                return updates(await self.desk.mishap(now, error), self.desk.beat())

        return listener(handler, self.inputs, self.outputs, **QUIET, **{"trigger_mode": "multiple", **options})

    def flow(self, listener: Any, stream: Stream) -> Any:
        """Frames as they come, however many visitors are being played for."""

        async def handler(now: Visit, event: gr.EventData) -> AsyncGenerator[tuple[object, ...], None]:
            data = event._data or {}
            try:
                async with aclosing(stream(now, data)) as frames:
                    async for frame in frames:
                        async for update in self._sent(now.page, frame):
                            yield update
            except Exception as error:
                frame = await self.desk.mishap(now, error, restore=str(data.get("text", "")))
                async for update in self._sent(now.page, frame):
                    yield update

        return listener(handler, self.inputs, self.outputs, **QUIET, concurrency_limit=None, trigger_mode="multiple")

    async def _sent(self, page: str, frame: Frame) -> AsyncGenerator[tuple[object, ...], None]:
        """A frame over the page's socket where it has one, else as Gradio's output. Gradio keeps the visit either way,
        and keeps it before the page sees what goes with it, so that no answer to what is seen can overtake it."""
        desk = self.desk
        if not desk.channels.open(page):
            yield updates(frame, desk.beat())
            return
        if frame.visit is not None:
            yield updates(Frame(visit=frame.visit), desk.beat())
        message = told(frame, desk.beat())
        if message["parts"] and not desk.channels.tell(page, message):
            yield updates(frame, desk.beat())


class StagePage(Page):
    """Where plays are begun and played."""

    card: ClassVar[Card] = Card(
        name="stage",
        title="Stage",
        summary="Pick a scene and a cast, press Begin, direct the play or take a part in it.",
    )
    order: ClassVar[int] = 0

    def layout(self) -> StageTab:
        """The components, without a single handler."""
        with gr.Column(elem_id=elements.STAGE):
            bar = component("stagebar", elements.STAGEBAR, Bar(), parts=["shrink"])
            with gr.Row(elem_id="stage-grid"):
                with gr.Column(elem_id=elements.PLAYS_PANEL, min_width=0):
                    plays = component("plays", elements.PLAYS, Plays())
                with gr.Column(elem_id="stage-main", min_width=0):
                    table = component("table", elements.TABLE, Table())
                    bill = component("playbill", elements.BILL, Bill())
                    script = component("transcript", elements.TRANSCRIPT, Script(), parts=["aloud", "scenery"])
                    live = component("live", elements.LIVE, Live())
                    with gr.Column(elem_id="prompt-desk"):
                        notice = component("notice", elements.NOTICE, Notice())
                        replies = component("replies", elements.REPLIES, Replies())
                        controls = component("composer", elements.COMPOSER, Controls(), parts=["slash"])
                    export_file = gr.DownloadButton("Export", elem_id=elements.EXPORT_FILE, visible="hidden")
                with gr.Column(elem_id=elements.BACKSTAGE_PANEL, min_width=0):
                    backstage = component("backstage", elements.BACKSTAGE, Backstage())
                    sheet = component("sheet", elements.SHEET, Sheet(), parts=SHEET_PAGES)
            gr.HTML('<div id="drawer-shade"></div>', apply_default_css=False)
        return StageTab(table, bar, bill, script, live, backstage, replies, controls, plays, notice, sheet, export_file)

    def wire(self, parts: StageTab, house: House, entry: gr.Tab) -> None:
        """Connect the components to the desk."""
        tab, desk = parts, house.desk
        acts = house.acts
        wire = _Wire(desk, house.visit, house.channel)

        def play(now: Visit, data: dict[str, Any]) -> AsyncGenerator[Frame, None]:
            return acts.stream(now, Sent.model_validate(data))

        def begin(now: Visit, data: dict[str, Any]) -> AsyncGenerator[Frame, None]:
            return acts.performance.begin(now, Casting(**data))

        running = [wire.flow(tab.bill.begin, begin), *(wire.flow(part.act, play) for part in tab.parts)]
        wire.flow(house.channel.act, play)
        stopped = tab.controls.stop(None, cancels=running, queue=False, api_visibility="private")
        wire.flow(stopped.then, lambda now, data: acts.stream(now, Sent(act="stopped")))
        wire.click(
            tab.plays.search,
            lambda now, data: acts.repertory.listed(now, query=str(data["query"])),
            trigger_mode="always_last",
        )
        wire.click(entry.select, lambda now, data: desk.fresh_bill(now))
        _wire_export(tab, acts.repertory, house)


def _wire_export(tab: StageTab, repertory: Repertory, house: House) -> None:
    """The chosen format becomes a file, which the page then fetches by itself. Gradio keeps a copy of its own."""
    folder = Path(tempfile.mkdtemp(prefix="greenroom-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)

    async def export(now: Visit, event: gr.EventData) -> tuple[object, object]:
        try:
            path = await repertory.export(now, str(event._data["format"]), folder)
        except Exception as error:
            notice = notice_of(error).model_copy(update={"beat": repertory.desk.beat()})
            return gr.DownloadButton(value=None), told(Frame(notice=notice), notice.beat)
        return gr.DownloadButton(value=str(path)), gr.skip()

    exported = tab.bar.export(export, [house.visit], [tab.export_file, house.channel], **QUIET)
    exported.success(None, [tab.export_file], None, js=SAVE_FILE, api_visibility="private")
