"""A play in a process of its own, that says what is stored as soon as it knows, until somebody kills it."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import chromadb  # noqa: F401 - once for all the processes that are forked from the one that loads this module

from studio.domain.event import Draft
from studio.domain.message import Request
from studio.llm.scripted import ScriptedModel
from studio.roleplay import drafting
from studio.roleplay.steps import Committed, Streaming, Turn
from studio.run_context import system_clock
from tests.roleplay.company import OWNER, PADDING, gathered, plan
from tests.roleplay.modes.voices import Everything

TURNS = 200


def voice_of(life: int) -> Callable[[Request, int], str]:
    """Thoughts, plans, narration, and lines that soon leave the prompt; none of them twice, in any life."""

    def voice(request: Request, number: int) -> str:
        if request.purpose == "narrator":
            return plan("Ada", "Bo", "Ada", "Bo", narration=f"{life}.{number} rain")
        return f"(I say {life}.{number} and mean another.)\n{life}.{number} {PADDING}"

    return voice


def play(folder: Path, session: str, life: int, said: Connection) -> None:
    """Play on where the session stands. What is said: `event <id>`, `draft <text>`, and `stream` for every word."""
    asyncio.run(_play(folder, session, life, said, voice_of(life)))


def play_rounds(folder: Path, session: str, life: int, said: Connection) -> None:
    """The same in a mode of many calls a turn, and without a line by a person."""
    numbers = itertools.count(1)
    everything = Everything(life, lambda text: f"{text} {life}.{next(numbers)}")
    asyncio.run(_play(folder, session, life, said, everything, alone=True))


async def _play(
    folder: Path,
    session: str,
    life: int,
    said: Connection,
    voice: Callable[[Request, int], str],
    alone: bool = False,
) -> None:
    drafting.FIRST_AFTER_SECONDS = drafting.EVERY_SECONDS = 0.0
    model = ScriptedModel(voice, chunk_chars=40, chunk_seconds=0.002)
    async with gathered(folder, model=model, clock=system_clock, seed=life) as company:
        write_draft = company.archive.sessions.write_draft

        async def written(owner: str, draft: Draft) -> None:
            await write_draft(owner, draft)
            said.send_bytes(f"draft {draft.text}".encode())

        company.archive.sessions.write_draft = written  # type: ignore[method-assign]
        transcript = await company.archive.sessions.transcript(OWNER, session)
        remembering: asyncio.Task[Any] | None = None
        for number in range(TURNS):
            turn = Turn(line=f"{life} {number} {PADDING}", as_="bo") if number % 3 == 2 and not alone else Turn()
            async for step in company.engine.advance(transcript, turn):
                if isinstance(step, Committed):
                    transcript = step.transcript
                    said.send_bytes(f"event {step.event.id}".encode())
                elif isinstance(step, Streaming):
                    said.send_bytes(b"stream")
            if remembering:
                await remembering
            remembering = asyncio.create_task(company.engine.remember(transcript))
