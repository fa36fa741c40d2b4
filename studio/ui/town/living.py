"""Begins towns, lets them live on, and tells how they stand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from studio.domain.event import TURNS, Event
from studio.domain.session import Session
from studio.domain.transcript import Transcript
from studio.errors import Invalid, NotFound
from studio.simulation.town import Town, clock_face, replay, report, standing, town_of
from studio.simulation.town_cast import town_for
from studio.simulation.town_run import TownRun
from studio.ui.desk import Desk
from studio.ui.forms import about
from studio.ui.panels import ago
from studio.ui.present import Person, person_of
from studio.ui.town.values import Chart, Known, Page, Point, Resident, Said, Wish
from studio.ui.visit import Visit

TOWNS = 12
LOOKED_THROUGH = 100
SAID = 60
TITLE = "A town"


class Living:
    """Answers the wishes of the Town page. A town is a session: it lives on from wherever its log stands."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def page(self, visit: Visit, wish: Wish) -> Page:
        """The towns there are, who could live in one, and how the chosen one stands. Raises: StorageError."""
        library = await self._desk.library(visit)
        cast = await asyncio.to_thread(library.characters)
        towns = await self._towns(visit)
        chosen = wish.town if wish.town in {one.id for one in towns} else next((one.id for one in towns), "")
        chart = await self.chart(visit, chosen, wish.frame) if chosen else None
        model = self._desk.writers.chosen(visit)
        return Page(
            towns=towns,
            people=tuple(person_of(one, about(one)) for one in cast),
            chart=chart,
            writer=model.name if model else "",
        )

    async def begun(self, visit: Visit, wish: Wish) -> str:
        """A new town; its id. Raises: Invalid, NotFound, ModelError, StorageError."""
        if len(wish.residents) < 2:
            raise Invalid("Choose two residents at least: a town needs somebody to talk to.")
        library = await self._desk.library(visit)
        cast = await asyncio.to_thread(lambda: tuple(library.character(id_) for id_ in wish.residents))
        rumour = " ".join(wish.rumour.split())
        knower = (wish.knower or cast[0].id) if rumour else ""
        seed = self._desk.studio.clock().microsecond
        town = town_for(
            cast,
            self._desk.studio.clock(),
            {},
            step=wish.step,
            rumour=rumour,
            knower=knower,
            lines=wish.lines,
            seed=seed,
        )
        transcript = await (await self._run(visit)).begin(visit.owner, town, cast)
        return transcript.session.id

    async def live(self, visit: Visit, id_: str, hours: float) -> AsyncGenerator[Chart, None]:
        """The next hours, minute by minute as they are lived. Stopped anywhere, it goes on from there.

        Raises: NotFound, ModelError, StorageError, Conflict.
        """
        transcript, town = await self._town(visit, id_)
        done = standing(transcript.events).done
        until = round((town.wakes if done < 0 else done) + hours * 60)
        run = await self._run(visit)
        async with aclosing(run.live(transcript, until)) as moments:  # type: ignore[type-var]
            async for moment in moments:
                yield chart_of(moment.transcript, town)

    async def chart(self, visit: Visit, id_: str, frame: int = -1) -> Chart:
        """How a town stands, and one moment of it. Raises: NotFound, StorageError."""
        transcript, town = await self._town(visit, id_)
        return await asyncio.to_thread(chart_of, transcript, town, frame)

    async def _run(self, visit: Visit) -> TownRun:
        studio = self._desk.studio
        return TownRun(studio.archive, studio.keeper, (await self._desk.engine(visit)).context)

    async def _town(self, visit: Visit, id_: str) -> tuple[Transcript, Town]:
        transcript = await self._desk.studio.archive.sessions.transcript(visit.owner, id_)
        town = town_of(transcript)
        if town is None:
            raise NotFound(f"'{transcript.session.title}' is a play, not a town.")
        return transcript, town

    async def _towns(self, visit: Visit) -> tuple[Known, ...]:
        found = await self._desk.studio.archive.sessions.list(visit.owner, query=TITLE, limit=LOOKED_THROUGH)
        now = self._desk.studio.clock()
        towns = [one for one in found if one.scene_title == TITLE][:TOWNS]
        return tuple(
            Known(id=one.id, title=", ".join(one.cast_names[:3]) + ("…" if len(one.cast_names) > 3 else ""),
                  when=ago(one.updated_at, now))
            for one in towns
        )  # fmt: skip


def chart_of(transcript: Transcript, town: Town, frame: int = -1) -> Chart:
    """A town as its log stands, with the moment `frame` of its replay; the last for any other number. Pure."""
    session = transcript.session
    found = report(transcript, town)
    here = standing(transcript.events)
    frames = replay(transcript)
    at = frame if 0 <= frame < len(frames) else len(frames) - 1
    moment = frames[at] if frames else None
    places = moment.places if moment else here.places
    people = {member.id: person_of(member) for member in session.cast}
    return Chart(
        id=session.id,
        title=", ".join(member.first_name for member in session.cast[:5]),
        rumour=town.rumour,
        now=clock_face(here.done) if here.done >= 0 else "Nothing has happened yet",
        hours=tuple(
            Point(label=clock_face(one.minute), knowing=one.knowing, density=one.density) for one in found.hours
        ),
        residents=tuple(
            Resident(
                person=person,
                place=places.get(id_, "at home"),
                doing=here.doing.get(id_, ""),
                heard=clock_face(found.knowing[id_]) if town.rumour and id_ in found.knowing else "",
            )
            for id_, person in people.items()
        ),
        ties=found.ties,
        conversations=found.conversations,
        lines=found.lines,
        calls=found.calls,
        frames=len(frames),
        frame=max(0, at),
        frame_at=clock_face(moment.minute) if moment else "",
        said=tuple(_said(event, session, people) for event in (moment.events if moment else ()) if event.text)[:SAID],
    )


def _said(event: Event, session: Session, people: dict[str, Person]) -> Said:
    spoken = event.kind in TURNS
    text = (
        event.text
        if spoken
        else f"{session.name_of(event.actor)}: {event.text}"
        if event.actor in people
        else event.text
    )
    return Said(person=people.get(event.actor) if spoken else None, text=text)
