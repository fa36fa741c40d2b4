"""Which models there are to play with, and how a name becomes one."""

from __future__ import annotations

import asyncio
import ipaddress
import re
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import SecretStr

from studio.domain.value import Value
from studio.errors import Invalid, ModelRefused, NotFound
from studio.llm.assets import PINNED, STARTER, Assets
from studio.llm.catalog import CATALOG, GgufModel, fitting, machine_memory_gb
from studio.llm.client import Capabilities, Model
from studio.llm.demonstration import demonstration_model
from studio.llm.detection import PORTS, Port, Served, served
from studio.llm.downloads import Progress, silent
from studio.llm.litellm_client import LitellmModel
from studio.llm.litellm_connection import LOCAL_PROVIDERS, known_capabilities, load_litellm, missing_keys
from studio.llm.local_models import LocalModels
from studio.settings import Settings

SUGGESTED = (
    ("openai/gpt-4.1-mini", "OpenAI GPT-4.1 mini"),
    ("anthropic/claude-sonnet-4-5", "Anthropic Claude Sonnet 4.5"),
    ("gemini/gemini-2.5-flash-lite", "Google Gemini 2.5 Flash-Lite"),
    ("mistral/mistral-medium-latest", "Mistral Medium"),
    ("deepseek/deepseek-chat", "DeepSeek Chat"),
)
"""One good talker of each large provider: prompt, affordable, and not given to long silent thought."""
DIRECTING_BILLIONS = 7.0
"""Models of fewer billion weights lose the thread when they must plan who speaks next."""
SCRIPT_BILLIONS = 0.9
"""Models of fewer billion weights cannot follow the reply script: they are asked for one plain sentence."""

Kind = Literal["starter", "gguf", "ollama", "server", "provider", "scripted"]


class ModelOption(Value):
    """A model to choose. `id` and `api_base` are what `Models.open` takes; size 0: nothing to fetch, or not known.

    `ready`: it can play at once. If not, `note` says what is missing: a download (`Models.pull`) or a key.
    """

    id: str
    title: str
    kind: Kind
    ready: bool
    note: str
    size_bytes: int = 0
    api_base: str = ""


class Models:
    """Opens models by name, and says which there are. One for the process; it keeps at most one local server."""

    def __init__(self, settings: Settings, ports: tuple[Port, ...] = PORTS) -> None:
        self._settings = settings
        self._ports = ports
        self._assets = Assets(settings.data_dir / "assets", settings.hub)
        self._local = LocalModels(settings.context_tokens, settings.timeout_seconds, settings.retries)
        self._remote: dict[tuple[str, str], LitellmModel] = {}
        self._own: dict[str, Model] = {}

    async def open(self, name: str = "", key: SecretStr | None = None, api_base: str = "") -> Model:
        """The model of this name, checked as far as that goes without calling it.

        `""` is the configured one: STUDIO_MODEL, else the file STUDIO_GGUF, else the starter. Further names are
        `starter`, `gguf` (the configured file), the `id` of an option, `scripted`, and every LiteLLM name. A key is
        kept in the returned model alone. On a Space a visitor's choice never costs the house anything: other local
        weights are refused, a provider wants the visitor's own key, an address must be a public one.

        Raises: Invalid, NotFound, ModelRefused (no key), ModelUnavailable (weights that cannot be fetched or loaded).
        """
        configured = self._settings.model or ("gguf" if self._settings.gguf else "starter")
        name = name.strip() or configured
        house = name == configured and not api_base
        if name == "scripted":
            return demonstration_model()
        if name in ("starter", "gguf") or name.startswith("gguf/"):
            if self._settings.on_space and not house:
                raise Invalid(f"This Space serves its own model to everybody; '{name}' can be run on your own machine.")
            return await self._local_model(name)
        if self._settings.on_space and (key or not house):
            await _check_visitor(name, key, api_base)
        if house:
            api_base = self._settings.api_base
        if not key:
            return await self._shared(name, api_base, self._settings.api_key if house else None)
        model = await self._litellm(name, key, api_base)
        await model.ready()
        return model

    async def options(self) -> tuple[ModelOption, ...]:
        """Everything there is to choose from here: what is ready first, then what a download or a key would add."""
        found: tuple[Served, ...] = ()
        if not self._settings.on_space:
            found = await served(self._ports)
        options = [*self._local_options(), *map(_served_option, found), *await self._provider_options(), SCRIPTED]
        return tuple(sorted(options, key=lambda option: not option.ready))

    async def pull(self, name: str, progress: Progress = silent) -> None:
        """Fetches what `starter` (and every first start) or a `gguf/…` option needs. `progress`: bytes done, in all.

        Raises: NotFound for a name nothing is fetched for; Invalid on a Space; ModelUnavailable, StorageError.
        """
        if self._settings.on_space:
            raise Invalid("A Space's models are chosen by whoever runs it.")
        if name == "starter":
            total = sum(asset.size_bytes for asset in PINNED)
            before = 0
            for asset in PINNED:
                await self._assets.fetch(asset, _part(progress, before, total))
                before += asset.size_bytes
            progress(total, total)
            return
        model = next((model for model in CATALOG if model.id == name), None)
        if model is None:
            known = ", ".join(["starter", *(model.id for model in CATALOG)])
            raise NotFound(f"There is nothing to fetch for '{name}'. Known: {known}.")
        await self._assets.fetch(model.asset, progress)

    async def close(self) -> None:
        """Stops the local server and closes idle connections."""
        for model in self._remote.values():
            await model.close()
        await self._local.close()

    async def _shared(self, name: str, api_base: str, key: SecretStr | None) -> Model:
        """A model of the house's own key or of none: one object for all who ask, so that connections are shared."""
        if (name, api_base) not in self._remote:
            model = await self._litellm(name, key, api_base)
            await model.ready()
            self._remote[name, api_base] = model
        return self._remote[name, api_base]

    async def _local_model(self, name: str) -> Model:
        if name not in self._own:
            if name == "starter":
                path, directs = await self._assets.fetch(STARTER), False
            elif name == "gguf":
                path, directs = self._configured_file(), _directs(Path(self._settings.gguf).stem)
            else:
                path, directs = self._fetched_file(name)
            shown = name if name.startswith("gguf/") else f"{name}/{path.stem}"
            follows_script = _billions(path.stem) >= SCRIPT_BILLIONS
            self._own[name] = await self._local.open(shown, path, directs=directs, follows_script=follows_script)
        return self._own[name]

    def _configured_file(self) -> Path:
        path = Path(self._settings.gguf).expanduser()
        if not self._settings.gguf or not path.is_file():
            raise Invalid(f"STUDIO_GGUF names no file: '{self._settings.gguf}'. Give the path of a .gguf file.")
        return path

    def _fetched_file(self, name: str) -> tuple[Path, bool]:
        listed = next((model for model in CATALOG if model.id == name), None)
        path = self._assets.path(listed.asset) if listed else self._files().get(name)
        if path is None:
            raise NotFound(
                f"There is no model '{name}'. Known: {', '.join([*(m.id for m in CATALOG), *self._files()])}."
            )
        if not path.is_file():
            raise Invalid(
                f"'{name}' is not fetched yet. Fetch it on the Models page or with: studio models pull {name}"
            )
        return path, listed.directs if listed else _directs(path.stem)

    def _files(self) -> dict[str, Path]:
        """Other GGUF files somebody put beside ours, by option id."""
        ours = {STARTER.name, *(model.asset.name for model in CATALOG)}
        return {f"gguf/{p.stem}": p for p in sorted(self._assets.folder.glob("*.gguf")) if p.name not in ours}

    async def _litellm(self, name: str, key: SecretStr | None, api_base: str) -> LitellmModel:
        provider = name.partition("/")[0]
        own_machine = provider in LOCAL_PROVIDERS or _is_loopback(api_base)
        await asyncio.to_thread(load_litellm)
        guess = Capabilities(
            schema_decoding=own_machine,
            prefix_caching=own_machine,
            directs=_directs(name),
            follows_script=_billions(name) >= SCRIPT_BILLIONS,
            context_tokens=self._settings.context_tokens if own_machine else Capabilities().context_tokens,
        )
        return LitellmModel(
            name,
            api_base=api_base,
            api_key=key,
            timeout_seconds=self._settings.timeout_seconds,
            retries=self._settings.retries,
            capabilities=guess if own_machine else known_capabilities(name, guess),
            free=own_machine,
        )

    def _local_options(self) -> list[ModelOption]:
        options = []
        if self._settings.gguf:
            title = Path(self._settings.gguf).stem
            options.append(
                ModelOption(id="gguf", title=title, kind="gguf", ready=True, note="The file of STUDIO_GGUF.")
            )
        has = self._assets.has(STARTER)
        note = "A toy of 135 million weights: quick, private, and seldom sensible. Good for a first look."
        options.append(
            ModelOption(
                id="starter",
                title="Starter (SmolLM2 135M)",
                kind="starter",
                ready=has,
                note=note if has else f"{note} It is fetched at first use.",
                size_bytes=STARTER.size_bytes,
            )
        )
        if self._settings.on_space:
            return options[:1]
        memory = machine_memory_gb()
        best = fitting(memory)
        options += [_gguf_option(model, self._assets.has(model.asset), memory, best) for model in CATALOG]
        for id_, path in self._files().items():
            size = path.stat().st_size
            note = f"Your own file {path.name}."
            options.append(ModelOption(id=id_, title=path.stem, kind="gguf", ready=True, note=note, size_bytes=size))
        return options

    async def _provider_options(self) -> list[ModelOption]:
        """The suggested model of each provider, and the configured one. On a Space the house's keys are not shown."""
        await asyncio.to_thread(load_litellm)
        options = []
        if self._settings.model and self._settings.model not in ("starter", "gguf", "scripted"):
            note = "The model this studio is set up with."
            options.append(
                ModelOption(id=self._settings.model, title=self._settings.model, kind="provider", ready=True, note=note)
            )
        for name, title in SUGGESTED:
            missing = missing_keys(name)
            ready = not missing and not self._settings.on_space
            key = " or ".join(missing) or "a key"
            note = "Its key is set." if ready else f"Give your key here, or set {key}."
            if self._settings.on_space:
                note = "Play with your own key."
            if name != self._settings.model:
                options.append(ModelOption(id=name, title=title, kind="provider", ready=ready, note=note))
        return options


SCRIPTED = ModelOption(
    id="scripted",
    title="Scripted (demonstration)",
    kind="scripted",
    ready=True,
    note="No model at all: lines from a list, to see how the stage works. It understands nothing.",
)


def _part(progress: Progress, before: int, total: int) -> Progress:
    """The progress of one file of several, as progress of all of them."""
    return lambda done, _: progress(before + done, total)


def _gguf_option(model: GgufModel, has: bool, memory: int, best: GgufModel | None) -> ModelOption:
    note = f"{model.verdict} Licence: {model.licence}. Needs about {model.memory_gb} GB of memory"
    if memory:
        note += f"; this machine has {memory}"
    if memory and model.memory_gb > memory:
        note += ", too little"
    elif best is model:
        note += ": the largest that fits here"
    return ModelOption(
        id=model.id, title=model.title, kind="gguf", ready=has, note=f"{note}.", size_bytes=model.size_bytes
    )


def _served_option(found: Served) -> ModelOption:
    return ModelOption(
        id=found.name,
        title=f"{found.model} ({found.server})",
        kind="ollama" if found.server == "Ollama" else "server",
        ready=True,
        note=f"Runs on this machine at {found.api_base}.",
        size_bytes=found.size_bytes,
        api_base=found.api_base,
    )


def _directs(name: str) -> bool:
    """Whether a model is strong enough to plan who speaks, by the size in its name; unknown sizes are trusted."""
    return _billions(name) >= DIRECTING_BILLIONS


def _billions(name: str) -> float:
    """Parameters in thousand millions as the model's name gives them (`8b`, `135M`); infinity where it does not."""
    sizes = re.findall(r"(?<![\w.])(\d+(?:\.\d+)?)([bm])(?![a-z])", name.lower().replace("_", "-"))
    return max((float(size) / (1000 if unit == "m" else 1) for size, unit in sizes), default=float("inf"))


def _is_loopback(api_base: str) -> bool:
    host = urlsplit(api_base).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


async def _check_visitor(name: str, key: SecretStr | None, api_base: str) -> None:
    """What a visitor of a Space may ask for. Raises: Invalid, ModelRefused."""
    if name.partition("/")[0] in LOCAL_PROVIDERS:
        raise Invalid(f"'{name}' runs on one's own machine, and this is a Space. Choose a provider's model.")
    if not key or not key.get_secret_value().strip():
        raise ModelRefused(f"Give your own key to play with {name} on this Space.")
    if not api_base:
        return
    address = urlsplit(api_base)
    if not name.startswith("openai/") or address.scheme != "https" or not address.hostname:
        raise Invalid("An address of your own must be https and speak OpenAI's protocol: name the model openai/….")
    try:
        found = await asyncio.get_running_loop().getaddrinfo(address.hostname, address.port or 443)
    except OSError as error:
        raise Invalid(f"There is no server {address.hostname}. Check the address.") from error
    if not all(ipaddress.ip_address(entry[4][0]).is_global for entry in found):
        raise Invalid(f"{address.hostname} is not a public address.")
