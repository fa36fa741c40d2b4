"""Several people at one play, without a browser: what each is told, and what each may do."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from studio.domain.event import DIRECTOR
from studio.domain.invitation import Role
from studio.errors import NotFound, UserError
from studio.llm.scripted import ScriptedModel
from studio.ui.acts import Acts, Sent
from studio.ui.channels import Line
from studio.ui.desk import Desk
from studio.ui.frame import Frame
from studio.ui.rights import refusal
from studio.ui.visit import Visit
from tests.ui.seated import at_desk, begun, last, scripted, texts

GUESTS = {"bo": Visit(page="tab-bo", owner="bo-himself"), "cy": Visit(page="tab-cy", owner="cy-herself")}


def endless() -> ScriptedModel:
    """Every line is preceded by a thought; both carry a number of their own."""
    return ScriptedModel(
        lambda request, number: f"(thought-{number:03d}.)\nline-{number:03d}.", chunk_chars=9, chunk_seconds=0.02
    )


async def act(acts: Acts, visit: Visit, verb: str, **sent: object) -> Frame:
    return await last(acts.stream(visit, Sent(act=verb, **sent)))  # type: ignore[arg-type]


async def seated(acts: Acts, host: Visit, who: str, **chair: object) -> Visit:
    """A guest in a chair of a play."""
    archive = acts.performance.desk.studio.archive
    play = await archive.sessions.get(host.owner, host.session)
    role = Role(str(chair.pop("role", "player")))
    character = "" if role is Role.DIRECTOR else who
    _, token = await archive.invitations.invite(play, role, character=character, name=who.title(), **chair)  # type: ignore[arg-type]
    frame = await acts.tables.join(GUESTS[who], token)
    assert frame.visit
    return frame.visit


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with at_desk(tmp_path, endless()) as desk:
        yield desk


def drained(line: Line) -> str:
    """All that was said over a socket since the last look."""
    said = []
    while not line.waiting.empty():
        said.append((line.waiting.get_nowait() or b"").decode())
    return "\n".join(said)


@pytest.mark.parametrize("seed", range(4))
async def test_nobody_at_a_table_is_told_what_their_character_did_not_perceive(desk: Desk, seed: int) -> None:
    """Whatever the host, the guests and the model do, in whatever order: a canary in every text."""
    acts, rng = Acts(desk), random.Random(seed)
    host = await begun(desk)
    guests = {who: await seated(acts, host, who) for who in GUESTS}
    canaries = [f"canary-{number:03d}" for number in range(14)]
    with ExitStack() as stack:
        stack.enter_context(desk.channels.listening(host.page))
        lines = {who: stack.enter_context(desk.channels.listening(visit.page)) for who, visit in guests.items()}
        shown = {who: [] for who in guests}  # type: dict[str, list[str]]
        for canary in canaries:
            deed = rng.choice(
                ["whisper", "happen", "say", "next", "next", "edit", "branch", "undo", "move", "guest", "cue"]
            )
            host = await _done(acts, host, deed, canary, rng, guests)
            for who, visit in guests.items():
                frame = await act(acts, visit, "catch-up")
                guests[who] = frame.visit or visit
                shown[who] += [frame.model_dump_json(exclude={"visit"}), drained(lines[who])]
    tree = await desk.studio.archive.sessions.tree(await desk.studio.archive.sessions.get(host.owner, host.session))
    assert len(tree) > 5
    for who in guests:
        text = "\n".join(shown[who])
        for event in tree:
            words = [word for word in event.text.replace(".", " ").split() if word[-3:].isdigit()]
            for word in words if who not in event.audience else ():
                perceived = any(word in other.text and who in other.audience for other in tree)
                assert perceived or word not in text, (who, event.kind, event.text)


async def _done(acts: Acts, host: Visit, deed: str, canary: str, rng: random.Random, guests: dict[str, Visit]) -> Visit:
    """One deed; the host's visit after it. What cannot be done just now is left."""
    play = await acts.performance.desk.read(host)
    told = [event for event in play.transcript.told if event.kind in ("speech", "narration")]
    other = rng.choice(["ada", "bo", "cy"])
    try:
        match deed:
            case "whisper":
                frame = await act(acts, host, "send", text=canary, to=(other,))
            case "happen":
                frame = await act(acts, host, "happen", text=canary, to=(other,))
            case "say":
                frame = await act(acts, host, "send", text=canary, speaker=other)
            case "edit":
                frame = await act(acts, host, "edit", id=rng.choice(told).id, text=canary)
            case "branch":
                frame = await act(acts, host, "branch", id=rng.choice(told).id)
            case "move":
                frame = await act(acts, host, "move", id=other, name=rng.choice(["the gallery", ""]))
            case "cue":
                frame = await act(acts, host, "cue", id="cy", yes=rng.random() < 0.7)
            case "guest":
                who = rng.choice(sorted(guests))
                frame = await act(acts, guests[who], "send", text=canary)
                guests[who] = frame.visit or guests[who]
                frame = await act(acts, host, "catch-up")
            case _:
                frame = await act(acts, host, deed)
    except UserError:
        frame = await act(acts, host, "catch-up")
    return frame.visit or host


async def test_what_one_calls_for_reaches_the_others_as_it_is_made(desk: Desk) -> None:
    acts = Acts(desk)
    host = await begun(desk)
    bo = await seated(acts, host, "bo")
    with desk.channels.listening(host.page), desk.channels.listening(bo.page) as line:
        drained(line)
        frame = await act(acts, host, "next", speaker="ada")
        told = drained(line)
    assert '"text":"lin' in told and '"moved":true' in told
    assert "thought-0" not in told
    assert host.version < (frame.visit or host).version
    assert "line-001." in texts(await act(acts, bo, "catch-up"))


async def test_no_model_speaks_for_those_whom_people_play(desk: Desk) -> None:
    acts = Acts(desk)
    host = await begun(desk)
    bo, cy = await seated(acts, host, "bo"), await seated(acts, host, "cy")
    with desk.channels.listening(bo.page), desk.channels.listening(cy.page):
        for _ in range(4):
            frame = await act(acts, host, "next")
            host = frame.visit or host
    spoken = {event.actor for event in (await desk.read(host)).transcript.events if event.kind == "speech"}
    assert spoken <= {"ada"}


async def test_a_play_waits_for_the_guest_who_was_spoken_to(tmp_path: Path) -> None:
    async with at_desk(tmp_path, scripted(["Bo, what do you say?", "I say nothing."])) as desk:
        acts = Acts(desk)
        host = await begun(desk)
        bo = await seated(acts, host, "bo")
        with desk.channels.listening(bo.page):
            frame = await act(acts, host, "auto", turns=3)
            assert frame.controls and "a person plays them" in frame.controls.status
            told = await act(acts, bo, "catch-up")
            assert told.controls and told.controls.status.startswith("It is your turn")


async def test_what_a_chair_allows_is_kept_here_and_not_on_the_page(desk: Desk) -> None:
    acts = Acts(desk)
    host = await begun(desk)
    bo = await seated(acts, host, "bo")
    frame = await act(acts, host, "next", speaker="ada")
    line = (frame.script.lines if frame.script else ())[-1].id
    bo = (await act(acts, bo, "catch-up")).visit or bo
    for name, sent in (
        ("undo", {}),
        ("edit", {"id": line, "text": "Never said."}),
        ("hide", {"id": line}),
        ("seat", {"id": DIRECTOR}),
        ("seat", {"id": "cy"}),
        ("next", {"speaker": "cy"}),
        ("happen", {"text": "The roof falls in."}),
        ("invite", {"kind": "director"}),
        ("sequel", {}),
        ("again", {"id": line}),
        ("epilogue", {}),
    ):
        with pytest.raises(UserError):
            await act(acts, bo, name, **sent)
    with pytest.raises(NotFound):
        await act(acts, bo, "erase", id=host.session)
    said = await act(acts, bo, "send", text="I am only myself.", speaker="ada")
    assert said.script and [one.actor for one in said.script.lines if one.text == "I am only myself."] == ["bo"]
    assert said.backstage and not said.backstage.usage and said.bar and not said.bar.formats


async def test_a_watcher_says_nothing_and_one_line_at_a_time_is_one(desk: Desk) -> None:
    acts = Acts(desk)
    host = await begun(desk)
    watcher = await seated(acts, host, "cy", role="watcher")
    for name in ("send", "next", "auto", "lend"):
        with pytest.raises(UserError, match="You watch this play"):
            await act(acts, watcher, name, text="Hear me.")
    bo = await seated(acts, host, "bo", calls=False)
    with pytest.raises(UserError, match="the director does the rest"):
        await act(acts, bo, "next")
    await acts.performance.desk.read(bo)
    turn = await act(acts, bo, "send", text="Once.")
    bo = turn.visit or bo
    last_speaker = (await desk.read(bo)).transcript.told[-1].actor
    assert last_speaker != "bo", "somebody answered, so that it is a player's turn again"
    await act(acts, bo, "send", text="Twice.")


async def test_a_chair_taken_away_ends_at_once(desk: Desk) -> None:
    acts = Acts(desk)
    host = await begun(desk)
    bo = await seated(acts, host, "bo")
    await act(acts, host, "revoke", id=bo.chair)
    frame = await act(acts, bo, "send", text="Still here?")
    assert frame.notice and "taken away" in frame.notice.text
    assert frame.bar and frame.bar.mode == "bill" and frame.visit and not frame.visit.host
    assert "Still here?" not in texts(await act(acts, host, "catch-up"))


async def test_whoever_lost_their_chair_hears_nothing_more_even_if_their_page_does_not_ask(desk: Desk) -> None:
    acts = Acts(desk)
    host = await begun(desk)
    bo = await seated(acts, host, "bo")
    with desk.channels.listening(host.page), desk.channels.listening(bo.page) as line:
        await act(acts, host, "revoke", id=bo.chair)
        assert '"moved":true' in drained(line)
        await act(acts, host, "next", speaker="ada")
        told = drained(line)
    assert "line-" not in told and '"live"' not in told
    for verb in ("stopped", "catch-up", "earlier", "reload", "look"):
        frame = await act(acts, bo, verb)
        assert frame.bar and frame.bar.mode == "bill" and not (frame.script and frame.script.lines), verb


async def test_what_a_guest_called_for_ends_with_the_line_in_hand_when_their_chair_goes(desk: Desk) -> None:
    acts = Acts(desk)
    host = await begun(desk)
    bo = await seated(acts, host, "bo")
    with desk.channels.listening(host.page), desk.channels.listening(bo.page):
        playing = acts.stream(bo, Sent(act="auto", turns=20))
        async for frame in playing:
            if frame.live and frame.live.text:
                break
        await act(acts, host, "revoke", id=bo.chair)
        await last(playing)
        assert [page for page, _ in desk.channels.at(host.session)] == [host.page]
    spoken = [event for event in (await desk.read(host)).transcript.events if event.kind == "speech"]
    assert len(spoken) <= 2


def test_every_act_is_somebodys_to_do() -> None:
    player = Visit(chair="x", role=Role.PLAYER, seat="bo")
    director = Visit(chair="x", role=Role.DIRECTOR)
    assert refusal(Visit(), "epilogue") == "" == refusal(director, "epilogue")
    assert refusal(director, "revoke") and refusal(player, "epilogue") and refusal(player, "never heard of")
