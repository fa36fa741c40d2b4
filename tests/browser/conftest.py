"""One app and one Chromium for the whole folder, a fresh browser context for every test."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import shutil
import socket
import threading
from collections.abc import AsyncGenerator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright
from pydantic import SecretStr

from studio.domain.character import Character
from studio.domain.message import Chunk, Request
from studio.domain.provenance import Usage
from studio.domain.scene import Scene
from studio.errors import StudioError
from studio.library.yaml_file import write
from studio.llm.client import Capabilities, Model
from studio.llm.models import Models
from studio.settings import Settings
from studio.ui.app import OwnerOf, launch
from studio.ui.visit import owner_of
from studio.wiring import Studio, open_studio
from tests.browser.stage import Stage, arrived
from tests.chromium import ARGUMENTS, find

ROOT = Path(__file__).resolve().parent.parent.parent
DESK = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
WAIT_MS = 30_000
LEAVING = "AbortError: signal is aborted without reason"
CUT_OFF = "Unexpected error Connection errored out."


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Gradio reports its queue in ways that pandas is about to drop; our own warnings stay errors."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning"))


class Prompter:
    """The model of these tests: says its lines in order, for ever, and can be made to hold its breath or to fail."""

    name = "scripted"
    capabilities = Capabilities(directs=False, prefix_caching=True)

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget what the last test arranged."""
        self.asked: list[Request] = []
        self.lines: list[str | StudioError] = []
        self.count = 0
        self.hold_after = -1
        self.go_on = threading.Event()
        self.broken_off = threading.Event()

    def say(self, *lines: str | StudioError) -> None:
        """The next lines, before the usual ones go on."""
        self.lines.extend(lines)

    def hold(self, after: int = 2) -> None:
        """Fall silent after so many words of the next line, until `go_on` is set."""
        self.hold_after = after

    async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        """As `Model.stream`, word by word."""
        self.asked.append(request)
        self.count += 1
        line = self.lines.pop(0) if self.lines else f"Line number {self.count} *taps the glass* and so it goes."
        if isinstance(line, StudioError):
            raise line
        hold, self.hold_after = self.hold_after, -1
        try:
            for number, word in enumerate(line.split(" ")):
                if number == hold:
                    await asyncio.to_thread(self.go_on.wait, WAIT_MS / 1000)
                yield Chunk(text=word if number == 0 else f" {word}")
        except (GeneratorExit, asyncio.CancelledError):
            self.broken_off.set()
            raise
        tokens = len(request.text) // 4
        yield Chunk(
            usage=Usage(calls=1, prompt_tokens=tokens, evaluated_tokens=tokens // 4, completion_tokens=len(line) // 4),
            finish="stop",
        )


class House(Models):
    """Real models under their names; the prompter where nobody chose."""

    def __init__(self, settings: Settings, prompter: Prompter) -> None:
        super().__init__(settings, ports=())
        self._prompter = prompter

    async def open(self, name: str = "", key: SecretStr | None = None, api_base: str = "") -> Model:
        """As `Models.open`."""
        return await super().open(name, key, api_base) if name else self._prompter


def guests(settings: Settings, username: str | None, guest: str) -> str:
    """As on a Space: every browser is a visitor of its own."""
    return owner_of(settings.model_copy(update={"space_id": "tests"}), username, guest)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclasses.dataclass(frozen=True)
class Served:
    """A running app."""

    address: str
    studio: Studio
    prompter: Prompter

    def plant(self, item: Character | Scene) -> str:
        """Ship one more character or scene, for every visitor to see; its id."""
        folder = "characters" if isinstance(item, Character) else "scenes"
        (self.studio.settings.shipped_dir / folder / f"{item.id}.yaml").write_bytes(write(item))
        return item.id


def shipped(folder: Path) -> Path:
    """A folder of what the studio ships, file by file, to which tests may add."""
    for kind in ("characters", "scenes"):
        (folder / kind).mkdir(parents=True)
        for path in (ROOT / kind).iterdir():
            if path.name != "portraits":
                (folder / kind / path.name).symlink_to(path)
    shutil.copytree(
        ROOT / "characters" / "portraits", folder / "characters" / "portraits"
    )  # no link is followed to one
    return folder


def serve(folder: Path, owner: OwnerOf) -> tuple[Served, Callable[[], None]]:
    """The app on a free port, with the shipped library and a data folder of its own; and how to close it.

    It is started inside a running loop of another thread: without one Gradio makes loops that it never closes, and in
    this thread Playwright keeps its own.
    """
    settings = Settings(
        data_dir=folder / "data",
        shipped_dir=shipped(folder / "shipped"),
        embedder="hash",
        port=free_port(),
        retries=0,
        timeout_seconds=20,
    )
    prompter = Prompter()

    async def start() -> tuple[Served, Callable[[], None]]:
        studio = dataclasses.replace(await open_studio(settings), models=House(settings, prompter))
        page, address = launch(studio, owner=owner, block=False)
        return Served(address.rstrip("/"), studio, prompter), lambda: page.close(verbose=False)

    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(asyncio.run, start()).result()


@pytest.fixture(scope="package")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The app of these tests. Every browser is a visitor of its own."""
    house, close = serve(tmp_path_factory.mktemp("house"), guests)
    yield house
    close()


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The browser, started once."""
    path = Path(os.environ["PLAYWRIGHT_CHROMIUM"]) if "PLAYWRIGHT_CHROMIUM" in os.environ else find()
    if path is None:
        pytest.fail("No Chromium is here. Fetch one: python -m tests.chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def prompter(served: Served) -> Iterator[Prompter]:
    """The model, with nothing arranged; whatever it still holds is let go at the end."""
    served.prompter.reset()
    yield served.prompter
    served.prompter.go_on.set()


@pytest.fixture
def visitor(chromium: Browser, served: Served, prompter: Prompter) -> Iterator[Callable[..., Stage]]:
    """Makes visitors, each with a browser context of their own; a script error on any of their pages fails the test."""
    contexts: list[BrowserContext] = []
    trouble: list[str] = []
    expect.set_options(timeout=WAIT_MS)

    def watch(page: Page) -> None:
        page.on("pageerror", lambda error: trouble.extend([] if str(error).startswith(LEAVING) else [str(error)]))
        page.on("console", lambda message: trouble.extend(_grave(message)))
        page.set_default_timeout(WAIT_MS)

    def come(phone: bool = False, dark: bool = False, context: BrowserContext | None = None) -> Stage:
        if context is None:
            context = chromium.new_context(
                viewport=PHONE if phone else DESK,
                color_scheme="dark" if dark else "light",
                has_touch=phone,
                is_mobile=phone,
                reduced_motion="reduce",
                accept_downloads=True,
            )
            contexts.append(context)
        page = context.new_page()
        watch(page)
        page.goto(served.address)
        return arrived(page)

    yield come
    for context in contexts:
        context.close()
    assert not trouble, trouble


@pytest.fixture
def stage(visitor: Callable[..., Stage]) -> Stage:
    """One visitor at a desk."""
    return visitor()


def _grave(message: ConsoleMessage) -> list[str]:
    """Console errors but for missing portraits, for which initials stand in, sockets that cannot be had, and what
    Gradio says of a request that was under way when its page was left."""
    harmless = ("Failed to load resource", "WebSocket connection to", LEAVING, CUT_OFF)
    return [message.text] if message.type == "error" and not any(text in message.text for text in harmless) else []
