"""A player in a process of its own, who says what is stored as soon as it knows, until somebody kills it."""

from __future__ import annotations

import asyncio
from multiprocessing.connection import Connection

from studio.archive import Archive
from studio.domain.event import Draft
from tests.archive.values import ANN, NOON, line

LINES = 400


def play(url: str, life: int, said: Connection, *, hold: bool) -> None:
    """Play on where the session stands. Every message is what has just been stored: `draft …` or `event …`, by id.
    `hold`: store a draft, and wait to be killed.
    """
    asyncio.run(_play(url, life, said, hold=hold))


async def _play(url: str, life: int, said: Connection, *, hold: bool) -> None:
    archive = await Archive.open(url)
    stored = await archive.sessions.get(ANN, "tea")
    for number in range(LINES):
        draft = Draft(session="tea", parent=stored.tip, actor="ada", text=f"{life}-{number}", updated_at=NOON)
        await archive.sessions.write_draft(ANN, draft)
        said.send_bytes(f"draft {draft.text}".encode())
        if hold:
            said.recv_bytes()
        first = line(stored, f"{life}-{number} " * 50, id=f"e{life}-{number}a")
        second = line(stored, "short", parent=first.id, id=f"e{life}-{number}b")
        stored = await archive.sessions.append(stored, [first, second])
        said.send_bytes(f"event {first.id}".encode())
        said.send_bytes(f"event {second.id}".encode())
