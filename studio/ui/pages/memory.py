"""The Memory tab: what each character remembers, and why it comes to mind."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import ClassVar

import gradio as gr

from studio.registry import Card
from studio.ui import elements
from studio.ui.component import component
from studio.ui.feedback import Notice, notice_of
from studio.ui.memory.acting import Deed, Hand
from studio.ui.memory.reading import Reader
from studio.ui.memory.values import Look, Wish
from studio.ui.memory.values import Page as Mind
from studio.ui.pages.base import House, Page
from studio.ui.stage_parts import QUIET
from studio.ui.visit import Visit


@dataclass(frozen=True)
class MemoryTab:
    """The components, in the order handlers update them."""

    mind: gr.HTML
    notice: gr.HTML


class MemoryPage(Page):
    """Read, search, ask, edit, pin, forget and bring back."""

    card: ClassVar[Card] = Card(
        name="memory",
        title="Memory",
        summary="What each character remembers, what it rests on, and why it comes to mind; edited, pinned, forgotten.",
    )
    order: ClassVar[int] = 30

    def layout(self) -> MemoryTab:
        """The components of the tab."""
        with gr.Column(elem_id="memorypage"):
            notice = component("notice", elements.MEMORY_NOTICE, Notice())
            mind = component("memory", elements.MEMORY, Mind(), parts=["memory/lines", "memory/views"])
        return MemoryTab(mind, notice)

    def wire(self, parts: MemoryTab, house: House, entry: gr.Tab) -> None:
        """Connect the components to the reader and the hand."""
        desk, visit = house.desk, house.visit
        reader, hand = Reader(desk), Hand(desk)
        outputs = [parts.mind, parts.notice]

        def told(notice: Notice) -> dict[str, object]:
            return notice.model_copy(update={"beat": desk.beat()}).model_dump(mode="json")

        def stale() -> dict[str, object]:
            return Mind(stale=True, beat=desk.beat()).model_dump(mode="json")

        async def shown(now: Visit, wish: Wish) -> dict[str, object]:
            page = await reader.page(now, wish.look, wish.open)
            return page.model_copy(update={"seq": wish.seq, "beat": desk.beat()}).model_dump(mode="json")

        async def look(now: Visit, event: gr.EventData) -> tuple[object, object]:
            if not now.owner:
                return stale(), gr.skip()
            try:
                return await shown(now, Wish.model_validate(event._data or {})), gr.skip()
            except Exception as error:
                return gr.skip(), told(notice_of(error))

        def doing(deed: Deed) -> Callable[[Visit, gr.EventData], Awaitable[tuple[object, object]]]:
            async def handler(now: Visit, event: gr.EventData) -> tuple[object, object]:
                try:
                    wish = Wish.model_validate(event._data or {})
                    notice = await deed(now, wish)
                    return await shown(now, wish), told(notice)
                except Exception as error:
                    return gr.skip(), told(notice_of(error))

            return handler

        async def undo(now: Visit, event: gr.EventData) -> tuple[object, object]:
            try:
                return stale(), told(await hand.undo(now, str((event._data or {}).get("key", ""))[:100]))
            except Exception as error:
                return gr.skip(), told(notice_of(error))

        async def arrive(now: Visit) -> tuple[object, object]:
            return (stale(), gr.skip()) if not now.owner else (await shown(now, Wish(look=Look())), gr.skip())

        parts.mind.look(look, [visit], outputs, trigger_mode="multiple", **QUIET)
        for name, deed in hand.deeds.items():
            getattr(parts.mind, name)(doing(deed), [visit], outputs, trigger_mode="multiple", **QUIET)
        parts.notice.act(undo, [visit], outputs, **QUIET)
        entry.select(arrive, [visit], outputs, **QUIET)
