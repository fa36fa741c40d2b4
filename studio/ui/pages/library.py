"""The Library tab: everything there is to play with, found, read, marked, brought in and taken out."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, ClassVar

import gradio as gr

from studio.registry import Card
from studio.ui import elements
from studio.ui.component import component
from studio.ui.feedback import Notice, notice_of
from studio.ui.library import incoming
from studio.ui.library.clerk import Clerk
from studio.ui.library.listing import listed
from studio.ui.library.values import Detail, Incoming, Look, Section, Shelf, Wish
from studio.ui.pages.base import House, Page
from studio.ui.stage_parts import QUIET, updates
from studio.ui.visit import Visit

Deed = Callable[[Visit, Wish], Awaitable[tuple[Notice, str]]]
"""Does something; gives what to say of it, and the address of a file to fetch if there is one."""


@dataclass(frozen=True)
class LibraryTab:
    """The components, in the order handlers update them."""

    shelf: gr.HTML
    incoming: gr.HTML
    notice: gr.HTML


class LibraryPage(Page):
    """Browse, search, read, mark, import, export, and send a scene to the stage."""

    card: ClassVar[Card] = Card(
        name="library",
        title="Library",
        summary="Characters, scenes, lorebooks and plays: found, read, marked, brought in and taken out.",
    )
    order: ClassVar[int] = 20

    def layout(self) -> LibraryTab:
        """The components of the tab."""
        with gr.Column(elem_id="librarypage"):
            notice = component("notice", elements.LIBRARY_NOTICE, Notice())
            arriving = component("incoming", elements.INCOMING, Incoming())
            parts = ["library/rows", "library/filters", "library/detail"]
            shelf = component("library", elements.LIBRARY, Shelf(), parts=parts)
        return LibraryTab(shelf, arriving, notice)

    def wire(self, parts: LibraryTab, house: House, entry: gr.Tab) -> None:
        """Connect the components to the catalogue, the clerk and the jobs."""
        counter = _Counter(house)
        visit, outputs = house.visit, [parts.shelf, parts.notice]
        parts.shelf.look(counter.look, [visit], outputs, trigger_mode="multiple", **QUIET)
        for name, deed in counter.deeds.items():
            listener = getattr(parts.shelf, name)
            listener(counter.doing(deed), [visit], outputs, trigger_mode="multiple", **QUIET)
        parts.notice.act(counter.bring, [visit], outputs, **QUIET)
        entry.select(counter.arrive, [visit], [parts.shelf, parts.incoming, parts.notice], **QUIET)
        self._wire_imports(parts, house)
        self._wire_stage(parts, house)

    def _wire_imports(self, parts: LibraryTab, house: House) -> None:
        desk, visit, deliveries, told = house.desk, house.visit, house.deliveries, _Counter(house).told
        outputs = [parts.incoming, parts.notice]

        async def go(now: Visit, event: gr.EventData) -> AsyncGenerator[tuple[object, object], None]:
            """Begin, seal, stop, resume or follow an import, and show how it goes."""
            sent = event._data or {}
            try:
                id_ = str(sent.get("job", ""))[:64]
                match sent.get("act"):
                    case "begin":
                        job, ticket = await deliveries.begin(now.owner, str(sent.get("title", ""))[:200])
                        frame = await incoming.shown(desk, deliveries, now, job, ticket)
                        yield frame.model_dump(mode="json"), told(Notice())
                        id_ = job.id
                    case "stop":
                        await desk.studio.jobs.stop(now.owner, id_)
                    case "resume":
                        await desk.studio.jobs.resume(now.owner, id_, failed=bool(sent.get("failed")))
                async with aclosing(incoming.watched(desk, deliveries, now, id_)) as frames:
                    async for frame in frames:
                        yield frame.model_dump(mode="json"), gr.skip()
            except Exception as error:
                yield gr.skip(), told(notice_of(error))

        async def seal(event: gr.EventData) -> object:
            try:
                await deliveries.seal(str((event._data or {}).get("ticket", "")))
            except Exception as error:
                return told(notice_of(error))
            return gr.skip()

        parts.incoming.go(go, [visit], outputs, concurrency_limit=None, trigger_mode="multiple", **QUIET)
        parts.incoming.seal(seal, None, [parts.notice], trigger_mode="multiple", **QUIET)

    def _wire_stage(self, parts: LibraryTab, house: House) -> None:
        desk, visit = house.desk, house.visit

        async def play(now: Visit, event: gr.EventData) -> tuple[object, ...]:
            sent = event._data or {}
            try:
                if sent.get("session"):
                    frame = await desk.open(now, str(sent["session"])[:100])
                else:
                    frame = await desk.bill(now, chosen=str(sent["scene"])[:100])
            except Exception as error:
                frame = await desk.mishap(now, error)
            return (gr.Tabs(selected="stage"), *updates(frame, desk.beat()))

        outputs = [house.tabs, visit, house.channel]
        parts.shelf.play(play, [visit], outputs, **QUIET)


class _Counter:
    """What a visitor asks at the counter, as values for the components."""

    def __init__(self, house: House) -> None:
        self._desk = house.desk
        self._deliveries = house.deliveries
        self._clerk = clerk = Clerk(house.desk, house.deliveries)

        async def mark(now: Visit, wish: Wish) -> tuple[Notice, str]:
            return await clerk.mark(now, wish), ""

        async def remove(now: Visit, wish: Wish) -> tuple[Notice, str]:
            return await clerk.remove(now, wish), ""

        async def restore(now: Visit, wish: Wish) -> tuple[Notice, str]:
            return await clerk.restore(now, wish.ids), ""

        async def take(now: Visit, wish: Wish) -> tuple[Notice, str]:
            address, notice = await clerk.take(now, wish)
            return notice, address

        self.deeds: dict[str, Deed] = {"mark": mark, "remove": remove, "restore": restore, "take": take}

    def told(self, notice: Notice) -> dict[str, object]:
        return notice.model_copy(update={"beat": self._desk.beat()}).model_dump(mode="json")

    def stale(self) -> dict[str, object]:
        return Shelf(stale=True, beat=self._desk.beat()).model_dump(mode="json")

    async def shelf(self, now: Visit, look: Look, **more: Any) -> dict[str, object]:
        found = await listed(self._desk, now, look)
        return found.model_copy(update={**more, "beat": self._desk.beat()}).model_dump(mode="json")

    async def opened(self, now: Visit, wish: Wish) -> Detail | None:
        try:
            return await self._clerk.detail(now, wish.kind, wish.open)
        except Exception as error:
            why = (Section(title="", text=notice_of(error).text),)
            return Detail(kind=wish.kind, id=wish.open, title="This cannot be shown", parts=why)

    async def look(self, now: Visit, event: gr.EventData) -> tuple[object, object]:
        if not now.owner:
            return self.stale(), gr.skip()
        try:
            wish = Wish.model_validate(event._data or {})
            return await self.shelf(now, wish.look, detail=await self.opened(now, wish), seq=wish.seq), gr.skip()
        except Exception as error:
            return gr.skip(), self.told(notice_of(error))

    def doing(self, deed: Deed) -> Callable[[Visit, gr.EventData], Awaitable[tuple[object, object]]]:
        async def handler(now: Visit, event: gr.EventData) -> tuple[object, object]:
            try:
                wish = Wish.model_validate(event._data or {})
                notice, download = await deed(now, wish)
                shown = {"detail": await self.opened(now, wish), "download": download, "seq": wish.seq}
                return await self.shelf(now, wish.look, **shown), self.told(notice)
            except Exception as error:
                return gr.skip(), self.told(notice_of(error))

        return handler

    async def bring(self, now: Visit, event: gr.EventData) -> tuple[object, object]:
        try:
            notice = await self._clerk.bring(now, str((event._data or {}).get("key", "")))
            return self.stale(), self.told(notice)
        except Exception as error:
            return gr.skip(), self.told(notice_of(error))

    async def arrive(self, now: Visit) -> tuple[object, object, object]:
        if not now.owner:  # the tab was opened before the page had arrived
            return self.stale(), gr.skip(), gr.skip()
        try:
            arriving = await incoming.latest(self._desk, self._deliveries, now)
            return await self.shelf(now, Look(), detail=None), arriving.model_dump(mode="json"), gr.skip()
        except Exception as error:
            return gr.skip(), gr.skip(), self.told(notice_of(error))
