"""What a director orders from the page, and what happens when two want something at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import pytest

from studio.domain.event import TURNS, Kind
from studio.domain.message import Chunk, Request
from studio.domain.provenance import Usage
from studio.errors import Conflict, Invalid, ModelUnavailable, NotFound
from studio.llm.client import Capabilities
from studio.ui.acts import Acts, Sent
from studio.ui.changes import Changes
from studio.ui.console import Console
from studio.ui.desk import Desk
from studio.ui.forms import Casting, OwnScene
from studio.ui.frame import Frame
from studio.ui.performance import Performance
from studio.ui.run import Budget
from studio.ui.visit import Visit
from tests.ui.seated import ADA, BEGIN, at_desk, begun, last, scripted, texts

LINES = [f"Line {number}." for number in range(1, 40)]


class Held:
    """A model that says its lines word by word and holds each until it is let go."""

    name = "held"
    capabilities = Capabilities(directs=False)

    def __init__(self) -> None:
        self.count = 0
        self.asked = asyncio.Semaphore(0)
        self.go_on = asyncio.Semaphore(0)

    async def stream(self, request: Request) -> AsyncIterator[Chunk]:
        """As `Model.stream`."""
        self.count += 1
        yield Chunk(text=f"Line {self.count}")
        self.asked.release()
        await self.go_on.acquire()
        yield Chunk(text=" is whole.", usage=Usage(calls=1, prompt_tokens=90, completion_tokens=10), finish="stop")


async def act(desk: Desk, visit: Visit, name: str, /, **sent: object) -> Frame:
    """What the page shows after a button was pressed."""
    return await last(Acts(desk).stream(visit, Sent.model_validate({"act": name, **sent})))


def seen(frame: Frame) -> Visit:
    assert frame.visit is not None
    return frame.visit


async def test_every_order_shows_and_every_order_is_undone(tmp_path: Path) -> None:
    async with at_desk(tmp_path, scripted(LINES)) as desk:
        visit = seen(await last(Performance(desk).next(await begun(desk))))
        before = await desk.open(visit, visit.session)
        (line,) = [line for line in before.script.lines if line.kind == "speech"]  # type: ignore[union-attr]
        orders = (
            ("mute", {"id": "bo", "yes": True}),
            ("move", {"id": "bo", "name": "the gallery"}),
            ("follow", {"name": "manual"}),
            ("onward", {"turns": 3}),
            ("happen", {"text": "Thunder.", "to": ["ada"]}),
            ("prop", {"name": "a rope", "text": "coiled"}),
            ("beat", {"step": 0}),
            ("aside", {"text": "Too slow?"}),
            ("rate", {"id": line.id, "step": 1}),
            ("note", {"id": line.id, "text": "Good."}),
            ("edit", {"id": line.id, "text": "Otherwise."}),
            ("hide", {"id": line.id}),
            ("cue", {"id": "cy", "yes": True}),
            ("branch", {"id": line.id}),
        )
        for name, sent in orders:
            after = await act(desk, visit, name, **sent)
            same = after.script == before.script and after.backstage == before.backstage
            assert same == (name == "branch"), f"{name} changed nothing to be seen"
            undone = await act(desk, seen(after), "undo") if name != "branch" else after
            assert undone.script == before.script, name
            assert undone.backstage == before.backstage, name
            visit = seen(undone)


async def test_company_and_orders_are_the_directors_to_see(tmp_path: Path) -> None:
    async with at_desk(tmp_path, scripted(LINES)) as desk:
        visit = await begun(desk)
        console = Console(Changes(desk))
        visit = seen(await console.mute(visit, "bo", True))
        frame = await console.move(visit, "bo", "the gallery")
        assert frame.backstage is not None and frame.backstage.direction is not None
        bo = next(member for member in frame.backstage.company if member.person.id == "bo")
        assert (bo.muted, bo.place, bo.present) == (True, "the gallery", True)
        assert frame.backstage.direction.beats == ((0, "The generator coughs and dies."),)
        frame = await desk.sit(seen(frame), "ada")
        assert frame.backstage is not None and frame.backstage.company == () and frame.backstage.direction is None
        assert frame.controls is not None and frame.controls.voices == ()
        assert [person.id for person in frame.controls.people] == ["ada"]
        assert "bo" not in {hearer.id for hearer in frame.controls.hearers}


async def test_nonsense_from_a_page_is_refused_by_name(tmp_path: Path) -> None:
    async with at_desk(tmp_path, scripted(LINES)) as desk:
        visit = await begun(desk)
        with pytest.raises(Invalid, match="'fly'"):
            await act(desk, visit, "fly")
        with pytest.raises(Invalid, match="'moon'"):
            await act(desk, visit, "look", kind="moon")
        for name, sent in (("mute", {"id": "zed"}), ("branch", {"id": "zed"}), ("go", {"id": "zed"})):
            with pytest.raises(NotFound):
                await act(desk, visit, name, **sent)
        with pytest.raises(NotFound):
            await act(desk, visit.model_copy(update={"owner": "eve"}), "rate", id="zed", step=1)


async def test_a_person_speaks_for_anybody_as_director_and_for_themselves_alone_when_seated(tmp_path: Path) -> None:
    async with at_desk(tmp_path, scripted(LINES)) as desk:
        visit = await begun(desk)
        frame = await act(desk, visit, "send", text="I am Bo for once.", speaker="bo")
        assert frame.script is not None and frame.script.viewer == "director"
        assert [(line.actor, line.text) for line in frame.script.lines][1] == ("bo", "I am Bo for once.")
        seated = seen(frame).model_copy(update={"seat": "ada"})
        frame = await act(desk, seated, "send", text="And I am Ada.", speaker="bo")
        assert frame.script is not None
        assert next(line.actor for line in frame.script.lines if line.text == "And I am Ada.") == "ada"


async def test_a_drafted_line_is_sent_once_and_belongs_to_whom_it_was_drafted_for(tmp_path: Path) -> None:
    async with at_desk(tmp_path, scripted(LINES)) as desk:
        visit = await begun(desk)
        frame = await act(desk, visit, "lend", speaker="ada", text="be brief")
        assert frame.controls is not None and frame.controls.draft == "Line 1." and frame.controls.state == "idle"
        other = await act(desk, seen(frame), "send", text="Line 1.", speaker="bo")
        transcript = (await desk.read(seen(other))).transcript
        assert "drafted" not in transcript.events[1].parts
        assert seen(other).lent is None
        frame = await act(desk, seen(other), "lend", speaker="ada")
        frame = await act(desk, seen(frame), "send", text="Quite so.", speaker="ada")
        said = next(e for e in (await desk.read(seen(frame))).transcript.events if e.text == "Quite so.")
        assert said.parts["drafted"]["edited"] is True and said.usage is not None


async def test_auto_stops_at_its_budget_and_says_so(tmp_path: Path) -> None:
    async with at_desk(tmp_path, scripted(LINES)) as desk:
        visit = await begun(desk)
        frame = await act(desk, visit, "auto", turns=10, tokens=600)
        assert frame.controls is not None and frame.controls.status.startswith("The budget of 600 tokens is used up")
        count = len(texts(frame)) - 1
        assert 1 <= count < 5
        frame = await act(desk, seen(frame), "auto", turns=2, cost=1.0)
        assert len(texts(frame)) > count + 2


def test_a_budget_names_the_limit_that_is_reached() -> None:
    spent = Usage(calls=2, prompt_tokens=900, completion_tokens=100, cost=0.25)
    assert Budget(turns=9).exhausted(spent) == ""
    assert Budget(tokens=1001, cost=0.26).exhausted(spent) == ""
    assert Budget(tokens=1000).exhausted(spent) == "The budget of 1,000 tokens is used up (1,000)."
    assert Budget(cost=0.25).exhausted(spent) == "The budget of $0.25 is used up ($0.25)."
    assert "not known" in Budget(cost=1).exhausted(spent.model_copy(update={"cost": None}))


async def test_a_pause_lets_the_line_that_is_being_made_come_to_its_end(tmp_path: Path) -> None:
    model = Held()
    async with at_desk(tmp_path, model) as desk:  # type: ignore[arg-type]
        visit = await begun(desk)
        playing = asyncio.create_task(last(Performance(desk).auto(visit, Budget(turns=20))))
        await model.asked.acquire()
        await act(desk, visit, "pause")
        model.go_on.release()
        frame = await playing
        assert texts(frame)[1:] == ["Line 1 is whole."]
        assert frame.controls is not None and (frame.controls.state, frame.controls.status) == ("idle", "Paused")
        model.go_on.release()
        assert len(texts(await last(Performance(desk).next(seen(frame))))) > 2


async def test_nothing_asked_for_while_a_line_is_made_doubles_or_loses_anything(tmp_path: Path) -> None:
    """Branch, undo, an order, a second run: whoever comes meanwhile waits, then learns that the play moved on."""
    model = Held()
    async with at_desk(tmp_path, model) as desk:  # type: ignore[arg-type]
        visit = await begun(desk)
        model.go_on.release()
        visit = seen(await last(Performance(desk).next(visit)))
        await model.asked.acquire()
        line = (await desk.read(visit)).transcript.events[-1].id
        playing = asyncio.create_task(last(Performance(desk).auto(visit, Budget(turns=3))))
        await model.asked.acquire()
        others = [
            asyncio.create_task(act(desk, visit, name, **sent))
            for name, sent in (
                ("branch", {"id": line}),
                ("undo", {}),
                ("edit", {"id": line, "text": "Never."}),
                ("happen", {"text": "Thunder."}),
                ("next", {}),
                ("lend", {"speaker": "ada"}),
            )
        ]
        for _ in range(3):
            model.go_on.release()
        frame = await playing
        came = await asyncio.gather(*others, return_exceptions=True)
        assert all(isinstance(one, Conflict) for one in came), came
        opened = await desk.read(seen(frame))
        assert opened.tree == opened.transcript.events and len(opened.tree) == len({e.text for e in opened.tree})
        assert sum(event.kind in TURNS for event in opened.tree) == 4 and opened.draft is None


async def test_a_model_that_dies_while_it_drafts_goes_on_or_closes_leaves_all_as_it_was(tmp_path: Path) -> None:
    gone = ModelUnavailable("Nobody answers.")
    async with at_desk(tmp_path, scripted(["One.", gone, gone, gone])) as desk:
        visit = seen(await last(Performance(desk).next(await begun(desk))))
        before = await desk.read(visit)
        line = before.transcript.events[-1].id
        for name, sent in (("lend", {"speaker": "ada"}), ("go-on", {"id": line}), ("epilogue", {})):
            frame = await act(desk, visit, name, **sent)
            assert frame.notice is not None and frame.notice.text == "Nobody answers."
            assert frame.controls is not None and frame.controls.state == "idle"
            assert (await desk.read(visit)).tree == before.tree


async def test_a_stopped_draft_leaves_nothing_behind(tmp_path: Path) -> None:
    model = Held()
    async with at_desk(tmp_path, model) as desk:  # type: ignore[arg-type]
        visit = await begun(desk)
        async with aclosing(Performance(desk).impersonate(visit, "ada", "")) as frames:
            async for frame in frames:
                if frame.controls is not None and frame.controls.draft:
                    break
        stopped = await desk.stopped(visit)
        assert stopped.script is not None and stopped.script.draft is None
        assert stopped.controls is not None and stopped.controls.draft is None
        assert len((await desk.read(visit)).tree) == 1


async def test_a_play_goes_on_in_a_scene_of_ones_own_with_its_people(tmp_path: Path) -> None:
    async with at_desk(tmp_path, scripted(LINES)) as desk:
        visit = seen(await last(Performance(desk).next(await begun(desk))))
        bill = await act(desk, visit, "sequel")
        assert bill.bill is not None and bill.bill.before is not None
        assert (bill.bill.before.title, bill.bill.before.cast) == ("The lamp room", ("ada", "bo", "cy"))
        own = OwnScene(title="  The morning   after ", place="the stairs", premise="It is light.", opening="Gulls.")
        casting = Casting(scene="own", own=own, cast=("ada", "cy"), seat="ada")
        frame = await last(Performance(desk).begin(seen(bill), casting))
        session = (await desk.read(seen(frame))).transcript.session
        assert session.title == "The morning after" and session.scene.id == "the-morning-after"
        assert session.follows is not None and [member.id for member in session.cast] == ["ada", "cy"]
        assert seen(frame).follows == "" and seen(frame).seat == "ada" and texts(frame) == ["Gulls."]
        with pytest.raises(Invalid, match="what it is about"):
            await last(Performance(desk).begin(visit, Casting(own=OwnScene(title="Empty"), cast=("ada",))))
        stranger = ADA.model_copy(update={"owner": "eve", "follows": visit.session})
        with pytest.raises(NotFound):
            await last(Performance(desk).begin(stranger, BEGIN))


async def test_the_branches_sheet_follows_the_play_and_the_seat(tmp_path: Path) -> None:
    async with at_desk(tmp_path, scripted(LINES)) as desk:
        visit = seen(await last(Performance(desk).next(await begun(desk))))
        acts = Acts(desk)

        async def through(name: str, now: Visit, /, **sent: object) -> Frame:
            return await last(acts.stream(now, Sent.model_validate({"act": name, **sent})))

        opened = await through("look", visit, kind="branches")
        assert opened.sheet is not None and len(opened.sheet.page["rows"]) == 2
        frame = await through("next", visit)
        assert frame.sheet is not None and len(frame.sheet.page["rows"]) == 3
        frame = await through("happen", seen(frame), text="Only Bo sees this.", to=["bo"])
        frame = await through("seat", seen(frame), id="ada")
        assert frame.sheet is not None and "Only Bo" not in frame.sheet.model_dump_json()
        frame = await through("fresh", seen(frame))
        assert frame.sheet is not None and frame.sheet.kind == ""
        assert (await through("seat", visit.model_copy(update={"version": -1}), id="bo")).sheet is None


async def test_kinds_of_notes_are_told_apart(tmp_path: Path) -> None:
    async with at_desk(tmp_path, scripted(LINES)) as desk:
        visit = seen(await last(Performance(desk).next(await begun(desk))))
        line = (await desk.read(visit)).transcript.events[-1].id
        frame = await act(desk, visit, "note", id=line, text="Good.")
        frame = await act(desk, seen(frame), "aside", text="Is this too slow?")
        frame = await act(desk, seen(frame), "mute", id="bo", yes=True)
        assert frame.script is not None
        assert [one.kind for one in frame.script.lines] == [Kind.NARRATION, Kind.SPEECH, Kind.NOTE, "order"]
        assert frame.script.lines[1].notes == ("Good.",)
        with pytest.raises(NotFound):
            await act(desk, seen(frame), "note", id="nothing", text="Good.")
