"""The Models tab: which model writes, which others could, and a form for one's own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import ClassVar

import gradio as gr
from pydantic import SecretStr

from studio.domain.message import Message, Request
from studio.errors import ModelOutput, UserError
from studio.llm.client import complete
from studio.llm.models import ModelOption
from studio.registry import Card
from studio.ui import elements
from studio.ui.component import component
from studio.ui.desk import Desk
from studio.ui.feedback import Notice, notice_of
from studio.ui.pages.base import House, Page
from studio.ui.roster import Fetching, Roster, configured_name, fetching_of, roster_of
from studio.ui.stage_parts import QUIET
from studio.ui.visit import Visit

GREETING = "Say good evening in one short sentence."
GREETING_TOKENS = 40
SHOWN_CHARS = 200
POLL_SECONDS = 0.25
OWN_HEAD = """<h2>A model of your own</h2><p>Any name LiteLLM knows, such as <code>openai/gpt-4.1-mini</code> or
<code>ollama_chat/llama3.2</code>; for a server that speaks OpenAI's protocol name it <code>openai/…</code> and give its
address. The key stays in this server's memory until you close this tab: it is never stored, logged or exported.</p>"""


@dataclass(frozen=True)
class ModelsTab:
    """The components of the tab."""

    now: gr.HTML
    notice: gr.HTML
    name: gr.Textbox
    base: gr.Textbox
    key: gr.Textbox
    use: gr.Button
    attempt: gr.Button


class ModelDesk:
    """What the tab does, one visit at a time."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.models = desk.studio.models

    async def roster(self, visit: Visit, fetching: Fetching | None = None) -> Roster:
        """The page as it stands."""
        return self._roster(visit, await self.models.options(), fetching)

    def _roster(self, visit: Visit, options: tuple[ModelOption, ...], fetching: Fetching | None) -> Roster:
        settings, chosen = self.desk.studio.settings, self.desk.writers.chosen(visit)
        return roster_of(options, settings, chosen, fetching=fetching, beat=self.desk.beat())

    async def use(self, visit: Visit, name: str, base: str, key: str) -> Notice:
        """Let this visit play with a model. Raises: as `Models.open`, and UserError without a name."""
        if not name.strip():
            raise UserError("Enter the model's name first, such as openai/gpt-4.1-mini.")
        if name == configured_name(self.desk.studio.settings) and not key.strip() and not base.strip():
            self.desk.writers.leave(visit.page)
            return Notice(text="The house's own model writes from now on.", beat=self.desk.beat())
        model = await self.models.open(name, SecretStr(key.strip()) if key.strip() else None, base.strip())
        self.desk.writers.choose(visit, model)
        return Notice(text=f"{model.name} writes from now on, in this visit.", beat=self.desk.beat())

    async def attempt(self, visit: Visit) -> Notice:
        """One short call of the model in use. Raises: ModelError."""
        model = await self.desk.writers.model(visit)
        request = Request(
            messages=(Message(role="user", content=GREETING),), caller="try", purpose="try", max_tokens=GREETING_TOKENS
        )
        answer = await complete(model, request)
        if not answer.text.strip():
            raise ModelOutput(f"{model.name} answered with nothing. Try again, or choose another model.")
        said = answer.text.strip()[:SHOWN_CHARS]
        return Notice(title=f"{model.name} says:", text=f"{said} ({answer.usage.seconds:.1f} s)", beat=self.desk.beat())

    async def fetch(self, visit: Visit, id_: str, title: str) -> AsyncGenerator[tuple[Roster, Notice | None], None]:
        """Download weights, telling how far it is. Closing the generator stops it. Raises: as `Models.pull`."""
        options = await self.models.options()
        far = [0, 0]
        pulling = asyncio.create_task(
            self.models.pull(id_, lambda done, total: far.__setitem__(slice(None), [done, total]))
        )
        try:
            while not pulling.done():
                yield self._roster(visit, options, fetching_of(id_, title, *far)), None
                await asyncio.wait([pulling], timeout=POLL_SECONDS)
            await pulling
        finally:
            pulling.cancel()
        yield (
            await self.roster(visit),
            Notice(text=f"{title} is here. Press Use to play with it.", beat=self.desk.beat()),
        )

    def trouble(self, error: Exception) -> Notice:
        """The notice for an error on this page."""
        return notice_of(error).model_copy(update={"beat": self.desk.beat()})


class ModelsPage(Page):
    """Which model writes, and how to get a better one."""

    card: ClassVar[Card] = Card(
        name="models", title="Models", summary="Which model writes, which others could, and a form for one's own."
    )
    order: ClassVar[int] = 90

    def layout(self) -> ModelsTab:
        """The components, without a single handler."""
        notice = component("notice", elements.MODELS_NOTICE, Notice())
        now = component("models", elements.MODELS_NOW, Roster())
        with gr.Column(elem_id="own-model"):
            gr.HTML(OWN_HEAD, elem_id="own-model-head", apply_default_css=False)
            name = gr.Textbox(
                label="Model name", placeholder="openai/gpt-4.1-mini", max_lines=1, elem_id=elements.MODEL_NAME
            )
            base = gr.Textbox(
                label="Address (only for a server of your own)",
                placeholder="http://127.0.0.1:8000/v1",
                max_lines=1,
                elem_id=elements.MODEL_BASE,
            )
            key = gr.Textbox(
                label="Key",
                type="password",
                max_lines=1,
                elem_id=elements.MODEL_KEY,
                html_attributes=gr.InputHTMLAttributes(autocomplete="off", spellcheck=False),
            )
            with gr.Row():
                use = gr.Button("Use this model", variant="primary", elem_id=elements.MODEL_USE)
                attempt = gr.Button("Try the model in use", elem_id=elements.MODEL_TRY)
        return ModelsTab(now, notice, name, base, key, use, attempt)

    def wire(self, parts: ModelsTab, house: House, entry: gr.Tab) -> None:
        """Connect the components."""
        tab, visit = parts, house.visit
        models = ModelDesk(house.desk)

        async def look(now: Visit) -> dict[str, object]:
            return (await models.roster(now)).model_dump(mode="json")

        async def use(now: Visit, name: str, base: str, key: str) -> tuple[object, object, object]:
            try:
                notice = await models.use(now, name, base, key)
            except Exception as error:
                return gr.skip(), models.trouble(error).model_dump(mode="json"), gr.skip()
            return await look(now), notice.model_dump(mode="json"), ""

        async def use_listed(now: Visit, event: gr.EventData) -> tuple[object, object, object]:
            return await use(now, str(event._data["id"]), str(event._data.get("api_base", "")), "")

        async def attempt(now: Visit) -> object:
            try:
                return (await models.attempt(now)).model_dump(mode="json")
            except Exception as error:
                return models.trouble(error).model_dump(mode="json")

        async def fetch(now: Visit, event: gr.EventData) -> AsyncGenerator[tuple[object, object], None]:
            try:
                async for roster, notice in models.fetch(now, str(event._data["id"]), str(event._data["title"])):
                    yield roster.model_dump(mode="json"), notice.model_dump(mode="json") if notice else gr.skip()
            except Exception as error:
                yield await look(now), models.trouble(error).model_dump(mode="json")

        async def ask_key(event: gr.EventData) -> str:
            return str(event._data["id"])

        waiting = Notice(text="One short call is under way…").model_dump(mode="json")
        used = [tab.now, tab.notice, tab.key]
        entry.select(look, [visit], [tab.now], **QUIET)
        tab.now.choose(use_listed, [visit], used, **QUIET)
        tab.now.unlock(ask_key, None, [tab.name], **QUIET).then(
            None, js=f"() => document.querySelector('#{elements.MODEL_KEY} input')?.focus()", api_visibility="private"
        )
        fetching = tab.now.fetch(fetch, [visit], [tab.now, tab.notice], concurrency_limit=None, **QUIET)
        tab.now.halt(look, [visit], [tab.now], cancels=[fetching], **QUIET)
        gr.on([tab.use.click, tab.key.submit], use, [visit, tab.name, tab.base, tab.key], used, **QUIET)
        tab.attempt.click(lambda: waiting, None, [tab.notice], **QUIET).then(attempt, [visit], [tab.notice], **QUIET)
