"""The page: one visit, its tabs, and the few files it serves."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import gradio as gr
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from studio.domain.identifiers import is_slug
from studio.errors import StudioError
from studio.library import Library
from studio.library.owners import MEDIA, Libraries
from studio.settings import Settings
from studio.ui import elements
from studio.ui.acts import Acts
from studio.ui.component import Stylesheet, component, stylesheet
from studio.ui.desk import Desk
from studio.ui.frame import Told, told
from studio.ui.library.deliveries import Deliveries
from studio.ui.pages.base import PAGES, House, Page
from studio.ui.replies import replies_of
from studio.ui.stage_parts import QUIET
from studio.ui.theme import theme
from studio.ui.visit import Visit, is_guest, owner_of
from studio.wiring import Studio, steady

HERE = Path(__file__).resolve().parent
OwnerOf = Callable[[Settings, str | None, str], str]
DAY_SECONDS = 86_400
PLAYS_AT_ONCE = 32
WAITING_MOST = 256
PAGES_KEPT = 2000
"""Pages whose visit is kept; of more, those used longest ago are let go, and say so when they come back."""
ANYWHERE = "0.0.0.0"
INVITED = "invite"
"""What an invitation's link carries its token in."""
LIGHTS = """<button type="button" class="icon-btn" aria-label="Lights: switch between day and night">
<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="M12 3a9 9 0 1 0 9 9 7 7 0 0 1-9-9z"/>
</svg></button>"""
MASTHEAD = '<p class="wordmark">Green<i>room</i></p>'


def build(desk: Desk, deliveries: Deliveries, *, owner: OwnerOf = owner_of) -> gr.Blocks:
    """The whole page. `owner` decides whose rows a visitor sees; files go in and out by `deliveries`."""
    acts = Acts(desk)
    settings = desk.studio.settings
    with gr.Blocks(
        title="Greenroom", analytics_enabled=False, delete_cache=(DAY_SECONDS, DAY_SECONDS), fill_width=True
    ) as page:
        visit = gr.State(Visit(), time_to_live=DAY_SECONDS)
        browser = gr.BrowserState({"guest": "", "last": ""}, storage_key="greenroom", secret="greenroom-visit")
        with gr.Row(elem_id="masthead"):
            gr.HTML(MASTHEAD, apply_default_css=False)
            if settings.oauth_client_id:
                gr.LoginButton("Sign in", elem_id=elements.SIGN_IN)
            gr.HTML(
                html_template=LIGHTS,
                js_on_load=(HERE / "components" / "lights.js").read_text(encoding="utf-8"),
                apply_default_css=False,
                elem_id=elements.LIGHTS,
            )
        with gr.Tabs(elem_id=elements.TABS, selected="stage") as tabs:
            laid_out = [_tab(found()) for found in sorted(PAGES.methods.values(), key=lambda found: found.order)]
        ready = gr.Textbox(visible="hidden", elem_id=elements.READY, show_label=False)
        component("tour", elements.TOUR, Told())
        channel = component("channel", elements.CHANNEL, Told())
        house = House(desk, acts, visit, tabs, channel, deliveries)
        for tab, parts, entry in laid_out:
            tab.wire(parts, house, entry)

        async def arrive(
            remembered: object, request: gr.Request, profile: gr.OAuthProfile | None
        ) -> tuple[object, ...]:
            kept = remembered if isinstance(remembered, dict) else {}
            mine = owner(settings, profile.username if profile else None, str(kept.get("guest", "")))
            now = Visit(page=str(request.session_hash or ""), owner=mine)
            try:
                token = str(request.query_params.get(INVITED, ""))
                frame = await (acts.tables.join(now, token) if token else desk.arrive(now, str(kept.get("last", ""))))
                frame = frame.model_copy(update={"replies": await replies_of(desk.studio.archive, mine)})
            except Exception as error:
                frame = await desk.astray(now, error)
            seen = frame.visit or now
            memory = {"guest": mine if is_guest(mine) else "", "last": "" if seen.chair else seen.session}
            return seen, memory, told(frame, desk.beat(), desk.channels.admit(seen.page)), "ready"

        page.load(arrive, [browser], [visit, browser, channel, ready], **QUIET)

        def remember(now: Visit, remembered: object) -> object:
            kept = remembered if isinstance(remembered, dict) else {}
            return kept if now.chair else {**kept, "last": now.session}

        channel.remember(remember, [visit, browser], [browser], trigger_mode="always_last", **QUIET)

        async def leave(request: gr.Request) -> None:
            for leaving in (desk.writers.leave, acts.sheets.leave, desk.channels.leave):
                leaving(str(request.session_hash or ""))

        page.unload(leave)
    page.queue(default_concurrency_limit=PLAYS_AT_ONCE, max_size=WAITING_MOST)
    return page


def _tab(page: Page) -> tuple[Page, Any, gr.Tab]:
    """A page, its components and the tab they are laid out in."""
    with gr.Tab(page.card.title, id=page.card.name, render_children=True) as entry:
        return page, page.layout(), entry


def launch(studio: Studio, *, owner: OwnerOf = owner_of, block: bool = True) -> tuple[gr.Blocks, str]:
    """Serve the page at the settings' host and port; returns the page and its address. The studio is closed when
    serving ends, in the loop that served it.

    With `block` it returns when the process is told to stop.
    """
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    settings = studio.settings
    deliveries = Deliveries(studio)
    desk = Desk(studio)
    page = build(desk, deliveries, owner=owner)
    style = stylesheet()

    @asynccontextmanager
    async def open_house(_: object) -> AsyncIterator[None]:
        if studio.safekeeping:
            studio.safekeeping.start()
        await studio.jobs.recover()
        try:
            yield
        finally:
            await studio.close()
            await asyncio.to_thread(deliveries.clear)

    _, address, _ = page.launch(
        server_name=ANYWHERE if settings.on_space else settings.host,
        server_port=settings.port or None,
        theme=theme(),
        head=f'<link rel="stylesheet" href="house/studio.css?{style.version}">',
        footer_links=[],
        run_history=False,
        show_error=False,
        quiet=True,
        ssr_mode=False,
        pwa=False,
        enable_monitoring=False,
        mcp_server=False,
        state_session_capacity=PAGES_KEPT,
        app_kwargs={
            "routes": [*routes(studio.libraries, style), *deliveries.routes(), desk.channels.route()],
            "lifespan": open_house,
        },
        prevent_thread_lock=True,
    )
    if block:
        sys.stdout.write(f"Greenroom is open at {address}\n")
        sys.stdout.flush()
        steady()
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # a Space is told to stop with it
        page.block_thread()
    return page, address


def routes(libraries: Libraries, style: Stylesheet) -> list[Mount | Route]:
    """`/healthz`, and under `/house` the stylesheet, fonts and pictures, found by character id or by the digest of what
    is in them, never by a path."""

    async def health(_: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def portrait(request: Request) -> Response:
        id_ = request.path_params["id"]
        path = await asyncio.to_thread(_portrait_of, libraries.house, id_) if is_slug(id_) else None
        return _shown(path, "max-age=3600")

    async def picture(request: Request) -> Response:
        path = await asyncio.to_thread(libraries.picture, request.path_params["digest"])
        return _shown(path, "max-age=31536000, immutable")

    async def css(_: Request) -> Response:
        return Response(style.text, media_type="text/css", headers={"Cache-Control": "max-age=31536000, immutable"})

    return [
        Route("/healthz", health),
        Route("/house/studio.css", css),
        Route("/house/portraits/{id}", portrait),
        Route("/house/pictures/{digest}", picture),
        Mount("/house/fonts", StaticFiles(directory=HERE / "fonts")),
    ]


def _shown(path: Path | None, keep: str) -> Response:
    if path is None:
        return Response(status_code=404)
    headers = {"Cache-Control": keep, "X-Content-Type-Options": "nosniff"}
    return FileResponse(path, media_type=MEDIA[path.suffix.lower()], headers=headers)


def _portrait_of(library: Library, id_: str) -> Path | None:
    try:
        return library.portrait_path(library.character(id_))
    except StudioError:
        return None
