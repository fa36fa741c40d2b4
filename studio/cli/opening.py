"""What every command begins and ends with: the library or the whole house opened, and something said."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from studio.domain.session import Choice
from studio.errors import Invalid
from studio.settings import Settings

if TYPE_CHECKING:
    from studio.library import Library
    from studio.wiring import Studio


def own_library() -> Library:
    """The library, without the rest of the house."""
    from studio.library import Library

    settings = Settings()
    return Library(settings.shipped_dir, settings.data_dir)


def show_problems(library: Library) -> None:
    """Say which files of the library cannot be used."""
    for problem in library.problems:
        typer.echo(str(problem), err=True)


@asynccontextmanager
async def opened_studio() -> AsyncIterator[Studio]:
    """The whole house, closed at the end."""
    from studio.wiring import open_studio

    studio = await open_studio(Settings())
    try:
        yield studio
    finally:
        await studio.close()


def do(work: Coroutine[Any, Any, None]) -> None:
    """Run a command's work to its end."""
    asyncio.run(work)


def write(text: str) -> None:
    """To the terminal, at once."""
    sys.stdout.write(text)
    sys.stdout.flush()


def read_file(file: Path) -> bytes:
    """The bytes of a file somebody named. Raises: Invalid."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise Invalid(f"{file} could not be read: {error.strerror}. Name a file that is there.") from error


def write_file(file: Path, data: bytes) -> None:
    """Write a file somebody named, and say where it is. Raises: Invalid."""
    try:
        file.write_bytes(data)
    except OSError as error:
        raise Invalid(f"{file} could not be written: {error.strerror}. Name another file with -o.") from error
    typer.echo(str(file), err=True)


def choice_of(name: str, settings: Sequence[str]) -> Choice:
    """A method by name, with parameters given as `name=value`; numbers, `true` and `false` are told from texts.

    Raises: Invalid for a setting without a name or `=`.
    """
    parameters: dict[str, float | int | str | bool] = {}
    for setting in settings:
        key, sign, value = setting.partition("=")
        if not sign or not key.strip():
            raise Invalid(f"'{setting}' is not a setting: write it as name=value.")
        parameters[key.strip()] = _typed(value.strip())
    return Choice(name=name, parameters=parameters)


def _typed(value: str) -> float | int | str | bool:
    if value in ("true", "false"):
        return value == "true"
    for kind in (int, float):
        try:
            return kind(value)
        except ValueError:
            continue
    return value
