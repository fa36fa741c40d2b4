"""The Library tab: characters and scenes, and everything about one of them."""

from __future__ import annotations

import asyncio
from typing import ClassVar

import gradio as gr

from studio.library import Library
from studio.registry import Card
from studio.ui import elements
from studio.ui.component import component
from studio.ui.feedback import notice_of
from studio.ui.pages.base import House, Page
from studio.ui.shelf import Detail, Section, Shelf, character_detail, scene_detail, shelf_of
from studio.ui.stage_parts import QUIET, updates
from studio.ui.visit import Visit


class LibraryPage(Page):
    """Browse, search, read, and send a scene to the stage."""

    card: ClassVar[Card] = Card(
        name="library",
        title="Library",
        summary="Characters and scenes with their portraits, and everything about each.",
    )
    order: ClassVar[int] = 20

    def layout(self) -> gr.HTML:
        """The one component of the tab."""
        return component("library", elements.LIBRARY, Shelf())

    def wire(self, parts: gr.HTML, house: House, entry: gr.Tab) -> None:
        """Search, open, play."""
        shelf, desk = parts, house.desk
        asked = gr.State({"query": "", "kind": "", "id": ""})

        def detail_of(library: Library, kind: str, id_: str) -> Detail | None:
            if kind == "character":
                return character_detail(library.character(id_))
            if kind == "scene":
                scene = library.scene(id_)
                return scene_detail(scene, library.cast_of(scene))
            return None

        def shown(library: Library, query: str, kind: str, id_: str) -> dict[str, object]:
            try:
                detail = detail_of(library, kind, id_)
            except Exception as error:
                detail = Detail(
                    kind=kind,
                    id=id_,
                    title="This cannot be shown",
                    parts=(Section(title="", text=notice_of(error).text),),
                )
            found = shelf_of(
                library.scenes(),
                library.characters(),
                query=query[:200],
                problems=tuple(str(problem) for problem in library.problems),
                detail=detail,
            )
            return found.model_dump(mode="json")

        async def show(
            visit: Visit, now: dict[str, str], event: gr.EventData
        ) -> tuple[dict[str, str], dict[str, object]]:
            now = now | {key: str(value) for key, value in (event._data or {}).items() if key in now}
            library = await desk.library(visit)
            return now, await asyncio.to_thread(shown, library, now["query"], now["kind"], now["id"])

        async def play(now: Visit, event: gr.EventData) -> tuple[object, ...]:
            try:
                frame = await desk.bill(now, chosen=str(event._data["scene"]))
            except Exception as error:
                frame = await desk.mishap(now, error)
            return (gr.Tabs(selected="stage"), *updates(frame, None))

        shelf.search(show, [house.visit, asked], [asked, shelf], trigger_mode="always_last", **QUIET)
        shelf.open(show, [house.visit, asked], [asked, shelf], **QUIET)
        shelf.play(play, [house.visit], [house.tabs, house.visit, house.browser, *house.stage.parts], **QUIET)
        entry.select(show, [house.visit, asked], [asked, shelf], **QUIET)
