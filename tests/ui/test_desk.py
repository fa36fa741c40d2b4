"""What happens between a click and the engine, on a real archive and a real memory index."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import pytest

from studio.domain.event import DIRECTOR, NARRATOR, Kind
from studio.domain.message import Chunk, Request
from studio.errors import Conflict, ModelUnavailable, NotFound, UserError
from studio.llm.client import Capabilities
from studio.ui.changes import Changes
from studio.ui.nights import night
from studio.ui.performance import Performance
from studio.ui.repertory import Repertory
from studio.ui.run import Budget
from studio.ui.visit import Visit
from tests.plays import SCENE
from tests.ui.seated import ADA, at_desk, begun, last, scripted, texts


async def test_a_play_begins_goes_on_and_is_there_after_coming_back(tmp_path: Path) -> None:
    async with at_desk(tmp_path, scripted(["Mind the step.", "I always do."])) as desk:
        visit = await begun(desk)
        frame = await last(Performance(desk).auto(visit, Budget(turns=2)))
        assert texts(frame) == [SCENE.opening, "Mind the step.", "I always do."]
        back = await desk.arrive(Visit(page="tab-2", owner="ada"), visit.session)
        assert texts(back) == texts(frame)
        assert back.bar is not None and back.bar.mode == "play"
        assert back.backstage is not None and dict(back.backstage.usage)["Calls"] == "2"


async def test_another_owners_play_is_not_found_and_a_visitor_who_remembers_it_gets_the_bill(tmp_path: Path) -> None:
    async with at_desk(tmp_path, scripted(["Mind the step."])) as desk:
        visit = await begun(desk)
        stranger = Visit(page="tab-9", owner="eve")
        with pytest.raises(NotFound):
            await desk.open(stranger, visit.session)
        with pytest.raises(NotFound):
            await last(Performance(desk).next(stranger.model_copy(update={"session": visit.session, "version": 0})))
        with pytest.raises(NotFound):
            await Repertory(desk).manage(stranger, "erase", visit.session)
        frame = await desk.arrive(stranger, visit.session)
        assert frame.bar is not None and frame.bar.mode == "bill"
        assert frame.plays is not None and frame.plays.items == ()


async def test_a_tab_that_has_not_seen_the_newest_state_writes_nothing(tmp_path: Path) -> None:
    async with at_desk(tmp_path, scripted(["One.", "Two."])) as desk:
        visit = await begun(desk)
        await last(Performance(desk).next(visit))
        with pytest.raises(Conflict, match="Reload"):
            await last(Performance(desk).send(visit, "Unheard.", ""))
        frame = await desk.mishap(visit, Conflict("It moved on."), restore="Unheard.")
        assert frame.controls is not None and frame.controls.restore == "Unheard."
        assert frame.visit is None
        assert "Unheard." not in texts(await desk.open(visit, visit.session))


async def test_retry_does_not_say_the_persons_line_twice(tmp_path: Path) -> None:
    async with at_desk(tmp_path, scripted([ModelUnavailable("Nobody answers."), "At last."])) as desk:
        visit = (await begun(desk)).model_copy(update={"seat": "ada"})
        failed = await last(Performance(desk).send(visit, "Is anybody there?", ""))
        assert failed.notice is not None and failed.notice.action == "retry"
        assert failed.visit is not None and failed.controls is not None and failed.controls.state == "idle"
        frame = await last(Performance(desk).retry(failed.visit))
        assert texts(frame) == [SCENE.opening, "Is anybody there?", "At last."]
        assert frame.notice is not None and frame.notice.text == ""


async def test_auto_waits_for_the_seated_person_when_they_are_spoken_to(tmp_path: Path) -> None:
    async with at_desk(tmp_path, scripted(["Ada, is the lamp lit?", "Too late."])) as desk:
        visit = (await begun(desk)).model_copy(update={"seat": "ada"})
        frame = await last(Performance(desk).auto(visit, Budget(turns=4)))
        assert texts(frame)[1:] == ["Ada, is the lamp lit?"]
        assert frame.controls is not None and frame.controls.status == "It is your turn, Ada Voss."


async def test_a_line_broken_off_is_a_draft_that_can_be_kept(tmp_path: Path) -> None:
    class Endless:
        name = "endless"
        capabilities = Capabilities(directs=False)

        async def stream(self, request: Request) -> AsyncIterator[Chunk]:
            yield Chunk(text="I was only going to")
            await asyncio.Event().wait()

    async with at_desk(tmp_path, Endless()) as desk:  # type: ignore[arg-type]
        visit = await begun(desk)
        async with aclosing(Performance(desk).next(visit)) as frames:
            async for frame in frames:
                if frame.live is not None and frame.live.text:
                    break
        stopped = await desk.stopped(visit)
        assert stopped.controls is not None and stopped.controls.state == "stopped"
        assert stopped.script is not None and stopped.script.draft is not None
        assert stopped.script.draft.text == "I was only going to"
        kept = await Changes(desk).keep(visit)
        assert texts(kept)[-1] == "I was only going to"
        assert kept.script is not None and kept.script.draft is None


async def test_an_entrance_is_cued_and_the_newcomer_sees_nothing_from_before(tmp_path: Path) -> None:
    async with at_desk(tmp_path, scripted(["One."])) as desk:
        visit = await begun(desk)
        frame = await Changes(desk).cue(visit, "cy", come=True)
        assert frame.visit is not None and frame.backstage is not None
        assert all(member.present for member in frame.backstage.company)
        seen = await desk.sit(frame.visit, "cy")
        assert seen.script is not None and [line.kind for line in seen.script.lines] == [Kind.ENTER]
        with pytest.raises(UserError, match="not in this play"):
            await desk.sit(frame.visit, "zed")


async def test_a_whisper_goes_to_whom_it_is_meant_for(tmp_path: Path) -> None:
    async with at_desk(tmp_path, scripted(['{"narration": ""}', "One.", "Two."])) as desk:
        visit = await begun(desk)
        frame = await last(Performance(desk).send(visit, "Let it thunder.", NARRATOR))
        assert frame.visit is not None
        frame = await last(Performance(desk).send(frame.visit, "Be kind.", "bo"))
        assert frame.visit is not None
        transcript = (await desk.read(frame.visit)).transcript
        whispers = [(event.text, event.audience) for event in transcript.told if event.kind is Kind.WHISPER]
        assert whispers == [("Let it thunder.", ()), ("Be kind.", ("bo",))]
        assert all(event.actor == DIRECTOR for event in transcript.told if event.kind is Kind.WHISPER)


async def test_plays_are_renamed_archived_found_and_erased(tmp_path: Path) -> None:
    async with at_desk(tmp_path, scripted(["One."])) as desk:
        visit = await begun(desk)
        frame = await Repertory(desk).manage(visit, "rename", visit.session, "The long night")
        assert frame.bar is not None and frame.bar.title == "The long night"
        assert frame.visit is not None
        found = await Repertory(desk).listed(frame.visit, query="LONG voss")
        assert found.plays is not None and len(found.plays.items) == 1
        frame = await Repertory(desk).manage(frame.visit, "archive", visit.session)
        assert frame.bar is not None and frame.bar.mode == "bill"
        assert frame.notice is not None and (frame.notice.action, frame.notice.sent) == (
            "restore",
            {"id": visit.session},
        )
        assert frame.plays is not None and frame.plays.items == ()
        shelf = await Repertory(desk).listed(ADA, archived=True)
        assert shelf.plays is not None and [play.title for play in shelf.plays.items] == ["The long night"]
        await Repertory(desk).manage(ADA, "erase", visit.session)
        with pytest.raises(NotFound):
            await desk.open(ADA, visit.session)


async def test_every_format_is_exported(tmp_path: Path) -> None:
    async with at_desk(tmp_path, scripted(["Mind the step."])) as desk:
        visit = await begun(desk)
        frame = await last(Performance(desk).next(visit))
        assert frame.bar is not None and frame.bar.formats
        for option in frame.bar.formats:
            path = await Repertory(desk).export(visit, option.name, tmp_path)
            assert "Mind the step." in path.read_text(encoding="utf-8")
        with pytest.raises(NotFound, match="no format 'pdf'"):
            await Repertory(desk).export(visit, "pdf", tmp_path)


def test_each_night_of_a_scene_has_a_title_of_its_own() -> None:
    taken: list[str] = []
    for _ in range(12):
        taken.append(night("Hamlet", frozenset(taken)))
    assert taken[:3] == ["Hamlet", "Hamlet, second night", "Hamlet, third night"]
    assert taken[-2:] == ["Hamlet, 11th night", "Hamlet, 12th night"]
    assert len(set(taken)) == 12
