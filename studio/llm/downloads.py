"""One big file over HTTP: streamed to disk, resumed where the connection broke, checked, then put in its place."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from studio.domain.value import Value
from studio.errors import Invalid, ModelUnavailable, StorageError

if TYPE_CHECKING:
    import httpx

Progress = Callable[[int, int], None]
"""Bytes done, bytes in all (0: not known yet)."""

SILENCE_SECONDS = 60.0
ATTEMPTS_WITHOUT_PROGRESS = 4
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Remote(Value):
    """A file to fetch. What is 0 or empty is taken from the server's own headers: its size, and a Hub's sha256."""

    url: str
    size_bytes: int = 0
    sha256: str = ""


def silent(done: int, total: int) -> None:
    """Progress nobody looks at."""


async def digest(path: Path) -> str:
    """The sha256 of a file, in hex."""

    def read() -> str:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    return await asyncio.to_thread(read)


async def download(remote: Remote, part: Path, progress: Progress = silent, pause_seconds: float = 1.0) -> None:
    """Brings the whole file to `part`, going on from what is already there. The caller moves it into its place.

    A broken connection is taken up again where it broke, until `ATTEMPTS_WITHOUT_PROGRESS` in a row brought nothing.

    Raises: ModelUnavailable where the file cannot be had or is not the expected one; Invalid for an impossible
    address; StorageError from the disk.
    """
    import httpx

    fruitless = 0
    timeout = httpx.Timeout(SILENCE_SECONDS, connect=10)
    async with httpx.AsyncClient(timeout=timeout, follow_redirects=True) as client:
        while True:
            before = _held(part)
            try:
                remote = await _receive(client, remote, part, progress)
                break
            except httpx.RequestError as error:
                gained = _held(part) - before
                fruitless = 0 if gained > 0 else fruitless + 1
                if fruitless >= ATTEMPTS_WITHOUT_PROGRESS:
                    reason = str(error) or type(error).__name__
                    raise ModelUnavailable(f"{remote.url} cannot be reached ({reason}).") from error
                await asyncio.sleep(pause_seconds * fruitless)
            except httpx.InvalidURL as error:
                raise Invalid(f"{remote.url} is no address: {error}. Mend STUDIO_HUB.") from error
            except OSError as error:
                raise StorageError(f"{part} cannot be written: {error.strerror or error}.") from error
    await _check(remote, part)


async def _receive(client: httpx.AsyncClient, remote: Remote, part: Path, progress: Progress) -> Remote:
    """One connection's worth. Returns what is now known of the file; raises httpx.RequestError when it breaks."""
    start = _held(part)
    if remote.size_bytes and start >= remote.size_bytes:
        return remote
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={start}-"} if start else {})
    async with client.stream("GET", remote.url, headers=headers) as response:
        if response.status_code == 416:  # nothing behind what we hold: the checks decide whether it is the file
            return remote
        if response.status_code not in (200, 206):
            raise ModelUnavailable(f"{remote.url} answered {response.status_code} {response.reason_phrase}.")
        resumed = response.status_code == 206
        done = start if resumed else 0
        remote = _described(remote, response, done)
        with part.open("ab" if resumed else "wb") as file:
            async for chunk in response.aiter_raw():
                await asyncio.to_thread(file.write, chunk)
                done += len(chunk)
                progress(done, remote.size_bytes)
                if remote.size_bytes and done > remote.size_bytes:
                    break
    return remote


def _described(remote: Remote, response: httpx.Response, done: int) -> Remote:
    """Fills in size and sha256 from the headers, those of a Hub's redirect included; what is pinned stays."""
    size, sha256 = remote.size_bytes, remote.sha256
    length = response.headers.get("content-length", "")
    for answer in (*response.history, response):
        linked = answer.headers.get("x-linked-size", "")
        size = size or (int(linked) if linked.isdigit() else 0)
        tag = answer.headers.get("x-linked-etag", "").strip('W/"')
        sha256 = sha256 or (tag if _SHA256.fullmatch(tag) else "")
    size = size or (done + int(length) if length.isdigit() else 0)
    return Remote(url=remote.url, size_bytes=size, sha256=sha256)


async def _check(remote: Remote, part: Path) -> None:
    """Throws the part away unless it is the file; what stays is safely on the disk."""
    size = _held(part)
    found = await digest(part) if size else ""
    if remote.size_bytes and size != remote.size_bytes:
        problem = f"gave {size:,} bytes where {remote.size_bytes:,} were expected"
    elif not remote.sha256:
        problem = "names no sha256, so the file cannot be checked"
    elif found != remote.sha256:
        problem = f"is not the expected file: its sha256 is {found}, not {remote.sha256}"
    else:
        await asyncio.to_thread(_settle, part)
        return
    _discard(part)
    raise ModelUnavailable(f"{remote.url} {problem}.")


def _held(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _discard(part: Path) -> None:
    part.unlink(missing_ok=True)


def _settle(part: Path) -> None:
    with part.open("rb+") as file:
        os.fsync(file.fileno())
