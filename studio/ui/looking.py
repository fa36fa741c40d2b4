"""Looks into prompts for the sheet: the next one by a dry run of the engine, a line's own out of the archive."""

from __future__ import annotations

from studio.domain.event import DIRECTOR, NARRATOR, Event
from studio.domain.message import Request
from studio.domain.transcript import Transcript
from studio.errors import NotFound
from studio.roleplay.happenings import over
from studio.roleplay.inspection import inspect
from studio.roleplay.lore import traced
from studio.roleplay.preview import preview
from studio.roleplay.prompt_log import prompt_of
from studio.roleplay.scribe import turn_start
from studio.roleplay.steps import Turn
from studio.ui.desk import Desk
from studio.ui.inspector import Call, PromptPage, asker, call_of, figures_after, figures_before, may_look
from studio.ui.opened import Opened
from studio.ui.panels import total_usage
from studio.ui.visit import Visit

LOOKED_BACK = 40


class Looking:
    """What the prompt sheet shows."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def line(self, visit: Visit, opened: Opened, event_id: str) -> PromptPage:
        """The prompt that led to a line. Raises: NotFound when the line is not in this version of the play."""
        event = next((one for one in opened.transcript.events if one.id == event_id), None)
        if event is None or visit.seat not in (DIRECTOR, *event.audience):
            raise NotFound("That line is not in this version of the play any more. Reload to see the play as it is.")
        page = PromptPage(line=event.id, speakers=_speakers(opened.transcript, visit.seat))
        if not may_look(event, visit.seat):
            return page.model_copy(update={"note": "You see the prompts of your own character alone."})
        archive, session = self.desk.studio.archive, opened.transcript.session
        engine = await self.desk.engine(visit)
        request = await prompt_of(archive, session, event.id) or engine.prompts.of(event)
        if request is None:
            why = "A person wrote this line." if event.provenance is None else "Its prompt was not kept."
            return page.model_copy(update={"note": why})
        told = _before(opened.transcript, event)
        last = await self._last(told, request.caller)
        inspection = inspect(request, told, before=last, lore=traced(event))
        title = f"What {asker(opened.transcript, request)} was told"
        call = call_of(request, inspection, title, "", figures_after(event, request, inspection))
        return page.model_copy(update={"calls": (call,)})

    async def next(self, visit: Visit, opened: Opened, speaker: str, text: str) -> PromptPage:
        """What would be sent if *Next* were pressed now, or somebody given the word, or `text` said from the seat."""
        transcript = opened.transcript
        seated = "" if visit.seat == DIRECTOR else visit.seat
        speaker = seated or speaker
        page = PromptPage(speaker=speaker, speakers=_speakers(transcript, visit.seat))
        if speaker and speaker not in transcript.present:
            name = transcript.session.name_of(speaker)
            return page.model_copy(update={"note": f"{name} is not on stage, so nothing would be asked for them."})
        engine = await self.desk.engine(visit)
        turn = Turn(speaker=speaker) if seated or not text.strip() else Turn(line=text, speaker=speaker)
        found = await preview(engine, transcript, turn)
        spent = total_usage(opened.tree)
        calls: list[Call] = []
        for number, request in enumerate(found.requests):
            if seated and request.caller != seated:
                continue
            considered = found.recollected.considered if found.recollected else ()
            last = await self._last(transcript, request.caller)
            lore = considered if request.caller != NARRATOR else ()
            inspection = inspect(request, found.told, before=last, lore=lore)
            room = engine.context.model.capabilities.context_tokens
            title = f"What {asker(transcript, request)} will be told"
            figures = figures_before(request, inspection, room, spent)
            calls.append(call_of(request, inspection, title, _why(found.requests, number), figures))
        note = "" if calls else found.ended or over(transcript) or "Nothing would be asked: choose who speaks next."
        return page.model_copy(update={"calls": tuple(calls), "note": note})

    async def _last(self, transcript: Transcript, caller: str) -> Request | None:
        """The newest prompt of a caller on this path."""
        archive, session = self.desk.studio.archive, transcript.session
        looked = 0
        for event in reversed(transcript.events):
            if event.provenance is None or event.actor != caller:
                continue
            looked += 1
            found = await prompt_of(archive, session, event.id)
            if (found is not None and found.caller == caller) or looked == LOOKED_BACK:
                return found
        return None


def _speakers(transcript: Transcript, viewer: str) -> tuple[tuple[str, str], ...]:
    cast = [(member.id, member.name) for member in transcript.session.cast if member.id in transcript.present]
    if viewer != DIRECTOR:
        return tuple(one for one in cast if one[0] == viewer)
    return (("", "Whoever is next"), *cast)


def _before(transcript: Transcript, event: Event) -> Transcript:
    """The play as it stood when the turn of an event began."""
    position = next(i for i, told in enumerate(transcript.events) if told.id == event.id)
    start = turn_start(transcript.events[: position + 1])
    return Transcript.model_construct(session=transcript.session, events=transcript.events[:start])


def _why(requests: tuple[Request, ...], number: int) -> str:
    if requests[number].caller == NARRATOR:
        return "The narrator is asked first: there is something to decide, or a plan to make."
    if len(requests) > 1:
        return "If the narrator has nothing to add. What it decides may change this."
    return ""
