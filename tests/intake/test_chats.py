"""Chats of every program become plays that are gone on with, exported again, and never half there."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from studio.archive import Archive
from studio.domain.event import Kind
from studio.domain.session import Session
from studio.errors import Invalid, StorageError
from studio.export.sillytavern import SillyTavern
from studio.intake.chats import ImportedPlays, import_chats
from tests.cards import test_chats as samples
from tests.plays import ADA, Clock
from tests.roleplay.company import OWNER, Voice, gathered


@pytest.fixture
async def archive(tmp_path: Path) -> AsyncIterator[Archive]:
    opened = await Archive.open(f"sqlite:///{tmp_path / 'plays.db'}", clock=Clock())
    try:
        yield opened
    finally:
        await opened.close()


async def imported(
    archive: Archive, data: bytes | dict[str, Any], name: str = "night.json", **more: Any
) -> ImportedPlays:
    data = data if isinstance(data, bytes) else json.dumps(data).encode()
    return await import_chats(data, name, archive, owner=OWNER, rng=random.Random(3), **more)


async def exported(archive: Archive, session: Session) -> bytes:
    whole = await archive.sessions.transcript(OWNER, session.id, whole=True)
    return "".join(SillyTavern(thoughts=True).export([whole])).encode()


async def test_a_chat_comes_in_with_its_swipes_and_goes_out_byte_for_byte(archive: Archive) -> None:
    data = samples.jsonl(samples.HEADER, *samples.MESSAGES)
    made = await imported(archive, data, "Night at the lamp.jsonl", library=[ADA])
    (session,) = made.sessions
    assert session.title == "Night at the lamp" and session.cast[0] == ADA and session.cast[1].persona_type == "user"
    transcript = await archive.sessions.transcript(OWNER, session.id)
    assert [event.text for event in transcript.events][:2] == ["Shut that door.", samples.LINE["mes"]]
    versions = await archive.sessions.siblings(session, transcript.events[0].id)
    assert [event.text for event in versions] == samples.GREETING["swipes"]
    assert await exported(archive, session) == data
    assert made.report.spec == "sillytavern" and "1 chat, 6 messages." in made.report.kept


@pytest.mark.parametrize("raw", ["OOBA", "AGNAI", "RISU", "CAI", "LITE", "LITE_CHAT"])
async def test_every_program_ends_as_plays_and_comes_back_through_sillytavern(archive: Archive, raw: str) -> None:
    made = await imported(archive, getattr(samples, raw), character="Ada", user="Bo")
    assert len(made.sessions) == (2 if raw == "CAI" else 1)
    for session in made.sessions:
        before = await archive.sessions.transcript(OWNER, session.id, whole=True)
        (again,) = (await imported(archive, await exported(archive, session), "x.jsonl")).sessions
        after = await archive.sessions.transcript(OWNER, again.id, whole=True)
        assert [(one.kind, one.text) for one in after.events] == [(one.kind, one.text) for one in before.events]
        assert sorted(one.text for one in after.tree) == sorted(one.text for one in before.tree)


async def test_an_imported_play_is_gone_on_with(tmp_path: Path) -> None:
    async with gathered(tmp_path, Voice(text="Hm.")) as house:
        made = await imported(house.archive, samples.jsonl(samples.HEADER, *samples.MESSAGES), library=[ADA])
        transcript = await house.archive.sessions.transcript(OWNER, made.sessions[0].id)
        transcript = await house.turn(transcript, line="Still there?", as_="bo-lind", speaker="ada")
        assert "Shut that door." in house.model.requests[-1].text and "(unsaid)" not in house.model.requests[-1].text
        assert transcript.events[-1].kind is Kind.SPEECH
        lines = (await exported(house.archive, transcript.session)).split(b"\n")
        assert lines[1:7] == samples.jsonl(*samples.MESSAGES).split(b"\n") and len(lines) == 9
        assert json.loads(lines[0])["chat_metadata"]["greenroom"]["session"] == transcript.session.id
        assert json.loads(lines[0])["chat_metadata"]["variables"] == {"n": 1}


async def test_a_group_chat_keeps_its_speakers_apart(archive: Archive) -> None:
    lines = [{**samples.LINE, "name": name, "is_user": name == "Bo"} for name in ("Ada", "Cy", "Bo", "Ada")]
    (session,) = (await imported(archive, samples.jsonl(samples.HEADER, *lines), "group.jsonl")).sessions
    transcript = await archive.sessions.transcript(OWNER, session.id)
    assert [session.name_of(event.actor) for event in transcript.events] == ["Ada", "Cy", "Bo", "Ada"]


async def test_what_fails_on_the_way_leaves_nothing(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    for data in (b"", b"[]", samples.jsonl(samples.HEADER)):
        with pytest.raises(Invalid):
            await imported(archive, data, "x.jsonl")
    stored = archive.sessions.append
    calls = 0

    async def fails_later(*arguments: Any) -> Session:
        nonlocal calls
        calls += 1
        if calls > 1:
            raise StorageError("The disk is full.")
        return await stored(*arguments)

    monkeypatch.setattr(archive.sessions, "append", fails_later)
    with pytest.raises(StorageError):
        await imported(archive, samples.jsonl(samples.HEADER, *samples.MESSAGES))
    assert calls > 1 and await archive.sessions.list(OWNER) == ()
