"""A desk to sit at in tests, and what its frames leave on the page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

from pydantic import SecretStr

from studio.archive import Archive
from studio.library import Library
from studio.library.owners import Libraries
from studio.llm.client import Capabilities, Model
from studio.llm.embedding import HashEmbedder
from studio.llm.models import Models
from studio.llm.scripted import ScriptedModel
from studio.memory.index import MemoryIndex
from studio.memory.keeper import MemoryKeeper
from studio.settings import Settings
from studio.ui.desk import Desk
from studio.ui.forms import Casting
from studio.ui.frame import Frame
from studio.ui.performance import Performance
from studio.ui.visit import Visit
from studio.wiring import Studio
from tests.plays import CAST, SCENE, Clock

ADA = Visit(page="tab-1", owner="ada")
BEGIN = Casting(scene=SCENE.id, cast=("ada", "bo", "cy"), speakers="round_robin", memory="recent_window", seed="7")


class House(Models):
    """Models where one plays whatever is asked for."""

    def __init__(self, settings: Settings, model: Model) -> None:
        super().__init__(settings, ports=())
        self._model = model

    async def open(self, name: str = "", key: SecretStr | None = None, api_base: str = "") -> Model:
        """That one."""
        return self._model


@asynccontextmanager
async def at_desk(folder: Path, model: Model) -> AsyncIterator[Desk]:
    """A desk over a real archive and memory index in a folder, with the lamp room in its library."""
    settings = Settings(data_dir=folder, embedder="hash", shipped_dir=folder / "shipped")
    archive = await Archive.open(settings.database)
    embedder = HashEmbedder()
    clock = Clock()
    library = Library(shipped=folder / "nothing", own=settings.shipped_dir)
    for character in CAST:
        library.save_character(character)
    library.save_scene(SCENE)
    keeper = MemoryKeeper(archive.memories, MemoryIndex(str(folder / "memory")), embedder, clock)
    libraries = Libraries(settings.shipped_dir, folder, archive.catalogue)
    studio = Studio(settings, libraries, archive, embedder, keeper, House(settings, model), clock)
    try:
        yield Desk(studio)
    finally:
        await studio.close()


def scripted(answers: Iterable[str | Exception]) -> ScriptedModel:
    """A model too weak to direct that says these lines."""
    return ScriptedModel(answers, capabilities=Capabilities(directs=False), chunk_chars=4)


async def last(frames: AsyncIterator[Frame]) -> Frame:
    """All that the frames together leave on the page."""
    shown = Frame()
    async for frame in frames:
        given = {name: value for name, value in frame if value is not None}
        shown = shown.model_copy(update=given)
    return shown


async def begun(desk: Desk) -> Visit:
    """Ada, as the director of the lamp room."""
    frame = await last(Performance(desk).begin(ADA, BEGIN))
    assert frame.visit is not None
    return frame.visit


def texts(frame: Frame) -> list[str]:
    """What the script of a frame says."""
    assert frame.script is not None
    return [line.text for line in frame.script.lines]
