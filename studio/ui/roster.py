"""Which model writes, and which others could: the Models page as a value. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from studio.domain.value import Value
from studio.llm.client import Model
from studio.llm.models import ModelOption
from studio.settings import Settings

KILO = 1000
ORDER = ("gguf", "ollama", "server", "provider", "starter", "scripted")
LIMITS = {
    "starter": "It writes whole sentences but does not follow a scene: expect lines that come from nowhere. "
    "It shows how the stage works; for a play worth reading choose one of the models below.",
    "scripted": "It is no model: the lines come from a list, whatever is said to it.",
    "gguf": "It runs on this machine: nothing leaves it, and speed depends on the processor.",
    "ollama": "It runs on this machine: nothing leaves it, and speed depends on the processor.",
    "server": "It is served by a program on this machine or in your network.",
    "provider": "What your characters say and know is sent to this provider, who may charge for it.",
}


class Writer(Value):
    """A model to choose. `action`: use it, fetch it, or ask for a key first."""

    id: str
    title: str
    note: str
    size: str = ""
    action: str = "use"
    api_base: str = ""
    current: bool = False


class Fetching(Value):
    """A download under way; `share` from 0 to 1, or −1 while its size is not known."""

    id: str
    title: str
    share: float
    told: str


class Roster(Value):
    """The Models component. `mine`: this visit chose the model; else it is the house's own."""

    name: str = ""
    title: str = ""
    note: str = ""
    limits: str = ""
    mine: bool = False
    house: bool = True
    writers: tuple[Writer, ...] = ()
    fetching: Fetching | None = None
    loading: bool = True
    beat: int = 0


def configured_name(settings: Settings) -> str:
    """What plays when nobody chose: the configured model, else the configured file, else the starter."""
    return settings.model or ("gguf" if settings.gguf else "starter")


def writer_sentence(settings: Settings, chosen: Model | None) -> str:
    """Which model will write, for the foot of the bill."""
    name = chosen.name if chosen else configured_name(settings)
    if name == "starter":
        return (
            "The lines will be written by the starter model, a toy that runs on this machine. Models shows better ones."
        )
    if name == "scripted":
        return "The lines will come from a list, for demonstration. Models shows real writers."
    return f"The lines will be written by {name}."


def roster_of(
    options: Iterable[ModelOption],
    settings: Settings,
    chosen: Model | None,
    *,
    fetching: Fetching | None = None,
    beat: int = 0,
) -> Roster:
    """The page as it stands. On a Space nothing can be fetched."""
    options = sorted(options, key=lambda option: (not option.ready, ORDER.index(option.kind)))
    name = chosen.name if chosen else configured_name(settings)
    now = next((option for option in options if option.id == name), None)
    kind = now.kind if now else kind_of(name)
    return Roster(
        name=name,
        title=now.title if now else name,
        note=now.note if now else "",
        limits=LIMITS[kind],
        mine=chosen is not None,
        house=not settings.on_space,
        writers=tuple(_writer(option, option.id == name) for option in options),
        fetching=fetching,
        loading=False,
        beat=beat,
    )


def kind_of(name: str) -> str:
    """What a model's name says about where it runs."""
    head = name.partition("/")[0]
    if head in ("starter", "scripted", "gguf"):
        return head
    return "ollama" if head.startswith("ollama") else "provider"


def fetching_of(id_: str, title: str, done: int, total: int) -> Fetching:
    """A download's progress in words and as a share."""
    if total <= 0:
        return Fetching(id=id_, title=title, share=-1, told=f"{size_text(done) or '0 kB'} so far")
    return Fetching(
        id=id_, title=title, share=min(1.0, done / total), told=f"{size_text(done) or '0 kB'} of {size_text(total)}"
    )


def size_text(size_bytes: int) -> str:
    """`98 MB`, `5.2 GB`; nothing for 0."""
    if size_bytes <= 0:
        return ""
    if size_bytes < KILO**2:
        return f"{max(1, size_bytes // KILO)} kB"
    return f"{size_bytes / KILO**2:.0f} MB" if size_bytes < KILO**3 else f"{size_bytes / KILO**3:.1f} GB"


def _writer(option: ModelOption, current: bool) -> Writer:
    action = "use" if option.ready or option.kind == "starter" else "fetch" if option.kind == "gguf" else "key"
    return Writer(
        id=option.id,
        title=option.title,
        note=option.note,
        size=size_text(option.size_bytes),
        action=action,
        api_base=option.api_base,
        current=current,
    )
