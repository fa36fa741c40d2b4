"""What the commands after `studio town` do."""

from __future__ import annotations

import json
from contextlib import aclosing
from pathlib import Path

from studio.cli.opening import opened_studio, read_file, write
from studio.domain.event import TURNS
from studio.domain.session import LOCAL_OWNER, Session
from studio.domain.transcript import Transcript
from studio.errors import Invalid
from studio.simulation.town import Frame, Town, clock_face, report, standing, town_of
from studio.simulation.town import replay as frames_of
from studio.simulation.town_cast import published, town_for
from studio.simulation.town_run import TownRun
from studio.wiring import Studio

BAR = 40


async def run(
    residents: list[str],
    personas: Path | None,
    hours: float,
    step: int,
    rumour: str,
    knower: str,
    lines: int,
    model: str,
    seed: int,
    json_lines: bool,
) -> None:
    """A new town, and its first hours."""
    async with opened_studio() as studio:
        homes: dict[str, str] = {}
        if personas:
            cast, homes = published(read_file(personas).decode("utf-8", "replace"))
        else:
            library = await studio.workshop(LOCAL_OWNER).library()
            cast = tuple(library.character(id_) for id_ in residents)
        if len(cast) < 2:
            raise Invalid("Name two residents at least: -r ID -r ID, or --personas FILE.")
        knows = knower or cast[0].id if rumour else ""
        town = town_for(cast, studio.clock(), homes, step=step, rumour=rumour, knower=knows, lines=lines, seed=seed)
        towns = await _run(studio, model, seed)
        transcript = await towns.begin(LOCAL_OWNER, town, cast)
        write(f"Town {transcript.session.id}\n")
        await _live(towns, transcript, town, hours, json_lines)


async def resume(town: str, hours: float, model: str, json_lines: bool) -> None:
    """The next hours."""
    async with opened_studio() as studio:
        transcript, known = await _town(studio, town)
        await _live(await _run(studio, model, known.seed), transcript, known, hours, json_lines)


async def show_replay(town: str) -> None:
    """What happened."""
    async with opened_studio() as studio:
        transcript, _ = await _town(studio, town)
    for frame in frames_of(transcript):
        _show(frame, transcript.session)


async def show_report(town: str, json_lines: bool) -> None:
    """How far things got."""
    async with opened_studio() as studio:
        transcript, known = await _town(studio, town)
    _report(transcript, known, json_lines)


async def interview(town: str, model: str) -> None:
    """Who says they know, and who does."""
    async with opened_studio() as studio:
        transcript, known = await _town(studio, town)
        answers = await (await _run(studio, model, known.seed)).interview(transcript)
    for who, (says, knows) in answers.items():
        told = "knows" if says and knows else "makes it up" if says else "keeps it" if knows else "has not heard"
        write(f"{transcript.session.name_of(who):<24} {told}\n")


async def _run(studio: Studio, model: str, seed: int) -> TownRun:
    context = studio.engine(await studio.models.open(model), seed=seed).context
    return TownRun(studio.archive, studio.keeper, context)


async def _town(studio: Studio, id_: str) -> tuple[Transcript, Town]:
    transcript = await studio.archive.sessions.transcript(LOCAL_OWNER, id_)
    town = town_of(transcript)
    if town is None:
        raise Invalid(f"'{transcript.session.title}' is no town. Begin one with: studio town run")
    return transcript, town


async def _live(towns: TownRun, transcript: Transcript, town: Town, hours: float, json_lines: bool) -> None:
    done = standing(transcript.events).done
    until = round((town.wakes if done < 0 else done) + hours * 60)
    async with aclosing(towns.live(transcript, until)) as moments:  # type: ignore[type-var]
        async for moment in moments:
            transcript = moment.transcript
            if json_lines:
                for event in moment.events:
                    write(json.dumps(event.model_dump(mode="json", by_alias=True), ensure_ascii=False) + "\n")
            else:
                places = standing(transcript.events).places
                _show(Frame(minute=moment.minute, places=places, events=moment.events), transcript.session)
    _report(transcript, town, json_lines)


def _show(frame: Frame, session: Session) -> None:
    write(f"\n{clock_face(frame.minute)}\n")
    for event in frame.events:
        if event.kind in TURNS:
            write(f"  {session.name_of(event.actor)}: {event.text}\n")
        elif event.audience:
            write(f"  {event.text}\n")


def _report(transcript: Transcript, town: Town, json_lines: bool) -> None:
    found = report(transcript, town)
    if json_lines:
        write(json.dumps({"report": found.model_dump(mode="json")}) + "\n")
        return
    write(f"\n{found.people} people, {found.conversations} conversations, {found.lines} lines, {found.calls} calls\n")
    write(f"{'':<14}{'knows the rumour':<{BAR + 7}}ties\n" if town.rumour else f"{'':<14}ties\n")
    for hour in found.hours:
        known = f"{'█' * round(hour.knowing * BAR):<{BAR}} {hour.knowing:4.0%}  " if town.rumour else ""
        write(f"{clock_face(hour.minute):<14}{known}{hour.density:.3f}\n")
