"""The studio as `benchmarks.stage` visits it, in a process of its own: `python -m benchmarks.stage_house PORT FOLDER`.

Its model stamps every token with the time it left and with the hall of the visitor it was asked for.
"""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import re
import sys
import time
from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path

import gradio as gr
from pydantic import SecretStr

from benchmarks.archive_scene import cast, scene
from studio.domain.event import Event, Kind
from studio.domain.identifiers import uuid7
from studio.domain.message import Chunk, Request
from studio.domain.provenance import Usage
from studio.domain.scene import Ending
from studio.domain.session import LOCAL_OWNER, Choice
from studio.llm.client import Capabilities, Model
from studio.llm.models import Models
from studio.settings import Settings
from studio.ui.app import launch
from studio.ui.visit import owner_of
from studio.wiring import Studio, open_studio, steady

HALL = re.compile(r"hall of visitor (\d+)")
BATCH = 500
PEOPLE = 3


class Stamping:
    """Says `tokens` stamped tokens, `seconds` apart."""

    name = "scripted"
    capabilities = Capabilities(directs=False, prefix_caching=True)

    def __init__(self, tokens: int, seconds: float) -> None:
        self._tokens = tokens
        self._seconds = seconds

    async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        """As `Model.stream`."""
        found = HALL.search(request.text)
        hall = found[1] if found else "0"
        for _ in range(self._tokens):
            yield Chunk(text=f"v{hall}at{time.monotonic():.4f} ")
            await asyncio.sleep(self._seconds)
        yield Chunk(usage=Usage(calls=1), finish="stop")


class House(Models):
    """Models where that one plays everything."""

    def __init__(self, settings: Settings, model: Model) -> None:
        super().__init__(settings, ports=())
        self._model = model

    async def open(self, name: str = "", key: SecretStr | None = None, api_base: str = "") -> Model:
        """That one."""
        return self._model


def guests(settings: Settings, username: str | None, guest: str) -> str:
    """As on a Space: every browser is a visitor of its own."""
    return owner_of(settings.model_copy(update={"space_id": "benchmark"}), username, guest)


async def plant(studio: Studio, events: int) -> None:
    """A play of so many events for whoever sits at this machine."""
    engine = studio.engine(await studio.models.open())
    people = cast(PEOPLE)
    archive = scene(people, 1).model_copy(update={"end": Ending(max_turns=10_000)})
    transcript = await engine.begin(LOCAL_OWNER, archive, people, seed=1, memory_policy=Choice(name="recent_window"))
    session = transcript.session
    at, parent = session.updated_at, session.tip
    everybody = tuple(person.id for person in people)
    while events > 0:
        batch = []
        for number in range(min(BATCH, events)):
            at += timedelta(seconds=20)
            actor = everybody[number % len(everybody)]
            text = (
                f"{number} *turns the lamp a little* The water has come up by another hand since we last spoke of it."
            )
            event = Event(
                id=uuid7(at, engine.context.rng),
                session=session.id,
                parent=parent,
                kind=Kind.SPEECH,
                actor=actor,
                text=text,
                audience=everybody,
                at=at,
            )
            batch.append(event)
            parent = event.id
        session = await studio.archive.sessions.append(session, batch)
        events -= len(batch)
    await engine.remember(await studio.archive.sessions.transcript(LOCAL_OWNER, session.id))


async def start(arguments: argparse.Namespace) -> gr.Blocks:
    """The studio, open."""
    settings = Settings(data_dir=arguments.folder, embedder="hash", port=arguments.port)
    model = Stamping(arguments.tokens, arguments.seconds)
    studio = dataclasses.replace(await open_studio(settings), models=House(settings, model))
    if arguments.events:
        await plant(studio, arguments.events)
    page, _ = launch(studio, owner=owner_of if arguments.events else guests, block=False)
    return page


def main() -> None:
    """Serve until the standard input is closed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--events", type=int, default=0, help="plant a play of so many, for this machine's own visitor")
    parser.add_argument("--tokens", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=0.05, help="between two tokens")
    page = asyncio.run(start(parser.parse_args()))
    steady()
    print("open", flush=True)
    sys.stdin.read()
    page.close(verbose=False)


if __name__ == "__main__":
    main()
